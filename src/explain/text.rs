//! `explain` for a terminal: name, value and source, the shadowed values
//! below. Good from 80 columns up.

use crate::output::sanitize::{clip, disarmed, one_line};
use crate::{
    explain::json::{DifferenceV1, ExplainV1, ExplanationV1, HeldV1, VariableV1},
    output::{
        paint::Paint,
        wrap::{wrap, wrap_list},
    },
};
use anstyle::{AnsiColor, Style};
use std::fmt::Write;

const HEADING: Style = Style::new().bold();
const NAME: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();
const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// Characters of one value; the other formats have it whole.
const MOST: usize = 1_200;
/// Entries of one list, likewise.
const MOST_ENTRIES: usize = 60;
/// So many variables are shown one by one whatever they hold.
const FEW: usize = 12;
/// Where values begin.
const INDENT: usize = 16;

/// All versions, with a line feed at the end.
#[must_use]
pub fn render(all: &ExplainV1, paint: Paint, columns: usize) -> String {
    let sheet = Sheet { paint, columns: columns.max(40) };
    let mut parts: Vec<String> = all.explanations().into_iter().map(|one| sheet.explanation(one)).collect();
    if !all.differences().is_empty() {
        parts.insert(0, sheet.differences(all.differences()));
    }
    disarmed(&parts.join("\n"))
}

/// What the environment is called by a reader.
pub(crate) fn source(name: &str) -> &str {
    match name {
        "goenv-file" => "go env -w",
        "goroot-go-env" => "GOROOT/go.env",
        "user-registry" => "the user's registry",
        "machine-registry" => "the machine's registry",
        "shell-profile" => "a shell's profile",
        "envrc" => ".envrc",
        "workflow" => "a workflow's `env:`",
        "github-env" => "GITHUB_ENV, for the steps to come",
        "vscode" => "VS Code's settings",
        "process" => "whoever started the process",
        other => other,
    }
}

/// `environment, from a shell's profile, /home/u/.bashrc:3`.
pub(crate) fn whence(variable: &VariableV1) -> String {
    let mut text = source(&variable.source).to_owned();
    if let Some(at) = &variable.at {
        text += &format!(", {at}");
    }
    if let Some(origin) = variable.origin.as_ref().filter(|origin| origin.source != "process") {
        text += &format!(", set by {}", place(origin));
    }
    if let Some(because) = &variable.because {
        text += &format!(": {because}");
    }
    text
}

/// `GOROOT/go.env, /usr/local/go/go.env:3`.
pub(crate) fn place(held: &HeldV1) -> String {
    let at = held.at.as_ref().map(|at| format!(", {at}")).unwrap_or_default();
    format!("{}{at}", source(&held.source))
}

/// Go itself passes over a value that is shadowed; one of the others may never have been near this process.
pub(crate) fn relation(held: &HeldV1) -> &'static str {
    match held.source.as_str() {
        "environment" | "goenv-file" | "goroot-go-env" | "computed" | "default" => "shadows",
        _ => "elsewhere",
    }
}

/// What is shown for no value.
pub(crate) fn value(text: Option<&str>) -> String {
    match text {
        None => "(only Go can tell)".to_owned(),
        Some("") => "(empty)".to_owned(),
        Some(text) => clip(&one_line(text), MOST).into_owned(),
    }
}

/// A value in lines: a list by its entries, all else by its words.
pub(crate) fn lines_of(name: &str, text: Option<&str>, columns: usize) -> Vec<String> {
    let is_list = name.eq_ignore_ascii_case("PATH") || name == "GOPATH";
    match text.filter(|text| is_list && !text.is_empty()) {
        Some(list) => wrap_list(&one_line(list), columns, MOST_ENTRIES),
        None => wrap(&value(text), columns),
    }
}

/// Nobody set it, and Go has no default for it.
fn is_unset(one: &VariableV1) -> bool {
    one.value.as_deref() == Some("")
        && one.source == "default"
        && one.shadowed.is_empty()
        && one.because.is_none()
        && one.go_says.is_none()
}

struct Sheet {
    paint: Paint,
    columns: usize,
}

/// What a version says of a variable, or that it says nothing.
pub(crate) fn different(text: Option<&str>) -> String {
    text.map_or_else(|| "(it does not answer)".to_owned(), |text| value(Some(text)))
}

impl Sheet {
    fn differences(&self, all: &[DifferenceV1]) -> String {
        let mut out = self.paint.on(HEADING, "What differs between these versions") + "\n\n";
        for one in all {
            let mut lead = format!("{:<INDENT$}", one.name);
            if one.name.len() >= INDENT {
                lead.push(' ');
            }
            for said in &one.values {
                let label = format!("Go {}: ", said.go);
                let room = self.columns.saturating_sub(INDENT + label.len()).max(20);
                for (at, line) in wrap(&different(said.value.as_deref()), room).iter().enumerate() {
                    let label = if at == 0 { label.clone() } else { " ".repeat(label.len()) };
                    let _ = writeln!(out, "{}{}{line}", self.paint.on(NAME, &lead), self.paint.on(DIM, &label));
                    lead = " ".repeat(INDENT);
                }
            }
        }
        out
    }

    fn explanation(&self, all: &ExplanationV1) -> String {
        let place = all.goroot.as_deref().map_or_else(
            || "by its rules alone, no such toolchain was found".to_owned(),
            |goroot| format!("in {}", one_line(goroot)),
        );
        let mut out = format!("{} {}\n", self.paint.on(HEADING, &format!("Go {}", all.go)), self.paint.on(DIM, &place));
        for note in &all.notes {
            self.lines(&mut out, "warning: ", &one_line(note), WARN);
        }
        let differ = all.variables.iter().filter(|one| one.go_says.is_some()).count();
        if differ > 0 {
            self.lines(&mut out, "warning: ", &format!("{differ} below differ from what go env says"), WARN);
        }
        out.push('\n');
        let many = all.variables.len() > FEW;
        let (unset, told): (Vec<&VariableV1>, Vec<&VariableV1>) =
            all.variables.iter().partition(|one| many && is_unset(one));
        for one in told {
            self.variable(&mut out, one);
        }
        if !unset.is_empty() {
            let names: Vec<&str> = unset.iter().map(|one| one.name.as_str()).collect();
            out.push('\n');
            self.lines(&mut out, "unset: ", &names.join(", "), DIM);
        }
        out
    }

    fn variable(&self, out: &mut String, one: &VariableV1) {
        let name = self.paint.on(NAME, &format!("{:<INDENT$}", one.name));
        let gap = if one.name.len() < INDENT { "" } else { " " };
        let lines = lines_of(&one.name, one.value.as_deref(), self.columns - INDENT);
        for (at, line) in lines.iter().enumerate() {
            let lead = if at == 0 { format!("{name}{gap}") } else { " ".repeat(INDENT) };
            let _ = writeln!(out, "{lead}{line}");
        }
        self.lines(out, &" ".repeat(INDENT), &one_line(&whence(one)), DIM);
        if let Some(said) = &one.go_says {
            let text = format!("go env says: {}", value(Some(said)));
            self.lines(out, &" ".repeat(INDENT), &text, WARN);
        }
        for held in &one.shadowed {
            let text = format!("{} {} ({})", relation(held), value(Some(&held.value)), one_line(&place(held)));
            self.lines(out, &" ".repeat(INDENT), &text, DIM);
        }
    }

    fn lines(&self, out: &mut String, indent: &str, text: &str, style: Style) {
        for (at, line) in wrap(text, self.columns - indent.len()).iter().enumerate() {
            let lead = if at == 0 { indent.to_owned() } else { " ".repeat(indent.len()) };
            let _ = writeln!(out, "{}{}", self.paint.on(style, &lead), self.paint.on(style, line));
        }
    }
}
