//! Outcomes of an earlier run with the same goenv-ci, the same tests and the same edits: a long run that
//! was interrupted goes on where it stopped.

use crate::{mutant::Mutant, toolchain::Toolchain, trial::Outcome};
use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

/// What makes an outcome of an earlier run one of this run.
pub struct Kept {
    programs: u64,
    /// Parts of ids that are judged anew; all others are as an earlier goenv-ci left them.
    again: Option<Vec<String>>,
}

/// Where the outcome of one mutant on one version is kept.
pub struct Slot {
    path: PathBuf,
    /// The last outcome of any goenv-ci, where that is asked for.
    earlier: Option<PathBuf>,
}

impl Kept {
    /// For the programs that take part in this run.
    pub fn open() -> Self {
        let mut hash = DefaultHasher::new();
        for program in [env::current_exe().unwrap(), PathBuf::from(env!("CARGO_BIN_EXE_goenv-ci"))] {
            fs::read(program).unwrap().hash(&mut hash);
        }
        env::var_os("GOENV_CI_DETECTION_QUICK").hash(&mut hash);
        let again = env::var("GOENV_CI_DETECTION_AGAIN").ok();
        let again = again.map(|parts| parts.split(',').map(|part| part.trim().to_owned()).collect());
        Self { programs: hash.finish(), again }
    }

    /// The place for a mutant on a version.
    pub fn of(&self, toolchain: &Toolchain, mutant: &Mutant) -> Slot {
        let mut hash = DefaultHasher::new();
        (self.programs, &mutant.variable, &mutant.governs).hash(&mut hash);
        mutant.apply(&toolchain.goroot, &toolchain.version).hash(&mut hash);
        let name = mutant.id.replace('/', "-");
        let path = toolchain.outcomes().join(format!("{name}-{:016x}.json", hash.finish()));
        let is_old = |again: &&Vec<String>| !path.exists() && !again.iter().any(|part| mutant.id.contains(part));
        let earlier = self.again.as_ref().filter(is_old).and_then(|_| newest(&toolchain.outcomes(), &name));
        Slot { path, earlier }
    }
}

/// The last outcome of a mutant, whichever goenv-ci it is of.
fn newest(dir: &Path, name: &str) -> Option<PathBuf> {
    let is_of = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        path.extension().is_some_and(|ending| ending == "json")
            && stem.rsplit_once('-').is_some_and(|(of, _)| of == name)
    };
    let all = fs::read_dir(dir).ok()?.filter_map(|entry| Some(entry.ok()?.path())).filter(is_of);
    all.max_by_key(|path| fs::metadata(path).and_then(|found| found.modified()).ok())
}

impl Slot {
    /// What is kept there.
    pub fn read(&self) -> Option<Outcome> {
        let path = self.earlier.as_ref().unwrap_or(&self.path);
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Whether what is kept is of an earlier goenv-ci.
    pub fn is_earlier(&self) -> bool {
        self.earlier.is_some()
    }

    /// Keeps an outcome of this goenv-ci, whole or not at all.
    pub fn write(&self, outcome: &Outcome) {
        if self.is_earlier() {
            return;
        }
        let writing = self.path.with_extension("writing");
        fs::write(&writing, serde_json::to_vec(outcome).unwrap()).unwrap();
        fs::rename(writing, &self.path).unwrap();
    }
}
