//! The one place that calls the library's render functions. A format that a
//! command does not have is `None`; so is a width that its text does not know.

use goenv_ci::{
    claims::ClaimsReport,
    doctor::finding::{Finding, Findings},
    explain::{
        FileOrigin, Values, Why,
        environment::Environment,
        view::{self, Shown},
    },
    goenv::explanation::Explanation,
    output::{
        Document, html, json, markdown,
        terminal::{self, Terminal},
    },
    plan::{Plan, Shell},
    platform::{Platform, env::EnvBlock},
    ports::{Draft, ReportFiles},
    publish::{Publication, publication::input_notes},
    report::{Format, Report, compare::Comparison, merge::Merged},
};
use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
};

/// A format, for text with the terminal that it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// A terminal of so many columns, with colours or without.
    Text(usize, Colour),
    /// report.md, or what else is Markdown.
    Markdown,
    /// The page.
    Html,
    /// `--format json`.
    Json,
    /// junit.xml.
    Junit,
    /// Lines for a runner's log.
    Annotations,
}

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// None.
    Plain,
    /// ANSI sequences.
    Ansi,
}

/// The room of a job summary.
const SUMMARY_LIMIT_BYTES: usize = 512 * 1024;

impl View {
    /// All that are stored.
    pub const ALL: [Self; 9] = [
        Self::Text(80, Colour::Plain),
        Self::Text(140, Colour::Plain),
        Self::Text(80, Colour::Ansi),
        Self::Text(140, Colour::Ansi),
        Self::Markdown,
        Self::Html,
        Self::Json,
        Self::Junit,
        Self::Annotations,
    ];

    /// How the file's name ends.
    pub fn ending(self) -> String {
        match self {
            Self::Text(columns, Colour::Plain) => format!("{columns}.txt"),
            Self::Text(columns, Colour::Ansi) => format!("{columns}.color.txt"),
            Self::Markdown => "md".to_owned(),
            Self::Html => "html".to_owned(),
            Self::Json => "json".to_owned(),
            Self::Junit => "junit.xml".to_owned(),
            Self::Annotations => "annotations.txt".to_owned(),
        }
    }
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

pub fn verify(report: &Report, view: View) -> Option<String> {
    Some(match view {
        View::Text(..) => return shown(&goenv_ci::report::view::document(report, None), view),
        View::Markdown => Format::Markdown.render(report).unwrap(),
        View::Html => Format::Html.render(report).unwrap(),
        View::Json => Format::Json.render(report).unwrap(),
        View::Junit => Format::Junit.render(report).unwrap(),
        View::Annotations => {
            goenv_ci::report::annotations::annotations(report).iter().map(|line| format!("{line}\n")).collect()
        }
    })
}

/// A merge of these files, and the files that it streams.
pub struct Merge {
    merged: Merged,
    /// report.json.
    pub json: String,
    /// junit.xml.
    junit: String,
}

struct Memory(BTreeMap<String, Vec<u8>>);

impl ReportFiles for Memory {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        match self.0.get(path) {
            Some(content) => Ok(Box::new(Cursor::new(content.clone()))),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "there is no such file")),
        }
    }
}

impl Memory {
    fn of(reports: &[(String, &Report)]) -> Self {
        Self(reports.iter().map(|(path, report)| (path.clone(), report_json(report))).collect())
    }
}

#[derive(Default)]
struct File(Cursor<Vec<u8>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Draft for File {
    fn restart(&mut self) -> io::Result<()> {
        self.0 = Cursor::default();
        Ok(())
    }
}

impl File {
    fn text(self) -> String {
        String::from_utf8(self.0.into_inner()).unwrap()
    }
}

/// report.json of a report.
pub fn report_json(report: &Report) -> Vec<u8> {
    Format::Json.render(report).unwrap().into_bytes()
}

/// `report merge` of files in the order of their paths.
pub fn merged(files: &[(String, Vec<u8>)]) -> Merge {
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    let files = Memory(files.iter().cloned().collect());
    let (mut json, mut junit) = (File::default(), File::default());
    let drafts = goenv_ci::report::merge::streaming::Drafts { json: &mut json, junit: &mut junit };
    let inputs = goenv_ci::report::merge::streaming::Inputs { paths: &paths, names: &paths, lost: &[] };
    let merged = goenv_ci::report::merge::streaming::merge(inputs, &files, drafts, 2).unwrap();
    Merge { merged, json: json.text(), junit: junit.text() }
}

pub fn merge(merge: &Merge, view: View) -> Option<String> {
    match view {
        View::Json => Some(merge.json.clone()),
        View::Junit => Some(merge.junit.clone()),
        view => shown(&goenv_ci::report::merge::view::document(&merge.merged), view),
    }
}

/// What `report merge --format json` prints.
pub fn merge_answer(merge: &Merge) -> String {
    goenv_ci::report::merge::json::answer(&merge.merged).unwrap()
}

fn comparison(old: &Report, new: &Report) -> Comparison {
    let (from, to) = ("old/report.json", "new/report.json");
    let files = Memory::of(&[(from.to_owned(), old), (to.to_owned(), new)]);
    let summary = |path: &str| goenv_ci::report::merge::summary(path, &files).unwrap();
    let mut builder = goenv_ci::report::compare::ComparisonBuilder::new(summary(from), summary(to));
    goenv_ci::report::merge::cells(from, &files, &mut |cell| builder.old_cell(cell)).unwrap();
    goenv_ci::report::merge::cells(to, &files, &mut |cell| builder.new_cell(cell)).unwrap();
    if builder.asks_again() {
        goenv_ci::report::merge::cells(from, &files, &mut |cell| builder.again(cell)).unwrap();
    }
    builder.finish()
}

/// `report compare`.
pub fn compare(old: &Report, new: &Report) -> impl Fn(View) -> Option<String> {
    let comparison = comparison(old, new);
    move |view| match view {
        View::Json => Some(json::to_text(&comparison).unwrap()),
        View::Html => None,
        view => shown(&goenv_ci::report::compare::view::document(&comparison), view),
    }
}

/// The comparison as Markdown with no more room than this.
pub fn compare_within(old: &Report, new: &Report, limit_bytes: usize) -> String {
    let document = goenv_ci::report::compare::view::document(&comparison(old, new));
    markdown::render(&document, limit_bytes, "the JSON has them all")
}

/// `report history`, oldest first.
pub fn history(reports: &[Report]) -> impl Fn(View) -> Option<String> {
    let named: Vec<(String, &Report)> =
        reports.iter().enumerate().map(|(at, report)| (format!("{at}/report.json"), report)).collect();
    let files = Memory::of(&named);
    let mut builder = goenv_ci::report::history::HistoryBuilder::default();
    for (path, _) in &named {
        goenv_ci::report::merge::cells(path, &files, &mut |cell| builder.cell(cell)).unwrap();
        builder.report(goenv_ci::report::merge::summary(path, &files).unwrap());
    }
    let history = builder.finish();
    move |view| match view {
        View::Json => Some(json::to_text(&history).unwrap()),
        View::Markdown | View::Html => None,
        view => shown(&goenv_ci::report::history::view::document(&history), view),
    }
}

/// A publication of a merge; the baseline is `old` and `new`.
pub fn publication(merge: &Merge, baseline: Option<(&Report, &Report)>) -> Publication {
    let mut publication = Publication::new("org/app".to_owned());
    publication.notes = input_notes(&merge.merged);
    publication.merged = merge.merged.clone();
    publication.comparison = baseline.map(|(old, new)| comparison(old, new));
    publication
}

/// `report publish`; its Markdown is the comment.
pub fn publish(publication: &Publication, workflow: &str, origin: (&str, &str), view: View) -> Option<String> {
    match view {
        View::Markdown => Some(comment(publication, workflow, origin, 65_536)),
        View::Json => Some(json::pretty(publication).unwrap()),
        View::Html => None,
        view => shown(&goenv_ci::publish::view::answer(publication), view),
    }
}

fn origin((run_url, words): (&str, &str)) -> goenv_ci::publish::view::Origin {
    goenv_ci::publish::view::Origin { run_url: run_url.to_owned(), words: words.to_owned() }
}

/// The comment of at most so many characters; `origin` is the run's page and what is said of it.
pub fn comment(publication: &Publication, workflow: &str, origin: (&str, &str), limit: usize) -> String {
    let mark = goenv_ci::publish::sticky::mark(workflow);
    goenv_ci::publish::view::comment(&mark, publication, &self::origin(origin), limit)
}

/// Title and summary of the check.
pub fn check(publication: &Publication, origin: (&str, &str)) -> (String, String) {
    let summary = goenv_ci::publish::view::comment("", publication, &self::origin(origin), 65_535);
    (goenv_ci::publish::view::title(publication), summary)
}

/// The check's annotations: title and message of each.
pub fn check_annotations(publication: &Publication) -> Vec<(String, String)> {
    let all = goenv_ci::publish::view::annotations(&publication.merged, ".github/workflows/verify.yml");
    all.into_iter().map(|one| (format!("{:?} {}: {}", one.severity, one.path, one.title), one.message)).collect()
}

/// `explain`; its lists are those of Windows.
pub fn explain(explanations: &[Explanation], which: Shown, view: View) -> Option<String> {
    let answer = Values::new(explanations.to_vec());
    match view {
        View::Json => Some(json::pretty(&answer).unwrap()),
        view => shown(&view::values(&answer, which, Platform::Windows), view),
    }
}

/// `explain --why FILE`.
pub fn why(file: &str, origins: &[FileOrigin], view: View) -> Option<String> {
    let answer = Why::new(file, origins.to_vec());
    match view {
        View::Json => Some(json::pretty(&answer).unwrap()),
        View::Text(..) => shown(&view::why(&answer), view),
        View::Markdown | View::Html | View::Junit | View::Annotations => None,
    }
}

/// `explain --environment`; its lists are those of Windows.
pub fn environment(answer: &Environment, view: View) -> Option<String> {
    let answer = answer.clone().masked();
    match view {
        View::Json => Some(json::pretty(&answer).unwrap()),
        View::Text(..) => shown(&view::environment(&answer, Platform::Windows), view),
        View::Markdown | View::Html | View::Junit | View::Annotations => None,
    }
}

/// `doctor`.
pub fn doctor(go: Option<&str>, findings: &[Finding], view: View) -> Option<String> {
    let found = Findings::new(go.map(str::to_owned), findings.to_vec());
    match view {
        View::Json => Some(json::pretty(&found).unwrap()),
        view => shown(&goenv_ci::doctor::view::document(&found), view),
    }
}

/// A document in the formats that every document has.
fn shown(document: &Document, view: View) -> Option<String> {
    Some(match view {
        View::Text(columns, colour) => {
            terminal::render(document, Terminal { columns, color: colour == Colour::Ansi, links: false })
        }
        View::Markdown => markdown::render(document, SUMMARY_LIMIT_BYTES, "the JSON has them all"),
        View::Html => html::render(document).unwrap(),
        View::Json | View::Junit | View::Annotations => return None,
    })
}

/// `claims`.
pub fn claims(report: &ClaimsReport, view: View) -> Option<String> {
    match view {
        View::Json => Some(report.to_json().unwrap()),
        view => shown(&goenv_ci::claims::view::document(report), view),
    }
}

/// `plan`, and `apply --dry-run`.
pub fn plan(plan: &Plan, detail: goenv_ci::plan::view::Detail, view: View) -> Option<String> {
    match view {
        View::Json => Some(json::pretty(plan).unwrap()),
        View::Text(..) => shown(&goenv_ci::plan::view::plan(plan, detail), view),
        View::Markdown | View::Html | View::Junit | View::Annotations => None,
    }
}

/// `plan --format github-matrix`.
pub fn plan_matrix(plan: &Plan) -> String {
    plan.matrix.to_line() + "\n"
}

/// `apply --shell`.
pub fn shell_lines(plan: &Plan, shell: Shell) -> String {
    lines(&goenv_ci::apply::shell::lines(plan, shell, &EnvBlock::new(plan.platform)))
}
