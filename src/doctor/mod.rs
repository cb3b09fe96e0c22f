//! What is wrong with Go's environment: checks, each a function from what was
//! examined to what is wrong with it, and the fixes. What is true comes from `explain`.

pub mod check;
pub mod checks;
pub(crate) mod context;
mod elsewhere;
pub mod event_log;
pub mod finding;
pub mod log;
#[cfg(test)]
mod machines;
mod path_change;
mod profile_change;
mod remedy;
pub mod trial;
pub mod view;

pub use check::Check;
use checks::SILENT;
pub use checks::{checks, meant, unfixed};
pub use context::{Context, WindowsFacts};
pub use view::page;

use crate::doctor::{check::Hit, finding::Finding, path_change::PathChange};

/// Runs the checks that are selected (all, where `ids` is empty); the worst findings first.
#[must_use]
pub fn examine(context: &Context<'_>, ids: &[String]) -> Vec<Finding> {
    let selected: Vec<&Check> =
        checks().filter(|check| ids.is_empty() || ids.iter().any(|id| id == check.id)).collect();
    let mut hits: Vec<(&Check, Hit)> =
        selected.iter().copied().flat_map(|check| check.hits(context).map(move |hit| (check, hit))).collect();
    // Of what lies on a mount that does not answer nothing is known, and nothing there can be fixed.
    let silent = context.host.silent();
    hits.retain(|(check, hit)| check.id == SILENT || !silent.iter().any(|dir| hit.concerns(dir)));
    if !silent.is_empty() && selected.iter().any(|check| check.id == SILENT) {
        hits.retain(|(check, _)| check.id != SILENT);
        // Asked again: the other checks have touched more than it had.
        hits.extend(
            selected
                .iter()
                .filter(|check| check.id == SILENT)
                .flat_map(|check| check.hits(context).map(move |hit| (*check, hit))),
        );
    }
    hits.sort_by_key(|(check, hit)| hit.severity_of(check));
    let wanted = PathChange::all(hits.iter().filter_map(|(_, hit)| hit.path_change()));
    let path = wanted.command(context);
    hits.into_iter().map(|(check, hit)| check.finding(hit, path.as_deref(), context.platform())).collect()
}

#[cfg(test)]
mod tests {
    //! Checks of what only Windows has, and of drives that no machine can be counted on to have: on a machine
    //! in memory. What every Unix machine can have is tried for real in tests/integration/doctor.

    use super::*;
    use crate::{
        doctor::{
            event_log::RefusedWrite,
            machines::{GOROOT, TestMachine},
        },
        ports::registry::{Data, Persisted},
    };

    #[test]
    fn a_sound_windows_machine_has_no_finding() {
        assert_eq!(TestMachine::sound().findings(), []);
    }

    type Break = fn(&mut TestMachine);

    /// Id, what brings it about, and a word that its evidence holds.
    const CASES: &[(&str, Break, &str)] = &[
        ("name-twice", |m| m.block.push(("PATH".into(), r"C:\other".into())), r"PATH=C:\other"),
        ("windows-variable-missing", |m| m.block.retain(|(name, _)| name != "LOCALAPPDATA"), "LOCALAPPDATA"),
        ("windows-variable-missing", |m| m.block.retain(|(name, _)| name != "SystemRoot"), "SystemRoot"),
        ("long-paths-off", |m| m.windows.long_paths = Some(0), "LongPathsEnabled=0"),
        ("controlled-folder-access", |m| m.windows.folder_access = Some(1), "EnableControlledFolderAccess"),
        ("controlled-folder-access", |m| m.windows.folder_access = Some(2), "EnableControlledFolderAccess"),
        (
            "controlled-folder-access",
            |m| {
                m.windows.folder_access = Some(1);
                m.windows.refused_writes = Err("access is denied".into());
            },
            "cannot be read: access is denied",
        ),
        (
            "controlled-folder-access",
            |m| m.windows.refused_writes = Ok(vec![refused(r"c:\users\r\GO\bin\tool.exe", r"C:\Users\r\Documents\x")]),
            r"1 events in Defender's log concern Go, the latest 1123 at 2026-10-02T08:15:30Z: `c:\users\r\GO\bin\tool.exe`",
        ),
        (
            "registry-wrong-type",
            |m| m.machine.push(Persisted { name: "GOBIN".into(), data: Data::WrongType("REG_MULTI_SZ".into()) }),
            "Session Manager",
        ),
        ("cache-on-network", |m| m.set("GOCACHE", r"\\server\share\cache"), r"\\server\share"),
        ("cache-on-network", |m| m.file_system = "CIFS", "file system cifs"),
        ("cache-drive-nearly-full", |m| m.free_bytes = (1 << 30) - 1, r"drive `C:\`"),
        ("cache-synchronised", |m| m.set("GOCACHE", r"C:\Users\r\OneDrive - Firm\go-build"), "OneDrive - Firm"),
        ("path-of-another-world", |m| m.set("GOPATH", "/mnt/c/Users/r/go"), "/mnt/c/Users/r/go"),
        ("gopath-is-goroot", |m| m.set("GOPATH", GOROOT), GOROOT),
        ("gobin-not-on-path", |m| m.set("GOBIN", r"D:\tools"), r"D:\tools"),
        (
            "path-too-long",
            |m| m.set("Path", &format!(r"{GOROOT}\bin;{}", r"C:\Windows;".repeat(3_000))),
            "33046 characters",
        ),
    ];

    #[test]
    fn each_check_of_windows_fires_where_something_is_wrong() {
        for (id, bring_about, word) in CASES {
            let mut machine = TestMachine::sound();
            bring_about(&mut machine);
            let findings = machine.findings();
            let found: Vec<_> = findings.iter().filter(|one| one.id == *id).collect();
            assert!(!found.is_empty(), "{id}: {findings:#?}");
            assert!(found.iter().any(|one| one.evidence.contains(word)), "{id}, {word}: {found:#?}");
        }
    }

    fn refused(program: &str, path: &str) -> RefusedWrite {
        let time = "2026-10-02T08:15:30Z".to_owned();
        RefusedWrite { refused: true, time, program: program.to_owned(), path: path.to_owned() }
    }

    #[test]
    fn what_defender_refused_to_other_programs_is_none_of_ours() {
        let mut machine = TestMachine::sound();
        machine.windows.refused_writes = Ok(vec![refused(r"C:\Games\play.exe", r"C:\Users\r\Documents\save")]);
        assert_eq!(machine.findings(), []);
    }

    #[test]
    fn a_fix_of_windows_is_one_of_its_own_shells() {
        let mut machine = TestMachine::sound();
        machine.set("GOBIN", "tools");
        let findings = machine.findings();
        let fix = |id: &str| findings.iter().find(|one| one.id == id).and_then(|one| one.fix.clone()).unwrap().command;
        assert!(fix("gobin-relative").contains("$env:GOBIN") || fix("gobin-relative").contains("Env:GOBIN"));
    }

    fn command_of(machine: &TestMachine, id: &str) -> String {
        let findings = machine.findings();
        let found = findings.iter().find(|one| one.id == id).and_then(|one| one.fix.clone());
        found.unwrap_or_else(|| panic!("{id}: {findings:#?}")).command
    }

    #[test]
    fn a_value_of_the_registry_goes_from_its_scope_and_from_this_shell() {
        let mut machine = TestMachine::sound();
        machine.set("GOBIN", "tools");
        machine.user.push(Persisted { name: "GOBIN".into(), data: Data::Text("tools".into()) });
        let wanted = "[Environment]::SetEnvironmentVariable('GOBIN', $null, 'User'); Remove-Item Env:GOBIN";
        assert_eq!(command_of(&machine, "gobin-relative"), wanted);
    }

    #[test]
    fn a_value_is_quoted_for_powershell() {
        let mut machine = TestMachine::sound();
        machine.set("GOBIN", r"C:\it's; C:\other");
        let command = command_of(&machine, "gobin-list");
        assert_eq!(command, r"$env:GOBIN = 'C:\it''s'");
    }

    #[test]
    fn a_line_that_stops_go_env_is_taken_out_without_go_and_without_other_line_ends() {
        const FILE: &str = r"C:\Users\r\AppData\Roaming\go\env";
        let mut machine = TestMachine::sound();
        machine.host = machine.host.file(FILE, "GOPRIVATE=corp.example\nGOROOT=C:\\nowhere\n");
        let wanted = format!(
            r"[IO.File]::WriteAllText('{FILE}', ([IO.File]::ReadAllText('{FILE}') -replace '(?m)^GOROOT=.*(\n|\z)', ''))"
        );
        assert_eq!(command_of(&machine, "goroot-missing"), wanted);
    }

    /// 0, and where nothing is set, are the answers of a machine that has nothing to report.
    #[test]
    fn what_windows_does_not_tell_is_no_finding() {
        let mut machine = TestMachine::sound();
        machine.windows = WindowsFacts::default();
        assert_eq!(machine.findings(), []);
    }
}
