//! A dev container's devcontainer.json. Sources: "Dev Container metadata reference" and "Variables in devcontainer.json" of
//! containers.dev; devcontainers/cli v0.88, variableSubstitution.ts: `${containerEnv:NAME}` is put in where a container runs,
//! in `remoteEnv` alone, by what the image and `containerEnv` set, which is no HOME; `${` has no escape.

use crate::export::{
    ValuePiece,
    format::{ExportFormat, FormatFamily, UNIX},
    formats::tools::{
        jsonc::{self, JsonReference, string},
        path_list::PathList,
    },
    machine::ExportMachine,
    read::{FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, PlacesInOrder},
    template::{ExportTemplate, TemplateValue},
    write::{CannotHold, ExportFile},
};
use jsonc_parser::{ast::Value, common::Ranged};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "devcontainer",
    shell: None,
    family: FormatFamily::Tools,
    title: "devcontainer.json, for dev containers in VS Code, Codespaces and the CLI",
    cannot: "`${` as text; variables that the file does not set itself, such as HOME; PATH and a value with a variable reach \
        terminals and tools, not what the container itself starts",
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
    let is_set = |name: &str| template.variables.iter().any(|one| one.name == name && one.value.as_text().is_some());
    if value.variable().is_some_and(|name| !is_set(name)) {
        let shown = value.in_plan(template.platform);
        let rule = "a dev container puts in only what its image and `containerEnv` set, and HOME is neither's";
        return Err(FORMAT.cannot_hold(name, &shown, rule));
    }
    Ok(value.written(str::to_owned, |name| format!("${{containerEnv:{name}}}")))
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported { platform: Some(crate::platform::Platform::Linux), ..Imported::default() };
    let Some(object) = jsonc::object(file, &text)? else { return Ok(imported) };
    let mut path = None;
    let places = PlacesInOrder::of(&text);
    for place in PLACES {
        let Some(property) = object.properties.iter().find(|property| property.name.as_str() == place) else {
            continue;
        };
        let Value::Object(env) = &property.value else {
            let at = places.at(property.start());
            return Err(file.fault_at(at, &format!("`{place}` is an object of variables")));
        };
        for one in &env.properties {
            let at = places.at(one.start());
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
            let known = |name: &str| imported.variables.iter().rfind(|one| one.name == name)?.value.clone();
            let list = PathList::of(&value, ':').resolved(known);
            list.add_to(&mut imported, at);
        }
        Some((None, at)) => imported.path.push(ImportedEntry { value: None, at }),
        None => {}
    }
    Ok(imported)
}

fn template_value(text: &str) -> Option<TemplateValue> {
    jsonc::references(text, |inner| match inner.split_once(':') {
        // One with a default behind another `:` is either.
        Some(("containerEnv", name)) if !name.contains(':') => JsonReference::Variable(name),
        Some(("containerEnv" | "localEnv" | "env", _)) => JsonReference::Unknown,
        _ if KNOWN.contains(&inner) => JsonReference::Unknown,
        _ => JsonReference::Text,
    })
}
