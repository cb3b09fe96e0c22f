//! Compose files. Sources: the Compose specification, "Interpolation" (`$$` is `$`; variables are those of the machine that
//! Compose runs on) and "environment"; measured with compose-go.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, UNIX},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedVariable, LineColumn},
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    output::sanitize,
    platform::Platform,
    workflow::tree::{self, Node, NodeKind},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "compose",
    shell: None,
    family: FormatFamily::Tools,
    title: "a Compose file with a service whose build and module caches are kept in volumes",
    cannot: "PATH: a service's environment replaces a value and cannot add to it, and the golang image has /go/bin in front \
        already; variables of the container",
    read_back: "compose-go, the library that Docker Compose itself reads such files with, and its schema",
    machine: ExportMachine::Container,
    platforms: UNIX,
    carries_path: false,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut text = format!("# {}\n", template.title());
    let go = template.go.first().map_or("latest", String::as_str);
    text.push_str(&format!("services:\n  go:\n    image: {}\n    environment:\n", string(&format!("golang:{go}"))));
    let mut volumes = Vec::new();
    for variable in &template.variables {
        let shown = variable.value.in_plan(template.platform);
        let Some(value) = variable.value.as_text() else {
            let rule = "Compose puts in variables of the machine that it runs on, not those of the container";
            return Err(FORMAT.cannot_hold(&variable.name, &shown, rule));
        };
        let value = value.replace('$', "$$");
        text.push_str(&format!("      # {}: {}\n", variable.name, variable.reason));
        text.push_str(&format!("      {}: {}\n", variable.name, string(&value)));
        match variable.name.as_str() {
            "GOCACHE" => volumes.push(("go-build", value)),
            "GOPATH" => volumes.push(("go-mod", Platform::Linux.join(&value, "pkg/mod"))),
            _ => {}
        }
    }
    if !volumes.is_empty() {
        text.push_str("    volumes:\n");
        for (name, target) in &volumes {
            text.push_str(&format!(
                "      - type: volume\n        source: {name}\n        target: {}\n",
                string(target)
            ));
        }
        text.push_str("volumes:\n");
        text.extend(volumes.iter().map(|(name, _)| format!("  {name}: {{}}\n")));
    }
    Ok(vec![ExportFile::utf8("compose.yaml", text)])
}

/// A scalar of YAML in quotation marks; what cannot be seen is written by its number.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if sanitize::is_hidden(letter) => quoted.push_str(&format!("\\U{:08X}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted + "\""
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported { platform: Some(Platform::Linux), ..Imported::default() };
    let root = tree::parsed(&text)
        .map_err(|why| file.fault_at(LineColumn { line: why.line.max(1), column: why.column.max(1) }, &why.clause))?;
    let Some(root) = root else { return Ok(imported) };
    if !matches!(root.kind, NodeKind::Map(_)) {
        return Err(file.fault_at(at(&root), "a mapping with `services` is expected"));
    }
    for service in root.get("services").into_iter().flat_map(Node::entries) {
        if let Some(environment) = service.node.get("environment") {
            variables(file, &mut imported, environment)?;
        }
        if let Some(other) = service.node.get("env_file") {
            let text = format!("`{}` takes variables from other files, too", service.name);
            imported.remarks.push(ImportRemark { text, at: at(other) });
        }
    }
    Ok(imported)
}

fn at(node: &Node) -> LineColumn {
    LineColumn { line: node.place.line().max(1), column: node.place.column().max(1) }
}

/// `NAME: VALUE`, or a list of `NAME=VALUE`; a name alone is taken from the machine that Compose runs on.
fn variables(file: &FileToImport<'_>, imported: &mut Imported, environment: &Node) -> Result<(), ImportFault> {
    match &environment.kind {
        NodeKind::Null => {}
        NodeKind::Map(entries) => {
            for entry in entries {
                match &entry.node.kind {
                    NodeKind::Scalar { text, .. } => set(imported, &entry.name, Some(text), at(&entry.node)),
                    NodeKind::Null => set(
                        imported,
                        &entry.name,
                        None,
                        LineColumn { line: entry.place.line().max(1), column: entry.place.column().max(1) },
                    ),
                    _ => return Err(file.fault_at(at(&entry.node), &format!("the value of {} is no text", entry.name))),
                }
            }
        }
        NodeKind::List(entries) => {
            for entry in entries {
                let text = entry.text().ok_or_else(|| file.fault_at(at(entry), "`NAME=VALUE` is expected"))?;
                match text.split_once('=') {
                    Some((name, value)) => set(imported, name, Some(value), at(entry)),
                    None => set(imported, text, None, at(entry)),
                }
            }
        }
        NodeKind::Scalar { .. } => {
            return Err(file.fault_at(at(environment), "`environment` is a mapping or a list of variables"));
        }
    }
    Ok(())
}

fn set(imported: &mut Imported, name: &str, written: Option<&str>, at: LineColumn) {
    if name.eq_ignore_ascii_case("PATH") {
        let text = "it replaces PATH, and what the image has there is gone".to_owned();
        imported.remarks.push(ImportRemark { text, at });
    }
    let value = written.and_then(interpolated);
    imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
}

/// What Compose makes of a value; `None` where that depends on the machine that it runs on.
fn interpolated(written: &str) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    let mut rest = written;
    while let Some((before, behind)) = rest.split_once('$') {
        value.push_text(before);
        value.push_text("$");
        rest = behind.strip_prefix('$')?;
    }
    value.push_text(rest);
    Some(value)
}
