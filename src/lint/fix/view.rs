//! What `lint --fix` says: what it did or would do, the change as a diff, and what is left.

use crate::{
    lint::{
        LintFinding,
        fix::{FixPlan, FixedFile},
        view,
    },
    output::{
        Document,
        document::{Block, Entries, Entry, Field, Headline, Span, Text},
        wording::count,
    },
    status::Status,
};
use similar::TextDiff;

/// What is done, or only shown.
#[must_use]
pub fn document(plan: &FixPlan, done: bool) -> Document {
    let number = count(plan.fixed.len(), "finding");
    let text = match (plan.fixed.is_empty(), done) {
        (true, _) => "Nothing can be fixed without you".to_owned(),
        (false, true) => format!("{number} fixed in {}", count(plan.files.len(), "file")),
        (false, false) => format!("{number} can be fixed in {}", count(plan.files.len(), "file")),
    };
    let left = view::document(&plan.left);
    let mut blocks = Vec::new();
    if !plan.fixed.is_empty() {
        blocks.push(Block::Entries(Entries { shown: plan.fixed.iter().map(entry).collect(), ..Entries::default() }));
        blocks.extend(plan.files.iter().map(|file| Block::Code(diff(file))));
    }
    if !plan.left.findings.is_empty() {
        blocks.push(Block::Heading("What is left".into()));
        blocks.extend(left.blocks);
    }
    let hint = "`goenv-ci lint --fix` makes this change";
    Document {
        command: "lint",
        headline: Some(Headline { status: Some(Status::Pass), text: Text::words(text), tail: String::new() }),
        blocks,
        hints: (!done && !plan.fixed.is_empty()).then(|| Text::from(hint)).into_iter().collect(),
        ..Document::default()
    }
}

fn entry((finding, label): &(LintFinding, String)) -> Entry {
    let place = &finding.location;
    let file = Span::File { path: place.file.clone(), line: (place.line > 0).then_some(place.line) };
    Entry {
        mark: Status::Pass.into(),
        title: Text::from(label.as_str()),
        id: Some(view::link(finding.id)),
        summary: None,
        frame: None,
        fields: vec![Field::new("where", file), Field::new("was wrong", finding.message.as_str())],
        details: Vec::new(),
    }
}

/// As `git apply` reads it.
#[must_use]
pub fn diff(file: &FixedFile) -> String {
    let diff = TextDiff::from_lines(&file.before, &file.after);
    let (old, new) = (format!("a/{}", file.path), format!("b/{}", file.path));
    diff.unified_diff().context_radius(3).header(&old, &new).to_string()
}
