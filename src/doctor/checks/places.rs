//! The file system below what Go fills and runs: what is inside the caches, where programs are installed, where Go
//! works, its own tree, and the repository. Every look is bounded: a cache may hold a million files.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
        checks::modules::{flags, parts},
        path_change::PathChange,
        remedy::quoted,
    },
    drives::size,
    goenv::{
        text::rejoined,
        user_dirs::{default_gopath, home, home_variable, temp_dir},
    },
    platform::{Platform, ownership::user_name},
    ports::{Kind, ReadLimit, Rights, UnreadFile, disks::Room, exposed},
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[
    SILENT,
    CACHE_ENTRIES,
    MODULE_ENTRIES,
    EMPTY_ARCHIVE,
    INSTALLS,
    PROGRAM,
    NO_WORK_DIR,
    NO_PROGRAMS,
    FULL,
    HALF_GO,
    REPOSITORY,
    DAMAGED,
];

/// Directories of the module cache that are looked into.
const MOST_DIRS: usize = 2_000;

/// Names of one directory that are looked at.
const MOST_NAMES: usize = 1_000;

/// Files that are looked at in each of the 256 directories of the build cache.
const SAMPLE: usize = 4;

/// Less than a small program takes to be linked, with the packages it is made of.
const TOO_FEW_BYTES: u64 = 16 << 20;

/// The build cache alone has 256 directories.
const TOO_FEW_FILES: u64 = 1_000;

/// What is there and this user may not do with it.
struct Closed {
    path: String,
    owner: u32,
    is_foreign: bool,
}

impl Closed {
    fn unless(context: &Context<'_>, path: &str, may: impl Fn(Rights) -> bool) -> Option<Self> {
        let rights = context.host.rights(path).filter(|rights| !may(*rights))?;
        let is_foreign = context.host.acting_user().is_some_and(|user| user.id != rights.owner && user.id != 0);
        Some(Self { path: path.to_owned(), owner: rights.owner, is_foreign })
    }

    /// `` `/home/u/.cache/go-build/00` belongs to `root` ``.
    fn told(&self, context: &Context<'_>) -> String {
        let passwd = context.host.read("/etc/passwd", ReadLimit::Settings).unwrap_or_default();
        let passwd = String::from_utf8_lossy(&passwd);
        let owner = user_name(&passwd, self.owner).map_or_else(|| format!("user {}", self.owner), |n| format!("`{n}`"));
        let own = if self.is_foreign { "" } else { ", and its mode or its mount forbids it" };
        format!("`{}` belongs to {owner}{own}", self.path)
    }

    /// The command that opens a directory with all below it to this user; none for what is not surely this user's
    /// own, and none where it is the mount that forbids it.
    fn opening(&self, context: &Context<'_>, dir: &str) -> Option<String> {
        const OWNER_WRITES: u32 = 0o200;
        let ownership = context.host.ownership(&self.path);
        let by_mount = !self.is_foreign && ownership.is_some_and(|own| own.mode & OWNER_WRITES != 0);
        let word = quoted(context.platform(), dir);
        let command = if self.is_foreign {
            format!("sudo chown -R \"$(id -u)\" {word}")
        } else {
            format!("chmod -R u+rwX {word}")
        };
        (context.is_below_home(dir) && !by_mount).then_some(command)
    }
}

/// The directory of a variable, where it is there and this user can write to it.
fn own_dir<'a>(context: &'a Context<'_>, name: &str) -> Option<&'a str> {
    let dir = context.value(name);
    let rights = context.host.rights(dir).filter(|rights| rights.is_dir && rights.writes);
    (context.is_absolute(dir) && rights.is_some()).then_some(dir)
}

/// What is closed below this user's own directory; `noun` for one and for several, `opened` is what the fix opens.
fn below_own_dir(
    context: &Context<'_>,
    name: &str,
    closed: &[Closed],
    noun: (&str, &str),
    loss: &str,
    opened: impl Fn(&Closed) -> String,
) -> Vec<Hit> {
    let Some(first) = closed.iter().find(|one| one.is_foreign).or(closed.first()) else { return Vec::new() };
    let are = match closed.len() {
        1 => format!("one {} below it is", noun.0),
        number => format!("{number} {} below it are", noun.1),
    };
    let message = format!("{name} is this user's, and {are} not: {loss}");
    let evidence = format!("{}; {}", context.shown(name), first.told(context));
    let hit = Hit::new(message, evidence);
    vec![match first.opening(context, &opened(first)) {
        Some(fix) => hit.fix(fix),
        None => context.moved(name, &|dir| dir == context.value(name), hit),
    }]
}

const SILENT: Check = Check {
    id: "place-does-not-answer",
    severity: Severity::Error,
    title: "A directory does not answer",
    why: "A mount whose server is gone makes every program wait that touches it: Go, and this one too, which gives up after seconds and judges the rest. Nothing below the directory is known. There is no command that fixes it for certain: mount it again, or let the variable name a directory on this machine.",
    run: silent,
};

fn silent(context: &Context<'_>) -> Vec<Hit> {
    let names = ["GOENV", "GOCACHE", "GOMODCACHE", "GOBIN", "GOTMPDIR", "GOROOT"];
    let places = names.map(|name| (name, context.value(name).to_owned()));
    let home = (home_variable(context.platform()), home(context.subject.env).unwrap_or_default().to_owned());
    let (work, dir) = work_dir(context);
    let install = super::installs::target(context).unwrap_or_default();
    let places: Vec<(&str, String)> =
        places.into_iter().chain([home, (work, dir), ("the directory of `go install`", install)]).collect();
    let on_path = context.subject.env.path_dirs().into_iter().map(|dir| ("an entry of PATH", dir.into_owned()));
    let places: Vec<(&str, String)> = places.into_iter().chain(on_path).collect();
    let places: Vec<_> = places.into_iter().filter(|(_, dir)| context.is_absolute(dir)).collect();
    for (_, dir) in &places {
        context.host.kind(dir);
    }
    let platform = context.platform();
    let hit = |silent: String| {
        let of = places.iter().filter(|(_, dir)| platform.is_within(dir, &silent));
        let of: Vec<String> = of.map(|(name, dir)| format!("{name} is `{dir}`")).collect();
        let stops = if of.is_empty() { "what looks into it waits" } else { "the go commands that use it never end" };
        let message = format!("`{silent}` does not answer: {stops}");
        Hit::new(message, if of.is_empty() { "it was asked for and given up".to_owned() } else { of.join("; ") })
    };
    told(context.host.silent().into_iter(), hit)
}

const CACHE_ENTRIES: Check = Check {
    id: "gocache-entry-not-writable",
    severity: Severity::Error,
    title: "Inside GOCACHE is what this user cannot write or read",
    why: "One `sudo go build` leaves directories and files of root in the user's own cache. What cannot be kept is compiled again each time, and some commands stop: `open .../go-build/e4/...-d: permission denied`, `failed to trim cache`. Looked at are the 256 directories, a few files in each, and the files beside them.",
    run: cache_entries,
};

fn cache_entries(context: &Context<'_>) -> Vec<Hit> {
    let Some(dir) = own_dir(context, "GOCACHE") else { return Vec::new() };
    let platform = context.platform();
    let mut closed: Vec<Closed> = Vec::new();
    for number in 0..=255_u8 {
        let part = platform.join(dir, &format!("{number:02x}"));
        if let Some(found) = Closed::unless(context, &part, |rights| rights.is_dir && rights.writes) {
            closed.push(found);
            continue;
        }
        let files = context.host.some_of(&part, SAMPLE).into_iter().map(|name| platform.join(&part, &name));
        // Go replaces no entry of another user, and reads it.
        closed.extend(files.filter_map(|file| Closed::unless(context, &file, |rights| rights.reads)));
    }
    for name in ["trim.txt", "testexpire.txt"] {
        closed.extend(Closed::unless(context, &platform.join(dir, name), |rights| rights.reads && rights.writes));
    }
    let loss = "what Go would keep there is compiled again each time, or stops the command with `permission denied`";
    below_own_dir(context, "GOCACHE", &closed, ("entry", "entries"), loss, |_| dir.to_owned())
}

/// Directories below `top`, the upper ones first and not too many; `opens` says into which to look.
fn directories(context: &Context<'_>, top: &str, opens: impl Fn(&str) -> bool) -> Vec<(String, Rights)> {
    let mut found: Vec<(String, Rights)> = Vec::new();
    let start = context.host.rights(top).filter(|rights| rights.is_dir);
    found.extend(start.map(|rights| (top.to_owned(), rights)));
    let mut at = 0;
    while let Some((dir, rights)) = found.get(at).cloned() {
        at += 1;
        if !rights.reads || !opens(&dir) {
            continue;
        }
        for name in context.host.some_of(&dir, MOST_NAMES) {
            if found.len() >= MOST_DIRS {
                return found;
            }
            let path = context.platform().join(&dir, &name);
            let rights = context.host.rights(&path).filter(|rights| rights.is_dir);
            found.extend(rights.map(|rights| (path, rights)));
        }
    }
    found
}

/// Whether a directory holds one version of a module; Go makes those read-only.
fn is_version(context: &Context<'_>, dir: &str) -> bool {
    context.platform().file_name(dir).is_some_and(|name| name.contains('@') && name != "@v")
}

const MODULE_ENTRIES: Check = Check {
    id: "gomodcache-entry-not-writable",
    severity: Severity::Error,
    title: "Inside GOMODCACHE is what this user cannot write or read",
    why: "A download as root, or a cache that was restored as another user, leaves directories into which the next download cannot write: `mkdir .../cache/download/...: permission denied`. Looked at are the first 2,000 directories from above. Those of a module's version are read-only on purpose, and only have to be readable.",
    run: module_entries,
};

fn module_entries(context: &Context<'_>) -> Vec<Hit> {
    let Some(dir) = own_dir(context, "GOMODCACHE") else { return Vec::new() };
    let all = directories(context, dir, |dir| !is_version(context, dir));
    let fine = |path: &str, rights: Rights| rights.reads && (rights.writes || is_version(context, path));
    let closed: Vec<Closed> =
        all.iter().filter_map(|(path, _)| Closed::unless(context, path, |rights| fine(path, rights))).collect();
    let loss = "what is downloaded or read there stops with `permission denied`";
    let opened = |first: &Closed| if first.is_foreign { dir.to_owned() } else { first.path.clone() };
    below_own_dir(context, "GOMODCACHE", &closed, ("directory", "directories"), loss, opened)
}

const EMPTY_ARCHIVE: Check = Check {
    id: "module-archive-empty",
    severity: Severity::Error,
    title: "A downloaded module is an empty file",
    why: "A disk that was full, or a cache that was saved half, leaves an archive without content. Go takes it for downloaded and stops: `zip: not a valid zip file`.",
    run: empty_archive,
};

fn empty_archive(context: &Context<'_>) -> Vec<Hit> {
    let (platform, cache) = (context.platform(), context.value("GOMODCACHE"));
    let top = platform.join(cache, "cache/download");
    if !context.is_absolute(cache) || context.host.kind(&top) != Kind::Dir {
        return Vec::new();
    }
    let versions = directories(context, &top, |dir| platform.file_name(dir).as_deref() != Some("@v"));
    let versions = versions.into_iter().map(|(dir, _)| dir).filter(|dir| is_list(context, dir));
    let empty = |dir: String| {
        let names = context.host.some_of(&dir, MOST_NAMES);
        let module = platform.parent(&dir).and_then(|module| Some(module.strip_prefix(&top)?.to_owned()));
        let (host, names) = (context.host, names.into_iter());
        let archives = names.filter_map(move |name| {
            let unpacked = format!("{cache}{}@{}", module.as_deref()?, name.strip_suffix(".zip")?);
            let file = platform.join(&dir, &name);
            let is_empty = host.rights(&file).is_some_and(|rights| !rights.is_dir && rights.bytes == 0);
            (is_empty && host.kind(&unpacked) == Kind::Absent).then_some(file)
        });
        archives.collect::<Vec<_>>()
    };
    told(versions.flat_map(empty), |file| {
        let message =
            "a module in GOMODCACHE is an empty archive: whatever needs it stops with `zip: not a valid zip file`";
        let fix = format!("rm {}", quoted(context.platform(), &file));
        Hit::new(message, format!("`{file}` has no content")).fix(fix)
    })
}

fn is_list(context: &Context<'_>, dir: &str) -> bool {
    context.platform().file_name(dir).as_deref() == Some("@v")
}

const INSTALLS: Check = Check {
    id: "install-directory-not-writable",
    severity: Severity::Error,
    title: "The directory of go install cannot be written",
    why: "`go install` makes GOBIN, or `bin` in GOPATH, when it first needs it, and stops where it may not: `mkdir ...: permission denied`, `open ...: permission denied`. What was compiled until then is lost.",
    run: installs,
};

fn installs(context: &Context<'_>) -> Vec<Hit> {
    let Some(dir) = super::installs::target(context) else { return Vec::new() };
    let message = "the directory of `go install` cannot be written by this user: it installs nothing";
    if let Some((at, what)) = context.obstacle(&dir) {
        let hit = Hit::new(message, format!("it is `{dir}`; `{at}` is {what}"));
        // A file that a setting names is there on purpose.
        let is_named = context.set("GOBIN").is_some() || context.set("GOPATH").is_some();
        return vec![match context.set_aside(&at).filter(|_| !is_named && at == dir) {
            Some(command) => hit.fix(command),
            None => installing_elsewhere(context, &dir, hit),
        }];
    }
    let Some(place) = context.existing(&dir) else { return Vec::new() };
    let Some(closed) = Closed::unless(context, &place, |rights| rights.writes) else { return Vec::new() };
    let hit = Hit::new(message, format!("it is `{dir}`; {}", closed.told(context)));
    vec![match closed.opening(context, &place) {
        Some(command) => hit.fix(command),
        None => installing_elsewhere(context, &dir, hit),
    }]
}

/// A finding whose fix lets `go install` write to another directory, which is then on PATH: the default where a
/// setting stands in its way, else one of the user's own.
fn installing_elsewhere(context: &Context<'_>, now: &str, hit: Hit) -> Hit {
    let (platform, env) = (context.platform(), context.subject.env);
    let bin = |list: &str| platform.split_list(list).first().map(|dir| platform.join(dir, "bin"));
    let fits = |dir: &String| {
        let place = context.existing(dir).and_then(|place| context.host.rights(&place));
        context.is_absolute(dir)
            && dir != now
            && context.obstacle(dir).is_none()
            && place.is_some_and(|rights| rights.writes)
            && exposed(context.host, platform, dir).is_none()
    };
    let reaching = |dir: &str, hit: Hit| {
        let on_path = env.path_dirs().iter().any(|entry| platform.same_path(entry, dir));
        if on_path { hit } else { hit.on_path(PathChange::first(dir)) }
    };
    let own = bin(context.value("GOPATH")).filter(|_| context.set("GOBIN").is_some()).filter(&fits);
    if let Some(dir) = own {
        return reaching(&dir, context.without_any("GOBIN", &|held| held == now, hit));
    }
    let default = default_gopath(env);
    let by_default = bin(&default).filter(|_| context.set("GOPATH").is_some() && context.set("GOBIN").is_none());
    if let Some(dir) = by_default.filter(&fits) {
        return reaching(&dir, context.without_any("GOPATH", &|_| true, hit));
    }
    let below_home = home(env).map(|home| platform.join(home, ".local/bin"));
    let other = below_home.into_iter().chain([platform.join(&temp_dir(env).1, "go-bin-own")]).find(fits);
    match other {
        Some(dir) => reaching(&dir, context.with("GOBIN", &dir, hit)),
        None => hit,
    }
}

const PROGRAM: Check = Check {
    id: "installed-program-of-another-user",
    severity: Severity::Error,
    title: "An installed program is another user's",
    why: "In a directory with the sticky bit only its owner can replace a file, so `go install` of that program stops: `open ...: permission denied`.",
    run: program,
};

fn program(context: &Context<'_>) -> Vec<Hit> {
    const STICKY: u32 = 0o1000;
    let Some(dir) = super::installs::target(context) else { return Vec::new() };
    let (Some(own), Some(user)) = (context.host.ownership(&dir), context.host.acting_user()) else { return Vec::new() };
    if own.mode & STICKY == 0 || own.owner == user.id || user.id == 0 {
        return Vec::new();
    }
    let files = context.host.some_of(&dir, MOST_NAMES).into_iter().map(|name| context.platform().join(&dir, &name));
    let foreign = files.filter_map(|file| {
        Closed::unless(context, &file, |rights| rights.is_dir || rights.owner == user.id || rights.writes)
    });
    told(foreign, |closed| {
        let message = "an installed program is another user's and cannot be replaced: `go install` of it stops";
        let evidence = format!("{}; only owners can replace what is in `{dir}`", closed.told(context));
        let hit = Hit::new(message, evidence);
        // What lies in a directory of everybody's may be anybody's.
        match context.is_below_home(&closed.path) {
            true => hit.fix(format!("sudo chown \"$(id -u)\" {}", quoted(context.platform(), &closed.path))),
            false => installing_elsewhere(context, &dir, hit),
        }
    })
}

/// The directory that go commands work in, and what says so.
fn work_dir<'a>(context: &Context<'_>) -> (&'a str, String) {
    let (platform, env) = (context.platform(), context.subject.env);
    let dir = context.value("GOTMPDIR");
    if !dir.is_empty() {
        return ("GOTMPDIR", dir.to_owned());
    }
    // Source: Go, `os: TempDir`; Microsoft, `GetTempPath2W`.
    let names: &[&str] = if platform == Platform::Windows { &["TMP", "TEMP", "USERPROFILE"] } else { &["TMPDIR"] };
    let set = names.iter().find_map(|name| Some((*name, env.get_filled(name)?)));
    match set {
        Some((name, dir)) if platform.is_absolute(dir) => (name, dir.to_owned()),
        Some((name, dir)) => (name, platform.join(context.subject.current_dir, dir)),
        None if platform == Platform::Windows => ("the default", String::new()),
        None => ("the default", "/tmp".to_owned()),
    }
}

/// What lets go commands work elsewhere.
fn elsewhere(context: &Context<'_>, fits: impl Fn(&Room) -> bool) -> Option<String> {
    let (name, current) = work_dir(context);
    let fine = |dir: &str| {
        let place = context.existing(dir)?;
        let writes = context.host.rights(&place).is_some_and(|rights| rights.writes);
        (writes && context.disks.room(&place).is_some_and(|room| fits(&room))).then_some(())
    };
    if name == "TMPDIR" && current != "/tmp" && context.host.kind("/tmp") == Kind::Dir && fine("/tmp").is_some() {
        return Some("unset TMPDIR".to_owned());
    }
    let dir = context.platform().join(home(context.subject.env)?, ".cache/go-tmp");
    fine(&dir)?;
    Some(format!("mkdir -p {} && {}", quoted(context.platform(), &dir), context.assign("GOTMPDIR", &dir)))
}

const NO_WORK_DIR: Check = Check {
    id: "temporary-directory-not-usable",
    severity: Severity::Error,
    title: "The temporary directory cannot be used",
    why: "Every command that builds makes a directory below GOTMPDIR, else TMPDIR (TMP, then TEMP on Windows): `go: creating work dir: stat ...: no such file or directory`. Go does not make that one itself. `go env` and `go list` work all the same.",
    run: no_work_dir,
};

fn no_work_dir(context: &Context<'_>) -> Vec<Hit> {
    let (name, dir) = work_dir(context);
    let kind = context.host.kind(&dir);
    // A missing GOTMPDIR has a check of its own.
    if dir.is_empty() || (name == "GOTMPDIR" && kind != Kind::Dir) {
        return Vec::new();
    }
    let message =
        format!("go commands cannot work in their temporary directory ({name}): every command that builds stops");
    if kind != Kind::Dir {
        let evidence = format!("`{dir}` is {}", if kind == Kind::File { "a file" } else { "not there" });
        let place = context.existing(&dir);
        let makes = place.and_then(|place| context.host.rights(&place)).is_some_and(|rights| rights.writes);
        let hit = Hit::new(message, evidence);
        return vec![match () {
            () if context.platform() == Platform::Windows && kind == Kind::Absent => {
                hit.fix(format!("New-Item -ItemType Directory -Force {}", quoted(context.platform(), &dir)))
            }
            () if makes && kind == Kind::Absent => hit.fix(format!("mkdir -p {}", quoted(context.platform(), &dir))),
            () => fixed(hit, elsewhere(context, |_| true)),
        }];
    }
    let Some(closed) = Closed::unless(context, &dir, |rights| rights.writes) else { return Vec::new() };
    let fix = elsewhere(context, |_| true);
    vec![fixed(Hit::new(message, closed.told(context)), fix)]
}

fn fixed(hit: Hit, fix: Option<String>) -> Hit {
    match fix {
        Some(fix) => hit.fix(fix),
        None => hit,
    }
}

const NO_PROGRAMS: Check = Check {
    id: "temporary-directory-noexec",
    severity: Severity::Error,
    title: "No program can be started in the temporary directory",
    why: "`go run` and `go test` start what they have built there. On a mount with `noexec`, as many servers have for /tmp, both end with `fork/exec ...: permission denied`; `go build` works.",
    run: no_programs,
};

fn no_programs(context: &Context<'_>) -> Vec<Hit> {
    let (name, dir) = work_dir(context);
    let usable =
        context.host.kind(&dir) == Kind::Dir && context.disks.room(&dir).is_some_and(|room| !room.runs_programs);
    if !usable {
        return Vec::new();
    }
    let message = format!("no program can be started in the temporary directory ({name}): `go run` and `go test` stop");
    let evidence = format!("`{dir}` is on a file system that is mounted with noexec");
    vec![fixed(Hit::new(message, evidence), elsewhere(context, |room| room.runs_programs))]
}

const FULL: Check = Check {
    id: "file-system-full",
    severity: Severity::Error,
    title: "There is no room for what Go writes",
    why: "With less than 16 MiB, or without files that can still be made (inodes, of which `df -i` tells), builds stop with `no space left on device`. A file system can have bytes and no inodes: a build cache is many small files.",
    run: full,
};

fn full(context: &Context<'_>) -> Vec<Hit> {
    let (work, dir) = work_dir(context);
    let cache = |name: &'static str| (name, context.value(name).to_owned());
    let places = [cache("GOCACHE"), cache("GOMODCACHE"), (work, dir)];
    let mut seen: Vec<(String, Room)> = Vec::new();
    let mut hits = Vec::new();
    for (name, dir) in places.into_iter().filter(|(_, dir)| context.is_absolute(dir)) {
        let Some(room) = context.disks.room(&dir) else { continue };
        let lacks =
            |room: &Room| room.free_bytes < TOO_FEW_BYTES || room.free_files.is_some_and(|files| files < TOO_FEW_FILES);
        if !lacks(&room) || seen.iter().any(|(_, known)| *known == room) {
            continue;
        }
        let left = match room.free_files {
            Some(files) if files < TOO_FEW_FILES => format!("{files} more files can be made"),
            _ => format!("{} are free", size(room.free_bytes)),
        };
        let is_cache = name == "GOCACHE" || name == "GOMODCACHE";
        let what = if is_cache { name.to_owned() } else { format!("the temporary directory ({name})") };
        let message = format!("there is no room where {what} lies: {left}");
        let hit = Hit::new(message, format!("it is `{dir}`"));
        let fix = match name {
            "GOCACHE" => Some("go clean -cache".to_owned()).filter(|_| context.host.kind(&dir) == Kind::Dir),
            "GOMODCACHE" => Some("go clean -modcache".to_owned()).filter(|_| context.host.kind(&dir) == Kind::Dir),
            _ => elsewhere(context, |room| !lacks(room)),
        };
        hits.push(fixed(hit, fix));
        seen.push((dir, room));
    }
    hits
}

const HALF_GO: Check = Check {
    id: "toolchain-half-unpacked",
    severity: Severity::Error,
    title: "The Go that runs is not whole",
    why: "An archive that was unpacked half still answers `go version` and `go env`. The first command that compiles says `go: no such tool \"compile\"`, `cannot find package` or `exec format error`. Where only permissions to run are missing they can be given back; the rest has to be unpacked again, and no command here can know from where.",
    run: half_go,
};

/// Parts that a Go of any version has, and what stops without them.
const PARTS: [(&str, &str); 6] = [
    ("src/runtime", "everything that compiles"),
    ("src/internal", "everything that compiles"),
    ("src/fmt", "everything that compiles"),
    ("pkg/include/textflag.h", "packages with assembly"),
    ("pkg/tool", "everything that compiles"),
    ("bin/gofmt", "`go fmt`"),
];

/// Programs that a Go of any version has, and what stops without them.
const TOOLS: [(&str, &str); 5] = [
    ("compile", "everything that compiles"),
    ("link", "everything that makes a program, and `go test`"),
    ("asm", "packages with assembly"),
    ("cgo", "packages with C"),
    ("vet", "`go vet` and `go test`"),
];

fn half_go(context: &Context<'_>) -> Vec<Hit> {
    let (platform, host) = (context.platform(), context.host);
    // A GOROOT that somebody set has checks of its own.
    let is_elsewhere = context.set("GOROOT").is_some() && context.subject.env.given("GOROOT").is_none();
    let Some(root) = context.subject.goroot.filter(|_| !is_elsewhere) else { return Vec::new() };
    let exe = platform.exe_suffix();
    let part = |name: &str| platform.join(root, name);
    let mut lacks: Vec<(String, &str)> = Vec::new();
    let mut still: Vec<(String, &str)> = Vec::new();
    for (name, stops) in PARTS {
        let name = if name.starts_with("bin/") { format!("{name}{exe}") } else { name.to_owned() };
        if host.kind(&part(&name)) == Kind::Absent {
            lacks.push((name, stops));
        }
    }
    let tools = format!("pkg/tool/{}_{}", platform.goos(), context.subject.goarch);
    for (tool, stops) in TOOLS.into_iter().filter(|_| host.kind(&part("pkg/tool")) == Kind::Dir) {
        let name = format!("{tools}/{tool}{exe}");
        match host.rights(&part(&name)) {
            _ if host.kind(&part(&name)) != Kind::File => lacks.push((name, stops)),
            Some(rights) if rights.bytes == 0 => lacks.push((format!("{name} (it is empty)"), stops)),
            Some(rights) if !rights.runs => still.push((name, stops)),
            _ => {}
        }
    }
    let told = |all: &[(String, &str)]| {
        let mut stops: Vec<&str> = all.iter().map(|(_, stops)| *stops).collect();
        stops.dedup();
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        (stops.join(", "), names.join(", "))
    };
    let mut hits = Vec::new();
    if !lacks.is_empty() {
        let (stops, names) = told(&lacks);
        let message =
            format!("the Go that runs is not whole: {stops} stops; unpack Go {} again", context.subject.version);
        hits.push(Hit::new(message, format!("`{root}` lacks {names}")));
    }
    if !still.is_empty() {
        let (stops, names) = told(&still);
        let owner = host.rights(root).map(|rights| rights.owner);
        let user = host.acting_user().map(|user| user.id);
        let sudo = if user == Some(0) || owner == user { "" } else { "sudo " };
        let hit = Hit::new(
            format!("programs of the Go that runs may not be started: {stops} stops"),
            format!("in `{root}`: {names}"),
        );
        hits.push(hit.fix(format!("{sudo}chmod -R u+x,a+rX {}", quoted(context.platform(), &part(&tools)))));
    }
    hits
}

const REPOSITORY: Check = Check {
    id: "repository-of-another-user",
    severity: Severity::Error,
    title: "The repository is another user's",
    why: "git answers nothing in a repository that another user owns unless `safe.directory` names it, and Go asks git what to write into a program: `error obtaining VCS status: exit status 128`. It stops `go build` and `go install` of a program; containers that work on a mounted checkout meet it. Only the settings of git for the user and the system are read, without what they include.",
    run: repository,
};

/// The nearest directory with such a `.git`, where Go asks git about it: the module lies in it, and no flag says
/// otherwise.
fn asked_repository(context: &Context<'_>, is_such: impl Fn(Kind) -> bool) -> Option<String> {
    let (platform, here) = (context.platform(), context.subject.current_dir);
    let module = context.above(here, "go.mod")?;
    let mut above = std::iter::once(here.to_owned()).chain(platform.above(here));
    let top = above.find(|dir| is_such(context.host.kind(&platform.join(dir, ".git"))))?;
    (platform.is_within(&module, &top) && asks_git(context)).then_some(top)
}

fn repository(context: &Context<'_>) -> Vec<Hit> {
    let (host, env, platform) = (context.host, context.subject.env, context.platform());
    let (Some(user), Some(top)) = (host.acting_user(), asked_repository(context, |kind| kind != Kind::Absent)) else {
        return Vec::new();
    };
    if env.get_filled("GIT_DIR").is_some() {
        return Vec::new();
    }
    // Source: git, `setup.c: ensure_valid_ownership` and `git-compat-util.h: is_path_owned_by_current_uid`.
    let sudo = env.get_filled("SUDO_UID").and_then(|id| id.parse().ok()).filter(|_| user.id == 0);
    let is_own = |owner: u32| owner == user.id || Some(owner) == sudo;
    let git = platform.join(&top, ".git");
    let foreign = [&top, &git].into_iter().find_map(|path| {
        let owner = host.rights(path).map(|rights| rights.owner).filter(|owner| !is_own(*owner))?;
        Some(Closed { path: path.clone(), owner, is_foreign: true })
    });
    let Some(foreign) = foreign.filter(|_| !is_safe(context, &top)) else { return Vec::new() };
    let message = "the repository belongs to another user: git refuses it, and `go build` and `go install` of a program stop with `error obtaining VCS status`";
    let fix = format!("git config --global --add safe.directory {}", quoted(context.platform(), &top));
    vec![Hit::new(message, foreign.told(context)).fix(fix)]
}

const DAMAGED: Check = Check {
    id: "repository-damaged",
    severity: Severity::Error,
    title: "The repository is none",
    why: "Go asks git what to write into a program wherever a directory `.git` lies above it. One without HEAD, objects or refs, as a checkout that was copied half or ended early leaves it, stops `go build` and `go install` of a program with `error obtaining VCS status: exit status 128`; so does a GIT_DIR that is none. The flag leaves out what git would say.",
    run: damaged,
};

/// Source: git, `setup.c: is_git_directory`.
fn damaged(context: &Context<'_>) -> Vec<Hit> {
    let (env, platform) = (context.subject.env, context.platform());
    let here = context.subject.current_dir;
    let Some(top) = asked_repository(context, |kind| kind == Kind::Dir) else { return Vec::new() };
    let message = |what: &str| format!("{what} is no repository of git: `go build` and `go install` of a program stop");
    if let Some(dir) = env.get_filled("GIT_DIR") {
        let path = if platform.is_absolute(dir) { dir.to_owned() } else { platform.join(here, dir) };
        let Some(lack) = lacks(context, &path) else { return Vec::new() };
        return vec![context.without("GIT_DIR", Hit::new(message("GIT_DIR"), format!("GIT_DIR={dir}; {lack}")))];
    }
    let git = platform.join(&top, ".git");
    let Some(lack) = lacks(context, &git) else { return Vec::new() };
    let kept = flags(context).into_iter().filter(|flag| parts(flag).0 != "buildvcs").chain(["-buildvcs=false"]);
    let value = rejoined(&kept.collect::<Vec<_>>());
    vec![context.with("GOFLAGS", &value, Hit::new(message(&format!("`{git}`")), lack))]
}

/// What git misses in a directory of its own.
fn lacks(context: &Context<'_>, git: &str) -> Option<String> {
    let (host, platform) = (context.host, context.platform());
    let part = |name: &str| platform.join(git, name);
    // What is in another place, or may not be looked at, is not known.
    let is_elsewhere =
        ["GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"].iter().any(|name| context.subject.env.get_filled(name).is_some());
    let closed = host.rights(git).is_some_and(|rights| !rights.reads || !rights.runs);
    if is_elsewhere || closed || host.kind(&part("commondir")) == Kind::File {
        return None;
    }
    if host.kind(git) == Kind::Absent {
        return Some(format!("there is no `{git}`"));
    }
    if let Some(name) = ["objects", "refs"].into_iter().find(|name| host.kind(&part(name)) != Kind::Dir) {
        return Some(format!("there is no directory `{}`", part(name)));
    }
    let head = part("HEAD");
    match host.read(&head, ReadLimit::Settings) {
        Err(UnreadFile::Absent) => Some(format!("there is no file `{head}`")),
        Err(_) => None,
        Ok(content) => {
            let text = String::from_utf8_lossy(&content);
            let hash = text.trim();
            let is_hash = matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            let names = text.strip_prefix("ref:").is_some_and(|name| name.trim_start().starts_with("refs/"));
            (!is_hash && !names).then(|| format!("`{head}` names no branch and no commit"))
        }
    }
}

/// Whether Go writes into programs what git says, and there is a git that could say it.
fn asks_git(context: &Context<'_>) -> bool {
    let off = |flag: &str| {
        let (name, value) = parts(flag);
        name == "buildvcs" && matches!(value, "false" | "0" | "f" | "F" | "FALSE" | "False")
    };
    let platform = context.platform();
    let dirs = context.subject.env.path_dirs();
    let mut programs = dirs.iter().filter(|dir| platform.is_absolute(dir)).map(|dir| platform.join(dir, "git"));
    !flags(context).into_iter().any(off) && programs.any(|program| context.host.kind(&program) == Kind::File)
}

/// Whether git's settings say that a repository may be another user's, or may say so where nothing is read.
fn is_safe(context: &Context<'_>, top: &str) -> bool {
    let (platform, env, host) = (context.platform(), context.subject.env, context.host);
    let real = host.canonical(top).unwrap_or_else(|| top.to_owned());
    let mut files: Vec<String> = Vec::new();
    let off = env.get_filled("GIT_CONFIG_NOSYSTEM").is_some_and(|value| !matches!(value, "0" | "false" | "no"));
    if !off {
        files.push(env.get("GIT_CONFIG_SYSTEM").unwrap_or("/etc/gitconfig").to_owned());
    }
    let home = home(env).unwrap_or_default();
    match env.get("GIT_CONFIG_GLOBAL") {
        Some(file) => files.push(file.to_owned()),
        None => {
            let config =
                env.get_filled("XDG_CONFIG_HOME").map_or_else(|| platform.join(home, ".config"), str::to_owned);
            files.extend([platform.join(&config, "git/config"), platform.join(home, ".gitconfig")]);
        }
    }
    let mut named: Vec<String> = Vec::new();
    for file in files.iter().filter(|file| platform.is_absolute(file)) {
        let text = host.read(file, ReadLimit::Settings).unwrap_or_default();
        match safe_directories(&String::from_utf8_lossy(&text)) {
            None => return true,
            Some(more) => named.extend(more),
        }
    }
    let count = env.get_filled("GIT_CONFIG_COUNT").and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
    for number in 0..count.min(MOST_NAMES) {
        let of = |what: &str| env.get(&format!("GIT_CONFIG_{what}_{number}"));
        if of("KEY").is_some_and(|key| key.eq_ignore_ascii_case("safe.directory")) {
            named.extend(of("VALUE").map(str::to_owned));
        }
    }
    // An empty value takes back what was named before it.
    let since = named.iter().rposition(String::is_empty).map_or(0, |at| at + 1);
    named[since..].iter().any(|name| {
        let name = name.strip_prefix("~/").map_or_else(|| name.clone(), |rest| platform.join(home, rest));
        let below = name.strip_suffix("/*").is_some_and(|dir| platform.is_within(&real, dir));
        name == "*" || below || platform.same_path(&name, top) || platform.same_path(&name, &real)
    })
}

/// The values of `safe.directory` in a file of git's settings; `None` where it includes other files.
fn safe_directories(text: &str) -> Option<Vec<String>> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.split([']', ' ', '\t', '"']).next().unwrap_or_default().to_lowercase();
            continue;
        }
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        match (section.as_str(), key.trim().to_lowercase().as_str()) {
            ("include" | "includeif", "path") => return None,
            ("safe", "directory") => found.push(value.trim().trim_matches('"').to_owned()),
            _ => {}
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_takes_for_safe_is_read_and_an_include_leaves_it_open() {
        let text = "[user]\n\tdirectory = /no\n[safe]\n\tdirectory = /a\n\tDirectory = \"/b c\"\n[Safe]\ndirectory=*\n";
        assert_eq!(safe_directories(text).unwrap(), ["/a", "/b c", "*"]);
        assert_eq!(safe_directories("[includeIf \"gitdir:~/x\"]\npath = other\n"), None);
        assert_eq!(safe_directories(""), Some(Vec::new()));
    }
}
