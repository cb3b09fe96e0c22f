//! Scripts that do nothing but set variables and hand over: `exec /opt/go/bin/go "$@"`. What has conditions, loops or
//! commands of its own is not followed.

use super::{Caller, NoTarget, ShimKind, ShimValue, Step};
use crate::{
    goenv::user_dirs::home,
    platform::{Platform, env::EnvBlock},
};

/// A script of a shell, as far as it is understood.
pub(super) struct Script {
    file: String,
    sets: Vec<ShimValue>,
    /// The words of the last command; `None`: what is no plain text.
    command: Vec<Option<String>>,
    /// Whether every line was understood.
    is_plain: bool,
}

/// Stands for the arguments of the script itself.
const ARGUMENTS: &str = "\0arguments";

impl Script {
    pub(super) fn read(text: &str, file: &str, env: &EnvBlock, platform: Platform) -> Self {
        let mut script = Self { file: file.to_owned(), sets: Vec::new(), command: Vec::new(), is_plain: true };
        let mut env = env.clone();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let line = line.split(" #").next().unwrap_or(line).trim();
            let place = Place { env: &env, file, platform };
            let mut words: Vec<Option<String>> = place.words(line);
            let mut found: Vec<(String, Option<String>)> = Vec::new();
            let mut hands_over = false;
            loop {
                match words.first().and_then(|word| word.as_deref()) {
                    Some("exec" | "env" | "command") => hands_over = true,
                    Some("export" | "readonly") => {}
                    Some(word) if assignment(word).is_some() => {
                        found.extend(assignment(word).map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
                    }
                    _ => break,
                }
                words.remove(0);
            }
            let passes_on = words.last().and_then(|word| word.as_deref()) == Some(ARGUMENTS);
            match words.first().and_then(|word| word.as_deref()) {
                None if words.is_empty() => {}
                Some("set" | "shopt" | ":") => continue,
                _ if hands_over || passes_on => {}
                _ => {
                    script.is_plain = false;
                    continue;
                }
            }
            for (name, value) in found {
                if let Some(value) = value {
                    env.set(name.clone(), value.clone());
                    script.sets.push(ShimValue { name, value });
                }
            }
            if !words.is_empty() {
                script.command = words;
                break;
            }
        }
        script
    }

    /// The program that it hands over to, without its directory, and the first word for it.
    pub(super) fn calls(&self) -> Option<(&str, &str)> {
        let [program, first, ..] = self.command.as_slice() else { return None };
        Some((program.as_deref()?.rsplit('/').next()?, first.as_deref()?))
    }

    /// The value of a variable that it sets.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.sets.iter().rev().find(|one| one.name == name).map(|one| one.value.as_str())
    }

    pub(super) fn step(self, caller: Caller<'_>) -> Step {
        let kind = ShimKind::Script;
        let program = match self.command.as_slice() {
            [Some(program), Some(all)] if self.is_plain && all == ARGUMENTS => self.found(program, caller),
            _ => None,
        };
        let program = match program {
            Some(program) => program,
            None => {
                let why = "what it starts can be told only by running it, and nothing is run for a question";
                return Step::nowhere(kind, NoTarget::Unknown(why));
            }
        };
        let because = format!("`{}` hands over to it", self.file);
        Step { sets: self.sets, ..Step::to(kind, program, because) }
    }

    /// The file behind the name of a program; a bare name is looked for on PATH.
    fn found(&self, program: &str, caller: Caller<'_>) -> Option<String> {
        if program.contains('/') {
            return caller.platform.is_absolute(program).then(|| program.to_owned());
        }
        let path = self.value("PATH").or(caller.env.get("PATH")).unwrap_or_default();
        let dirs = caller.platform.split_list(path).into_iter();
        dirs.map(|dir| caller.join(dir, program)).find(|file| caller.is_file(file))
    }
}

/// `NAME=value`.
fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit()))
        .then_some((name, value))
}

struct Place<'a> {
    env: &'a EnvBlock,
    file: &'a str,
    platform: Platform,
}

impl Place<'_> {
    /// The words of a line; `None` for one that is more than text and variables.
    fn words(&self, line: &str) -> Vec<Option<String>> {
        let mut words = Vec::new();
        let mut rest = line.trim_start();
        while !rest.is_empty() {
            let (word, after) = self.word(rest);
            words.push(word);
            rest = after.trim_start();
        }
        words
    }

    fn word<'t>(&self, text: &'t str) -> (Option<String>, &'t str) {
        let mut word = Some(String::new());
        let mut push = |part: Option<&str>| match (&mut word, part) {
            (Some(all), Some(part)) => all.push_str(part),
            (all, _) => *all = None,
        };
        let mut quote: Option<char> = None;
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let mut length = c.len_utf8();
            match (quote, c) {
                (None, ' ' | '\t') => break,
                (None, '\'' | '"') => quote = Some(c),
                (Some(open), _) if c == open => quote = None,
                (None, '~') if at == 0 => push(home(self.env)),
                (Some('\''), _) => push(Some(&rest[..length])),
                (_, '$') => {
                    let (value, used) = self.variable(rest);
                    push(value.as_deref());
                    length = used;
                }
                (_, '`') | (None, ';' | '&' | '|' | '<' | '>' | '(' | ')' | '*' | '?') => push(None),
                (_, '\\') => {
                    let next = rest[1..].chars().next().map_or(0, char::len_utf8);
                    push(Some(&rest[1..1 + next]));
                    length += next;
                }
                _ => push(Some(&rest[..length])),
            }
            at += length;
        }
        (word.filter(|_| quote.is_none()), &text[at..])
    }

    /// The value of what begins with `$`, and how many bytes it takes.
    fn variable(&self, text: &str) -> (Option<String>, usize) {
        let dir = || self.platform.parent(self.file);
        for form in ["$(dirname \"$0\")", "$(dirname $0)", "$(dirname -- \"$0\")", "${0%/*}"] {
            if text.starts_with(form) {
                return (dir(), form.len());
            }
        }
        if text.starts_with("$@") {
            return (Some(ARGUMENTS.to_owned()), 2);
        }
        let value = |name: &str| self.env.get(name).unwrap_or_default().to_owned();
        if let Some(inner) = text.strip_prefix("${") {
            let Some(end) = inner.find('}') else { return (None, text.len()) };
            let name = &inner[..end];
            let used = end + 3;
            let is_name = |name: &str| assignment(&format!("{name}=")).is_some();
            return match name.split_once(":-") {
                Some((name, other)) if is_name(name) && !other.contains(['$', '"', '\'', '`']) => {
                    let set = self.env.get_filled(name).map(str::to_owned);
                    (Some(set.unwrap_or_else(|| other.to_owned())), used)
                }
                None if is_name(name) => (Some(value(name)), used),
                _ => (None, used),
            };
        }
        let name: String = text[1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        match name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            // `$(`, `$0` and their like.
            true => (None, text.len().min(1)),
            false => (Some(value(&name)), 1 + name.len()),
        }
    }
}
