//! `.github/goenv-ci.yml`: who wins, what is shown, what is refused, and its page.

mod bad_input;
mod page;
mod precedence;
mod strangers;

use crate::support::{assert_file, goenv, homes};
use assert_cmd::Command;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A repository of one's own, with a file of defaults.
struct Repository {
    dir: tempfile::TempDir,
}

impl Repository {
    fn new(config: &str) -> Self {
        let repository = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir_all(repository.path("app/.git")).unwrap();
        fs::create_dir_all(repository.path("app/sub/deep")).unwrap();
        fs::create_dir_all(repository.path("home")).unwrap();
        repository.write("app/.github/goenv-ci.yml", config.as_bytes());
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, content: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// The binary, started in the repository.
    fn goenv(&self) -> Command {
        let mut command = goenv();
        command.current_dir(self.path("app")).envs(homes(&self.path("home"), self.dir.path()));
        command
    }

    /// The plan for a recorded runner, as JSON.
    fn planned(&self, variables: &[(&str, &str)], args: &[&str]) -> Value {
        let mut command = self.goenv();
        command.args(["plan", "--repository", "org/app", "--format", "json"]).args(args);
        let output = command.envs(variables.iter().copied()).assert().success().get_output().stdout.clone();
        serde_json::from_slice(&output).unwrap()
    }
}

/// What a plan says of a setting: its value, who said so, and where.
fn setting(plan: &Value, name: &str) -> (String, String, String) {
    let all = plan["settings"].as_array().unwrap();
    let one = all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}: {plan}"));
    let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
    (text("value"), text("source"), text("at"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/config.schema.json", &goenv_ci::editor::FileKind::Config.schema().unwrap());
}
