//! What publishing says to a person: in the terminal what was found and done, in the
//! comment, the check and the job summary the verdict, what changed and what does
//! not hold. What is said of the merged report is said as `report merge` says it.

use crate::{
    output::{
        Document,
        document::{Block, Entries, Entry, Field, Folded, Headline, Span, Text, Value},
        markdown,
        sanitize::{clip, one_line, visible},
        wording::count,
    },
    ports::forge::Annotation,
    publish::publication::{ArtifactState, Posted, PostedState, Publication, ShardArtifact, input_notes},
    report::{
        compare,
        merge::{Merged, MergedFinding, view},
        verdict::Verdict,
        wording::counts,
    },
    status::{Severity, Status},
};

/// Artifacts, jobs and notes that are shown.
const MOST: usize = 20;
/// Annotations, more than the forge shows.
const MOST_ANNOTATIONS: usize = 500;
/// Characters of each value of an annotation; GitHub takes 64 KB.
const ANNOTATION_VALUE: usize = 4_000;
/// Characters of an annotation's title. Source: GitHub, "Update a check run".
const TITLE: usize = 255;

/// Which run is published.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The run's page; empty where there is none.
    pub run_url: String,
    /// For example `attempt 2 of run 7, commit 0123abc`.
    pub words: String,
}

/// The terminal's answer: what was found and done.
#[must_use]
pub fn answer(publication: &Publication) -> Document {
    let Publication { repository, merged, comparison, .. } = publication;
    let mut fields = Vec::new();
    if let Some(run) = publication.run {
        let attempt = publication.attempt.map(|attempt| format!(", attempt {attempt}")).unwrap_or_default();
        fields.push(Field::new("run", Text::words(format!("{run} of {repository}{attempt}"))));
    }
    fields.push(field("shards", shards(&publication.artifacts)));
    if !publication.unfinished.is_empty() {
        fields.push(field("not done", publication.unfinished.iter().map(|job| Text::words(job.as_str())).collect()));
    }
    fields.push(Field::new(
        "report",
        match (&publication.report, publication.job_summary) {
            (Some(path), _) => Span::File { path: path.clone(), line: None }.into(),
            (None, true) => Text::words("in the job summary only"),
            (None, false) => Text::from("not kept: `--out DIR` keeps it"),
        },
    ));
    if let Some(comparison) = comparison {
        fields.push(Field::new("changes", Text::words(compare::view::headline(comparison))));
    }
    fields.push(Field::new("comment", posted(&publication.comment)));
    fields.push(Field::new("check", posted(&publication.check)));
    let mut blocks = vec![Block::Fields(fields)];
    blocks.extend(notes(publication));
    Document {
        command: "report publish",
        headline: Some(Headline {
            tail: format!("{} in {}", counts(merged.tally), count(merged.shards, "report")),
            ..headline(publication)
        }),
        blocks,
        ..Document::default()
    }
}

/// The verdict, in the merge's words.
fn headline(publication: &Publication) -> Headline {
    Headline {
        status: Some(publication.outcome().status()),
        text: Text::words(words(publication)),
        tail: String::new(),
    }
}

/// The merge's headline, and beside it what makes a failure of it where its verdicts do not.
fn words(publication: &Publication) -> String {
    let said = view::headline(&publication.merged);
    match &publication.comparison {
        Some(comparison) if publication.outcome().drift => {
            format!("{said}; since the last good run: {}", compare::view::counts(comparison))
        }
        _ => said,
    }
}

/// The title of the check: the verdict in one line.
#[must_use]
pub fn title(publication: &Publication) -> String {
    one_line(&clip(&words(publication), 300))
}

fn field(name: &str, mut lines: Vec<Text>) -> Field {
    let more = lines.len().saturating_sub(MOST);
    lines.truncate(MOST);
    lines.extend((more > 0).then(|| Text::words(format!("and {more} more"))));
    Field { name: name.to_owned(), value: Value::List(lines), notes: Vec::new() }
}

/// How many were merged, and what became of the others.
fn shards(artifacts: &[ShardArtifact]) -> Vec<Text> {
    let merged = artifacts.iter().filter(|artifact| artifact.state == ArtifactState::Merged).count();
    let other = |artifact: &ShardArtifact| {
        let said = match artifact.state {
            ArtifactState::Merged => return None,
            ArtifactState::Expired => " has expired".to_owned(),
            ArtifactState::Superseded => {
                let id = artifact.id.map(|id| format!(" ({id})")).unwrap_or_default();
                format!("{id} is passed over: {}", artifact.reason)
            }
            ArtifactState::Refused | ArtifactState::Lost => format!(" is left out: {}", artifact.reason),
        };
        Some(Text::words(format!("{}{said}", artifact.name)))
    };
    std::iter::once(Text::words(format!("{merged} merged"))).chain(artifacts.iter().filter_map(other)).collect()
}

fn posted(posted: &Posted) -> Text {
    let page = |word: &str| {
        let url = posted.url.clone().unwrap_or_default();
        Text::words(word).and(Span::Link { words: url.clone(), url })
    };
    match posted.state {
        PostedState::Created => page("written, "),
        PostedState::Updated => page("updated, "),
        PostedState::Skipped => Text::from(format!("none: {}", posted.reason)),
        PostedState::Refused | PostedState::Failed => Text::from(format!("not written: {}", posted.reason)),
    }
}

fn notes(publication: &Publication) -> Vec<Block> {
    let mut lines: Vec<Text> = publication.notes.iter().take(MOST).map(|note| Text::from(note.as_str())).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let more = publication.notes.len().saturating_sub(MOST);
    lines.extend((more > 0).then(|| Text::words(format!("and {more} more"))));
    vec![Block::Heading("What to know".into()), Block::List(lines)]
}

/// The comment, the text of the check and the job summary, in at most `limit` characters. `mark` is a first line of
/// its own, or empty.
#[must_use]
pub fn comment(mark: &str, publication: &Publication, origin: &Origin, limit: usize) -> String {
    let lead = if mark.is_empty() { String::new() } else { format!("{mark}\n") };
    let elsewhere = "The job summary and the report's files have them all";
    // Only a comment has a mark; others speak in the same place.
    let levels = if mark.is_empty() { 0 } else { 2 };
    // A character takes one byte or more.
    let limit_bytes = limit.saturating_sub(lead.len());
    let text = markdown::below(&document(publication, origin), levels, limit_bytes, elsewhere);
    lead + &text
}

fn document(publication: &Publication, origin: &Origin) -> Document {
    let Publication { merged, comparison, .. } = publication;
    let mut facts = vec![Field::new("Merged", Text::words(view::extent(merged)))];
    if !origin.words.is_empty() {
        let Origin { run_url, words } = origin;
        facts.push(Field::new("Run", Span::Link { words: words.clone(), url: run_url.clone() }));
    }
    facts.push(Field::new("goenv-ci", Text::words(env!("CARGO_PKG_VERSION"))));
    let mut blocks = notes(publication);
    if let Some(comparison) = comparison {
        let since = Text::words("What changed since ").and(compare::view::origin(&comparison.old));
        let counts = compare::view::counts(comparison);
        blocks.extend([Block::Heading(since), Block::Paragraph(Text::words(counts))]);
        blocks.extend(compare::view::judged(comparison).into_iter().flat_map(folded));
        let summary = "What else changed".into();
        let beside = Folded { status: None, summary, open: false, blocks: compare::view::beside(comparison) };
        blocks.extend((!beside.blocks.is_empty()).then_some(Block::Folded(beside)));
    }
    blocks.extend(view::findings(merged).into_iter().flat_map(folded));
    Document {
        command: "report publish",
        headline: Some(headline(publication)),
        counts: view::tally_counts(merged.tally),
        facts,
        blocks,
        ..Document::default()
    }
}

/// Entries behind a click each, so that a comment stays short.
fn folded(block: Block) -> Vec<Block> {
    let Block::Entries(Entries { shown, more, .. }) = block else { return vec![block] };
    let fold = |Entry { mark, title, id, fields, .. }: Entry| {
        let summary = id.map_or(title.clone(), |id| title.and(Text::words(": ")).and(id));
        Block::Folded(Folded { status: mark.status, summary, open: false, blocks: vec![Block::Fields(fields)] })
    };
    let more = (more > 0).then(|| Block::Paragraph(Text::words(format!("and {more} more"))));
    shown.into_iter().map(fold).chain(more).collect()
}

/// On the first line of `path` one annotation for what is wrong with the inputs, then one for each finding, the worst
/// first.
#[must_use]
pub fn annotations(merged: &Merged, path: &str) -> Vec<Annotation> {
    let findings = merged.findings.iter().map(|finding| annotation(finding, path));
    of_inputs(merged, path).into_iter().chain(findings).take(MOST_ANNOTATIONS).collect()
}

/// That the report is not whole, if it is not.
fn of_inputs(merged: &Merged, path: &str) -> Option<Annotation> {
    if merged.outcome().is_whole() {
        return None;
    }
    let notes = input_notes(merged);
    let more = notes.len().saturating_sub(MOST);
    let mut lines: Vec<String> = notes.iter().take(MOST).map(|note| one_line(note)).collect();
    lines.extend((more > 0).then(|| format!("and {more} more")));
    Some(Annotation {
        path: path.to_owned(),
        severity: Severity::Error,
        title: "The report is not whole".to_owned(),
        message: lines.join("\n"),
    })
}

fn annotation(finding: &MergedFinding, path: &str) -> Annotation {
    let cell = &finding.first;
    let mut details: Vec<(&str, &str)> = Vec::new();
    match &cell.verdict {
        Verdict::Fail { expected, observed } => {
            details.extend([("expected", expected.as_str()), ("observed", observed.as_str())]);
            details.extend(cell.cause.as_ref().map(|cause| ("likely cause", cause.text.as_str())));
        }
        Verdict::Error { reason } | Verdict::Skip { reason } => details.push(("reason", reason.as_str())),
        Verdict::Pass => {}
    }
    let title = format!("{} {}: {}", one_line(&cell.variable), view::says(finding), one_line(&cell.probe));
    let mut message = format!("where: {}", one_line(&places(finding)));
    for (name, value) in details {
        message += &format!("\n{name}: {}", visible(&clip(value, ANNOTATION_VALUE)));
    }
    Annotation {
        path: path.to_owned(),
        severity: if cell.verdict.status() == Status::Fail { Severity::Error } else { Severity::Warning },
        title: clip(&title, TITLE - 50).chars().take(TITLE).collect(),
        message,
    }
}

/// `Go 1.21.13 on win22 Windows X64; Go 1.22.10 on win22 Windows X64`: each place, as many as fit into a line.
fn places(finding: &MergedFinding) -> String {
    const MOST: usize = 8;
    let mut places: Vec<String> = finding.places.iter().map(|(go, runner)| format!("Go {go} on {runner}")).collect();
    let more = finding.cells.saturating_sub(places.len());
    if more > 0 {
        places.push(format!("{more} more"));
    }
    let shown = places[..places.len().min(MOST)].join("; ");
    match places.len().checked_sub(MOST) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        probe::ProbeKind,
        report::{CellResult, Tally},
    };
    use std::time::Duration;

    fn publication(findings: usize) -> Publication {
        let finding = |at: usize| MergedFinding {
            first: CellResult {
                probe: format!("gobin/probe-{at}"),
                variable: "GOBIN".to_owned(),
                go: "1.21.13".to_owned(),
                kind: ProbeKind::Contract,
                why: String::new(),
                verdict: Verdict::Fail { expected: "x".repeat(500), observed: "@org/team".to_owned() },
                cause: None,
                control: String::new(),
                evidence: Vec::new(),
                duration: Duration::ZERO,
            },
            cells: 1,
            places: vec![("1.21.13".to_owned(), "Windows X64".to_owned())],
        };
        let merged = Merged {
            tally: Tally { fail: findings, pass: 1, ..Tally::default() },
            shards: 2,
            findings: (0..findings).map(finding).collect(),
            ..Merged::default()
        };
        Publication { merged, ..Publication::new("org/app".to_owned()) }
    }

    #[test]
    fn a_comment_is_cut_at_a_section_and_says_so() {
        let whole = comment("<!-- m -->", &publication(3), &Origin::default(), 65_536);
        assert!(whole.starts_with("<!-- m -->\n### ❌ GOBIN does not take effect everywhere\n"), "{whole}");
        assert!(!whole.contains("left out") && !whole.contains("@org"));
        let cut = comment("<!-- m -->", &publication(400), &Origin::default(), 65_536);
        assert!(cut.chars().count() <= 65_536);
        assert!(cut.contains("sections left out here"), "{}", &cut[cut.len() - 400..]);
        assert_eq!(cut.matches("<details>").count(), cut.matches("</details>").count());
    }

    #[test]
    fn an_address_that_is_not_ours_is_no_link() {
        let evil = Origin { run_url: "https://x/\"><b>".to_owned(), words: "@a".to_owned() };
        let text = comment("", &publication(0), &evil, 65_536);
        assert!(!text.contains("<a ") && !text.contains("@a"), "{text}");
    }
}
