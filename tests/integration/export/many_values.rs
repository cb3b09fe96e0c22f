//! All odd directories that a format holds, in one template, so that a reader is started once for them.

use super::hostile_values::{directories, template};
use goenv_ci::{
    export::{ExportFormat, ExportTemplate, TemplateValue, TemplateVariable},
    platform::Platform,
    ports::registry::Scope,
};
use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// `V0`, `V1` and so on, with directories of Linux; each is on PATH too.
pub fn all_of(format: &ExportFormat) -> ExportTemplate {
    all_for(format, Platform::Linux)
}

/// With directories of another system.
pub fn all_for(format: &ExportFormat, platform: Platform) -> ExportTemplate {
    let held = |dir: &String| (format.write)(&template(platform, Scope::User, dir)).is_ok();
    // One directory stands on PATH once.
    let mut dirs: Vec<String> = directories(platform).into_iter().filter(|dir| !dir.contains("//")).collect();
    let mut seen = HashSet::new();
    dirs.retain(|dir| seen.insert(dir.clone()) && held(dir));
    let values: Vec<TemplateValue> = dirs.iter().map(|dir| TemplateValue::planned(platform, dir)).collect();
    let variable = |(number, value): (usize, &TemplateValue)| TemplateVariable {
        name: format!("V{number}"),
        value: value.clone(),
        reason: "standard: `a`, 'b', \"c\" and ${D}".to_owned(),
    };
    ExportTemplate {
        variables: values.iter().enumerate().map(variable).collect(),
        path: values,
        ..template(platform, Scope::User, "/x")
    }
}

/// The one file of a format, in a directory.
pub fn write(format: &ExportFormat, template: &ExportTemplate, dir: &Path) {
    let files = (format.write)(template).unwrap();
    fs::create_dir_all(dir).unwrap();
    fs::write(dir.join(&files[0].name), &files[0].bytes).unwrap();
}

/// A program in an environment that has nothing but a home and PATH.
pub fn program(name: &str, home: &Path) -> Command {
    let mut command = Command::new(name);
    command.env_clear().env("HOME", home).env("PATH", "/usr/bin:/bin").current_dir(home).stdin(Stdio::null());
    command
}

/// What `env -0` prints.
pub fn environment(command: &mut Command) -> BTreeMap<String, String> {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.split('\0').filter_map(|line| line.split_once('=')).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
}

/// That an environment has what a template says, with the entries in front of PATH, each once.
pub fn assert_holds(environment: &BTreeMap<String, String>, template: &ExportTemplate, what: &str) {
    let home = environment.get("HOME").cloned().unwrap_or_default();
    let filled = |value: &TemplateValue| value.written(str::to_owned, |_| home.clone());
    for one in &template.variables {
        assert_eq!(environment.get(&one.name), Some(&filled(&one.value)), "{what}: {}", one.name);
    }
    let path = environment.get("PATH").cloned().unwrap_or_default();
    let wanted: Vec<String> = template.path.iter().map(filled).collect();
    let entries: Vec<&str> = path.split(':').collect();
    for (number, entry) in wanted.iter().enumerate() {
        assert_eq!(entries.get(number), Some(&entry.as_str()), "{what}: PATH is {path}");
        assert_eq!(entries.iter().filter(|one| **one == entry).count(), 1, "{what}: `{entry}` in {path}");
    }
    assert!(entries.contains(&"/usr/bin"), "{what}: PATH is {path}");
}

/// What `plan` says for the same flags, as a template.
pub fn planned(goenv: &mut assert_cmd::Command, flags: &[&str]) -> ExportTemplate {
    let output = goenv.args(["plan", "--runner", "current", "--format", "json"]).args(flags).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let texts = |key: &str| json[key].as_array().unwrap_or_else(|| panic!("{json}")).clone();
    let variable = |one: &serde_json::Value| TemplateVariable {
        name: one["name"].as_str().unwrap().to_owned(),
        value: TemplateValue::text(one["value"].as_str().unwrap()),
        reason: String::new(),
    };
    ExportTemplate {
        variables: texts("variables").iter().map(variable).collect(),
        path: texts("path").iter().map(|dir| TemplateValue::text(dir.as_str().unwrap())).collect(),
        ..template(Platform::Linux, Scope::User, "/x")
    }
}
