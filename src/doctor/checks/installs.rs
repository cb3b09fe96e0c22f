//! GOBIN and the folder that `go install` writes to: whether its programs are the ones that run.

use crate::doctor::{Scene, context::Seen};
use crate::{platform::Platform, ports::Kind};

/// Programs of one folder that are compared with PATH.
const MOST: usize = 500;

/// GOBIN, else `bin` in the first entry of GOPATH; only what can be a folder.
pub(crate) fn target(scene: &Scene<'_>) -> Option<String> {
    let platform = scene.platform();
    let gobin = scene.value("GOBIN");
    let dir = if gobin.is_empty() {
        platform.join(platform.split_list(scene.value("GOPATH")).first()?, "bin")
    } else {
        gobin.to_owned()
    };
    platform.is_absolute(&dir).then_some(dir)
}

pub(crate) fn relative(scene: &Scene<'_>) -> Vec<Seen> {
    let gobin = scene.value("GOBIN");
    if gobin.is_empty() || scene.is_absolute(gobin) {
        return Vec::new();
    }
    let message = "GOBIN is not absolute: `go env` shows it without complaint, and `go install` refuses it";
    vec![Seen::new(message, scene.shown("GOBIN")).mend(scene.unset("GOBIN"))]
}

pub(crate) fn list(scene: &Scene<'_>) -> Vec<Seen> {
    let gobin = scene.value("GOBIN");
    let entries = scene.platform().split_list(gobin);
    if entries.len() < 2 {
        return Vec::new();
    }
    let message = "GOBIN holds a list, and Go takes it for the name of one folder";
    vec![Seen::new(message, scene.shown("GOBIN")).mend(scene.assign("GOBIN", entries[0]))]
}

pub(crate) fn not_on_path(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(dir) = target(scene) else { return Vec::new() };
    let platform = scene.platform();
    let on_path = |entry: &str| platform.same_path(entry, &dir) || scene.host.same_file(entry, &dir) == Some(true);
    if scene.subject.env.path_dirs().iter().any(|entry| on_path(entry)) {
        return Vec::new();
    }
    let message = "the folder of `go install` is not on PATH: what it installs is not found by its name";
    let command = match platform {
        Platform::Windows => format!("$env:Path = '{dir};' + $env:Path"),
        _ => format!("export PATH='{dir}':\"$PATH\""),
    };
    vec![Seen::new(message, format!("`{dir}` is no entry of PATH")).mend(command)]
}

pub(crate) fn shadowed(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(dir) = target(scene).filter(|dir| scene.host.kind(dir) == Kind::Dir) else { return Vec::new() };
    let platform = scene.platform();
    let before: Vec<String> = scene
        .subject
        .env
        .path_dirs()
        .iter()
        .take_while(|entry| !platform.same_path(entry, &dir))
        .filter(|entry| platform.is_absolute(entry))
        .map(|entry| entry.clone().into_owned())
        .collect();
    if !scene.subject.env.path_dirs().iter().any(|entry| platform.same_path(entry, &dir)) {
        return Vec::new();
    }
    let one = |name: String| {
        let mine = platform.join(&dir, &name);
        let other =
            before.iter().map(|entry| platform.join(entry, &name)).find(|path| scene.host.kind(path) == Kind::File)?;
        if scene.host.kind(&mine) != Kind::File || scene.host.same_file(&mine, &other) == Some(true) {
            return None;
        }
        let message = format!("`{name}` was installed, and another one earlier on PATH runs instead");
        let command =
            if platform == Platform::Windows { format!("Remove-Item '{other}'") } else { format!("rm '{other}'") };
        Some(Seen::new(message, format!("`{mine}` is hidden by `{other}`")).mend(command))
    };
    scene.host.list(&dir).into_iter().take(MOST).filter_map(one).collect()
}

pub(crate) fn cross(scene: &Scene<'_>) -> Vec<Seen> {
    let gobin = scene.set("GOBIN").is_some() && !scene.value("GOBIN").is_empty();
    let foreign = |name: &str, own: &str| scene.set(name).is_some() && scene.value(name) != scene.value(own);
    if !gobin || !(foreign("GOOS", "GOHOSTOS") || foreign("GOARCH", "GOHOSTARCH")) {
        return Vec::new();
    }
    let message = "GOBIN is set while another system or processor is the target: `go install` refuses every program";
    let evidence = format!("{}; {}; {}", scene.shown("GOBIN"), scene.shown("GOOS"), scene.shown("GOARCH"));
    vec![Seen::new(message, evidence).mend(scene.unset("GOBIN"))]
}
