//! Registry files: what `reg import` and a double click take. UTF-16 with a mark, lines end in CR LF.
//! Source: Microsoft, "Add, modify, or delete registry subkeys and values by using a .reg file"; measured with Wine.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, WINDOWS},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
    ports::registry::Scope,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "reg",
    shell: None,
    family: FormatFamily::Windows,
    title: "a registry file, for `reg import`, a double click, or a registry item of Group Policy",
    cannot: "PATH: a registry file replaces a value and cannot add to it; what runs already learns of it at the next logon",
    read_back: "`reg import` of Wine, then `goenv-ci explain` and the registry itself, for both scopes",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: false,
    has_scopes: true,
    write,
    read,
};

const HEADER: &str = "Windows Registry Editor Version 5.00";
const USER: &str = r"HKEY_CURRENT_USER\Environment";
const MACHINE: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let key = match template.scope {
        Scope::User => USER,
        Scope::Machine => MACHINE,
    };
    let mut lines = vec![HEADER.to_owned(), String::new(), format!("; {}", template.title())];
    for entry in &template.path {
        lines.push(format!("; PATH is not touched; put this in front of it: {}", entry.in_plan(Platform::Windows)));
    }
    lines.extend([String::new(), format!("[{key}]")]);
    for variable in &template.variables {
        let text = variable.value.in_plan(Platform::Windows);
        lines.push(format!("; {}: {}", variable.name, variable.reason));
        lines.push(match variable.value.variable() {
            None => format!("\"{}\"=\"{}\"", variable.name, text.replace('\\', r"\\").replace('"', "\\\"")),
            Some(_) => format!("; {text}\r\n\"{}\"=hex(2):{}", variable.name, wide_bytes(&text)),
        });
    }
    let text = lines.join("\r\n") + "\r\n";
    let bytes = text.encode_utf16().flat_map(u16::to_le_bytes);
    Ok(vec![ExportFile { name: "goenv.reg".to_owned(), bytes: [0xff, 0xfe].into_iter().chain(bytes).collect() }])
}

/// REG_EXPAND_SZ as regedit writes it: bytes of UTF-16 with a NUL at the end, lines continued with `\`.
fn wide_bytes(text: &str) -> String {
    let bytes: Vec<String> =
        text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).map(|b| format!("{b:02x}")).collect();
    bytes.chunks(24).map(|line| line.join(",")).collect::<Vec<_>>().join(",\\\r\n  ")
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut lines: Vec<(usize, String)> = Vec::new();
    // A line that ends in `\` goes on in the next one.
    for (number, line) in text.lines().enumerate() {
        match lines.last_mut() {
            Some((_, open)) if open.ends_with('\\') && is_bytes(open) => {
                open.pop();
                open.push_str(line.trim());
            }
            _ => lines.push((number + 1, line.trim_end().to_owned())),
        }
    }
    let mut imported = Imported { platform: Some(Platform::Windows), ..Imported::default() };
    let first = lines.iter().find(|(_, line)| !line.trim().is_empty());
    if !first.is_some_and(|(_, line)| matches!(line.trim(), HEADER | "REGEDIT4")) {
        let line = first.map_or(1, |(number, _)| *number);
        let why = format!("a registry file begins with `{HEADER}` or `REGEDIT4`");
        return Err(file.fault_at(LineColumn { line, column: 1 }, &why));
    }
    let mut is_environment = false;
    for (line, text) in lines.iter().skip_while(|(_, line)| line.trim().is_empty()).skip(1) {
        let at = |column: usize| LineColumn { line: *line, column };
        let trimmed = text.trim_start();
        if let Some(key) = trimmed.strip_prefix('[') {
            let key = key.strip_suffix(']').ok_or_else(|| file.fault_at(at(1), "the key's `]` is missing"))?;
            let scope = [(USER, Scope::User), (MACHINE, Scope::Machine)]
                .into_iter()
                .find(|(name, _)| key.eq_ignore_ascii_case(name));
            is_environment = scope.is_some();
            imported.scope = imported.scope.or(scope.map(|(_, scope)| scope));
            if !is_environment {
                let text = format!("it changes `{key}`, which is no place of environment variables");
                imported.remarks.push(ImportRemark { text, at: at(1) });
            }
        } else if !(trimmed.is_empty() || trimmed.starts_with(';')) && is_environment {
            let (name, value) = value_line(file, trimmed, at)?;
            match value {
                Some(value) => imported.variables.push(ImportedVariable { name, value: Some(value), at: at(1) }),
                None => imported.remarks.push(ImportRemark { text: format!("it removes {name}"), at: at(1) }),
            }
        }
    }
    Ok(imported)
}

fn is_bytes(line: &str) -> bool {
    line.split_once('=').is_some_and(|(_, value)| value.starts_with("hex")) || line.starts_with("  ")
}

/// `"NAME"="TEXT"`, `"NAME"=hex(2):…`; `"NAME"=-` removes it.
fn value_line(
    file: &FileToImport<'_>,
    line: &str,
    at: impl Fn(usize) -> LineColumn,
) -> Result<(String, Option<TemplateValue>), ImportFault> {
    let (name, rest) =
        quoted(line).ok_or_else(|| file.fault_at(at(1), "a value's name in quotation marks is expected"))?;
    let column = line.len() - rest.len() + 1;
    let value = rest.trim_start().strip_prefix('=').map(str::trim);
    let value = value.ok_or_else(|| file.fault_at(at(column), "`=` is expected behind the name"))?;
    if value == "-" {
        return Ok((name, None));
    }
    if let Some((text, "")) = quoted(value) {
        return Ok((name, Some(TemplateValue::text(&text))));
    }
    let hex = value.strip_prefix("hex(2):").or_else(|| value.strip_prefix("hex(1):"));
    let text = hex.and_then(from_wide_bytes);
    let text = text.ok_or_else(|| {
        file.fault_at(at(column + 1), "it is neither a text in quotation marks nor the bytes of one (`hex(2):`)")
    })?;
    let expands = value.starts_with("hex(2)");
    Ok((
        name,
        Some(if expands { TemplateValue::planned(Platform::Windows, &text) } else { TemplateValue::text(&text) }),
    ))
}

/// The text in quotation marks at the start, and what is behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut plain = String::new();
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((plain, &inner[at + 1..])),
            '\\' => plain.push(letters.next()?.1),
            _ => plain.push(letter),
        }
    }
    None
}

fn from_wide_bytes(list: &str) -> Option<String> {
    let byte = |text: &str| u8::from_str_radix(text.trim(), 16).ok();
    let bytes = list.split(',').map(byte).collect::<Option<Vec<u8>>>()?;
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = units.strip_suffix(&[0]).unwrap_or(&units);
    String::from_utf16(text).ok().filter(|_| bytes.len() % 2 == 0)
}
