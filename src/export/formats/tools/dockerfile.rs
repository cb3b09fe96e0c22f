//! Dockerfiles. Source: moby/buildkit v0.19, frontend/dockerfile/parser and shell/lex.go: within `"` a backslash stands before
//! `"`, `$` and itself; within `'` all is text; `$NAME` and `${NAME}` are what the image's own ENV and ARG say.

use crate::{
    export::{
        ValuePiece,
        format::{ExportFormat, FormatFamily, UNIX},
        formats::tools::path_list::PathList,
        machine::ExportMachine,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "dockerfile",
    shell: None,
    family: FormatFamily::Tools,
    title: "a Dockerfile's ENV lines, behind the FROM of the golang image",
    cannot: "variables that the file does not set itself: a build has no HOME",
    read_back: "BuildKit's own parser and its expansion of ENV",
    machine: ExportMachine::Container,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let go = template.go.first().map_or("latest", String::as_str);
    let mut text = format!("# {}\n", template.title());
    text.push_str(
        "# What is compiled stays from build to build with RUN --mount=type=cache,target=DIRECTORY for GOCACHE\n",
    );
    text.push_str("# and for pkg/mod in GOPATH. Each stage that runs Go needs the ENV lines.\n");
    text.push_str(&format!("FROM golang:{go}\n"));
    for (at, variable) in template.variables.iter().enumerate() {
        let value = value(template, &variable.name, &variable.value, at)?;
        text.push_str(&format!("# {}: {}\nENV {}=\"{value}\"\n", variable.name, variable.reason, variable.name));
    }
    let mut path = Vec::new();
    for entry in &template.path {
        path.push(match template.owner(entry) {
            Some(owner) => format!("${owner}"),
            None => value(template, "PATH", entry, template.variables.len())?,
        });
    }
    if !path.is_empty() {
        text.push_str(&format!("ENV PATH=\"{}:$PATH\"\n", path.join(":")));
    }
    Ok(vec![ExportFile::utf8("Dockerfile", text)])
}

/// `set`: how many of the plan's variables stand before this place.
fn value(template: &ExportTemplate, name: &str, value: &TemplateValue, set: usize) -> Result<String, CannotHold> {
    let is_set = |name: &str| template.variables[..set].iter().any(|one| one.name == name);
    let unset = |piece: &ValuePiece| matches!(piece, ValuePiece::Variable(name) if !is_set(name));
    if value.pieces.iter().any(unset) {
        let shown = value.in_plan(template.platform);
        return Err(FORMAT.cannot_hold(name, &shown, "a Dockerfile puts in only what it has set itself before"));
    }
    let escaped = |text: &str| text.replace('\\', r"\\").replace('$', r"\$").replace('"', "\\\"");
    Ok(value.written(escaped, |name| format!("${{{name}}}")))
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported { platform: Some(Platform::Linux), ..Imported::default() };
    for instruction in instructions(&text) {
        let Some((keyword, rest)) = instruction.keyword() else { continue };
        match keyword.to_ascii_uppercase().as_str() {
            "ENV" => env(file, &mut imported, rest, instruction.escape)?,
            "ARG" => {
                let name: String = rest.iter().map(|one| one.0).take_while(|c| *c != '=').collect();
                if matches!(name.trim(), "GOCACHE" | "GOPATH" | "GOBIN" | "GOMODCACHE") {
                    let text = format!("{} can be given to the build", name.trim());
                    imported.remarks.push(ImportRemark { text, at: rest[0].1 });
                }
            }
            keyword if keyword.starts_with(|c: char| c.is_ascii_alphabetic()) => {}
            keyword => {
                let why =
                    format!("`{}` is no instruction of a Dockerfile", keyword.chars().take(20).collect::<String>());
                return Err(file.fault_at(instruction.letters[0].1, &why));
            }
        }
    }
    Ok(imported)
}

/// A letter and its place.
type PlacedLetter = (char, LineColumn);

/// An instruction in one line.
struct DockerInstruction {
    letters: Vec<PlacedLetter>,
    escape: char,
}

impl DockerInstruction {
    /// Its first word, and what is behind it.
    fn keyword(&self) -> Option<(String, &[PlacedLetter])> {
        let end = self.letters.iter().position(|one| one.0.is_whitespace())?;
        let keyword = self.letters[..end].iter().map(|one| one.0).collect();
        let start = end + self.letters[end..].iter().position(|one| !one.0.is_whitespace())?;
        Some((keyword, &self.letters[start..]))
    }
}

/// The lines that go on put together; comments and here-documents are left out.
fn instructions(text: &str) -> Vec<DockerInstruction> {
    let mut escape = '\\';
    let (mut all, mut open): (Vec<DockerInstruction>, Option<Vec<PlacedLetter>>) = (Vec::new(), None);
    let mut here: Option<String> = None;
    let mut directives = true;
    for (number, line) in text.lines().enumerate() {
        if let Some(mark) = &here {
            if line.trim_start_matches('\t') == mark {
                here = None;
            }
            continue;
        }
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            let directive = comment.split_once('=').filter(|_| directives && open.is_none());
            let directive = directive.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()));
            if let Some(("escape", "`")) = directive.as_ref().map(|(name, value)| (name.as_str(), *value)) {
                escape = '`';
            }
            directives &= directive.is_some();
            continue;
        }
        directives = false;
        if trimmed.is_empty() {
            continue;
        }
        let start = line.len() - line.trim_start().len();
        let place = |column: usize| LineColumn { line: number + 1, column: column + 1 };
        let skipped = line[..start].chars().count();
        let goes_on = trimmed.strip_suffix(escape);
        let letters = goes_on.unwrap_or(trimmed).chars().enumerate().map(|(at, c)| (c, place(skipped + at)));
        let mut whole = open.take().unwrap_or_default();
        whole.extend(letters);
        if goes_on.is_some() {
            open = Some(whole);
            continue;
        }
        here = here_document(trimmed);
        all.push(DockerInstruction { letters: whole, escape });
    }
    all.extend(open.filter(|letters| !letters.is_empty()).map(|letters| DockerInstruction { letters, escape }));
    all
}

/// The word that ends the here-document which a line of RUN, COPY or ADD begins.
fn here_document(line: &str) -> Option<String> {
    let keyword = line.split_whitespace().next()?.to_ascii_uppercase();
    let (_, word) = line.split_once("<<").filter(|_| matches!(keyword.as_str(), "RUN" | "COPY" | "ADD"))?;
    let word = word.strip_prefix('-').unwrap_or(word).trim_start_matches(['"', '\'']);
    let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
    Some(word[..end].to_owned()).filter(|word| !word.is_empty())
}

/// `ENV NAME=VALUE …`, and `ENV NAME VALUE` of old.
fn env(
    file: &FileToImport<'_>,
    imported: &mut Imported,
    rest: &[PlacedLetter],
    escape: char,
) -> Result<(), ImportFault> {
    let words = words(rest, escape);
    let Some(first) = words.first() else { return Ok(()) };
    if !first.iter().any(|one| one.0 == '=') {
        let name: String = first.iter().map(|one| one.0).collect();
        let value = &rest[first.len()..];
        let start = value.iter().position(|one| !one.0.is_whitespace());
        let Some(start) = start else { return Err(file.fault_at(first[0].1, "ENV has a name and a value")) };
        return set(file, imported, &name, &value[start..], escape, first[0].1);
    }
    for word in words {
        let equals = word.iter().position(|one| one.0 == '=');
        let equals = equals.ok_or_else(|| file.fault_at(word[0].1, "`NAME=VALUE` is expected"))?;
        let name: String = word[..equals].iter().map(|one| one.0).collect();
        set(file, imported, &name, &word[equals + 1..], escape, word[0].1)?;
    }
    Ok(())
}

/// Parts between blanks, quotes kept.
fn words(letters: &[PlacedLetter], escape: char) -> Vec<&[PlacedLetter]> {
    let (mut words, mut start, mut quote, mut at) = (Vec::new(), None, None, 0);
    while at < letters.len() {
        let letter = letters[at].0;
        match quote {
            None if letter.is_whitespace() => {
                words.extend(start.take().map(|start| &letters[start..at]));
                at += 1;
                continue;
            }
            None if matches!(letter, '\'' | '"') => quote = Some(letter),
            Some(mark) if mark == letter => quote = None,
            _ => {}
        }
        start = start.or(Some(at));
        at += if letter == escape && quote != Some('\'') { 2 } else { 1 };
    }
    words.extend(start.map(|start| &letters[start..]));
    words
}

fn set(
    file: &FileToImport<'_>,
    imported: &mut Imported,
    name: &str,
    written: &[PlacedLetter],
    escape: char,
    at: LineColumn,
) -> Result<(), ImportFault> {
    let value = expanded(written, escape).map_err(|(place, why)| file.fault_at(place.unwrap_or(at), why))?;
    if name != "PATH" {
        imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
        return Ok(());
    }
    let Some(value) = value else {
        imported.path.push(ImportedEntry { value: None, at });
        return Ok(());
    };
    // Names are looked for among the last lines alone: a file of them all must not take its square.
    let known = |name: &str| imported.variables.iter().rev().take(100).find(|one| one.name == name)?.value.clone();
    let list = PathList::of(&value, ':').resolved(known);
    list.add_to(imported, at);
    Ok(())
}

/// Where a value is wrong, as far as that is known, and why.
type Wrong = (Option<LineColumn>, &'static str);

/// What a build makes of a word; `None` where that depends on what else is set.
fn expanded(written: &[PlacedLetter], escape: char) -> Result<Option<TemplateValue>, Wrong> {
    let mut value = TemplateValue::default();
    let mut quote: Option<PlacedLetter> = None;
    let mut at = 0;
    let letter = |at: usize| written.get(at).map(|one| one.0);
    while let Some(now) = letter(at) {
        let mark = quote.map(|one| one.0);
        at += 1;
        match now {
            '\'' | '"' if mark.is_none() => quote = Some(written[at - 1]),
            _ if mark == Some(now) => quote = None,
            '$' if mark != Some('\'') => {
                let Some((name, end)) = reference(written, at)? else { return Ok(None) };
                match name.as_str() {
                    "" => value.push_text("$"),
                    name => value.push_variable(name),
                }
                at = end;
            }
            _ if now == escape && mark != Some('\'') => match letter(at) {
                None => {}
                Some(next) if mark.is_none() || matches!(next, '"' | '$') || next == escape => {
                    value.push_text(next.encode_utf8(&mut [0; 4]));
                    at += 1;
                }
                Some(_) => value.push_text(now.encode_utf8(&mut [0; 4])),
            },
            _ => value.push_text(now.encode_utf8(&mut [0; 4])),
        }
    }
    match quote {
        Some((_, place)) => Err((Some(place), "what closes this quotation mark is missing")),
        None => Ok(Some(value)),
    }
}

/// The variable behind a `$`, no name where there is none, and where it ends; `None` for one with a default or the like.
fn reference(written: &[PlacedLetter], at: usize) -> Result<Option<(String, usize)>, Wrong> {
    let name = |from: usize| -> String {
        let letters = written[from..].iter().map(|one| one.0);
        letters.take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect()
    };
    if written.get(at).is_none_or(|one| one.0 != '{') {
        let name = name(at);
        let end = at + name.len();
        return Ok(Some((name, end)));
    }
    let place = Some(written[at].1);
    let name = name(at + 1);
    match written.get(at + 1 + name.len()).map(|one| one.0) {
        Some('}') if !name.is_empty() => {
            let end = at + name.len() + 2;
            Ok(Some((name, end)))
        }
        Some(':' | '-' | '+' | '?' | '#' | '%' | '/') if !name.is_empty() => Ok(None),
        _ => Err((place, "a build refuses this substitution")),
    }
}
