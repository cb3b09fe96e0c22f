//! An experiment as lines that a person can paste: into `sh`, and on Windows
//! into `cmd`, each with its own quoting.

use crate::{
    claims::Case,
    goenv::toolchain::Toolchain,
    platform::Platform,
    probe::Step,
    verify::{Machine, ReproSetting, change_text, setting},
};

/// Stands for the scratch directory until the shell is known.
const MARK: char = '\u{1}';

/// The lines for all cases of a claim.
pub(crate) fn lines<'a>(
    cases: impl Iterator<Item = &'a Case>,
    go: &Toolchain,
    other: Option<&Toolchain>,
    machine: &Machine,
) -> String {
    let mut blocks = Vec::new();
    for case in cases {
        // A case that lacks its second toolchain was not tried either.
        let Ok(setting) = setting(&case.probe, go, other, machine, &MARK.to_string()) else { continue };
        let shell = ReproShell { platform: machine.platform };
        let mut text = Vec::new();
        text.extend(case.given.as_ref().map(|given| shell.remark(&format!("where {given}"))));
        text.extend(shell.lines(&setting));
        text.push(shell.remark(&shell.plain(&format!("control: with {}", change_text(&setting.probe.control)))));
        blocks.push(text.join("\n"));
    }
    blocks.join("\n\n")
}

struct ReproShell {
    platform: Platform,
}

impl ReproShell {
    fn windows(&self) -> bool {
        self.platform == Platform::Windows
    }

    fn remark(&self, text: &str) -> String {
        let text = text.replace('\n', " ");
        if self.windows() { format!("rem {text}") } else { format!("# {text}") }
    }

    /// Without any quoting, for remarks.
    fn plain(&self, text: &str) -> String {
        text.replace(MARK, if self.windows() { "%S%" } else { "$S" })
    }

    fn quoted(&self, text: &str) -> String {
        if self.windows() {
            let safe = |c: char| c.is_alphanumeric() || "\\/:._-+,{}".contains(c) || c == MARK;
            let text = text.replace('"', "\\\"");
            let shown = self.plain(&text);
            return if !text.is_empty() && text.chars().all(safe) { shown } else { format!("\"{shown}\"") };
        }
        let safe = |c: char| c.is_alphanumeric() || "/:._-+,@%=".contains(c);
        if !text.is_empty() && text.chars().all(safe) {
            return text.to_owned();
        }
        if !text.contains(MARK) {
            return format!("'{}'", text.replace('\'', "'\\''"));
        }
        let mut quoted = String::from("\"");
        for c in text.chars() {
            if "\\\"`$".contains(c) {
                quoted.push('\\');
            }
            quoted.push(c);
        }
        quoted.push('"');
        self.plain(&quoted)
    }

    fn place(&self, path: &str) -> String {
        let work = self.platform.join(&MARK.to_string(), "work");
        let absolute = path.starts_with(MARK) || self.platform.is_absolute(path);
        let path = if absolute { path.to_owned() } else { self.platform.join(&work, path) };
        if self.windows() { path.replace('/', "\\") } else { path }
    }

    fn lines(&self, setting: &ReproSetting) -> Vec<String> {
        let mut lines = if self.windows() {
            vec![
                "set \"S=%TEMP%\\goenv-ci-claim-%RANDOM%\"".to_owned(),
                "mkdir \"%S%\\work\" \"%S%\\home\" \"%S%\\tmp\" & cd /d \"%S%\\work\"".to_owned(),
            ]
        } else {
            vec!["S=$(mktemp -d) && mkdir -p \"$S/work\" \"$S/home\" \"$S/tmp\" && cd \"$S/work\"".to_owned()]
        };
        for (path, content) in &setting.probe.files {
            lines.extend(self.file(&self.place(path), content));
        }
        if self.windows() {
            lines.extend(setting.env.iter().map(|(name, value)| format!("set \"{name}={}\"", self.plain(value))));
        } else {
            let env = setting.env.iter().map(|(name, value)| format!(" {name}={}", self.quoted(value)));
            lines.push(format!("run() {{ env -i{} \"$@\"; }}", env.collect::<String>()));
        }
        let mut dir = self.place("");
        let restore = setting.probe.restore.iter().map(|argv| {
            let step = Step { run: argv.clone(), env: Vec::new(), dir: None, exit: 0 };
            (step, true)
        });
        let steps = setting.probe.steps.iter().map(|step| (step.clone(), false)).chain(restore);
        for (step, undoes) in steps {
            let wanted = self.place(step.dir.as_deref().unwrap_or_default());
            if wanted != dir {
                lines.push(format!("cd {}{}", if self.windows() { "/d " } else { "" }, self.quoted(&wanted)));
                dir = wanted;
            }
            if undoes {
                lines.push(self.remark("this undoes what was changed"));
            }
            lines.extend(self.step(&step, setting));
        }
        lines
    }

    fn step(&self, step: &Step, setting: &ReproSetting) -> Vec<String> {
        let argv: Vec<String> = step.run.iter().map(|arg| self.quoted(arg)).collect();
        if !self.windows() {
            let own = step.env.iter().map(|(name, value)| format!(" {name}={}", self.quoted(value)));
            return vec![format!("run{} {}", own.collect::<String>(), argv.join(" "))];
        }
        let set = |name: &str, value: &str| format!("set \"{name}={}\"", self.plain(value));
        let before = |name: &str| setting.env.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
        let mut lines: Vec<String> = step.env.iter().map(|(name, value)| set(name, value)).collect();
        lines.push(argv.join(" "));
        lines.extend(step.env.iter().map(|(name, _)| set(name, before(name))));
        lines
    }

    fn file(&self, path: &str, content: &str) -> Vec<String> {
        let dir = self.platform.parent(path).unwrap_or_default();
        let at = self.quoted(path);
        if self.windows() {
            let mut lines = vec![format!("if not exist \"{0}\" mkdir \"{0}\"", self.plain(&dir))];
            for (number, line) in content.lines().enumerate() {
                let sign = if number == 0 { ">" } else { ">>" };
                let line: String =
                    line.chars().flat_map(|c| "^&|<>".contains(c).then_some('^').into_iter().chain([c])).collect();
                lines.push(format!("{sign}\"{}\" echo({}", self.plain(path), self.plain(&line)));
            }
            if content.is_empty() {
                lines.push(format!("type nul >\"{}\"", self.plain(path)));
            }
            return lines;
        }
        let text = if content.contains(MARK) {
            format!("printf '%s' {}", self.quoted(content))
        } else {
            let escaped = content.replace('\\', "\\\\").replace('%', "%%").replace('\n', "\\n").replace('\t', "\\t");
            format!("printf '{}'", escaped.replace('\'', "'\\''"))
        };
        vec![format!("mkdir -p {} && {text} > {at}", self.quoted(&dir))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOWS: ReproShell = ReproShell { platform: Platform::Windows };
    const LINUX: ReproShell = ReproShell { platform: Platform::Linux };

    #[test]
    fn words_are_quoted_for_the_shell_that_reads_them() {
        assert_eq!(LINUX.quoted("GOBIN=x/y"), "GOBIN=x/y");
        assert_eq!(LINUX.quoted("it's {{.Dir}} $x"), "'it'\\''s {{.Dir}} $x'");
        assert_eq!(LINUX.quoted("\u{1}/a b$c"), "\"$S/a b\\$c\"");
        assert_eq!(LINUX.quoted(""), "''");
        assert_eq!(WINDOWS.quoted("\u{1}\\bin"), "%S%\\bin");
        assert_eq!(WINDOWS.quoted("a b & c"), "\"a b & c\"");
    }

    #[test]
    fn files_are_written_line_by_line_into_cmd() {
        assert_eq!(
            WINDOWS.file("\u{1}\\work\\go.mod", "module probe\n\nuse <x>\n"),
            [
                "if not exist \"%S%\\work\" mkdir \"%S%\\work\"",
                ">\"%S%\\work\\go.mod\" echo(module probe",
                ">>\"%S%\\work\\go.mod\" echo(",
                ">>\"%S%\\work\\go.mod\" echo(use ^<x^>",
            ]
        );
        assert_eq!(
            LINUX.file("\u{1}/work/a", "50%\n\\x\n"),
            ["mkdir -p \"$S/work\" && printf '50%%\\n\\\\x\\n' > \"$S/work/a\""]
        );
    }

    #[test]
    fn a_value_of_one_step_is_taken_back_in_cmd() {
        let step = Step {
            run: vec!["go".into(), "version".into()],
            env: vec![("GOBIN".into(), "\u{1}\\b".into())],
            dir: None,
            exit: 0,
        };
        let probe = crate::claims::load_claims(&[crate::probe::SourceFile {
        name: "a.yml".into(),
        content: b"- id: a\n  statement: b\n  cases: [{ steps: [{ run: [go] }], expect: [{ exit: 0 }], control: { unset: X } }]\n".to_vec(),
    }])
    .unwrap()
    .remove(0)
    .cases
    .remove(0)
    .probe;
        let setting = ReproSetting { env: vec![("GOBIN".into(), "c".into())], probe };
        assert_eq!(WINDOWS.step(&step, &setting), ["set \"GOBIN=%S%\\b\"", "go version", "set \"GOBIN=c\""]);
        assert_eq!(LINUX.step(&step, &setting), ["run GOBIN=\"$S\\\\b\" go version"]);
    }
}
