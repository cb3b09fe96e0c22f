//! Reports that lie on this disk.

use super::shards::Fetched;
use crate::{
    error::Error,
    model::publication::{Fate, ShardFate},
    ports::{Host, Kind},
    run::World,
};

pub(super) fn local(inputs: &[String], world: &World) -> Result<Vec<Fetched>, Error> {
    let found = |input: &String| {
        let reports = reports_below(&world.absolute(input), world);
        let fate = match reports.len() {
            0 => Fate::Refused("there is no report.json".to_owned()),
            some => Fate::Taken(some),
        };
        Fetched { fate: ShardFate { artifact: input.clone(), id: 0, fate }, reports }
    };
    if let Some(absent) = inputs.iter().find(|input| world.host.kind(&world.absolute(input)) == Kind::Absent) {
        return Err(Error::ReportInput(format!("`{absent}` is not there")));
    }
    Ok(inputs.iter().map(found).collect())
}

fn reports_below(path: &str, world: &World) -> Vec<std::path::PathBuf> {
    match world.host.kind(path) {
        Kind::Absent => Vec::new(),
        Kind::File => vec![path.into()],
        Kind::Dir => {
            let inner = |name: String| {
                let path = world.here.platform.join(path, &name);
                let wanted = world.host.kind(&path) == Kind::Dir || name == "report.json";
                if wanted { reports_below(&path, world) } else { Vec::new() }
            };
            world.host.list(path).into_iter().flat_map(inner).collect()
        }
    }
}
