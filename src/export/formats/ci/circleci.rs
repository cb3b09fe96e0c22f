//! CircleCI: `.circleci/config.yml`, version 2.1. `environment` takes every value as it is, so that variables are put in
//! by BASH_ENV, which bash reads at the start of each step.
//! Source: CircleCI, "Introduction to environment variables", "Configuration reference" (save_cache), "Caching".

use crate::{
    export::{
        format::{ExportFormat, FormatFamily, UNIX},
        formats::ci::{
            found::FoundSettings,
            job_script::{self, bash_word},
            yaml,
        },
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported, LineColumn},
        template::{ExportTemplate, TemplateValue, ValuePiece},
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
    script::{ScriptPiece, ScriptShell, ScriptText, Setter},
    workflow::tree::{NamedNode, Node, NodeKind},
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "circleci",
    shell: None,
    family: FormatFamily::Ci,
    title: "a `.circleci/config.yml` with a step that fills BASH_ENV, and two caches, for executors with Linux or macOS",
    cannot: "variables but HOME in the path of a cache, and `<<` there: such a cache is left out, which a comment says; steps \
        with a shell other than bash do not see what it sets",
    read_back: "CircleCI's JSON schema and its own parser, circleci-config-parser, and bash, which runs the step and then another \
        with its BASH_ENV",
    machine: ExportMachine::Unix,
    platforms: UNIX,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let go = template.go.first().map_or("current", String::as_str);
    let mut lines = vec![
        yaml::comment(&template.title()),
        "version: 2.1".to_owned(),
        "jobs:".to_owned(),
        "  go:".to_owned(),
        "    docker:".to_owned(),
        format!("      - image: {}", yaml::scalar(&format!("cimg/go:{go}"))),
        "    steps:".to_owned(),
        "      - checkout".to_owned(),
    ];
    let reasons = template.variables.iter().map(|one| format!("{}: {}", one.name, one.reason));
    lines.extend(reasons.map(|reason| format!("      {}", yaml::comment(&reason))));
    lines.push("      - run:".to_owned());
    lines.push("          name: Set Go's directories for the steps below".to_owned());
    lines.push(format!("          command: {}", yaml::block(&script(template), 12)));
    let (restored, saved, unkept) = caches(template);
    lines.extend(unkept);
    lines.extend(restored);
    lines.extend(["      - run: go build ./...".to_owned(), "      - run: go test ./...".to_owned()]);
    lines.extend(saved);
    lines.extend(["workflows:".to_owned(), "  go:".to_owned(), "    jobs:".to_owned(), "      - go".to_owned()]);
    Ok(vec![ExportFile::utf8("config.yml", lines.join("\n") + "\n")])
}

/// Lines that put lines into BASH_ENV. bash reads that file whenever it starts, so PATH is lengthened only once.
fn script(template: &ExportTemplate) -> Vec<String> {
    let set = template.variables.iter().map(|one| format!("export {}={}", one.name, bash_word(&one.value)));
    let lead = template.path.iter().rev().map(|entry| {
        let entry = template.owner(entry).map_or_else(|| job_script::bash_quoted(entry), |name| format!("${name}"));
        format!("[[ \":$PATH:\" == *\":{entry}:\"* ]] || export PATH=\"{entry}:$PATH\"")
    });
    set.chain(lead).map(|line| format!("echo '{}' >> \"$BASH_ENV\"", line.replace('\'', "'\\''"))).collect()
}

/// The steps that restore, those that save, and comments on what is not cached.
fn caches(template: &ExportTemplate) -> (Vec<String>, Vec<String>, Vec<String>) {
    let value = |name: &str| template.variables.iter().find(|one| one.name == name).map(|one| one.value.clone());
    let modules = value("GOPATH").map(|mut value| {
        value.push_text("/pkg/mod");
        value
    });
    let (mut restored, mut saved, mut unkept) = (Vec::new(), Vec::new(), Vec::new());
    for (what, prefix, value) in [("modules", "go-mod", modules), ("GOCACHE", "go-build", value("GOCACHE"))] {
        let Some(value) = value else { continue };
        let path = match cache_path(&value) {
            Ok(path) => path,
            Err(why) => {
                let shown = value.in_plan(template.platform);
                unkept.push(format!("      {}", yaml::comment(&format!("{what} in {shown} are not cached: {why}"))));
                continue;
            }
        };
        let key = format!("{prefix}-{{{{ arch }}}}-{{{{ checksum \"go.sum\" }}}}");
        restored.extend([
            "      - restore_cache:".to_owned(),
            "          keys:".to_owned(),
            format!("            - {}", yaml::scalar(&key)),
            format!("            - {}", yaml::scalar(&format!("{prefix}-{{{{ arch }}}}-"))),
        ]);
        saved.extend([
            "      - save_cache:".to_owned(),
            format!("          key: {}", yaml::scalar(&key)),
            "          paths:".to_owned(),
            format!("            - {}", yaml::scalar(&path)),
        ]);
    }
    (restored, saved, unkept)
}

/// As `save_cache` takes it, which puts in no variables but knows `~`.
fn cache_path(value: &TemplateValue) -> Result<String, &'static str> {
    let path = match value.pieces.as_slice() {
        [ValuePiece::Text(path)] => path.clone(),
        [ValuePiece::Variable(home), ValuePiece::Text(rest)] if home == "HOME" && rest.starts_with('/') => {
            format!("~{rest}")
        }
        _ => return Err("CircleCI puts no variables into the paths of save_cache"),
    };
    if path.contains("<<") || path.contains("{{") {
        return Err("CircleCI takes `<<` and `{{` for its own there");
    }
    Ok(path)
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let root = yaml::tree(file)?;
    let mut found = FoundSettings::of(Some(Platform::Linux));
    visit(&root, &mut found);
    Ok(found.done())
}

fn visit(node: &Node, found: &mut FoundSettings) {
    for NamedNode { name, node, .. } in node.entries() {
        match (name.as_str(), &node.kind) {
            ("environment", NodeKind::Map(entries)) => {
                for entry in entries {
                    let value = yaml::text(&entry.node).filter(|text| !text.contains("<<"));
                    found.variable(&entry.name, value.map(TemplateValue::text), yaml::at(entry.place));
                }
            }
            ("run", NodeKind::Scalar { text, .. }) => run(text, |line| yaml::line_of(node, line), found),
            ("run", NodeKind::Map(_)) => {
                if let Some(command) = node.get("command")
                    && let Some(text) = command.text()
                {
                    run(text, |line| yaml::line_of(command, line), found);
                }
                for entry in node.get("environment").map(Node::entries).into_iter().flatten() {
                    found.remark(format!("it sets {} for one step alone", entry.name), yaml::at(entry.place));
                }
            }
            _ => visit(node, found),
        }
    }
    node.list().for_each(|one| visit(one, found));
}

/// What a step adds to BASH_ENV, which each later step begins with; what it exports itself ends with it.
fn run(script: &str, at: impl Fn(usize) -> LineColumn, found: &mut FoundSettings) {
    if !script.contains("BASH_ENV") {
        return;
    }
    // Both are files to which a script adds lines, and the reader knows the other one. `\<<` is how CircleCI takes `<<`.
    let known = script.replace("BASH_ENV", "GITHUB_PATH").replace("\\<<", "<<");
    let places = ScriptShell::Bash.places(&known);
    let lines: Vec<_> = places.iter().filter(|place| place.by == Setter::GithubPath).collect();
    let text: String = lines.iter().map(|place| line_of_script(&place.value) + "\n").collect();
    let at = |line: usize| at(lines.get(line.saturating_sub(1)).map_or(1, |place| place.line));
    job_script::exports(&text, at, found);
}

/// A line as bash would find it there. A variable that the step itself put in is as good as one that is put in later.
fn line_of_script(line: &ScriptText) -> String {
    let piece = |piece: &ScriptPiece| match piece {
        ScriptPiece::Literal(text) => text.clone(),
        ScriptPiece::Variable { name, .. } => format!("${{{name}}}"),
        ScriptPiece::Unknown(_) | ScriptPiece::Expression { .. } => "$(only a run tells)".to_owned(),
    };
    let line: String = line.0.iter().map(piece).collect();
    // Whether PATH has it already, only a run tells; it has it then.
    match line.split_once("]] || ") {
        Some((guard, rest)) if guard.starts_with("[[ \":$PATH:\" ") => rest.to_owned(),
        _ => line,
    }
}
