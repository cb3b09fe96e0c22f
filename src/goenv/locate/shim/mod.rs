//! What stands on PATH under the name `go` and is none: shims of version managers and wrapper scripts, followed to
//! the Go that they start and to the variables that they set for it. Files are read and nothing is run; what cannot
//! be told that way is said to be unknown, and never guessed.

mod asdf;
mod goenv;
pub(crate) mod mise;
mod script;

use crate::{
    goenv::{locate::goroot::version_of, user_dirs::home},
    platform::{Platform, env::EnvBlock, path_text::without_verbatim_prefix},
    ports::{Host, Kind, ReadLimit},
};
use script::Script;

/// Shims that lead to one another.
const MOST_STEPS: usize = 8;

/// Who made what stands under the name `go`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShimKind {
    /// A script that calls `goenv exec`.
    Goenv,
    /// A script that calls `asdf exec`.
    Asdf,
    /// A link to mise itself, or a script that calls `mise exec`.
    Mise,
    /// A program of scoop beside a `.shim` file.
    Scoop,
    /// A link to snap.
    Snap,
    /// A program of `golang.org/dl`.
    Download,
    /// Another script.
    Script,
    /// A program of Windows, seen from Linux.
    Windows,
}

impl ShimKind {
    /// For a sentence: `a shim of goenv`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Goenv => "a shim of goenv",
            Self::Asdf => "a shim of asdf",
            Self::Mise => "a shim of mise",
            Self::Scoop => "a shim of scoop",
            Self::Snap => "a link to snap",
            Self::Download => "a program of golang.org/dl",
            Self::Script => "a script",
            Self::Windows => "a program of Windows",
        }
    }
}

/// A variable that a shim sets for the Go it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShimValue {
    /// `GOPATH`.
    pub name: String,
    /// What it sets.
    pub value: String,
}

/// Something that is called `go` and starts another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shim {
    /// Who made it; of several the first.
    pub kind: ShimKind,
    /// The file, links followed.
    pub file: String,
    /// What it starts in the end.
    pub leads_to: Result<ShimTarget, NoTarget>,
}

/// The Go behind a shim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShimTarget {
    /// Its GOROOT by its place.
    pub goroot: String,
    /// What chose it: `` `/w/.go-version` says 1.22.10 ``.
    pub because: String,
    /// What the shims set, in their order.
    pub sets: Vec<ShimValue>,
    /// The variable that makes the shim choose this version in any directory.
    pub pinned: Option<ShimValue>,
}

/// Why there is none, as a clause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// The version that is asked for is not there.
    #[error("{said}, and `{dir}` has no such Go")]
    NotInstalled {
        /// `` `/w/.go-version` says 1.22.10 ``.
        said: String,
        /// Where versions are installed.
        dir: String,
    },
    /// No file and no variable names a version.
    #[error("nothing says which version it shall start")]
    NoVersion,
    /// It leads back to itself.
    #[error("it leads back to itself: {0}")]
    Loop(String),
    /// What it starts is not there, or belongs to no Go.
    #[error("it starts `{0}`, which belongs to no Go installation")]
    NoGo(String),
    /// Only running it would tell.
    #[error("{0}")]
    Unknown(&'static str),
}

/// What one shim does.
struct ShimStep {
    kind: ShimKind,
    next: Result<String, NoTarget>,
    because: String,
    sets: Vec<ShimValue>,
    pinned: Option<ShimValue>,
}

impl ShimStep {
    fn to(kind: ShimKind, next: String, because: String) -> Self {
        Self { kind, next: Ok(next), because, sets: Vec::new(), pinned: None }
    }

    fn nowhere(kind: ShimKind, why: NoTarget) -> Self {
        Self { kind, next: Err(why), because: String::new(), sets: Vec::new(), pinned: None }
    }
}

/// Where a shim is called.
#[derive(Clone, Copy)]
struct Caller<'a> {
    env: &'a EnvBlock,
    current_dir: &'a str,
    host: &'a dyn Host,
    platform: Platform,
}

impl Caller<'_> {
    fn join(&self, dir: &str, part: &str) -> String {
        self.platform.join(dir, part)
    }

    fn is_file(&self, path: &str) -> bool {
        self.host.kind(path) == Kind::File
    }

    /// A variable, else a directory in the home directory.
    fn dir(&self, variable: &str, in_home: &str) -> Option<String> {
        let set = self.env.get_filled(variable).map(str::to_owned);
        set.or_else(|| Some(self.join(home(self.env)?, in_home)))
    }

    fn text(&self, path: &str) -> Option<String> {
        let content = self.host.read(path, ReadLimit::Settings).ok()?;
        Some(String::from_utf8_lossy(&content).into_owned())
    }

    /// The current directory and those above it.
    fn dirs(&self) -> impl Iterator<Item = String> {
        std::iter::once(self.current_dir.to_owned()).chain(self.platform.above(self.current_dir))
    }

    /// The next `go` on PATH that lies in none of the directories; what version managers call `system`.
    fn system(&self, shims: &str) -> Result<String, NoTarget> {
        let name = format!("go{}", self.platform.exe_suffix());
        let dirs = self.env.path_dirs();
        let others = dirs.iter().filter(|dir| self.platform.is_absolute(dir) && !self.platform.same_path(dir, shims));
        let mut programs = others.map(|dir| self.join(dir, &name));
        programs.find(|program| self.is_file(program)).ok_or(NoTarget::NoVersion)
    }

    /// The newest of the directories whose names begin with these parts of a version: `1.22` is `1.22.10`, and nothing
    /// is any.
    fn newest(&self, dir: &str, parts: &str) -> Option<String> {
        let number = |text: &str| text.split('.').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
        let wanted = if parts.is_empty() { Vec::new() } else { number(parts)? };
        let names = self.host.list(dir).into_iter();
        let versions = names.filter_map(|name| Some((number(&name).filter(|all| all.starts_with(&wanted))?, name)));
        versions.max().map(|(_, name)| name)
    }
}

/// What a file that is called `go` leads to; `None` where it starts no other program, as far as can be told.
#[must_use]
pub fn shim(program: &str, env: &EnvBlock, current_dir: &str, host: &dyn Host) -> Option<Shim> {
    let platform = env.platform();
    let mut env = env.clone();
    let mut passed: Vec<String> = Vec::new();
    let mut found = ShimTarget { goroot: String::new(), because: String::new(), sets: Vec::new(), pinned: None };
    let mut first: Option<(ShimKind, String)> = None;
    let mut at = program.to_owned();
    loop {
        let real = real(&at, platform, host);
        if let Some(goroot) = goroot_of(&real, platform, host) {
            let (kind, file) = first?;
            return Some(Shim { kind, file, leads_to: Ok(ShimTarget { goroot, ..found }) });
        }
        let failed = |first: Option<(ShimKind, String)>, why| {
            let (kind, file) = first?;
            Some(Shim { kind, file, leads_to: Err(why) })
        };
        if passed.contains(&at) || passed.len() >= MOST_STEPS {
            passed.push(at);
            return failed(first, NoTarget::Loop(passed.join(", then ")));
        }
        let caller = Caller { env: &env, current_dir, host, platform };
        let Some(step) = step(&at, &real, caller) else { return failed(first, NoTarget::NoGo(at)) };
        first.get_or_insert((step.kind, real));
        let next = match step.next {
            Err(why) => return failed(first, why),
            Ok(next) => next,
        };
        let sep = if found.because.is_empty() || step.because.is_empty() { "" } else { ", and " };
        found.because += &format!("{sep}{}", step.because);
        found.pinned = found.pinned.or(step.pinned);
        step.sets.iter().for_each(|one| env.set(one.name.clone(), one.value.clone()));
        found.sets.extend(step.sets);
        passed.push(std::mem::replace(&mut at, next));
    }
}

/// A file with links followed, as people write it.
pub(crate) fn real(program: &str, platform: Platform, host: &dyn Host) -> String {
    let real = host.canonical(program);
    let real = real.map(|real| without_verbatim_prefix(&real).into_owned()).unwrap_or_else(|| program.to_owned());
    // A program of mise or snap is told by its name, which another platform writes otherwise.
    if platform.is_absolute(&real) { real } else { program.to_owned() }
}

/// The directory two levels above a program, if it is a GOROOT.
fn goroot_of(real: &str, platform: Platform, host: &dyn Host) -> Option<String> {
    let goroot = platform.parent(real).and_then(|bin| platform.parent(&bin))?;
    let own = platform.join(&goroot, &format!("bin/go{}", platform.exe_suffix()));
    (platform.same_path(&own, real) && version_of(&goroot, platform, host).is_ok()).then_some(goroot)
}

fn step(program: &str, real: &str, caller: Caller<'_>) -> Option<ShimStep> {
    let platform = caller.platform;
    let name = platform.file_name(real).unwrap_or_default().to_lowercase();
    let stem = name.strip_suffix(".exe").unwrap_or(&name);
    let dir = platform.parent(program).unwrap_or_default();
    match stem {
        "mise" => return Some(mise::step(&dir, caller)),
        "snap" => {
            let go = "/snap/go/current/bin/go".to_owned();
            return Some(ShimStep::to(ShimKind::Snap, go, "snap starts what is current".to_owned()));
        }
        _ if stem.starts_with("go1.") => return Some(download(stem, caller)),
        _ => {}
    }
    if platform == Platform::Windows {
        let file = platform.join(&dir, "go.shim");
        if let Some(text) = caller.text(&file) {
            return Some(scoop(&text, &file));
        }
        let folded = dir.replace('/', r"\").to_lowercase();
        return folded.ends_with(r"\mise\shims").then(|| mise::step(&dir, caller));
    }
    if name.ends_with(".exe") {
        let why = "variables of this side do not reach it, unless WSLENV names them";
        return Some(ShimStep::nowhere(ShimKind::Windows, NoTarget::Unknown(why)));
    }
    let text = caller.text(real).filter(|text| text.starts_with("#!"))?;
    let script = Script::read(&text, real, caller.env, platform);
    match script.calls() {
        Some(("goenv", "exec")) => Some(goenv::step(&script, &dir, caller)),
        Some(("asdf", "exec")) => Some(asdf::step(&text, &dir, caller)),
        Some(("mise", "exec" | "x")) => Some(mise::step(&dir, caller)),
        _ => Some(script.step(caller)),
    }
}

/// Source: golang.org/dl, `internal/version/version.go: Run`.
fn download(version: &str, caller: Caller<'_>) -> ShimStep {
    let kind = ShimKind::Download;
    let Some(home) = home(caller.env) else { return ShimStep::nowhere(kind, NoTarget::NoVersion) };
    let sdk = caller.join(home, "sdk");
    let root = caller.join(&sdk, version);
    let said = format!("its name says {version}");
    if !caller.is_file(&caller.join(&root, ".unpacked-success")) {
        return ShimStep::nowhere(kind, NoTarget::NotInstalled { said, dir: sdk });
    }
    let go = caller.join(&root, &format!("bin/go{}", caller.platform.exe_suffix()));
    let sets = vec![ShimValue { name: "GOROOT".to_owned(), value: root }];
    ShimStep { sets, ..ShimStep::to(kind, go, said) }
}

/// Source: scoop, "Shims": `path = "C:\...\go.exe"`, and `args` where there are some.
fn scoop(text: &str, file: &str) -> ShimStep {
    let of = |wanted: &str| {
        text.trim_start_matches('\u{feff}').lines().find_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == wanted).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    match (of("path"), of("args").filter(|args| !args.is_empty())) {
        (Some(path), None) => ShimStep::to(ShimKind::Scoop, path, format!("`{file}` names it")),
        _ => ShimStep::nowhere(
            ShimKind::Scoop,
            NoTarget::Unknown("its .shim file names no program, or arguments of its own"),
        ),
    }
}

#[cfg(test)]
mod tests;
