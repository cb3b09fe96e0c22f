//! Profiles, read by the shells that they are for, started anew with a home of their own, and by systemd's generator.

use super::many_values::{all_of, assert_holds, environment, planned, program};
use crate::support::{Runner, lab::skip};
use goenv_ci::{
    export::{ExportTemplate, TemplateValue, format},
    platform::Platform,
};
use std::{collections::BTreeMap, fs, path::Path};

/// A shell, a file in the home directory that it reads, and how it is started to read it.
const SHELLS: [(&str, &str, &str, &[&str]); 9] = [
    ("bash", "bash", ".bashrc", &["-i"]),
    ("bash", "bash", ".profile", &["--login"]),
    ("bash", "dash", ".profile", &["-l"]),
    ("zsh", "zsh", ".zshrc", &["-i"]),
    ("zsh", "zsh", ".zprofile", &["-l"]),
    ("zsh", "zsh", ".zshenv", &[]),
    ("fish", "fish", ".config/fish/config.fish", &[]),
    ("fish", "fish", ".config/fish/config.fish", &["-i"]),
    ("fish", "fish", ".config/fish/conf.d/goenv-ci.fish", &["-l"]),
];

fn is_here(program: &str) -> bool {
    let found = ["/usr/bin", "/bin"].iter().any(|dir| Path::new(dir).join(program).is_file());
    if !found {
        skip(&format!("no {program} in /usr/bin: run `bash scripts/lab.sh readers`"));
    }
    found
}

fn profile(shell: &str, template: &ExportTemplate) -> Vec<u8> {
    (format("profile", Some(shell)).unwrap().write)(template).unwrap().remove(0).bytes
}

/// The profile's lines so many times, and a shell within a shell.
fn started(program_name: &str, file: &str, arguments: &[&str], lines: &[u8], times: usize) -> BTreeMap<String, String> {
    let home = tempfile::tempdir().unwrap();
    let at = home.path().join(file);
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, lines.repeat(times)).unwrap();
    let nested = format!("exec {program_name} {} -c '/usr/bin/env -0'", arguments.join(" "));
    environment(program(program_name, home.path()).args(arguments).args(["-c", &nested]))
}

#[test]
fn every_shell_takes_every_odd_directory_however_often_it_reads_the_lines() {
    for (shell, program, file, arguments) in SHELLS.into_iter().filter(|(_, program, ..)| is_here(program)) {
        let mut template = all_of(format("profile", Some(shell)).unwrap());
        assert!(template.variables.len() > 250, "{}", template.variables.len());
        template.path.truncate(40);
        let environment = started(program, file, arguments, &profile(shell, &template), 2);
        assert_holds(&environment, &template, &format!("{program} {arguments:?} {file}"));
    }
}

#[test]
fn an_entry_that_path_has_already_comes_to_the_front_and_nothing_else_moves() {
    let home = tempfile::tempdir().unwrap();
    let dir = "/a*b [c]/go/bin";
    let mut template = all_of(format("profile", Some("bash")).unwrap());
    template.variables.clear();
    template.path = vec![TemplateValue::planned(Platform::Linux, dir)];
    for (shell, names) in [("bash", &["bash", "dash", "zsh"][..]), ("fish", &["fish"])] {
        let file = home.path().join(shell);
        fs::write(&file, profile(shell, &template)).unwrap();
        for name in names.iter().filter(|name| is_here(name)) {
            for (before, after) in [
                ("/usr/bin:/bin".to_owned(), format!("{dir}:/usr/bin:/bin")),
                (format!("{dir}:/usr/bin"), format!("{dir}:/usr/bin")),
                (format!("/usr/bin:{dir}"), format!("{dir}:/usr/bin")),
                (format!("/usr/bin:{dir}:/bin"), format!("{dir}:/usr/bin:/bin")),
                (format!("/usr/bin:{dir}x:/x{dir}"), format!("{dir}:/usr/bin:{dir}x:/x{dir}")),
            ] {
                let mut command = program(&format!("/usr/bin/{name}"), home.path());
                let script = format!(". {0}; . {0}; /usr/bin/env -0", file.display());
                let read = environment(command.env("PATH", &before).args(["-c", &script]));
                assert_eq!(read["PATH"], after, "{name}: {before}");
                assert!(!read.contains_key("goenv_ci_path"));
            }
        }
    }
}

#[test]
fn what_export_prints_is_the_plan_in_each_shell() {
    let runner = Runner::new();
    let flags = ["--gocache", "/srv/it's a cache", "--gopath", "/srv/$go"];
    let plan = planned(&mut runner.goenv(), &flags);
    assert!(plan.variables.len() >= 2 && !plan.path.is_empty());
    for (shell, program, file, arguments) in SHELLS.into_iter().filter(|(_, program, ..)| is_here(program)) {
        let output = runner.goenv().args(["export", "profile", "--shell", shell]).args(flags).output().unwrap();
        assert_holds(&started(program, file, arguments, &output.stdout, 1), &plan, &format!("{program} {file}"));
        let output = runner.goenv().args(["export", "profile", "--shell", shell]).output().unwrap();
        let environment = started(program, file, arguments, &output.stdout, 1);
        let home = &environment["HOME"];
        assert_eq!(environment["GOCACHE"], format!("{home}/.cache/go-build"), "{program} {file}");
        assert_eq!(environment["GOPATH"], format!("{home}/go"), "{program} {file}");
        assert!(environment["PATH"].starts_with(&format!("{home}/go/bin:")), "{program} {file}");
    }
}

const GENERATOR: &str = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";

/// What systemd makes of the file; it quotes values as a shell does.
fn generated(lines: &[u8]) -> BTreeMap<String, String> {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join(".config/environment.d");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("50-goenv-ci.conf"), lines).unwrap();
    let config = home.path().join(".config");
    let output = program(GENERATOR, home.path()).env("XDG_CONFIG_HOME", config).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    fs::write(home.path().join("generated"), text).unwrap();
    environment(program("bash", home.path()).args(["-c", "set -a; . ./generated; exec /usr/bin/env -0"]))
}

#[test]
fn systemd_takes_every_odd_directory_and_puts_variables_in() {
    if !Path::new(GENERATOR).is_file() {
        skip("no environment generator of systemd");
        return;
    }
    let template = all_of(format("profile", Some("environment.d")).unwrap());
    assert!(template.variables.len() > 250, "{}", template.variables.len());
    assert_holds(&generated(&profile("environment.d", &template)), &template, "systemd");
    let runner = Runner::new();
    let flags = ["--gocache", "/srv/it's a cache", "--gopath", "/srv/$go"];
    let plan = planned(&mut runner.goenv(), &flags);
    let export = ["export", "profile", "--shell", "environment.d"];
    let output = runner.goenv().args(export).args(flags).output().unwrap();
    assert_holds(&generated(&output.stdout), &plan, "systemd");
    let output = runner.goenv().args(export).output().unwrap();
    let environment = generated(&output.stdout);
    let home = &environment["HOME"];
    assert_eq!(environment["GOCACHE"], format!("{home}/.cache/go-build"));
    assert_eq!(environment["PATH"], format!("{home}/go/bin:/usr/bin:/bin"));
}
