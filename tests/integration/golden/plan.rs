//! `plan` and `apply`: the plan as text and JSON, the matrix, and the lines for shells.

use super::{
    Case, Hostile,
    accepted::accept_of,
    reports, seam,
    values::{HOSTILE, HOSTILE_NAME, long_line},
};
use goenv_ci::{
    goenv::version::GoRequest,
    plan::{Giver, Gobin, JobOptions, Override, Overrides, PathEntry, Plan, Shell, matrix, plan, view::Detail},
    platform::{Platform, env::EnvBlock, facts::Facts},
};

fn windows() -> Facts {
    Facts {
        runner: "windows-2022".to_owned(),
        label: "windows-2022".to_owned(),
        platform: Platform::Windows,
        arch: "X64".to_owned(),
        image: "windows-2022".to_owned(),
        repository: "org/app".to_owned(),
        temp: Some(r"D:\a\_temp".to_owned()),
        temp_emptied: Some("the runner empties when a job begins and when it ends".to_owned()),
        workspace: Some(r"D:\a\app".to_owned()),
        checkout: r"D:\a\app\app".to_owned(),
        path: (0..14).map(|at| format!(r"C:\tools\{at}\bin")).collect(),
        expands: false,
        preinstalled: vec!["1.22.10".to_owned(), "1.23.4".to_owned()],
        env: EnvBlock::from_pairs(Platform::Windows, [("GOBIN", r"C:\Users\runneradmin\bin"), ("GOFLAGS", "-mod=mod")]),
        assumptions: vec!["GITHUB_REPOSITORY is not set, so `org/app` stands for it".to_owned()],
    }
}

fn linux(home: &str) -> Facts {
    Facts {
        runner: "current".to_owned(),
        label: "self-hosted".to_owned(),
        platform: Platform::Linux,
        temp: Some(format!("{home}/tmp")),
        temp_emptied: None,
        workspace: Some(format!("{home}/work")),
        checkout: format!("{home}/work/app"),
        path: vec!["/usr/bin".to_owned()],
        expands: false,
        preinstalled: Vec::new(),
        env: EnvBlock::from_pairs(Platform::Linux, [("PATH", "/usr/bin")]),
        assumptions: Vec::new(),
        ..windows()
    }
}

fn flag(value: &str) -> Option<Override> {
    Some(Override::new(value, Giver::Flag))
}

fn versions() -> Vec<GoRequest> {
    ["1.21", "1.22", "1.23"].map(|text| text.parse().unwrap()).into()
}

fn planned(facts: &Facts, overrides: &Overrides) -> Plan {
    plan(facts, overrides, &versions()).unwrap()
}

fn sharded() -> Plan {
    let runners = ["windows-2022".to_owned(), "ubuntu-24.04".to_owned()];
    let versions: Vec<String> = versions().iter().map(ToString::to_string).collect();
    let wanted = JobOptions { runners: &runners, versions: &versions, cells: 300, shards: Some(24) };
    Plan { matrix: matrix(&wanted).unwrap(), ..planned(&windows(), &Overrides::default()) }
}

fn hostile() -> Plan {
    let mut plan = Plan { drives: super::values::hostile().drives, ..planned(&windows(), &Overrides::default()) };
    plan.runner = HOSTILE.to_owned();
    plan.path_order = vec![PathEntry { entry: HOSTILE.to_owned(), origin: HOSTILE.to_owned() }];
    plan.path_order.push(PathEntry { entry: long_line(), origin: long_line() });
    plan.assignments[0].reason = HOSTILE.to_owned();
    plan.matrix.include[0].os = HOSTILE_NAME.to_owned();
    plan.warnings = [HOSTILE.to_owned(), long_line()].map(Into::into).into();
    plan.assumptions = vec![HOSTILE.to_owned()];
    plan
}

fn case(name: &'static str, plan: &Plan) -> Case {
    Case::new("plan", name, |view| seam::plan(plan, Detail::Brief, view)).with("matrix.json", seam::plan_matrix(plan))
}

fn shells(name: &'static str, plan: &Plan) -> Case {
    let all = [(Shell::Bash, "bash"), (Shell::Pwsh, "pwsh"), (Shell::Cmd, "cmd"), (Shell::Fish, "fish")];
    let outputs = all.map(|(shell, ending)| (format!("{ending}.txt"), seam::shell_lines(plan, shell)));
    Case { command: "apply-shell", name, outputs: outputs.into(), hostile: None }
}

pub(super) fn cases() -> Vec<Case> {
    let standard = Overrides::default();
    let odd = |value: &str| Overrides { gopath: flag(value), ..Overrides::default() };
    let chosen = Overrides {
        gocache: flag(r"E:\cache"),
        gopath: flag(r"D:\a\app\app\.go"),
        gobin: Gobin::At(Override::new(r"E:\bin", Giver::Flag)),
    };
    let unset = Overrides { gobin: Gobin::Unset(Giver::Flag), ..Overrides::default() };
    let mut with_drives = planned(&windows(), &standard);
    with_drives.drives = reports::passing().drives;
    let line = long_line();
    let exact = Hostile::exact(&[
        ("/runner", HOSTILE),
        ("/variables/0/reason", HOSTILE),
        ("/path_order/0/entry", HOSTILE),
        ("/path_order/1/origin", &line),
        ("/matrix/include/0/os", HOSTILE_NAME),
        ("/warnings/1", &line),
        ("/notes/0", HOSTILE),
        ("/drives/places/0/path", HOSTILE),
    ]);
    let hostile = hostile();
    vec![
        case("windows", &planned(&windows(), &standard)),
        case("linux", &planned(&linux("/home/u"), &standard)),
        case("chosen", &planned(&windows(), &chosen)),
        case("unset", &planned(&windows(), &unset)),
        case("sharded", &sharded()),
        case("drives", &with_drives),
        Case::new("plan", "verbose", |view| seam::plan(&planned(&windows(), &standard), Detail::Verbose, view)),
        Case::hostile("plan", "hostile", exact, |view| seam::plan(&hostile, Detail::Verbose, view)),
        shells("windows", &planned(&windows(), &standard)),
        shells("windows-odd", &planned(&windows(), &odd("D:\\it's 100% $HOME `x` & ^ \u{2019} 漢字"))),
        shells("windows-unset", &planned(&windows(), &unset)),
        shells("linux", &planned(&linux("/home/u"), &standard)),
        shells("linux-odd", &planned(&linux("/home/u"), &odd("/it's 100% $HOME `x` & ^ \\ \u{2019} 漢字"))),
    ]
}

#[test]
fn every_format_is_as_accepted() {
    accept_of(&["plan", "apply-shell"]);
}
