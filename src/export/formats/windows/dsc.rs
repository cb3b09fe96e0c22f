//! A configuration script of PowerShell DSC with the resource Environment of PSDscResources. Source of what that does: its
//! `MSFT_EnvironmentResource.psm1`, 2.12.0.0: for the machine and the process alone; a new value is REG_SZ, an old one
//! keeps its type; with `Path = $true` entries that are missing go behind the others, case does not matter.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, WINDOWS},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::sanitize,
    platform::Platform,
    ports::registry::Scope,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "dsc",
    shell: None,
    family: FormatFamily::Windows,
    title: "a configuration script of PowerShell DSC, with the resource Environment of PSDscResources",
    cannot: "variables of a user: the resource knows the machine's alone; `%NAME%` in a value: it writes plain text; PATH in \
        front of what it holds: it goes behind",
    read_back: "the PowerShell grammar of tree-sitter; a DSC that applies it is not among the readers",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: true,
    has_scopes: true,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!(
        "# {}\r\n# Needs PSDscResources: Install-Module PSDscResources. Run this, and then as an administrator:\r\n\
         # Start-DscConfiguration -Path .\\GoEnvironment -Wait -Verbose\r\n\
         Configuration GoEnvironment\r\n{{\r\n    Import-DscResource -ModuleName PSDscResources\r\n\r\n    Node localhost\r\n    {{\r\n",
        template.title()
    );
    for variable in &template.variables {
        let value = held(template.scope, &variable.name, &variable.value)?;
        text.push_str(&resource(&variable.name, &variable.name, value, false, &variable.reason));
    }
    // A name may stand in one resource only.
    let path: Vec<&str> =
        template.path.iter().map(|entry| held(template.scope, "PATH", entry)).collect::<Result<_, _>>()?;
    if !path.is_empty() {
        let reason = "where go install puts programs; it goes behind what PATH holds";
        text.push_str(&resource("Path", "Path", &path.join(";"), true, reason));
    }
    text.push_str("    }\r\n}\r\n\r\nGoEnvironment -OutputPath (Join-Path $PSScriptRoot 'GoEnvironment')\r\n");
    // Windows PowerShell takes a script without a mark for one in the code page.
    Ok(vec![ExportFile { name: "GoEnvironment.ps1".to_owned(), bytes: format!("\u{feff}{text}").into_bytes() }])
}

/// The text of a value that the resource can hold.
fn held<'v>(scope: Scope, name: &str, value: &'v TemplateValue) -> Result<&'v str, CannotHold> {
    let shown = value.in_plan(Platform::Windows);
    if scope == Scope::User {
        let rule = "the resource Environment of PSDscResources sets variables of the machine and of its own process, not of a user";
        let help = "export it with `--scope machine`, or take `dsc3`, `gpp` or `reg` for a user".to_owned();
        return Err(CannotHold { help, ..FORMAT.cannot_hold(name, &shown, rule) });
    }
    value.as_text().ok_or_else(|| {
        let rule = "the resource Environment of PSDscResources writes a plain text (REG_SZ), into which Windows puts no variable";
        let help = "name directories without variables by `--gocache` and `--gopath`, for example `D:\\go`".to_owned();
        CannotHold { help, ..FORMAT.cannot_hold(name, &shown, rule) }
    })
}

fn resource(instance: &str, name: &str, value: &str, is_path: bool, reason: &str) -> String {
    format!(
        "        # {name}: {}\r\n        Environment {instance}\r\n        {{\r\n            Name   = {}\r\n            Value  = {}\r\n            \
         Ensure = 'Present'\r\n            Path   = ${is_path}\r\n            Target = @('Machine')\r\n        }}\r\n\r\n",
        sanitize::one_line(reason),
        quoted(name),
        quoted(value)
    )
}

/// What PowerShell takes for a single quotation mark. Source: PowerShell, `CharTraits.cs: IsSingleQuote`.
const SINGLE: [char; 5] = ['\'', '\u{2018}', '\u{2019}', '\u{201a}', '\u{201b}'];
/// And for a double one: `IsDoubleQuote`.
const DOUBLE: [char; 4] = ['"', '\u{201c}', '\u{201d}', '\u{201e}'];

/// A text that PowerShell takes as it is.
fn quoted(text: &str) -> String {
    let mut literal = String::from("'");
    for letter in text.chars() {
        literal.push(letter);
        if SINGLE.contains(&letter) {
            literal.push(letter);
        }
    }
    literal + "'"
}

/// A word of PowerShell, as far as a configuration needs them.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DscToken {
    Word(String),
    /// `None`: only a run could tell.
    Text(Option<String>),
    /// `{`, `}`, `(`, `)`, `=`.
    Mark(char),
    /// Ends of lines and `;`, as many as follow each other.
    End,
}

/// A token and where it begins.
type PlacedDscToken = (DscToken, LineColumn);

/// The words of a script.
struct DscWords<'t> {
    file: &'t FileToImport<'t>,
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    at: LineColumn,
}

impl DscWords<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.next()?;
        if letter == '\n' {
            self.at = LineColumn { line: self.at.line + 1, column: 1 };
        } else {
            self.at.column += 1;
        }
        Some(letter)
    }

    fn all(mut self) -> Result<Vec<PlacedDscToken>, ImportFault> {
        let mut all = Vec::new();
        while let Some(letter) = self.rest.peek().copied() {
            let at = self.at;
            let token = match letter {
                '\n' | ';' => {
                    self.next();
                    DscToken::End
                }
                '#' => {
                    while self.rest.peek().is_some_and(|letter| *letter != '\n') {
                        self.next();
                    }
                    continue;
                }
                '{' | '}' | '(' | ')' | '=' => {
                    self.next();
                    DscToken::Mark(letter)
                }
                letter if letter.is_whitespace() => {
                    self.next();
                    continue;
                }
                letter if SINGLE.contains(&letter) || DOUBLE.contains(&letter) => self.text(at)?,
                '@' => match self.here_text(at)? {
                    Some(token) => token,
                    None => continue,
                },
                '<' => match self.block_comment(at)? {
                    Some(token) => token,
                    None => continue,
                },
                _ => self.word(),
            };
            let is_again = token == DscToken::End && matches!(all.last(), Some((DscToken::End, _)));
            if !is_again {
                all.push((token, at));
            }
        }
        Ok(all)
    }

    fn word(&mut self) -> DscToken {
        let mut word = String::new();
        while let Some(letter) = self.rest.peek().copied() {
            let ends = letter.is_whitespace() || "{}()=;".contains(letter);
            if ends || (word.is_empty() && letter == '#') || SINGLE.contains(&letter) || DOUBLE.contains(&letter) {
                break;
            }
            // What stands behind a backtick is part of the word, also a line's end.
            if letter == '`' {
                self.next();
            }
            word.extend(self.next());
        }
        DscToken::Word(word)
    }

    /// `<# … #>`.
    fn block_comment(&mut self, at: LineColumn) -> Result<Option<DscToken>, ImportFault> {
        self.next();
        if self.rest.peek() != Some(&'#') {
            return Ok(Some(DscToken::Word("<".to_owned())));
        }
        let mut last = ' ';
        loop {
            let letter = self.next().ok_or_else(|| self.file.fault_at(at, "the comment's `#>` is missing"))?;
            if (last, letter) == ('#', '>') {
                return Ok(None);
            }
            last = letter;
        }
    }

    /// `'…'` or `"…"`; a mark that stands twice is one.
    fn text(&mut self, at: LineColumn) -> Result<DscToken, ImportFault> {
        let marks: &[char] = if self.next().is_some_and(|mark| SINGLE.contains(&mark)) { &SINGLE } else { &DOUBLE };
        let is_literal = marks == SINGLE;
        let mut text = String::new();
        let mut is_known = true;
        loop {
            let letter = self.next().ok_or_else(|| self.file.fault_at(at, "the closing quotation mark is missing"))?;
            match letter {
                _ if marks.contains(&letter) => match self.rest.peek() {
                    Some(again) if marks.contains(again) => text.extend(self.next()),
                    _ => return Ok(DscToken::Text(is_known.then_some(text))),
                },
                '$' | '`' if !is_literal => {
                    is_known = false;
                    if letter == '`' {
                        self.next();
                    }
                }
                _ => text.push(letter),
            }
        }
    }

    /// `@'` and a line's end; until `'@` at the beginning of a line. Else `@` alone, which opens a list or a table.
    fn here_text(&mut self, at: LineColumn) -> Result<Option<DscToken>, ImportFault> {
        self.next();
        let Some(mark) = self.rest.peek().copied().filter(|mark| SINGLE.contains(mark) || DOUBLE.contains(mark)) else {
            return Ok(None);
        };
        let is_literal = SINGLE.contains(&mark);
        self.next();
        let missing = || self.file.fault_at(at, "the end of the here-string is missing");
        let mut text = String::new();
        while self.next().ok_or_else(missing)? != '\n' {}
        loop {
            let letter = self.next().ok_or_else(missing)?;
            let begins_line = text.is_empty() || text.ends_with('\n');
            if begins_line
                && (if is_literal { &SINGLE[..] } else { &DOUBLE[..] }).contains(&letter)
                && self.rest.peek() == Some(&'@')
            {
                self.next();
                let text = text.strip_suffix('\n').unwrap_or(&text);
                let text = text.strip_suffix('\r').unwrap_or(text);
                let is_known = is_literal || !text.contains(['$', '`']);
                return Ok(Some(DscToken::Text(is_known.then(|| text.to_owned()))));
            }
            text.push(letter);
        }
    }
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let start = LineColumn { line: 1, column: 1 };
    let tokens = DscWords { file, rest: text.chars().peekable(), at: start }.all()?;
    let is_configuration = |(token, _): &PlacedDscToken| matches!(token, DscToken::Word(word) if word.eq_ignore_ascii_case("configuration"));
    if !tokens.iter().any(is_configuration) {
        return Err(file.fault_at(start, "a `Configuration` is expected"));
    }
    let imported = Imported {
        platform: Some(Platform::Windows),
        scope: Some(Scope::Machine),
        behind_path: true,
        ..Imported::default()
    };
    let mut reader = DscReader { file, imported, conditions: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = reader.statement(&tokens, at)?;
    }
    if let Some((_, place)) = reader.conditions.last() {
        return Err(file.fault_at(*place, "the block's `}` is missing"));
    }
    Ok(reader.imported)
}

struct DscReader<'a> {
    file: &'a FileToImport<'a>,
    imported: Imported,
    /// The open blocks: what decides whether each runs, and where it begins.
    conditions: Vec<(Option<String>, LineColumn)>,
}

/// What makes a block run sometimes, or several times.
const CONTROL: &[&str] =
    &["if", "elseif", "else", "foreach", "for", "while", "do", "switch", "try", "catch", "finally", "trap"];

/// `Environment`, and its name in xPSDesiredStateConfiguration.
const RESOURCES: &[&str] = &["Environment", "xEnvironment"];

impl DscReader<'_> {
    fn remark(&mut self, text: String, at: LineColumn) {
        self.imported.remarks.push(ImportRemark { text, at });
    }

    /// One statement, or up to the block that it opens; gives where the next begins.
    fn statement(&mut self, tokens: &[PlacedDscToken], from: usize) -> Result<usize, ImportFault> {
        let (first, place) = &tokens[from];
        match first {
            DscToken::End => return Ok(from + 1),
            DscToken::Mark('}') => {
                self.conditions.pop().ok_or_else(|| self.file.fault_at(*place, "no block is open for this `}`"))?;
                return Ok(from + 1);
            }
            _ => {}
        }
        let mut end = from;
        let mut depth = 0_usize;
        // A block may open in the next line.
        while let Some((token, _)) = tokens.get(end) {
            match token {
                DscToken::Mark('(') => depth += 1,
                DscToken::Mark(')') => depth = depth.saturating_sub(1),
                DscToken::Mark('{') => break,
                DscToken::Mark('}') => return Ok(end),
                DscToken::End if depth == 0 && !opens_block(tokens, end) => return Ok(end + 1),
                _ => {}
            }
            end += 1;
        }
        let Some((_, open)) = tokens.get(end) else { return Ok(end) };
        let word = match first {
            DscToken::Word(word) => word.as_str(),
            _ => "",
        };
        if RESOURCES.iter().any(|name| name.eq_ignore_ascii_case(word)) && end > from + 1 {
            return self.resource(tokens, end + 1, *place);
        }
        let condition = CONTROL.iter().find(|name| name.eq_ignore_ascii_case(word));
        self.conditions.push((condition.map(|name| (*name).to_owned()), *open));
        Ok(end + 1)
    }

    /// The properties of a resource; gives what is behind its `}`.
    fn resource(&mut self, tokens: &[PlacedDscToken], from: usize, at: LineColumn) -> Result<usize, ImportFault> {
        let mut properties = DscProperties::default();
        let mut next = from;
        loop {
            let (token, place) =
                tokens.get(next).ok_or_else(|| self.file.fault_at(at, "the resource's `}` is missing"))?;
            match token {
                DscToken::End => next += 1,
                DscToken::Mark('}') => break,
                DscToken::Word(name) if matches!(tokens.get(next + 1), Some((DscToken::Mark('='), _))) => {
                    let value = value(&tokens[next + 2..]);
                    properties.set(name, value);
                    next += 2 + value.len();
                }
                _ => return Err(self.file.fault_at(*place, "`NAME = VALUE` is expected in a resource")),
            }
        }
        self.add(properties, at);
        Ok(next + 1)
    }

    fn add(&mut self, properties: DscProperties, at: LineColumn) {
        let Some(name) = properties.name else {
            self.remark("it sets a variable whose name only a run could tell".to_owned(), at);
            return;
        };
        if let Some(condition) = self.conditions.iter().rev().find_map(|(condition, _)| condition.clone()) {
            self.remark(format!("{name} is set where `{condition}` lets it"), at);
        }
        if properties.is_absent {
            self.remark(format!("it removes {name}, or an entry of it"), at);
            return;
        }
        if properties.process_alone {
            self.remark(format!("{name} is set for the process of DSC alone"), at);
            return;
        }
        let is_path = name.eq_ignore_ascii_case("PATH");
        if properties.is_path && is_path {
            let Some(value) = properties.value else {
                self.imported.path.push(ImportedEntry { value: None, at });
                return;
            };
            let entries = value.split(';').filter(|entry| !entry.trim().is_empty());
            let entry = |entry| ImportedEntry { value: Some(TemplateValue::planned(Platform::Windows, entry)), at };
            self.imported.path.extend(entries.map(entry));
            return;
        }
        if properties.is_path {
            self.remark(format!("{name}: the value goes behind what it holds"), at);
        } else if is_path {
            self.remark("it replaces the whole PATH".to_owned(), at);
        }
        let value = properties.value.map(|text| TemplateValue::text(&text));
        let refers = value.as_ref().and_then(TemplateValue::as_text);
        if refers.is_some_and(|text| TemplateValue::planned(Platform::Windows, text).variable().is_some()) {
            self.remark(format!("{name}: it is written as plain text, into which Windows puts no variable"), at);
        }
        self.imported.variables.push(ImportedVariable { name, value, at });
    }
}

/// Whether what follows a line's end is `{`.
fn opens_block(tokens: &[PlacedDscToken], end: usize) -> bool {
    matches!(tokens.get(end + 1), Some((DscToken::Mark('{'), _)))
}

/// The words of a value: up to the line's end, what is in brackets whole.
fn value(tokens: &[PlacedDscToken]) -> &[PlacedDscToken] {
    let mut depth = 0_usize;
    let ends = |(token, _): &PlacedDscToken| {
        match token {
            DscToken::Mark('(' | '{') => depth += 1,
            DscToken::Mark(')' | '}') if depth > 0 => depth -= 1,
            DscToken::End | DscToken::Mark('}') if depth == 0 => return true,
            _ => {}
        }
        false
    };
    &tokens[..tokens.iter().position(ends).unwrap_or(tokens.len())]
}

/// What a resource says.
#[derive(Default)]
struct DscProperties {
    name: Option<String>,
    value: Option<String>,
    is_path: bool,
    is_absent: bool,
    process_alone: bool,
}

impl DscProperties {
    fn set(&mut self, name: &str, value: &[PlacedDscToken]) {
        let text = match value {
            [(DscToken::Text(text), _)] => text.clone(),
            // A word is a text where nothing in it stands for something else.
            [(DscToken::Word(word), _)] if !word.contains(['$', '@', '-', '[', ',']) => Some(word.clone()),
            _ => None,
        };
        let is_true = matches!(value, [(DscToken::Word(word), _)] if word.eq_ignore_ascii_case("$true"));
        match name.to_ascii_lowercase().as_str() {
            "name" => self.name = text,
            "value" => self.value = text,
            "path" => self.is_path = is_true,
            "ensure" => self.is_absent = text.is_some_and(|text| text.eq_ignore_ascii_case("absent")),
            "target" => {
                let texts = value.iter().filter_map(|(token, _)| match token {
                    DscToken::Text(Some(text)) => Some(text),
                    _ => None,
                });
                let mut targets = texts.map(|text| text.eq_ignore_ascii_case("process")).peekable();
                self.process_alone = targets.peek().is_some() && targets.all(|is_process| is_process);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str) -> Result<Imported, ImportFault> {
        read(&FileToImport { path: "x.ps1", bytes: text.as_bytes() })
    }

    const OTHERS: &str = r#"<# a comment with Environment X { #>
configuration Machines {
    param ([string] $Root = "C:\go")   # }
    Import-DscResource -ModuleName 'PSDscResources'
    Node @('a', 'b')
    {
        Environment A { Name = 'A'; Value = 'it''s "x"'; Ensure = 'Present' }
        xEnvironment "B C"
        {
            Name = "B"
            Value = "$Root\b"
            Target = @('Process', 'Machine')
        }
        Environment C { Name = "C"; Value = "plain ""text"""; Target = 'Process' }
        Environment D { Name = 'D'; Ensure = "Absent" }
        if ($Root) {
            Environment E
            {
                Name = 'E'
                Value = @'
C:\e
'@
            }
        }
        Environment P { Name = 'PATH'; Value = 'C:\x;C:\y;'; Path = $true; DependsOn = '[Environment]A' }
        Environment Q { Name = 'Path'; Value = '%SystemRoot%'; Path = $false }
        Environment R { Name = $name; Value = 'x' }
        WindowsFeature Environment { Name = 'Web-Server'; Ensure = 'Present' }
    }
}
Machines
"#;

    #[test]
    fn scripts_of_others_are_read_and_not_run() {
        let read = imported(OTHERS).unwrap();
        let value = |value: &Option<TemplateValue>| value.as_ref().map(|value| value.in_plan(Platform::Windows));
        let variables: Vec<_> =
            read.variables.iter().map(|one| (one.name.as_str(), value(&one.value), one.at.line)).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            variables,
            [
                ("A", text(r#"it's "x""#), 7),
                ("B", None, 8),
                ("E", text(r"C:\e"), 17),
                ("Path", text("%SystemRoot%"), 26)
            ]
        );
        let path: Vec<_> = read.path.iter().map(|one| value(&one.value)).collect();
        assert_eq!(path, [text(r"C:\x"), text(r"C:\y")]);
        for (line, part) in [
            (14, "C is set for the process of DSC alone"),
            (15, "it removes D"),
            (17, "E is set where `if` lets it"),
            (26, "it replaces the whole PATH"),
            (26, "Path: it is written as plain text"),
            (27, "whose name only a run could tell"),
        ] {
            assert!(
                read.remarks.iter().any(|one| one.at.line == line && one.text.contains(part)),
                "{line} {part}: {:?}",
                read.remarks
            );
        }
        assert_eq!(read.remarks.len(), 6, "{:?}", read.remarks);
    }

    #[test]
    fn a_fault_has_its_place() {
        for (text, line, column, part) in [
            ("", 1, 1, "`Configuration` is expected"),
            ("Configuration A {\n  'x\n", 2, 3, "quotation mark"),
            ("Configuration A {\n <# x\n", 2, 2, "`#>`"),
            ("Configuration A {\n x @'\ny\n", 2, 4, "here-string"),
            ("Configuration A {\n", 1, 17, "`}` is missing"),
            ("Configuration A {\n}}\n", 2, 2, "no block is open"),
            ("Configuration A {\n Environment B {\n Name = 'B'\n", 2, 2, "`}` is missing"),
            ("Configuration A {\n Environment B {\n Name 'B' } }\n", 3, 2, "`NAME = VALUE`"),
        ] {
            let fault = imported(text).unwrap_err();
            assert_eq!((fault.at.line, fault.at.column), (line, column), "{text:?}: {fault}");
            assert!(fault.why.contains(part), "{fault}");
        }
    }

    #[test]
    fn much_garbage_is_no_work() {
        for garbage in ["\n", "{", "Environment A {", "(", "Environment\n", "'", "= ", "@", "x\n\n"] {
            let _ = imported(&format!("Configuration\n{}", garbage.repeat(1_000_000 / garbage.len())));
        }
    }
}
