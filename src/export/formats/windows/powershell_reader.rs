//! What a PowerShell script sets for good: by this program's own scripts, `SetEnvironmentVariable`, `setx`, and the
//! registry's cmdlets. Nothing is run; a value that only a run could tell is none.

use crate::{
    export::{
        formats::windows::powershell,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
        template::TemplateValue,
    },
    platform::Platform,
    ports::registry::Scope,
    script::{
        ScriptPiece, ScriptShell, ScriptText, Setter,
        powershell::argument,
        reading::{self, LONGEST, ScriptCommand, ScriptSpan, StaticCall, static_calls},
    },
};

/// What a script sets, by any PowerShell script of anybody.
pub(super) fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = powershell::without_own_parts(&file.text()?.replace("\r\n", "\n"));
    if text.len() > LONGEST {
        return Err(file.fault_at(LineColumn { line: 1, column: 1 }, "it is longer than 64 KiB"));
    }
    let mut reader =
        PowerShellImport { imported: Imported { platform: Some(Platform::Windows), ..Imported::default() } };
    let script = reading::read(ScriptShell::PowerShell, &text);
    let (calls, unread) = static_calls(&text);
    let mut found: Vec<PowerShellSetter<'_>> = script.commands.iter().map(PowerShellSetter::Command).collect();
    found.extend(calls.iter().map(PowerShellSetter::Call));
    found.sort_by_key(|one| one.span().bytes.start);
    for one in found {
        match one {
            PowerShellSetter::Command(command) => reader.command(command),
            PowerShellSetter::Call(call) => reader.call(call),
        }
    }
    reader.own_scope(&text);
    for place in &script.settings {
        reader.setting(place.by, &place.name, place.line);
    }
    let mut imported = reader.imported;
    if let Some(span) = unread {
        let at = LineColumn { line: span.line, column: span.column };
        let is_empty = imported.variables.is_empty() && imported.path.is_empty() && imported.remarks.is_empty();
        if is_empty {
            return Err(file.fault_at(at, "from here on it is no PowerShell that is known here"));
        }
        let text = "from here on not all of it could be read; it may set more".to_owned();
        imported.remarks.push(ImportRemark { text, at });
    }
    imported.remarks.sort_by_key(|remark| remark.at);
    Ok(imported)
}

enum PowerShellSetter<'r> {
    Command(&'r ScriptCommand),
    Call(&'r StaticCall),
}

impl PowerShellSetter<'_> {
    fn span(&self) -> &ScriptSpan {
        match self {
            Self::Command(command) => &command.span,
            Self::Call(call) => &call.span,
        }
    }
}

struct PowerShellImport {
    imported: Imported,
}

/// A variable's new value.
struct NewValue<'n> {
    name: &'n str,
    value: ScriptText,
    /// `%NAME%` in it is a variable.
    expands: bool,
    scope: Option<Scope>,
    conditional: bool,
    at: LineColumn,
}

fn start(span: &ScriptSpan) -> LineColumn {
    LineColumn { line: span.line, column: span.column }
}

impl PowerShellImport {
    fn remark(&mut self, text: String, at: LineColumn) {
        self.imported.remarks.push(ImportRemark { text, at });
    }

    fn command(&mut self, command: &ScriptCommand) {
        let words: Vec<ScriptText> = command.words.iter().map(joined).collect();
        let Some(name) = words.first().and_then(ScriptText::as_literal).map(str::to_ascii_lowercase) else { return };
        let at = start(&command.span);
        let conditional = command.conditional;
        match name.as_str() {
            "set-govariable" | "test-govariable" => {
                let (Some(name), Some(value)) = (words.get(1).and_then(ScriptText::as_literal), words.get(2)) else {
                    return;
                };
                let expands = words.get(3).and_then(ScriptText::as_literal) == Some("-Expands");
                let value = value.clone();
                self.set(NewValue { name, value, expands, scope: None, conditional: false, at });
            }
            "add-gopath" | "test-gopath" => {
                for entry in &words[1..] {
                    let value = template_value(entry, true);
                    self.imported.path.push(ImportedEntry { value, at });
                }
            }
            "setx" | "setx.exe" => self.setx(&words, conditional, at),
            "set-itemproperty" | "sp" | "new-itemproperty" | "remove-itemproperty" | "rp" => {
                self.item_property(&name, &words, conditional, at);
            }
            _ => {}
        }
    }

    /// Source: Microsoft, "setx": `/m` is the machine's environment. Which type a value with `%` gets it does not say.
    fn setx(&mut self, words: &[ScriptText], conditional: bool, at: LineColumn) {
        let is_option = |word: &&ScriptText| word.as_literal().is_some_and(|text| text.starts_with('/'));
        let is_machine = words.iter().filter_map(ScriptText::as_literal).any(|text| text.eq_ignore_ascii_case("/m"));
        let mut given = words[1..].iter().filter(|word| !is_option(word));
        let (Some(name), Some(value)) = (given.next().and_then(ScriptText::as_literal), given.next()) else { return };
        let scope = Some(if is_machine { Scope::Machine } else { Scope::User });
        let mut value = value.clone();
        if value.written().contains('%') {
            value.push(ScriptPiece::Unknown("%".to_owned()));
        }
        self.set(NewValue { name, value, expands: false, scope, conditional, at });
    }

    /// `Set-ItemProperty HKCU:\Environment NAME VALUE`, with the parameters' names or without.
    fn item_property(&mut self, command: &str, words: &[ScriptText], conditional: bool, at: LineColumn) {
        const SWITCHES: [&str; 4] = ["-force", "-passthru", "-whatif", "-confirm"];
        let (mut named, mut positional) = (Vec::new(), Vec::new());
        let mut rest = words[1..].iter();
        while let Some(word) = rest.next() {
            let literal = word.as_literal().unwrap_or_default().to_ascii_lowercase();
            match literal.strip_prefix('-') {
                _ if SWITCHES.contains(&literal.as_str()) => {}
                Some(name) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                    named.extend(rest.next().map(|value| (name.to_owned(), value)));
                }
                _ => positional.push(word),
            }
        }
        let parameter = |names: &[&str], place: usize| {
            let by_name = named.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| *value);
            by_name.or_else(|| positional.get(place).copied())
        };
        let key = parameter(&["path", "literalpath"], 0).and_then(ScriptText::as_literal).and_then(environment_key);
        let name = parameter(&["name"], 1).and_then(ScriptText::as_literal);
        let (Some(scope), Some(name)) = (key, name) else { return };
        if command.starts_with('r') {
            return self.remark(format!("it removes {name}"), at);
        }
        let kind = parameter(&["type", "propertytype"], usize::MAX).and_then(ScriptText::as_literal);
        let expands = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("expandstring"));
        let Some(value) = parameter(&["value"], 2).cloned() else { return };
        self.set(NewValue { name, value, expands, scope: Some(scope), conditional, at });
    }

    /// Source: Microsoft, ".NET: Environment.SetEnvironmentVariable": without a target for the process alone; null and
    /// nothing remove the variable; the registry gets text, in which Windows puts nothing in.
    fn call(&mut self, call: &StaticCall) {
        let is_environment =
            ["environment", "system.environment"].contains(&call.type_name.to_ascii_lowercase().as_str());
        if !is_environment || !call.method.eq_ignore_ascii_case("SetEnvironmentVariable") {
            return;
        }
        let at = start(&call.span);
        let arguments: Vec<ScriptText> = call.arguments.iter().map(|text| joined(&unread(text))).collect();
        let [name, value, target @ ..] = arguments.as_slice() else { return };
        let Some(name) = name.as_literal() else {
            return self.remark("it sets a variable whose name only a run could tell".to_owned(), at);
        };
        let written = call.arguments.get(2).map(|text| text.rsplit("::").next().unwrap_or(text));
        let target =
            target.first().and_then(ScriptText::as_literal).or(written).unwrap_or("Process").to_ascii_lowercase();
        let scope = match target.trim_matches(['\'', '"']) {
            "user" => Some(Scope::User),
            "machine" => Some(Scope::Machine),
            "process" => return self.remark(format!("it sets {name} for its own process alone"), at),
            _ => None,
        };
        let nothing = call.arguments[1].eq_ignore_ascii_case("$null") || value.as_literal() == Some("");
        if nothing {
            return self.remark(format!("it removes {name}"), at);
        }
        self.set(NewValue { name, value: value.clone(), expands: false, scope, conditional: call.conditional, at });
    }

    fn set(&mut self, new: NewValue<'_>) {
        let NewValue { name, value, expands, scope, conditional, at } = new;
        self.imported.scope = self.imported.scope.or(scope);
        if name.eq_ignore_ascii_case("PATH") {
            return self.path(&value, at);
        }
        if conditional {
            self.remark(format!("only a run could tell whether it sets {name} at all"), at);
        }
        let value = template_value(&value, expands);
        self.imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
    }

    /// What stands in front of the PATH that there is, and behind it.
    fn path(&mut self, value: &ScriptText, at: LineColumn) {
        let parts = ScriptText::split(&value.0, ';');
        let is_old = |part: &ScriptText| {
            part.0.iter().all(|piece| match piece {
                ScriptPiece::Variable { name, .. } => name.eq_ignore_ascii_case("path") || name.starts_with('$'),
                ScriptPiece::Unknown(text) => text.to_ascii_lowercase().contains("path"),
                _ => false,
            })
        };
        let old = parts.iter().position(is_old);
        let entry = |part: &ScriptText| template_value(part, true);
        if let Some(old) = old {
            for part in &parts[old + 1..] {
                let shown = entry(part).map_or_else(|| part.written(), |value| value.in_plan(Platform::Windows));
                self.remark(format!("it puts `{shown}` behind what PATH holds"), at);
            }
        } else {
            self.remark("it replaces PATH, and what it held is gone".to_owned(), at);
        }
        for part in &parts[..old.unwrap_or(parts.len())] {
            self.imported.path.push(ImportedEntry { value: entry(part), at });
        }
    }

    /// `$Scope = 'Machine'`, as our own scripts say for whom they are.
    fn own_scope(&mut self, text: &str) {
        if self.imported.scope.is_none() && !(self.imported.variables.is_empty() && self.imported.path.is_empty()) {
            self.imported.scope = text.lines().find_map(|line| match line {
                "$Scope = 'User'" => Some(Scope::User),
                "$Scope = 'Machine'" => Some(Scope::Machine),
                _ => None,
            });
        }
    }

    fn setting(&mut self, by: Setter, name: &str, line: usize) {
        let at = LineColumn { line, column: 1 };
        match by {
            Setter::Export => self.remark(format!("it sets {name} for its own process alone"), at),
            Setter::GoEnvW => self.remark(format!("it writes {name} to the file of `go env -w`"), at),
            _ => {}
        }
    }
}

fn environment_key(path: &str) -> Option<Scope> {
    let plain = path.to_ascii_lowercase().replace('/', "\\");
    let plain = plain.strip_prefix("registry::").unwrap_or(&plain).trim_end_matches('\\');
    let (root, key) = plain.split_once('\\')?;
    match (root, key) {
        ("hkcu:" | "hkey_current_user", "environment") => Some(Scope::User),
        ("hklm:" | "hkey_local_machine", r"system\currentcontrolset\control\session manager\environment") => {
            Some(Scope::Machine)
        }
        _ => None,
    }
}

fn unread(text: &str) -> ScriptText {
    ScriptText(vec![ScriptPiece::Unknown(text.to_owned())])
}

/// A string that is put together, `('a' + [char]0x62 + "$c")`, as one text; all else as it is.
fn joined(word: &ScriptText) -> ScriptText {
    let [ScriptPiece::Unknown(written)] = word.0.as_slice() else { return word.clone() };
    let inner = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(written);
    let mut whole = ScriptText::default();
    let mut units: Vec<u16> = Vec::new();
    for operand in operands(inner) {
        let number = operand.get(..6).filter(|start| start.eq_ignore_ascii_case("[char]")).map(|_| operand[6..].trim());
        let number = number.and_then(|number| number.strip_prefix("0x").or(number.strip_prefix("0X")));
        if let Some(unit) = number.and_then(|hex| u16::from_str_radix(hex, 16).ok()) {
            units.push(unit);
            continue;
        }
        whole.push_text(&String::from_utf16_lossy(&std::mem::take(&mut units)));
        argument(operand).0.into_iter().for_each(|piece| whole.push(piece));
    }
    whole.push_text(&String::from_utf16_lossy(&units));
    whole
}

/// What stands between `+`, outside of strings and parentheses.
fn operands(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut quote, mut open) = (Vec::new(), 0, None, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(mark), _) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => open += 1,
            (None, b')') => open = open.saturating_sub(1),
            (None, b'+') if open == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts
}

/// `None` where only a run could tell.
fn template_value(text: &ScriptText, expands: bool) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    let mut literal = String::new();
    let end = |literal: &mut String, value: &mut TemplateValue| {
        let text = std::mem::take(literal);
        let pieces =
            if expands { TemplateValue::planned(Platform::Windows, &text) } else { TemplateValue::text(&text) };
        value.append(&pieces);
    };
    for piece in &text.0 {
        match piece {
            ScriptPiece::Literal(text) => literal.push_str(text),
            // Of a workflow alone; a file of its own has braces there.
            ScriptPiece::Expression { inner, .. } => literal.push_str(&format!("${{{{{inner}}}}}")),
            ScriptPiece::Variable { name, .. } if !name.starts_with('$') => {
                end(&mut literal, &mut value);
                value.push_variable(name);
            }
            ScriptPiece::Variable { .. } | ScriptPiece::Unknown(_) => return None,
        }
    }
    end(&mut literal, &mut value);
    Some(value)
}
