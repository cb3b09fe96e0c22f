//! GOROOT, which is hardly ever needed and can stop every go command.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        remedy::{PUBLISHED, quoted, set_here},
    },
    goenv::{locate::version_of, user_dirs::home, version::GoVersion},
    platform::Platform,
    ports::{Host, Kind},
    status::Severity,
};

pub(super) const CHECKS: &[Check] =
    &[MISSING, INCOMPLETE, OF_ANOTHER_VERSION, OVER_AN_OLDER_ONE, NEEDLESS, BROKEN_LINKS];

/// The value of GOROOT, if it is set.
fn set<'a>(context: &'a Context<'_>) -> Option<&'a str> {
    context.set("GOROOT")?;
    // A shim names the Go that it starts.
    if context.subject.env.given("GOROOT").is_some() {
        return None;
    }
    Some(context.raw("GOROOT")).filter(|root| !root.is_empty())
}

/// The same wrong value may stand in the file of `go env -w` beneath that of the environment.
fn unset(context: &Context<'_>, hit: Hit) -> Hit {
    context.without_safely("GOROOT", &|_| true, hit)
}

const MISSING: Check = Check {
    id: "goroot-missing",
    severity: Severity::Error,
    title: "GOROOT does not exist",
    why: "Go looks at GOROOT before it does anything. If it is not a directory, every command stops, `go env` too, so nothing shows where the value comes from. A value written by `go env -w` even stops the command that would remove it.",
    run: missing,
};

fn missing(context: &Context<'_>) -> Vec<Hit> {
    let Some(root) = set(context).filter(|root| context.host.kind(root) != Kind::Dir) else { return Vec::new() };
    let why = match () {
        () if root.contains('"') || root.contains('\'') => "quotation marks are part of the name",
        () if !context.is_absolute(root) => "it is relative",
        () => "there is no such folder",
    };
    let message = format!("GOROOT leads nowhere ({why}): every go command stops, `go env` and `go version` too");
    vec![unset(context, Hit::new(message, context.shown("GOROOT")))]
}

const INCOMPLETE: Check = Check {
    id: "goroot-incomplete",
    severity: Severity::Error,
    title: "GOROOT has no complete Go",
    why: "Any existing directory satisfies `go version` and `go env`. The first command that compiles finds no standard library there.",
    run: incomplete,
};

fn incomplete(context: &Context<'_>) -> Vec<Hit> {
    let Some(root) = set(context).filter(|root| context.host.kind(root) == Kind::Dir) else { return Vec::new() };
    let join = |part: &str| context.platform().join(root, part);
    let lacks: Vec<&str> = ["src", "pkg/tool", "VERSION"]
        .into_iter()
        .filter(|part| context.host.kind(&join(part)) == Kind::Absent)
        .collect();
    if lacks.is_empty() {
        return Vec::new();
    }
    let evidence = format!("{}; no {} in it", context.shown("GOROOT"), lacks.join(", no "));
    vec![unset(context, Hit::new("GOROOT is a folder that holds no whole Go: nothing can be compiled", evidence))]
}

const OF_ANOTHER_VERSION: Check = Check {
    id: "goroot-of-another-version",
    severity: Severity::Error,
    title: "GOROOT is another version of Go",
    why: "The `go` that runs is one version, its compiler and library are another: `version ... does not match go tool version ...`.",
    run: of_another_version,
};

fn of_another_version(context: &Context<'_>) -> Vec<Hit> {
    let (Some(root), Some(own)) = (set(context), context.subject.goroot) else { return Vec::new() };
    let platform = context.platform();
    match version_of(root, platform, context.host) {
        Ok(version) if version != *context.subject.version && context.host.same_file(root, own) != Some(true) => {
            let message = format!(
                "GOROOT is the tree of Go {version}, and the `go` that runs is {}: what it compiles does not fit together",
                context.subject.version
            );
            let evidence = format!("{}; the go that runs lies in {own}", context.shown("GOROOT"));
            vec![unset(context, Hit::new(message, evidence))]
        }
        _ => Vec::new(),
    }
}

const OVER_AN_OLDER_ONE: Check = Check {
    id: "toolchain-over-older",
    severity: Severity::Error,
    title: "A Go was unpacked over an older one",
    why: "An archive that is unpacked over an older Go leaves the files that the new one does not have any more. They are compiled along: `redeclared in this block`, in the packages `runtime` or `internal/abi`. Go's own instructions remove the directory first. No command here can know where to unpack from; the fix is another Go that is here.",
    run: over_an_older_one,
};

/// A file of the standard library, the first minor version of 1 that does not have it, and the last one of which that
/// is known. Source: the toolchains from 1.21 to 1.27.
const LEFT_OVER: [(&str, u64, u64); 6] = [
    ("src/runtime/msize.go", 22, 22),
    ("src/runtime/exithook.go", 23, 27),
    ("src/runtime/map.go", 24, 25),
    ("src/runtime/sizeclasses.go", 25, 27),
    ("src/internal/abi/map_swiss.go", 26, 27),
    ("src/internal/strconv/ftoafixed.go", 27, 27),
];

/// A file of an older Go in the tree of a version.
fn left_over(context: &Context<'_>, root: &str, version: &GoVersion) -> Option<&'static str> {
    let here = |(file, first, last): &(&'static str, u64, u64)| {
        let (major, minor) = version.minor();
        let is_gone = major == 1 && (*first..=*last).contains(&minor);
        (is_gone && context.host.kind(&context.platform().join(root, file)) == Kind::File).then_some(*file)
    };
    LEFT_OVER.iter().find_map(here)
}

fn over_an_older_one(context: &Context<'_>) -> Vec<Hit> {
    let Some(root) = context.subject.goroot.filter(|_| set(context).is_none()) else { return Vec::new() };
    let own = context.subject.version;
    let Some(file) = left_over(context, root, own) else { return Vec::new() };
    let message = format!(
        "Go {own} was unpacked over an older Go: everything that compiles stops with `redeclared in this block`; \
         remove `{root}` as a whole, and unpack Go {own} again"
    );
    let hit = Hit::new(message, format!("`{root}` has `{file}`, which is no file of Go {own}"));
    let is_sound = |other: &str| {
        let version = version_of(other, context.platform(), context.host);
        version.is_ok_and(|version| left_over(context, other, &version).is_none())
    };
    match context.installed_that(Some(own), &is_sound) {
        Some((_, other)) => vec![hit.on_path(context.go_first_on_path(&other))],
        None => vec![hit],
    }
}

const NEEDLESS: Check = Check {
    id: "goroot-needless",
    severity: Severity::Note,
    title: "GOROOT is set needlessly",
    why: "A `go` finds its GOROOT from its own location. The setting does nothing today, and breaks the next version that is put on PATH.",
    run: needless,
};

fn needless(context: &Context<'_>) -> Vec<Hit> {
    let (Some(root), Some(own)) = (set(context), context.subject.goroot) else { return Vec::new() };
    // A version manager moves it along with the version.
    let platform = context.platform();
    let managers = ["MISE_DATA_DIR", "GVM_ROOT", "ASDF_DATA_DIR", "ASDF_DIR"];
    let managers = managers.iter().filter_map(|name| context.subject.env.get_filled(name).map(str::to_owned));
    let homes = [".gvm", ".asdf", ".local/share/mise"].iter();
    let usual = homes.filter_map(|dir| Some(platform.join(home(context.subject.env)?, dir)));
    if managers.chain(usual).any(|dir| platform.is_within(root, &dir)) {
        return Vec::new();
    }
    if context.platform().same_path(root, own) || context.host.same_file(root, own) == Some(true) {
        let message = "GOROOT is set to what Go finds by itself; the next version that is installed will trip over it";
        vec![unset(context, Hit::new(message, context.shown("GOROOT")))]
    } else {
        Vec::new()
    }
}

const BROKEN_LINKS: Check = Check {
    id: "goroot-without-go-env",
    severity: Severity::Warning,
    title: "The toolchain has no go.env",
    why: "From Go 1.21 on the defaults of GOPROXY, GOSUMDB and GOTOOLCHAIN are in GOROOT/go.env. Packages that leave it out change how modules are fetched.",
    run: broken_links,
};

fn broken_links(context: &Context<'_>) -> Vec<Hit> {
    let host: &dyn Host = context.host;
    let Some(root) = context.subject.goroot else { return Vec::new() };
    let file = context.platform().join(root, "go.env");
    if host.kind(&file) == Kind::File {
        return Vec::new();
    }
    let message = "the toolchain has no go.env: GOPROXY, GOSUMDB and GOTOOLCHAIN have no defaults, so every download goes direct and unchecked";
    let hit = Hit::new(message, format!("no file `{file}`"));
    let lines: Vec<String> = PUBLISHED.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let path = quoted(context.platform(), &file);
    let writable = context.host.check_writable(root).is_ok();
    let command = match context.platform() {
        Platform::Windows if writable => {
            format!("[IO.File]::WriteAllText({path}, \"{}`n\")", lines.join("`n"))
        }
        _ if writable => format!("printf '%s\\n' {} > {path}", lines.join(" ")),
        platform => {
            let set: Vec<String> = PUBLISHED.iter().map(|(name, value)| set_here(platform, name, value)).collect();
            set.join("; ")
        }
    };
    vec![hit.fix(command)]
}
