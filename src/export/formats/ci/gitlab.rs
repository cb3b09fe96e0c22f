//! GitLab CI: `.gitlab-ci.yml`. `$$` is a `$`; `$NAME`, `${NAME}` and `%NAME%` are variables.
//! Source: GitLab, "CI/CD YAML syntax reference" (variables, cache), "Where variables can be used"; GitLab's
//! `ExpandVariables` and the runner's `JobVariables.Expand`.

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, UNIX},
        formats::ci::{found::FoundSettings, job_script, yaml},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported, LineColumn},
        template::{ExportTemplate, TemplateValue, ValuePiece},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
    workflow::tree::{NamedNode, Node, NodeKind},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "gitlab",
    shell: None,
    family: FormatFamily::Ci,
    title: "a `.gitlab-ci.yml` with variables, PATH and two caches, for runners with Linux or macOS",
    cannot: "`%NAME%` in a value, which GitLab takes for a variable; a cache outside the project's directory, which GitLab does \
        not keep: that is said in a comment",
    read_back: "GitLab's JSON schema, the npm package yaml with GitLab's rules of `$` and `%` in the test, and bash, which runs \
        the line for PATH",
    machine: ExportMachine::Job { variable: ROOT, below: ".cache", system: "GitLab CI" },
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

/// The directory of the job, outside of which nothing is cached.
const ROOT: &str = "CI_PROJECT_DIR";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let mut lines = vec![yaml::comment(&template.title()), "variables:".to_owned()];
    for variable in &template.variables {
        let value = &variable.value;
        if has_percent_variable(value) {
            let shown = value.in_plan(template.platform);
            let rule = "GitLab takes `%NAME%` for a variable, and no way is documented to keep it from that";
            return Err(FORMAT.cannot_hold(&variable.name, &shown, rule));
        }
        let text = value.written(|text| text.replace('$', "$$"), |name| format!("${{{name}}}"));
        lines.push(format!("  {}", yaml::comment(&variable.reason)));
        lines.push(format!("  {}: {}", variable.name, yaml::scalar(&text)));
    }
    lines.extend([String::new(), "default:".to_owned()]);
    let entries = template.path.iter().map(|entry| match template.owner(entry) {
        Some(name) => format!("${name}"),
        None => job_script::bash_quoted(entry),
    });
    let entries: String = entries.map(|entry| entry + ":").collect();
    lines.push("  before_script:".to_owned());
    lines.push(format!("    - {}", yaml::scalar(&format!("export PATH=\"{entries}$PATH\""))));
    lines.extend(caches(template));
    let go = template.go.first().map_or("latest", String::as_str);
    lines.extend([
        String::new(),
        "go:".to_owned(),
        format!("  image: {}", yaml::scalar(&format!("golang:{go}"))),
        "  script:".to_owned(),
        "    - go build ./...".to_owned(),
        "    - go test ./...".to_owned(),
    ]);
    Ok(vec![ExportFile::utf8(".gitlab-ci.yml", lines.join("\n") + "\n")])
}

fn has_percent_variable(value: &TemplateValue) -> bool {
    let text = value.written(str::to_owned, |_| "/".to_owned());
    let parts: Vec<&str> = text.split('%').collect();
    let is_name = |part: &&str| {
        part.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
    };
    // The first and the last part have a `%` on one side only.
    parts.len() > 2 && parts[1..parts.len() - 1].iter().any(is_name)
}

/// One for each directory, so that a new go.sum leaves what is compiled; each with why it is, or is not.
fn caches(template: &ExportTemplate) -> Vec<String> {
    let value = |name: &str| template.variables.iter().find(|one| one.name == name).map(|one| one.value.clone());
    let modules = value("GOPATH").map(|mut value| {
        value.push_text("/pkg/mod");
        value
    });
    let modules_key = ["    - key:", "        prefix: go-mod", "        files:", "          - go.sum"];
    let build_key = ["    - key: go-build"];
    let wanted = [("modules", modules, &modules_key[..]), ("GOCACHE", value("GOCACHE"), &build_key[..])];
    let (mut lines, mut unkept) = (Vec::new(), Vec::new());
    for (what, value, key) in wanted {
        let Some(value) = value else { continue };
        match below_root(&value) {
            Ok(path) => {
                lines.extend(key.iter().map(|line| (*line).to_owned()));
                lines.push("      paths:".to_owned());
                lines.push(format!("        - {}", yaml::scalar(&format!("{path}/"))));
            }
            Err(why) => {
                let shown = value.in_plan(template.platform);
                unkept.push(format!("  {}", yaml::comment(&format!("{what} in {shown} are not cached: {why}"))));
            }
        }
    }
    if !lines.is_empty() {
        lines.insert(0, "  cache:".to_owned());
    }
    unkept.append(&mut lines);
    unkept
}

/// The path as `cache:paths` wants it: below the project's directory, without what patterns and variables have.
fn below_root(value: &TemplateValue) -> Result<&str, &'static str> {
    let [ValuePiece::Variable(root), ValuePiece::Text(rest)] = value.pieces.as_slice() else {
        return Err("GitLab caches only what lies below CI_PROJECT_DIR");
    };
    let path = rest.strip_prefix('/').filter(|path| root == ROOT && !path.split('/').any(|part| part == ".."));
    let path = path.ok_or("GitLab caches only what lies below CI_PROJECT_DIR")?;
    if path.contains(['*', '?', '[', ']', '{', '}', '\\', '!', '$', '%']) {
        return Err("the paths of GitLab's caches are patterns, and its name means something there");
    }
    Ok(path)
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let root = yaml::tree(file)?;
    let mut found = FoundSettings::of(Some(Platform::Linux));
    variables(root.get("variables"), &mut found);
    // The shell of a job has what `before_script` has set.
    let mut jobs = vec![&root];
    jobs.extend(root.entries().filter(|entry| !is_keyword(&entry.name)).map(|entry| &entry.node));
    for (number, job) in jobs.into_iter().enumerate() {
        if number > 0 {
            variables(job.get("variables"), &mut found);
        }
        let mut script = (String::new(), Vec::new());
        for key in ["before_script", "script"] {
            let Some(list) = job.get(key) else { continue };
            let (text, places) = job_script::joined(list);
            script.0.push_str(&text);
            script.1.extend(places);
        }
        let (text, places) = script;
        let first = places.first().copied();
        let at = |line: usize| places.get(line.saturating_sub(1)).copied().or(first).unwrap_or(START);
        job_script::exports(&text, at, &mut found);
    }
    Ok(found.done())
}

const START: LineColumn = LineColumn { line: 1, column: 1 };

/// Names at the top that are no jobs; `default` is read as one, for it says what jobs have.
fn is_keyword(name: &str) -> bool {
    matches!(name, "variables" | "stages" | "include" | "workflow" | "image" | "services" | "cache" | "spec" | "types")
}

fn variables(map: Option<&Node>, found: &mut FoundSettings) {
    for NamedNode { name, place, node } in map.map(Node::entries).into_iter().flatten() {
        let at = yaml::at(*place);
        let text = match &node.kind {
            NodeKind::Map(_) => node.get("value").and_then(yaml::text),
            _ => yaml::text(node),
        };
        let is_raw = node.get("expand").and_then(Node::text) == Some("false");
        let value = text.map(|text| if is_raw { TemplateValue::text(text) } else { expanded(text) });
        found.variable(name, value, at);
    }
}

/// As GitLab and its runner read a value.
fn expanded(text: &str) -> TemplateValue {
    let mut value = TemplateValue::default();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '%']) {
        value.push_text(&rest[..at]);
        let mark = &rest[at..=at];
        rest = &rest[at + 1..];
        let length = rest.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
        let name = &rest[..length];
        let is_name = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
        if mark == "%" {
            if is_name && rest[length..].starts_with('%') {
                value.push_variable(name);
                rest = &rest[length + 1..];
            } else {
                value.push_text(mark);
            }
        } else if let Some(behind) = rest.strip_prefix('$') {
            value.push_text("$");
            rest = behind;
        } else if is_name {
            value.push_variable(name);
            rest = &rest[length..];
        } else if let Some((name, behind)) = braced(rest) {
            value.push_variable(name);
            rest = behind;
        } else {
            value.push_text(mark);
        }
    }
    value.push_text(rest);
    value
}

/// `{NAME}` at the start.
fn braced(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let length = inner.bytes().take_while(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()).count();
    let behind = inner[length..].strip_prefix('}')?;
    (length > 0).then_some((&inner[..length], behind))
}
