//! Which commands are tried, and how each is kept from writing anywhere but to
//! the scratch directory.

use super::{TrialMeans, TriedIn};
use crate::{
    doctor::{
        Context,
        checks::modules::{absent_modules, flag, flags, is_vendored, parts, required_by},
        finding::Finding,
    },
    goenv::{
        Chosen,
        locate::gos_on_path,
        settings::TELEMETRY_DIR,
        text::{rejoined, split_list},
    },
    platform::{Platform, env::EnvBlock},
    ports::{Host, Kind, ReadLimit},
};
use std::io;

/// The discard port, where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

/// As it stands in a message of Go.
pub(super) const NOWHERE_ADDRESS: &str = "127.0.0.1:9: ";

const MAIN_GO: &str = "package main\n\nfunc main() { println(\"it runs\") }\n";
const TEST_GO: &str = "package main\n\nimport \"testing\"\n\nfunc TestIt(*testing.T) {}\n";

/// The checks whose finding says that Go does not come to write to its build cache.
const CACHE_UNUSABLE: [&str; 2] = ["gocache-off", "gocache-not-writable"];

/// One command.
#[derive(Debug)]
pub(super) struct GoCommand {
    /// The id of a finding: `try-build`.
    pub id: &'static str,
    /// As it would be typed.
    pub shown: String,
    /// As it is run.
    pub argv: Vec<String>,
    pub env: EnvBlock,
    pub dir: String,
    pub place: TriedIn,
    /// Variables that have another value than in the environment that is tried.
    pub replaced: Vec<&'static str>,
    /// Why it is not run.
    pub skipped: Option<String>,
}

/// What is tried.
pub(super) struct TrialPlan<'a> {
    context: &'a Context<'a>,
    means: &'a TrialMeans<'a>,
    go: String,
    base: EnvBlock,
    replaced: Vec<&'static str>,
}

impl<'a> TrialPlan<'a> {
    pub fn new(context: &'a Context<'a>, means: &'a TrialMeans<'a>, found: &[Finding]) -> Self {
        let platform = context.platform();
        let at = |name: &str| platform.join(means.scratch, name);
        let mut base = context.subject.env.clone();
        let mut replaced = vec![TELEMETRY_DIR, "GIT_OPTIONAL_LOCKS"];
        base.set(TELEMETRY_DIR, at("telemetry"));
        // `git status`, which Go runs for what it records in a program, would write the index anew.
        base.set("GIT_OPTIONAL_LOCKS", "0");
        if !found.iter().any(|one| CACHE_UNUSABLE.contains(&one.id)) {
            base.set("GOCACHE", at("cache"));
            replaced.push("GOCACHE");
        }
        if !means.online {
            for (name, value) in [("GOPROXY", "off"), ("GONOPROXY", "none"), ("GOVCS", "*:off")] {
                base.set(name, value);
                replaced.push(name);
            }
            // For what Go asks beside it, as the checksum database.
            for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
                base.set(name, NOWHERE);
            }
            ["NO_PROXY", "no_proxy"].iter().for_each(|name| base.remove(name));
        }
        let go = gos_on_path(context.subject.env, context.subject.current_dir, context.host).next();
        let go = go.map_or_else(|| "go".to_owned(), |go| go.program);
        Self { context, means, go, base, replaced }
    }

    fn platform(&self) -> Platform {
        self.context.platform()
    }

    fn at(&self, name: &str) -> String {
        self.platform().join(self.means.scratch, name)
    }

    /// Writes the small module, and copies of what a command might change.
    pub fn lay_out(&self, host: &dyn Host) -> io::Result<()> {
        host.write(&self.at("own/go.mod"), b"module probe\n")?;
        host.write(&self.at("own/main.go"), MAIN_GO.as_bytes())?;
        host.write(&self.at("own/main_test.go"), TEST_GO.as_bytes())?;
        for name in ["mod", "sum"] {
            let of = self.mod_file().map(|file| file.strip_suffix("mod").unwrap_or(&file).to_owned() + name);
            if let Some(content) = of.and_then(|file| host.read(&file, ReadLimit::Module).ok()) {
                host.write(&self.at(&format!("copy/go.{name}")), &content)?;
            }
        }
        Ok(())
    }

    /// The go.mod that counts here.
    fn mod_file(&self) -> Option<String> {
        let platform = self.platform();
        let named = flag(self.context, "modfile").map(|file| match platform.is_absolute(file) {
            true => file.to_owned(),
            false => platform.join(self.context.subject.current_dir, file),
        });
        let file = self.context.value("GOMOD").to_owned();
        named.or_else(|| Some(file).filter(|file| file.ends_with("go.mod")))
    }

    fn is_in_workspace(&self) -> bool {
        !matches!(self.context.value("GOWORK"), "" | "off")
    }

    /// All, in the order in which they are run.
    pub fn attempts(&self) -> Vec<GoCommand> {
        [self.questions(), self.of_own_module(), self.of_working_directory()].into_iter().flatten().collect()
    }

    fn attempt(&self, id: &'static str, args: &[&str], extra: &[&str]) -> GoCommand {
        let args_shown = args.join(" ");
        let (first, rest) = args.split_first().map_or(("", &[] as &[&str]), |(first, rest)| (*first, rest));
        let (verb, rest) = match (first, rest.split_first()) {
            ("mod", Some((second, rest))) => (vec![first, *second], rest),
            _ => (vec![first], rest),
        };
        let words = [self.go.as_str()].into_iter().chain(verb).chain(extra.iter().copied()).chain(rest.iter().copied());
        GoCommand {
            id,
            shown: format!("go {args_shown}"),
            argv: words.map(str::to_owned).collect(),
            env: self.base.clone(),
            dir: self.context.subject.current_dir.to_owned(),
            place: TriedIn::WorkingDirectory,
            replaced: self.replaced.clone(),
            skipped: None,
        }
    }

    /// What every go command does first.
    fn questions(&self) -> Vec<GoCommand> {
        vec![self.attempt("try-version", &["version"], &[]), self.attempt("try-env", &["env"], &[])]
    }

    /// The environment for the small module, in which nothing of the user's own modules counts.
    fn own_env(&self) -> (EnvBlock, Vec<&'static str>) {
        let (context, platform) = (self.context, self.platform());
        let (mut env, mut replaced) = (self.base.clone(), self.replaced.clone());
        let mut set = |name: &'static str, value: String| {
            env.set(name, value);
            replaced.push(name);
        };
        if context.set("GOWORK").is_some() && context.host.kind(context.value("GOWORK")) == Kind::File {
            set("GOWORK", "off".to_owned());
        }
        let all = flags(context);
        let kept: Vec<&str> = all.iter().copied().filter(|flag| !matches!(parts(flag).0, "mod" | "modfile")).collect();
        if kept.len() < all.len() {
            // An empty value would let that of `go env -w` count.
            set("GOFLAGS", rejoined(&kept) + " ");
        }
        let gobin = context.raw("GOBIN");
        if platform.is_absolute(gobin) {
            set("GOBIN", self.at("bin"));
        } else if gobin.is_empty() {
            let first = split_list(platform, context.value("GOPATH")).into_iter().next().unwrap_or_default();
            if platform.is_absolute(&first) {
                set("GOPATH", self.at("gopath"));
                // A toolchain that Go has downloaded lies there.
                set("GOMODCACHE", context.value("GOMODCACHE").to_owned());
            }
        }
        (env, replaced)
    }

    fn of_own_module(&self) -> Vec<GoCommand> {
        let program = self.at(&format!("hello{}", self.platform().exe_suffix()));
        let (env, replaced) = self.own_env();
        let all = [
            self.attempt("try-build", &["build", "."], &["-o", &program]),
            self.attempt("try-run", &["run", "."], &[]),
            self.attempt("try-install", &["install", "."], &[]),
            self.attempt("try-test", &["test", "."], &[]),
            self.attempt("try-vet", &["vet", "."], &[]),
        ];
        all.into_iter()
            .map(|one| GoCommand {
                env: env.clone(),
                replaced: replaced.clone(),
                dir: self.at("own"),
                place: TriedIn::OwnModule,
                ..one
            })
            .collect()
    }

    fn of_working_directory(&self) -> Vec<GoCommand> {
        let context = self.context;
        let Some(file) = self.mod_file() else {
            let why = "there is no go.mod here or above";
            let none = self.attempt("try-list", &["list", "./..."], &[]);
            return vec![GoCommand { skipped: Some(why.to_owned()), ..none }];
        };
        let modfile = format!("-modfile={}", self.at("copy/go.mod"));
        // With the flag for it go.mod would be changed: the copy is.
        let changes = flag(self.context, "mod") == Some("mod") && !self.is_in_workspace();
        let extra: Vec<&str> = if changes { vec![&modfile] } else { Vec::new() };
        let absent = absent_modules(context, &file);
        let discard = if self.platform() == Platform::Windows { "NUL" } else { "/dev/null" };
        let mut all = vec![
            self.attempt("try-list", &["list", "./..."], &[&extra[..], &["-deps", "-test"]].concat()),
            self.attempt("try-build", &["build", "./..."], &[&extra[..], &["-o", discard]].concat()),
        ];
        let cache = self.at("modules");
        if self.means.online && !required_by(context, &file).is_empty() && !is_vendored(context) {
            let mut download = self.attempt("try-download", &["mod", "download"], &[&modfile]);
            for one in all.iter_mut().chain([&mut download]) {
                if !self.runs_from_cache() {
                    one.env.set("GOMODCACHE", cache.clone());
                    one.replaced.push("GOMODCACHE");
                }
            }
            // -modfile is for one module.
            download.env.set("GOWORK", "off");
            download.replaced.push("GOWORK");
            if self.runs_from_cache() {
                let why = "the toolchain lies in the module cache, so that no other can be used";
                download.skipped = Some(why.to_owned());
            }
            all.insert(0, download);
        } else if let [first, ..] = absent.as_slice() {
            let why = match absent.len() {
                1 => format!("{first} is not in the module cache; `--online` downloads it"),
                several => {
                    format!("{first} and {} more are not in the module cache; `--online` downloads them", several - 1)
                }
            };
            all.iter_mut().for_each(|one| one.skipped = Some(why.clone()));
        }
        all
    }

    /// Whether another Go answers that lies in the module cache.
    fn runs_from_cache(&self) -> bool {
        let cache = self.context.value("GOMODCACHE");
        matches!(&self.context.look.chosen, Chosen::Other { goroot: Some(dir), .. }
            if !cache.is_empty() && self.platform().is_within(dir, cache))
    }
}
