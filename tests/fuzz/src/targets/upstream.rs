//! Files that fill an environment before a process begins. Each is read through `explain`, as a user would see it.

use crate::{
    input::Input,
    machine::Machine,
    meter::{Limit, within},
    reference::runner_pairs,
};
use goenv_ci::{
    doctor::event_log::refused_writes,
    explain::explain,
    goenv::{
        Subject,
        explanation::{Explanation, Layer},
        version::GoVersion,
    },
    platform::{Platform, env::EnvBlock},
};
use serde_json::Value;

/// Names that the second readers look at.
const NAMES: [&str; 3] = ["GOBIN", "GOFLAGS", "GOPATH"];

fn told(machine: &Machine, pairs: &[(&str, &str)], input: usize) -> Explanation {
    let env = EnvBlock::from_pairs(machine.platform, pairs.iter().copied());
    let version: GoVersion = "1.23.0".parse().unwrap();
    let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: "/w" };
    within(Limit::ANSWER, input, || explain(&subject, machine, machine))
}

/// What a layer holds of a name, with the line.
fn held(explanation: &Explanation, layer: Layer, name: &str) -> Vec<(String, usize)> {
    let shadowed = explanation.get(name).into_iter().flat_map(|one| &one.shadowed);
    shadowed
        .filter(|one| one.source == layer)
        .map(|one| {
            let at = one.at.as_deref().unwrap_or_default();
            let line = at.split_once(':').map_or("", |(_, rest)| rest).split(',').next().unwrap_or_default();
            (one.value.clone(), line.parse().unwrap_or(0))
        })
        .collect()
}

fn values(explanation: &Explanation, layer: Layer, name: &str) -> Vec<String> {
    held(explanation, layer, name).into_iter().map(|(value, _)| value).collect()
}

/// Each line that is named is in the file; YAML and JSON end lines at more than a line feed.
fn lines_exist(explanation: &Explanation, layer: Layer, text: &str) {
    let ends = text.matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count();
    for name in NAMES {
        for (_, line) in held(explanation, layer, name) {
            assert!((1..=ends + 1).contains(&line), "line {line} of {}", ends + 1);
        }
    }
}

/// JSON that names nothing twice and escapes nothing: what YAML and JSON with comments must read alike.
fn plain_json(text: &str) -> Option<Value> {
    if text.contains('\\') || text.bytes().filter(|byte| matches!(byte, b'{' | b'[')).count() > 40 {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    // serde_json keeps the last of two keys: as many come out as went in.
    let keys = |text: &str| text.matches("\":").count() + text.matches("\" :").count();
    let again = serde_json::to_string(&value).ok()?;
    (keys(text) == keys(&again) && !text.contains("\"\t:") && !text.contains("\"\n:") && !text.contains("\"\r:"))
        .then_some(value)
}

pub fn workflow(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let machine = Machine::new(Platform::Linux).file("/w/.github/workflows/a.yml", text.as_bytes());
    let explanation = told(&machine, &[], bytes.len());
    lines_exist(&explanation, Layer::Workflow, &text);
    if explanation.notes.iter().any(|note| note.contains("is passed over")) {
        return;
    }
    let Some(Value::Object(file)) = plain_json(&text) else { return };
    for name in NAMES {
        let (mut expected, mut known) = (Vec::new(), true);
        let mut add = |env: Option<&Value>| match env {
            Some(Value::Object(env)) => match env.get(name) {
                Some(Value::String(value)) => expected.push(value.clone()),
                Some(Value::Null) => expected.push(String::new()),
                // A number is read as it is written.
                Some(_) => known = false,
                None => {}
            },
            _ => {}
        };
        add(file.get("env"));
        for job in file.get("jobs").and_then(Value::as_object).into_iter().flat_map(|jobs| jobs.values()) {
            add(job.get("env"));
            job.get("steps").and_then(Value::as_array).into_iter().flatten().for_each(|step| add(step.get("env")));
        }
        let mut found = values(&explanation, Layer::Workflow, name);
        found.sort();
        expected.sort();
        assert!(!known || found == expected, "{name}: {found:?}, and JSON says {expected:?}");
    }
}

pub fn jsonc(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let machine = Machine::new(Platform::Linux).file("/w/.vscode/settings.json", text.as_bytes());
    let explanation = told(&machine, &[], bytes.len());
    lines_exist(&explanation, Layer::VsCode, &text);
    let Some(Value::Object(file)) = plain_json(&text) else { return };
    let passed_over = explanation.notes.iter().find(|note| note.contains("is passed over"));
    assert_eq!(passed_over, None, "plain JSON");
    for name in NAMES {
        let mut expected: Vec<&Value> = ["terminal.integrated.env.linux", "go.toolsEnvVars"]
            .iter()
            .filter_map(|key| file.get(*key)?.as_object()?.get(name))
            .collect();
        expected.extend(file.get("go.gopath").filter(|value| name == "GOPATH" && value.is_string()));
        if expected.iter().any(|value| value.is_number()) {
            continue;
        }
        let expected: Vec<&str> = expected.iter().filter_map(|value| value.as_str()).collect();
        assert_eq!(values(&explanation, Layer::VsCode, name), expected, "{name}");
    }
}

/// Any text at all, or a value in TOML's own quoting, which comes back as it was.
pub fn mise(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mode = input.byte() % 3;
    let value = input.text();
    let quoted: String = value
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    let text = match mode {
        0 => value.clone(),
        1 => format!("[tools]\ngo = '1.22'\n[env]\nGOBIN = \"{quoted}\"\n"),
        _ => format!("env = {{ GOBIN = {{ value = \"{quoted}\", redact = true }} }}\n"),
    };
    let machine = Machine::new(Platform::Linux).file("/w/mise.toml", text.as_bytes());
    let explanation = told(&machine, &[], bytes.len());
    lines_exist(&explanation, Layer::Mise, &text);
    if mode > 0 {
        assert_eq!(held(&explanation, Layer::Mise, "GOBIN"), [(value, if mode == 1 { 4 } else { 1 })]);
    }
}

/// Any text at all, or a plain value in a shell's own quoting. Each line that is told is there.
pub fn profiles(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mode = input.byte() % 6;
    let value = input.text();
    let plain = !value.contains(['\n', '\r', '\'']) && !value.contains('\u{feff}');
    let (path, layer, text) = match mode {
        0 => ("/w/.envrc", Layer::Envrc, value.clone()),
        1 => ("/h/.config/fish/config.fish", Layer::ShellProfile, value.clone()),
        2 => ("/h/.config/powershell/profile.ps1", Layer::ShellProfile, value.clone()),
        3 => ("/h/.bashrc", Layer::ShellProfile, format!("# mine\n  export GOBIN='{value}' # x\n")),
        4 => ("/h/.config/fish/config.fish", Layer::ShellProfile, format!("set -gx GOBIN '{value}'\n")),
        _ => ("/h/.config/powershell/profile.ps1", Layer::ShellProfile, format!("$Env:GOBIN = '{value}'\n")),
    };
    let machine = Machine::new(Platform::Linux).file(path, text.as_bytes());
    let explanation = told(&machine, &[("HOME", "/h")], bytes.len());
    // Quotes and escapes may make a value that stands nowhere as it is.
    lines_exist(&explanation, layer, &text);
    if mode > 2 && plain {
        assert_eq!(values(&explanation, layer, "GOBIN"), [value]);
    }
}

/// What waits in GITHUB_ENV, as the runner will read it.
pub fn github_env(bytes: &[u8]) {
    let machine = Machine::new(Platform::Linux).file("/e", bytes);
    let pairs = [("GITHUB_ACTIONS", "true"), ("GITHUB_ENV", "/e")];
    let explanation = told(&machine, &pairs, bytes.len());
    let Ok(Some(read)) = runner_pairs(bytes, false) else { return };
    for name in NAMES {
        let expected: Vec<&String> =
            read.iter().rfind(|(known, _)| known == name).map(|(_, value)| value).into_iter().collect();
        let found = values(&explanation, Layer::GithubEnv, name);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{name}");
    }
}

/// Any text at all, or an event with values in XML's own escapes, which come back as they were.
pub fn event_log(bytes: &[u8]) {
    const LIMIT: Limit = Limit { bytes: 1 << 20, bytes_each: 2_000, edges: 1 << 20, edges_each: 3_000 };
    let mut input = Input::new(bytes);
    if input.flag() {
        let text = String::from_utf8_lossy(input.rest());
        let events = text.matches("Event").count();
        let found = within(LIMIT, bytes.len(), || refused_writes(&text));
        assert!(found.is_err() || found.is_ok_and(|found| found.len() <= events));
        return;
    }
    let (path, program) = (input.text(), input.text());
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let xml = format!(
        "<Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>1123</EventID>\
         <TimeCreated SystemTime='2026-10-02T08:15:30Z'/></System><EventData><Data Name='Path'>{}</Data>\
         <Data Name='Process Name'>{}</Data></EventData></Event></Events>",
        escaped(&path),
        escaped(&program)
    );
    let found = within(LIMIT, xml.len(), || refused_writes(&xml));
    let in_xml = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    if !path.chars().chain(program.chars()).all(in_xml) {
        return;
    }
    let found = found.expect("well-formed");
    assert_eq!((found[0].path.as_str(), found[0].program.as_str()), (path.trim(), program.trim()));
}
