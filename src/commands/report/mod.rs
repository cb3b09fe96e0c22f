//! `report` and its commands.

pub(crate) mod baseline;
pub(crate) mod comment_and_check;
pub(crate) mod compare;
pub(crate) mod forge;
pub(crate) mod history;
pub(crate) mod inputs;
pub(crate) mod merge;
pub(crate) mod publish;
pub(crate) mod shards;

use crate::commands::{Answer, World};
use crate::{cli::ReportTask, error::Error, output::terminal::Terminal};

pub(crate) fn report(task: &ReportTask, terminal: Terminal, world: &World) -> Result<Answer, Error> {
    match task {
        ReportTask::Merge(wanted) => merge::merge(wanted, terminal, world),
        ReportTask::Publish(wanted) => publish::publish(wanted, terminal, world),
        ReportTask::Compare(wanted) => compare::compare(wanted, terminal),
        ReportTask::History(wanted) => history::history(wanted, terminal, world),
    }
}
