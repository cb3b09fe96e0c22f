//! What a format is given to write: the plan's variables and its entry of PATH, with values that may refer to variables
//! of the machine that reads them.

use crate::{
    output::sanitize,
    plan::{Giver, Plan, is_of_name, leading_reference},
    platform::Platform,
    ports::registry::Scope,
};

/// The plan, as it is to last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportTemplate {
    /// What was planned for: `windows-2022`, `current`, or in words a machine of a kind.
    pub runner: String,
    /// Whose path syntax the values have.
    pub platform: Platform,
    /// For one user or for the machine, where a format makes a difference.
    pub scope: Scope,
    /// In the plan's order; GOBIN is left out where it stays unset.
    pub variables: Vec<TemplateVariable>,
    /// Directories that go in front of PATH, first entry first.
    pub path: Vec<TemplateValue>,
    /// As asked for, at least one: `1.21`. The first is what a format takes that has room for one.
    pub go: Vec<String>,
}

/// A variable and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateVariable {
    /// `GOCACHE`.
    pub name: String,
    /// Never empty.
    pub value: TemplateValue,
    /// Why this value, on one line without control characters; for a comment.
    pub reason: String,
}

/// A value: text, and variables that its reader puts in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateValue {
    /// In order; texts are not empty and do not follow each other.
    pub pieces: Vec<ValuePiece>,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuePiece {
    /// As it is.
    Text(String),
    /// A variable by its name: `USERPROFILE`, `HOME`.
    Variable(String),
}

impl TemplateValue {
    /// As a plan has it: on Windows `%NAME%` anywhere is a variable, elsewhere `$NAME` or `${NAME}` in front is one. All
    /// else is text.
    #[must_use]
    pub fn planned(platform: Platform, text: &str) -> Self {
        let mut value = Self::default();
        let mut rest = text;
        if platform != Platform::Windows {
            if let Some(reference) = leading_reference(platform, text) {
                value.push_variable(reference.trim_start_matches(['$', '{']).trim_end_matches('}'));
                rest = &text[reference.len()..];
            }
            value.push_text(rest);
            return value;
        }
        while let Some((before, after)) = rest.split_once('%') {
            let name = after.split_once('%').filter(|(name, _)| is_name(platform, name));
            match name {
                Some((name, behind)) => {
                    value.push_text(before);
                    value.push_variable(name);
                    rest = behind;
                }
                None => {
                    value.push_text(&rest[..=before.len()]);
                    rest = after;
                }
            }
        }
        value.push_text(rest);
        value
    }

    /// Text alone.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut value = Self::default();
        value.push_text(text);
        value
    }

    /// At the end.
    pub fn push_text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(ValuePiece::Text(last)) => last.push_str(text),
            _ => self.pieces.push(ValuePiece::Text(text.to_owned())),
        }
    }

    /// At the end.
    pub fn push_variable(&mut self, name: &str) {
        self.pieces.push(ValuePiece::Variable(name.to_owned()));
    }

    /// At the end.
    pub fn push(&mut self, piece: &ValuePiece) {
        match piece {
            ValuePiece::Text(text) => self.push_text(text),
            ValuePiece::Variable(name) => self.push_variable(name),
        }
    }

    /// Another value at the end.
    pub fn append(&mut self, other: &Self) {
        other.pieces.iter().for_each(|piece| self.push(piece));
    }

    /// The parts between separators that are not empty, such as the entries of PATH.
    #[must_use]
    pub fn split(&self, separator: char) -> Vec<Self> {
        let mut parts = vec![Self::default()];
        for piece in &self.pieces {
            let ValuePiece::Text(text) = piece else {
                parts.last_mut().into_iter().for_each(|last| last.push(piece));
                continue;
            };
            for (number, part) in text.split(separator).enumerate() {
                if number > 0 {
                    parts.push(Self::default());
                }
                parts.last_mut().into_iter().for_each(|last| last.push_text(part));
            }
        }
        parts.retain(|part| !part.pieces.is_empty());
        parts
    }

    /// The whole as text, where it is that alone.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [ValuePiece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// As a plan has it; the reverse of [`Self::planned`].
    #[must_use]
    pub fn in_plan(&self, platform: Platform) -> String {
        self.written(str::to_owned, |name| match platform {
            Platform::Windows => format!("%{name}%"),
            Platform::Linux | Platform::Macos => format!("${name}"),
        })
    }

    /// Each piece as a format writes it.
    pub fn written(&self, text: impl Fn(&str) -> String, variable: impl Fn(&str) -> String) -> String {
        let piece = |piece: &ValuePiece| match piece {
            ValuePiece::Text(part) => text(part),
            ValuePiece::Variable(name) => variable(name),
        };
        self.pieces.iter().map(piece).collect()
    }

    /// The first variable that it refers to.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        self.pieces.iter().find_map(|piece| match piece {
            ValuePiece::Variable(name) => Some(name.as_str()),
            ValuePiece::Text(_) => None,
        })
    }
}

fn is_name(platform: Platform, text: &str) -> bool {
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(|c| is_of_name(platform, c))
}

impl ExportTemplate {
    /// `runner`: what was planned for, in words.
    #[must_use]
    pub fn new(plan: &Plan, runner: &str, scope: Scope, go: Vec<String>) -> Self {
        let platform = plan.platform;
        let variable = |name: &str, value: &str, reason: &str, giver: &Giver| TemplateVariable {
            name: name.to_owned(),
            value: TemplateValue::planned(platform, value),
            reason: match giver {
                Giver::Default => sanitize::one_line(reason),
                _ => sanitize::one_line(&format!("given {}", giver.way(&name.to_lowercase()))),
            },
        };
        let filled = plan.assignments.iter().filter(|one| !one.value.is_empty());
        Self {
            runner: runner.to_owned(),
            platform,
            scope,
            variables: filled.map(|one| variable(one.variable.name(), &one.value, &one.reason, &one.giver)).collect(),
            path: plan.path.iter().map(|dir| TemplateValue::planned(platform, dir)).collect(),
            go,
        }
    }

    /// The variable that holds an entry of PATH, so that a format can name it instead of writing the directory again.
    #[must_use]
    pub fn owner(&self, entry: &TemplateValue) -> Option<&str> {
        self.variables.iter().find(|one| one.name == "GOBIN" && one.value == *entry).map(|one| one.name.as_str())
    }

    /// A line for a comment at the top.
    #[must_use]
    pub fn title(&self) -> String {
        format!("Go's directories, planned by goenv-ci for {}", self.runner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_text_and_variables_and_back() {
        use ValuePiece::{Text, Variable};
        let (text, variable) = (|t: &str| Text(t.to_owned()), |n: &str| Variable(n.to_owned()));
        for (platform, written, pieces) in [
            (Platform::Windows, r"D:\go", vec![text(r"D:\go")]),
            (Platform::Windows, r"%USERPROFILE%\go", vec![variable("USERPROFILE"), text(r"\go")]),
            (Platform::Windows, r"D:\%USERNAME%\go", vec![text(r"D:\"), variable("USERNAME"), text(r"\go")]),
            (Platform::Windows, r"%ProgramFiles(x86)%\Go", vec![variable("ProgramFiles(x86)"), text(r"\Go")]),
            (Platform::Windows, r"D:\100%\50%", vec![text(r"D:\100%\50%")]),
            (Platform::Windows, r"D:\100%%A%", vec![text(r"D:\100%"), variable("A")]),
            (Platform::Linux, "$HOME/go", vec![variable("HOME"), text("/go")]),
            (Platform::Linux, "/a/$HOME", vec![text("/a/$HOME")]),
            (Platform::Linux, "/a/%HOME%", vec![text("/a/%HOME%")]),
        ] {
            let value = TemplateValue::planned(platform, written);
            assert_eq!(value.pieces, pieces, "{written}");
            assert_eq!(value.in_plan(platform), written);
        }
        assert_eq!(TemplateValue::planned(Platform::Linux, "${HOME}/go").in_plan(Platform::Linux), "$HOME/go");
    }
}
