//! The command that takes a variable out of a profile of a shell: whole lines where they do nothing else, else the
//! statement alone. What cannot be taken out so is left to a person.

use crate::{
    doctor::{
        Context,
        remedy::{edit, pattern, real_file},
    },
    ports::ReadLimit,
    script::statement::{SettingStatement, setting_statements},
};
use std::collections::{BTreeMap, BTreeSet};

/// Takes out the setting in a line, with all others that set the variable to the same or are as wrong.
/// Lines are told by what they hold, never by number: another fix may have taken out one above them.
pub(super) fn taken_out(
    context: &Context<'_>,
    file: &str,
    name: &str,
    (number, value): (Option<usize>, &str),
    wrong: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let writable = context.platform().parent(file).is_some_and(|dir| context.host.check_writable(&dir).is_ok());
    if !writable || file.starts_with("/etc/") {
        return None;
    }
    let content = context.host.read(file, ReadLimit::Settings).ok()?;
    let text = String::from_utf8(content).ok()?;
    let statements = setting_statements(&text, name, file.ends_with(".fish"));
    let own = statements.iter().find(|one| Some(one.line) == number).map_or(value, |one| &one.value);
    let goes = |one: &&SettingStatement| one.value == own || one.value == value || wrong(&one.value);
    let gone: Vec<&SettingStatement> = statements.iter().filter(goes).collect();
    let lines: Vec<&str> = text.split('\n').collect();
    let script = script(&lines, &gone, name)?;
    Some(edit(context.platform(), &real_file(context, file), &script, ("", "")))
}

/// The script of `sed` that takes out these statements and changes nothing else.
fn script(lines: &[&str], gone: &[&SettingStatement], name: &str) -> Option<String> {
    let mut by_text: BTreeMap<&str, Vec<&SettingStatement>> = BTreeMap::new();
    for one in gone {
        by_text.entry(lines.get(one.line - 1)?).or_default().push(one);
    }
    let numbers = |of: &dyn Fn(&SettingStatement) -> bool| -> BTreeSet<usize> {
        gone.iter().filter(|one| of(one)).map(|one| one.line).collect()
    };
    let (all_numbers, whole) = (numbers(&|_| true), numbers(&|one| one.instead.is_none()));
    let is_like = |line: &str, text: &str| {
        line == text || text.starts_with(char::is_whitespace) && line.trim_start() == text.trim_start()
    };
    let is_left =
        |text: &str| lines.iter().enumerate().any(|(at, line)| is_like(line, text) && !all_numbers.contains(&(at + 1)));
    let mut commands = BTreeSet::new();
    for (text, all) in by_text {
        let one = all[0];
        // Twice in a line, or the same line in a text that is no code.
        let is_same = |other: &&SettingStatement| other.bytes == one.bytes && other.instead == one.instead;
        if is_left(text) || !all.iter().all(is_same) {
            return None;
        }
        commands.insert(match one.instead {
            None => format!("/^{}/d", beginning(text, lines, &whole, name)?),
            Some(instead) => {
                let piece = &text[one.bytes.clone()];
                if text.find(piece) != Some(one.bytes.start) || piece.contains(char::is_control) {
                    return None;
                }
                format!("/^{}$/s/{}/{instead}/", line_pattern(text)?, pattern(piece))
            }
        });
    }
    (!commands.is_empty()).then(|| commands.into_iter().collect::<Vec<_>>().join(";"))
}

/// What a line that goes is told by: how it begins, where no other line begins so; else all of it.
fn beginning(text: &str, lines: &[&str], gone: &BTreeSet<usize>, name: &str) -> Option<String> {
    let begins = text.find(name).and_then(|at| text.get(..=at + name.len())).unwrap_or(text);
    let is_alone = |(at, line): (usize, &&str)| !line.starts_with(begins) || gone.contains(&(at + 1));
    match lines.iter().enumerate().all(is_alone) && begins.trim_start() == begins {
        true => Some(pattern(begins)),
        false => line_pattern(text).map(|text| format!("{text}$")),
    }
}

/// A line as a regular expression; blanks that it begins with need not be the same ones.
fn line_pattern(text: &str) -> Option<String> {
    let bare = text.trim_start();
    let blank = if bare.len() == text.len() { "" } else { "[[:space:]]*" };
    (!bare.contains(char::is_control)).then(|| format!("{blank}{}", pattern(bare)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, value: &str) -> Option<String> {
        let lines: Vec<&str> = text.split('\n').collect();
        let all = setting_statements(text, "GOBIN", false);
        let gone: Vec<&SettingStatement> = all.iter().filter(|one| one.value == value).collect();
        script(&lines, &gone, "GOBIN")
    }

    #[test]
    fn a_line_is_told_by_how_it_begins_where_no_other_begins_so() {
        assert_eq!(of("export GOBIN=/a.b\nx", "/a.b").unwrap(), "/^export GOBIN=/d");
        let all = "export GOBIN=/a.b\nexport GOBIN=/c";
        assert_eq!(of(all, "/a.b").unwrap(), r"/^export GOBIN=\/a\.b$/d");
        assert_eq!(of("export GOBIN=/c\nexport GOBIN=/c", "/c").unwrap(), "/^export GOBIN=/d");
        let longer = "export GOBIN=/c\nexport GOBIN=/c; x";
        assert_eq!(of(longer, "/c").unwrap(), r"/^export GOBIN=\/c$/d;/^export GOBIN=\/c; x$/s/export GOBIN=\/c; //");
    }

    #[test]
    fn of_a_line_that_does_more_goes_the_statement() {
        assert_eq!(
            of("\texport GOBIN=/c; x", "/c").unwrap(),
            "/^[[:space:]]*export GOBIN=\\/c; x$/s/export GOBIN=\\/c; //"
        );
        assert_eq!(of("if x; then\n\tGOBIN=/c\nfi", "/c").unwrap(), "/^[[:space:]]*GOBIN=\\/c$/s/GOBIN=\\/c/:/");
    }

    #[test]
    fn a_line_that_is_text_elsewhere_is_left_to_a_person() {
        assert_eq!(of("export GOBIN=/c\ncat <<E\nexport GOBIN=/c\nE\n", "/c"), None);
        assert_eq!(of("\tGOBIN=/c\ncat <<E\n  GOBIN=/c\nE\n", "/c"), None);
        assert_eq!(of("echo '; GOBIN=/c'; GOBIN=/c", "/c"), None);
        assert_eq!(of("GOBIN=/c; GOBIN=/c", "/c"), None);
    }
}
