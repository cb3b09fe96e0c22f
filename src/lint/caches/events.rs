//! For which refs a workflow runs, as far as its `on:` tells: an entry of the cache is seen by its own ref, and by all
//! where that is the default branch. Source: GitHub, "Dependency caching reference" and "Events that trigger workflows".

use crate::{
    actions::uses::{Action, KnownAction},
    lint::{
        caches::{CacheLife, one},
        judged::JudgedRow,
        repository::WorkflowFile,
        timeline::{
            JobRow, RowStep,
            scope::{RefKind, RowScope},
        },
    },
    platform::Platform,
    workflow::tree::{Node, NodeKind},
};
use std::rc::Rc;

/// An event that starts a workflow. A push of branches and one of tags are two.
struct WorkflowEvent {
    name: String,
    ref_kind: Option<RefKind>,
    /// `None`: it runs for the default branch, or may do so.
    ref_of_its_own: Option<&'static str>,
    /// Of `push`: it runs for every branch, or for one that is called as default branches are.
    names_default: bool,
}

/// The events of a workflow.
pub(crate) struct WorkflowEvents(Vec<WorkflowEvent>);

impl WorkflowEvents {
    /// `None` where the workflow is only called, or has no events.
    pub(crate) fn of(tree: &Node) -> Option<Self> {
        let on = tree.get("on")?;
        let events: Vec<WorkflowEvent> = match &on.kind {
            NodeKind::Scalar { text, .. } => events(text, None),
            NodeKind::List(all) => all.iter().filter_map(Node::text).flat_map(|name| events(name, None)).collect(),
            NodeKind::Map(all) => all.iter().flat_map(|entry| events(&entry.name, Some(&entry.node))).collect(),
            NodeKind::Null => Vec::new(),
        };
        (!events.is_empty()).then_some(Self(events))
    }

    /// Those that start a job, by its `if:`.
    fn of_job<'e>(&'e self, row: &'e JobRow<'_>) -> impl Iterator<Item = &'e WorkflowEvent> {
        self.0.iter().filter(|event| {
            let scope = row.steps.first().map_or(&row.end, |step| &step.scope);
            row.job_holds(&for_event(scope, event)) != Some(false)
        })
    }
}

/// What a step would see if this event had started the run.
fn for_event<'a>(scope: &RowScope<'a>, event: &WorkflowEvent) -> RowScope<'a> {
    let mut scope = scope.clone();
    let facts = scope.facts.with_event(&event.name, event.ref_kind);
    scope.facts = Rc::new(facts);
    scope
}

fn names_default(given: Option<&Node>) -> bool {
    const NAMES: [&str; 6] = ["main", "master", "trunk", "$default-branch", "*", "**"];
    let branches = given.and_then(|given| given.get("branches"));
    let is_named = |node: &Node| node.text().is_some_and(|text| NAMES.contains(&text));
    branches.is_none_or(|branches| is_named(branches) || branches.list().any(is_named))
}

/// What stands behind `on:` as the events that it comes to; none for one by which others call the workflow.
fn events(name: &str, given: Option<&Node>) -> Vec<WorkflowEvent> {
    let has = |filters: &[&str]| given.is_some_and(|given| filters.iter().any(|filter| given.get(filter).is_some()));
    let kinds = match name {
        "workflow_call" => Vec::new(),
        // A filter of one kind leaves the other out; without any both start it.
        "push" => match (has(&["branches", "branches-ignore"]), has(&["tags", "tags-ignore"])) {
            (false, true) => vec![Some(RefKind::Tag)],
            (true, false) => vec![Some(RefKind::Branch)],
            _ => vec![Some(RefKind::Branch), Some(RefKind::Tag)],
        },
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => vec![Some(RefKind::PullRequest)],
        "merge_group" => vec![Some(RefKind::MergeQueue)],
        "release" => vec![Some(RefKind::Tag)],
        "schedule" | "pull_request_target" | "workflow_run" => vec![Some(RefKind::Branch)],
        _ => vec![None],
    };
    let event = |ref_kind| WorkflowEvent {
        name: name.to_owned(),
        ref_kind,
        ref_of_its_own: match (name, ref_kind) {
            ("release", _) => Some("releases"),
            (_, Some(RefKind::Tag)) => Some("tags"),
            (_, Some(RefKind::PullRequest)) => Some("pull requests"),
            (_, Some(RefKind::MergeQueue)) => Some("the merge queue"),
            (_, Some(RefKind::Branch) | None) => None,
        },
        names_default: names_default(given),
    };
    kinds.into_iter().map(event).collect()
}

/// What a job runs for, where no entry that it stores is seen by others.
pub(crate) fn only_own_scope(events: &WorkflowEvents, row: &JobRow<'_>) -> Option<String> {
    // A workflow that is called by others has their events.
    row.facts.events.as_ref()?;
    let mut kinds = Vec::new();
    for event in events.of_job(row) {
        let kind = event.ref_of_its_own?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    (!kinds.is_empty()).then(|| kinds.join(" and "))
}

/// For whom a job runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct JobReach {
    pub pull_requests: bool,
    pub branches: bool,
    /// It stores what all others see.
    pub default_branch: bool,
    /// It may do so: that depends on the name of the default branch, or on a person.
    pub may_be_default: bool,
}

/// For whom a job runs, by the events of its workflow.
pub(crate) fn reach(events: &WorkflowEvents, row: &JobRow<'_>) -> JobReach {
    let mut reach = JobReach::default();
    for event in events.of_job(row) {
        let own = event.ref_of_its_own;
        match event.name.as_str() {
            "push" if own.is_none() => {
                reach.branches = true;
                reach.default_branch |= event.names_default;
                reach.may_be_default |= !event.names_default;
            }
            "pull_request" | "pull_request_target" => {
                reach.pull_requests = true;
                reach.default_branch |= own.is_none();
            }
            "workflow_dispatch" | "repository_dispatch" => {
                reach.branches = true;
                reach.may_be_default = true;
            }
            _ => reach.default_branch |= own.is_none(),
        }
    }
    reach
}

/// Whether a workflow fills the default branch's cache of setup-go on a system, or may do so.
pub(crate) fn is_warmer(file: &WorkflowFile, rows: &[JudgedRow<'_, '_>], platform: Platform) -> bool {
    let Some(events) = WorkflowEvents::of(&file.tree) else { return false };
    if events.0.iter().all(|event| event.ref_of_its_own.is_some()) {
        return false;
    }
    calls_elsewhere(file) || rows.iter().any(|judged| warms(&events, judged, platform))
}

/// A workflow of another repository may do anything.
fn calls_elsewhere(file: &WorkflowFile) -> bool {
    let jobs = file.tree.get("jobs").map(Node::entries).into_iter().flatten();
    let mut called = jobs.filter_map(|job| job.node.get("uses")?.text());
    called.any(|uses| !matches!(Action::of(uses), Some(Action::Local(_) | Action::Own(_))))
}

fn warms(events: &WorkflowEvents, judged: &JudgedRow<'_, '_>, platform: Platform) -> bool {
    if events.of_job(judged.row).all(|event| event.ref_of_its_own.is_some()) {
        return false;
    }
    // A container on Linux has its own directories, and an unknown machine may be any.
    if judged.row.facts.image.is_some_and(|image| image.platform != platform) {
        return false;
    }
    let lives = |step: &RowStep<'_>| {
        match judged.go_caches.iter().find(|cache| std::ptr::eq(cache.step, step)) {
            Some(cache) => match cache.life {
                CacheLife::Alive => cache.saves,
                CacheLife::Unknown => true,
                CacheLife::Off | CacheLife::Dead(_) => false,
            },
            // A release that is in no table.
            None => {
                let off = step.input("cache");
                step.known_action() == Some(KnownAction::SetupGo)
                    && !one(&off).is_some_and(|off| off.eq_ignore_ascii_case("false"))
            }
        }
    };
    judged.row.steps.iter().any(|step| lives(step) || may_set_up_go(step))
}

/// An action of somebody else's that may use setup-go within.
fn may_set_up_go(step: &RowStep<'_>) -> bool {
    match step.action() {
        Some(Action::Published(action)) if !action.owner.eq_ignore_ascii_case("actions") => {
            let name = format!("{}/{}", action.name, action.path).to_ascii_lowercase();
            name.contains("setup") && name.contains("go")
        }
        _ => false,
    }
}
