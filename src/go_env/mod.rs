//! What `go env` prints, by Go's own rules for each version and without running it.

use crate::{
    go_settings::{goenv_file, home, lines},
    model::{
        env::EnvBlock,
        explained::{Explained, Held, Layer},
        go::GoVersion,
        platform::Platform,
    },
    ports::Host,
};

/// One Go on one machine, as one process would meet it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Whose rules apply.
    pub version: &'a GoVersion,
    /// Where `bin/go` lies, by its place; `None`: no such toolchain is here.
    pub goroot: Option<&'a str>,
    /// The machine's GOARCH.
    pub goarch: &'a str,
    /// The environment of the process.
    pub env: &'a EnvBlock,
    /// The folder it runs in, absolute.
    pub current_dir: &'a str,
}

/// Every variable of `go env`, in alphabetical order.
#[must_use]
pub fn variables(subject: &Subject<'_>, host: &dyn Host) -> Vec<Explained> {
    let names = ["GOBIN", "GOCACHE", "GOENV", "GOFLAGS", "GOMODCACHE", "GOPATH", "GOPROXY", "GOROOT", "GOTOOLCHAIN"];
    names.iter().map(|name| variable(name, subject, host)).collect()
}

fn variable(name: &str, subject: &Subject<'_>, host: &dyn Host) -> Explained {
    let platform = subject.env.platform();
    let mut held: Vec<Held> = Vec::new();
    if let Some(value) = subject.env.get(name) {
        held.push(Held { source: Layer::Environment, value: value.to_owned(), at: None });
    }
    let files = [
        (Layer::GoenvFile, goenv_file(subject.env)),
        (Layer::GorootGoEnv, subject.goroot.map(|root| platform.join(root, "go.env"))),
    ];
    for (source, path) in files {
        let Some(path) = path else { continue };
        let Ok(content) = host.read(&path) else { continue };
        let content = String::from_utf8_lossy(&content).into_owned();
        let mut said = lines(&content).filter(|(_, said, _)| *said == name);
        let line = if source == Layer::GoenvFile { said.last() } else { said.next() };
        if let Some((number, _, value)) = line {
            held.push(Held { source, value: value.to_owned(), at: Some(format!("{path}:{number}")) });
        }
    }
    if let Some(value) = default(name, subject, host) {
        held.push(Held { source: Layer::Default, value, at: None });
    }
    let wins = held.iter().position(|one| !one.value.is_empty());
    let winner = wins.map(|at| held.remove(at));
    Explained {
        name: name.to_owned(),
        value: Some(winner.as_ref().map(|one| one.value.clone()).unwrap_or_default()),
        source: winner.as_ref().map_or(Layer::Default, |one| one.source),
        at: winner.and_then(|one| one.at),
        because: None,
        origin: None,
        shadowed: held,
        go_says: None,
    }
}

fn default(name: &str, subject: &Subject<'_>, host: &dyn Host) -> Option<String> {
    let platform = subject.env.platform();
    match name {
        "GOROOT" => subject.goroot.map(str::to_owned),
        "GOENV" => goenv_file(subject.env),
        "GOPATH" => Some(platform.join(home(subject.env)?, "go")),
        "GOMODCACHE" => {
            let gopath = variable("GOPATH", subject, host).value?;
            Some(platform.join(platform.split_list(&gopath).first()?, "pkg/mod"))
        }
        "GOCACHE" => match platform {
            Platform::Windows => Some(platform.join(subject.env.get_filled("LOCALAPPDATA")?, "go-build")),
            Platform::Macos => Some(platform.join(home(subject.env)?, "Library/Caches/go-build")),
            Platform::Linux => match subject.env.get_filled("XDG_CACHE_HOME") {
                Some(dir) => Some(platform.join(dir, "go-build")),
                None => Some(platform.join(home(subject.env)?, ".cache/go-build")),
            },
        },
        _ => None,
    }
}
