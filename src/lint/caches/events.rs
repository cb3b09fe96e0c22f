//! For which refs a workflow runs, as far as its `on:` tells: an entry of the cache is seen by its own ref, and by all
//! where that is the default branch. Source: GitHub, "Dependency caching reference" and "Events that trigger workflows".

use crate::{
    actions::uses::{Action, KnownAction},
    lint::{
        caches::{CacheLife, one},
        repository::SourceFile,
        rules::JudgedRow,
        timeline::{Row, RowStep, scope::Scope},
    },
    platform::Platform,
    workflow::tree::{Node, NodeKind},
};
use std::rc::Rc;

/// An event that starts a workflow.
struct WorkflowEvent {
    name: String,
    /// `None`: it runs for the default branch, or may do so.
    ref_of_its_own: Option<&'static str>,
}

/// The events of a workflow.
pub(crate) struct WorkflowEvents(Vec<WorkflowEvent>);

impl WorkflowEvents {
    /// `None` where the workflow is only called, or has no events.
    pub(crate) fn of(tree: &Node) -> Option<Self> {
        let on = tree.get("on")?;
        let event = |name: &str, given: Option<&Node>| WorkflowEvent {
            name: name.to_owned(),
            ref_of_its_own: ref_of_its_own(name, given),
        };
        let events: Vec<WorkflowEvent> = match &on.kind {
            NodeKind::Scalar { text, .. } => vec![event(text, None)],
            NodeKind::List(all) => all.iter().filter_map(Node::text).map(|name| event(name, None)).collect(),
            NodeKind::Map(all) => all.iter().map(|entry| event(&entry.name, Some(&entry.node))).collect(),
            NodeKind::Null => Vec::new(),
        };
        let events: Vec<WorkflowEvent> = events.into_iter().filter(|event| event.name != "workflow_call").collect();
        (!events.is_empty()).then_some(Self(events))
    }

    /// Those that start a job, by its `if:`.
    fn of_job<'e>(&'e self, row: &'e Row<'_>) -> impl Iterator<Item = &'e WorkflowEvent> {
        self.0.iter().filter(|event| {
            let scope = row.steps.first().map_or(&row.end, |step| &step.scope);
            row.job_holds(&for_event(scope, &event.name)) != Some(false)
        })
    }
}

/// What a step would see if this event had started the run.
fn for_event<'a>(scope: &Scope<'a>, event: &str) -> Scope<'a> {
    let mut scope = scope.clone();
    let facts = scope.facts.with_event(event);
    scope.facts = Rc::new(facts);
    scope
}

fn ref_of_its_own(name: &str, given: Option<&Node>) -> Option<&'static str> {
    let has = |filters: &[&str]| given.is_some_and(|given| filters.iter().any(|filter| given.get(filter).is_some()));
    match name {
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => Some("pull requests"),
        "merge_group" => Some("the merge queue"),
        "release" => Some("releases"),
        "push" if has(&["tags", "tags-ignore"]) && !has(&["branches", "branches-ignore"]) => Some("tags"),
        _ => None,
    }
}

/// What a job runs for, where no entry that it stores is seen by others.
pub(crate) fn only_own_scope(events: &WorkflowEvents, row: &Row<'_>) -> Option<String> {
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

/// Whether a workflow fills the default branch's cache of setup-go on a system, or may do so.
pub(crate) fn is_warmer(file: &SourceFile, rows: &[JudgedRow<'_, '_>], platform: Platform) -> bool {
    let Some(events) = WorkflowEvents::of(&file.tree) else { return false };
    if events.0.iter().all(|event| event.ref_of_its_own.is_some()) {
        return false;
    }
    calls_elsewhere(file) || rows.iter().any(|judged| warms(&events, judged, platform))
}

/// A workflow of another repository may do anything.
fn calls_elsewhere(file: &SourceFile) -> bool {
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
        let life = judged.go_caches.iter().find(|cache| std::ptr::eq(cache.step, step)).map(|cache| &cache.life);
        match life {
            Some(life) => matches!(life, CacheLife::Alive | CacheLife::Unknown),
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
