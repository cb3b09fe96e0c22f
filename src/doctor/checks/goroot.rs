//! GOROOT: needed by nobody, and able to stop every go command.

use crate::doctor::{Scene, context::Seen};
use crate::{
    goenv::{explanation::Layer, locate::version_of},
    ports::{Host, Kind},
};

/// The folder that GOROOT names, if somebody set it.
fn set<'a>(scene: &'a Scene<'_>) -> Option<&'a str> {
    scene.set("GOROOT")?;
    Some(scene.raw("GOROOT")).filter(|root| !root.is_empty())
}

fn unset(scene: &Scene<'_>, seen: Seen) -> Seen {
    // `go env -u` needs a go that starts, which this very line may prevent.
    match scene.explanation.get("GOROOT") {
        Some(found) if found.source == Layer::GoenvFile => {
            crate::doctor::checks::goenv_file::forget(scene, "GOROOT", seen)
        }
        _ => seen.mend(scene.unset("GOROOT")),
    }
}

pub(crate) fn missing(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(root) = set(scene).filter(|root| scene.host.kind(root) != Kind::Dir) else { return Vec::new() };
    let why = match () {
        () if root.contains('"') || root.contains('\'') => "quotation marks are part of the name",
        () if !scene.is_absolute(root) => "it is relative",
        () => "there is no such folder",
    };
    let message = format!("GOROOT leads nowhere ({why}): every go command stops, `go env` and `go version` too");
    vec![unset(scene, Seen::new(message, scene.shown("GOROOT")))]
}

pub(crate) fn incomplete(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(root) = set(scene).filter(|root| scene.host.kind(root) == Kind::Dir) else { return Vec::new() };
    let join = |part: &str| scene.platform().join(root, part);
    let lacks: Vec<&str> = ["src", "pkg/tool", "VERSION"]
        .into_iter()
        .filter(|part| scene.host.kind(&join(part)) == Kind::Absent)
        .collect();
    if lacks.is_empty() {
        return Vec::new();
    }
    let evidence = format!("{}; no {} in it", scene.shown("GOROOT"), lacks.join(", no "));
    vec![unset(scene, Seen::new("GOROOT is a folder that holds no whole Go: nothing can be compiled", evidence))]
}

pub(crate) fn of_another_version(scene: &Scene<'_>) -> Vec<Seen> {
    let (Some(root), Some(own)) = (set(scene), scene.subject.goroot) else { return Vec::new() };
    let platform = scene.platform();
    match version_of(root, platform, scene.host) {
        Ok(version) if version != *scene.subject.version && scene.host.same_file(root, own) != Some(true) => {
            let message = format!(
                "GOROOT is the tree of Go {version}, and the `go` that runs is {}: what it compiles does not fit together",
                scene.subject.version
            );
            let evidence = format!("{}; the go that runs lies in {own}", scene.shown("GOROOT"));
            vec![unset(scene, Seen::new(message, evidence))]
        }
        _ => Vec::new(),
    }
}

pub(crate) fn needless(scene: &Scene<'_>) -> Vec<Seen> {
    let (Some(root), Some(own)) = (set(scene), scene.subject.goroot) else { return Vec::new() };
    if scene.platform().same_path(root, own) || scene.host.same_file(root, own) == Some(true) {
        let message = "GOROOT is set to what Go finds by itself; the next version that is installed will trip over it";
        vec![unset(scene, Seen::new(message, scene.shown("GOROOT")))]
    } else {
        Vec::new()
    }
}

pub(crate) fn broken_links(scene: &Scene<'_>) -> Vec<Seen> {
    let host: &dyn Host = scene.host;
    let Some(root) = scene.subject.goroot else { return Vec::new() };
    let file = scene.platform().join(root, "go.env");
    if host.kind(&file) == Kind::File {
        return Vec::new();
    }
    let message = "the toolchain has no go.env: GOPROXY, GOSUMDB and GOTOOLCHAIN have no defaults, so every download goes direct and unchecked";
    vec![Seen::new(message, format!("no file `{file}`")).mend("install this Go again, whole")]
}
