//! goenv: its shim calls `goenv exec`. Source: goenv, `libexec/goenv-exec`, `goenv-version-name`,
//! `goenv-version-file` and `goenv-version-file-read`.

use super::{Caller, NoTarget, ShimKind, ShimValue, Step, script::Script};
use crate::goenv::user_dirs::home;

/// Of a version file as much is read.
const READ: usize = 1_024;

pub(super) fn step(script: &Script, shims: &str, caller: Caller<'_>) -> Step {
    let root = script.value("GOENV_ROOT").map(str::to_owned).or_else(|| caller.dir("GOENV_ROOT", ".goenv"));
    let kind = ShimKind::Goenv;
    let Some(root) = root else { return Step::nowhere(kind, NoTarget::NoVersion) };
    let Ok((wanted, at)) = wanted(&root, caller) else {
        let why = "it takes the version from go.mod, by rules of its own (GOENV_GOMOD_VERSION_ENABLE)";
        return Step::nowhere(kind, NoTarget::Unknown(why));
    };
    let versions = caller.join(&root, "versions");
    let mut first = None;
    // One that is missing stops goenv, also where another would do.
    for version in &wanted {
        let Some(name) = installed(version, &versions, caller) else {
            let said = format!("{at} says {version}");
            return Step::nowhere(kind, NoTarget::NotInstalled { said, dir: versions });
        };
        first.get_or_insert((version, name));
    }
    match first {
        Some((version, name)) if name != "system" => {
            let prefix = caller.join(&versions, &name);
            let go = caller.join(&prefix, "bin/go");
            let sets = sets(&prefix, &name, caller);
            let pinned = Some(ShimValue { name: "GOENV_VERSION".to_owned(), value: name });
            Step { sets, pinned, ..Step::to(kind, go, format!("{at} says {version}")) }
        }
        _ => match caller.system(shims) {
            Ok(go) => Step::to(kind, go, format!("{at} says system")),
            Err(why) => Step::nowhere(kind, why),
        },
    }
}

/// The versions that are asked for, and who says so. The error: a go.mod says it.
fn wanted(root: &str, caller: Caller<'_>) -> Result<(Vec<String>, String), ()> {
    let split = |text: &str| text.split(':').filter(|one| !one.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    if let Some(set) = caller.env.get_filled("GOENV_VERSION") {
        return Ok((split(set), "GOENV_VERSION".to_owned()));
    }
    let by_module = caller.env.get("GOENV_GOMOD_VERSION_ENABLE") == Some("1");
    let given = caller.env.get_filled("GOENV_DIR").unwrap_or(caller.current_dir);
    let from = Caller { current_dir: given, ..caller };
    for dir in from.dirs() {
        let file = caller.join(&dir, ".go-version");
        if let Some(text) = caller.text(&file) {
            return Ok((words(&text), format!("`{file}`")));
        }
        if by_module && caller.is_file(&caller.join(&dir, "go.mod")) {
            return Err(());
        }
    }
    let file = caller.join(root, "version");
    let text = caller.text(&file).unwrap_or_default();
    Ok((words(&text), format!("`{file}`")))
}

/// The first word of each line that is no comment and could be no path.
fn words(text: &str) -> Vec<String> {
    let end = text.char_indices().map(|(at, _)| at).find(|at| *at >= READ).unwrap_or(text.len());
    let first = text[..end].lines().filter_map(|line| line.split_whitespace().next());
    first.filter(|word| !word.starts_with('#') && *word != ".." && !word.contains('/')).map(str::to_owned).collect()
}

fn installed(version: &str, versions: &str, caller: Caller<'_>) -> Option<String> {
    if version == "system" {
        return Some(version.to_owned());
    }
    let has = |name: &str| caller.is_file(&caller.join(versions, &format!("{name}/bin/go")));
    let plain = version.strip_prefix("go-").unwrap_or(version);
    let is_minor = plain.split('.').count() == 2;
    let newest = caller.newest(versions, plain).filter(|_| is_minor);
    newest.or_else(|| Some(plain.to_owned())).filter(|name| has(name))
}

fn sets(prefix: &str, version: &str, caller: Caller<'_>) -> Vec<ShimValue> {
    let is = |name: &str| caller.env.get(name) == Some("1");
    let set = |name: &str, value: String| ShimValue { name: name.to_owned(), value };
    let mut sets = Vec::new();
    if !is("GOENV_DISABLE_GOROOT") {
        sets.push(set("GOROOT", prefix.to_owned()));
    }
    let below = caller.env.get_filled("GOENV_GOPATH_PREFIX").map(str::to_owned);
    let below = below.or_else(|| Some(caller.join(home(caller.env)?, "go")));
    if let Some(below) = below.filter(|_| !is("GOENV_DISABLE_GOPATH")) {
        let own = caller.join(&below, version);
        let value = match caller.env.get_filled("GOPATH") {
            Some(old) if is("GOENV_APPEND_GOPATH") => format!("{own}:{old}"),
            Some(old) if is("GOENV_PREPEND_GOPATH") => format!("{old}:{own}"),
            _ => own,
        };
        sets.push(set("GOPATH", value));
    }
    sets
}
