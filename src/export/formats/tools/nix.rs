//! `shell.nix`: `mkShell` gives its attributes to the shell as variables; what holds another variable, and PATH, is for
//! `shellHook`, which bash runs. Source: Nix, "String literal", and Nixpkgs, "pkgs.mkShell"; measured with Nix 2.8.

use crate::export::{
    format::{ExportFormat, FormatFamily, UNIX},
    machine::ExportMachine,
    posix,
    read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
    template::{ExportTemplate, TemplateValue},
    write::{CannotHold, ExportFile},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "nix",
    shell: None,
    family: FormatFamily::Tools,
    title: "a `shell.nix` for `nix-shell`, and for a flake by `import ./shell.nix { inherit pkgs; }`",
    cannot: "the version of Go: it is that of nixpkgs",
    read_back: "`nix-instantiate --eval`, and bash, which runs the shellHook that it gives",
    machine: ExportMachine::Unix,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!(
        "# {}\n{{ pkgs ? import <nixpkgs> {{ }} }}:\n\npkgs.mkShell {{\n  packages = [ pkgs.go ];\n",
        template.title()
    );
    let mut hook = String::new();
    // All in one place, in the plan's order.
    let are_plain = template.variables.iter().all(|one| one.value.variable().is_none());
    for variable in &template.variables {
        match variable.value.as_text().filter(|_| are_plain) {
            Some(value) => {
                let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('$', r"\$");
                let (name, reason) = (&variable.name, &variable.reason);
                text.push_str(&format!("  # {name}: {reason}\n  {name} = \"{value}\";\n"));
            }
            None => {
                let reason = &variable.reason;
                hook.push_str(&format!("    # {}: {}\n", variable.name, in_indented(reason)));
                let word = in_indented(&posix::word(&variable.value));
                hook.push_str(&format!("    export {}={word}\n", variable.name));
            }
        }
    }
    for entry in template.path.iter().rev() {
        let path = posix::word_and(&posix::entry(template, entry), ":$PATH");
        hook.push_str(&format!("    export PATH={}\n", in_indented(&path)));
    }
    if !hook.is_empty() {
        text.push_str(&format!("  shellHook = ''\n{hook}  '';\n"));
    }
    text.push_str("}\n");
    Ok(vec![ExportFile::utf8("shell.nix", text)])
}

/// As it stands between `''`, where `'''` is `''`, and `''$` is `$`: behind another `'` that would be read as `'''`, so
/// that a `$` which would begin something is put in as a text of its own.
fn in_indented(text: &str) -> String {
    let mut written = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\'', Some('\'')) => {
                letters.next();
                written.push_str("'''");
            }
            ('$', Some('{' | '$')) => written.push_str("${\"$\"}"),
            _ => written.push(letter),
        }
    }
    written
}

/// Attributes whose names are those of variables, and `shellHook`; nothing is evaluated.
fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let tokens = tokens(file, &text)?;
    let mut imported = Imported::default();
    for (number, token) in tokens.iter().enumerate() {
        let NixToken::Name(name) = &token.what else { continue };
        let what = |behind: usize| tokens.get(number + behind).map(|token| &token.what);
        if what(1) != Some(&NixToken::Sign('=')) || what(2) == Some(&NixToken::Sign('=')) {
            continue;
        }
        let text = match (what(2), what(3)) {
            (Some(NixToken::Text(text)), Some(NixToken::Sign(';'))) => Some(text),
            _ => None,
        };
        match (name.as_str(), text) {
            ("shellHook", Some(hook)) => of_hook(hook, tokens[number + 2].at, &mut imported),
            ("shellHook", None) => {
                let text = "only a run could tell what its `shellHook` does".to_owned();
                imported.remarks.push(ImportRemark { text, at: token.at });
            }
            ("PATH", _) => {
                let text = "it replaces PATH, until the shell of Nix sets its own".to_owned();
                imported.remarks.push(ImportRemark { text, at: token.at });
            }
            _ if is_variable(name) => {
                let value = text.filter(|text| !text.is_computed).map(|text| TemplateValue::text(&text.value()));
                imported.variables.push(ImportedVariable { name: name.clone(), value, at: token.at });
            }
            _ => {}
        }
    }
    Ok(imported.with_own_values())
}

/// Other attributes have small letters in their names.
fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_ascii_uppercase())
        && name.chars().all(|c| c == '_' || c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A script for bash, in which what Nix puts in is unknown.
fn of_hook(hook: &NixText, at: LineColumn, imported: &mut Imported) {
    let read = posix::read_text(&hook.text, &[]);
    // The lines of the script are those of the file.
    let place = |there: LineColumn| match there.line {
        _ if !hook.is_indented => at,
        1 => at,
        _ => LineColumn { line: at.line + there.line - 1, column: there.column },
    };
    let variables = read.variables.into_iter().map(|one| ImportedVariable { at: place(one.at), ..one });
    imported.variables.extend(variables);
    imported.path.extend(read.path.into_iter().map(|one| ImportedEntry { at: place(one.at), ..one }));
    imported.remarks.extend(read.remarks.into_iter().map(|one| ImportRemark { at: place(one.at), ..one }));
}

#[derive(Debug, PartialEq, Eq)]
enum NixToken {
    Name(String),
    Text(NixText),
    Sign(char),
}

/// A text in quotation marks.
#[derive(Debug, Default, PartialEq, Eq)]
struct NixText {
    /// With `$(…)` for what Nix computes.
    text: String,
    is_computed: bool,
    is_indented: bool,
}

impl NixText {
    /// Without the blanks that all lines of an indented one begin with.
    fn value(&self) -> String {
        if !self.is_indented {
            return self.text.clone();
        }
        let body = match self.text.split_once('\n') {
            Some((first, rest)) if first.trim_start_matches(' ').is_empty() => rest,
            _ => &self.text,
        };
        let indents = body.split('\n').filter(|line| !line.trim_start_matches(' ').is_empty());
        let indent = indents.map(|line| line.len() - line.trim_start_matches(' ').len()).min().unwrap_or_default();
        let lines = body.split('\n').map(|line| line.get(indent..).unwrap_or_default());
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[derive(Debug)]
struct PlacedToken {
    what: NixToken,
    at: LineColumn,
}

/// Of values within texts within each other; deeper ones are refused.
const DEEPEST: usize = 64;

fn tokens(file: &FileToImport<'_>, text: &str) -> Result<Vec<PlacedToken>, ImportFault> {
    let mut reader = NixReader { rest: text, at: LineColumn { line: 1, column: 1 } };
    let mut all = Vec::new();
    while let Some(letter) = reader.rest.chars().next() {
        let at = reader.at;
        let no_end = || file.fault_at(at, "what begins here has no end");
        let what = match letter {
            '#' => {
                reader.pass(reader.rest.find('\n').unwrap_or(reader.rest.len()));
                continue;
            }
            '/' if reader.rest.starts_with("/*") => {
                reader.pass(reader.rest.find("*/").ok_or_else(no_end)? + 2);
                continue;
            }
            '"' => NixToken::Text(reader.text(0).ok_or_else(no_end)?),
            '\'' if reader.rest.starts_with("''") => NixToken::Text(reader.indented(0).ok_or_else(no_end)?),
            _ if letter == '_' || letter.is_ascii_alphabetic() => {
                let is_of_name = |c: char| c == '_' || c == '-' || c == '\'' || c.is_ascii_alphanumeric();
                let end = reader.rest.find(|c| !is_of_name(c)).unwrap_or(reader.rest.len());
                let name = reader.rest[..end].to_owned();
                reader.pass(end);
                NixToken::Name(name)
            }
            _ => {
                reader.pass(letter.len_utf8());
                if letter.is_whitespace() {
                    continue;
                }
                NixToken::Sign(letter)
            }
        };
        all.push(PlacedToken { what, at });
    }
    Ok(all)
}

struct NixReader<'t> {
    rest: &'t str,
    at: LineColumn,
}

impl NixReader<'_> {
    /// Goes on by so many bytes.
    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        for letter in passed.chars() {
            match letter {
                '\n' => self.at = LineColumn { line: self.at.line + 1, column: 1 },
                _ => self.at.column += 1,
            }
        }
        self.rest = rest;
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.pass(letter.len_utf8());
        Some(letter)
    }

    /// From its `"` on; `None` where it has no end.
    fn text(&mut self, depth: usize) -> Option<NixText> {
        let mut found = NixText::default();
        self.next();
        loop {
            if self.rest.starts_with("${") {
                self.computed(&mut found, depth)?;
                continue;
            }
            match self.next()? {
                '"' => return Some(found),
                '\\' => found.text.push(match self.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                }),
                // `$${` is no value to be put in.
                '$' if self.rest.starts_with("${") => {
                    self.pass(2);
                    found.text.push_str("$${");
                }
                letter => found.text.push(letter),
            }
        }
    }

    /// From its `''` on; `None` where it has no end.
    fn indented(&mut self, depth: usize) -> Option<NixText> {
        let mut found = NixText { is_indented: true, ..NixText::default() };
        self.pass(2);
        loop {
            if self.rest.starts_with("${") {
                self.computed(&mut found, depth)?;
            } else if self.rest.starts_with("'''") {
                self.pass(3);
                found.text.push_str("''");
            } else if self.rest.starts_with("''$") {
                self.pass(3);
                found.text.push('$');
            } else if self.rest.starts_with("''\\") {
                self.pass(3);
                found.text.push(match self.next()? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    other => other,
                });
            } else if self.rest.starts_with("''") {
                self.pass(2);
                return Some(found);
            } else if self.rest.starts_with("$${") {
                self.pass(3);
                found.text.push_str("$${");
            } else {
                let letter = self.next()?;
                found.text.push(letter);
            }
        }
    }

    /// `${…}`: a text is taken as it is, and of all else it is known that it is there.
    fn computed(&mut self, found: &mut NixText, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        self.pass(2);
        let mut open = 1;
        let mut parts = 0;
        let mut only = None;
        while open > 0 {
            let inner = if self.rest.starts_with('"') {
                Some(self.text(depth + 1)?)
            } else if self.rest.starts_with("''") {
                Some(self.indented(depth + 1)?)
            } else {
                None
            };
            if inner.is_some() {
                parts += 1;
                only = inner.filter(|text| !text.is_computed);
                continue;
            }
            match self.next()? {
                '{' => open += 1,
                '}' => open -= 1,
                letter if letter.is_whitespace() => {}
                _ => parts += 1,
            }
        }
        match only {
            Some(text) if parts == 1 => found.text.push_str(&text.value()),
            _ => {
                found.is_computed = true;
                found.text.push_str("$(nix)");
            }
        }
        Some(())
    }
}
