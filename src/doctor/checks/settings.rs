//! Settings that make Go do something else than its commands say.

use crate::doctor::{Scene, context::Seen};
use crate::{
    goenv::{WrongGoflags, goflags},
    output::mask,
    platform::Platform,
    ports::Kind,
};

/// The flags of GOFLAGS; none where Go cannot read it.
fn flags<'s>(scene: &'s Scene<'_>) -> Vec<&'s str> {
    goflags(scene.value("GOFLAGS")).unwrap_or_default()
}

pub(crate) fn goflags_invalid(scene: &Scene<'_>) -> Vec<Seen> {
    let first = match goflags(scene.value("GOFLAGS")) {
        Ok(_) => return Vec::new(),
        Err(WrongGoflags::NotAFlag(word)) => word,
        Err(WrongGoflags::Unterminated(mark)) => mark.to_string(),
    };
    let message = "GOFLAGS holds something that is no flag: every command that builds stops";
    let evidence = format!("{}; `{}`", mask::masked(&scene.shown("GOFLAGS")), mask::masked(&first));
    vec![Seen::new(message, evidence).mend(scene.unset("GOFLAGS"))]
}

pub(crate) fn goflags_breaks_installs(scene: &Scene<'_>) -> Vec<Seen> {
    let gomod = scene.value("GOMOD");
    let vendor = scene.platform().parent(gomod).map(|dir| scene.platform().join(&dir, "vendor"));
    let has_vendor = vendor.is_some_and(|dir| scene.host.kind(&dir) == Kind::Dir);
    let one = |flag: &str| {
        let name = flag.trim_start_matches('-');
        let why = match name.split_once('=').map_or((name, ""), |(name, value)| (name, value)) {
            ("mod", "vendor") if !has_vendor => {
                "there is no vendor folder here, and `go install PACKAGE@VERSION` refuses it"
            }
            ("mod", "mod") => "go.mod is rewritten by every build",
            ("n", _) => "commands are printed and not run",
            ("o", _) => "every build writes to one file, and `go install` does not know the flag",
            ("buildmode", mode) if mode != "default" && mode != "exe" && mode != "pie" => {
                "programs are built as something else"
            }
            ("modfile", _) => "another go.mod is read",
            ("overlay", _) => "files are read from other places",
            ("toolexec", _) => "another program stands before the compiler",
            _ => return None,
        };
        let message = format!("GOFLAGS holds `{}`: {why}", mask::masked(flag));
        Some(Seen::new(message, mask::masked(&scene.shown("GOFLAGS")).into_owned()).mend(scene.unset("GOFLAGS")))
    };
    flags(scene).into_iter().filter_map(one).collect()
}

pub(crate) fn gopath_mode(scene: &Scene<'_>) -> Vec<Seen> {
    if scene.value("GO111MODULE") != "off" {
        return Vec::new();
    }
    let message = "GO111MODULE=off: go.mod files are not read, and packages are looked for in GOPATH/src";
    vec![Seen::new(message, scene.shown("GO111MODULE")).mend(scene.unset("GO111MODULE"))]
}

fn proxies<'a>(scene: &'a Scene<'_>) -> Vec<&'a str> {
    scene.value("GOPROXY").split([',', '|']).map(str::trim).filter(|proxy| !proxy.is_empty()).collect()
}

fn masked(scene: &Scene<'_>, name: &str) -> String {
    mask::masked(&scene.shown(name)).into_owned()
}

pub(crate) fn proxy_off(scene: &Scene<'_>) -> Vec<Seen> {
    if proxies(scene).first() != Some(&"off") {
        return Vec::new();
    }
    let message = "GOPROXY=off: nothing is downloaded, and a module that is not in the cache is an error";
    vec![Seen::new(message, masked(scene, "GOPROXY")).mend(scene.unset("GOPROXY"))]
}

pub(crate) fn proxy_insecure(scene: &Scene<'_>) -> Vec<Seen> {
    let plain =
        |proxy: &&str| proxy.starts_with("http://") && !proxy.contains("//localhost") && !proxy.contains("//127.");
    let Some(proxy) = proxies(scene).into_iter().find(plain) else { return Vec::new() };
    let message =
        "a proxy of GOPROXY is asked without encryption: whoever is on the way reads and changes what is fetched";
    vec![Seen::new(message, mask::masked(proxy).into_owned()).mend("give the proxy's address with https://")]
}

pub(crate) fn proxy_credentials(scene: &Scene<'_>) -> Vec<Seen> {
    let holds = |proxy: &&str| {
        proxy.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')))
    };
    let Some(proxy) = proxies(scene).into_iter().find(holds) else { return Vec::new() };
    let message = "GOPROXY holds a user name or a password: `go env` and every log that prints it show them";
    let command = "put them into ~/.netrc, or from Go 1.24 on into what GOAUTH names";
    vec![Seen::new(message, mask::masked(proxy).into_owned()).mend(command)]
}

pub(crate) fn unchecked(scene: &Scene<'_>) -> Vec<Seen> {
    let off = scene.value("GOSUMDB") == "off";
    let all = ["GONOSUMDB", "GONOSUMCHECK"].into_iter().find(|name| matches!(scene.value(name), "*" | "1"));
    if !off && all.is_none() {
        return Vec::new();
    }
    let name = if off { "GOSUMDB" } else { all.unwrap_or("GONOSUMDB") };
    let message = "downloads are not checked against the checksum database: go.sum takes what comes first";
    vec![Seen::new(message, scene.shown(name)).mend(scene.unset(name))]
}

pub(crate) fn leftovers(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |name: &str, does: &str| {
        let value = scene.subject.env.get_filled(name).or_else(|| scene.set(name).map(|_| scene.raw(name)))?;
        let message = format!("{name} is set, and changes {does} of everything that is built or run from here");
        Some(Seen::new(message, format!("{name}={value}")).mend(scene.unset(name)))
    };
    [("GOEXPERIMENT", "the language and the runtime"), ("GODEBUG", "the behaviour")]
        .into_iter()
        .filter_map(|(name, does)| one(name, does))
        .collect()
}

/// Variables that hold one path or a list of them.
const PATHS: [&str; 8] = ["GOBIN", "GOCACHE", "GOENV", "GOMODCACHE", "GOPATH", "GOROOT", "GOTMPDIR", "GOWORK"];

pub(crate) fn blanks(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |name: &&str| {
        let value = scene.subject.env.get_filled(name)?;
        let what = match () {
            () if value.trim() != value => "begins or ends with a blank",
            () if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) => "is in quotation marks",
            () => return None,
        };
        let message = format!("{name} {what}, and Go takes that for a part of the path");
        let bare = value.trim().trim_matches(['"', '\'']).trim().to_owned();
        Some(Seen::new(message, format!("{name}=[{value}]")).mend(scene.assign(name, &bare)))
    };
    PATHS.iter().filter_map(one).collect()
}

pub(crate) fn other_world(scene: &Scene<'_>) -> Vec<Seen> {
    let platform = scene.platform();
    let one = |name: &&str| {
        let value = scene.subject.env.get_filled(name).or_else(|| scene.set(name).map(|_| scene.raw(name)))?;
        let bytes = value.as_bytes();
        let drive =
            bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
        let wsl = value.starts_with("/mnt/")
            || value.starts_with("/home/")
            || value.starts_with("/c/")
            || value.starts_with("/d/");
        let message = match platform {
            Platform::Windows if wsl => {
                format!("{name} is a path of WSL or Git Bash, which Windows programs do not know")
            }
            Platform::Linux | Platform::Macos if drive => {
                format!("{name} is a path of Windows, which is a relative one here")
            }
            Platform::Linux if value.starts_with("/mnt/c/") => {
                format!(
                    "{name} lies on a Windows drive: from WSL every small file there is slow, and two Gos share one cache"
                )
            }
            _ => return None,
        };
        Some(Seen::new(message, format!("{name}={value}")).mend(scene.unset(name)))
    };
    PATHS.iter().filter_map(one).collect()
}
