//! VS Code's settings. Sources: "Variables Reference" of VS Code's documentation (`${env:NAME}`; there is no way to write `${`
//! as text); golang/vscode-go v0.58, goEnv.ts and util.ts (`go.toolsEnvVars` is what Go and its tools are started with, and
//! `go.gopath` goes before GOPATH where its own tools are looked for).

use crate::{
    export::{
        format::{ANY, ExportFormat, FormatFamily},
        formats::tools::{
            jsonc::{self, JsonReference, string},
            path_list::PathList,
        },
        machine::ExportMachine,
        read::{
            FileToImport, ImportFault, ImportRemark, Imported, ImportedEntry, ImportedVariable, LineColumn,
            PlacesInOrder,
        },
        template::{ExportTemplate, TemplateValue},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
};
use jsonc_parser::{
    ast::{ObjectProp, Value},
    common::Ranged,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "vscode",
    shell: None,
    family: FormatFamily::Tools,
    title: "VS Code's settings: for the Go extension, and for terminals",
    cannot: "`${` as text; PATH for the Go extension, which finds its tools by GOBIN and GOPATH",
    read_back: "the npm package jsonc-parser, which is VS Code's own, and the names and types of the settings",
    machine: ExportMachine::Here,
    platforms: ANY,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

const TOOLS: &str = "go.toolsEnvVars";
const GOPATH: &str = "go.gopath";
const TERMINALS: [(&str, Platform); 3] = [
    ("terminal.integrated.env.windows", Platform::Windows),
    ("terminal.integrated.env.linux", Platform::Linux),
    ("terminal.integrated.env.osx", Platform::Macos),
];

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let platform = template.platform;
    let written = |name: &str, value: &TemplateValue| {
        let text = value.written(str::to_owned, |name| format!("${{env:{name}}}"));
        let is_literal = |part: &crate::export::ValuePiece| matches!(part, crate::export::ValuePiece::Text(text) if text.contains("${"));
        if value.pieces.iter().any(is_literal) {
            let shown = value.in_plan(platform);
            return Err(FORMAT.cannot_hold(name, &shown, "VS Code takes `${` for the beginning of a variable"));
        }
        Ok(text)
    };
    let (mut variables, mut gopath) = (Vec::new(), String::new());
    let mut text = format!(
        "// {}\n// For settings.json of the user; terminals that are open keep what they have.\n{{\n",
        template.title()
    );
    for variable in &template.variables {
        let value = string(&written(&variable.name, &variable.value)?);
        if variable.name == "GOPATH" {
            gopath = format!("  // Where the Go extension looks for its own tools.\n  \"{GOPATH}\": {value},\n");
        }
        variables.push(format!("    // {}: {}\n    \"{}\": {value}", variable.name, variable.reason, variable.name));
    }
    text.push_str(&format!("  // For gopls, and for Go where the extension runs it.\n  \"{TOOLS}\": {{\n"));
    text.push_str(&format!("{}\n  }},\n{gopath}", variables.join(",\n")));
    let mut path: Vec<String> = template.path.iter().map(|entry| written("PATH", entry)).collect::<Result<_, _>>()?;
    path.push("${env:PATH}".to_owned());
    let path = path.join(if platform == Platform::Windows { ";" } else { ":" });
    variables.push(format!("    \"PATH\": {}", string(&path)));
    let terminal = TERMINALS.iter().find(|(_, of)| *of == platform).map_or("", |(name, _)| name);
    text.push_str(&format!("  \"{terminal}\": {{\n{}\n  }}\n}}\n", variables.join(",\n")));
    Ok(vec![ExportFile::utf8("settings.json", text)])
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let text = file.text()?;
    let mut imported = Imported::default();
    let Some(object) = jsonc::object(file, &text)? else { return Ok(imported) };
    let places = PlacesInOrder::of(&text);
    for property in &object.properties {
        let name = property.name.as_str();
        let terminal = TERMINALS.iter().find(|(key, _)| *key == name).map(|(_, platform)| *platform);
        let at = places.at(property.start());
        if name == GOPATH {
            if let Value::StringLit(value) = &property.value {
                let value = template_value(&value.value);
                imported.variables.push(ImportedVariable { name: "GOPATH".to_owned(), value, at });
            }
        } else if name == TOOLS || terminal.is_some() {
            let Value::Object(env) = &property.value else {
                return Err(file.fault_at(at, &format!("`{name}` is an object of variables")));
            };
            imported.platform = imported.platform.or(terminal);
            for one in &env.properties {
                variable(&mut imported, one, terminal, places.at(one.start()));
            }
        }
    }
    Ok(imported)
}

fn variable(imported: &mut Imported, one: &ObjectProp<'_>, terminal: Option<Platform>, at: LineColumn) {
    let name = one.name.as_str();
    let written = match &one.value {
        Value::StringLit(value) => value.value.to_string(),
        Value::NumberLit(value) => value.value.to_owned(),
        Value::BooleanLit(value) => value.value.to_string(),
        Value::NullKeyword(_) => {
            return imported.remarks.push(ImportRemark { text: format!("it removes {name}"), at });
        }
        Value::Object(_) | Value::Array(_) => {
            return imported.remarks.push(ImportRemark { text: format!("the value of {name} is no text"), at });
        }
    };
    let value = template_value(&written);
    if !name.eq_ignore_ascii_case("PATH") {
        return imported.variables.push(ImportedVariable { name: name.to_owned(), value, at });
    }
    let is_windows = terminal.map_or_else(|| written.contains(';'), |platform| platform == Platform::Windows);
    let separator = if is_windows { ';' } else { ':' };
    match value {
        Some(value) => PathList::of(&value, separator).add_to(imported, at),
        None => imported.path.push(ImportedEntry { value: None, at }),
    }
}

fn template_value(text: &str) -> Option<TemplateValue> {
    jsonc::references(text, |inner| {
        inner.strip_prefix("env:").map_or(JsonReference::Unknown, |name| JsonReference::Variable(name.trim()))
    })
}
