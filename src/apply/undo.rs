//! What the lines of `apply --shell` replaced, kept in a variable of that shell, and what `--undo` makes of it.
//! goenv-ci is started by the shell, so it sees what was there before when it prints the lines.

use crate::{
    goenv::variable::GoVar,
    plan::Plan,
    platform::{Platform, env::EnvBlock},
};

/// The variable that holds the record: blanks between its words, each word percent-encoded, so that it is the same
/// text in every shell.
pub const UNDO: &str = "GOENV_CI_UNDO";

/// The first word; another one is the record of another goenv-ci.
const VERSION: &str = "v1";
/// Stands for a variable that is not set; a value of this text is encoded.
const UNSET: &str = "-";
/// Stands for an empty value.
const EMPTY: &str = "=";

/// What one shell held before the first `apply --shell`, and what it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UndoRecord {
    variables: Vec<ReplacedVariable>,
    path: Vec<AddedEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ReplacedVariable {
    variable: GoVar,
    before: Option<String>,
    applied: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct AddedEntry {
    entry: String,
    /// How often PATH held it before.
    times: usize,
}

/// The way back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restoration {
    /// Variables and what they held before; `None` where they were not set.
    pub variables: Vec<(GoVar, Option<String>)>,
    /// Entries of PATH, and how often each is to be taken off, the first one first.
    pub entries: Vec<(String, usize)>,
    /// What stays as it is, and why: a sentence each.
    pub notes: Vec<String>,
}

impl UndoRecord {
    /// What is to be kept beside the lines of a plan. What an earlier `apply` in the same shell replaced stays what
    /// was there before, unless somebody changed the variable since.
    #[must_use]
    pub fn new(plan: &Plan, env: &EnvBlock) -> Self {
        let mut record = env.get(UNDO).and_then(|text| Self::parse(text).ok()).unwrap_or_default();
        for assigned in &plan.assignments {
            let variable = assigned.variable;
            let now = env.get(variable.name()).map(str::to_owned);
            let applied = Some(assigned.value.clone()).filter(|value| !value.is_empty());
            let earlier = record.variables.iter().position(|one| one.variable == variable);
            let before = match earlier.map(|at| record.variables.remove(at)) {
                Some(earlier) if earlier.applied == now => earlier.before,
                _ => now,
            };
            record.variables.push(ReplacedVariable { variable, before, applied });
        }
        for entry in &plan.path {
            if record.path.iter().all(|one| one.entry != *entry) {
                let times = times_on_path(plan.platform, env, entry);
                record.path.push(AddedEntry { entry: entry.clone(), times });
            }
        }
        record
    }

    /// The value of [`UNDO`]: ASCII, without quotation marks and `$`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let value = |value: &Option<String>| value.as_deref().map_or_else(|| UNSET.to_owned(), encoded);
        let mut words = vec![VERSION.to_owned()];
        for ReplacedVariable { variable, before, applied } in &self.variables {
            words.extend([variable.name().to_owned(), value(before), value(applied)]);
        }
        for AddedEntry { entry, times } in &self.path {
            words.extend(["PATH".to_owned(), encoded(entry), times.to_string()]);
        }
        words.join(" ")
    }

    /// Reads the value of [`UNDO`]. Only GOCACHE, GOPATH, GOBIN and PATH can be in it, whoever wrote it.
    ///
    /// # Errors
    /// What is wrong with it, as a clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = text.split(' ');
        match words.next() {
            Some(VERSION) => {}
            _ => return Err(format!("it does not begin with `{VERSION}`, as a record of this goenv-ci does")),
        }
        let mut record = Self::default();
        while let Some(name) = words.next() {
            let (Some(first), Some(second)) = (words.next(), words.next()) else {
                return Err("it ends in the middle of a variable".to_owned());
            };
            let value = |word: &str| if word == UNSET { Ok(None) } else { decoded(word).map(Some) };
            if name == "PATH" {
                let times = second.parse().map_err(|_| "the number behind an entry of PATH is none".to_owned())?;
                record.path.push(AddedEntry { entry: decoded(first)?, times });
            } else {
                let known = GoVar::ALL.into_iter().find(|variable| variable.name() == name);
                let variable = known.ok_or("it holds a variable that `apply` does not set")?;
                let (before, applied) = (value(first)?, value(second)?);
                record.variables.push(ReplacedVariable { variable, before, applied });
            }
        }
        Ok(record)
    }

    /// What takes back what was applied, and leaves alone what was changed since.
    #[must_use]
    pub fn restoration(&self, platform: Platform, env: &EnvBlock) -> Restoration {
        let mut back = Restoration::default();
        for ReplacedVariable { variable, before, applied } in &self.variables {
            let now = env.get(variable.name());
            if now == applied.as_deref() {
                back.variables.push((*variable, before.clone()));
            } else {
                let name = variable.name();
                let now = now.map_or_else(|| "stays unset".to_owned(), |now| format!("stays `{now}`"));
                back.notes.push(format!("{name} {now}: it was changed after `apply --shell`"));
            }
        }
        for AddedEntry { entry, times } in &self.path {
            let added = times_on_path(platform, env, entry).saturating_sub(*times);
            if added > 0 {
                back.entries.push((entry.clone(), added));
            }
        }
        back
    }
}

fn times_on_path(platform: Platform, env: &EnvBlock, entry: &str) -> usize {
    // Git Bash hands PATH over in its own spelling of drives.
    let is_it = |held: &&str| *held == entry || platform == Platform::Windows && platform.same_path(held, entry);
    env.path_entries().into_iter().filter(is_it).count()
}

/// Letters, digits and what paths are made of stay; `%`, blanks, quotation marks and all else become `%XX`.
fn encoded(value: &str) -> String {
    match value {
        "" => EMPTY.to_owned(),
        UNSET => "%2D".to_owned(),
        _ => value
            .bytes()
            .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect(),
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/\\:._-+@,".contains(&byte)
}

fn decoded(word: &str) -> Result<String, String> {
    if word == EMPTY {
        return Ok(String::new());
    }
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if is_plain(*first) {
            bytes.push(*first);
            continue;
        }
        if *first != b'%' {
            return Err("a character in it is not encoded".to_owned());
        }
        let digits = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or("a `%` in it is followed by no two hexadecimal digits")?);
        rest = &tail[2..];
    }
    if bytes.is_empty() {
        return Err("a value in it is missing".to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "a value in it is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> EnvBlock {
        EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied())
    }

    fn record(before: Option<&str>, applied: Option<&str>) -> UndoRecord {
        let [before, applied] = [before, applied].map(|value| value.map(str::to_owned));
        UndoRecord { variables: vec![ReplacedVariable { variable: GoVar::Gopath, before, applied }], path: Vec::new() }
    }

    #[test]
    fn any_value_comes_back_as_it_was() {
        for value in ["", "-", "/a b", "%2D", "it's \"$HOME\" `x` \\ %PATH% !x! ; & | ^ \n\r\t \u{e9}\u{6f22}", " "] {
            let kept = record(Some(value), Some("/x"));
            let text = kept.to_text();
            assert!(text.is_ascii() && !text.contains(['"', '\'', '$', '\n', '!', '&', ';', '`']), "{text}");
            assert_eq!(UndoRecord::parse(&text), Ok(kept));
        }
        let unset = record(None, None);
        assert_eq!(unset.to_text(), "v1 GOPATH - -");
        assert_eq!(UndoRecord::parse("v1 GOPATH - -"), Ok(unset));
    }

    #[test]
    fn what_no_apply_wrote_is_refused() {
        for wrong in [
            "",
            "v2",
            "1",
            "v1 LD_PRELOAD - /x",
            "v1 GOPATH -",
            "v1 PATH /x y",
            "v1 GOPATH %zz /x",
            "v1 GOPATH $x /x",
            "v1 GOPATH %FF /x",
            "v1 ",
        ] {
            assert!(UndoRecord::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_changed_since_stays() {
        let kept = record(Some("/mine"), Some("/planned"));
        let back = kept.restoration(Platform::Linux, &env(&[("GOPATH", "/planned")]));
        assert_eq!((back.variables, back.notes.len()), (vec![(GoVar::Gopath, Some("/mine".to_owned()))], 0));
        for now in [&[("GOPATH", "/other")][..], &[]] {
            let back = kept.restoration(Platform::Linux, &env(now));
            assert!(back.variables.is_empty() && back.notes[0].contains("changed after"), "{back:?}");
        }
    }

    #[test]
    fn only_the_entries_that_were_added_are_taken_off() {
        let added = |before: usize, path: &str| {
            let kept = UndoRecord {
                path: vec![AddedEntry { entry: "/b".to_owned(), times: before }],
                ..UndoRecord::default()
            };
            kept.restoration(Platform::Linux, &env(&[("PATH", path)])).entries
        };
        assert_eq!(added(0, "/b:/usr/bin"), [("/b".to_owned(), 1)]);
        assert_eq!(added(1, "/b:/usr/bin:/b"), [("/b".to_owned(), 1)]);
        assert_eq!(added(0, "/b:/b:/usr/bin"), [("/b".to_owned(), 2)], "cmd prepends each time");
        assert_eq!(added(1, "/usr/bin:/b"), []);
        assert_eq!(added(0, "/usr/bin"), []);
    }
}
