//! What fills the environment before a process begins, where it can be read:
//! the registry, shells, `.envrc`, mise, VS Code, workflows. Nothing is
//! evaluated, and a file that cannot be read is named and passed over.

pub(crate) mod github_env;
pub(crate) mod lines;
pub(crate) mod mise;
pub(crate) mod shell;
pub(crate) mod vscode;
pub(crate) mod workflow;

use crate::{
    goenv::{
        Known, Subject,
        explanation::{Layer, SourcedValue, UnreadSource},
        sources::expand,
        user_dirs::home,
    },
    platform::{Platform, env::EnvBlock},
    ports::{
        Host, Kind, ReadLimit, Scopes, UnreadFile,
        registry::{Data, Scope},
    },
};
use std::{cell::Cell, collections::HashSet};

/// In bytes, for all files together: more than any machine has on purpose. The nearest to the process are read first.
const MOST_BYTES: usize = 3 << 20;

/// Files that are named for not being read, and files that are named for what is wrong with them.
const NAMED: usize = 20;

/// What a file's text sets, of the names that are looked for; or why it says nothing.
type Reader<'a> = dyn Fn(&str, &Names) -> Result<Vec<UpstreamValue>, String> + 'a;

/// Names with what holds them, the nearest to the process first.
pub(crate) struct Upstream {
    pub held: Vec<(String, SourcedValue)>,
    pub notes: Vec<String>,
    pub unread: Vec<UnreadSource>,
    names: Names,
    /// Bytes that were read.
    bytes: usize,
    /// Files whose notes are left out.
    unnamed: usize,
}

/// The names of variables that are asked about.
pub(crate) struct Names {
    platform: Platform,
    names: HashSet<String>,
}

impl Names {
    /// Those that any Go knows.
    pub(crate) fn of_go(platform: Platform) -> Self {
        let names = Known::every_name().iter().map(|name| platform.fold_name(name).into_owned()).collect();
        Self { platform, names }
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&*self.platform.fold_name(name))
    }
}

/// The last of each key, in the order of these.
fn last_of_each<T>(all: impl IntoIterator<Item = T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let mut seen = HashSet::new();
    let all: Vec<T> = all.into_iter().collect();
    let mut last: Vec<T> = all.into_iter().rev().filter(|one| seen.insert(key(one))).collect();
    last.reverse();
    last
}

/// One variable in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct UpstreamValue {
    name: String,
    value: String,
    /// `12`, or `12, job build, step 3`.
    at: String,
}

impl UpstreamValue {
    fn new(name: &str, value: &str, line: usize) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), at: line.to_string() }
    }
}

/// From a file's text to what it sets of the names that are asked about; the error is a clause.
type Read = fn(&str, &Names) -> Result<Vec<UpstreamValue>, String>;

pub(crate) fn read(subject: &Subject<'_>, host: &dyn Host, scopes: &dyn Scopes) -> Upstream {
    let env = subject.env;
    let platform = env.platform();
    let mut upstream = Upstream::new(platform);
    let on_a_runner = on_a_runner(env);
    if on_a_runner {
        upstream.add_workflows(subject, host);
    }
    for dir in folders(platform, subject.current_dir) {
        upstream.add_file(Layer::Envrc, &platform.join(&dir, ".envrc"), &shell::of_posix, host);
        for name in mise::FILES {
            upstream.add_file(Layer::Mise, &platform.join(&dir, name), &mise::settings, host);
        }
        let path = platform.join(&dir, ".vscode/settings.json");
        upstream.add_file(Layer::VsCode, &path, &|text, names| vscode::settings(text, names, platform), host);
    }
    for path in vscode::user_files(env) {
        upstream.add_file(Layer::VsCode, &path, &|text, names| vscode::settings(text, names, platform), host);
    }
    if let Some(home) = home(env) {
        for (name, reader) in shell::profiles(platform) {
            upstream.add_file(Layer::ShellProfile, &platform.join(home, name), reader, host);
        }
        upstream.add_file(Layer::Mise, &platform.join(home, ".config/mise/config.toml"), &mise::settings, host);
    }
    if platform != Platform::Windows {
        for path in ["/etc/profile", "/etc/bash.bashrc", "/etc/zsh/zshenv", "/etc/environment"] {
            upstream.add_file(Layer::ShellProfile, path, &shell::of_posix, host);
        }
    }
    for scope in Scope::ALL {
        upstream.add_scope(scope, env, scopes);
    }
    if !on_a_runner {
        upstream.add_workflows(subject, host);
    }
    upstream.counted()
}

/// Whether a place can have filled this environment; elsewhere an equal value is a coincidence.
pub(crate) fn reaches(source: Layer, env: &EnvBlock) -> bool {
    match source {
        Layer::Workflow => on_a_runner(env),
        // What stands there waits for the next step.
        Layer::GithubEnv => false,
        Layer::VsCode => env.get("TERM_PROGRAM") == Some("vscode") || env.get_filled("VSCODE_PID").is_some(),
        _ => true,
    }
}

/// The Go that files of mise and asdf ask for, the nearest first.
pub(crate) fn wanted_go(current_dir: &str, env: &EnvBlock, host: &dyn Host) -> Vec<SourcedValue> {
    let platform = env.platform();
    let mut all = Upstream::new(platform);
    for dir in folders(platform, current_dir) {
        for name in mise::FILES {
            all.add_file(Layer::Mise, &platform.join(&dir, name), &mise::wanted_go, host);
        }
        all.add_file(Layer::Mise, &platform.join(&dir, ".tool-versions"), &mise::tool_versions, host);
    }
    all.held.into_iter().map(|(_, held)| held).collect()
}

fn on_a_runner(env: &EnvBlock) -> bool {
    env.get_filled("GITHUB_ACTIONS").is_some()
}

/// The current directory and those above it.
fn folders(platform: Platform, from: &str) -> Vec<String> {
    std::iter::once(from.to_owned()).chain(platform.above(from)).collect()
}

impl Upstream {
    fn new(platform: Platform) -> Self {
        let names = Names::of_go(platform);
        Self { held: Vec::new(), notes: Vec::new(), unread: Vec::new(), names, bytes: 0, unnamed: 0 }
    }

    /// With a note of how many files no note names.
    fn counted(mut self) -> Self {
        if self.unnamed > 0 {
            self.notes.push(format!("{} more files that may set variables are passed over", self.unnamed));
        }
        self
    }

    fn passed_over(&mut self, note: String) {
        if self.notes.len() < NAMED { self.notes.push(note) } else { self.unnamed += 1 }
    }

    fn not_read(&mut self, path: &str, why: &str) {
        if self.unread.len() < NAMED {
            self.unread.push(UnreadSource { file: path.to_owned(), why: why.to_owned(), keeps_go_busy: false });
        }
        self.passed_over(format!("`{path}` is not read, so what it may set is not in this answer: {why}"));
    }

    fn add_file(&mut self, source: Layer, path: &str, reader: &Reader<'_>, host: &dyn Host) {
        let content = match host.read(path, ReadLimit::Settings) {
            Ok(content) => content,
            Err(UnreadFile::Absent) => return,
            Err(why) => return self.not_read(path, &why.to_string()),
        };
        if self.bytes + content.len() > MOST_BYTES {
            let why = format!("with it, files that may set variables would have more than {MOST_BYTES} bytes together");
            return self.not_read(path, &why);
        }
        self.bytes += content.len();
        let text = String::from_utf8_lossy(&content);
        match reader(text.strip_prefix('\u{feff}').unwrap_or(&text), &self.names) {
            Err(why) => self.passed_over(format!("`{path}` is passed over: {why}")),
            Ok(settings) => self.held.extend(settings.into_iter().map(|one| {
                let at = Some(format!("{path}:{}", one.at));
                (one.name, SourcedValue { source, value: one.value, at })
            })),
        }
    }

    /// The workflows of the repository, on a runner only the one that runs; then what waits in GITHUB_ENV.
    fn add_workflows(&mut self, subject: &Subject<'_>, host: &dyn Host) {
        let (env, platform) = (subject.env, subject.env.platform());
        let job = env.get_filled("GITHUB_JOB").filter(|_| on_a_runner(env));
        let running = env.get_filled("GITHUB_WORKFLOW_REF").filter(|_| on_a_runner(env));
        let running = running.and_then(|name| name.split('@').next()?.rsplit('/').next());
        let dirs = folders(platform, subject.current_dir).into_iter();
        let dir = dirs.map(|dir| platform.join(&dir, ".github/workflows")).find(|dir| host.kind(dir) == Kind::Dir);
        if let Some(dir) = dir {
            let names = host.list(&dir).into_iter().filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"));
            for name in names.filter(|name| running.is_none_or(|running| running == name)) {
                let path = platform.join(&dir, &name);
                self.add_file(Layer::Workflow, &path, &|text, names| workflow::settings(text, names, job), host);
            }
        }
        if let Some(file) = env.get_filled("GITHUB_ENV").filter(|file| platform.is_absolute(file)) {
            let refusal = Cell::new(None);
            let reader = |text: &str, names: &Names| {
                let (settings, refused) = github_env::settings(text, names, platform);
                refusal.set(refused);
                Ok(settings)
            };
            self.add_file(Layer::GithubEnv, file, &reader, host);
            self.notes
                .extend(refusal.into_inner().map(|why| format!("GITHUB_ENV `{file}`: {why}; what follows is lost")));
        }
    }

    fn add_scope(&mut self, scope: Scope, env: &EnvBlock, scopes: &dyn Scopes) {
        let source = if scope == Scope::User { Layer::UserRegistry } else { Layer::MachineRegistry };
        match scopes.persisted(scope) {
            Err(why) => self.notes.push(format!("`{}` cannot be read: {why}", scope.key())),
            Ok(values) => {
                for one in values {
                    let value = match one.data {
                        Data::Text(text) => text,
                        Data::Expand(text) => expand(&text, env),
                        Data::WrongType(_) => continue,
                    };
                    self.held.push((one.name, SourcedValue { source, value, at: Some(scope.key().to_owned()) }));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;

    #[test]
    fn a_place_that_cannot_have_filled_the_environment_is_no_origin() {
        let env = |pairs: &[(&str, &str)]| EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied());
        assert!(!reaches(Layer::Workflow, &env(&[])));
        assert!(reaches(Layer::Workflow, &env(&[("GITHUB_ACTIONS", "true")])));
        assert!(!reaches(Layer::GithubEnv, &env(&[("GITHUB_ACTIONS", "true")])));
        assert!(!reaches(Layer::VsCode, &env(&[])));
        assert!(reaches(Layer::VsCode, &env(&[("TERM_PROGRAM", "vscode")])));
        assert!(reaches(Layer::ShellProfile, &env(&[])));
    }

    #[test]
    fn the_nearest_file_of_mise_comes_first_and_a_broken_one_is_passed_over() {
        let host = FakeHost::new(Platform::Linux)
            .file("/p/q/.tool-versions", "golang 1.21.13\n")
            .file("/p/mise.toml", "[tools]\ngo = '1.23'\n")
            .file("/.mise.toml", "[tools\n");
        let env = EnvBlock::new(Platform::Linux);
        let wanted = wanted_go("/p/q", &env, &host);
        let told: Vec<String> =
            wanted.iter().map(|held| format!("{} {}", held.value, held.at.as_deref().unwrap())).collect();
        assert_eq!(told, ["1.21.13 /p/q/.tool-versions:1", "1.23 /p/mise.toml:2"]);
    }
}
