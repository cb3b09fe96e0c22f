//! Completions complete: what each shell is offered, asked as the shell itself asks, and in a terminal with a real Tab.

mod offered;
#[cfg(target_os = "linux")]
mod typed;

#[cfg(target_os = "linux")]
use crate::support::write_program;
use crate::support::{goenv, system_path};
use std::{
    fs,
    path::{Path, PathBuf},
};

const REAL: &str = env!("CARGO_BIN_EXE_goenv-ci");

/// A directory with `my dir/`, a file beside it, and a script of completions for a shell.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for made in ["my dir", "home", "bin"] {
            fs::create_dir(dir.path().join(made)).unwrap();
        }
        fs::write(dir.path().join("my file"), "").unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Where the program is found, then the shells.
    fn search_path(&self) -> std::ffi::OsString {
        let own = Path::new(REAL).parent().unwrap().to_owned();
        let shells = std::env::var_os("PATH").unwrap_or_else(|| system_path().into());
        std::env::join_paths([own].into_iter().chain(std::env::split_paths(&shells))).unwrap()
    }

    /// The script, in a file.
    fn script(&self, shell: &str) -> PathBuf {
        let output = goenv().args(["completions", shell]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
        let file = self.path(&format!("goenv-ci.{shell}"));
        fs::write(&file, output.stdout).unwrap();
        file
    }

    /// A `goenv-ci` that answers shells, and of what a person runs notes the arguments, each on its line.
    #[cfg(target_os = "linux")]
    fn recorder(&self) -> PathBuf {
        let record = self.path("record");
        let script = format!(
            "#!/bin/sh\nif [ -n \"$_GOENV_CI_COMPLETE\" ] || [ \"$1\" = completions ]; then exec '{REAL}' \"$@\"; fi\n\
             printf '%s\\n' \"$@\" >'{record}.half' && mv '{record}.half' '{record}'\n",
            record = record.display(),
        );
        write_program(&self.path("bin/goenv-ci"), &script);
        record
    }
}
