//! Azure Pipelines: `azure-pipelines.yml`. `$(NAME)` is a variable, and so is nothing else in a value; each is in the
//! environment of scripts in upper case, dots as `_`.
//! Source: Microsoft, "Define variables", "Use predefined variables", "Logging commands", "Cache task"; agent, `Command.cs`.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, UNIX},
        formats::ci::{found::FoundSettings, job_script, yaml},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported},
        template::{ExportTemplate, TemplateValue, ValuePiece},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
    workflow::tree::{NamedNode, Node, NodeKind},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "azure",
    shell: None,
    family: FormatFamily::Ci,
    title: "an `azure-pipelines.yml` with variables, PATH and two Cache tasks, for agents with Linux or macOS",
    cannot: "`$(` and `${{` in a value, which nothing keeps from being a variable; variables of the machine that are none of \
        Azure Pipelines; `%0A`, `%0D` and `%AZP25` on PATH",
    read_back: "Microsoft's JSON schema, the npm package yaml with the rule of `$()` in the test, bash, which runs the step, and \
        the command parser of azure-pipelines-task-lib",
    machine: ExportMachine::Job { variable: "PIPELINE_WORKSPACE", below: ".cache", system: "Azure Pipelines" },
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

/// Directories that have a value before a job begins, by their names in the environment.
const DIRECTORIES: &[(&str, &str)] = &[
    ("PIPELINE_WORKSPACE", "Pipeline.Workspace"),
    ("AGENT_BUILDDIRECTORY", "Agent.BuildDirectory"),
    ("AGENT_HOMEDIRECTORY", "Agent.HomeDirectory"),
    ("AGENT_TEMPDIRECTORY", "Agent.TempDirectory"),
    ("AGENT_TOOLSDIRECTORY", "Agent.ToolsDirectory"),
    ("AGENT_WORKFOLDER", "Agent.WorkFolder"),
    ("BUILD_ARTIFACTSTAGINGDIRECTORY", "Build.ArtifactStagingDirectory"),
    ("BUILD_BINARIESDIRECTORY", "Build.BinariesDirectory"),
    ("BUILD_SOURCESDIRECTORY", "Build.SourcesDirectory"),
    ("BUILD_STAGINGDIRECTORY", "Build.StagingDirectory"),
    ("SYSTEM_DEFAULTWORKINGDIRECTORY", "System.DefaultWorkingDirectory"),
];

const PREPEND: &str = "##vso[task.prependpath]";
const SET: &str = "##vso[task.setvariable ";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut lines = vec![yaml::comment(&template.title()), "variables:".to_owned()];
    for variable in &template.variables {
        let shown = variable.value.in_plan(template.platform);
        let text = macros(&variable.value).map_err(|rule| FORMAT.cannot_hold(&variable.name, &shown, rule))?;
        lines.push(format!("  {}", yaml::comment(&variable.reason)));
        lines.push(format!("  {}: {}", variable.name, yaml::scalar(&text)));
    }
    let image = if template.platform == Platform::Macos { "macos-15" } else { "ubuntu-24.04" };
    lines.extend([
        String::new(),
        "pool:".to_owned(),
        format!("  vmImage: {image}"),
        String::new(),
        "steps:".to_owned(),
    ]);
    let prepends = prepends(template)?;
    if !prepends.is_empty() {
        lines.push(format!("  - bash: {}", yaml::block(&prepends, 6)));
        lines.push("    displayName: Put GOBIN on PATH for the steps below".to_owned());
    }
    if let Some(go) = template.go.first() {
        let task = ["  - task: GoTool@0".to_owned(), "    inputs:".to_owned()];
        lines.extend(task);
        lines.push(format!("      version: {}", yaml::scalar(go)));
    }
    let has = |name: &str| template.variables.iter().any(|one| one.name == name);
    for (prefix, name, path) in [("go-mod", "GOPATH", "$(GOPATH)/pkg/mod"), ("go-build", "GOCACHE", "$(GOCACHE)")] {
        if has(name) {
            lines.extend(cache(prefix, path));
        }
    }
    lines.extend(["  - bash: go build ./...".to_owned(), "  - bash: go test ./...".to_owned()]);
    Ok(vec![ExportFile::utf8("azure-pipelines.yml", lines.join("\n") + "\n")])
}

fn macros(value: &TemplateValue) -> Result<String, String> {
    let mut text = String::new();
    for piece in &value.pieces {
        match piece {
            ValuePiece::Text(part) => match ["$(", "${{"].into_iter().find(|mark| part.contains(mark)) {
                Some(mark) => return Err(format!("Azure Pipelines has no way to write `{mark}` that is no variable")),
                None => text.push_str(part),
            },
            ValuePiece::Variable(name) => {
                let Some((_, own)) = DIRECTORIES.iter().find(|(own, _)| own == name) else {
                    let known: Vec<&str> = DIRECTORIES.iter().map(|(name, _)| *name).collect();
                    return Err(format!(
                        "variables of the machine are not put into those of a pipeline; it has {}",
                        known.join(", ")
                    ));
                };
                text.push_str(&format!("$({own})"));
            }
        }
    }
    Ok(text)
}

/// One command for each entry, the last of which leads.
fn prepends(template: &ExportTemplate) -> Result<Vec<String>, CannotHold> {
    let mut lines = Vec::new();
    for entry in template.path.iter().rev() {
        let shown = entry.in_plan(template.platform);
        let upper = shown.to_ascii_uppercase();
        if let Some(mark) = ["%0A", "%0D", "%AZP25"].into_iter().find(|mark| upper.contains(mark)) {
            let rule = format!("the agent takes `{mark}` in a command for another letter");
            return Err(FORMAT.cannot_hold("PATH", &shown, rule));
        }
        if template.owner(entry).is_none() {
            macros(entry).map_err(|rule| FORMAT.cannot_hold("PATH", &shown, rule))?;
        }
        let entry = template.owner(entry).map_or_else(|| job_script::bash_quoted(entry), |name| format!("${name}"));
        lines.push(format!("echo \"{PREPEND}{entry}\""));
    }
    Ok(lines)
}

fn cache(prefix: &str, path: &str) -> Vec<String> {
    vec![
        "  - task: Cache@2".to_owned(),
        "    inputs:".to_owned(),
        format!("      key: {}", yaml::scalar(&format!("\"{prefix}\" | \"$(Agent.OS)\" | **/go.sum"))),
        format!("      restoreKeys: {}", yaml::scalar(&format!("\"{prefix}\" | \"$(Agent.OS)\""))),
        format!("      path: {}", yaml::scalar(path)),
    ]
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let root = yaml::tree(file)?;
    let mut found = FoundSettings::of(None);
    visit(&root, &mut found);
    Ok(found.done())
}

fn visit(node: &Node, found: &mut FoundSettings) {
    for NamedNode { name, node, .. } in node.entries() {
        match name.as_str() {
            "variables" => variables(node, found),
            "bash" | "script" | "pwsh" | "powershell" if node.text().is_some() => commands(node, found),
            "env" => {
                for entry in node.entries() {
                    found.remark(format!("it sets {} for one step alone", entry.name), yaml::at(entry.place));
                }
            }
            _ => visit(node, found),
        }
    }
    node.list().for_each(|one| visit(one, found));
}

/// A map, or a list of names and values; groups and templates are elsewhere.
fn variables(node: &Node, found: &mut FoundSettings) {
    if matches!(node.kind, NodeKind::Map(_)) {
        for entry in node.entries() {
            found.variable(&entry.name, yaml::text(&entry.node).and_then(expanded), yaml::at(entry.place));
        }
    }
    for one in node.list() {
        let at = yaml::at(one.place);
        match (one.get("name").and_then(Node::text), one.get("group").or_else(|| one.get("template"))) {
            (Some(name), _) => found.variable(name, one.get("value").and_then(yaml::text).and_then(expanded), at),
            (None, Some(other)) => {
                let name = other.text().unwrap_or_default();
                found.remark(format!("it takes variables from `{name}`"), at);
            }
            (None, None) => {}
        }
    }
}

/// A value with its macros; `None` where it is an expression that a run works out.
fn expanded(text: &str) -> Option<TemplateValue> {
    if text.contains("${{") || text.starts_with("$[") {
        return None;
    }
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(") {
        value.push_text(before);
        let Some((name, behind)) = after.split_once(')') else {
            value.push_text("$(");
            value.push_text(after);
            return Some(value);
        };
        value.push_variable(&name.to_ascii_uppercase().replace(['.', ' '], "_"));
        rest = behind;
    }
    value.push_text(rest);
    Some(value)
}

/// What the commands of a script do, as far as it prints them as they stand.
fn commands(script: &Node, found: &mut FoundSettings) {
    for (number, line) in script.text().unwrap_or_default().lines().enumerate() {
        let at = yaml::line_of(script, number + 1);
        if let Some((before, entry)) = line.split_once(PREPEND) {
            found.entry(printed(before, entry), at);
        } else if let Some((before, command)) = line.split_once(SET)
            && let Some((properties, value)) = command.split_once(']')
            && let Some(name) = properties.split(';').find_map(|one| one.trim().strip_prefix("variable="))
        {
            found.variable(name, printed(before, value), at);
        }
    }
}

/// What a line prints behind a command, up to the quote that was opened in front of it.
fn printed(before: &str, text: &str) -> Option<TemplateValue> {
    let text = text.trim_end();
    match before.chars().next_back() {
        Some('\'') => text.strip_suffix('\'').map(TemplateValue::text),
        Some('"') => word(text.strip_suffix('"')?),
        _ => word(text),
    }
}

/// A word between double quotes with variables of bash, PowerShell or Azure Pipelines.
fn word(text: &str) -> Option<TemplateValue> {
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\\', '`', '"']) {
        value.push_text(&rest[..at]);
        let mark = &rest[at..=at];
        rest = &rest[at + 1..];
        match mark {
            "\\" if rest.starts_with(['$', '`', '"', '\\']) => {
                value.push_text(&rest[..1]);
                rest = &rest[1..];
            }
            "\\" => value.push_text(mark),
            // The end of the quotes and a new begin.
            "\"" => rest = rest.strip_prefix('"')?,
            "$" => {
                let (name, behind) = reference(rest)?;
                value.push_variable(&name);
                rest = behind;
            }
            _ => return None,
        }
    }
    value.push_text(rest);
    Some(value)
}

/// `NAME`, `{NAME}`, `env:NAME` and `(NAME)` at the start, behind a `$`.
fn reference(text: &str) -> Option<(String, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        let (name, behind) = inner.split_once(')')?;
        let is_name = name.chars().all(|c| c == '_' || c == '.' || c.is_ascii_alphanumeric());
        return is_name.then(|| (name.to_ascii_uppercase().replace('.', "_"), behind));
    }
    let (inner, is_braced) = text.strip_prefix('{').map_or((text, false), |inner| (inner, true));
    let inner = inner.strip_prefix("env:").unwrap_or(inner);
    let length = inner.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
    let behind = if is_braced { inner[length..].strip_prefix('}')? } else { &inner[length..] };
    (length > 0).then(|| (inner[..length].to_owned(), behind))
}
