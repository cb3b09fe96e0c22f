//! PATH as the runner computes it for the next step.

use crate::{
    plan::{PathEntry, PlanError},
    platform::{Platform, env::LONGEST_WINDOWS, facts::Facts},
};

/// The order of PATH when these lines, and no others, are in GITHUB_PATH.
///
/// The runner removes an earlier line of exactly the same text, reverses the
/// list and puts it in front of the base PATH, unless that begins with it.
/// Source: runner, `FileCommandManager.cs`, `Handler.cs: AddPrependPathToEnvironment`.
pub(crate) fn order(facts: &Facts, lines: &[String]) -> Vec<PathEntry> {
    let mut kept: Vec<&String> = Vec::new();
    for line in lines {
        kept.retain(|k| *k != line);
        kept.push(line);
    }
    kept.reverse();
    let begins = !kept.is_empty() && facts.path.iter().take(kept.len()).eq(kept.iter().copied());
    let written = kept
        .iter()
        .filter(|_| !begins)
        .map(|entry| PathEntry { entry: (*entry).clone(), origin: "GITHUB_PATH, written by apply".to_owned() });
    let base = facts.path.iter().map(|entry| PathEntry { entry: entry.clone(), origin: "PATH before".to_owned() });
    let mut order: Vec<PathEntry> = written.chain(base).collect();
    if facts.path.is_empty() {
        order.push(PathEntry {
            entry: "…".to_owned(),
            origin: "the image's own PATH, which is not recorded".to_owned(),
        });
    }
    order
}

/// A PATH that Windows cannot give to a program would end the next step before it begins.
pub(crate) fn refuse_too_long(order: &[PathEntry], platform: Platform) -> Result<(), PlanError> {
    let lengths = order.iter().map(|step| step.entry.encode_utf16().count() + 1);
    let characters = lengths.sum::<usize>().saturating_sub(1);
    if platform == Platform::Windows && characters > LONGEST_WINDOWS {
        return Err(PlanError::PathTooLong { characters });
    }
    Ok(())
}
