//! Registry files: what `reg import` and a double click take. UTF-16 with a mark, lines end in CR LF.
//! Source: Microsoft, "Add, modify, or delete registry subkeys and values by using a .reg file"; escapes, comments behind
//! a value and where a line goes on: measured with `reg import` of Wine 8.0.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, WINDOWS},
        formats::windows::registry_order,
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
    cannot: "PATH: a registry file replaces a value and cannot add to it; for the machine no variable of a user, such as \
        `%USERPROFILE%`; what runs already learns of it at the next logon",
    read_back: "`reg import` of Wine 8.0, then `reg query` and `goenv-ci explain`, for both scopes; on windows-2022 and \
        windows-2025 by their own `reg import` in CI",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: false,
    has_scopes: true,
    write,
    read,
};

const HEADER: &str = "Windows Registry Editor Version 5.00";
/// Of Windows 98 and NT 4.0: the same in the machine's code page.
const OLD_HEADER: &str = "REGEDIT4";
const USER: &str = r"HKEY_CURRENT_USER\Environment";
const MACHINE: &str = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager\Environment";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    registry_order::all_put_in(&FORMAT, template)?;
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

/// A line of the file, with those in which its bytes go on.
struct RegLine {
    line: usize,
    /// Without blanks at either end.
    text: String,
    /// Characters in front of it in its line.
    indent: usize,
}

/// A list of bytes goes on behind a line that ends in `\`; comments and blank lines may stand between.
fn entries(text: &str) -> Vec<RegLine> {
    let mut all: Vec<RegLine> = Vec::new();
    let mut goes_on = false;
    for (number, line) in text.lines().enumerate() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(';') {
            continue;
        }
        match all.last_mut().filter(|_| goes_on) {
            Some(open) => open.text.push_str(bare),
            None => {
                let indent = line.chars().take_while(|c| c.is_whitespace()).count();
                goes_on = bare.match_indices('=').any(|(at, _)| bare[at + 1..].trim_start().starts_with("hex"));
                all.push(RegLine { line: number + 1, text: bare.to_owned(), indent });
            }
        }
        goes_on &= bare.ends_with('\\');
        if let Some(open) = all.last_mut().filter(|_| goes_on) {
            open.text.pop();
        }
    }
    all
}

/// A key of the file.
enum RegKey {
    Environment(Scope),
    /// That of another user of the machine.
    AnotherUser,
    Other,
}

/// Short names of the roots are taken too, and the control sets that `CurrentControlSet` may stand for.
fn key(name: &str) -> RegKey {
    let lower = name.to_ascii_lowercase();
    let (root, path) = lower.split_once('\\').unwrap_or((&lower, ""));
    match root {
        "hkey_current_user" | "hkcu" if path == "environment" => RegKey::Environment(Scope::User),
        "hkey_users" | "hku" if path.split_once('\\').is_some_and(|(_, path)| path == "environment") => {
            RegKey::AnotherUser
        }
        "hkey_local_machine" | "hklm" => {
            let set = path.strip_prefix("system\\").and_then(|path| path.split_once('\\'));
            let is_set = |set: &str| set == "currentcontrolset" || set.starts_with("controlset");
            match set {
                Some((set, r"control\session manager\environment")) if is_set(set) => {
                    RegKey::Environment(Scope::Machine)
                }
                _ => RegKey::Other,
            }
        }
        _ => RegKey::Other,
    }
}

/// What a value line sets.
enum RegSetting {
    /// `None`: nobody but the machine that takes it can tell.
    Text {
        value: Option<TemplateValue>,
        remark: Option<String>,
    },
    Removed,
    /// Of a type that Windows makes no variable of.
    NoVariable,
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut reader = RegReader {
        file,
        is_wide: matches!(file.bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]),
        is_old: false,
        imported: Imported { platform: Some(Platform::Windows), ..Imported::default() },
        scope: None,
    };
    let entries = entries(&text);
    let (first, rest) = match entries.split_first() {
        Some((first, rest)) if matches!(first.text.as_str(), HEADER | OLD_HEADER) => (first, rest),
        first => {
            let line = first.map_or(1, |(first, _)| first.line);
            let why = format!("a registry file begins with `{HEADER}` or `{OLD_HEADER}`");
            return Err(file.fault_at(LineColumn { line, column: 1 }, &why));
        }
    };
    reader.is_old = first.text == OLD_HEADER;
    for entry in rest {
        reader.take(entry)?;
    }
    Ok(reader.with_order())
}

struct RegReader<'a> {
    file: &'a FileToImport<'a>,
    /// UTF-16, as regedit writes it.
    is_wide: bool,
    /// `REGEDIT4`: bytes are of the code page.
    is_old: bool,
    imported: Imported,
    /// Of the key that the lines belong to; `None`: no environment.
    scope: Option<Scope>,
}

impl RegReader<'_> {
    fn remark(&mut self, text: String, at: LineColumn) {
        self.imported.remarks.push(ImportRemark { text, at });
    }

    fn take(&mut self, entry: &RegLine) -> Result<(), ImportFault> {
        let at = LineColumn { line: entry.line, column: entry.indent + 1 };
        if let Some(name) = entry.text.strip_prefix('[') {
            // A key may hold `]`.
            let end = name.rfind(']').ok_or_else(|| self.file.fault_at(at, "the key's `]` is missing"))?;
            self.enter(&name[..end], at);
            return Ok(());
        }
        let Some(scope) = self.scope else { return Ok(()) };
        if entry.text.starts_with('@') {
            self.remark("it sets the value of the key itself, of which Windows makes no variable".to_owned(), at);
            return Ok(());
        }
        let (name, setting) = self.setting(entry)?;
        match setting {
            RegSetting::Removed => self.remark(format!("it removes {name}"), at),
            RegSetting::NoVariable => {
                self.remark(format!("{name} is of a type of which Windows makes no variable"), at);
            }
            RegSetting::Text { value, remark } => {
                if name.eq_ignore_ascii_case("PATH") {
                    let whose = if scope == Scope::User { "user" } else { "machine" };
                    self.remark(format!("it replaces the whole PATH of the {whose}"), at);
                }
                if let Some(text) = remark {
                    self.remark(format!("{name}: {text}"), at);
                }
                self.imported.variables.push(ImportedVariable { name, value, at });
            }
        }
        Ok(())
    }

    fn enter(&mut self, name: &str, at: LineColumn) {
        let (name, is_removed) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
        let key = key(name);
        self.scope = match key {
            RegKey::Environment(scope) if !is_removed => Some(scope),
            _ => None,
        };
        match key {
            RegKey::Environment(scope) if !is_removed => {
                if self.imported.scope.is_some_and(|other| other != scope) {
                    self.remark("it sets variables of the user and of the machine; all are listed".to_owned(), at);
                }
                self.imported.scope.get_or_insert(scope);
            }
            RegKey::Environment(_) => self.remark(format!("it removes the whole key `{name}`"), at),
            RegKey::AnotherUser => {
                self.remark(format!("`{name}` holds the variables of another user, which are not listed"), at);
            }
            RegKey::Other => {
                let does = if is_removed { "removes" } else { "changes" };
                self.remark(format!("it {does} `{name}`, which is no place of environment variables"), at);
            }
        }
    }

    /// `"NAME"="TEXT"`, `"NAME"=hex(2):…`; `"NAME"=-` removes it. A comment may follow.
    fn setting(&self, entry: &RegLine) -> Result<(String, RegSetting), ImportFault> {
        let line = &entry.text;
        let column = |rest: &str| entry.indent + line[..line.len() - rest.len()].chars().count() + 1;
        let fault =
            |rest: &str, why: &str| self.file.fault_at(LineColumn { line: entry.line, column: column(rest) }, why);
        let (name, rest) = quoted(line).ok_or_else(|| fault(line, "a value's name in quotation marks is expected"))?;
        let value = rest.trim_start().strip_prefix('=');
        let value = value.ok_or_else(|| fault(rest, "`=` is expected behind the name"))?.trim_start();
        let is_end = |rest: &str| rest.trim_start().is_empty() || rest.trim_start().starts_with(';');
        if value.strip_prefix('-').is_some_and(is_end) {
            return Ok((name.text, RegSetting::Removed));
        }
        if let Some((text, rest)) = quoted(value) {
            if !is_end(rest) {
                return Err(fault(rest, "nothing is expected behind the closing quotation mark"));
            }
            return Ok((name.text, self.text(text, line.is_ascii())));
        }
        let no_value = || fault(value, "it is neither a text in quotation marks nor the bytes of one (`hex(2):`)");
        let typed = TypedBytes::read(value.split(';').next().unwrap_or_default()).ok_or_else(no_value)?;
        let setting = match typed {
            TypedBytes::Other => RegSetting::NoVariable,
            TypedBytes::Text { bytes, expands } => match self.decoded(&bytes) {
                Some(text) if expands => {
                    RegSetting::Text { value: Some(TemplateValue::planned(Platform::Windows, &text)), remark: None }
                }
                Some(text) => RegSetting::Text { value: Some(TemplateValue::text(&text)), remark: None },
                None => {
                    let remark = Some("its bytes are a text in the code page of the machine".to_owned());
                    RegSetting::Text { value: None, remark }
                }
            },
        };
        Ok((name.text, setting))
    }

    fn text(&self, text: QuotedText, is_ascii: bool) -> RegSetting {
        let mut value = Some(TemplateValue::text(&text.text));
        let mut remark = None;
        if !is_ascii && !self.is_wide {
            value = None;
            remark = Some("the file is not UTF-16, so the machine takes these letters by its code page".to_owned());
        } else if text.control {
            value = None;
            remark =
                Some("`\\n`, `\\r` and `\\0` are not backslashes with a letter there: double the backslash".to_owned());
        } else if text.lost_backslash {
            remark = Some("a single backslash is dropped there: double it".to_owned());
        }
        RegSetting::Text { value, remark }
    }

    /// Up to the first NUL, as Windows takes it; `None`: by a code page that only the machine knows.
    fn decoded(&self, bytes: &[u8]) -> Option<String> {
        if self.is_old {
            let text = bytes.split(|byte| *byte == 0).next()?;
            return std::str::from_utf8(text).ok().filter(|text| text.is_ascii()).map(str::to_owned);
        }
        let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let text: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
        String::from_utf16(&text).ok()
    }

    /// With a remark for each variable in a value that Windows would leave as it is written.
    fn with_order(mut self) -> Imported {
        let Some(scope) = self.imported.scope else { return self.imported };
        let of = |one: &ImportedVariable| one.value.as_ref().is_some_and(|value| value.variable().is_some());
        let expanded: Vec<String> =
            self.imported.variables.iter().filter(|one| of(one)).map(|one| one.name.clone()).collect();
        let expanded: Vec<&str> = expanded.iter().map(String::as_str).take(MOST_COMPARED).collect();
        for one in self.imported.variables.iter().filter(|one| of(one)).take(MOST_COMPARED) {
            let why = one.value.as_ref().and_then(|value| registry_order::not_put_in(scope, value, &expanded));
            if let Some(why) = why {
                self.imported.remarks.push(ImportRemark { text: format!("{}: {why}", one.name), at: one.at });
            }
        }
        self.imported
    }
}

/// So many variables of a file are compared with each other; nobody has more.
const MOST_COMPARED: usize = 500;

/// What stands behind `=` without quotation marks.
enum TypedBytes {
    Text { bytes: Vec<u8>, expands: bool },
    Other,
}

impl TypedBytes {
    /// `hex:`, `hex(TYPE):`, `dword:`; the type is a number in base 16. Types: 1 is REG_SZ, 2 is REG_EXPAND_SZ.
    fn read(value: &str) -> Option<Self> {
        if let Some(digits) = value.strip_prefix("dword:") {
            return u32::from_str_radix(digits.trim(), 16).ok().map(|_| Self::Other);
        }
        let rest = value.strip_prefix("hex")?;
        let (kind, list) = match rest.strip_prefix('(') {
            None => (3, rest.strip_prefix(':')?),
            Some(rest) => {
                let (kind, list) = rest.split_once("):")?;
                (u32::from_str_radix(kind, 16).ok()?, list)
            }
        };
        let list = list.trim();
        let list = list.strip_suffix(',').unwrap_or(list);
        let byte = |text: &str| Some(text.trim()).filter(|t| !t.starts_with('+')).map(|t| u8::from_str_radix(t, 16));
        let bytes = if list.is_empty() {
            Vec::new()
        } else {
            list.split(',').map(|one| byte(one)?.ok()).collect::<Option<Vec<u8>>>()?
        };
        Some(match kind {
            1 | 2 => Self::Text { bytes, expands: kind == 2 },
            _ => Self::Other,
        })
    }
}

/// A text in quotation marks.
struct QuotedText {
    text: String,
    /// A backslash in front of another letter than `\` and `"`, which is dropped.
    lost_backslash: bool,
    /// Such a letter with a meaning of its own.
    control: bool,
}

/// The text in quotation marks at the start, and what is behind it.
fn quoted(text: &str) -> Option<(QuotedText, &str)> {
    let inner = text.strip_prefix('"')?;
    let mut plain = QuotedText { text: String::new(), lost_backslash: false, control: false };
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((plain, &inner[at + 1..])),
            '\\' => {
                let escaped = letters.next()?.1;
                plain.lost_backslash |= !matches!(escaped, '\\' | '"');
                plain.control |= matches!(escaped, 'n' | 'r' | '0');
                plain.text.push(escaped);
            }
            _ => plain.text.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str) -> Result<Imported, ImportFault> {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        read(&FileToImport { path: "x.reg", bytes: &wide })
    }

    fn values(imported: &Imported) -> Vec<(&str, Option<String>)> {
        let value = |one: &ImportedVariable| one.value.as_ref().map(|value| value.in_plan(Platform::Windows));
        imported.variables.iter().map(|one| (one.name.as_str(), value(one))).collect()
    }

    #[test]
    fn files_of_others_are_read_as_windows_takes_them() {
        let read = imported(
            "\u{feff}Windows Registry Editor Version 5.00\r\n\r\n; a comment\\\r\n[HKLM\\System\\ControlSet001\\Control\\Session \
             Manager\\Environment]\r\n \"A\"=\"C:\\\\a\" ; behind it\r\n\"B\" = hex(00000002):25,00,41,00,\\\r\n  ; between\r\n\r\n \
             25,00,\\\r\n 00,00\r\n\"C\"=hex(7):41,00\r\n\"D\"=dword:0000001f\r\n\"E\"=-\r\n@=\"x\"\r\n\"F\"=\"C:\\go\"\r\n\
             \"G\"=\"C:\\new\"\r\n\"Path\"=hex(2):\r\n\r\n[HKEY_USERS\\S-1-5-18\\Environment]\r\n\"H\"=\"x\"\r\n\
             [-HKCU\\Environment]\r\n\"I\"=\"x\"\r\n[HKLM\\Software\\a[b]]\r\nno value\r\n"
                .trim_start_matches('\u{feff}'),
        )
        .unwrap();
        assert_eq!(read.scope, Some(Scope::Machine));
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(
            values(&read),
            [("A", value(r"C:\a")), ("B", value("%A%")), ("F", value("C:go")), ("G", None), ("Path", value(""))]
        );
        let remarks: Vec<(usize, &str)> = read.remarks.iter().map(|one| (one.at.line, one.text.as_str())).collect();
        for (line, part) in [
            (11, "C is of a type"),
            (12, "D is of a type"),
            (13, "it removes E"),
            (14, "the value of the key itself"),
            (15, "F: a single backslash is dropped"),
            (16, "G: `\\n`"),
            (17, "it replaces the whole PATH of the machine"),
            (19, "another user"),
            (21, "it removes the whole key `HKCU\\Environment`"),
            (23, "it changes `HKLM\\Software\\a[b]`"),
        ] {
            assert!(remarks.iter().any(|(at, text)| *at == line && text.contains(part)), "{line} {part}: {remarks:?}");
        }
        assert_eq!(remarks.len(), 10, "{remarks:?}");
    }

    #[test]
    fn a_variable_that_windows_leaves_as_it_is_written_is_remarked() {
        let bytes = wide_bytes(r"%USERPROFILE%\go");
        let read = imported(&format!("{HEADER}\r\n[{MACHINE}]\r\n\"GOPATH\"=hex(2):{bytes}\r\n")).unwrap();
        assert_eq!(values(&read), [("GOPATH", Some(r"%USERPROFILE%\go".to_owned()))]);
        assert!(read.remarks[0].text.contains("knows no `%USERPROFILE%` yet"), "{:?}", read.remarks);
        let read = imported(&format!("{HEADER}\r\n[{USER}]\r\n\"GOPATH\"=hex(2):{bytes}\r\n")).unwrap();
        assert!(read.remarks.is_empty(), "{:?}", read.remarks);
    }

    #[test]
    fn letters_of_a_code_page_are_unknown() {
        for (text, value) in [
            ("\"A\"=\"C:\\\\é\"", None),
            ("\"A\"=\"C:\\\\e\"", Some(r"C:\e")),
            ("\"A\"=hex(2):e9,00", None),
            ("\"A\"=hex(2):43,3a,00", Some("C:")),
        ] {
            let file = format!("{OLD_HEADER}\n[{USER}]\n{text}\n");
            let read = read(&FileToImport { path: "x.reg", bytes: file.as_bytes() }).unwrap();
            assert_eq!(values(&read), [("A", value.map(str::to_owned))], "{text}");
            assert_eq!(read.remarks.is_empty(), value.is_some(), "{text}");
        }
    }

    #[test]
    fn a_fault_has_its_place() {
        for (text, line, column, part) in [
            ("", 1, 1, "begins with"),
            ("\r\nREGEDIT5\r\n", 2, 1, "begins with"),
            ("REGEDIT4\r\n  [HKCU\\Environment\r\n", 2, 3, "`]` is missing"),
            ("REGEDIT4\r\n[HKCU\\Environment]\r\nA=\"b\"\r\n", 3, 1, "name in quotation marks"),
            ("REGEDIT4\r\n[HKCU\\Environment]\r\n\t\"é\" \"b\"\r\n", 3, 5, "`=` is expected"),
            ("REGEDIT4\r\n[HKCU\\Environment]\r\n\"A\"=C:\\go\r\n", 3, 5, "neither a text"),
            ("REGEDIT4\r\n[HKCU\\Environment]\r\n\"A\"=\"b\" c\r\n", 3, 8, "nothing is expected"),
            ("REGEDIT4\r\n[HKCU\\Environment]\r\n\"A\"=\"b\r\n", 3, 5, "neither a text"),
            ("REGEDIT4\r\n[HKCU\\Environment]\r\n\"A\"=hex(2):4,zz\r\n", 3, 5, "neither a text"),
        ] {
            let fault = imported(text).unwrap_err();
            assert_eq!((fault.at.line, fault.at.column), (line, column), "{text:?}: {fault}");
            assert!(fault.why.contains(part), "{fault}");
        }
    }

    #[test]
    fn much_garbage_is_no_work() {
        let begin = format!("{HEADER}\r\n[{MACHINE}]\r\n\"A\"=hex(2):");
        for garbage in
            ["41,00,\\\r\n ", "\\\r\n", "\r\n;\\", "\r\n\"B\"=\"%A%\"", "\r\n[a", "\r\n\"B\"=hex(2):25,00,41,00,25,00"]
        {
            let _ = imported(&format!("{begin}{}", garbage.repeat(1_000_000 / garbage.len())));
        }
    }
}
