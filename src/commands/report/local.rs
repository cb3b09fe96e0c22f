//! Reports that lie on this disk.

use crate::commands::report::shards::Fetched;
use crate::{
    commands::World,
    error::Error,
    ports::{Host, Kind},
    publish::publication::{Fate, ShardFate},
    system::report_files::find,
};

pub(crate) fn local(inputs: &[String], world: &World) -> Result<Vec<Fetched>, Error> {
    let found = |input: &String| {
        let path = world.absolute(input);
        if world.host.kind(&path) == Kind::Absent {
            return Err(Error::ReportInput(format!("`{input}` is not there")));
        }
        let reports = find(&[path], None).map_err(|why| Error::ReportInput(why.to_string()))?;
        let fate = match reports.len() {
            0 => Fate::Refused("there is no report.json".to_owned()),
            some => Fate::Taken(some),
        };
        let fate = ShardFate { artifact: input.clone(), id: 0, fate };
        Ok(Fetched { fate, reports: reports.into_iter().map(Into::into).collect() })
    };
    inputs.iter().map(found).collect()
}
