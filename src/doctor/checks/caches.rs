//! The folders that Go fills: whether it can, and whether somebody else reads along.

use crate::doctor::{Scene, context::Seen};
use crate::{doctor::finding::Change, drives::size, platform::Platform, ports::Kind};

/// Below this a build of a middling program can fail for want of room.
const LITTLE_BYTES: u64 = 1 << 30;

/// Folders whose content a program carries to other machines, as parts of paths in lower case.
const SYNCHRONISED: [&str; 6] = ["onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud"];

/// File systems that another machine serves.
const REMOTE: [&str; 9] = ["nfs", "nfs4", "cifs", "smb", "smb2", "smbfs", "9p", "fuse.sshfs", "drvfs"];

const CACHES: [&str; 2] = ["GOCACHE", "GOMODCACHE"];

fn folders<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = (&'static str, &'a str)> {
    CACHES.into_iter().map(|name| (name, scene.value(name))).filter(|(_, dir)| scene.is_absolute(dir))
}

pub(crate) fn off(scene: &Scene<'_>) -> Vec<Seen> {
    if scene.value("GOCACHE") != "off" {
        return Vec::new();
    }
    let because = scene.explanation.get("GOCACHE").and_then(|found| found.because.as_deref()).unwrap_or("it is off");
    let raw = scene.raw("GOCACHE");
    let evidence = format!("GOCACHE is `{raw}`: {because}");
    vec![Seen::new("there is no build cache: every command that compiles stops", evidence).mend(scene.unset("GOCACHE"))]
}

fn not_writable(scene: &Scene<'_>, name: &str, loss: &str) -> Vec<Seen> {
    let dir = scene.value(name);
    if !scene.is_absolute(dir) {
        return Vec::new();
    }
    let place = match scene.existing(dir) {
        Some(place) => place,
        None => return Vec::new(),
    };
    let in_the_way = scene.host.kind(dir) == Kind::File;
    let why = match scene.host.check_writable(&place) {
        _ if in_the_way => "a file is in the way".to_owned(),
        Ok(()) => return Vec::new(),
        Err(why) => why.to_string(),
    };
    let message = format!("{name} cannot be written by this user: {loss}");
    vec![Seen::new(message, format!("{}; `{place}`: {why}", scene.shown(name))).mend(scene.assign(name, "DIR"))]
}

pub(crate) fn gocache_not_writable(scene: &Scene<'_>) -> Vec<Seen> {
    not_writable(scene, "GOCACHE", "every command that compiles stops")
}

pub(crate) fn gomodcache_not_writable(scene: &Scene<'_>) -> Vec<Seen> {
    not_writable(scene, "GOMODCACHE", "no module can be downloaded")
}

pub(crate) fn synchronised(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |(name, dir): (&str, &str)| {
        let lower = dir.to_lowercase();
        let which = SYNCHRONISED.iter().find(|word| lower.contains(**word))?;
        let message = format!(
            "{name} lies in a folder that is synchronised ({which}): thousands of small files are carried away while Go holds them"
        );
        Some(Seen::new(message, scene.shown(name)).mend(scene.assign(name, "DIR")))
    };
    folders(scene).filter_map(one).collect()
}

pub(crate) fn remote(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |(name, dir): (&str, &str)| {
        let share = scene.platform() == Platform::Windows
            && dir.replace('/', r"\").starts_with(r"\\")
            && !dir.starts_with(r"\\?\");
        let system = scene.drive(dir).map(|drive| drive.file_system.to_lowercase()).unwrap_or_default();
        if !share && !REMOTE.contains(&system.as_str()) {
            return None;
        }
        let message = format!(
            "{name} lies on another machine: Go's locks are slow or missing there, and each small file costs a round trip"
        );
        let system = if system.is_empty() { "a share".to_owned() } else { format!("file system {system}") };
        Some(Seen::new(message, format!("{}; {system}", scene.shown(name))).mend(scene.assign(name, "DIR")))
    };
    folders(scene).filter_map(one).collect()
}

pub(crate) fn nearly_full(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |(name, dir): (&str, &str)| {
        let drive = scene.drive(dir).filter(|drive| drive.free_bytes < LITTLE_BYTES)?;
        let message = format!("the drive of {name} is nearly full: {} are free", size(drive.free_bytes));
        Some(Seen::new(message, format!("{}; drive `{}`", scene.shown(name), drive.mount)).mend("go clean -cache"))
    };
    folders(scene).filter_map(one).collect()
}

pub(crate) fn in_module(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |(name, dir): (&str, &str)| {
        let file = scene.above(&scene.platform().parent(dir)?, "go.mod")?;
        let message = format!("{name} lies inside a module, where `git clean` removes it and tools walk through it");
        Some(Seen::new(message, format!("{}; the module is `{file}`", scene.shown(name))).mend(scene.unset(name)))
    };
    // The module cache inside a module is GOPATH's own finding.
    folders(scene).filter(|(name, _)| *name == "GOCACHE" || scene.set(name).is_some()).filter_map(one).collect()
}

pub(crate) fn no_tmpdir(scene: &Scene<'_>) -> Vec<Seen> {
    let dir = scene.value("GOTMPDIR");
    if dir.is_empty() || scene.host.kind(dir) == Kind::Dir {
        return Vec::new();
    }
    let absolute = scene.is_absolute(dir);
    let message = "GOTMPDIR names no folder: every command that builds stops, for Go does not make it";
    let change = (absolute && scene.host.kind(dir) == Kind::Absent).then(|| Change::MakeDir { path: dir.to_owned() });
    let command = if scene.platform() == Platform::Windows {
        format!("New-Item -ItemType Directory -Force '{dir}'")
    } else {
        format!("mkdir -p '{dir}'")
    };
    vec![Seen::new(message, scene.shown("GOTMPDIR")).change(command, change)]
}
