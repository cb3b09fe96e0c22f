//! Which toolchain answers, and which workspace a command is in.

use crate::doctor::{Scene, context::Seen};
use crate::{
    goenv::{Reach, explanation::Chosen, version::GoVersion},
    platform::Platform,
    ports::Kind,
};

pub(crate) fn not_here(scene: &Scene<'_>) -> Vec<Seen> {
    let Chosen::Other { name, goroot: None, because } = &scene.look.chosen else { return Vec::new() };
    let message = format!(
        "{because} wants {name}, which is not here: the next go command downloads it, or stops where it may not"
    );
    let evidence =
        format!("Go {} is here; {}; {}", scene.subject.version, scene.shown("GOTOOLCHAIN"), scene.shown("GOPROXY"));
    let evidence = crate::output::mask::masked(&evidence).into_owned();
    vec![Seen::new(message, evidence).mend(fetch(scene, name))]
}

/// Go downloads a toolchain when it is asked to be that one.
fn fetch(scene: &Scene<'_>, name: &str) -> String {
    match scene.platform() {
        Platform::Windows => format!("$env:GOTOOLCHAIN = '{name}'; go version; Remove-Item Env:GOTOOLCHAIN"),
        _ => format!("GOTOOLCHAIN={name} go version"),
    }
}

/// With GOTOOLCHAIN=local nobody else may answer, and the module asks for more.
pub(crate) fn module_wants_newer(scene: &Scene<'_>) -> Vec<Seen> {
    let file = scene.value("GOMOD");
    let local = scene.value("GOTOOLCHAIN") == "local" && scene.look.chosen == Chosen::This;
    let Some(content) = scene.host.read(file).ok().filter(|_| local) else { return Vec::new() };
    let text = String::from_utf8_lossy(&content).into_owned();
    let line =
        |(at, line): (usize, &str)| Some((at + 1, line.trim().strip_prefix("go ")?.trim().parse::<GoVersion>().ok()?));
    let Some((number, wanted)) = text.lines().enumerate().find_map(line) else { return Vec::new() };
    if wanted <= *scene.subject.version {
        return Vec::new();
    }
    let message = format!(
        "the module wants Go {wanted}, {} is here, and GOTOOLCHAIN=local lets no other answer: nothing is built",
        scene.subject.version
    );
    let evidence = format!("`{file}` says `go {wanted}`; {}", scene.shown("GOTOOLCHAIN"));
    vec![Seen::new(message, evidence).mend(scene.assign("GOTOOLCHAIN", "auto")).at(file, Some(number))]
}

pub(crate) fn handed_over(scene: &Scene<'_>) -> Vec<Seen> {
    let Chosen::Other { name, goroot: Some(goroot), because } = &scene.look.chosen else { return Vec::new() };
    let message = format!("the `go` on PATH is {}, and {because} makes it hand over to {name}", scene.subject.version);
    vec![Seen::new(message, format!("{name} lies in `{goroot}`")).mend(scene.assign("GOTOOLCHAIN", "local"))]
}

pub(crate) fn refused(scene: &Scene<'_>) -> Vec<Seen> {
    let Chosen::Refused(why) = &scene.look.chosen else { return Vec::new() };
    let message = format!("no toolchain may answer, so every go command stops: {why}");
    vec![Seen::new(message, scene.shown("GOTOOLCHAIN")).mend(scene.unset("GOTOOLCHAIN"))]
}

/// What stops Go and belongs to no other check.
pub(crate) fn stops(scene: &Scene<'_>) -> Vec<Seen> {
    let own = ["GOROOT", "GOPATH", "build cache", "which is not here", "GOWORK", "go.mod exists", "creating work dir"];
    let refused = matches!(scene.look.chosen, Chosen::Refused(_));
    let left = scene.look.stops.iter().filter(|stop| !own.iter().any(|word| stop.message.contains(word)));
    left.filter(|stop| !(refused && stop.reach == Reach::Every))
        .map(|stop| {
            let message = format!("{} stops", stop.reach.name());
            Seen::new(message, crate::output::mask::masked(&stop.message).into_owned()).mend("goenv-ci explain")
        })
        .collect()
}

fn workspace<'a>(scene: &'a Scene<'_>) -> Option<&'a str> {
    Some(scene.value("GOWORK")).filter(|file| !file.is_empty() && *file != "off")
}

pub(crate) fn workspace_missing(scene: &Scene<'_>) -> Vec<Seen> {
    let (Some(file), Some(_)) = (workspace(scene), scene.set("GOWORK")) else { return Vec::new() };
    let why = match scene.host.kind(file) {
        Kind::File => return Vec::new(),
        Kind::Dir => "is a folder, and it must be the file go.work itself",
        Kind::Absent => "names no file",
    };
    let message = format!("GOWORK {why}: every command that looks at modules stops");
    vec![Seen::new(message, scene.shown("GOWORK")).mend(scene.unset("GOWORK"))]
}

pub(crate) fn workspace_above(scene: &Scene<'_>) -> Vec<Seen> {
    let (Some(file), None) = (workspace(scene), scene.set("GOWORK")) else { return Vec::new() };
    let platform = scene.platform();
    let module = platform.parent(scene.value("GOMOD")).unwrap_or_else(|| scene.subject.current_dir.to_owned());
    let Some(dir) = platform.parent(file).filter(|dir| !platform.same_path(dir, &module)) else { return Vec::new() };
    let message = "a go.work above this module is in force: other modules are built with it, and `-mod=mod` is refused";
    let command = if platform == Platform::Windows { "$env:GOWORK = 'off'" } else { "export GOWORK=off" };
    vec![Seen::new(message, format!("`{file}` lies in `{dir}`, the module in `{module}`")).mend(command).at(file, None)]
}
