//! What a check is, and what it reports.

use crate::{
    doctor::{
        Context,
        finding::{FileChange, Finding, Location},
        path_change::PathChange,
    },
    output::{mask::masked, sanitize::clip},
    platform::Platform,
    status::Severity,
};

/// One thing that can be wrong.
#[derive(Debug)]
pub struct Check {
    /// Kebab-case; never renamed once released.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// Why it matters, for docs/doctor.md.
    pub why: &'static str,
    pub(super) run: fn(&Context<'_>) -> Vec<Hit>,
}

impl Check {
    /// What is wrong here.
    pub(super) fn hits(&self, context: &Context<'_>) -> impl Iterator<Item = Hit> {
        let mut hits = (self.run)(context);
        if let Some(count @ 2..) = hits.len().checked_sub(MOST) {
            hits.truncate(MOST);
            hits.extend(more(count));
        }
        hits.into_iter()
    }

    /// What a person reads of it; `path` is the command that all fixes of PATH have become.
    pub(super) fn finding(&self, hit: Hit, path: Option<&str>, platform: Platform) -> Finding {
        // They may quote a value of a megabyte; `explain --format json` has it whole.
        let said = |text: &str| clip(text, LONGEST).into_owned();
        let finding = Finding::new(self.id, hit.severity_of(self), &said(&hit.message), &said(&hit.evidence));
        let path = path.filter(|_| hit.path.is_some()).map(str::to_owned);
        let fix = match (hit.fix, path) {
            (Some((command, change)), None) => Some((command, change)),
            (Some((command, _)), Some(path)) => Some((format!("{command}{}{path}", between(platform)), None)),
            (None, path) => path.map(|path| (path, None)),
        };
        let fix = match fix {
            Some((command, Some(change))) if !can_be_shown(&command) => {
                Some(("goenv-ci doctor --fix".to_owned(), Some(change)))
            }
            // Half a command would do something else, and so would one with a masked word.
            fix => fix.filter(|(command, _)| can_be_shown(command)),
        };
        let finding = match fix {
            Some((command, change)) => finding.fixed_by(&command, change),
            None => finding,
        };
        Finding { location: hit.location, ..finding }
    }
}

/// What stands between two commands of which the second needs the first.
pub(super) fn between(platform: Platform) -> &'static str {
    if platform == Platform::Windows { "; " } else { " && " }
}

fn can_be_shown(command: &str) -> bool {
    command.len() <= LONGEST && masked(command) == command
}

/// Whether a text names a path, or one below it.
fn names(text: &str, path: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_.".contains(c));
    text.match_indices(path).any(|(at, _)| ends(&text[at + path.len()..]))
}

/// Characters of what a finding says, and of a command that fixes it.
const LONGEST: usize = 2_000;

/// Findings of one check that are told; nobody reads more.
const MOST: usize = 100;

/// A hit for each of the first of what was found; the others are only counted.
pub(super) fn told<T>(mut found: impl Iterator<Item = T>, hit: impl Fn(T) -> Hit) -> Vec<Hit> {
    let mut hits: Vec<Hit> = found.by_ref().take(MOST).map(hit).collect();
    hits.extend(more(found.count()));
    hits
}

fn more(count: usize) -> Option<Hit> {
    let message = format!("{count} more findings like these");
    (count > 0).then(|| Hit::new(message, format!("the first {MOST} are shown")))
}

/// What a check found; the check itself says how bad that is, unless this does.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    message: String,
    evidence: String,
    severity: Option<Severity>,
    fix: Option<(String, Option<FileChange>)>,
    path: Option<PathChange>,
    location: Option<Location>,
}

impl Hit {
    pub fn new(message: impl Into<String>, evidence: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            evidence: evidence.into(),
            severity: None,
            fix: None,
            path: None,
            location: None,
        }
    }

    /// How bad it is.
    pub fn severity_of(&self, check: &Check) -> Severity {
        self.severity.unwrap_or(check.severity)
    }

    /// With what its fix does to PATH, behind its other command if it has one.
    pub fn on_path(self, change: PathChange) -> Self {
        Self { path: Some(change), ..self }
    }

    /// What its fix does to PATH.
    pub fn path_change(&self) -> Option<&PathChange> {
        self.path.as_ref()
    }

    /// Whether what it says, or what its fix does, concerns a path.
    pub fn concerns(&self, path: &str) -> bool {
        let at = self.location.as_ref().map_or("", |place| place.file.as_str());
        [self.message.as_str(), &self.evidence, self.command(), at].iter().any(|text| names(text, path))
    }

    /// With more said of what is wrong.
    pub fn also(mut self, more: &str) -> Self {
        self.message.push_str(more);
        self
    }

    /// With another severity than the check's own.
    pub fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    /// With a place, unless it has one.
    pub fn or_at(self, file: &str, line: Option<usize>) -> Self {
        if self.location.is_some() { self } else { self.at(file, line) }
    }

    /// With a command for a person, who has to decide; an empty one is none.
    pub fn fix(self, command: impl Into<String>) -> Self {
        self.fix_with(command, None)
    }

    /// With a command, and with what `--fix` does by itself.
    pub fn fix_with(mut self, command: impl Into<String>, change: Option<FileChange>) -> Self {
        self.fix = Some((command.into(), change)).filter(|(command, _)| !command.is_empty());
        self
    }

    pub fn at(mut self, file: &str, line: Option<usize>) -> Self {
        self.location = Some(Location { file: file.to_owned(), line, column: line.map(|_| 1) });
        self
    }

    /// The command that fixes it, or an empty text.
    pub fn command(&self) -> &str {
        self.fix.as_ref().map_or("", |(command, _)| command)
    }
}
