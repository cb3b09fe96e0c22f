//! GitHub Actions: a workflow whose first step but the checkout writes GITHUB_ENV and GITHUB_PATH, before setup-go starts.
//! Source: GitHub, "Workflow commands" (environment files), "Contexts"; what the steps of others write is read by `script`.

use crate::{
    export::{
        format::{ANY, ExportFormat, FormatFamily},
        formats::ci::{found::FoundSettings, job_script, yaml},
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported, LineColumn},
        template::{ExportTemplate, TemplateValue, ValuePiece},
        write::{CannotHold, ExportFile},
    },
    plan::runner,
    platform::Platform,
    script::{ScriptPlace, ScriptShell, ScriptText, Setter},
    workflow::tree::Node,
};

pub(crate) const FORMAT: ExportFormat = ExportFormat {
    name: "github",
    shell: None,
    family: FormatFamily::Ci,
    title: "a whole workflow for GitHub Actions: a step in pwsh or bash that sets the variables, then setup-go, then two caches",
    cannot: "nothing that a plan can say",
    read_back: "GitHub's JSON schema, `goenv-ci lint`, actionlint and zizmor, which find nothing in it; act, which runs it; bash, which runs its step, \
        and on windows-2022 and windows-2025 pwsh",
    machine: ExportMachine::GithubWindows,
    platforms: ANY,
    carries_path: true,
    has_scopes: false,
    write,
    read,
};

const HEAD: &str = "name: Go
on:
  push: { branches: [main] }
  pull_request:

permissions: {}

concurrency:
  group: go-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}

jobs:
  go:
    name: Build and test";

/// Releases by their commits, as `uses:` has them.
const CHECKOUT: &str = "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const SETUP_GO: &str = "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e # v7.0.0";
const CACHE: &str = "27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5";

fn write(template: &ExportTemplate) -> Result<Vec<ExportFile>, CannotHold> {
    let windows = template.platform == Platform::Windows;
    let separator = if windows { "\\" } else { "/" };
    let mut lines = vec![yaml::comment(&template.title())];
    lines.extend(HEAD.lines().map(str::to_owned));
    lines.push(format!("    runs-on: {}", label(template)));
    lines.extend([
        "    timeout-minutes: 30".to_owned(),
        "    permissions:".to_owned(),
        "      contents: read # To check the repository out.".to_owned(),
        "    steps:".to_owned(),
        format!("      - uses: actions/checkout@{CHECKOUT}"),
        "        with: { persist-credentials: false }".to_owned(),
        "      - name: Set Go's directories before setup-go asks for them".to_owned(),
    ]);
    lines.push(format!("        shell: {}", if windows { "pwsh" } else { "bash" }));
    let script = if windows { pwsh(template) } else { bash(template) };
    for variable in &template.variables {
        let reason = format!("{}: {}", variable.name, variable.reason);
        lines.push(format!("        {}", yaml::comment(&reason)));
    }
    lines.push(format!("        run: {}", yaml::block(&script, 10)));
    let go = template.go.first().map_or("stable", String::as_str);
    lines.extend([
        format!("      - uses: actions/setup-go@{}", SETUP_GO),
        "        id: go".to_owned(),
        format!("        with: {{ go-version: {}, cache: false }}", yaml::scalar(go)),
    ]);
    let has = |name: &str| template.variables.iter().any(|one| one.name == name);
    if has("GOPATH") {
        let path = format!("${{{{ env.GOPATH }}}}{separator}pkg{separator}mod");
        lines.extend(cache("modules", &path, "go-mod-${{ runner.os }}-"));
    }
    if has("GOCACHE") {
        let key = "go-build-${{ runner.os }}-${{ runner.arch }}-${{ steps.go.outputs.go-version }}-";
        lines.extend(cache("what is compiled", "${{ env.GOCACHE }}", key));
    }
    lines.extend(["      - run: go build ./...".to_owned(), "      - run: go test ./...".to_owned()]);
    Ok(vec![ExportFile::utf8("go.yml", lines.join("\n") + "\n")])
}

/// The runner that was planned for, or the usual one of its system.
fn label(template: &ExportTemplate) -> String {
    if runner::known().any(|known| known == template.runner) {
        return template.runner.clone();
    }
    match template.platform {
        Platform::Windows => "windows-2022",
        Platform::Linux => "ubuntu-24.04",
        Platform::Macos => "macos-15",
    }
    .to_owned()
}

fn cache(what: &str, path: &str, prefix: &str) -> Vec<String> {
    vec![
        format!("      - name: Keep {what}"),
        format!("        uses: actions/cache@{}", CACHE),
        "        with:".to_owned(),
        format!("          path: {path}"),
        format!("          key: {prefix}${{{{ hashFiles('**/go.sum') }}}}"),
        format!("          restore-keys: {prefix}"),
    ]
}

/// A value that does not count yet in this step is written out for PATH.
fn bash(template: &ExportTemplate) -> Vec<String> {
    let set = template.variables.iter().map(|one| format!("{}={}", one.name, job_script::bash_quoted(&one.value)));
    // The last line leads.
    let entries = template.path.iter().rev().map(job_script::bash_quoted);
    [printed(set.collect(), "GITHUB_ENV"), printed(entries.collect(), "GITHUB_PATH")].concat()
}

/// A line of a file of the runner for each text.
fn printed(texts: Vec<String>, file: &str) -> Vec<String> {
    let words: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    match words.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("printf '%s\\n' {one} >> \"${file}\"")],
        [first @ .., last] => {
            let mut lines = vec!["printf '%s\\n' \\".to_owned()];
            lines.extend(first.iter().map(|word| format!("  {word} \\")));
            lines.push(format!("  {last} >> \"${file}\""));
            lines
        }
    }
}

fn pwsh(template: &ExportTemplate) -> Vec<String> {
    let set =
        template.variables.iter().map(|one| format!("\"{}={}\" >> $env:GITHUB_ENV", one.name, pwsh_quoted(&one.value)));
    let path = template.path.iter().rev().map(|entry| format!("\"{}\" >> $env:GITHUB_PATH", pwsh_quoted(entry)));
    set.chain(path).collect()
}

/// A text between double quotes of PowerShell, for which the curly ones are as good. `${{` is kept from GitHub.
fn pwsh_quoted(value: &TemplateValue) -> String {
    let mut word = String::new();
    for (number, piece) in value.pieces.iter().enumerate() {
        match piece {
            ValuePiece::Variable(name) => {
                let plain = name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
                let goes_on = match value.pieces.get(number + 1) {
                    Some(ValuePiece::Text(text)) => text.starts_with(|c: char| c != '\\'),
                    Some(ValuePiece::Variable(_)) | None => false,
                };
                word.push_str(&if plain && !goes_on { format!("$env:{name}") } else { format!("${{env:{name}}}") });
            }
            ValuePiece::Text(text) => {
                let mut before = None;
                for c in text.chars() {
                    let is_mark = matches!(c, '"' | '`' | '$' | '\u{201c}' | '\u{201d}' | '\u{201e}');
                    if is_mark || (before == Some('$') && c == '{') {
                        word.push('`');
                    }
                    word.push(c);
                    before = Some(c);
                }
            }
        }
    }
    word
}

fn read(file: &FileToImport<'_>) -> Result<Imported, ImportFault> {
    let root = yaml::tree(file)?;
    let mut found = FoundSettings::default();
    environment(root.get("env"), &mut found);
    let around = default_shell(&root);
    for job in root.get("jobs").map(Node::entries).into_iter().flatten() {
        environment(job.node.get("env"), &mut found);
        let windows = labels(job.node.get("runs-on")).any(|label| label.to_ascii_lowercase().contains("windows"));
        let usual = if windows { "pwsh" } else { "bash" };
        if windows {
            found.platform(Platform::Windows);
        }
        let shell = default_shell(&job.node).or(around).unwrap_or(usual);
        steps(job.node.get("steps"), shell, &mut found);
    }
    // A composite action, or a list of steps alone.
    steps(root.get("runs").and_then(|runs| runs.get("steps")), "bash", &mut found);
    steps(root.get("steps"), around.unwrap_or("bash"), &mut found);
    if root.list().len() > 0 {
        steps(Some(&root), "bash", &mut found);
    }
    Ok(found.done())
}

fn default_shell(node: &Node) -> Option<&str> {
    node.get("defaults")?.get("run")?.get("shell")?.text()
}

fn labels(node: Option<&Node>) -> impl Iterator<Item = &str> {
    let list = node.and_then(|node| node.get("labels")).or(node);
    list.into_iter().flat_map(|node| node.text().into_iter().chain(node.list().filter_map(Node::text)))
}

/// What an `env:` sets for a job or a workflow.
fn environment(map: Option<&Node>, found: &mut FoundSettings) {
    for entry in map.map(Node::entries).into_iter().flatten() {
        let value = yaml::text(&entry.node).and_then(|text| job_script::value(&ScriptText::of_expressions(text)));
        found.variable(&entry.name, value, yaml::at(entry.place));
    }
}

fn steps(list: Option<&Node>, usual: &str, found: &mut FoundSettings) {
    let mut entries = Vec::new();
    for step in list.map(Node::list).into_iter().flatten() {
        for entry in step.get("env").map(Node::entries).into_iter().flatten() {
            if entry.name.starts_with("GO") || entry.name == "PATH" {
                found.remark(format!("it sets {} for one step alone", entry.name), yaml::at(entry.place));
            }
        }
        let Some((run, script)) = step.get("run").and_then(|run| Some((run, run.text()?))) else { continue };
        let shell = ScriptShell::of(step.get("shell").and_then(Node::text).unwrap_or(usual));
        for place in shell.into_iter().flat_map(|shell| shell.places(script)) {
            written(&place, yaml::line_of(run, place.line), &mut entries, found);
        }
    }
    // The last line leads.
    entries.into_iter().rev().for_each(|(entry, at)| found.entry(entry, at));
}

type PathLines = Vec<(Option<TemplateValue>, LineColumn)>;

/// What a place of a script does to later steps.
fn written(place: &ScriptPlace, at: LineColumn, entries: &mut PathLines, found: &mut FoundSettings) {
    let value = job_script::value(&place.value);
    match place.by {
        Setter::GithubPath => entries.push((value, at)),
        Setter::Command if place.name == "PATH" => entries.push((value, at)),
        Setter::GithubEnv if place.name == "PATH" => found.path(value.as_ref(), at),
        Setter::GithubEnv | Setter::Command | Setter::GoEnvW => found.variable(&place.name, value, at),
        Setter::Unseen => found.remark("it sets a variable whose name only a run could tell".to_owned(), at),
        Setter::Export if place.name.starts_with("GO") => {
            found.remark(format!("it sets {} for the rest of one step", place.name), at);
        }
        Setter::Export | Setter::GithubOutput | Setter::Source => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::{cache_step, setup_go};

    #[test]
    fn the_pinned_releases_are_what_their_comments_say() {
        let parts = |pin: &str| pin.split_once(" # ").map(|(commit, tag)| (commit.to_owned(), tag.to_owned())).unwrap();
        let (commit, tag) = parts(SETUP_GO);
        assert_eq!(setup_go::release(&commit).unwrap().tag, tag);
        let (commit, tag) = parts(CACHE);
        assert_eq!(cache_step::release(&commit).unwrap().tag, tag);
    }
}
