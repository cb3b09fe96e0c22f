use super::*;
use crate::plan::Rule;
use crate::platform::{Platform, env::EnvBlock};

fn windows(repository: &str) -> Facts {
    let name = repository.split('/').next_back().unwrap();
    Facts {
        runner: "windows-2022".into(),
        label: "windows-2022".into(),
        platform: Platform::Windows,
        arch: "X64".into(),
        image: "win22".into(),
        repository: repository.into(),
        temp: r"D:\a\_temp".into(),
        temp_emptied: Some("the runner empties".into()),
        workspace: format!(r"D:\a\{name}"),
        checkout: format!(r"D:\a\{name}\{name}"),
        path: vec![r"C:\Windows\system32".into()],
        preinstalled: vec!["1.24.13".into()],
        env: EnvBlock::new(Platform::Windows),
        assumptions: Vec::new(),
    }
}

fn linux() -> Facts {
    Facts {
        runner: "ubuntu-24.04".into(),
        platform: Platform::Linux,
        temp: "/w/_temp".into(),
        workspace: "/w/app".into(),
        checkout: "/w/app/app".into(),
        path: vec!["/usr/bin".into()],
        env: EnvBlock::new(Platform::Linux),
        ..windows("org/app")
    }
}

fn versions() -> Vec<GoRequest> {
    ["1.21", "1.22", "1.23"].map(|v| v.parse().unwrap()).to_vec()
}

fn rule_for(facts: &Facts, value: &str) -> Option<Rule> {
    let overrides = Overrides { gocache: Some(value.to_owned()), ..Overrides::default() };
    match plan(facts, &overrides, &versions()) {
        Ok(_) => None,
        Err(PlanError::BadValue { rule, .. }) => Some(rule),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_windows_plan_is_made_on_any_machine() {
    let plan = plan(&windows("org/app"), &Overrides::default(), &versions()).unwrap();
    assert_eq!(plan.value(GoVar::Gocache), Some(r"D:\a\_temp\go-cache"));
    assert_eq!(plan.value(GoVar::Gopath), Some(r"D:\a\app\go"));
    assert_eq!(plan.value(GoVar::Gobin), Some(r"D:\a\app\go\bin"));
    assert_eq!(plan.path_order[0].entry, r"D:\a\app\go\bin");
    assert_eq!(plan.files[0].lines[0], r"GOCACHE=D:\a\_temp\go-cache");
}

#[test]
fn each_bad_value_is_refused_by_its_own_rule() {
    for (value, rule) in [
        ("D:\\x\nGOFLAGS=-x", Rule::ControlCharacter),
        ("D:\\x\r", Rule::ControlCharacter),
        ("D:\\x\0", Rule::ControlCharacter),
        ("cache", Rule::Relative),
        (r"\cache", Rule::Relative),
        ("D:cache", Rule::Relative),
        ("~/cache", Rule::Tilde),
        (r#""D:\cache""#, Rule::Quoted),
        ("/d/a/cache", Rule::UnixOnWindows),
        (r"D:\a;E:\b", Rule::List),
        (r"D:\a ", Rule::OuterBlank),
        (r"%USERPROFILE%\go", Rule::Unexpanded),
        ("off", Rule::Relative),
    ] {
        assert_eq!(rule_for(&windows("org/app"), value), Some(rule), "{value:?}");
    }
    for (value, rule) in [
        (r"D:\x", Rule::WindowsOnUnix),
        ("/a:/b", Rule::List),
        ("$HOME/go", Rule::Unexpanded),
        ("go", Rule::Relative),
        ("\u{7}/x", Rule::ControlCharacter),
    ] {
        assert_eq!(rule_for(&linux(), value), Some(rule), "{value:?}");
    }
    assert_eq!(rule_for(&windows("org/app"), &format!(r"D:\{}", "x".repeat(40_000))), Some(Rule::TooLong));
    assert_eq!(rule_for(&linux(), &format!("/{}", "x".repeat(256))), Some(Rule::TooLong));
}

#[test]
fn odd_but_legal_values_are_taken_as_they_are() {
    for value in [r"D:\a b\c", "D:/x", r"\\host\share\x", r"D:\100%^!&=", r"\\?\D:\x", r"D:\缓存"] {
        assert_eq!(rule_for(&windows("org/app"), value), None, "{value}");
    }
    assert_eq!(rule_for(&linux(), r"/a b/é\x"), None);
}

#[test]
fn a_repository_called_go_is_refused_with_the_way_out() {
    for name in ["org/go", "org/Go"] {
        let error = plan(&windows(name), &Overrides::default(), &versions()).unwrap_err();
        assert!(error.help().contains("--gopath D:\\a\\"), "{}", error.help());
    }
    let away = Overrides { gopath: Some(r"D:\a\go\gopath".into()), ..Overrides::default() };
    assert!(plan(&windows("org/go"), &away, &versions()).is_ok());
}

#[test]
fn without_gobin_the_bin_folder_of_gopath_goes_on_path() {
    let none = Overrides { gobin: Gobin::Unset, ..Overrides::default() };
    let unset = plan(&linux(), &none, &versions()).unwrap();
    assert_eq!(unset.value(GoVar::Gobin), None);
    assert_eq!(unset.path, ["/w/app/go/bin"]);
    assert!(!unset.warnings.iter().any(|w| w.text.contains("cross-compiled")));
    assert!(!unset.files[0].lines.iter().any(|line| line.starts_with("GOBIN")));

    let mut facts = linux();
    facts.env.set("GOBIN", "/elsewhere");
    let emptied = plan(&facts, &none, &versions()).unwrap();
    assert!(emptied.files[0].lines.contains(&"GOBIN=".to_owned()), "GITHUB_ENV cannot unset, only empty");
}

#[test]
fn what_may_surprise_is_said() {
    let inside = Overrides { gopath: Some("/w/app/app/go".into()), ..Overrides::default() };
    let warnings = plan(&linux(), &inside, &versions()).unwrap().warnings;
    let warnings: String = warnings.iter().map(|warning| format!("{}\n", warning.text)).collect();
    for part in ["GOPATH lies inside the checkout", "the runner empties", "cross-compiled", "1.24.13"] {
        assert!(warnings.contains(part), "{part} in {warnings}");
    }
}

#[test]
fn a_path_that_begins_with_our_entry_is_not_lengthened() {
    let mut facts = linux();
    facts.path.insert(0, "/w/app/go/bin".into());
    let plan = plan(&facts, &Overrides::default(), &versions()).unwrap();
    assert_eq!(plan.path_order.len(), 2);
}

#[test]
fn a_path_that_windows_starts_no_program_with_is_refused() {
    let facts = Facts { path: vec![r"C:\tools".into(); 3_700], ..windows("org/app") };
    let error = plan(&facts, &Overrides::default(), &versions()).unwrap_err();
    assert!(matches!(error, PlanError::PathTooLong { characters: 33_000.. }), "{error}");
    assert!(error.to_string().contains("32766"), "{error}");
    let short = Facts { path: vec![r"C:\tools".into(); 3_000], ..windows("org/app") };
    assert!(plan(&short, &Overrides::default(), &versions()).is_ok());
    let linux = Facts { path: vec!["/usr/bin".into(); 5_000], ..linux() };
    assert!(plan(&linux, &Overrides::default(), &versions()).is_ok());
}
