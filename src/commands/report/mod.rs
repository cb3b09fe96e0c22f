//! `report` and its commands.

pub(crate) mod baseline;
pub(crate) mod compare;
pub(crate) mod connection;
pub(crate) mod history;
pub(crate) mod local;
pub(crate) mod merge;
pub(crate) mod post;
pub(crate) mod publish;
pub(crate) mod shards;
pub(crate) mod whole;

use crate::commands::{Answer, World};
use crate::{cli::ReportTask, error::Error, output::paint::Paint};

pub(crate) fn report(task: &ReportTask, paint: Paint, world: &World) -> Result<Answer, Error> {
    match task {
        ReportTask::Merge(wanted) => merge::merge(wanted, paint, world),
        ReportTask::Publish(wanted) => publish::publish(wanted, paint, world),
        ReportTask::Compare(wanted) => compare::compare(wanted, paint),
        ReportTask::History(wanted) => history::history(wanted, paint, world),
    }
}
