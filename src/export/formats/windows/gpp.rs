//! EnvironmentVariables.xml of Group Policy Preferences. Source: Microsoft, [MS-GPPREF] 2.2.1.1 and 2.2.1.5, v20240423.
//! What that says of `user` is the reverse of what the console writes: its files have `user="0"` with `partial="1"`, which
//! the same page has for system variables alone; so `1` is the user's, as the console's own page "Configure an Environment
//! Variable Item" has it.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, WINDOWS},
        machine::ExportMachine,
        read::{
            FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn,
            PlacesInOrder,
        },
        template::{ExportTemplate, TemplateValue, ValuePiece},
        write::{CannotHold, ExportFile},
    },
    output::sanitize,
    platform::Platform,
    ports::registry::Scope,
};
use ring::digest;
use roxmltree::{Document, Node};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "gpp",
    shell: None,
    family: FormatFamily::Windows,
    title: "`EnvironmentVariables.xml` of Group Policy Preferences",
    cannot: "PATH of a user: Group Policy adds to that of the machine alone, and behind what it holds; for the machine no \
        variables in a value but `%SystemRoot%` and `%SystemDrive%`; for a user `%NAME%` is put in when the policy is applied, \
        not at each logon; no `%` that belongs to no variable",
    read_back: "the PyPI package xmlschema with a schema of the rules in [MS-GPPREF], and Python's own XML parser",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: true,
    has_scopes: true,
    write,
    read,
};

const OUTER: &str = "{BF141A63-327B-438a-B9BF-2C188F13B7AD}";
const INNER: &str = "{78570023-8373-4a19-BA80-2F150738EA19}";

/// Source: [MS-GPPREF] 2.2.1.1.5. For a user the console's page "Variables in Preference Items" names those of Windows.
const OF_THE_PROTOCOL: [&str; 2] = ["SystemRoot", "SystemDrive"];

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!-- {} -->\r\n",
        template.title().replace("--", "- -").replace("--", "- -")
    );
    if !FORMAT.puts_on_path(template.scope) {
        text.push_str("<!-- Group Policy cannot add to the PATH of a user. -->\r\n");
    }
    text.push_str(&format!("<EnvironmentVariables clsid=\"{OUTER}\">\r\n"));
    for variable in &template.variables {
        text.push_str(&item(template.scope, &variable.name, &variable.value, &variable.reason, false)?);
    }
    for entry in template.path.iter().filter(|_| FORMAT.puts_on_path(template.scope)) {
        text.push_str(&item(template.scope, "PATH", entry, "where go install puts programs", true)?);
    }
    text.push_str("</EnvironmentVariables>\r\n");
    Ok(vec![ExportFile::utf8("EnvironmentVariables.xml", text)])
}

/// `changed` is left out: it is optional, and the same plan is to give the same file. 2 is the console's icon for an update.
fn item(scope: Scope, name: &str, value: &TemplateValue, reason: &str, is_part: bool) -> Result<String, CannotHold> {
    let plain = value.in_plan(Platform::Windows);
    let refuse = |rule: &str| FORMAT.cannot_hold(name, &plain, rule);
    for piece in &value.pieces {
        match piece {
            ValuePiece::Variable(name)
                if scope == Scope::Machine && !OF_THE_PROTOCOL.iter().any(|one| one.eq_ignore_ascii_case(name)) =>
            {
                let rule = "Group Policy's clients put in `%SystemRoot%` and `%SystemDrive%`, and what they do with another variable \
                    for a machine is not published";
                let help = "name directories for all users by `--gocache` and `--gopath`, for example `D:\\go`, or take `--scope user`";
                return Err(CannotHold { help: help.to_owned(), ..refuse(rule) });
            }
            ValuePiece::Variable(_) => {}
            ValuePiece::Text(text) if text.contains('%') => {
                return Err(refuse(
                    "Group Policy takes a `%` for the beginning of a variable, and has no other way to write it",
                ));
            }
            ValuePiece::Text(text) if text.contains(['\u{fffe}', '\u{ffff}']) => {
                return Err(refuse("XML has no way to write U+FFFE and U+FFFF"));
            }
            ValuePiece::Text(_) => {}
        }
    }
    let (user, context) = match scope {
        Scope::User => ("1", " userContext=\"1\""),
        Scope::Machine => ("0", ""),
    };
    let identity = if is_part { plain.to_lowercase() } else { String::new() };
    let uid = uid(&format!("goenv-ci:gpp:{}:{name}:{identity}", scope.key()));
    Ok(format!(
        "\t<EnvironmentVariable clsid=\"{INNER}\" name=\"{0}\" image=\"2\" uid=\"{uid}\" desc=\"{1}\"{context}>\r\n\
         \t\t<Properties action=\"U\" name=\"{0}\" value=\"{2}\" user=\"{user}\" partial=\"{3}\"/>\r\n\
         \t</EnvironmentVariable>\r\n",
        attribute(name),
        attribute(&sanitize::one_line(reason)),
        attribute(&plain),
        u8::from(is_part)
    ))
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The same for the same name, in the name space of URLs. Source: RFC 9562, 5.5 and A.4.
fn uid(name: &str) -> String {
    const URLS: u128 = 0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8;
    uuid(URLS, name)
}

fn uuid(space: u128, name: &str) -> String {
    let named = [&space.to_be_bytes()[..], name.as_bytes()].concat();
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &named);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{{{}-{}-{}-{}-{}}}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let document = Document::parse(&text).map_err(|why| {
        let place = why.pos();
        let number = |number: u32| usize::try_from(number).unwrap_or(usize::MAX).max(1);
        let at = LineColumn { line: number(place.row), column: number(place.col) };
        file.fault_at(at, &format!("it is not XML: {}", sanitize::one_line(&why.to_string())))
    })?;
    let root = document.root_element();
    if root.tag_name().name() != "EnvironmentVariables" {
        return Err(file.fault(
            &text,
            root.range().start,
            "`EnvironmentVariables` is expected as the outermost element",
        ));
    }
    let mut reader = GppReader {
        file,
        places: PlacesInOrder::of(&text),
        imported: Imported { platform: Some(Platform::Windows), behind_path: true, ..Imported::default() },
    };
    if is_set(root, "disabled") {
        reader.remark("all of it is disabled".to_owned(), root);
    } else {
        for item in root.children().filter(Node::is_element) {
            reader.take(item)?;
        }
    }
    Ok(reader.imported)
}

fn is_set(node: Node<'_, '_>, attribute: &str) -> bool {
    node.attribute(attribute).is_some_and(|value| matches!(value.trim(), "1" | "true"))
}

struct GppReader<'a, 't> {
    file: &'a FileToImport<'a>,
    places: PlacesInOrder<'t>,
    imported: Imported,
}

impl GppReader<'_, '_> {
    fn remark(&mut self, text: String, node: Node<'_, '_>) {
        let at = self.places.at(node.range().start);
        self.imported.remarks.push(ImportRemark { text, at });
    }

    fn take(&mut self, item: Node<'_, '_>) -> Result<(), ImportFault> {
        if item.tag_name().name() != "EnvironmentVariable" {
            self.remark(format!("`{}` is no environment variable", sanitize::one_line(item.tag_name().name())), item);
            return Ok(());
        }
        let (file, at) = (self.file, self.places.at(item.range().start));
        let fault = |why: &str| file.fault_at(at, why);
        let properties = item.children().find(|child| child.has_tag_name("Properties"));
        let properties = properties.ok_or_else(|| fault("its `Properties` are missing"))?;
        let name = properties.attribute("name").ok_or_else(|| fault("its `Properties` have no `name`"))?.trim();
        let is_path = name.is_empty() || name.eq_ignore_ascii_case("PATH");
        let name = if name.is_empty() { "PATH" } else { name };
        if is_set(item, "disabled") || is_set(properties, "disabled") {
            self.remark(format!("{name} is disabled"), item);
            return Ok(());
        }
        let scope = if is_set(properties, "user") { Scope::User } else { Scope::Machine };
        let is_part = is_path && scope == Scope::Machine && is_set(properties, "partial");
        match properties.attribute("action").map_or("U", str::trim) {
            "D" if is_part => {
                let entry = sanitize::one_line(properties.attribute("value").unwrap_or_default());
                self.remark(format!("it takes `{entry}` off PATH"), item);
                return Ok(());
            }
            "D" => {
                self.remark(format!("it removes {name}"), item);
                return Ok(());
            }
            "C" if !is_part => self.remark(format!("{name} is left alone where it is set already"), item),
            "C" | "R" | "U" => {}
            _ => return Err(fault("its `action` is none of C, D, R and U")),
        }
        let value = properties.attribute("value").ok_or_else(|| fault("its `Properties` have no `value`"))?;
        self.conditions(item, name, scope);
        if is_part {
            let entries = value.split(';').filter(|entry| !entry.trim().is_empty());
            self.imported.path.extend(entries.map(|entry| ImportedEntry { value: Some(with_variables(entry)), at }));
        } else {
            if is_path {
                self.remark("it replaces the whole PATH".to_owned(), item);
            }
            let value = Some(with_variables(value));
            self.imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
        }
        Ok(())
    }

    /// What decides whether an item counts, and for whom.
    fn conditions(&mut self, item: Node<'_, '_>, name: &str, scope: Scope) {
        if item.children().any(|child| child.has_tag_name("Filters") && child.has_children()) {
            self.remark(format!("{name} is set only where its filters hold"), item);
        }
        if self.imported.scope.is_some_and(|other| other != scope) {
            let whose = if scope == Scope::User { "user" } else { "machine" };
            self.remark(format!("{name} is set for the {whose}, unlike the first of the file"), item);
        }
        self.imported.scope.get_or_insert(scope);
    }
}

/// `%<NAME>%` is what the console writes for a variable that Group Policy is to leave to the registry.
fn with_variables(text: &str) -> TemplateValue {
    TemplateValue::planned(Platform::Windows, &text.replace("%<", "%").replace(">%", "%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_that_of_the_rfc() {
        let dns = 0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8;
        assert_eq!(uuid(dns, "www.example.com"), "{2ED6657D-E927-568B-95E1-2665A8AEA6A2}");
        assert_eq!(uid("a"), uid("a"));
        assert_ne!(uid("a"), uid("b"));
    }

    fn imported(items: &str) -> Result<Imported, ImportFault> {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<EnvironmentVariables clsid=\"{OUTER}\">\n{items}\n</EnvironmentVariables>"
        );
        read(&FileToImport { path: "x.xml", bytes: text.as_bytes() })
    }

    fn item(item: &str, properties: &str) -> String {
        format!("<EnvironmentVariable name=\"A\"{item}><Properties {properties}/></EnvironmentVariable>\n")
    }

    #[test]
    fn files_of_others_are_read_as_group_policy_takes_them() {
        let items: String = [
            item("", r#"action="U" name="A" value="C:\a" user="0""#),
            item("", r#"name="B" value="%&lt;USERPROFILE&gt;%\b" user="1""#),
            item("", r#"action="C" name="C" value="c" user="true""#),
            item("", r#"action="D" name="D" value="" user="0""#),
            item(r#" disabled="1""#, r#"action="U" name="E" value="e""#),
            item("", r#"action="U" name="" value="C:\x;;C:\y" partial="1" user="0""#),
            item("", r#"action="D" name="PATH" value="C:\z" partial="1" user="0""#),
            item("", r#"action="U" name="Path" value="C:\all" partial="1" user="1""#),
            "<EnvironmentVariable name='F'><Properties name='F' value='f'/><Filters><FilterOs/></Filters></EnvironmentVariable>\n"
                .to_owned(),
            "<Drive/>".to_owned(),
        ]
        .concat();
        let read = imported(&items).unwrap();
        let value = |value: &Option<TemplateValue>| value.as_ref().unwrap().in_plan(Platform::Windows);
        let variables: Vec<_> = read.variables.iter().map(|one| (one.name.as_str(), value(&one.value))).collect();
        let wanted = [("A", r"C:\a"), ("B", r"%USERPROFILE%\b"), ("C", "c"), ("Path", r"C:\all"), ("F", "f")];
        assert_eq!(variables, wanted.map(|(name, value)| (name, value.to_owned())));
        let path: Vec<_> = read.path.iter().map(|one| (value(&one.value), one.at.line)).collect();
        assert_eq!(path, [(r"C:\x".to_owned(), 8), (r"C:\y".to_owned(), 8)]);
        assert_eq!(read.scope, Some(Scope::Machine));
        for (line, part) in [
            (4, "B is set for the user"),
            (5, "C is left alone where it is set already"),
            (6, "it removes D"),
            (7, "E is disabled"),
            (9, r"it takes `C:\z` off PATH"),
            (10, "it replaces the whole PATH"),
            (11, "F is set only where its filters hold"),
            (12, "`Drive` is no environment variable"),
        ] {
            assert!(
                read.remarks.iter().any(|one| one.at.line == line && one.text.contains(part)),
                "{line} {part}: {:?}",
                read.remarks
            );
        }
    }

    #[test]
    fn a_fault_has_its_place() {
        for (items, line, part) in [
            ("<a", 4, "not XML"),
            ("<EnvironmentVariable name='A'/>", 3, "`Properties` are missing"),
            ("\n<EnvironmentVariable><Properties value='x'/></EnvironmentVariable>", 4, "no `name`"),
            ("<EnvironmentVariable><Properties name='x'/></EnvironmentVariable>", 3, "no `value`"),
            ("<EnvironmentVariable><Properties name='x' value='' action='X'/></EnvironmentVariable>", 3, "`action`"),
        ] {
            let fault = imported(items).unwrap_err();
            assert_eq!(fault.at.line, line, "{items}: {fault}");
            assert!(fault.why.contains(part), "{fault}");
        }
        let bomb =
            "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><EnvironmentVariables>&b;</EnvironmentVariables>";
        assert!(read(&FileToImport { path: "x", bytes: bomb.as_bytes() }).unwrap_err().why.contains("not XML"));
        let other = read(&FileToImport { path: "x", bytes: b"\n <Drives/>" }).unwrap_err();
        assert_eq!((other.at.line, other.at.column), (2, 2));
    }

    #[test]
    fn much_garbage_is_no_work() {
        for garbage in ["<a>".repeat(300_000), "<EnvironmentVariable/>".repeat(50_000), "&".repeat(1_000_000)] {
            let _ = imported(&garbage);
        }
        let items = item("", "name='A' value='a'").trim_end().repeat(12_000);
        assert_eq!(imported(&items).unwrap().variables.len(), 12_000);
    }
}
