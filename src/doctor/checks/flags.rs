//! Flags of GOFLAGS that are spelt right, and that cannot work on this machine, for this target or beside each other.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        checks::{
            cgo::is_gcc,
            clashes::{c_compiler, is_foreign, without_flags},
            modules::flag,
        },
    },
    goenv::text::words,
    output::mask::masked,
    platform::Platform,
    ports::Kind,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[UNUSABLE];

const UNUSABLE: Check = Check {
    id: "goflags-unusable",
    severity: Severity::Error,
    title: "GOFLAGS has a flag that cannot work here",
    why: "`-modfile`, `-overlay` and `-pgo` name a file, `-toolexec`, `-exec` and `-compiler=gccgo` a program: where it is not there, every command that builds (with `-exec`, `go run` and `go test`) stops. `-race`, `-msan` and `-asan` exclude each other, `-race` and `-buildmode=pie` are not made for every processor, and of the C compilers only clang has what `-msan` needs. `-linkmode=external` in `-ldflags` needs cgo from Go 1.22 on.",
    run: unusable,
};

/// Processors for which no system has the race detector. Source: Go, `internal/platform/supported.go`.
const WITHOUT_RACE: [&str; 8] = ["386", "arm", "mips", "mips64", "mips64le", "mipsle", "ppc64", "wasm"];

/// Processors for which no system has `-buildmode=pie`. Source: as above.
const WITHOUT_PIE: [&str; 5] = ["mips", "mips64", "mips64le", "mipsle", "wasm"];

const SANITIZERS: [&str; 3] = ["race", "msan", "asan"];

fn unusable(context: &Context<'_>) -> Vec<Hit> {
    let hit = |(names, why): (Vec<&str>, String)| {
        let runs_only = names == ["exec"];
        let stops = if runs_only { "`go run` and `go test` stop" } else { "every command that builds stops" };
        let shown: Vec<String> = names.iter().map(|name| format!("`-{name}`")).collect();
        let message = format!("{} of GOFLAGS cannot work here: {stops}", shown.join(" and "));
        let hit = Hit::new(message, format!("{}; {why}", masked(&context.shown("GOFLAGS"))));
        // Of two that exclude each other the first stays.
        let gone = if names.len() > 1 { &names[1..] } else { &names };
        let is_of_cgo = names == ["ldflags"] && context.set("CGO_ENABLED").is_some() && !is_foreign(context);
        match is_of_cgo && c_compiler(context, "CC").is_ok() {
            true => context.without_any("CGO_ENABLED", &|held| held == "0", hit),
            false => hit.fix(without_flags(context, gone)),
        }
    };
    faults(context).into_iter().map(hit).collect()
}

/// Whether a flag is one of these, so that nothing else is said of it.
pub(super) fn is_unusable(context: &Context<'_>, name: &str) -> bool {
    faults(context).iter().any(|(names, _)| names.contains(&name))
}

/// The flags, and why they cannot work.
fn faults<'a>(context: &'a Context<'_>) -> Vec<(Vec<&'a str>, String)> {
    let mut found = Vec::new();
    for name in ["modfile", "overlay", "pgo"] {
        let Some(file) = flag(context, name).filter(|file| !file.is_empty()) else { continue };
        let is_word = name == "pgo" && matches!(file, "auto" | "off");
        let path = at_work(context, file);
        if !is_word && context.host.kind(&path) == Kind::Absent {
            found.push((vec![name], format!("there is no file `{path}`")));
        }
    }
    for name in ["toolexec", "exec"] {
        let Some(program) = flag(context, name).and_then(|text| words(text).ok()?.first().copied()) else { continue };
        if !is_program(context, program) {
            found.push((vec![name], format!("there is no program `{program}`")));
        }
    }
    let gccgo = context.subject.env.get_filled("GCCGO").unwrap_or("gccgo");
    if flag(context, "compiler") == Some("gccgo") && !is_program(context, gccgo) {
        found.push((vec!["compiler"], format!("there is no program `{gccgo}`")));
    }
    let on: Vec<&str> = SANITIZERS
        .into_iter()
        .filter(|name| {
            flag(context, name).is_some_and(|value| matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True"))
        })
        .collect();
    let goarch = context.value("GOARCH");
    if on.len() > 1 {
        found.push((on, "they exclude each other".to_owned()));
    } else if on == ["race"] && WITHOUT_RACE.contains(&goarch) {
        found.push((on, format!("there is no race detector for GOARCH={goarch}")));
    } else if on == ["msan"] && context.value("CGO_ENABLED") == "1" && is_gcc(context.value("CC")) {
        found.push((on, format!("only clang can do it, and {}", context.shown("CC"))));
    }
    let goos = context.value("GOOS");
    let has_no_pie = WITHOUT_PIE.contains(&goarch) || matches!(goos, "netbsd" | "dragonfly" | "plan9" | "solaris");
    if flag(context, "buildmode") == Some("pie") && has_no_pie {
        found.push((vec!["buildmode"], format!("there is no position independent program for {goos}/{goarch}")));
    }
    // Before 1.22 it is linked all the same.
    let is_refused = context.subject.version.minor() >= (1, 22) && context.value("CGO_ENABLED") == "0";
    if is_refused && links_outside(context) {
        found.push((vec!["ldflags"], format!("`-linkmode=external` needs cgo; {}", context.shown("CGO_ENABLED"))));
    }
    found
}

/// Whether GOFLAGS has the C compiler link what is built.
fn links_outside(context: &Context<'_>) -> bool {
    let Some(words) = flag(context, "ldflags").and_then(|text| words(text).ok()) else { return false };
    let mode = |(at, word): (usize, &&str)| {
        let bare = word.rsplit('=').next().unwrap_or(word);
        word.contains("-linkmode=") && bare == "external"
            || word.ends_with("-linkmode") && words.get(at + 1) == Some(&"external")
    };
    words.iter().enumerate().any(mode)
}

/// A path as a command here takes it.
fn at_work(context: &Context<'_>, path: &str) -> String {
    if context.is_absolute(path) { path.to_owned() } else { context.platform().join(context.subject.current_dir, path) }
}

/// Whether a program is found by its name or its path; on Windows also by what may be left out of it.
fn is_program(context: &Context<'_>, name: &str) -> bool {
    let platform = context.platform();
    let endings: &[&str] = if platform == Platform::Windows { &["", ".exe", ".bat", ".cmd", ".com"] } else { &[""] };
    let there = |path: String| endings.iter().any(|ending| context.host.kind(&format!("{path}{ending}")) == Kind::File);
    if name.contains(['/', '\\']) {
        return there(at_work(context, name));
    }
    let dirs = context.subject.env.path_dirs();
    dirs.iter().any(|dir| there(platform.join(dir, name)))
}
