//! What goes wrong in files that people write: for each error of the parser what its writer has done, in the words of
//! somebody who knows no YAML, and the text to write instead. What is not known here keeps the general words.

use crate::{
    output::trouble,
    yaml::{
        FaultDetail, YamlFault, excerpt,
        source::{SourceText, bare, brackets, byte_of, indentation, key_of, quoted, quoted_if_needed, value_at},
    },
};
use serde_yaml::{Error, Location};

/// What somebody has done, as far as it is known.
struct Mistake {
    /// Line and column, where that is not the parser's.
    at: Option<(u64, u64)>,
    message: String,
    instead: Option<String>,
}

impl Mistake {
    fn new(message: impl Into<String>, instead: impl Into<Option<String>>) -> Self {
        Self { at: None, message: message.into(), instead: instead.into() }
    }
}

/// The place of an error, with what stands there.
struct FaultPlace<'a> {
    source: &'a SourceText<'a>,
    number: u64,
    line: &'a str,
    /// Byte in the line.
    at: usize,
}

impl<'a> FaultPlace<'a> {
    fn new(source: &'a SourceText<'a>, number: u64, column: u64) -> Self {
        let line = source.line(number);
        Self { source, number, line, at: byte_of(line, column) }
    }

    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    /// The value that begins here, as it is written.
    fn value(&self) -> &'a str {
        &self.line[value_at(self.line, self.at)]
    }

    /// The line with something else instead of the value that begins here.
    fn with(&self, value: &str) -> String {
        let range = value_at(self.line, self.at);
        let (before, behind) = (&self.line[..range.start], &self.line[range.end..]);
        write(&format!("{before}{value}{}", behind.split(" #").next().unwrap_or_default()))
    }

    fn column_of(&self, byte: usize) -> u64 {
        self.line[..byte].chars().count() as u64 + 1
    }

    /// The name before the value, or the one above a list.
    fn key(&self) -> &'a str {
        key_of(self.line.trim_start().trim_start_matches("- ")).unwrap_or_default()
    }
}

/// A line to write, in short.
fn write(line: &str) -> String {
    format!("write `{}`", line.trim())
}

/// The error in words, with its line.
pub(super) fn explained(source: &SourceText, error: &Error) -> YamlFault {
    let place = error.location().unwrap_or(Location::UNKNOWN);
    let (line, column) = (place.line().max(1), place.column().max(1));
    let general = trouble::yaml(error);
    let mistake = known(&FaultPlace::new(source, line, column), error.without_snippet(), &general);
    let mistake = mistake.unwrap_or_else(|| Mistake::new(general, None));
    let (line, column) = mistake.at.unwrap_or((line, column));
    let detail = FaultDetail { excerpt: excerpt::of(source, line, column), instead: mistake.instead };
    let unknown_key = match error.without_snippet() {
        Error::SerdeUnknownField { field, .. } => Some(field.clone()),
        _ => None,
    };
    YamlFault { line, column, message: mistake.message, detail, unknown_key }
}

/// For a value that the reader of the file refuses, whatever the reason: what in the way that it is written may be it.
pub(super) fn of_value(source: &SourceText, line: u64, column: u64) -> Option<String> {
    let place = FaultPlace::new(source, line, column);
    let value = place.value();
    if value.contains("${{") {
        return Some(NO_EXPRESSION.to_owned());
    }
    if value.starts_with('"') && value.contains('\\') {
        return Some(place.with(&quoted(bare(value))));
    }
    (place.key().starts_with("path") && value.contains('\\')).then(|| place.with(&value.replace('\\', "/")))
}

fn known(place: &FaultPlace, error: &Error, general: &str) -> Option<Mistake> {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => unknown_key(place, field, expected, general),
        Error::SerdeUnknownVariant { variant, expected, .. } => unknown_word(place, variant, expected),
        Error::SerdeMissingField { field, .. } => Some(missing_key(place, field)),
        Error::DuplicateMappingKey { key: Some(key), .. } => Some(twice(place, key, general)),
        Error::MultipleDocuments { .. } => Some(Mistake::new(
            format!("{general}: `---` begins a second one"),
            "leave the `---` out, or make what follows a file of its own".to_owned(),
        )),
        Error::NullIntoString { .. } => Some(no_value(place, general)),
        _ if place.line.contains("${{") => Some(expression(place)),
        Error::Unexpected { expected: "sequence start", .. } => Some(no_list(place, general)),
        Error::Unexpected { expected: "mapping start", .. } => Some(no_names(place, general)),
        Error::Unexpected { expected: "string scalar", .. } => Some(no_text(place, general)),
        Error::InvalidScalar { ty, .. } if ty.starts_with(['u', 'i']) => Some(no_number(place, ty)),
        Error::UnknownAnchor { .. } => special(place),
        Error::ExternalMessage { .. }
        | Error::Message { .. }
        | Error::Eof { .. }
        | Error::ContainerEndMismatch { .. }
        | Error::IndentationError { .. } => syntax(place, general),
        _ => None,
    }
}

const NO_EXPRESSION: &str = "write the value itself; what differs from run to run is given to the command or the action \
                             in the workflow, where expressions are read";

/// What is wrong with an expression, as it was written.
pub(crate) fn no_expression(text: &str) -> String {
    format!("`{text}` is an expression of GitHub's workflows, and none is read here")
}

fn expression(place: &FaultPlace) -> Mistake {
    let found = place.line.find("${{").unwrap_or_default();
    let end = place.line[found..].find("}}").map_or(place.line.len(), |end| found + end + 2);
    let text = &place.line[found..end];
    Mistake {
        at: Some((place.number, place.column_of(found))),
        ..Mistake::new(no_expression(text), NO_EXPRESSION.to_owned())
    }
}

/// Keys of other files that people write beside ours, and ours for the same.
const FOREIGN: [(&str, &str); 16] = [
    ("name", "id"),
    ("working-directory", "dir"),
    ("cwd", "dir"),
    ("command", "run"),
    ("cmd", "run"),
    ("args", "run"),
    ("uses", ""),
    ("with", ""),
    ("shell", ""),
    ("runs-on", ""),
    ("jobs", ""),
    ("on", ""),
    ("strategy", ""),
    ("permissions", ""),
    ("timeout-minutes", "limit_seconds"),
    ("timeout", "limit_seconds"),
];

fn unknown_key(place: &FaultPlace, field: &str, expected: &[&str], general: &str) -> Option<Mistake> {
    let renamed = |ours: &str| write(&place.line.replacen(field, ours, 1));
    if let Some((_, ours)) = FOREIGN.iter().find(|(foreign, _)| *foreign == field) {
        let all = format!("there is no key `{field}` here; it may be {}", expected.join(", "));
        return match expected.contains(ours) {
            true => Some(Mistake::new(
                format!("there is no key `{field}` here; it is `{ours}`"),
                renamed_line(place, field, ours),
            )),
            false if matches!(*ours, "") => Some(Mistake::new(
                format!("{all}. `{field}` is one of GitHub's workflows, and this is none"),
                "leave it out; what a workflow does stands in its own file, below `.github/workflows`".to_owned(),
            )),
            false => Some(Mistake::new(all, None)),
        };
    }
    if let Some(mistake) = other_kind(field, expected, general) {
        return Some(mistake);
    }
    let near = crate::nearest::nearest(field, expected.iter().copied());
    let [meant, ..] = near[..] else { return None };
    Some(Mistake::new(general, renamed(meant)))
}

/// Probes among claims, and claims among probes.
fn other_kind(field: &str, expected: &[&str], general: &str) -> Option<Mistake> {
    let (kind, way) = match field {
        "statement" | "cases" if expected.contains(&"control") => {
            ("claims", "`goenv-ci claims --claims DIR` reads them")
        }
        "variable" | "control" | "steps" if expected.contains(&"statement") => {
            ("probes", "`goenv-ci verify --matrix DIR` reads them; a claim has them as `cases`, without `variable`")
        }
        _ => return None,
    };
    Some(Mistake::new(format!("{general}. Files of {kind} have such a key"), way.to_owned()))
}

/// A value of minutes is none of seconds, so only the name is said there.
fn renamed_line(place: &FaultPlace, field: &str, ours: &str) -> String {
    let value = place.line.split_once(':').map_or("", |(_, value)| value).trim();
    match (field, ours, value.parse::<u64>()) {
        ("timeout-minutes", _, Ok(minutes)) => write(&format!("{ours}: {}", minutes.saturating_mul(60))),
        (_, "run", _) if !value.starts_with('[') && !value.is_empty() => {
            write(&format!("{ours}: {}", list_of(value, ours)))
        }
        _ => write(&place.line.replacen(field, ours, 1)),
    }
}

/// Words for the same that others use.
const SYNONYMS: [(&str, &str); 9] = [
    ("darwin", "macos"),
    ("mac", "macos"),
    ("osx", "macos"),
    ("win32", "windows"),
    ("win", "windows"),
    ("ubuntu", "linux"),
    ("info", "note"),
    ("fail", "error"),
    ("none", "off"),
];

fn unknown_word(place: &FaultPlace, word: &str, expected: &[&str]) -> Option<Mistake> {
    let known: Vec<&str> = expected.iter().copied().filter(|word| *word != "false").collect();
    let lower = word.to_lowercase();
    let said = format!("there is no word `{word}` here");
    let is_switch = known.contains(&"off");
    if is_switch && ["on", "yes", "true", "y"].contains(&lower.as_str()) {
        let instead = format!("leave the line out, or {}", place.with("error"));
        return Some(Mistake::new(format!("{said}; a rule counts unless it is `off`"), instead));
    }
    if is_switch && ["no", "n", "0", "never"].contains(&lower.as_str()) {
        return Some(Mistake::new(format!("{said}; did you mean `off`?"), place.with("off")));
    }
    let meant = SYNONYMS.iter().find_map(|(other, ours)| (*other == lower && known.contains(ours)).then_some(*ours));
    if let Some(meant) = meant.or_else(|| known.iter().find(|one| **one == lower).copied()) {
        return Some(Mistake::new(format!("{said}; did you mean `{meant}`?"), place.with(meant)));
    }
    match crate::nearest::nearest(word, known.iter().copied())[..] {
        [] => Some(Mistake::new(format!("{said}; it may be {}", known.join(", ")), None)),
        [meant, ..] => Some(Mistake::new(format!("{said}; did you mean `{meant}`?"), place.with(meant))),
    }
}

/// What a key may look like, for those that must be there.
const EXAMPLES: [(&str, &str); 6] = [
    ("id", "my-probe"),
    ("variable", "GOBIN"),
    ("why", "go install writes to GOBIN"),
    ("run", "[go, version]"),
    ("statement", "go install writes to GOBIN"),
    ("source", "where it is said"),
];

/// The entry begins at the nearest `- ` above with less indentation; the parser's place is what stands behind it.
fn missing_key(place: &FaultPlace, field: &str) -> Mistake {
    let dash = if place.line.trim_start().starts_with("- ") { 2 } else { 0 };
    let indent = indentation(place.line).len() + dash;
    let begins = |line: &&str| line.trim_start().starts_with("- ") && indentation(line).len() < indent.max(1);
    let before = place.source.before(place.number + 1);
    let entry = before.iter().rposition(begins);
    let example = EXAMPLES.iter().find_map(|(key, example)| (*key == field).then_some(*example));
    let instead = match example {
        Some(example) => format!("add a line `{field}: {example}`"),
        None => format!("add a line that begins with `{field}: `"),
    };
    let at = entry.map(|at| (at as u64 + 1, indentation(before[at]).len() as u64 + 1));
    Mistake { at, ..Mistake::new(format!("the entry that begins here has no `{field}`"), instead) }
}

fn twice(place: &FaultPlace, key: &str, general: &str) -> Mistake {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let own = indent(place.line);
    let is_same = |line: &&str| indent(line) == own && key_of(line[own..].trim_start()) == Some(key);
    let first = place.source.before(place.number).iter().rposition(is_same);
    let message = first.map_or_else(|| general.to_owned(), |at| format!("{general}, in line {} first", at + 1));
    Mistake::new(message, format!("leave one of the two out, or write both values below one `{key}`"))
}

fn no_value(place: &FaultPlace, general: &str) -> Mistake {
    match place.value() {
        word @ ("null" | "Null" | "NULL" | "~") => Mistake::new(
            format!("a text is expected, and `{word}` is YAML's word for no value"),
            place.with(&quoted(word)),
        ),
        _ => match key_of(place.line.trim_start().trim_start_matches("- ")) {
            Some(key) => {
                Mistake::new(format!("{general} behind `{key}:`"), format!("write one, or an empty text: `{key}: ''`"))
            }
            None => Mistake::new(general, None),
        },
    }
}

/// `go version` as a list of its words, `1.22, 1.23` of its parts.
fn list_of(value: &str, key: &str) -> String {
    let text = bare(value);
    let parts: Vec<&str> = match text.contains(',') {
        true => text.split(',').map(str::trim).collect(),
        false if matches!(key, "run" | "command" | "cmd") => text.split_whitespace().collect(),
        false => vec![text],
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(quoted_if_needed).collect();
    format!("[{}]", parts.join(", "))
}

fn no_list(place: &FaultPlace, general: &str) -> Mistake {
    let rest = place.rest();
    let Some(key) = key_of(rest) else {
        let shown = place.value();
        return match shown.starts_with(['{', '[']) || shown.is_empty() {
            true => Mistake::new(general, (shown.starts_with('{')).then(|| place.with(&format!("[{shown}]")))),
            false => Mistake::new(
                format!("{general}, and `{shown}` is a single value"),
                place.with(&list_of(shown, place.key())),
            ),
        };
    };
    let next = place.source.next_line(place.number);
    if rest.trim_end().ends_with(':') && next.trim_start().starts_with("- ") {
        let instead = format!("leave `{key}:` out, and begin with `{}`", next.trim());
        return Mistake::new(format!("{general}, and `{key}:` begins names with values"), instead);
    }
    Mistake::new(
        format!("{general}, whose entries begin with `- `"),
        format!("write `- {}`, and the lines of the same entry two blanks deeper than the dash", rest.trim()),
    )
}

/// `A=B` and `a: b` as names with values.
fn names_of(parts: &str) -> Option<String> {
    let one = |part: &str| {
        let part = bare(part.trim());
        let (name, value) = part.split_once(": ").or_else(|| part.split_once('='))?;
        Some(format!("{}: {}", name.trim(), quoted_if_needed(bare(value.trim()))))
    };
    let all: Option<Vec<String>> = parts.split(',').map(one).collect();
    all.map(|all| format!("{{ {} }}", all.join(", ")))
}

fn no_names(place: &FaultPlace, general: &str) -> Mistake {
    if let Some(missing) = missing_blank(place) {
        return missing;
    }
    let (rest, value) = (place.rest(), place.value());
    if let Some(entry) = rest.strip_prefix("- ") {
        let instead = names_of(entry).filter(|_| !entry.contains(": ")).unwrap_or_else(|| entry.trim().to_owned());
        return Mistake::new(format!("{general}, and `- ` begins a list"), write(&instead) + ", without the dash");
    }
    if let Some(inner) = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        let is_command = place.line[..place.at].trim_end().ends_with('-');
        let instead = if is_command { Some(format!("run: {value}")) } else { names_of(inner) };
        return Mistake::new(format!("{general}, and `[` begins a list"), instead.map(|text| place.with(&text)));
    }
    let words: Vec<&str> = bare(value).split_whitespace().collect();
    let instead = match words[..] {
        [name, of] if !name.contains(':') => Some(format!("{{ {name}: {} }}", quoted_if_needed(of))),
        _ => names_of(value).filter(|_| value.contains('=')),
    };
    let message = if value.is_empty() { general.to_owned() } else { format!("{general}, and `{value}` is a text") };
    Mistake::new(message, instead.map(|text| place.with(&text)))
}

fn no_text(place: &FaultPlace, general: &str) -> Mistake {
    let value = place.value();
    if let Some(inner) = value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        return Mistake::new(format!("{general}, and `[` begins a list"), place.with(&quoted(bare(inner.trim()))));
    }
    match value.is_empty() || value.starts_with("- ") || key_of(place.rest()).is_some() && value.ends_with(':') {
        true => Mistake::new(general, None),
        false => Mistake::new(format!("{general}, and `{value}` is one in quotes alone"), place.with(&quoted(value))),
    }
}

/// Seconds for a number with a unit, where the name says that seconds are meant.
fn seconds(value: &str) -> Option<u64> {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = value[..digits].parse().ok()?;
    let each = match value[digits..].trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        _ => return None,
    };
    number.checked_mul(each)
}

fn no_number(place: &FaultPlace, ty: &str) -> Mistake {
    let value = bare(place.value());
    let signed = if ty.starts_with('u') { "without a sign, a unit or a point" } else { "without a unit or a point" };
    let digits = value.trim_start_matches(['-', '+']);
    let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
    let meant = seconds(value).filter(|_| place.key().ends_with("seconds")).map(|seconds| seconds.to_string());
    let meant = meant.or_else(|| Some(digits.to_owned()).filter(|digits| !digits.is_empty()));
    Mistake::new(format!("a number is expected, {signed}"), meant.map(|number| place.with(&number)))
}

/// What is no YAML at all.
fn syntax(place: &FaultPlace, general: &str) -> Option<Mistake> {
    tab(place)
        .or_else(|| expression_here(place))
        .or_else(|| backslash(place, general))
        .or_else(|| unclosed(place, general))
        .or_else(|| special(place))
        .or_else(|| apostrophe(place, general))
        .or_else(|| missing_blank(place))
        .or_else(|| indented(place, general))
        .or_else(|| second_colon(place, general))
}

fn expression_here(place: &FaultPlace) -> Option<Mistake> {
    place.line.contains("${{").then(|| expression(place))
}

/// The parser notices some tabs at the end of the line before.
fn tab(place: &FaultPlace) -> Option<Mistake> {
    let line = [place.number, place.number + 1]
        .into_iter()
        .find(|line| indentation(place.source.line(*line)).contains('\t'))?;
    let text = place.source.line(line);
    let column = indentation(text).chars().take_while(|c| *c != '\t').count() as u64 + 1;
    let above = place.source.line_before(line);
    let deeper = if above.trim_end().ends_with(':') { "two blanks deeper than" } else { "as deep as" };
    Some(Mistake {
        at: Some((line, column)),
        ..Mistake::new(
            "a tab indents this line, and YAML takes blanks alone",
            format!("indent `{}` with blanks, {deeper} `{}`", text.trim(), above.trim()),
        )
    })
}

fn backslash(place: &FaultPlace, general: &str) -> Option<Mistake> {
    let about = general.contains("escape") || general.contains("hexadecimal");
    let value = place.value();
    (about && value.starts_with('"')).then(|| {
        Mistake::new(
            "in double quotes a backslash begins an escape such as `\\n`, and what follows it here is none",
            place.with(&quoted(bare(value))),
        )
    })
}

/// A bracket or a quote that begins and never ends.
fn unclosed(place: &FaultPlace, general: &str) -> Option<Mistake> {
    if general == "unclosed quote" {
        let quote = place.rest().chars().next().filter(|c| "'\"".contains(*c))?;
        let instead = format!("write `{}{quote}`", place.line.trim());
        return Some(Mistake::new(format!("the `{quote}` that begins here is never closed"), instead));
    }
    let lines = place.source.before(place.number + 1).iter().copied();
    let (line, at, bracket) = *brackets(lines).first()?;
    let text = place.source.line(line as u64 + 1);
    let ends_elsewhere = line as u64 + 1 < place.number || general.contains("unclosed");
    let closing = if bracket == '[' { ']' } else { '}' };
    ends_elsewhere.then(|| Mistake {
        at: Some((line as u64 + 1, text[..at].chars().count() as u64 + 1)),
        ..Mistake::new(
            format!("the `{bracket}` that begins here is never closed"),
            format!("write `{}{closing}`", text.trim().trim_end_matches(',')),
        )
    })
}

/// Characters that mean something to YAML at the beginning of a value.
fn special(place: &FaultPlace) -> Option<Mistake> {
    let range = match place.rest().starts_with(SPECIAL) {
        true => value_at(place.line, place.at),
        // Some are noticed behind the mark.
        false => {
            let at = place.line[..place.at].rfind(SPECIAL)?;
            let is_value = place.line[..at].ends_with([' ', '[', '{', ',']);
            is_value.then(|| value_at(place.line, at))?
        }
    };
    let value = &place.line[range.clone()];
    let first = value.chars().next()?;
    let here = FaultPlace { at: range.start, ..*place };
    Some(Mistake {
        at: Some((place.number, place.column_of(range.start))),
        ..Mistake::new(format!("a text that begins with `{first}` stands in quotes"), here.with(&quoted(value)))
    })
}

const SPECIAL: [char; 9] = ['%', '@', '`', '*', '&', '!', '>', '|', '}'];

fn apostrophe(place: &FaultPlace, general: &str) -> Option<Mistake> {
    if !general.contains("trailing content") {
        return None;
    }
    let start = place.line.find([':', '-']).map(|at| at + 1)?;
    let start = start + place.line[start..].find(['\'', '"'])?;
    let here = FaultPlace { at: start, ..*place };
    let value = here.value();
    let mark = value.chars().next()?;
    let inner = value.strip_prefix(mark)?.strip_suffix(mark).filter(|inner| inner.contains(mark));
    match (inner, mark) {
        (Some(inner), '\'') => Some(Mistake::new(
            "a `'` ends a text that begins with `'`; within it is written twice",
            here.with(&quoted(inner)),
        )),
        (Some(inner), _) => Some(Mistake::new("a `\"` ends a text that begins with `\"`", here.with(&quoted(inner)))),
        (None, _) => Some(Mistake::new(
            "something stands behind the closing quote",
            here.with(&quoted(&value.replace(mark, ""))),
        )),
    }
}

/// `why:because`.
fn missing_blank(place: &FaultPlace) -> Option<Mistake> {
    let text = place.line.trim_start().trim_start_matches("- ");
    let (key, rest) = text.split_once(':')?;
    let is_name = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let is_close = !rest.is_empty() && !rest.starts_with([' ', '\t', '/', '\\']);
    (is_name && is_close)
        .then(|| Mistake::new(format!("a blank is missing behind `{key}:`"), write(&format!("{key}: {}", rest.trim()))))
}

/// A line deeper or less deep than those it belongs to.
fn indented(place: &FaultPlace, general: &str) -> Option<Mistake> {
    let about = general.contains("mapping values are not allowed") || general.contains("did not find expected key");
    let above = place.source.line_before(place.number);
    let (own, wanted) = (indentation(place.line).len(), above.len() - above.trim_start_matches([' ', '-']).len());
    let has_own_value = !above.trim_end().ends_with(':');
    let is_key = key_of(place.line.trim_start()).is_some();
    let is_first_colon = place.line[..place.at].matches(": ").count() == 0;
    (about && is_key && is_first_colon && has_own_value && own != wanted).then(|| {
        Mistake::new(
            format!("this line is indented by {own} blanks, and the one above by {wanted}"),
            format!("indent `{}` by {wanted} blanks, if it belongs to what stands above", place.line.trim()),
        )
    })
}

/// `why: go says: nothing`.
fn second_colon(place: &FaultPlace, general: &str) -> Option<Mistake> {
    if !general.contains("mapping values are not allowed") {
        return None;
    }
    let start = place.line.find(": ")? + 2;
    let start = start + (place.line[start..].len() - place.line[start..].trim_start().len());
    let here = FaultPlace { at: start, ..*place };
    (place.at > start).then(|| {
        Mistake::new("a text with a colon and a blank in it stands in quotes", here.with(&quoted(here.value())))
    })
}
