//! Reports that lie on this disk: found, and read one after the other.

use super::{digest::Digesting, shards::Fetched};
use crate::{
    error::Error,
    model::publication::{Fate, ShardFate},
    ports::{Host, Kind},
    render::json_v1::ReportV1,
    run::World,
};

pub(super) fn local(inputs: &[String], world: &World) -> Result<Vec<Fetched>, Error> {
    let found = |input: &String| {
        let reports = reports_below(input, world);
        let fate = match reports.len() {
            0 => Fate::Refused("there is no report.json".to_owned()),
            some => Fate::Taken(some),
        };
        Fetched { fate: ShardFate { artifact: input.clone(), id: 0, fate }, reports }
    };
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

/// Reads a shard's reports; one that is none takes the shard out.
pub(super) fn take(shard: &mut Fetched, world: &World, digesting: &mut Digesting, files: &mut Vec<String>) {
    let mut read = Vec::new();
    for path in &shard.reports {
        let path = path.to_string_lossy().into_owned();
        let bytes = world.host.read(&path).map_err(|why| why.to_string());
        match bytes.and_then(|bytes| ReportV1::read(&bytes).map_err(|why| why.to_string())) {
            Ok(report) => read.push((path, report)),
            Err(why) => {
                shard.fate.fate = Fate::Refused(why);
                return;
            }
        }
    }
    for (path, report) in read {
        digesting.take(&report);
        files.push(path);
    }
}
