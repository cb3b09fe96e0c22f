//! Jenkins: a declarative Jenkinsfile. A string in single quotes is text; in one in double quotes Groovy puts in `${…}`.
//! Source: Jenkins, "Pipeline Syntax" (environment), the help of the step withEnv (`PATH+NAME`); Groovy, "Syntax" (strings).

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, UNIX},
        formats::ci::found::FoundSettings,
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported, LineColumn},
        template::{ExportTemplate, TemplateValue, ValuePiece},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "jenkins",
    shell: None,
    family: FormatFamily::Ci,
    title: "a declarative Jenkinsfile with an environment block and PATH by withEnv, for agents with Linux or macOS",
    cannot: "a cache: Jenkins itself has none, what lies in WORKSPACE stays on an agent that lasts, until the workspace is wiped",
    read_back: "groovy-parser, which has the grammar of Groovy 3, with the escapes of strings in the test; every odd directory \
        once by hand by Groovy 2.4.21, which is the one in Jenkins",
    machine: ExportMachine::Job { variable: "WORKSPACE", below: ".cache", system: "Jenkins" },
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut lines = vec![comment(&template.title()), "pipeline {".to_owned(), "    agent any".to_owned()];
    lines.push("    environment {".to_owned());
    for variable in &template.variables {
        lines.push(format!("        {}", comment(&variable.reason)));
        lines.push(format!("        {} = {}", variable.name, literal(&variable.value)));
    }
    lines.extend(["    }", "    stages {", "        stage('Go') {", "            steps {"].map(str::to_owned));
    let entries = template.path.iter().rev().enumerate().map(|(number, entry)| {
        let mut value = TemplateValue::text(&format!("PATH+GO{number}="));
        match template.owner(entry) {
            Some(name) => {
                value = TemplateValue::text(&format!("PATH+{name}="));
                value.push_variable(name);
            }
            None => value.append(entry),
        }
        literal(&value)
    });
    let entries: Vec<String> = entries.collect();
    lines.push(format!("                withEnv([{}]) {{", entries.join(", ")));
    lines.extend(["go build ./...", "go test ./..."].map(|command| format!("                    sh '{command}'")));
    lines.extend(["                }", "            }", "        }", "    }", "}"].map(str::to_owned));
    Ok(vec![ExportFile::utf8("Jenkinsfile", lines.join("\n") + "\n")])
}

/// Groovy looks for `\u` everywhere, before it knows what a comment is.
fn comment(text: &str) -> String {
    let letter = |c: char| if c == '\\' || letter(c).len() > c.len_utf8() { '\u{fffd}' } else { c };
    format!("// {}", text.chars().map(letter).collect::<String>())
}

/// A letter that could be taken for the end of a line, or is not to be seen, by its number.
fn letter(c: char) -> String {
    match c {
        _ if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{200b}' | '\u{202e}') => {
            format!("\\u{:04x}", u32::from(c))
        }
        _ => c.to_string(),
    }
}

/// A string of Groovy.
fn literal(value: &TemplateValue) -> String {
    let (mark, ends) = if value.variable().is_some() { ('"', ['"', '$']) } else { ('\'', ['\'', '\'']) };
    let text = |text: &str| {
        let escaped = |c: char| if c == '\\' || ends.contains(&c) { format!("\\{c}") } else { letter(c) };
        text.chars().map(escaped).collect::<String>()
    };
    format!("{mark}{}{mark}", value.written(text, |name| format!("${{env.{name}}}")))
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let tokens =
        Tokens { text: &text, at: 0, unclosed: 0 }.all().map_err(|at| file.fault(&text, at, "a string has no end"))?;
    let mut found = FoundSettings::of(Some(Platform::Linux));
    let mut places = PlaceFinder { text: &text, byte: 0, place: LineColumn { line: 1, column: 1 } };
    let mut at = 0;
    while at < tokens.len() {
        at = match &tokens[at].kind {
            GroovyTokenKind::Word(word)
                if *word == "environment" && tokens.get(at + 1).is_some_and(|next| next.is('{')) =>
            {
                environment(&tokens, at + 2, &mut places, &mut found)
            }
            GroovyTokenKind::Word(word) if *word == "withEnv" => with_env(&tokens, at + 1, &mut places, &mut found),
            _ => at + 1,
        };
    }
    Ok(found.done())
}

/// `NAME = VALUE` up to the closing brace; gives where reading goes on.
fn environment(
    tokens: &[GroovyToken<'_>],
    mut at: usize,
    places: &mut PlaceFinder<'_>,
    found: &mut FoundSettings,
) -> usize {
    let mut depth = 1;
    while at < tokens.len() && depth > 0 {
        let is_set = depth == 1 && tokens.get(at + 1).is_some_and(|next| next.is('='));
        match &tokens[at].kind {
            GroovyTokenKind::Word(name) if is_set => {
                let place = places.of(tokens[at].start);
                let value = match tokens.get(at + 2).map(|token| &token.kind) {
                    // What goes on behind a string is an expression.
                    Some(GroovyTokenKind::Text(value)) if ends_line(tokens, at + 2) => value.clone(),
                    _ => None,
                };
                match *name {
                    "PATH" => found.path(value.as_ref(), place),
                    name => found.variable(name, value, place),
                }
                at += 2;
            }
            GroovyTokenKind::Mark('{') => depth += 1,
            GroovyTokenKind::Mark('}') => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether the next token is on another line, or closes the block.
fn ends_line(tokens: &[GroovyToken<'_>], at: usize) -> bool {
    tokens.get(at + 1).is_none_or(|next| next.begins_line || next.is('}') || next.is(';'))
}

/// A list of `NAME=VALUE`, in which `PATH+NAME` is an entry in front of PATH; the last one leads.
fn with_env(
    tokens: &[GroovyToken<'_>],
    mut at: usize,
    places: &mut PlaceFinder<'_>,
    found: &mut FoundSettings,
) -> usize {
    let mut entries = Vec::new();
    while let Some(token) = tokens.get(at).filter(|token| !token.is(']') && !token.is('{')) {
        if let GroovyTokenKind::Text(Some(value)) = &token.kind
            && let Some(ValuePiece::Text(first)) = value.pieces.first()
            && let Some((name, start)) = first.split_once('=')
        {
            let place = places.of(token.start);
            let mut rest = TemplateValue::text(start);
            value.pieces[1..].iter().for_each(|piece| rest.push(piece));
            match name.strip_prefix("PATH+") {
                Some(_) => entries.push((rest, place)),
                None if name == "PATH" => found.path(Some(&rest), place),
                None => found.variable(name, Some(rest), place),
            }
        }
        at += 1;
    }
    entries.into_iter().rev().for_each(|(entry, place)| found.entry(Some(entry), place));
    at
}

/// Lines and columns of bytes that are asked for in their order.
struct PlaceFinder<'t> {
    text: &'t str,
    byte: usize,
    place: LineColumn,
}

impl PlaceFinder<'_> {
    fn of(&mut self, byte: usize) -> LineColumn {
        for c in self.text.get(self.byte..byte).unwrap_or_default().chars() {
            self.place = match c {
                '\n' => LineColumn { line: self.place.line + 1, column: 1 },
                _ => LineColumn { column: self.place.column + 1, ..self.place },
            };
        }
        self.byte = self.byte.max(byte);
        self.place
    }
}

/// What Groovy's own reader of letters would take for one thing.
struct GroovyToken<'t> {
    kind: GroovyTokenKind<'t>,
    /// In bytes.
    start: usize,
    /// It is the first of its line.
    begins_line: bool,
}

enum GroovyTokenKind<'t> {
    Word(&'t str),
    /// A string; `None` where it has more in it than text and variables.
    Text(Option<TemplateValue>),
    Mark(char),
}

impl GroovyToken<'_> {
    fn is(&self, mark: char) -> bool {
        matches!(self.kind, GroovyTokenKind::Mark(own) if own == mark)
    }
}

struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Up to which byte an expression was looked through that has no end there.
    unclosed: usize,
}

impl<'t> Tokens<'t> {
    /// Without blanks and comments; fails with the byte where a string begins that has no end.
    fn all(mut self) -> Result<Vec<GroovyToken<'t>>, usize> {
        let mut found = Vec::new();
        let mut begins_line = true;
        while let Some(c) = self.text[self.at..].chars().next() {
            let (start, rest) = (self.at, &self.text[self.at..]);
            let kind = if c.is_whitespace() {
                begins_line |= c == '\n';
                self.at += c.len_utf8();
                continue;
            } else if rest.starts_with("//") || (rest.starts_with("#!") && start == 0) {
                self.at += rest.find('\n').unwrap_or(rest.len());
                continue;
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                continue;
            } else if c == '\'' || c == '"' {
                GroovyTokenKind::Text(self.string(c).ok_or(start)?)
            } else if c == '/' && found.last().is_some_and(begins_pattern) {
                self.pattern();
                GroovyTokenKind::Text(None)
            } else if c == '_' || c.is_alphabetic() {
                let length = rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len());
                self.at += length;
                GroovyTokenKind::Word(&rest[..length])
            } else {
                self.at += c.len_utf8();
                GroovyTokenKind::Mark(c)
            };
            found.push(GroovyToken { kind, start, begins_line });
            begins_line = false;
        }
        Ok(found)
    }

    /// A string between slashes, up to the end of its line where it has none.
    fn pattern(&mut self) {
        let mut letters = self.text[self.at + 1..].char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '/' | '\n' => {
                    self.at += at + 2;
                    return;
                }
                '\\' => drop(letters.next()),
                _ => {}
            }
        }
        self.at = self.text.len();
    }

    /// A string with one or three marks on each side; the outer `None`: it has no end.
    fn string(&mut self, mark: char) -> Option<Option<TemplateValue>> {
        let three = mark.to_string().repeat(3);
        let end = if self.text[self.at..].starts_with(&three) { three } else { mark.to_string() };
        self.at += end.len();
        let (mut value, mut is_known) = (TemplateValue::default(), true);
        loop {
            let rest = &self.text[self.at..];
            if rest.starts_with(&end) {
                self.at += end.len();
                return Some(is_known.then_some(value));
            }
            let c = rest.chars().next()?;
            self.at += c.len_utf8();
            match c {
                '\n' if end.len() == 1 => return None,
                '\\' => match self.escape()? {
                    Some(letter) => value.push_text(&letter.to_string()),
                    None => is_known &= rest.starts_with("\\\n"),
                },
                '$' if mark == '"' => match self.reference() {
                    Some(name) => value.push_variable(name),
                    None => is_known = false,
                },
                _ => value.push_text(c.encode_utf8(&mut [0; 4])),
            }
        }
    }

    /// Behind a backslash; the inner `None`: a line that goes on, or what is no escape.
    fn escape(&mut self) -> Option<Option<char>> {
        let rest = &self.text[self.at..];
        let c = rest.chars().next()?;
        self.at += c.len_utf8();
        Some(match c {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            '\\' | '\'' | '"' | '$' => Some(c),
            'u' => {
                let digits = rest.trim_start_matches('u');
                let number = digits.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                self.at += rest.len() - digits.len() - 1 + if number.is_some() { 4 } else { 0 };
                number.and_then(char::from_u32)
            }
            _ => None,
        })
    }

    /// Behind a `$` in double quotes: `NAME`, `{NAME}` or `{env.NAME}`.
    fn reference(&mut self) -> Option<&'t str> {
        let rest = &self.text[self.at..];
        let Some(inner) = rest.strip_prefix('{') else {
            let length = name_length(rest);
            self.at += length;
            let name = rest[..length].strip_prefix("env.").unwrap_or(&rest[..length]);
            return (length > 0 && !name.contains('.')).then_some(name);
        };
        let own = inner.strip_prefix("env.").unwrap_or(inner);
        let length = name_length(own);
        if length > 0 && !own[..length].contains('.') && own[length..].starts_with('}') {
            self.at += rest.len() - own.len() + length + 1;
            return Some(&own[..length]);
        }
        // Marks within it end no string.
        let mut depth = 0_usize;
        for (at, c) in rest.char_indices().take(if self.at < self.unclosed { 0 } else { LONGEST_EXPRESSION }) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return None;
            }
        }
        self.unclosed = self.unclosed.max(self.at + LONGEST_EXPRESSION);
        None
    }
}

/// In letters; what is longer is read on as text.
const LONGEST_EXPRESSION: usize = 2_048;

/// Whether a slash behind it begins a string.
fn begins_pattern(before: &GroovyToken<'_>) -> bool {
    matches!(before.kind, GroovyTokenKind::Mark('=' | '~' | '(' | ',' | '[' | ':'))
}

/// Of a name with its dots.
fn name_length(text: &str) -> usize {
    let length = text.find(|c: char| !matches!(c, '_' | '.') && !c.is_ascii_alphanumeric()).unwrap_or(text.len());
    let starts = text.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    if starts { text[..length].trim_end_matches('.').len() } else { 0 }
}
