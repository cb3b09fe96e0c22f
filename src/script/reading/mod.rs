//! What a script does, read and not run: its commands, the variables that it uses, what it writes to the runner's
//! files. bash and PowerShell are read from the trees of tree-sitter's grammars, cmd line by line.

mod arguments;
mod bash;
mod cmd;
mod comments;
mod powershell;
mod span;
mod tree;

use super::{ScriptPlace, ScriptShell, ScriptText, expression_end, is_name};
pub(crate) use comments::comments;
pub(crate) use span::ScriptSpan;
use span::SpanFinder;
use std::{collections::HashMap, ops::Range};

/// In bytes; a longer script is not read.
const LONGEST: usize = 64 << 10;

/// What a script does, as far as its text tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScriptReading {
    /// In the order of the text.
    pub commands: Vec<ScriptCommand>,
    pub variables: Vec<VariableUse>,
    pub file_writes: Vec<RunnerFileWrite>,
    pub settings: Vec<ScriptPlace>,
    /// Statements whose parts are perhaps never run: `if`, `case`, loops, functions, `&&`.
    pub branches: Vec<ScriptSpan>,
    /// Where not, the lists may lack something, and what they have may be something else.
    pub syntax_is_known: bool,
}

impl ScriptReading {
    /// Whether what stands in a line is perhaps never run: the last command there, or all of it, in a branch or behind
    /// an `exit` that is no failure.
    pub(crate) fn is_conditional(&self, line: usize) -> bool {
        let is_there = |command: &&ScriptCommand| (command.span.line..=command.span.end_line).contains(&line);
        if let Some(is_in_branch) = self.text_is_conditional(line) {
            return is_in_branch || self.is_left_before(line);
        }
        match self.commands.iter().rfind(is_there) {
            Some(command) if command.conditional => true,
            Some(_) => self.is_left_before(line),
            None => self.branches_of(line).next().is_some() || self.is_left_before(line),
        }
    }

    /// Of a text that PowerShell writes without a command, such as `"X=v" >> $env:GITHUB_ENV`: whether that stands in a
    /// branch. `None`: the line has none.
    fn text_is_conditional(&self, line: usize) -> Option<bool> {
        let holds = |outer: &ScriptSpan, inner: &ScriptSpan| {
            outer.bytes.start <= inner.bytes.start && inner.bytes.end <= outer.bytes.end
        };
        let write = self.file_writes.iter().rfind(|write| write.span.line == line)?;
        let is_of_powershell = matches!(write.syntax, VariableSyntax::PowerShell | VariableSyntax::PowerShellEnv);
        let is_text = is_of_powershell && !self.commands.iter().any(|command| holds(&command.span, &write.span));
        is_text.then(|| self.branches_of(line).any(|branch| holds(branch, &write.span)))
    }

    /// Whether a branch around a line asks for the system that it runs on, as far as the words of the branch tell.
    pub(crate) fn asks_for_system(&self, line: usize, script: &str) -> bool {
        const SIGNS: [&str; 9] =
            ["runner_os", "runner.os", "ostype", "uname", "$islinux", "$iswindows", "$ismacos", "matrix.", "goos"];
        let asks = |branch: &ScriptSpan| {
            let words = script.get(branch.bytes.clone()).unwrap_or_default().to_ascii_lowercase();
            SIGNS.iter().any(|sign| words.contains(sign))
        };
        self.branches_of(line).any(asks)
    }

    fn branches_of(&self, line: usize) -> impl Iterator<Item = &ScriptSpan> {
        self.branches.iter().filter(move |branch| (branch.line..=branch.end_line).contains(&line))
    }

    fn is_left_before(&self, line: usize) -> bool {
        self.commands.iter().take_while(|command| command.span.line < line).any(|command| {
            let mut words = command.words.iter().map(|word| word.as_literal());
            let leaves = matches!(words.next(), Some(Some("exit" | "return")));
            // `exit 1` behind a condition fails the step, and with it the job.
            leaves && !command.substituted && (!command.conditional || matches!(words.next(), None | Some(Some("0"))))
        })
    }
}

/// A simple command; one of a shell's assignments alone has no words.
#[derive(Clone, Debug)]
pub(crate) struct ScriptCommand {
    /// The name first, without quotes.
    pub words: Vec<ScriptText>,
    /// What stands before the name, for this command alone.
    pub assignments: Vec<(String, ScriptText)>,
    pub span: ScriptSpan,
    /// Perhaps it is never run, or more than once: behind `if` and `&&`, in a loop, a function.
    pub conditional: bool,
    /// Within `$(…)`, backticks or `<(…)`.
    pub substituted: bool,
}

/// Commands that run the command which follows them.
const PREFIXES: [&str; 10] = ["sudo", "env", "command", "builtin", "exec", "nohup", "time", "nice", "call", "timeout"];

impl ScriptCommand {
    /// The words from the program on that is run in the end: without `sudo -E`, `env A=b`, `timeout 10m`.
    pub(crate) fn invoked(&self) -> &[ScriptText] {
        let mut at = 0;
        let mut before = "";
        while let Some(word) = self.words.get(at) {
            let text = word.as_literal().unwrap_or_default();
            let is_argument = text.starts_with('-')
                || super::setting(word).is_some()
                || before == "timeout" && text.starts_with(|c: char| c.is_ascii_digit());
            if PREFIXES.contains(&text) {
                before = text;
            } else if before.is_empty() || !is_argument {
                break;
            }
            at += 1;
        }
        &self.words[at..]
    }
}

/// In which language a variable is written, which need not be that of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VariableSyntax {
    /// `$X` and `${X}` in bash and sh, and where they are text in cmd.
    Sh,
    /// `$X` of PowerShell: its own variable, not one of the environment.
    PowerShell,
    /// `$env:X`.
    PowerShellEnv,
    /// `%X%` and `!X!`.
    Cmd,
    /// `${{ github.env }}`, which any shell finds replaced. Of files alone.
    Expression,
}

impl VariableSyntax {
    /// Whether a shell puts the value of a variable of the environment there.
    pub(crate) fn works_in(self, shell: ScriptShell) -> bool {
        match self {
            Self::Sh => matches!(shell, ScriptShell::Bash | ScriptShell::Sh),
            Self::PowerShell => false,
            Self::PowerShellEnv => shell == ScriptShell::PowerShell,
            Self::Cmd => shell == ScriptShell::Cmd,
            Self::Expression => true,
        }
    }
}

/// One use of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableUse {
    /// Without `$`, `env:` and their like.
    pub name: String,
    pub syntax: VariableSyntax,
    pub span: ScriptSpan,
    /// `${X:-d}` and its kin say what is taken where it is not set.
    pub has_default: bool,
    /// It is only asked whether it is set, or what it is: `[ -n "$X" ]`, `if ($env:X)`, `${X:?}`.
    pub tested: bool,
    /// By this script, or by the shell itself, or perhaps by something that the script reads.
    pub set_before: bool,
}

/// A file by which a step speaks to the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunnerFile {
    Env,
    Path,
    Output,
    State,
    Summary,
}

impl RunnerFile {
    const ALL: [(&str, &str, Self); 5] = [
        ("GITHUB_ENV", "github.env", Self::Env),
        ("GITHUB_PATH", "github.path", Self::Path),
        ("GITHUB_OUTPUT", "github.output", Self::Output),
        ("GITHUB_STATE", "github.state", Self::State),
        ("GITHUB_STEP_SUMMARY", "github.step_summary", Self::Summary),
    ];

    /// The variable that holds its path.
    pub(crate) fn variable(self) -> &'static str {
        Self::ALL.iter().find(|(.., file)| *file == self).map_or("", |(name, ..)| name)
    }

    fn of_variable(name: &str, any_case: bool) -> Option<Self> {
        let is_it = |known: &str| known == name || any_case && known.eq_ignore_ascii_case(name);
        Self::ALL.iter().find(|(known, ..)| is_it(known)).map(|(.., file)| *file)
    }

    fn of_expression(inner: &str) -> Option<Self> {
        let inner = inner.trim();
        let by_context = Self::ALL.iter().find(|(_, context, _)| context.eq_ignore_ascii_case(inner));
        let by_env = || Self::of_variable(inner.strip_prefix("env.")?, true);
        by_context.map(|(.., file)| *file).or_else(by_env)
    }
}

/// A place in which a script writes to a file of the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunnerFileWrite {
    pub file: RunnerFile,
    /// In which the file is named.
    pub syntax: VariableSyntax,
    /// The file's name as it is written, with its quotes.
    pub named: ScriptSpan,
    /// From the operator or the command to the end of the name, or of the command.
    pub span: ScriptSpan,
    pub append: bool,
    pub way: WriteWay,
    /// What `-Encoding` says, in lower case; `None`: as the shell has it.
    pub encoding: Option<String>,
}

/// By what a script writes to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteWay {
    /// `>` and `>>`.
    Redirect,
    Tee,
    OutFile,
    AddContent,
    SetContent,
    TeeObject,
    /// `[System.IO.File]::AppendAllText(…)` and its kin.
    FileMethod,
}

impl WriteWay {
    /// The command of a shell that writes to files; PowerShell's are met in scripts of bash, too, and do nothing there.
    fn of_command(name: &str, shell: ScriptShell) -> Option<Self> {
        let is_powershell = shell == ScriptShell::PowerShell;
        match name.to_ascii_lowercase().as_str() {
            "tee" if is_powershell => Some(Self::TeeObject),
            "tee" | "tee.exe" => Some(Self::Tee),
            "out-file" => Some(Self::OutFile),
            "add-content" => Some(Self::AddContent),
            "set-content" => Some(Self::SetContent),
            "ac" if is_powershell => Some(Self::AddContent),
            "sc" if is_powershell => Some(Self::SetContent),
            "tee-object" => Some(Self::TeeObject),
            _ => None,
        }
    }
}

/// Reads a script. Its time is linear in its length.
pub(crate) fn read(shell: ScriptShell, script: &str) -> ScriptReading {
    let readable = script.len() <= LONGEST && !script.contains('\0');
    let mut reading = match shell {
        _ if !readable => ScriptReading::default(),
        ScriptShell::Bash | ScriptShell::Sh => bash::read(shell, script),
        ScriptShell::PowerShell => powershell::read(script),
        ScriptShell::Cmd => cmd::read(script),
    };
    reading.settings = shell.places(script);
    reading
}

/// Where the names are first set, in bytes.
#[derive(Default)]
struct SetNames {
    first: HashMap<String, usize>,
    /// From here on any name may be set.
    all: Option<usize>,
}

impl SetNames {
    fn add(&mut self, name: &str, at: usize) {
        let first = self.first.entry(name.to_owned()).or_insert(at);
        *first = at.min(*first);
    }

    fn add_all(&mut self, at: usize) {
        self.all = Some(self.all.map_or(at, |first| first.min(at)));
    }

    /// `None`: anywhere.
    fn has(&self, name: &str, before: Option<usize>) -> bool {
        let is_before = |at: &usize| before.is_none_or(|before| *at < before);
        self.first.get(name).is_some_and(is_before) || self.all.as_ref().is_some_and(is_before)
    }
}

/// The file that a word names, and in which language; the word with its quotes.
fn named_file(word: &str, shell: ScriptShell) -> Option<(RunnerFile, VariableSyntax)> {
    let word = word.trim();
    let quoted = |mark: char| word.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
    let bare = quoted('"').unwrap_or(word);
    let verbatim = quoted('\'').unwrap_or(bare);
    if verbatim.starts_with("${{") && expression_end(verbatim) == Some(verbatim.len()) {
        let file = RunnerFile::of_expression(&verbatim[3..verbatim.len() - 2])?;
        return Some((file, VariableSyntax::Expression));
    }
    let (name, syntax) = variable_name(bare, shell)?;
    let any_case = matches!(syntax, VariableSyntax::PowerShell | VariableSyntax::PowerShellEnv | VariableSyntax::Cmd);
    RunnerFile::of_variable(name, any_case).map(|file| (file, syntax))
}

/// The variable that a text is, in whatever language it is written.
fn variable_name(text: &str, shell: ScriptShell) -> Option<(&str, VariableSyntax)> {
    let between = |mark: char| text.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
    let (name, syntax) = if let Some(name) = between('%').or_else(|| between('!')) {
        (name, VariableSyntax::Cmd)
    } else {
        let rest = text.strip_prefix('$')?;
        let name = rest.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(rest);
        match after_env(name) {
            Some(name) => (name, VariableSyntax::PowerShellEnv),
            None if shell == ScriptShell::PowerShell => (name, VariableSyntax::PowerShell),
            None => (name, VariableSyntax::Sh),
        }
    };
    is_name(name).then_some((name, syntax))
}

/// What stands behind `env:`.
fn after_env(text: &str) -> Option<&str> {
    text.get(..4).filter(|start| start.eq_ignore_ascii_case("env:")).map(|_| &text[4..])
}

/// Whether it can only be meant as a variable of the environment: what else looks like one has a shorter name
/// (`date +%Y%m%d`) or small letters.
fn is_environment_name(name: &str) -> bool {
    is_name(name) && name.len() > 2 && !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Each `%NAME%` of a text that is written in another language than cmd's.
fn foreign_cmd_variables(script: &str, finder: &SpanFinder, comments: &[Range<usize>]) -> Vec<VariableUse> {
    let in_comment = |at: usize| {
        let before = comments.partition_point(|comment| comment.start <= at);
        before > 0 && comments[before - 1].contains(&at)
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = script[at..].find('%').map(|length| at + length) {
        let rest = &script[start + 1..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        at = start + 1 + length;
        if rest[length..].starts_with('%') && is_environment_name(&rest[..length]) {
            at += 1;
            if in_comment(start) {
                continue;
            }
            found.push(VariableUse {
                name: rest[..length].to_owned(),
                syntax: VariableSyntax::Cmd,
                span: finder.span(start..at),
                has_default: false,
                tested: false,
                set_before: false,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests;
