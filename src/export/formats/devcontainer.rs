//! A dev container's devcontainer.json. Sources: "Dev Container metadata reference" and "Variables in devcontainer.json" of
//! containers.dev; devcontainers/cli v0.88, variableSubstitution.ts: `${containerEnv:NAME}` is put in where a container runs,
//! in `remoteEnv` alone; `${` has no escape.

use crate::export::{
    ValuePiece,
    format::{ExportFormat, FormatFamily, UNIX},
    formats::{
        jsonc::{self, Reference, string},
        path_list::PathList,
    },
    machine::ExportMachine,
    read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn},
    template::{ExportTemplate, TemplateValue},
    write::{CannotHold, ExportFile},
};
use jsonc_parser::{ast::Value, common::Ranged};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "devcontainer",
    shell: None,
    family: FormatFamily::Tools,
    title: "devcontainer.json, for dev containers in VS Code, Codespaces and the CLI",
    cannot: "`${` as text; PATH and a value with a variable reach terminals and tools, not what the container itself starts",
    read_back: "`devcontainer read-configuration` of the npm package @devcontainers/cli, with the variables of a container",
    machine: ExportMachine::Container,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

/// Where variables are set: when the container is made, and for what is started in it.
const PLACES: [&str; 2] = ["containerEnv", "remoteEnv"];

/// What the CLI knows beside variables of the environment.
const KNOWN: [&str; 5] = [
    "localWorkspaceFolder",
    "localWorkspaceFolderBasename",
    "containerWorkspaceFolder",
    "containerWorkspaceFolderBasename",
    "devcontainerId",
];

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut places = [Vec::new(), Vec::new()];
    for variable in &template.variables {
        let value = written(template, &variable.name, &variable.value)?;
        let place = usize::from(variable.value.variable().is_some());
        places[place].push(format!(
            "    // {}: {}\n    \"{}\": {}",
            variable.name,
            variable.reason,
            variable.name,
            string(&value)
        ));
    }
    let mut path = Vec::new();
    for entry in &template.path {
        path.push(match template.owner(entry).filter(|_| entry.variable().is_none()) {
            Some(owner) => format!("${{containerEnv:{owner}}}"),
            None => written(template, "PATH", entry)?,
        });
    }
    path.push("${containerEnv:PATH}".to_owned());
    places[1].push(format!("    \"PATH\": {}", string(&path.join(":"))));
    let mut text = format!(
        "// {}\n// Take the variables over into your own .devcontainer/devcontainer.json.\n{{\n",
        template.title()
    );
    text.push_str(&format!(
        "  \"image\": {}",
        string(&format!("golang:{}", template.go.first().map_or("latest", String::as_str)))
    ));
    for (name, variables) in PLACES.iter().zip(places).filter(|(_, variables)| !variables.is_empty()) {
        text.push_str(&format!(",\n  \"{name}\": {{\n{}\n  }}", variables.join(",\n")));
    }
    Ok(vec![ExportFile::utf8("devcontainer.json", text + "\n}\n")])
}

fn written(template: &ExportTemplate, name: &str, value: &TemplateValue) -> Result<String, CannotHold> {
    let is_open = |piece: &ValuePiece| matches!(piece, ValuePiece::Text(text) if text.contains("${"));
    if value.pieces.iter().any(is_open) {
        let shown = value.in_plan(template.platform);
        return Err(FORMAT.cannot_hold(name, &shown, "a dev container takes `${` for the beginning of a variable"));
    }
    Ok(value.written(str::to_owned, |name| format!("${{containerEnv:{name}}}")))
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported { platform: Some(crate::platform::Platform::Linux), ..Imported::default() };
    let Some(object) = jsonc::object(file, &text)? else { return Ok(imported) };
    let mut path = None;
    for place in PLACES {
        let Some(property) = object.properties.iter().find(|property| property.name.as_str() == place) else {
            continue;
        };
        let Value::Object(env) = &property.value else {
            let at = LineColumn::of_byte(&text, property.start());
            return Err(file.fault_at(at, &format!("`{place}` is an object of variables")));
        };
        for one in &env.properties {
            let at = LineColumn::of_byte(&text, one.start());
            let name = one.name.as_str();
            match &one.value {
                Value::StringLit(value) if name == "PATH" => path = Some((template_value(&value.value), at)),
                Value::StringLit(value) => {
                    let value = template_value(&value.value);
                    imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
                }
                Value::NullKeyword(_) => {
                    imported.remarks.push(ImportRemark { text: format!("it removes {name}"), at });
                }
                _ => imported.remarks.push(ImportRemark { text: format!("the value of {name} is no text"), at }),
            }
        }
    }
    match path {
        Some((Some(value), at)) => {
            let variables = imported.variables.clone();
            let known = |name: &str| variables.iter().rfind(|one| one.name == name).and_then(|one| one.value.clone());
            PathList::of(&value, ':').add_to(&mut imported, at, known);
        }
        Some((None, at)) => imported.path.push(ImportedEntry { value: None, at }),
        None => {}
    }
    Ok(imported)
}

fn template_value(text: &str) -> Option<TemplateValue> {
    jsonc::references(text, |inner| match inner.split_once(':') {
        // One with a default behind another `:` is either.
        Some(("containerEnv", name)) if !name.contains(':') => Reference::Variable(name),
        Some(("containerEnv" | "localEnv" | "env", _)) => Reference::Unknown,
        _ if KNOWN.contains(&inner) => Reference::Unknown,
        _ => Reference::Text,
    })
}
