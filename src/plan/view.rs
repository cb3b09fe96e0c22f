//! A plan as a document, for `plan` and `apply`: each value once, then what is
//! written where, the jobs that verify, and what may surprise.

use crate::{
    drives,
    goenv::variable::GoVar,
    output::{
        Document,
        document::{Block, Cell, Field, Headline, Table, Text, Value},
        wording::{count, list},
    },
    plan::{CommandFile, FileLines, Giver, Plan, runner::CURRENT},
    status::Severity,
};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What somebody should know.
    Brief,
    /// Also what follows from the defaults, the exact lines and all of PATH.
    Verbose,
}

/// `plan`, and `apply --dry-run`.
#[must_use]
pub fn plan(plan: &Plan, detail: Detail) -> Document {
    let verbose = detail == Detail::Verbose;
    let mut blocks = vec![Block::Fields(values(plan))];
    blocks.push(Block::Heading("Written by `goenv-ci apply`".into()));
    if verbose {
        blocks.push(Block::Fields(plan.files.iter().map(lines).collect()));
        blocks.push(Block::Heading("PATH of the next step, first entry first".into()));
        blocks.push(path(plan));
    } else {
        let field = |file: &FileLines| Field::new(file.file.variable(), Text::words(written(plan, file.file)));
        blocks.push(Block::Fields(plan.files.iter().map(field).collect()));
    }
    blocks.push(Block::Heading("Verification".into()));
    blocks.push(Block::Fields(jobs(plan)));
    blocks.extend(drive_blocks(plan, verbose));
    blocks.extend(plan.assumptions.iter().map(|note| Block::Notice(Severity::Note, Text::prose(note))));
    let (expected, surprising): (Vec<_>, Vec<_>) = plan.warnings.iter().partition(|warning| warning.by_default);
    blocks.extend(surprising.iter().map(|warning| Block::Notice(Severity::Warning, Text::prose(&warning.text))));
    let mut hints = Vec::new();
    if verbose {
        blocks.extend(expected.iter().map(|warning| Block::Notice(Severity::Note, Text::prose(&warning.text))));
    } else {
        let runner = if plan.runner == CURRENT { " --runner current" } else { "" };
        hints.push(format!("`goenv-ci plan{runner} --verbose` shows lines, PATH and defaults in full").into());
    }
    let title = Some(Text::words(format!("Plan for {}", plan.runner)));
    Document { command: "plan", title, blocks, hints, ..Document::default() }
}

/// What `apply` did: `done` has a sentence for each file.
#[must_use]
pub fn applied(plan: &Plan, done: &[String]) -> Document {
    let names: Vec<&str> = plan.assignments.iter().map(|one| one.variable.name()).collect();
    let mut blocks = vec![Block::Fields(values(plan)), Block::List(done.iter().map(|one| Text::prose(one)).collect())];
    blocks.extend(drive_blocks(plan, false));
    let text = Text::words(format!("{} are set for the steps that follow", list(&names)));
    let headline = Some(Headline { status: None, text, tail: String::new() });
    Document { command: "apply", headline, blocks, ..Document::default() }
}

/// Each variable with its value and the reason, then PATH.
fn values(plan: &Plan) -> Vec<Field> {
    let field = |one: &super::Assignment| {
        let value =
            if one.value.is_empty() { Text::words("(empty: Go reads that as unset)") } else { Text::code(&*one.value) };
        Field::new(one.variable.name(), value).note(Text::prose(&one.reason))
    };
    let path = plan.path.iter().map(|entry| owner(plan, entry).map_or_else(|| Text::code(entry), Text::words));
    let first = path.reduce(|all, one| all.and(", ").and(one)).unwrap_or_default();
    let path = Field::new("PATH", first.and(", in front of what it holds already"));
    let unset = plan.settings.iter().filter(|one| one.flag == GoVar::Gobin.input() && one.value.is_some());
    let unset = unset.filter(|_| plan.assignments.iter().all(|one| one.variable != GoVar::Gobin));
    let unset = unset.map(|one| given(Field::new(GoVar::Gobin.name(), Text::words("left unset")), plan, one.flag));
    plan.assignments.iter().map(field).chain(unset).chain([path]).collect()
}

/// The variable that holds a directory.
fn owner(plan: &Plan, dir: &str) -> Option<&'static str> {
    let gobin = plan.value(GoVar::Gobin) == Some(dir);
    gobin.then(|| GoVar::Gobin.name())
}

/// What one of the command files gets, by name.
fn written(plan: &Plan, file: CommandFile) -> String {
    match file {
        CommandFile::Env => list(&plan.assignments.iter().map(|one| one.variable.name()).collect::<Vec<_>>()),
        CommandFile::Path => {
            let bin = || "the bin directory of GOPATH".to_owned();
            list(&plan.path.iter().map(|dir| owner(plan, dir).map_or_else(bin, str::to_owned)).collect::<Vec<_>>())
        }
        CommandFile::Output => {
            let outputs = GoVar::ALL.map(GoVar::input);
            list(&outputs.into_iter().chain(["matrix"]).collect::<Vec<_>>())
        }
    }
}

/// The exact lines; the long one of the matrix is said to be one.
fn lines(file: &FileLines) -> Field {
    let name = file.file.variable();
    match file.file {
        CommandFile::Env | CommandFile::Path => Field::code(name, file.lines.join("\n")),
        CommandFile::Output => {
            let short = file.lines.len().min(GoVar::ALL.len());
            let field = Field::code(name, file.lines[..short].join("\n"));
            field.note("`matrix`: what `goenv-ci plan --format github-matrix` prints for this runner, without shards")
        }
    }
}

fn path(plan: &Plan) -> Block {
    let row = |one: &super::PathEntry| vec![Cell::new(Text::code(&*one.entry)), Cell::new(Text::words(&*one.origin))];
    Block::Table(Table { head: Vec::new(), rows: plan.path_order.iter().map(row).collect(), more: 0 })
}

/// Runners, versions, jobs and cells: each number from the same matrix.
fn jobs(plan: &Plan) -> Vec<Field> {
    let matrix = &plan.matrix;
    let mut runners: Vec<&str> = Vec::new();
    let mut versions: Vec<&str> = Vec::new();
    for job in &matrix.include {
        if !runners.contains(&job.os.as_str()) {
            runners.push(&job.os);
        }
        for version in job.go.split(',').filter(|version| !versions.contains(version)).collect::<Vec<_>>() {
            versions.push(version);
        }
    }
    let shards = matrix.include.iter().find_map(|job| job.shard).map(|shard| shard.total);
    let number = matrix.include.len();
    let each = if runners.len() > 1 { " for each runner" } else { "" };
    let jobs = match shards {
        Some(shards) => format!("{number}: {}{each}, with all versions", count(shards, "shard")),
        None if runners.len() > 1 => format!("{number}: one for each version on each runner"),
        None if number > 1 => format!("{number}: one for each version"),
        None => number.to_string(),
    };
    let names = if runners.len() == 1 { "runner" } else { "runners" };
    let mut fields = vec![
        given(Field::new(names, Text::words(list(&runners))), plan, "runner"),
        given(Field::new("Go", Text::words(list(&versions))), plan, "go"),
        given(Field::new("jobs", Text::words(jobs)), plan, "shards"),
    ];
    if let Some(cells) = matrix.cells {
        let of_each = shards.map_or_else(String::new, |shards| format!(", some {} in a shard", cells.div_ceil(shards)));
        let text = format!("{cells}{each}{of_each}, beside those of its shells");
        fields.push(Field { name: "cells".to_owned(), value: Value::Text(Text::words(text)), notes: Vec::new() });
    }
    fields
}

/// With who chose it, unless nobody did.
fn given(field: Field, plan: &Plan, flag: &str) -> Field {
    match plan.settings.iter().find(|setting| setting.flag == flag && setting.giver != Giver::Default) {
        Some(setting) => field.note(Text::prose(&format!("given {}", setting.giver.way(flag)))),
        None => field,
    }
}

/// The drives, where they make a difference.
fn drive_blocks(plan: &Plan, verbose: bool) -> Vec<Block> {
    if plan.drives.places.is_empty() || !(verbose || drives::matter(&plan.drives)) {
        return Vec::new();
    }
    let places = plan.drives.places.iter().map(|place| Text::prose(&drives::line(place))).collect();
    let advice = plan.drives.advice.iter().map(|text| Block::Notice(Severity::Note, Text::prose(text)));
    [Block::Heading("Drives".into()), Block::List(places)].into_iter().chain(advice).collect()
}
