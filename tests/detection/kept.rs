//! Outcomes of an earlier run with the same goenv-ci, the same tests and the same edits: a long run that
//! was interrupted goes on where it stopped.

use crate::{mutant::Mutant, toolchain::Toolchain, trial::Outcome};
use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash, Hasher},
    path::PathBuf,
};

/// What makes an outcome of an earlier run one of this run.
pub struct Kept {
    programs: u64,
}

/// Where the outcome of one mutant on one version is kept.
pub struct Slot {
    path: PathBuf,
}

impl Kept {
    /// For the programs that take part in this run.
    pub fn open() -> Self {
        let mut hash = DefaultHasher::new();
        for program in [env::current_exe().unwrap(), PathBuf::from(env!("CARGO_BIN_EXE_goenv-ci"))] {
            fs::read(program).unwrap().hash(&mut hash);
        }
        env::var_os("GOENV_CI_DETECTION_QUICK").hash(&mut hash);
        Self { programs: hash.finish() }
    }

    /// The place for a mutant on a version.
    pub fn of(&self, toolchain: &Toolchain, mutant: &Mutant) -> Slot {
        let mut hash = DefaultHasher::new();
        (self.programs, &mutant.variable, &mutant.governs).hash(&mut hash);
        mutant.apply(&toolchain.goroot, &toolchain.version).hash(&mut hash);
        let name = format!("{}-{:016x}.json", mutant.id.replace('/', "-"), hash.finish());
        Slot { path: toolchain.outcomes().join(name) }
    }
}

impl Slot {
    /// What is kept there.
    pub fn read(&self) -> Option<Outcome> {
        serde_json::from_slice(&fs::read(&self.path).ok()?).ok()
    }

    /// Keeps an outcome, whole or not at all.
    pub fn write(&self, outcome: &Outcome) {
        let writing = self.path.with_extension("writing");
        fs::write(&writing, serde_json::to_vec(outcome).unwrap()).unwrap();
        fs::rename(writing, &self.path).unwrap();
    }
}
