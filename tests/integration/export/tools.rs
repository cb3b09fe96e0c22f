//! `vscode`, `devcontainer`, `dockerfile` and `compose`, read by what reads them: VS Code's parser, the dev containers'
//! CLI, BuildKit's parser, compose-go. `scripts/lab.sh readers` installs them.

use super::hostile_values::directories;
use crate::support::{Runner, lab, write_program};
use goenv_ci::{
    export::{ExportTemplate, TemplateValue, TemplateVariable, format},
    platform::Platform,
    ports::registry::Scope,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

type Variables = BTreeMap<String, String>;

/// The directory of a reader, where it is installed.
fn reader(name: &str) -> Option<PathBuf> {
    let there = lab::lab().join(name);
    if there.exists() {
        return Some(fs::canonicalize(there).unwrap());
    }
    lab::skip("no readers of other programs' formats: run `bash scripts/lab.sh readers`");
    None
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn variables(json: &Value) -> Variables {
    serde_json::from_value(json.clone()).unwrap()
}

/// Odd directories, each as a variable, as far as a format takes them; the first ones are on PATH, too.
fn odd(name: &str, platform: Platform) -> (ExportTemplate, Variables) {
    let format = format(name, None).unwrap();
    let template = |dirs: &[String]| ExportTemplate {
        runner: "current".to_owned(),
        platform,
        scope: Scope::User,
        variables: dirs
            .iter()
            .enumerate()
            .map(|(number, dir)| TemplateVariable {
                name: format!("V{number}"),
                value: TemplateValue::text(dir),
                reason: "standard: \"a\" \\ `b` 'c' */ # // \\".to_owned(),
            })
            .collect(),
        path: dirs.iter().take(40).map(|dir| TemplateValue::text(dir)).collect(),
        go: vec!["1.23".to_owned()],
    };
    let mut dirs = directories(platform);
    dirs.retain(|dir| (format.write)(&template(std::slice::from_ref(dir))).is_ok());
    assert!(dirs.len() > 200, "{name} takes {}", dirs.len());
    let values = dirs.iter().enumerate().map(|(number, dir)| (format!("V{number}"), dir.clone())).collect();
    (template(&dirs), values)
}

fn written(name: &str, template: &ExportTemplate, to: &Path) -> PathBuf {
    let file = (format(name, None).unwrap().write)(template).unwrap().remove(0);
    let path = to.join(&file.name);
    fs::create_dir_all(to).unwrap();
    fs::write(&path, &file.bytes).unwrap();
    path
}

fn in_front(template: &ExportTemplate, separator: &str) -> String {
    let mut path: Vec<_> = template.path.iter().map(|entry| entry.as_text().unwrap()).collect();
    path.push("/usr/bin");
    path.join(separator)
}

const FLAGS: [&str; 8] =
    ["--go", "1.23", "--gocache", "/srv/a $b'c\\d/cache", "--gopath", "/srv/go", "--gobin", "/srv/é{{x}}/bin"];

/// A format from the binary, and the plan of the same flags: its variables, and the PATH that begins with its entries.
fn exported(runner: &Runner, name: &str, file: &str) -> (PathBuf, Variables, String) {
    let out = runner.path(file);
    fs::create_dir_all(out.parent().unwrap()).unwrap();
    runner.goenv().args(["export", name, "--out", out.to_str().unwrap()]).args(FLAGS).assert().success();
    let plan = runner.goenv().args(["plan", "--runner", "current", "--format", "json"]).args(FLAGS).output().unwrap();
    let plan: Value = serde_json::from_slice(&plan.stdout).unwrap();
    let each = plan["variables"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let variables: Variables = each.map(|one| (text(&one["name"]), text(&one["value"]))).collect();
    assert_eq!(variables.len(), 3, "{plan}");
    let mut path: Vec<_> = plan["path"].as_array().unwrap().iter().map(text).collect();
    path.push("/usr/bin".to_owned());
    (out, variables, path.join(":"))
}

#[test]
fn buildkit_expands_a_dockerfile_to_what_was_planned() {
    let Some(containers) = reader("bin/containers") else { return };
    let runner = Runner::new();
    let (file, mut planned, path) = exported(&runner, "dockerfile", "Dockerfile");
    let (template, mut values) = odd("dockerfile", Platform::Linux);
    let odd = written("dockerfile", &template, &runner.path("odd"));
    let read = output(Command::new(containers).arg(file).arg(odd));
    let read: Vec<Variables> =
        read.lines().map(|line| variables(&serde_json::from_str::<Value>(line).unwrap()["env"])).collect();
    planned.insert("PATH".to_owned(), path);
    values.insert("PATH".to_owned(), in_front(&template, ":"));
    assert_eq!(read, [planned, values]);
}

#[test]
fn docker_compose_reads_what_was_planned_and_keeps_the_caches() {
    let Some(containers) = reader("bin/containers") else { return };
    let runner = Runner::new();
    let (file, planned, _) = exported(&runner, "compose", "compose.yaml");
    let (template, values) = odd("compose", Platform::Linux);
    let odd = written("compose", &template, &runner.path("odd"));
    let read = output(Command::new(containers).arg(file).arg(odd));
    let read: Vec<Value> = read.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let volumes = json!({ "go-build": planned["GOCACHE"], "go-mod": format!("{}/pkg/mod", planned["GOPATH"]) });
    assert_eq!(read[0]["volumes"], volumes);
    assert_eq!((variables(&read[0]["env"]), variables(&read[1]["env"])), (planned, values));
}

/// What the CLI says of a file, for a container that has its `containerEnv` and a PATH.
fn dev_container(cli: &Path, file: &Path) -> (Variables, Variables) {
    let configuration = |given: &Variables| {
        let env: Vec<String> = given.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let container = json!([{
            "Id": "abc", "Created": "2026-01-01T00:00:00Z", "Name": "one",
            "State": { "Status": "running", "StartedAt": "2026-01-01T00:00:00Z", "FinishedAt": "" },
            "Config": { "Image": "golang:1.23", "User": "", "Env": env, "Labels": {} },
            "Mounts": [], "NetworkSettings": { "Ports": {} },
        }]);
        let docker = file.with_file_name("docker");
        fs::write(file.with_file_name("inspect.json"), container.to_string()).unwrap();
        write_program(&docker, "#!/bin/sh\ncase $1 in inspect) cat \"${0%/*}/inspect.json\" ;; *) echo 27.0 ;; esac\n");
        let read = output(
            Command::new("node")
                .arg(cli)
                .args(["read-configuration", "--container-id", "abc", "--workspace-folder"])
                .arg(file.parent().unwrap())
                .arg("--config")
                .arg(file)
                .arg("--docker-path")
                .arg(docker),
        );
        let read: Value = serde_json::from_str(&read).unwrap();
        let part = |name: &str| read["configuration"].get(name).map(variables).unwrap_or_default();
        assert!(read["configuration"]["image"].as_str().is_some_and(|image| image.starts_with("golang:1.")), "{read}");
        (part("containerEnv"), part("remoteEnv"))
    };
    let (mut container, _) = configuration(&Variables::new());
    container.insert("PATH".to_owned(), "/usr/bin".to_owned());
    configuration(&container)
}

#[test]
fn the_dev_containers_cli_reads_what_was_planned() {
    let Some(cli) = reader("readers/tools/node_modules/@devcontainers/cli/devcontainer.js") else { return };
    let runner = Runner::new();
    let (file, planned, path) = exported(&runner, "devcontainer", "one/.devcontainer/devcontainer.json");
    let in_front_of = |path: String| Variables::from([("PATH".to_owned(), path)]);
    assert_eq!(dev_container(&cli, &file), (planned, in_front_of(path)));
    let (template, values) = odd("devcontainer", Platform::Linux);
    let odd = written("devcontainer", &template, &runner.path("two/.devcontainer"));
    assert_eq!(dev_container(&cli, &odd), (values, in_front_of(in_front(&template, ":"))));

    let out = runner.path("three/.devcontainer/devcontainer.json");
    fs::create_dir_all(out.parent().unwrap()).unwrap();
    let flags = ["--gocache", "/c", "--gopath", "/my go", "--gobin", "$GOPATH/bin", "--out", out.to_str().unwrap()];
    runner.goenv().args(["export", "devcontainer"]).args(flags).assert().success();
    let (own, remote) = dev_container(&cli, &out);
    let pairs =
        |pairs: [(&str, &str); 2]| Variables::from(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(own, pairs([("GOCACHE", "/c"), ("GOPATH", "/my go")]));
    assert_eq!(remote, pairs([("GOBIN", "/my go/bin"), ("PATH", "/my go/bin:/usr/bin")]));
    let refused = runner.goenv().args(["export", "devcontainer", "--gocache", "$HOME/c"]).assert().code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("HOME is neither's"));
}

#[test]
fn vs_codes_parser_reads_what_was_planned() {
    let Some(script) = reader("readers/tools/settings.mjs") else { return };
    let settings = |file: &Path| -> Value {
        let given = ["PATH=/usr/bin", r"USERPROFILE=C:\Users\me"];
        serde_json::from_str(&output(Command::new("node").arg(&script).arg(file).args(given))).unwrap()
    };
    let runner = Runner::new();
    let (file, mut planned, path) = exported(&runner, "vscode", "settings.json");
    let read = settings(&file);
    assert_eq!(variables(&read["go.toolsEnvVars"]), planned);
    assert_eq!(read["go.gopath"], planned["GOPATH"].as_str());
    planned.insert("PATH".to_owned(), path);
    assert_eq!(variables(&read["terminal.integrated.env.linux"]), planned);

    for (platform, key, separator) in [
        (Platform::Linux, "terminal.integrated.env.linux", ":"),
        (Platform::Macos, "terminal.integrated.env.osx", ":"),
        (Platform::Windows, "terminal.integrated.env.windows", ";"),
    ] {
        let (template, mut values) = odd("vscode", platform);
        let read = settings(&written("vscode", &template, &runner.path(key)));
        assert_eq!(variables(&read["go.toolsEnvVars"]), values, "{key}");
        values.insert("PATH".to_owned(), in_front(&template, separator));
        assert_eq!(variables(&read[key]), values, "{key}");
    }
    let out = runner.text("windows.json");
    let flags = ["--runner", "windows-2022", "--gopath", r"%USERPROFILE%\go", "--gocache", r"D:\c", "--out", &out];
    runner.goenv().args(["export", "vscode"]).args(flags).assert().success();
    assert_eq!(settings(Path::new(&out))["go.toolsEnvVars"]["GOPATH"], r"C:\Users\me\go");
}
