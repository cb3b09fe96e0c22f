//! Scenes: real Go fails, the fix that `doctor` prints is run word for word in a real shell of that machine, the
//! same command then succeeds, and `doctor` finds nothing new and nothing worse. Each file holds those of one subject.

mod caches;
mod clashes;
mod goenv_file;
mod gopath;
mod goroot;
mod installs;
mod path;
mod places;
mod profiles;
mod settings;
mod toolchain;
mod values;

use super::desk::{self, Desk};
use crate::support::{self, judged, lab};
use goenv_ci::doctor::{checks, unfixed};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Every scene, in the order of the table in docs/doctor.md.
const SCENES: &[&[Scene]] = &[
    goroot::SCENES,
    gopath::SCENES,
    installs::SCENES,
    caches::SCENES,
    goenv_file::SCENES,
    path::SCENES,
    profiles::SCENES,
    settings::SCENES,
    toolchain::SCENES,
    values::SCENES,
    clashes::SCENES,
    places::SCENES,
    places::ON_MOUNTS,
];

/// The table in docs/doctor.md, as the last whole run of the scenes had it.
pub const TABLE: &str = "tests/integration/snapshots/doctor/scenes.md";

/// The checks that have a scene.
pub fn tried() -> impl Iterator<Item = &'static str> {
    SCENES.iter().copied().flatten().map(|scene| scene.check)
}

/// They need a toolchain from a proxy; `super::clashes` plays them.
const OF_A_PROXY: [&str; 2] = ["sumdb-off-and-toolchain", "toolchain-is-private"];

/// The Gos of the lab.
pub const ALL: &[&str] = &["1.21", "1.22", "1.23"];

/// Scenes that run at the same time.
const AT_ONCE: usize = 4;

/// One way in which something goes wrong, and how it shows.
pub struct Scene {
    check: &'static str,
    name: &'static str,
    on: &'static [&'static str],
    break_it: fn(&mut Desk),
    harm: Harm,
}

/// What a person sees. In what is expected, `$W` is the scratch directory and `$GOROOT` that of the Go on PATH.
pub enum Harm {
    /// A command line fails and says this.
    Stops(&'static str, &'static str),
    /// A command line says this, and after the fix that.
    Prints(&'static str, &'static str, &'static str),
}

impl Scene {
    /// On every Go of the lab.
    pub const fn new(check: &'static str, name: &'static str, break_it: fn(&mut Desk), harm: Harm) -> Self {
        Self { check, name, on: ALL, break_it, harm }
    }

    /// Only on these, where others behave alike or otherwise.
    pub const fn on(self, versions: &'static [&'static str]) -> Self {
        Self { on: versions, ..self }
    }
}

/// What one scene came to on one version.
struct Run {
    scene: &'static Scene,
    version: &'static str,
    /// The fix as it was printed, paths abstracted; or what is wrong.
    fix: Result<String, String>,
}

/// A build cache for each version, which most scenes share: their machines have it in the usual place.
fn warm_cache(version: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scenes-{version}"))
}

/// A script on this machine, in a shell that knows the program under test by its name.
fn shell(desk: &Desk, script: &str) -> (bool, String) {
    let output = Command::new("/bin/bash")
        .args(["--norc", "--noprofile", "-c", &(desk.prelude() + script)])
        .current_dir(desk.path("module"))
        .env_clear()
        .envs(support::system_needs())
        .envs(&desk.env)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Each id with how bad its worst finding is.
fn ids(findings: &Value) -> BTreeMap<String, u8> {
    let mut worst = BTreeMap::new();
    for one in findings["findings"].as_array().unwrap() {
        let badness = match one["severity"].as_str().unwrap() {
            "error" => 3,
            "warning" => 2,
            _ => 1,
        };
        let known = worst.entry(one["id"].as_str().unwrap().to_owned()).or_insert(badness);
        *known = badness.max(*known);
    }
    worst
}

/// A text without what differs from machine to machine.
fn abstracted(desk: &Desk, text: &str) -> String {
    let cache = judged::tool_cache().unwrap();
    let mut text = text.replace(desk.root().to_str().unwrap(), "$W");
    for (dir, name) in [(Path::new(desk.goroot()), "$GOROOT"), (&cache, "$TOOLS")] {
        // As it is named, and with links followed.
        let real = dir.canonicalize().unwrap();
        text = text.replace(dir.to_str().unwrap(), name).replace(real.to_str().unwrap(), name);
    }
    let text = text.replace("$W/home", "$HOME");
    // Whose home it is depends on who runs the test.
    match text.strip_prefix("export HOME=") {
        Some(home) if Path::new(home).is_dir() => "export HOME=(the one in /etc/passwd)".to_owned(),
        _ => text,
    }
}

impl Scene {
    /// Plays it: the fix that was proven, or what is wrong.
    fn play(&self, version: &str) -> Result<String, String> {
        let mut desk = Desk::with(version).unwrap();
        // Nothing here may reach a network.
        desk.set("HTTPS_PROXY", "http://127.0.0.1:9");
        fs::create_dir_all(desk.path("home/.cache")).unwrap();
        symlink(warm_cache(version), desk.path("home/.cache/go-build")).unwrap();
        (self.break_it)(&mut desk);

        let (command, before, after) = match self.harm {
            Harm::Stops(command, says) => (command, says, ""),
            Harm::Prints(command, before, after) => (command, before, after),
        };
        let (well, said) = shell(&desk, command);
        let shown = abstracted(&desk, &said);
        if well != matches!(self.harm, Harm::Prints(..)) || !shown.contains(before) {
            return Err(format!("before the fix `{command}` succeeds: {well}, and says\n{shown}"));
        }
        let (_, found, stderr) = desk.doctor(&["--format", "json"]);
        let found: Value = serde_json::from_str(&found).map_err(|why| format!("{why}: {stderr}"))?;
        let all = found["findings"].as_array().unwrap();
        let own: Vec<&Value> = all.iter().filter(|one| one["id"] == self.check).collect();
        if own.is_empty() {
            return Err(format!("not found; found is {:?}", ids(&found).keys().collect::<Vec<_>>()));
        }
        let mut fixes: Vec<&str> = own.iter().filter_map(|one| one["mend"]["command"].as_str()).collect();
        fixes.dedup();
        if fixes.is_empty() {
            return Err(format!("no fix: {own:#?}"));
        }
        let fix = fixes.join("\n");
        let report = desk.text("tmp/after.json");
        let script = format!(
            "eval {} || {{ echo 'the fix fails'; exit 90; }}\n{{ {command}\n}}; code=$?\n\
             goenv-ci doctor --format json --fail-on never > {report} || exit 91\nexit $code",
            quoted(&fix)
        );
        let (well, said) = shell(&desk, &script);
        let shown_after = abstracted(&desk, &said);
        let by = || format!("the fix is\n{fix}\nand with it `{command}` says\n{shown_after}");
        if !well
            || !shown_after.contains(after)
            || (matches!(self.harm, Harm::Prints(..)) && shown_after.contains(before))
        {
            return Err(by());
        }
        let left: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
        let (was, is) = (ids(&found), ids(&left));
        let worse: Vec<_> = is.iter().filter(|(id, badness)| was.get(*id).is_none_or(|was| was < badness)).collect();
        if is.contains_key(self.check) || !worse.is_empty() {
            let left = serde_json::to_string_pretty(&left["findings"]).unwrap();
            return Err(format!("{}\nafterwards doctor finds, new or worse {worse:?}, in all\n{left}", by()));
        }
        Ok(abstracted(&desk, &fix))
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn play_all(scenes: &[(&'static Scene, &'static str)]) -> Vec<Run> {
    for version in ALL {
        let Some(desk) = Desk::with(version) else { return Vec::new() };
        let build =
            format!("GOCACHE={} go build -o /dev/null ./cmd/tool", quoted(warm_cache(version).to_str().unwrap()));
        let (well, said) = shell(&desk, &build);
        assert!(well, "{said}");
    }
    let (next, runs) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((scene, version)) = scenes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let fix = scene.play(version);
                    runs.lock().unwrap().push(Run { scene, version, fix });
                }
            });
        }
    });
    runs.into_inner().unwrap()
}

/// Text for a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', r"\|").replace('\n', "`<br>`")
}

/// One row for each fix: on versions with different fixes a scene has several.
fn table(runs: &[Run]) -> String {
    let mut text = String::from(
        "| check | scene | Go | what is run, and what Go says | the fix that was run |\n| --- | --- | --- | --- | --- |\n",
    );
    for scene in SCENES.iter().copied().flatten() {
        let mut by_fix: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for run in runs.iter().filter(|run| std::ptr::eq(run.scene, scene)) {
            if let Ok(fix) = &run.fix {
                by_fix.entry(fix).or_default().insert(run.version);
            }
        }
        let harm = match scene.harm {
            Harm::Stops(command, says) => format!("`{}`: `{}`", cell(command), cell(says)),
            Harm::Prints(command, before, "") => {
                format!("`{}` prints `{}`, afterwards not", cell(command), cell(before))
            }
            Harm::Prints(command, before, after) => {
                format!("`{}` prints `{}`, afterwards `{}`", cell(command), cell(before), cell(after))
            }
        };
        for (fix, versions) in by_fix {
            let versions = versions.into_iter().collect::<Vec<_>>().join(", ");
            let id = scene.check;
            writeln!(text, "| [{id}](#{id}) | {} | {versions} | {harm} | `{}` |", scene.name, cell(fix)).unwrap();
        }
    }
    text
}

/// Each scene with the versions that it is played on: all of its own where `is_whole`, else one, in turn.
fn scenes(is_whole: bool) -> Vec<(&'static Scene, &'static str)> {
    let all = SCENES.iter().copied().flatten().enumerate();
    let on = |(number, scene): (usize, &'static Scene)| {
        let one = number % scene.on.len();
        let versions = if is_whole { scene.on } else { &scene.on[one..=one] };
        versions.iter().map(move |version| (scene, *version))
    };
    all.flat_map(on).collect()
}

/// Those of these runs that have no row in the table.
fn not_in(table: &str, runs: &[Run]) -> Vec<String> {
    let is_of = |row: &str, run: &Run, fix: &str| {
        let id = run.scene.check;
        let rest = row.strip_prefix(&format!("| [{id}](#{id}) | {} | ", run.scene.name));
        let versions = rest.and_then(|rest| rest.split_once(" | ")).map(|(versions, _)| versions);
        versions.is_some_and(|versions| versions.split(", ").any(|version| version == run.version))
            && row.ends_with(&format!(" | `{}` |", cell(fix)))
    };
    let missing = runs.iter().filter_map(|run| {
        let fix = run.fix.as_ref().ok()?;
        let has_row = table.lines().any(|row| is_of(row, run, fix));
        (!has_row).then(|| format!("{} ({}) on Go {}: {fix}", run.scene.check, run.scene.name, run.version))
    });
    missing.collect()
}

/// `SCENE=word` plays those alone whose check or name holds the word. A thorough run plays each on all of its versions.
#[test]
fn each_fix_is_run_word_for_word_and_what_failed_then_succeeds() {
    if judged::tool_cache().is_none() {
        return;
    }
    let word = std::env::var("SCENE").unwrap_or_default();
    let is_whole = lab::is_thorough() || std::env::var_os("SNAPSHOTS").is_some();
    let all = scenes(is_whole).into_iter();
    let (foreign, mounts) = (desk::can_be_root(), desk::can_mount());
    let can = |scene: &Scene| {
        let of = |scenes: &[Scene]| scenes.iter().any(|one| std::ptr::eq(one, scene));
        (foreign || !of(places::SCENES)) && (mounts || !of(places::ON_MOUNTS))
    };
    let all = all.filter(|(scene, _)| can(scene));
    let chosen: Vec<_> = all.filter(|(scene, _)| scene.check.contains(&word) || scene.name.contains(&word)).collect();
    let runs = play_all(&chosen);
    let failed: Vec<String> = runs
        .iter()
        .filter_map(|run| {
            let why = run.fix.as_ref().err()?;
            Some(format!("{} ({}) on Go {}: {why}", run.scene.check, run.scene.name, run.version))
        })
        .collect();
    assert!(failed.is_empty(), "{} of {} fail:\n\n{}", failed.len(), runs.len(), failed.join("\n\n"));
    if is_whole && word.is_empty() && foreign && mounts {
        support::assert_file(TABLE, &table(&runs));
    } else {
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE)).unwrap();
        let missing = not_in(&page, &runs);
        assert!(missing.is_empty(), "SNAPSHOTS=overwrite accepts what is not in {TABLE}:\n{}", missing.join("\n"));
    }
}

/// Several things wrong at once: the checks, what brings them about, and a command that succeeds once every fix was
/// run in the order in which they are printed.
struct Together(&'static [&'static str], fn(&mut Desk), &'static str);

const TOGETHER: &[Together] = &[
    Together(
        &["goenv-file-broken-lines", "goenv-file-unknown-names"],
        |desk| {
            desk.write(desk::GOENV, "junk line\nGOCOLOUR=red\nGOPRIVATE=corp.example\nexport GOINSECURE=a.example\n");
        },
        "[ \"$(cat \"$(go env GOENV)\")\" = \"$(printf 'GOPRIVATE=corp.example\\nGOINSECURE=a.example')\" ]",
    ),
    Together(
        &["gobin-relative", "goflags-invalid"],
        |desk| {
            desk.write("home/.profile", "export GOBIN=bin\nexport GOFLAGS=-nosuch\nexport EDITOR=vi\n");
            desk.set("GOBIN", "bin");
            desk.set("GOFLAGS", "-nosuch");
        },
        "[ \"$(cat ~/.profile)\" = 'export EDITOR=vi' ] && go install ./cmd/tool && tool",
    ),
    Together(
        &["path-entry-relative", "gobin-not-on-path", "path-entry-missing"],
        |desk| {
            fs::write(desk.path("home/go/bin/mine"), "#!/bin/sh\n").unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(desk.path("home/go/bin/mine"), mode).unwrap();
            let path = format!("~/go/bin:{}/bin:/usr/bin:/nowhere/bin", desk.goroot());
            desk.set("PATH", &path);
        },
        "mine && go version",
    ),
];

#[test]
fn all_fixes_run_in_the_order_in_which_they_are_printed_do_not_take_each_other_back() {
    for Together(ids, break_it, works) in TOGETHER {
        let Some(mut desk) = Desk::new() else { return };
        break_it(&mut desk);
        let (_, found, stderr) = desk.doctor(&["--format", "json"]);
        let found: Value = serde_json::from_str(&found).expect(&stderr);
        assert_eq!(super::scenes::ids(&found).keys().collect::<Vec<_>>(), sorted(ids), "{found:#}");
        let all = found["findings"].as_array().unwrap();
        let fixes: Vec<&str> = all.iter().filter_map(|one| one["mend"]["command"].as_str()).collect();
        let (well, said) = shell(&desk, &format!("{} && {works} && goenv-ci doctor", fixes.join(" && ")));
        assert!(well && said.contains("✓ Nothing is wrong with Go's environment\n"), "{fixes:#?}\n{said}");
        // Nor does running one of them again do harm.
        let (well, said) = shell(&desk, &format!("{} ; {} ; {works}", fixes.join(" && "), fixes.join(" ; ")));
        assert!(well, "{fixes:#?}\n{said}");
    }
}

fn sorted(ids: &[&'static str]) -> Vec<&'static str> {
    ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn each_check_has_a_scene_or_says_why_it_has_no_fix() {
    let is_wrong = |id: &&str| {
        let has_scene = tried().chain(OF_A_PROXY).any(|one| one == *id);
        unfixed(id).map_or(!has_scene, |why| has_scene || why.is_empty())
    };
    let wrong: Vec<&str> = checks().map(|check| check.id).filter(is_wrong).collect();
    assert!(wrong.is_empty(), "they have neither a scene nor a reason, or both: {wrong:?}");
}

#[test]
fn a_scene_is_of_a_check_and_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for scene in SCENES.iter().copied().flatten() {
        assert!(checks().any(|check| check.id == scene.check), "{} is no check", scene.check);
        assert!(names.insert((scene.check, scene.name)), "{} has `{}` twice", scene.check, scene.name);
    }
}
