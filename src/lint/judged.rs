//! Rows with what rules and the forecast ask about: which caches there are, and whether they live.

use crate::lint::{
    caches::{
        GoCache, go_caches,
        own::{OwnCache, own_caches},
    },
    repository::{Repository, WorkflowFile},
    timeline::{JobRow, WalkedWorkflow},
};

/// A workflow whose rows are judged.
pub(crate) struct JudgedWorkflow<'c, 'a> {
    pub file: &'a WorkflowFile,
    /// Else nothing is said of it.
    pub is_asked: bool,
    pub rows: Vec<JudgedRow<'c, 'a>>,
}

/// A row with what several rules ask about.
pub(crate) struct JudgedRow<'c, 'a> {
    pub row: &'c JobRow<'a>,
    pub go_caches: Vec<GoCache<'c, 'a>>,
    pub own_caches: Vec<OwnCache<'c, 'a>>,
    pub repository: &'c Repository<'c>,
}

/// The rows of a workflow with what several rules ask about.
pub(crate) fn judged<'c, 'a>(walked: &'c WalkedWorkflow<'a>, repository: &'c Repository<'_>) -> JudgedWorkflow<'c, 'a> {
    let judged =
        |row| JudgedRow { row, go_caches: go_caches(row, repository), own_caches: own_caches(row), repository };
    JudgedWorkflow { file: walked.file, is_asked: walked.is_asked, rows: walked.rows.iter().map(judged).collect() }
}
