//! Makes a plan from facts and options: no file, process or environment is touched.
//! The rules for a single value are in `value`, the runner's PATH rule in `path`,
//! the order of steps in `order`.

use crate::{
    drives::drive::Drives,
    goenv::{
        Known,
        user_dirs::{default_gocache, default_gopath, home, home_variable},
        variable::GoVar,
        version::GoRequest,
    },
    plan::{
        Assignment, CommandFile, FileLines, Giver, Gobin, Job, Matrix, Override, Overrides, Plan, PlanError,
        ValueOrigin, Warning, order, path,
        value::{self, checked, given},
    },
    platform::{Platform, facts::Facts},
};

/// The Go versions where none are asked for, as they are typed.
pub const DEFAULT_VERSIONS: &str = "1.21,1.22,1.23";

/// Plans one runner: `GOCACHE = temp/go-cache`, `GOPATH = workspace/go`,
/// `GOBIN = GOPATH/bin`, and GOBIN first on PATH, unless overridden. Where
/// there is no runner, Go's own defaults stand for the first two.
///
/// # Errors
/// A value that Go or the runner would not take as it is meant, or that Go has
/// no default for, a GOPATH that is the checkout itself, or a PATH that
/// Windows would not take.
pub fn plan(facts: &Facts, overrides: &Overrides, versions: &[GoRequest]) -> Result<Plan, PlanError> {
    let platform = facts.platform;
    let (gocache, gocache_origin) = match (&overrides.gocache, &facts.temp) {
        (Some(wanted), _) => asked(facts, GoVar::Gocache, wanted)?,
        (None, Some(temp)) => {
            (standard(platform.join(temp, "go-cache"), "RUNNER_TEMP and `go-cache`"), ValueOrigin::Runner)
        }
        (None, None) => (default_cache(facts)?, ValueOrigin::GoDefault),
    };
    let (gopath, gopath_origin) = match (&overrides.gopath, &facts.workspace) {
        (Some(wanted), _) => asked(facts, GoVar::Gopath, wanted)?,
        (None, Some(workspace)) => (
            standard(platform.join(workspace, "go"), "RUNNER_WORKSPACE and `go`, beside the checkout"),
            ValueOrigin::Runner,
        ),
        (None, None) => (default_path(facts)?, ValueOrigin::GoDefault),
    };
    checked(facts, GoVar::Gocache, &gocache.0, gocache_origin.clone())?;
    checked(facts, GoVar::Gopath, &gopath.0, gopath_origin.clone())?;
    refuse_checkout(facts, &gopath.0, gopath_origin.clone())?;

    let standard_bin = platform.join(&gopath.0, "bin");
    let (gobin, programs) = match &overrides.gobin {
        Gobin::Standard => (Some(standard(standard_bin.clone(), "GOPATH and `bin`")), standard_bin),
        Gobin::At(wanted) => {
            let given = given(facts, GoVar::Gobin, wanted)?;
            (Some(given.clone()), given.0)
        }
        Gobin::Unset(giver) => (emptied(facts, giver), standard_bin),
    };
    if let Some((text, _)) = gobin.as_ref().filter(|(text, _)| !text.is_empty()) {
        checked(facts, GoVar::Gobin, text, gopath_origin)?;
    }

    let assignment = |variable, (value, reason): (String, String)| Assignment {
        variable,
        value,
        reason,
        giver: overrides.giver(variable),
    };
    let mut assignments = vec![assignment(GoVar::Gocache, gocache), assignment(GoVar::Gopath, gopath)];
    assignments.extend(gobin.map(|pair| assignment(GoVar::Gobin, pair)));
    let job = |go: &GoRequest| Job { go: go.to_string(), os: facts.label.clone(), shard: None, name: None };
    let matrix = Matrix { include: versions.iter().map(job).collect(), cells: None };
    let mut directories: Vec<String> = Vec::new();
    for dir in assignments.iter().map(|a| &a.value).chain([&programs]) {
        if !dir.is_empty() && !directories.contains(dir) {
            directories.push(dir.clone());
        }
    }
    let path_order = path::order(facts, std::slice::from_ref(&programs));
    path::refuse_too_long(&path_order, platform)?;
    let too_late = order::too_late(facts);
    let mut warnings = warnings(facts, overrides, &assignments, versions);
    warnings.extend(too_late.clone().map(Warning::from));
    Ok(Plan {
        schema_version: 1,
        runner: facts.runner.clone(),
        platform,
        files: files(&assignments, &programs, &matrix),
        path_order,
        path: vec![programs],
        directories,
        matrix,
        warnings,
        too_late,
        assumptions: facts.assumptions.clone(),
        drives: Drives::default(),
        config: None,
        settings: Vec::new(),
        assignments,
    })
}

/// A value that was asked for, with its reason and its origin.
fn asked(facts: &Facts, variable: GoVar, wanted: &Override) -> Result<((String, String), ValueOrigin), PlanError> {
    Ok((given(facts, variable, wanted)?, ValueOrigin::Given(wanted.giver.clone())))
}

fn standard(value: String, from: &str) -> (String, String) {
    (value, format!("standard: {from}"))
}

/// What `go env GOCACHE` prints where nothing is set. By the newest rules, which refuse a relative XDG_CACHE_HOME.
fn default_cache(facts: &Facts) -> Result<(String, String), PlanError> {
    let variable = GoVar::Gocache;
    let dir = default_gocache(&Known::newest_version(), &facts.env).map_err(|why| {
        let setting = match facts.platform {
            Platform::Windows => "LOCALAPPDATA",
            _ if facts.env.get_filled("XDG_CACHE_HOME").is_some() => "XDG_CACHE_HOME",
            _ => "HOME",
        };
        PlanError::NoDefault { variable, why: why.to_owned(), setting }
    })?;
    Ok(standard(dir, "Go's own default, `go-build` in the user's cache directory"))
}

/// What `go env GOPATH` prints where nothing is set.
fn default_path(facts: &Facts) -> Result<(String, String), PlanError> {
    let dir = default_gopath(&facts.env);
    if dir.is_empty() {
        let setting = home_variable(facts.platform);
        let why = match home(&facts.env) {
            None => format!("{setting} is not set"),
            Some(_) => format!("`go` in {setting} is GOROOT"),
        };
        return Err(PlanError::NoDefault { variable: GoVar::Gopath, why, setting });
    }
    Ok(standard(dir, "Go's own default, `go` in the home directory"))
}

/// A GITHUB_ENV line cannot unset a variable; an empty value is what Go reads as unset.
fn emptied(facts: &Facts, giver: &Giver) -> Option<(String, String)> {
    let held = facts.env.get_filled(GoVar::Gobin.name())?;
    let asked = match giver {
        Giver::Flag | Giver::Default => "--gobin none".to_owned(),
        Giver::Variable | Giver::File { .. } => format!("`none`, given {}", giver.way(GoVar::Gobin.input())),
    };
    Some((String::new(), format!("{asked}: emptied, because the environment holds `{held}`")))
}

fn refuse_checkout(facts: &Facts, gopath: &str, origin: ValueOrigin) -> Result<(), PlanError> {
    if facts.platform.same_path(gopath, &facts.checkout) {
        let around = facts.workspace.as_deref().or_else(|| home(&facts.env)).unwrap_or_default();
        return Err(PlanError::GopathIsCheckout {
            gopath: gopath.to_owned(),
            repository: facts.repository.clone(),
            elsewhere: facts.platform.join(around, "gopath"),
            origin,
        });
    }
    Ok(())
}

fn files(assignments: &[Assignment], programs: &str, matrix: &Matrix) -> Vec<FileLines> {
    let env = assignments.iter().map(|a| format!("{}={}", a.variable.name(), a.value)).collect();
    let value = |variable: GoVar| {
        let planned = assignments.iter().find(|a| a.variable == variable && !a.value.is_empty());
        planned.map_or(programs, |a| a.value.as_str())
    };
    let mut output: Vec<String> =
        GoVar::ALL.iter().map(|variable| format!("{}={}", variable.input(), value(*variable))).collect();
    output.push(format!("matrix={}", matrix.to_line()));
    vec![
        FileLines { file: CommandFile::Env, lines: env },
        FileLines { file: CommandFile::Path, lines: vec![programs.to_owned()] },
        FileLines { file: CommandFile::Output, lines: output },
    ]
}

fn warnings(facts: &Facts, overrides: &Overrides, assignments: &[Assignment], versions: &[GoRequest]) -> Vec<Warning> {
    let platform = facts.platform;
    let mut warnings = Vec::new();
    let filled = || assignments.iter().filter(|a| !a.value.is_empty());
    for a in filled() {
        let name = a.variable.name();
        if platform.is_within(&a.value, &facts.checkout) {
            let checkout = &facts.checkout;
            warnings.push(format!("{name} lies inside the checkout `{checkout}`: `go list ./...`, `git status` and hashFiles will see what Go puts there").into());
        }
        let emptied = facts.temp.as_ref().zip(facts.temp_emptied.as_ref());
        if let Some((temp, who)) = emptied.filter(|(temp, _)| platform.is_within(&a.value, temp)) {
            warnings.push(Warning {
                text: format!(
                    "{name} lies in `{temp}`, which {who}: it starts cold in each job unless a cache step restores it"
                ),
                by_default: a.variable == GoVar::Gocache && overrides.gocache.is_none(),
            });
        }
        if platform == Platform::Windows && a.value.chars().count() > value::DEEP_WINDOWS {
            let length = a.value.chars().count();
            warnings.push(format!("{name} is {length} characters long: what Go puts below it may pass 260, which programs without long-path support cannot open").into());
        }
    }
    if !matches!(overrides.gobin, Gobin::Unset(_)) {
        warnings.push(Warning {
            text: "with GOBIN set, `go install` refuses cross-compiled programs (GOOS or GOARCH of another machine); `--gobin none` leaves it unset and puts the bin folder of GOPATH on PATH".to_owned(),
            by_default: overrides.gobin == Gobin::Standard,
        });
    }
    let absent: Vec<String> = versions
        .iter()
        .filter(|wanted| **wanted != GoRequest::Path)
        .filter(|wanted| !facts.preinstalled.iter().any(|have| have.parse().is_ok_and(|have| wanted.accepts(&have))))
        .map(ToString::to_string)
        .collect();
    if !facts.preinstalled.is_empty() && !absent.is_empty() {
        let by_default = absent.iter().all(|version| DEFAULT_VERSIONS.split(',').any(|one| one == version));
        let (have, absent) = (facts.preinstalled.join(", "), absent.join(", "));
        let text = format!(
            "this image brings Go {have}, so Go {absent} is downloaded in every job that verifies it (`--install`)"
        );
        warnings.push(Warning { text, by_default });
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Rule;
    use crate::platform::{Platform, env::EnvBlock};

    fn flag(value: &str) -> Option<Override> {
        Some(Override::new(value, Giver::Flag))
    }

    fn windows(repository: &str) -> Facts {
        let name = repository.split('/').next_back().unwrap();
        Facts {
            runner: "windows-2022".into(),
            label: "windows-2022".into(),
            platform: Platform::Windows,
            arch: "X64".into(),
            image: "win22".into(),
            repository: repository.into(),
            temp: Some(r"D:\a\_temp".into()),
            temp_emptied: Some("the runner empties".into()),
            workspace: Some(format!(r"D:\a\{name}")),
            checkout: format!(r"D:\a\{name}\{name}"),
            path: vec![r"C:\Windows\system32".into()],
            preinstalled: vec!["1.24.13".into()],
            env: EnvBlock::new(Platform::Windows),
            expands: false,
            assumptions: Vec::new(),
        }
    }

    fn linux() -> Facts {
        Facts {
            runner: "ubuntu-24.04".into(),
            platform: Platform::Linux,
            temp: Some("/w/_temp".into()),
            workspace: Some("/w/app".into()),
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
        let overrides = Overrides { gocache: flag(value), ..Overrides::default() };
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

    fn laptop(platform: Platform, current_dir: &str, env: &[(&str, &str)]) -> Facts {
        Facts {
            runner: "current".into(),
            platform,
            temp: None,
            temp_emptied: None,
            workspace: None,
            checkout: current_dir.into(),
            env: EnvBlock::from_pairs(platform, env.iter().copied()),
            ..windows("org/app")
        }
    }

    #[test]
    fn without_a_runner_the_values_are_gos_own_defaults() {
        let values = |facts: &Facts| {
            let plan = plan(facts, &Overrides::default(), &versions()).unwrap();
            assert_eq!(plan.path, [plan.value(GoVar::Gobin).unwrap()]);
            assert!(plan.assignments.iter().take(2).all(|one| one.reason.contains("Go's own default")));
            GoVar::ALL.map(|variable| plan.value(variable).unwrap().to_owned())
        };
        use Platform::{Linux, Macos, Windows};
        let home = ("HOME", "/home/u");
        for (facts, expected) in [
            (laptop(Linux, "/src/app", &[home]), ["/home/u/.cache/go-build", "/home/u/go", "/home/u/go/bin"]),
            (
                laptop(Linux, "/src/app", &[home, ("XDG_CACHE_HOME", "/c")]),
                ["/c/go-build", "/home/u/go", "/home/u/go/bin"],
            ),
            (laptop(Macos, "/src/app", &[home]), ["/home/u/Library/Caches/go-build", "/home/u/go", "/home/u/go/bin"]),
            (
                laptop(
                    Windows,
                    r"C:\app",
                    &[("USERPROFILE", r"C:\Users\u"), ("LOCALAPPDATA", r"C:\Users\u\AppData\Local")],
                ),
                [r"C:\Users\u\AppData\Local\go-build", r"C:\Users\u\go", r"C:\Users\u\go\bin"],
            ),
        ] {
            assert_eq!(values(&facts), expected);
        }
    }

    #[test]
    fn where_go_has_no_default_the_variable_that_is_missing_is_named() {
        use Platform::{Linux, Windows};
        let error = |facts: &Facts, overrides: &Overrides| plan(facts, overrides, &versions()).unwrap_err();
        let standard = Overrides::default();
        let cache = Overrides { gocache: flag("/c"), ..Overrides::default() };
        for (facts, overrides, says, setting) in [
            (laptop(Linux, "/src/app", &[]), &standard, "neither XDG_CACHE_HOME nor HOME is set", "HOME"),
            (laptop(Linux, "/src/app", &[]), &cache, "GOPATH has no standard value: HOME is not set", "HOME"),
            (
                laptop(Linux, "/a", &[("XDG_CACHE_HOME", "c"), ("HOME", "/h")]),
                &standard,
                "is relative",
                "XDG_CACHE_HOME",
            ),
            (laptop(Linux, "/a", &[("HOME", "/h"), ("GOROOT", "/h/go")]), &standard, "is GOROOT", "HOME"),
            (
                laptop(Windows, r"C:\a", &[("USERPROFILE", r"C:\u")]),
                &standard,
                "LocalAppData is not set",
                "LOCALAPPDATA",
            ),
        ] {
            let error = error(&facts, overrides);
            assert!(error.to_string().contains(says), "{error}");
            assert!(error.help().starts_with(&format!("set {setting} to ")), "{}", error.help());
        }
        let both = Overrides { gocache: flag("/c"), gopath: flag("/p"), ..Overrides::default() };
        assert!(plan(&laptop(Linux, "/a", &[]), &both, &versions()).is_ok(), "nothing is missing then");
        assert!(matches!(
            error(&laptop(Linux, "/a", &[("HOME", "h")]), &standard),
            PlanError::BadValue { rule: Rule::Relative, origin: ValueOrigin::GoDefault, .. }
        ));
    }

    #[test]
    fn a_repository_in_the_default_gopath_is_refused_with_the_way_out() {
        let facts = laptop(Platform::Linux, "/home/u/go", &[("HOME", "/home/u")]);
        let error = plan(&facts, &Overrides::default(), &versions()).unwrap_err();
        assert!(matches!(error, PlanError::GopathIsCheckout { .. }), "{error}");
        assert!(error.help().contains("--gopath /home/u/gopath"), "{}", error.help());
    }

    #[test]
    fn a_repository_called_go_is_refused_with_the_way_out() {
        for name in ["org/go", "org/Go"] {
            let error = plan(&windows(name), &Overrides::default(), &versions()).unwrap_err();
            assert!(error.help().contains("--gopath D:\\a\\"), "{}", error.help());
        }
        let away = Overrides { gopath: flag(r"D:\a\go\gopath"), ..Overrides::default() };
        assert!(plan(&windows("org/go"), &away, &versions()).is_ok());
    }

    #[test]
    fn without_gobin_the_bin_folder_of_gopath_goes_on_path() {
        let none = Overrides { gobin: Gobin::Unset(Giver::Flag), ..Overrides::default() };
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
        let inside = Overrides { gopath: flag("/w/app/app/go"), ..Overrides::default() };
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

    #[test]
    fn what_the_file_of_a_repository_says_leads_neither_into_it_nor_to_a_share() {
        let told = |facts: &Facts, overrides: &Overrides| match plan(facts, overrides, &versions()) {
            Err(PlanError::BadValue { rule, .. }) => Some(rule),
            other => other.map(|_| None).unwrap(),
        };
        let rule = |facts: &Facts, value: &str, giver: Giver| {
            told(facts, &Overrides { gobin: Gobin::At(Override::new(value, giver)), ..Overrides::default() })
        };
        let file = || Giver::File { at: "f.yml:1:1".into() };
        for (facts, value, want) in [
            (windows("org/app"), r"D:\a\app\app\bin", Some(Rule::InRepository)),
            (windows("org/app"), r"d:/A/app/APP", Some(Rule::InRepository)),
            (windows("org/app"), r"D:\a\x\..\app\app", Some(Rule::Climbs)),
            (windows("org/app"), r"D:\a\x\.. \app\app", Some(Rule::Climbs)),
            (windows("org/app"), r"\\host\share\bin", Some(Rule::Share)),
            (windows("org/app"), r"\\?\D:\a\app\app\bin", Some(Rule::Share)),
            (windows("org/app"), "//host/share/bin", Some(Rule::Share)),
            (windows("org/app"), r"D:\a\app\app2", None),
            (windows("org/app"), r"E:\bin", None),
            (linux(), "/w/app/app/bin", Some(Rule::InRepository)),
            (linux(), "/w/app//./app/bin/", Some(Rule::InRepository)),
            (linux(), "/w/x/../app/app", Some(Rule::Climbs)),
            (linux(), "/w/app/bin", None),
            (linux(), "/opt/a..b/...", None),
        ] {
            assert_eq!(rule(&facts, value, file()), want, "{value}");
            assert_eq!(rule(&facts, value, Giver::Flag), None, "{value}: a flag may");
            assert_eq!(rule(&facts, value, Giver::Variable), None, "{value}: the workflow may");
        }
        let around = |checkout: &str, gocache: Option<&str>, gopath: Option<&str>| {
            let facts = Facts { checkout: checkout.into(), ..linux() };
            let of_file = |dir: Option<&str>| dir.map(|dir| Override::new(dir, file()));
            told(&facts, &Overrides { gocache: of_file(gocache), gopath: of_file(gopath), ..Overrides::default() })
        };
        for (checkout, gocache, gopath, want) in [
            ("/w/bin/bin", None, Some("/w/bin"), Some(Rule::InRepository)),
            ("/w/pkg/pkg", None, Some("/w/pkg"), Some(Rule::InRepository)),
            ("/w/pkg/mod", None, Some("/w"), Some(Rule::InRepository)),
            ("/w/00/00", Some("/w/00"), None, Some(Rule::InRepository)),
            ("/g/src/org/app", None, Some("/g"), None),
            ("/w/app/app", Some("/w/cache"), Some("/w/app/go"), None),
        ] {
            assert_eq!(around(checkout, gocache, gopath), want, "{checkout} {gocache:?} {gopath:?}");
        }
    }
}
