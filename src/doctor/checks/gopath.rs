//! GOPATH: what Go refuses, and what it takes and regrets.

use crate::doctor::{Scene, context::Seen};
use crate::{
    goenv::user_dirs::{home, home_variable},
    platform::Platform,
    ports::Kind,
};

fn entries<'a>(scene: &'a Scene<'_>) -> Vec<&'a str> {
    scene.platform().split_list(scene.value("GOPATH"))
}

pub(crate) fn invalid(scene: &Scene<'_>) -> Vec<Seen> {
    let platform = scene.platform();
    let raw = scene.raw("GOPATH");
    let one = |entry: &&str| {
        let why = match () {
            () if entry.starts_with('~') => "begins with `~`, which only a shell understands",
            () if entry.contains('"') && platform != Platform::Windows => {
                "holds quotation marks, which are part of the name here"
            }
            () if !platform.is_absolute(&platform.unquoted(entry)) => "is not absolute",
            () => return None,
        };
        let message = format!("an entry of GOPATH {why}: every go command stops");
        Some(Seen::new(message, format!("{}; entry `{entry}`", scene.shown("GOPATH"))).mend(scene.unset("GOPATH")))
    };
    platform.split_list(raw).iter().filter_map(one).collect()
}

pub(crate) fn is_goroot(scene: &Scene<'_>) -> Vec<Seen> {
    let (Some(root), Some(first)) = (scene.subject.goroot, entries(scene).first().copied()) else { return Vec::new() };
    if scene.platform().same_path(first, root) || scene.host.same_file(first, root) == Some(true) {
        let message =
            "GOPATH is the GOROOT: programs are installed among Go's own, and Go 1.22 and newer warn at every command";
        return vec![Seen::new(message, scene.shown("GOPATH")).mend(scene.unset("GOPATH"))];
    }
    Vec::new()
}

pub(crate) fn is_module(scene: &Scene<'_>) -> Vec<Seen> {
    let found = |dir: &&str| {
        let file = scene.platform().join(dir, "go.mod");
        (scene.host.kind(&file) == Kind::File).then(|| {
            let message =
                "GOPATH is itself a module: Go 1.21 stops there, newer ones warn and `go mod tidy` does not find it";
            Seen::new(message, format!("{}; `{file}`", scene.shown("GOPATH")))
                .mend(scene.unset("GOPATH"))
                .at(&file, None)
        })
    };
    entries(scene).iter().filter_map(found).collect()
}

pub(crate) fn in_module(scene: &Scene<'_>) -> Vec<Seen> {
    let Some(first) = entries(scene).first().copied().filter(|dir| scene.is_absolute(dir)) else { return Vec::new() };
    let Some(up) = scene.platform().parent(first) else { return Vec::new() };
    let Some(file) = scene.above(&up, "go.mod") else { return Vec::new() };
    let message = "GOPATH lies inside a module: `./...`, hashes of the checkout and cleaning it meet the module cache";
    vec![Seen::new(message, format!("{}; the module is `{file}`", scene.shown("GOPATH"))).mend(scene.unset("GOPATH"))]
}

pub(crate) fn several(scene: &Scene<'_>) -> Vec<Seen> {
    let entries = entries(scene);
    if entries.len() < 2 {
        return Vec::new();
    }
    let message =
        format!("GOPATH has {} entries: downloads and installed programs go to the first alone", entries.len());
    vec![Seen::new(message, scene.shown("GOPATH")).mend(scene.assign("GOPATH", entries[0]))]
}

pub(crate) fn no_home(scene: &Scene<'_>) -> Vec<Seen> {
    if home(scene.subject.env).is_some() || scene.set("GOPATH").is_some() {
        return Vec::new();
    }
    let name = home_variable(scene.platform());
    let message = format!("neither GOPATH nor {name} is set: Go has no place for modules, and installs nothing");
    vec![Seen::new(message, format!("{name} is not set")).mend(scene.assign("GOPATH", "DIR"))]
}
