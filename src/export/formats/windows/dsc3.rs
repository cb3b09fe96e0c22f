//! A configuration document of DSC 3, with its resource Microsoft.Windows/Registry, which is installed with DSC itself.
//! Source: PowerShell/DSC, reference of configuration documents and of that resource, v3.1: what begins with `[` and ends
//! with `]` is an expression, and `[[` is the bracket alone.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, WINDOWS},
        formats::windows::registry_order,
        machine::ExportMachine,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::sanitize,
    platform::Platform,
    ports::registry::Scope,
    workflow::tree::{self, Node, NodeKind, ScalarStyle},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "dsc3",
    shell: None,
    family: FormatFamily::Windows,
    title: "a configuration document of DSC 3, with its resource Microsoft.Windows/Registry",
    cannot: "PATH: the resource replaces a value and cannot add to it; for the machine no variable of a user, such as \
        `%USERPROFILE%`; what runs already learns of it at the next logon; Microsoft's reference calls the resource a proof of \
        concept that is not for production",
    read_back: "a JSON Schema of the rules in the reference of DSC 3.1, and a YAML parser; a DSC that applies it is not among \
        the readers",
    machine: ExportMachine::Windows,
    platforms: WINDOWS,
    carries_path: false,
    has_scopes: true,
    write,
    read,
};

const SCHEMA: &str = "https://aka.ms/dsc/schemas/v3/bundled/config/document.json";
const RESOURCE: &str = "Microsoft.Windows/Registry";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    registry_order::all_put_in(&FORMAT, template)?;
    let mut text = format!("# {}\n", template.title());
    if template.scope == Scope::Machine {
        text.push_str("# Run `dsc config set --file goenv.dsc.yaml` as an administrator.\n");
    }
    for entry in &template.path {
        let entry = sanitize::one_line(&entry.in_plan(Platform::Windows));
        text.push_str(&format!("# PATH is not touched; put this in front of it: {entry}\n"));
    }
    text.push_str(&format!("$schema: {SCHEMA}\nresources:\n"));
    for variable in &template.variables {
        let value = variable.value.in_plan(Platform::Windows);
        let kind = if variable.value.variable().is_some() { "ExpandString" } else { "String" };
        text.push_str(&format!(
            "  # {0}: {1}\n  - name: {0}\n    type: {RESOURCE}\n    properties:\n      keyPath: {2}\n      valueName: {0}\n      \
             valueData:\n        {kind}: {3}\n",
            variable.name,
            sanitize::one_line(&variable.reason),
            scalar(template.scope.key()),
            scalar(&literal(&value))
        ));
    }
    Ok(vec![ExportFile::utf8("goenv.dsc.yaml", text)])
}

/// A text that DSC takes for no expression.
fn literal(text: &str) -> String {
    if text.starts_with('[') { format!("[{text}") } else { text.to_owned() }
}

/// In single quotation marks; with escapes where something is neither a letter, a digit nor of ASCII.
fn scalar(text: &str) -> String {
    if text.chars().all(|c| c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric()) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c == ' ' || c.is_ascii_graphic() || c.is_alphanumeric() => c.to_string(),
        c => format!("\\U{:08X}", u32::from(c)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let start = LineColumn { line: 1, column: 1 };
    let document = tree::parsed(&text).map_err(|why| {
        let at = LineColumn { line: why.line.max(1), column: why.column.max(1) };
        file.fault_at(at, &format!("it is not YAML: {}", sanitize::one_line(&why.clause)))
    })?;
    let resources = document.as_ref().and_then(|document| document.get("resources"));
    let resources = resources.ok_or_else(|| file.fault_at(start, "`resources` are expected"))?;
    let mut reader =
        Dsc3Reader { file, imported: Imported { platform: Some(Platform::Windows), ..Imported::default() } };
    reader.resources(resources, None, MOST_LEVELS)?;
    Ok(reader.imported)
}

/// Groups within groups; the parser itself takes a few hundred levels.
const MOST_LEVELS: usize = 50;

struct Dsc3Reader<'a> {
    file: &'a FileToImport<'a>,
    imported: Imported,
}

/// A value of a property.
enum DocumentProperty {
    /// Not there, or null.
    Unset,
    /// An expression, or no text.
    Unknown,
    Text(String),
}

impl DocumentProperty {
    fn of(node: Option<&Node>) -> Self {
        match node.map(|node| &node.kind) {
            None | Some(NodeKind::Null) => Self::Unset,
            Some(NodeKind::Scalar { text, .. }) => match text.strip_prefix('[') {
                Some(rest) if rest.starts_with('[') => Self::Text(rest.to_owned()),
                Some(_) if text.ends_with(']') => Self::Unknown,
                _ => Self::Text(text.clone()),
            },
            Some(_) => Self::Unknown,
        }
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Unset | Self::Unknown => None,
        }
    }
}

fn at(node: &Node) -> LineColumn {
    LineColumn { line: node.place.line().max(1), column: node.place.column().max(1) }
}

fn is_false(node: Option<&Node>) -> bool {
    matches!(node.map(|node| &node.kind), Some(NodeKind::Scalar { text, style: ScalarStyle::Typed }) if text == "false")
}

fn is_true(node: Option<&Node>) -> bool {
    matches!(node.map(|node| &node.kind), Some(NodeKind::Scalar { text, style: ScalarStyle::Typed }) if text == "true")
}

impl Dsc3Reader<'_> {
    fn remark(&mut self, text: String, at: LineColumn) {
        self.imported.remarks.push(ImportRemark { text, at });
    }

    /// Those of the document or of a group in it.
    fn resources(&mut self, list: &Node, condition: Option<&str>, levels: usize) -> Result<(), ImportFault> {
        if !matches!(list.kind, NodeKind::List(_)) {
            return Err(self.file.fault_at(at(list), "`resources` are expected to be a list"));
        }
        for resource in list.list() {
            let place = at(resource);
            let kind = resource.get("type").and_then(Node::text);
            let kind = kind.ok_or_else(|| self.file.fault_at(place, "the resource's `type` is missing"))?;
            let own = match resource.get("condition") {
                Some(_) => Some("its condition holds"),
                None if resource.get("copy").is_some() => Some("it is copied, as often as that says"),
                None => condition,
            };
            let empty = Node::default();
            let properties = resource.get("properties").unwrap_or(&empty);
            match kind.to_ascii_lowercase().as_str() {
                "microsoft.windows/registry" => self.registry(properties, place, own),
                "microsoft.windows/registrylist" => {
                    for one in properties.get("registryKeys").into_iter().flat_map(Node::list) {
                        self.registry(one, at(one), own);
                    }
                }
                "psdscresources/environment" | "psdesiredstateconfiguration/environment" => {
                    self.environment(properties, place, own);
                }
                _ => match properties.get("resources") {
                    Some(nested) if levels > 0 => self.resources(nested, own, levels - 1)?,
                    _ => {}
                },
            }
        }
        Ok(())
    }

    fn condition(&mut self, name: &str, condition: Option<&str>, place: LineColumn) {
        if let Some(condition) = condition {
            self.remark(format!("{name} is set where {condition}"), place);
        }
    }

    fn registry(&mut self, properties: &Node, place: LineColumn, condition: Option<&str>) {
        let scope = match DocumentProperty::of(properties.get("keyPath")) {
            DocumentProperty::Text(key) => environment(&key),
            _ => {
                self.remark("it changes a key of the registry that only a run could tell".to_owned(), place);
                return;
            }
        };
        let Some(scope) = scope else { return };
        let name = match DocumentProperty::of(properties.get("valueName")) {
            DocumentProperty::Text(name) => name,
            DocumentProperty::Unset if is_false(properties.get("_exist")) => {
                self.remark(format!("it removes the whole key `{}`", scope.key()), place);
                return;
            }
            DocumentProperty::Unset => return,
            DocumentProperty::Unknown => {
                self.remark("it sets a variable whose name only a run could tell".to_owned(), place);
                return;
            }
        };
        self.condition(&name, condition, place);
        if is_false(properties.get("_exist")) {
            self.remark(format!("it removes {name}"), place);
            return;
        }
        let data = properties.get("valueData");
        let of = |kind: &str| data.and_then(|data| data.get(kind));
        let value = match (of("String"), of("ExpandString")) {
            (Some(text), _) => DocumentProperty::of(Some(text)).text().map(|text| TemplateValue::text(&text)),
            (None, Some(text)) => {
                DocumentProperty::of(Some(text)).text().map(|text| TemplateValue::planned(Platform::Windows, &text))
            }
            (None, None) if data.is_some_and(|data| data.entries().next().is_some()) => {
                self.remark(format!("{name} is of a type of which Windows makes no variable"), place);
                return;
            }
            (None, None) => None,
        };
        self.add(name, value, scope, place);
    }

    /// A resource of PowerShell DSC by the adapter, see `dsc`.
    fn environment(&mut self, properties: &Node, place: LineColumn, condition: Option<&str>) {
        let property = |name: &str| {
            let entry = properties.entries().find(|entry| entry.name.eq_ignore_ascii_case(name));
            entry.map(|entry| &entry.node)
        };
        let Some(name) = DocumentProperty::of(property("Name")).text() else {
            self.remark("it sets a variable whose name only a run could tell".to_owned(), place);
            return;
        };
        self.condition(&name, condition, place);
        if DocumentProperty::of(property("Ensure")).text().is_some_and(|text| text.eq_ignore_ascii_case("absent")) {
            self.remark(format!("it removes {name}, or an entry of it"), place);
            return;
        }
        let value = DocumentProperty::of(property("Value")).text();
        if !is_true(property("Path")) {
            self.add(name, value.map(|text| TemplateValue::text(&text)), Scope::Machine, place);
            return;
        }
        if !name.eq_ignore_ascii_case("PATH") {
            self.remark(format!("{name}: the value goes behind what it holds"), place);
            self.add(name, value.map(|text| TemplateValue::text(&text)), Scope::Machine, place);
            return;
        }
        self.imported.scope.get_or_insert(Scope::Machine);
        self.imported.behind_path = true;
        match value {
            None => self.imported.path.push(ImportedEntry { value: None, at: place }),
            Some(value) => {
                let entries = value.split(';').filter(|entry| !entry.trim().is_empty());
                let entry =
                    |entry| ImportedEntry { value: Some(TemplateValue::planned(Platform::Windows, entry)), at: place };
                self.imported.path.extend(entries.map(entry));
            }
        }
    }

    fn add(&mut self, name: String, value: Option<TemplateValue>, scope: Scope, place: LineColumn) {
        if self.imported.scope.is_some_and(|other| other != scope) {
            let whose = if scope == Scope::User { "user" } else { "machine" };
            self.remark(format!("{name} is set for the {whose}, unlike the first of the file"), place);
        }
        self.imported.scope.get_or_insert(scope);
        if name.eq_ignore_ascii_case("PATH") {
            self.remark("it replaces the whole PATH".to_owned(), place);
        }
        if let Some(why) = value.as_ref().and_then(|value| registry_order::not_put_in(scope, value, &[])) {
            self.remark(format!("{name}: {why}"), place);
        }
        self.imported.variables.push(ImportedVariable { name, value, at: place });
    }
}

/// Whose environment a key is, by the short and the long name of its root.
fn environment(key: &str) -> Option<Scope> {
    let (root, path) = key.trim_end_matches('\\').split_once('\\')?;
    let is = |text: &str, others: &[&str]| others.iter().any(|other| text.eq_ignore_ascii_case(other));
    let machine = Scope::Machine.key().split_once('\\')?.1;
    if is(root, &["HKCU", "HKEY_CURRENT_USER"]) && is(path, &["Environment"]) {
        Some(Scope::User)
    } else if is(root, &["HKLM", "HKEY_LOCAL_MACHINE"]) && is(path, &[machine]) {
        Some(Scope::Machine)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imported(text: &str) -> Result<Imported, ImportFault> {
        read(&FileToImport { path: "x.yaml", bytes: text.as_bytes() })
    }

    const OTHERS: &str = r#"$schema: https://aka.ms/dsc/schemas/v3/config/document.json
resources:
- name: a
  type: Microsoft.Windows/Registry
  properties: {keyPath: 'HKEY_CURRENT_USER\environment', valueName: A, valueData: {String: "[[x]"}, _exist: true}
- name: b
  type: Microsoft.Windows/Registry
  condition: "[equals(1, 1)]"
  properties:
    keyPath: HKCU\Environment
    valueName: B
    valueData: {ExpandString: "[concat('a', 'b')]"}
- name: c
  type: Microsoft.Windows/Registry
  properties: {keyPath: HKCU\Environment, valueName: C, valueData: {DWord: 1}}
- name: d
  type: Microsoft.Windows/Registry
  properties: {keyPath: HKCU\Environment, valueName: D, _exist: false}
- name: e
  type: Microsoft.Windows/Registry
  properties: {keyPath: HKCU\Environment, _exist: false}
- name: other
  type: Microsoft.Windows/Registry
  properties: {keyPath: HKCU\Software, valueName: X, valueData: {String: x}}
- name: group
  type: Microsoft.Windows/WindowsPowerShell
  properties:
    resources:
    - name: p
      type: PSDscResources/Environment
      properties: {Name: Path, Value: 'C:\x;C:\y', Path: true}
    - name: g
      type: PSDscResources/Environment
      properties: {Name: G, Value: '%SystemRoot%'}
- name: list
  type: Microsoft.Windows/RegistryList
  properties:
    registryKeys:
    - {keyPath: 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment', valueName: H, valueData: {ExpandString: '%USERPROFILE%\h'}}
"#;

    #[test]
    fn documents_of_others_are_read_and_not_run() {
        let read = imported(OTHERS).unwrap();
        let value = |value: &Option<TemplateValue>| value.as_ref().map(|value| value.in_plan(Platform::Windows));
        let variables: Vec<_> = read.variables.iter().map(|one| (one.name.as_str(), value(&one.value))).collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            variables,
            [("A", text("[x]")), ("B", None), ("G", text("%SystemRoot%")), ("H", text(r"%USERPROFILE%\h"))]
        );
        assert_eq!(read.variables[2].value, Some(TemplateValue::text("%SystemRoot%")));
        let path: Vec<_> = read.path.iter().map(|one| value(&one.value)).collect();
        assert_eq!(path, [text(r"C:\x"), text(r"C:\y")]);
        assert!(read.behind_path);
        for (line, part) in [
            (6, "B is set where its condition holds"),
            (13, "C is of a type"),
            (16, "it removes D"),
            (19, r"it removes the whole key `HKCU\Environment`"),
            (32, "G is set for the machine"),
            (39, "H is set for the machine"),
            (39, "knows no `%USERPROFILE%` yet"),
        ] {
            assert!(
                read.remarks.iter().any(|one| one.at.line == line && one.text.contains(part)),
                "{line} {part}: {:?}",
                read.remarks
            );
        }
        assert_eq!(read.remarks.len(), 7, "{:?}", read.remarks);
    }

    #[test]
    fn a_fault_has_its_place() {
        for (text, line, part) in [
            ("", 1, "`resources` are expected"),
            ("a: [\n", 1, "not YAML"),
            ("resources: 1\n", 1, "a list"),
            ("resources:\n- name: a\n", 2, "`type` is missing"),
            ("resources:\n- x\n", 2, "`type` is missing"),
        ] {
            let fault = imported(text).unwrap_err();
            assert_eq!(fault.at.line, line, "{text:?}: {fault}");
            assert!(fault.why.contains(part), "{fault}");
        }
    }

    #[test]
    fn letters_that_yaml_or_a_reader_would_change_are_escaped() {
        assert_eq!(scalar(r"D:\it's 缓存"), r"'D:\it''s 缓存'");
        assert_eq!(scalar("D:\\a\u{2028}\"b"), "\"D:\\\\a\\U00002028\\\"b\"");
        assert_eq!(literal("[a]"), "[[a]");
    }
}
