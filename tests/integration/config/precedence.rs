//! Flag before variable before file before default, for each value, and where it was said.

use super::{Repository, setting};
use crate::support::assert_snapshot;

const FILE: &str = "values:
  gocache: E:\\file\\cache
  gopath: E:\\file\\go
  gobin: E:\\file\\bin
go: ['1.20']
plan:
  runner: [windows-2025]
  shards: 3
";

/// Name, variable, what is said by flag, variable and file, where in the file, and the default.
const SETTINGS: [(&str, &str, &str, &str, &str, &str, &str); 6] = [
    ("gocache", "GOENV_CI_GOCACHE", r"E:\flag", r"E:\variable", r"E:\file\cache", "2:12", ""),
    ("gopath", "GOENV_CI_GOPATH", r"E:\flag", r"E:\variable", r"E:\file\go", "3:11", ""),
    ("gobin", "GOENV_CI_GOBIN", r"E:\flag", r"E:\variable", r"E:\file\bin", "4:10", ""),
    ("go", "GOENV_CI_GO_VERSIONS", "1.24", "1.23.1", "1.20", "5:6", "1.21,1.22,1.23"),
    ("runner", "GOENV_CI_RUNNER", "windows-2022", "windows-2022,mine", "windows-2025", "7:12", "windows-2022"),
    ("shards", "GOENV_CI_SHARDS", "5", "4", "3", "8:11", ""),
];

#[test]
fn each_value_is_the_flags_then_the_variables_then_the_files_then_the_default() {
    let repository = Repository::new(FILE);
    let told = |value: &str, source: &str, at: &str| (value.to_owned(), source.to_owned(), at.to_owned());
    let pair = |name: &str, value: &str| format!("--{name}={value}");
    let of_file = repository.planned(&[], &[]);
    let of_default = repository.planned(&[], &["--no-config"]);
    let variables = SETTINGS.map(|(_, variable, _, value, ..)| (variable, value));
    let of_variables = repository.planned(&variables, &[]);
    let flags = SETTINGS.map(|(name, _, value, ..)| pair(name, value));
    let flags = flags.each_ref().map(String::as_str);
    let of_flags = repository.planned(&variables, &flags);
    let empty = SETTINGS.map(|(_, variable, ..)| (variable, ""));
    let of_empty = repository.planned(&empty, &[]);
    for (name, _, flag, variable, file, at, default) in SETTINGS {
        let at = format!(".github/goenv-ci.yml:{at}");
        assert_eq!(setting(&of_flags, name), told(flag, "flag", ""));
        assert_eq!(setting(&of_variables, name), told(variable, "variable", ""));
        assert_eq!(setting(&of_file, name), told(file, "file", &at));
        assert_eq!(setting(&of_empty, name), told(file, "file", &at), "an empty variable is as none");
        assert_eq!(setting(&of_default, name), told(default, "default", ""));
    }
    for (name, index) in [("gocache", 0), ("gopath", 1), ("gobin", 2)] {
        let variable = |plan: &serde_json::Value| {
            let one = &plan["variables"][index];
            (one["value"].as_str().unwrap().to_owned(), one["source"].as_str().unwrap().to_owned())
        };
        let (value, source, _) = setting(&of_file, name);
        assert_eq!(variable(&of_file), (value, source));
        assert_eq!(variable(&of_flags), (r"E:\flag".to_owned(), "flag".to_owned()));
        assert_eq!(variable(&of_default).1, "default");
    }
    assert_eq!((&of_file["config"], &of_default["config"]), (&".github/goenv-ci.yml".into(), &serde_json::Value::Null));
}

#[test]
fn the_plan_says_where_each_value_came_from() {
    let repository = Repository::new(FILE);
    let shown = |args: &[&str]| {
        let mut command = repository.goenv();
        command.env("GOENV_CI_GOPATH", r"E:\variable").args(["plan", "--repository", "org/app"]).args(args);
        String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
    };
    assert_snapshot("config/plan.txt", &shown(&["--go", "1.22"]));
    assert_snapshot("config/plan.json", &shown(&["--go", "1.22", "--format", "json"]));
    let unset = Repository::new("values: { gobin: none }\n");
    let shown = unset.goenv().args(["plan", "--repository", "org/app"]).assert().success().get_output().stdout.clone();
    assert_snapshot("config/gobin-none.txt", &String::from_utf8(shown).unwrap());
}

#[test]
fn which_file_counts_is_said_by_flag_or_variable_and_else_by_the_working_directory() {
    let repository = Repository::new("go: ['1.20']\n");
    repository.write("app/ci/own.yml", b"go: ['1.24']\n");
    let go = |dir: &str, variables: &[(&str, &str)], args: &[&str]| {
        let mut command = repository.goenv();
        command.current_dir(repository.path(dir)).args(["plan", "--format", "github-matrix"]).args(args);
        let output = command.envs(variables.iter().copied()).assert().success().get_output().stdout.clone();
        let matrix: serde_json::Value = serde_json::from_slice(&output).unwrap();
        let jobs = matrix["include"].as_array().unwrap();
        jobs.iter().map(|job| job["go"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(",")
    };
    const NONE: &str = "1.21,1.22,1.23";
    let workspace = repository.text("app");
    let elsewhere = repository.text("home");
    let absolute = repository.text("app/ci/own.yml");
    for (dir, variables, args, want) in [
        ("app", &[][..], &[][..], "1.20"),
        ("app/sub/deep", &[], &[], "1.20"),
        ("home", &[], &[], NONE),
        ("home", &[("GITHUB_WORKSPACE", workspace.as_str())], &[], "1.20"),
        ("app/sub", &[("GITHUB_WORKSPACE", workspace.as_str())], &[], "1.20"),
        ("app", &[("GITHUB_WORKSPACE", elsewhere.as_str())], &[], NONE),
        ("app", &[], &["--config", "ci/own.yml"], "1.24"),
        ("home", &[], &["--config", absolute.as_str()], "1.24"),
        ("app/sub", &[("GOENV_CI_CONFIG", "../ci/own.yml")], &[], "1.24"),
        ("app", &[("GOENV_CI_CONFIG", "")], &[], "1.20"),
        ("app", &[("GOENV_CI_CONFIG", "none")], &[], NONE),
        ("app", &[("GOENV_CI_CONFIG", "none")], &["--config", "ci/own.yml"], "1.24"),
        ("app", &[("GOENV_CI_CONFIG", "ci/own.yml")], &["--no-config"], NONE),
        ("app", &[], &["--config", "none"], NONE),
    ] {
        assert_eq!(go(dir, variables, args), want, "{dir} {variables:?} {args:?}");
    }
    let two = repository.goenv().args(["plan", "--config", "ci/own.yml", "--no-config"]).assert();
    two.code(2);
}

#[cfg(unix)]
#[test]
fn apply_verify_and_doctor_take_it_too() {
    let repository = Repository::new("");
    let cache = repository.text("elsewhere/cache");
    let config = format!(
        "values: {{ gocache: {cache}, gobin: none }}\ngo: ['1.20.7']\ndoctor: {{ check: [gobin-not-on-path] }}\n"
    );
    repository.write("app/.github/goenv-ci.yml", config.as_bytes());
    let output = |args: &[&str]| {
        let output = repository.goenv().args(args).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, lines, _) = output(&["apply", "--shell", "bash"]);
    assert!(code == Some(0) && lines.contains(&format!("GOCACHE='{cache}'")) && !lines.contains("GOBIN="), "{lines}");
    assert!(repository.path("elsewhere/cache").is_dir());
    let (_, lines, _) = output(&["apply", "--shell", "bash", "--gocache", &repository.text("other")]);
    assert!(!lines.contains(&cache), "{lines}");
    let (code, _, error) = output(&["verify", "--probe", "gobin/"]);
    assert!(code == Some(3) && error.contains("Go 1.20.7 is nowhere"), "{error}");
    let (_, _, error) = output(&["doctor"]);
    assert!(error.contains("only the checks that .github/goenv-ci.yml:3:19 names: gobin-not-on-path"), "{error}");
    for args in [&["doctor", "--check", "gopath-in-goroot"][..], &["doctor", "--quiet"], &["doctor", "--no-config"]] {
        assert!(!output(args).2.contains("only the checks"), "{args:?}");
    }
}
