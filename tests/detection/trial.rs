//! One mutant on one version: it is built, judged by `verify`, and looked at as others would.

use crate::{
    mutant::Mutant,
    neighbours,
    support::judged,
    toolchain::{MutantRoot, Toolchain, Unbuilt},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// What came of one mutant on one version.
#[derive(Serialize, Deserialize)]
pub enum Outcome {
    /// The source of this version has not what is to be changed.
    DoesNotApply(String),
    /// An error of the list.
    DoesNotCompile(String),
    /// It was judged.
    Judged(Trial),
}

/// What was seen of a mutant that could be built.
#[derive(Serialize, Deserialize)]
pub struct Trial {
    /// Whom `verify` blames.
    pub judgement: Judgement,
    /// Results of `verify` that are `error`, which blame nobody.
    pub errors: usize,
    /// Variables of which `go env` does not print what was set.
    pub env: Vec<String>,
    /// The directories of setup-go that do not exist or are empty, or what stopped the job before.
    pub setup_go: Result<Vec<String>, String>,
    /// How long the build took, and all the rest.
    pub took: (Duration, Duration),
}

/// Whom `verify` blames for a mutant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judgement {
    /// Its variable, and nothing beyond what that one governs.
    Caught,
    /// Its variable, and these too.
    AlsoBlames(Vec<String>),
    /// These, and not its variable.
    Misblames(Vec<String>),
    /// Nobody.
    Survived,
}

impl Judgement {
    /// Whether the mutant's variable is among the blamed.
    pub fn is_caught(&self) -> bool {
        matches!(self, Self::Caught | Self::AlsoBlames(_))
    }

    /// As it is printed.
    pub fn text(&self) -> String {
        match self {
            Self::Caught => "caught".to_owned(),
            Self::AlsoBlames(others) => format!("caught, blames {} too", others.join(", ")),
            Self::Misblames(others) => format!("blames {}", others.join(", ")),
            Self::Survived => "survived".to_owned(),
        }
    }
}

/// Which probes judge a mutant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Probes {
    /// All: whether its variable is blamed, and nobody beside it.
    All,
    /// Those of its variable: whether that is blamed.
    Own,
}

/// Builds a mutant and judges it. `other` is a second toolchain for the probes that need two.
pub fn run(
    toolchain: &Toolchain,
    other: Option<&Toolchain>,
    unchanged: &[String],
    mutant: &Mutant,
    probes: Probes,
) -> Outcome {
    let began = Instant::now();
    let root = match toolchain.mutated(mutant) {
        Ok(root) => root,
        Err(Unbuilt::DoesNotApply(why)) => return Outcome::DoesNotApply(why),
        Err(Unbuilt::DoesNotCompile(why)) => return Outcome::DoesNotCompile(why),
    };
    let built = began.elapsed();
    let mut env_differs = neighbours::env_differs(toolchain, &root);
    env_differs.retain(|name| !unchanged.contains(name));
    let setup_go = neighbours::empty_directories(toolchain, &root, &mutant.variable);
    // Only probes of these need a second toolchain, and its cells cost as much again.
    let other = other.filter(|_| matches!(mutant.variable.as_str(), "GOROOT" | "PATH"));
    let own = (probes == Probes::Own).then_some(mutant.variable.as_str());
    let (failed, errors) = verify(toolchain, &root, other, own);
    let judgement = judge(mutant, &failed);
    Outcome::Judged(Trial { judgement, errors, env: env_differs, setup_go, took: (built, began.elapsed() - built) })
}

/// Runs `verify` on a toolchain, or only its probes of one variable: how many probes of each variable fail, and
/// how many are an `error`.
pub fn verify(
    toolchain: &Toolchain,
    root: &MutantRoot,
    other: Option<&Toolchain>,
    probes: Option<&str>,
) -> (BTreeMap<String, usize>, usize) {
    let version = toolchain.version.to_string();
    let mut versions = version.clone();
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", root.beside("user"))
        .env("TMPDIR", root.beside("scratch"))
        .current_dir(root.beside("here"))
        .args(["verify", "--shells", "none", "--format", "json", "--quiet", "--cold", "--jobs", "1", "--go-root"])
        .arg(root.path());
    if let Some(other) = other {
        versions = format!("{version},{}", other.version);
        command.arg("--go-root").arg(&other.goroot);
    }
    if let Some(variable) = probes {
        command.args(["--probe", variable]);
    }
    let report = judged::report(&command.arg("--go").arg(versions).output().unwrap());
    let toolchains = report["toolchains"].as_array().unwrap();
    let judged_root = toolchains.iter().find(|found| judged::text(found, "version") == version).unwrap();
    assert_eq!(Path::new(judged::text(judged_root, "goroot")), root.path(), "verify judged another toolchain");
    let mut failed = BTreeMap::new();
    let mut errors = 0;
    for result in judged::results(&report) {
        if judged::text(result, "go") != version || judged::text(result, "kind") != "contract" {
            continue;
        }
        match judged::text(result, "verdict") {
            "fail" => *failed.entry(judged::text(result, "variable").to_owned()).or_insert(0) += 1,
            "error" => errors += 1,
            _ => {}
        }
    }
    (failed, errors)
}

fn judge(mutant: &Mutant, failed: &BTreeMap<String, usize>) -> Judgement {
    let beyond: Vec<String> =
        failed.keys().filter(|name| **name != mutant.variable && !mutant.governs.contains(*name)).cloned().collect();
    match (failed.contains_key(&mutant.variable), beyond.is_empty()) {
        (true, true) => Judgement::Caught,
        (true, false) => Judgement::AlsoBlames(beyond),
        (false, _) if failed.is_empty() => Judgement::Survived,
        (false, _) => Judgement::Misblames(failed.keys().cloned().collect()),
    }
}
