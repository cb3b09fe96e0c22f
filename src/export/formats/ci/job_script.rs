//! Scripts of jobs: a value as a word of bash, and what a script of somebody's exports, by the readers of `script`.

use crate::{
    export::{
        formats::ci::{found::FoundSettings, yaml},
        read::LineColumn,
        template::{TemplateValue, ValuePiece},
    },
    script::{ScriptPiece, ScriptPlace, ScriptShell, ScriptText, Setter},
    workflow::tree::Node,
};

/// In double quotes. What CI systems would take for theirs, `${{` and `<<`, is kept apart by an end of the quotes and a
/// new begin, which no shell sees.
pub(super) fn bash_word(value: &TemplateValue) -> String {
    format!("\"{}\"", bash_quoted(value))
}

/// The same without the outer quotes.
pub(super) fn bash_quoted(value: &TemplateValue) -> String {
    let mut word = String::new();
    for (number, piece) in value.pieces.iter().enumerate() {
        match piece {
            ValuePiece::Text(text) => word.push_str(&bash_text(text)),
            ValuePiece::Variable(name) => {
                let goes_on = match value.pieces.get(number + 1) {
                    Some(ValuePiece::Text(text)) => text.starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric()),
                    _ => false,
                };
                word.push_str(&if goes_on { format!("${{{name}}}") } else { format!("${name}") });
            }
        }
    }
    word
}

fn bash_text(text: &str) -> String {
    let mut word = String::new();
    let mut before = None;
    for c in text.chars() {
        if matches!((before, c), (Some('<'), '<') | (Some('$'), '{')) {
            word.push_str("\"\"");
        }
        if matches!(c, '\\' | '"' | '$' | '`') {
            word.push('\\');
        }
        word.push(c);
        before = Some(c);
    }
    word
}

/// A text that a script has put together, as a value; `None`: only a run tells.
pub(super) fn value(text: &ScriptText) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    for piece in &text.0 {
        match piece {
            ScriptPiece::Literal(text) => value.push_text(text),
            ScriptPiece::Variable { name, .. } => value.push_variable(name),
            ScriptPiece::Expression { inner, .. } => value.push_variable(property(inner.trim())?),
            ScriptPiece::Unknown(_) => return None,
        }
    }
    Some(value)
}

/// The variable that says the same as an expression of GitHub.
fn property(inner: &str) -> Option<&str> {
    match inner {
        "runner.temp" => Some("RUNNER_TEMP"),
        "runner.tool_cache" => Some("RUNNER_TOOL_CACHE"),
        "runner.workspace" => Some("RUNNER_WORKSPACE"),
        "github.workspace" => Some("GITHUB_WORKSPACE"),
        _ => inner
            .strip_prefix("env.")
            .filter(|name| !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())),
    }
}

/// What a script of bash exports, for a system that runs all of a job's lines in one shell.
pub(super) fn exports(script: &str, at: impl Fn(usize) -> LineColumn, found: &mut FoundSettings) {
    for place in ScriptShell::Bash.places(script) {
        export(&place, at(place.line), found);
    }
}

/// What one place of it comes to.
pub(super) fn export(place: &ScriptPlace, at: LineColumn, found: &mut FoundSettings) {
    match place.by {
        Setter::Export if place.name == "PATH" => found.path(value(&place.value).as_ref(), at),
        Setter::Export | Setter::GoEnvW => found.variable(&place.name, value(&place.value), at),
        Setter::Source => found.remark(format!("it reads `{}`", place.value.written()), at),
        _ => {}
    }
}

/// The scripts of a list, one below the other, with the lines of each.
pub(super) fn joined(list: &Node) -> (String, Vec<LineColumn>) {
    let (mut script, mut places) = (String::new(), Vec::new());
    let mut open: Vec<&Node> = vec![list];
    while let Some(node) = open.pop() {
        if let Some(text) = node.text() {
            for (number, line) in text.lines().enumerate() {
                script.push_str(line);
                script.push('\n');
                places.push(yaml::line_of(node, number + 1));
            }
        }
        open.extend(node.list().rev());
    }
    (script, places)
}
