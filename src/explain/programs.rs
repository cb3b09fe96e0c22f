//! PATH and `go`: which programs of that name there are, in order, and where
//! GOBIN stands among the entries of PATH.

use crate::explain::upstream::wanted_go;
use crate::{
    goenv::{
        Subject,
        explanation::{Explained, Explanation, Layer, SourcedValue},
        locate::{GoOnPath, Shim, gos_on_path},
    },
    platform::Platform,
    ports::Host,
};

/// PATH, and the first `go` on it with those behind it. `explanation` knows GOBIN. PATH is unusual where it holds no
/// `go`, and where it lacks a GOBIN that somebody set.
#[must_use]
pub fn programs(subject: &Subject<'_>, explanation: &Explanation, host: &dyn Host) -> Vec<Explained> {
    let gobin = explanation.value("GOBIN");
    let set = |one: &Explained| !matches!(one.source, Layer::Computed | Layer::Default);
    let gobin_is_set = explanation.get("GOBIN").is_some_and(set);
    let platform = subject.env.platform();
    let dirs = subject.env.path_dirs();
    let found: Vec<SourcedValue> = gos_on_path(subject.env, subject.current_dir, host)
        .map(|go| SourcedValue { source: Layer::Environment, at: Some(about(&go, platform, host)), value: go.program })
        .collect();
    let at = dirs.iter().position(|dir| !gobin.is_empty() && platform.same_path(dir, gobin));
    let lacks_gobin = gobin_is_set && !gobin.is_empty() && at.is_none();
    let gobin = match (gobin, at) {
        ("", _) => "GOBIN is not set".to_owned(),
        (dir, Some(at)) => format!("GOBIN `{dir}` is entry {} of {}", at + 1, dirs.len()),
        (dir, None) => format!("GOBIN `{dir}` is not among its {} entries", dirs.len()),
    };
    let first = found.first();
    let go = first.map_or("it holds no `go`".to_owned(), |one| format!("the first `go` is `{}`", one.value));
    let is_unusual = found.is_empty() || lacks_gobin;
    let explained = |name: &str, value: String, because: String, shadowed: Vec<SourcedValue>| Explained {
        is_unusual: is_unusual && name == "PATH",
        name: name.to_owned(),
        value: Some(value),
        source: Layer::Environment,
        at: None,
        because: Some(because),
        origin: None,
        shadowed,
        go_says: None,
    };
    let path = subject.env.get("PATH").unwrap_or_default().to_owned();
    let which = first.and_then(|one| one.at.clone()).unwrap_or_else(|| "no entry of PATH holds one".to_owned());
    let program = first.map(|one| one.value.clone()).unwrap_or_default();
    let mut behind: Vec<SourcedValue> = found.into_iter().skip(1).collect();
    behind.extend(wanted_go(subject.current_dir, subject.env, host));
    vec![
        explained("PATH", path, format!("{go}; {gobin}"), explanation.path_places.to_vec()),
        explained("go", program, which, behind),
    ]
}

/// `entry 3 of PATH, a link to /usr/lib/go/bin/go, Go 1.22.10`.
fn about(go: &GoOnPath, platform: Platform, host: &dyn Host) -> String {
    let mut text = format!("entry {} of PATH", go.entry + 1);
    if !platform.same_path(&go.real, &go.program) {
        text += &format!(", in truth {}", go.real);
    }
    match &go.shim {
        Some(Shim { kind, leads_to: Ok(target), .. }) => {
            text += &format!(", {} that starts `{}`: {}", kind.name(), target.goroot, target.because);
        }
        Some(Shim { kind, leads_to: Err(why), .. }) => {
            return text + &format!(", {}: {why}", kind.name());
        }
        None => {}
    }
    match go.version(platform, host) {
        Some(Ok(version)) => text += &format!(", Go {version}"),
        Some(Err(why)) => text += &format!(", of no known version: {why}"),
        None => {}
    }
    text
}
