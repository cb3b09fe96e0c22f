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
        locate::shim::mise::SETTINGS_FILES,
        sources::expand,
    },
    output::trouble,
    platform::{Platform, env::EnvBlock},
    ports::{
        Host, Kind, ReadLimit, Scopes, UnreadFile,
        registry::{Data, Scope},
    },
};
use shell::{ProfileKind, ShellProfile};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeSet, HashSet, VecDeque},
    rc::Rc,
};

/// Files that a profile may lead to one after the other, and all of them together.
const DEEPEST_PROFILE: usize = 8;
const MOST_PROFILES: usize = 100;

/// In bytes, for all files together: more than any machine has on purpose. The nearest to the process are read first.
const MOST_BYTES: usize = 3 << 20;

/// Files that are named for not being read, and files that are named for what is wrong with them.
const NAMED: usize = 20;

/// What a file's text sets, of the names that are looked for; or why it says nothing.
type FileReader<'a> = dyn Fn(&str, &Names) -> Result<Vec<UpstreamValue>, String> + 'a;

/// What a place fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fills {
    /// The environment of what is started later.
    Environment,
    /// The file of `go env -w`.
    GoenvFile,
    /// An entry of PATH.
    Path,
}

/// One place that holds a value.
pub(crate) struct HeldValue {
    pub name: String,
    pub place: SourcedValue,
    /// All that the value may come to; none where it is as it is written, or where nobody knows.
    possible: Vec<String>,
    pub fills: Fills,
}

impl HeldValue {
    /// Whether this place can have given that value to this environment.
    pub(crate) fn gave(&self, value: &str, env: &EnvBlock) -> bool {
        let same = if self.possible.is_empty() {
            self.place.value == value
        } else {
            self.possible.iter().any(|one| one == value)
        };
        same && reaches(self.place.source, env)
    }
}

/// Names with what holds them, the nearest to the process first.
pub(crate) struct Upstream {
    pub held: Vec<HeldValue>,
    pub notes: Vec<String>,
    pub unread: Vec<UnreadSource>,
    names: Rc<Names>,
    /// Profiles that were read.
    profiles: HashSet<String>,
    /// Files of mise that were read.
    mises: HashSet<String>,
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
    /// As it is written.
    value: String,
    /// `12`, or `12, job build, step 3`.
    at: String,
    /// Where it is not the file that was read.
    file: Option<String>,
    /// All that the value may come to; none where it is as it is written, or where nobody knows.
    possible: Vec<String>,
    fills: Fills,
}

impl UpstreamValue {
    fn new(name: &str, value: &str, line: usize) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            at: line.to_string(),
            file: None,
            possible: Vec::new(),
            fills: Fills::Environment,
        }
    }

    /// With what the value comes to, where that is known.
    fn coming_to(mut self, value: Option<String>) -> Self {
        self.possible = value.into_iter().filter(|value| *value != self.value).collect();
        self
    }
}

pub(crate) fn read(subject: &Subject<'_>, host: &dyn Host, scopes: &dyn Scopes) -> Upstream {
    let env = subject.env;
    let platform = env.platform();
    let mut upstream = Upstream::new(platform);
    let on_a_runner = on_a_runner(env);
    if on_a_runner {
        upstream.add_workflows(subject, host);
    }
    for dir in folders(platform, subject.current_dir) {
        let envrc = ShellProfile { path: platform.join(&dir, ".envrc"), kind: ProfileKind::Posix };
        upstream.add_profile(Layer::Envrc, &envrc, env, host);
        for name in SETTINGS_FILES {
            upstream.add_mise(&platform.join(&dir, name), env, host);
        }
        let path = platform.join(&dir, ".vscode/settings.json");
        upstream.add_file(Layer::VsCode, &path, &|text, names| vscode::settings(text, names, platform), host);
    }
    for path in vscode::user_files(env) {
        upstream.add_file(Layer::VsCode, &path, &|text, names| vscode::settings(text, names, platform), host);
    }
    for path in mise::user_files(env, host) {
        upstream.add_mise(&path, env, host);
    }
    upstream.add_mises_own(subject, host);
    for profile in shell::profiles(env, host) {
        upstream.add_profile(Layer::ShellProfile, &profile, env, host);
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
        for name in SETTINGS_FILES {
            all.add_file(Layer::Mise, &platform.join(&dir, name), &mise::wanted_go, host);
        }
        all.add_file(Layer::Mise, &platform.join(&dir, ".tool-versions"), &mise::tool_versions, host);
    }
    for path in mise::user_files(env, host) {
        all.add_file(Layer::Mise, &path, &mise::wanted_go, host);
    }
    all.held.into_iter().map(|held| held.place).collect()
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
        let names = Rc::new(Names::of_go(platform));
        let (held, notes, unread) = (Vec::new(), Vec::new(), Vec::new());
        Self { held, notes, unread, names, profiles: HashSet::new(), mises: HashSet::new(), bytes: 0, unnamed: 0 }
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

    /// The text of a file; nothing where there is none, and where it is named for not being read.
    fn text(&mut self, path: &str, host: &dyn Host) -> Option<String> {
        let content = match host.read(path, ReadLimit::Settings) {
            Ok(content) => content,
            Err(UnreadFile::Absent) => return None,
            Err(why) => {
                self.not_read(path, &why.to_string());
                return None;
            }
        };
        if self.bytes + content.len() > MOST_BYTES {
            let why = format!("with it, files that may set variables would have more than {MOST_BYTES} bytes together");
            self.not_read(path, &why);
            return None;
        }
        self.bytes += content.len();
        let text = String::from_utf8_lossy(&content);
        Some(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
    }

    fn add_file(&mut self, source: Layer, path: &str, reader: &FileReader<'_>, host: &dyn Host) {
        let Some(text) = self.text(path, host) else { return };
        match reader(&text, &self.names) {
            Err(why) => self.passed_over(format!("`{path}` is passed over: {why}")),
            Ok(settings) => settings.into_iter().for_each(|one| self.hold(source, path, one)),
        }
    }

    /// A profile, and the files that it reads by `source` or `.`, each once.
    fn add_profile(&mut self, source: Layer, profile: &ShellProfile, env: &EnvBlock, host: &dyn Host) {
        let mut leading = vec![(profile.path.clone(), profile.kind, Vec::<String>::new())];
        while let Some((path, kind, above)) = leading.pop() {
            let known = host.canonical(&path).unwrap_or_else(|| path.clone());
            if above.contains(&known) {
                let from = above.last().map_or("", String::as_str);
                self.passed_over(format!(
                    "`{path}` reads itself again, by `{from}`: a shell goes round there until it gives up"
                ));
                continue;
            }
            if !self.profiles.insert(known.clone()) {
                // Two names may lead to one device, and each is named.
                if let Err(why) = host.holds(&path, b"", ReadLimit::Settings)
                    && !matches!(why, UnreadFile::Absent)
                {
                    self.not_read(&path, &why.to_string());
                }
                continue;
            }
            let Some(text) = self.text(&path, host) else { continue };
            let read = shell::settings(&text, kind, &path, &self.names, env);
            read.values.into_iter().for_each(|one| self.hold(source, &path, one));
            if above.len() < DEEPEST_PROFILE && self.profiles.len() < MOST_PROFILES {
                let above: Vec<String> = above.into_iter().chain([known]).collect();
                // The first of them next.
                leading.extend(read.sources.into_iter().rev().map(|(path, kind)| (path, kind, above.clone())));
            } else if let Some((next, _)) = read.sources.iter().find(|(path, _)| host.kind(path) == Kind::File) {
                self.passed_over(format!(
                    "`{path}` reads `{next}`, which is not followed: no more than {DEEPEST_PROFILE} files are, one \
                     from the other, and {MOST_PROFILES} in all; what they set is not in this answer"
                ));
            }
        }
    }

    fn add_mise(&mut self, path: &str, env: &EnvBlock, host: &dyn Host) {
        // The user's own may lie above the working directory too.
        if !self.mises.insert(path.to_owned()) {
            return;
        }
        self.add_file(Layer::Mise, path, &|text, names| mise::settings(text, path, names, env), host);
    }

    /// What mise sets by itself while a Go of its own is active.
    fn add_mises_own(&mut self, subject: &Subject<'_>, host: &dyn Host) {
        let set = mise::set_by_itself(subject.env);
        if set.is_empty() {
            return;
        }
        let wanted = wanted_go(subject.current_dir, subject.env, host).into_iter().next();
        let at = wanted.and_then(|one| one.at);
        for (name, value) in set {
            let place = SourcedValue { source: Layer::Mise, value, at: at.clone() };
            self.held.push(HeldValue { name, place, possible: Vec::new(), fills: Fills::Environment });
        }
    }

    fn hold(&mut self, source: Layer, path: &str, one: UpstreamValue) {
        let at = Some(format!("{}:{}", one.file.as_deref().unwrap_or(path), one.at));
        let UpstreamValue { name, value, possible, fills, .. } = one;
        self.held.push(HeldValue { name, place: SourcedValue { source, value, at }, possible, fills });
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
            let mut names: VecDeque<String> =
                names.filter(|name| running.is_none_or(|running| running == name)).collect();
            let mut seen: HashSet<String> = names.iter().cloned().collect();
            while let Some(name) = names.pop_front() {
                let calls = self.add_workflow(&platform.join(&dir, &name), job, env, host);
                names.extend(calls.into_iter().filter(|name| seen.insert(name.clone())));
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

    /// One workflow; the answer are those that it calls.
    fn add_workflow(&mut self, path: &str, job: Option<&str>, env: &EnvBlock, host: &dyn Host) -> BTreeSet<String> {
        let platform = env.platform();
        let Some(text) = self.text(path, host) else { return BTreeSet::new() };
        let names = Rc::clone(&self.names);
        let root = platform.above(path).nth(2).unwrap_or_default();
        let reading = RefCell::new(&mut *self);
        let action = |uses: &str| {
            let dir = uses.trim_start_matches("./").trim_end_matches('/');
            let inside = !dir.split(['/', '\\']).any(|part| part == "..");
            let files = ["action.yml", "action.yaml"].into_iter().filter(|_| inside);
            files.map(|name| platform.join(&root, &format!("{dir}/{name}"))).find_map(|path| {
                let text = reading.borrow_mut().text(&path, host)?;
                Some((path, text))
            })
        };
        let live = Some(env).filter(|env| on_a_runner(env));
        let asked = workflow::WorkflowQuestion { names: &names, job, live, platform, action: &action };
        let read = workflow::settings(&text, &asked);
        match read {
            Err(why) => {
                self.passed_over(format!("`{path}` is passed over: {why}"));
                BTreeSet::new()
            }
            Ok(read) => {
                read.notes.into_iter().for_each(|note| self.passed_over(format!("`{path}`: {note}")));
                read.values.into_iter().for_each(|one| self.hold(Layer::Workflow, path, one));
                read.calls
            }
        }
    }

    fn add_scope(&mut self, scope: Scope, env: &EnvBlock, scopes: &dyn Scopes) {
        let source = if scope == Scope::User { Layer::UserRegistry } else { Layer::MachineRegistry };
        match scopes.persisted(scope) {
            Err(why) => {
                self.notes.push(format!("`{}` cannot be read: {}", scope.key(), trouble::system_text(&why.to_string())))
            }
            Ok(values) => {
                for one in values {
                    let value = match one.data {
                        Data::Text(text) => text,
                        Data::Expand(text) => expand(&text, env),
                        Data::WrongType(_) => continue,
                    };
                    let place = SourcedValue { source, value, at: Some(scope.key().to_owned()) };
                    let (name, possible, fills) = (one.name, Vec::new(), Fills::Environment);
                    self.held.push(HeldValue { name, place, possible, fills });
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
    fn a_chain_of_profiles_that_is_not_followed_to_its_end_is_said() {
        let mut host = FakeHost::new(Platform::Linux).file("/h/f20", "export GOBIN=/b\n");
        for at in 0..20 {
            host = host.file(&format!("/h/f{at}"), &format!(". /h/f{}\n", at + 1));
        }
        let mut all = Upstream::new(Platform::Linux);
        let profile = ShellProfile { path: "/h/f0".into(), kind: ProfileKind::Posix };
        all.add_profile(Layer::ShellProfile, &profile, &EnvBlock::new(Platform::Linux), &host);
        assert!(all.held.is_empty());
        assert_eq!(all.notes.len(), 1, "{:?}", all.notes);
        assert!(all.notes[0].starts_with("`/h/f8` reads `/h/f9`, which is not followed"), "{:?}", all.notes);
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
