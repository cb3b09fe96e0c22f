//! The binary in a known environment: what it prints and how it ends, as a
//! page that shows all three. Paths of this machine are named, not shown.

use crate::support::{Runner, goenv};
use assert_cmd::Command;

/// A runner's directories, and what is written there before the binary starts.
pub struct Place {
    runner: Runner,
}

impl Place {
    pub fn new() -> Self {
        let runner = Runner::new();
        std::fs::create_dir(runner.path("no-programs")).unwrap();
        Self { runner }
    }

    /// The whole path of a file below the checkout.
    pub fn path(&self, name: &str) -> String {
        self.runner.text(&format!("app/app/{name}"))
    }

    /// Writes a file below the checkout.
    pub fn write(&self, name: &str, content: &[u8]) {
        let path = self.runner.path(&format!("app/app/{name}"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// What a command file holds: `env`, `path` or `output`.
    pub fn command_file(&self, name: &str) -> String {
        self.named(&self.runner.read(name))
    }

    /// As a step of a job of `org/app`.
    pub fn step(&self, args: &[&str], env: &[(&str, &str)]) -> String {
        self.shown(self.runner.goenv(), args, env)
    }

    /// Without a runner; the environment holds the home directory and a PATH without a program.
    pub fn alone(&self, args: &[&str], env: &[(&str, &str)]) -> String {
        let mut command = goenv();
        command
            .current_dir(self.runner.path("app/app"))
            .env("PATH", self.runner.path("no-programs"))
            .env("HOME", self.runner.path("home"))
            .env("TMPDIR", self.runner.path("_temp"));
        self.shown(command, args, env)
    }

    fn shown(&self, mut command: Command, args: &[&str], env: &[(&str, &str)]) -> String {
        let output = command.args(args).envs(env.iter().copied()).output().unwrap();
        let typed = |text: &&str| {
            if text.contains(|c: char| c.is_control()) { format!("{text:?}") } else { (*text).to_owned() }
        };
        let mut text: String = env.iter().map(|(name, value)| format!("{name}={value} ")).collect();
        text = self.named(&text);
        text = format!("$ {text}goenv-ci {}\n", args.iter().map(typed).collect::<Vec<_>>().join(" "));
        text += &format!("exit {}\n", output.status.code().unwrap());
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let said = String::from_utf8(bytes.clone()).unwrap();
            text += &format!("--- {name}\n{}", self.named(&said));
            if !said.is_empty() && !said.ends_with('\n') {
                text += "⟨no line end⟩\n";
            }
        }
        text
    }

    /// The text without what differs from machine to machine.
    fn named(&self, text: &str) -> String {
        let root = self.runner.text("");
        let mut named = text.replace(root.trim_end_matches('/'), "⟨runner⟩");
        for (arch, label) in [("linux-amd64", "_X64:"), ("linux-arm64", "_ARM64:")] {
            named = named.replace(arch, "linux-⟨arch⟩").replace(label, "_⟨ARCH⟩:");
        }
        named
    }
}
