//! `report` and its commands.

mod baseline;
mod compare;
mod connection;
mod history;
mod local;
mod merge;
mod post;
mod publish;
mod shards;
mod whole;

use super::{Answer, World};
use crate::{cli::ReportTask, error::Error, render::text::Paint};

pub(super) fn report(task: &ReportTask, paint: Paint, world: &World) -> Result<Answer, Error> {
    match task {
        ReportTask::Merge(wanted) => merge::merge(wanted, paint, world),
        ReportTask::Publish(wanted) => publish::publish(wanted, paint, world),
        ReportTask::Compare(wanted) => compare::compare(wanted, paint),
        ReportTask::History(wanted) => history::history(wanted, paint, world),
    }
}
