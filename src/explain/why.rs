//! `explain --why`: which variable put a file where it is, and what each part
//! of its path means. Asks the host only whether two spellings are one
//! directory and what the file holds.

use crate::{
    explain::{
        artifact::{self, ArtifactKind, PathPart, Shape},
        mask_text, mask_value,
    },
    goenv::{
        clean,
        explanation::{Explained, Explanation, Layer, SourcedValue},
        user_dirs::temp_dir,
        version::GoVersion,
    },
    output::{json, mask::masked},
    platform::{Platform, env::EnvBlock},
    ports::{Host, Kind, ReadLimit},
};
use schemars::{JsonSchema, generate::Contract};
use serde::Serialize;
use std::rc::Rc;

/// Why a file lies where it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "goenv-ci explain --why")]
pub struct Why {
    /// 1.
    pub schema_version: u32,
    /// The file that was asked about, absolute.
    pub file: String,
    /// One for each Go version, in the order asked for.
    #[serde(rename = "explanations")]
    pub origins: Vec<FileOrigin>,
}

/// One Go version's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LandingV1")]
pub struct FileOrigin {
    /// `1.22.10`.
    #[schemars(with = "String")]
    pub go: GoVersion,
    /// Null where no toolchain of this version is here.
    pub goroot: Option<String>,
    /// The value in force that puts the file there; null where none does.
    pub reason: Option<Reason>,
    /// Values that are not in force and would put it there: shadowed ones, further directories of GOPATH.
    pub otherwise: Vec<Reason>,
    /// What somebody should know, a sentence each.
    pub notes: Vec<String>,
}

/// One value that puts a file where it lies, or would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ReasonV1")]
pub struct Reason {
    /// `GOBIN`; the one that a person would set, so GOPATH where GOBIN is derived from it.
    pub variable: String,
    /// Its value, and where it stands.
    #[serde(rename = "held")]
    pub value: SourcedValue,
    /// Where the environment's own value seems to come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<SourcedValue>,
    /// What Go puts there: `program`, `build-cache`, `module`, `module-download`, `checksum-database`,
    /// `version-control`, `toolchain`, `fetched-toolchain`, `goenv-file`, `telemetry`, `work-folder`, `gopath-source`,
    /// `folder` for the very directory that the variable names.
    #[serde(rename = "deposit")]
    #[schemars(with = "String")]
    pub kind: ArtifactKind,
    /// The path from the left to the right; all parts together are the whole.
    pub parts: Vec<PathPart>,
    /// The rule, or why this value is not in force.
    pub because: String,
}

impl Why {
    /// The answer as it may be shown: secrets are masked.
    #[must_use]
    pub fn new(file: &str, origins: Vec<FileOrigin>) -> Self {
        let origins = origins.into_iter().map(mask_origin).collect();
        Self { schema_version: 1, file: masked(file).into_owned(), origins }
    }
}

fn mask_origin(mut one: FileOrigin) -> FileOrigin {
    one.reason.iter_mut().chain(&mut one.otherwise).for_each(mask_reason);
    one.notes.iter_mut().for_each(mask_text);
    one
}

fn mask_reason(one: &mut Reason) {
    mask_value(&one.variable, &mut one.value);
    one.origin.iter_mut().for_each(|origin| mask_value(&one.variable, origin));
    mask_text(&mut one.because);
    for part in &mut one.parts {
        mask_text(&mut part.text);
        part.decoded.iter_mut().for_each(mask_text);
    }
}

/// The JSON Schema of `explain --why --format json`.
///
/// # Errors
/// It cannot be written as JSON.
pub fn schema() -> Result<String, serde_json::Error> {
    json::schema::<Why>("explain-why", Contract::Deserialize)
}

/// What `go build` writes into every program. Source: Go, `debug/buildinfo`.
const BUILD_INFORMATION: &[u8] = b"\xff Go buildinf:";

/// A directory, or the one file, in which a value lets Go put things.
struct ArtifactRoot {
    variable: &'static str,
    value: Rc<SourcedValue>,
    origin: Option<SourcedValue>,
    /// The value as a directory.
    base: String,
    /// Below it: `pkg/mod`, or nothing.
    part: &'static str,
    shape: Shape,
    because: String,
    in_force: bool,
}

/// The value that put `file` where it is, by one version's values; `file` is absolute.
#[must_use]
pub fn why(file: &str, env: &EnvBlock, explanation: &Explanation, host: &dyn Host) -> FileOrigin {
    let platform = env.platform();
    let mut origin = FileOrigin {
        go: explanation.go.clone(),
        goroot: explanation.goroot.clone(),
        reason: None,
        otherwise: Vec::new(),
        notes: Vec::new(),
    };
    let there = host.kind(file);
    let real = host.canonical(file).filter(|real| !platform.same_path(real, file));
    if there == Kind::Absent {
        origin.notes.push("there is no such file now".to_owned());
    }
    let (mut roots, left_out) = roots(env, explanation);
    if left_out > 0 {
        origin.notes.push(format!("{left_out} entries of GOPATH are not looked at, but the first {MOST_ENTRIES}"));
    }
    // The innermost directory that is named says the most. A GOROOT that Go found by its own place put nothing there.
    let found = |root: &ArtifactRoot| root.variable == "GOROOT" && root.value.source == Layer::Computed;
    roots.sort_by_cached_key(|root| (found(root), std::cmp::Reverse(depth(platform, &root.dir(platform)))));
    origin.judge(file, &roots, platform, host);
    if let Some(real) = real {
        origin.notes.push(format!("it is in truth `{real}`"));
        if origin.reason.is_none() {
            origin.judge(&real, &roots, platform, host);
        }
    }
    if origin.reason.as_ref().is_some_and(|reason| reason.kind == ArtifactKind::Program) && there == Kind::File {
        match host.holds(file, BUILD_INFORMATION, ReadLimit::Program) {
            Ok(true) => {}
            Ok(false) => origin.notes.push(
                "the file holds no build information of Go: by its place Go could have put it there, by its content another did"
                    .to_owned(),
            ),
            Err(why) => origin.notes.push(format!("whether Go built it is not known: {why}")),
        }
    }
    origin
}

impl FileOrigin {
    fn judge(&mut self, file: &str, roots: &[ArtifactRoot], platform: Platform, host: &dyn Host) {
        let mut near = None;
        for root in roots {
            let Some(below) = root.below(file, platform, host) else { continue };
            let names: Vec<&str> = below.iter().map(String::as_str).collect();
            let itself = names.is_empty().then(|| (ArtifactKind::Directory, Vec::new()));
            let Some((kind, rest)) = (root.shape)(&names).or(itself) else {
                near = near.or_else(|| root.in_force.then(|| format!("{} `{}`", root.variable, root.dir(platform))));
                continue;
            };
            let mut parts = root_parts(root);
            parts.extend(rest);
            for part in &mut parts {
                // The names are joined as Go joins them inside its caches.
                part.text = part.text.replace('/', platform.separator().to_string().as_str());
            }
            let (variable, value) = (root.variable.to_owned(), SourcedValue::clone(&root.value));
            let (origin, because) = (root.origin.clone(), root.because.clone());
            let reason = Reason { variable, value, origin, kind, parts, because };
            let same = |one: &Reason| one.variable == reason.variable && one.value == reason.value;
            if root.in_force && self.reason.is_none() {
                self.reason = Some(reason);
            } else if !root.in_force && !self.otherwise.iter().any(same) {
                self.otherwise.push(reason);
            }
        }
        if let Some(root) = near.filter(|_| self.reason.is_none()) {
            self.notes.push(match host.kind(file) {
                Kind::Dir => format!("it is a folder below {root}; ask about a file in it"),
                _ => format!("it lies below {root}, where Go puts no file of such a name"),
            });
        }
    }
}

impl ArtifactRoot {
    fn dir(&self, platform: Platform) -> String {
        if self.part.is_empty() { self.base.clone() } else { platform.join(&self.base, self.part) }
    }

    /// The names below the directory, which need not exist while the one that the variable names does.
    fn below(&self, file: &str, platform: Platform, host: &dyn Host) -> Option<Vec<String>> {
        let dir = self.dir(platform);
        below(file, &dir, platform, host).or_else(|| {
            let mut names = below(file, &self.base, platform, host)?;
            let rest = names.split_off(self.part.split('/').count().min(names.len()));
            platform.same_path(&platform.join(&self.base, &names.join("/")), &dir).then_some(rest)
        })
    }
}

fn root_parts(root: &ArtifactRoot) -> Vec<PathPart> {
    let plain = |text: &str, means: &str| PathPart { text: text.to_owned(), means: means.to_owned(), decoded: None };
    let own = plain(&root.base, root.variable);
    match root.part {
        "" => vec![own],
        "bin" => vec![own, plain(root.part, "its folder of programs")],
        "pkg/mod" => vec![own, plain(root.part, "its module cache")],
        "pkg/sumdb" => vec![own, plain(root.part, "what is remembered of the checksum database")],
        part => vec![own, plain(part, "its folder of source")],
    }
}

/// Entries of GOPATH that are looked at, of all its values together; more than anybody has on purpose.
const MOST_ENTRIES: usize = 200;

/// All places of all values: those in force, then the others.
/// How many entries of GOPATH are left out comes with them.
fn roots(env: &EnvBlock, explanation: &Explanation) -> (Vec<ArtifactRoot>, usize) {
    let platform = env.platform();
    let (mut all, mut entries_left, mut left_out) = (Vec::new(), MOST_ENTRIES, 0);
    let is_set = |name: &str| {
        explanation.get(name).is_some_and(|one| {
            !matches!(one.source, Layer::Computed | Layer::Default)
                && one.value.as_deref().is_some_and(|v| !v.is_empty())
        })
    };
    let (gobin, modcache) = (is_set("GOBIN"), is_set("GOMODCACHE"));
    for (variable, shape, rule) in SINGLE {
        let Some(one) = explanation.get(variable) else { continue };
        let derived = matches!(variable, "GOBIN" | "GOMODCACHE") && !is_set(variable);
        for (value, in_force) in values(one) {
            // What is derived from GOPATH is said of GOPATH.
            if (in_force && derived) || (variable == "GOBIN" && value.source == Layer::Computed) {
                continue;
            }
            let base = clean(platform, &platform.unquoted(&value.value));
            let because = if in_force { rule.to_owned() } else { unless(&value) };
            let origin = origin(one, in_force);
            let value = Rc::new(value);
            all.push(ArtifactRoot { variable, base, value, origin, part: "", shape, because, in_force });
        }
    }
    if let Some(one) = explanation.get("GOPATH") {
        for (value, in_force) in values(one) {
            let value = Rc::new(value);
            let entries = platform.split_list(&value.value);
            let looked_at = entries.len().min(entries_left);
            (entries_left, left_out) = (entries_left - looked_at, left_out + entries.len() - looked_at);
            let origin = origin(one, in_force);
            for (at, entry) in entries.iter().take(looked_at).enumerate() {
                for (part, shape, rule) in GOPATH {
                    let hidden = match part {
                        "bin" if gobin => Some("GOBIN is set, so programs go there; without it they would land here"),
                        "pkg/mod" if modcache => {
                            Some("GOMODCACHE is set, so modules go there; without it they would land here")
                        }
                        _ => None,
                    };
                    let later = at > 0 && !matches!(part, "src" | "");
                    let because = match (in_force, hidden, later) {
                        (false, ..) => unless(&value),
                        (true, Some(why), _) => why.to_owned(),
                        (true, None, true) => format!(
                            "this is folder {} of {} in GOPATH, and Go writes into the first; as the first it would put it here",
                            at + 1,
                            entries.len()
                        ),
                        (true, None, false) => rule.to_owned(),
                    };
                    let base = clean(platform, &platform.unquoted(entry));
                    let (value, origin) = (Rc::clone(&value), origin.clone());
                    let in_force = in_force && hidden.is_none() && !later;
                    all.push(ArtifactRoot { variable: "GOPATH", base, value, origin, part, shape, because, in_force });
                }
            }
        }
    }
    if explanation.value("GOTMPDIR").is_empty() {
        let (name, dir) = temp_dir(env);
        let source = if name.is_some() { Layer::Environment } else { Layer::Default };
        all.push(ArtifactRoot {
            variable: name.unwrap_or("GOTMPDIR"),
            value: Rc::new(SourcedValue { source, value: dir.clone(), at: None }),
            origin: None,
            base: clean(platform, &dir),
            part: "",
            shape: artifact::work,
            because: "a build works in the system's temporary folder where GOTMPDIR is not set".to_owned(),
            in_force: true,
        });
    }
    all.retain(|root| platform.is_absolute(&root.base));
    (all, left_out)
}

const SINGLE: [(&str, Shape, &str); 7] = [
    ("GOBIN", artifact::gobin, "`go install` puts programs into GOBIN"),
    ("GOCACHE", artifact::gocache, "what is built is kept in GOCACHE"),
    ("GOMODCACHE", artifact::gomodcache, "modules are downloaded and unpacked into GOMODCACHE"),
    ("GOROOT", artifact::goroot, "the toolchain itself lies in GOROOT"),
    ("GOENV", artifact::goenv, "`go env -w` writes the file that GOENV names"),
    ("GOTELEMETRYDIR", artifact::telemetry, "Go counts its own use there, GOTELEMETRY says how far"),
    ("GOTMPDIR", artifact::work, "a build works in GOTMPDIR"),
];

const GOPATH: [(&str, Shape, &str); 5] = [
    ("", |_| None, "GOPATH holds programs, modules and, with GO111MODULE=off, source"),
    (
        "bin",
        artifact::gopath_bin,
        "`go install` puts programs into `bin` of GOPATH's first folder where GOBIN is not set",
    ),
    (
        "pkg/mod",
        artifact::gomodcache,
        "the module cache is `pkg/mod` of GOPATH's first folder where GOMODCACHE is not set",
    ),
    ("pkg/sumdb", artifact::sumdb, "what the checksum database said is remembered below GOPATH's first folder"),
    ("src", artifact::gopath_src, "with GO111MODULE=off, source lies in `src` of GOPATH's folders"),
];

/// What filled the environment, where that can be told.
fn origin(one: &Explained, in_force: bool) -> Option<SourcedValue> {
    one.origin.clone().filter(|origin| in_force && origin.source != Layer::Process)
}

/// The value in force, then what it shadows; empty ones name no directory.
fn values(one: &Explained) -> Vec<(SourcedValue, bool)> {
    let winner = SourcedValue { source: one.source, value: one.value.clone().unwrap_or_default(), at: one.at.clone() };
    let shadowed = one.shadowed.iter().cloned().map(|held| (held, false));
    std::iter::once((winner, true)).chain(shadowed).filter(|(held, _)| !held.value.is_empty()).collect()
}

fn unless(held: &SourcedValue) -> String {
    match held.source {
        Layer::Default | Layer::Computed => "what Go would take without a setting; it would put it here",
        Layer::Environment | Layer::GoenvFile | Layer::GorootGoEnv => "this shadowed value would put it here",
        _ => "this value is not in force; in the environment it would put it here",
    }
    .to_owned()
}

/// In bytes; no system has longer ones.
const LONGEST_PATH: usize = 32_767;

/// The names below `dir`; `None` where the file does not lie there, by whatever spelling.
fn below(file: &str, dir: &str, platform: Platform, host: &dyn Host) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = clean(platform, file);
    let is_there = host.kind(dir) != Kind::Absent;
    if rest.len() > LONGEST_PATH {
        return None;
    }
    loop {
        if platform.same_path(&rest, dir) || (is_there && host.same_file(&rest, dir) == Some(true)) {
            names.reverse();
            return Some(names);
        }
        let above = platform.parent(&rest).filter(|above| *above != rest)?;
        names.push(platform.file_name(&rest)?);
        rest = above;
    }
}

fn depth(platform: Platform, path: &str) -> usize {
    clean(platform, path).split(platform.separator()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        explain::explain,
        goenv::Subject,
        ports::{
            Scopes,
            fake::FakeHost,
            registry::{Persisted, Scope},
        },
    };

    struct NoScopes;

    impl Scopes for NoScopes {
        fn block(&self) -> Vec<(String, String)> {
            Vec::new()
        }

        fn live(&self, _: &str) -> Option<String> {
            None
        }

        fn persisted(&self, _: Scope) -> Result<Vec<Persisted>, String> {
            Ok(Vec::new())
        }

        fn number(&self, _: &str, _: &str) -> Option<u32> {
            None
        }
    }

    fn asked(platform: Platform, pairs: &[(&str, &str)], host: &FakeHost, file: &str) -> FileOrigin {
        let env = EnvBlock::from_pairs(platform, pairs.iter().copied());
        let (version, current_dir) =
            ("1.22.10".parse().unwrap(), if platform == Platform::Windows { r"C:\x" } else { "/x" });
        let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir };
        why(file, &env, &explain(&subject, host, &NoScopes), host)
    }

    fn told(reason: Option<&Reason>) -> String {
        reason.map_or("none".to_owned(), |one| {
            let parts: Vec<&str> = one.parts.iter().map(|part| part.text.as_str()).collect();
            format!("{} {} {}", one.variable, one.kind.name(), parts.join(" | "))
        })
    }

    #[test]
    fn a_windows_path_is_taken_apart_on_any_machine() {
        let host = FakeHost::new(Platform::Windows);
        let env =
            [("USERPROFILE", r"C:\Users\r"), ("GoPath", r"D:\p;E:\q"), ("LOCALAPPDATA", r"C:\Users\r\AppData\Local")];
        let ask = |file: &str| asked(Platform::Windows, &env, &host, file);
        assert_eq!(told(ask(r"d:\P\bin\x.exe").reason.as_ref()), r"GOPATH program D:\p | bin | x.exe");
        assert_eq!(
            told(ask(r"D:\p\pkg\mod\github.com\!burnt!sushi\toml@v1.2.3\doc\a.md").reason.as_ref()),
            r"GOPATH module D:\p | pkg\mod | github.com\!burnt!sushi\toml | @v1.2.3 | doc\a.md"
        );
        let second = ask(r"E:\q\bin\x.exe");
        assert!(second.reason.is_none());
        assert_eq!(told(second.otherwise.first()), r"GOPATH program E:\q | bin | x.exe");
        assert!(second.otherwise[0].because.contains("folder 2 of 2"), "{}", second.otherwise[0].because);
    }

    #[test]
    fn the_innermost_folder_wins_and_a_strange_name_is_said_to_be_one() {
        let host = FakeHost::new(Platform::Linux);
        let env = [("HOME", "/h"), ("GOPATH", "/h/go"), ("GOBIN", "/h/go/pkg/mod/tools"), ("GOCACHE", "/h/cache")];
        let ask = |file: &str| asked(Platform::Linux, &env, &host, file);
        assert_eq!(told(ask("/h/go/pkg/mod/tools/x").reason.as_ref()), "GOBIN program /h/go/pkg/mod/tools | x");
        let strange = ask("/h/cache/../cache/notes.txt");
        assert!(strange.reason.is_none() && strange.otherwise.is_empty());
        assert!(strange.notes.iter().any(|note| note.contains("below GOCACHE `/h/cache`")), "{:?}", strange.notes);
        // GOBIN hides GOPATH/bin.
        let hidden = ask("/h/go/bin/x");
        assert!(hidden.reason.is_none());
        assert!(hidden.otherwise[0].because.starts_with("GOBIN is set"), "{}", hidden.otherwise[0].because);
    }

    #[test]
    fn a_shadowed_value_and_a_default_are_named_as_what_they_are() {
        let host = FakeHost::new(Platform::Linux).file("/h/.config/go/env", "# mine\nGOBIN=/old\n");
        let env = [("HOME", "/h"), ("GOBIN", "/new"), ("GOCACHE", "/cache")];
        let old = asked(Platform::Linux, &env, &host, "/old/x");
        assert!(old.reason.is_none());
        assert_eq!(old.otherwise[0].value.at.as_deref(), Some("/h/.config/go/env:2"));
        let entry = format!("/h/.cache/go-build/ab/ab{}-a", "0".repeat(62));
        let default = asked(Platform::Linux, &env, &host, &entry);
        assert!(default.reason.is_none());
        assert!(default.otherwise[0].because.contains("without a setting"), "{:?}", default.otherwise);
    }

    #[test]
    fn a_fetched_toolchain_is_the_module_cache_s_and_a_folder_is_itself() {
        let goroot = "/h/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.22.10.linux-amd64";
        let host = FakeHost::new(Platform::Linux).goroot(goroot, "1.22.10").file(&format!("{goroot}/pkg/tool/x"), "");
        let env = EnvBlock::from_pairs(Platform::Linux, [("HOME", "/h")]);
        let version = "1.22.10".parse().unwrap();
        let subject =
            Subject { version: &version, goroot: Some(goroot), goarch: "amd64", env: &env, current_dir: "/x" };
        let explanation = explain(&subject, &host, &NoScopes);
        let ask = |file: &str| why(file, &env, &explanation, &host);
        let program = ask(&format!("{goroot}/bin/go"));
        assert_eq!(
            told(program.reason.as_ref()),
            "GOPATH fetched-toolchain /h/go | pkg/mod | golang.org/toolchain | @v0.0.1-go1.22.10.linux-amd64 | bin/go"
        );
        assert_eq!(told(ask("/h/go").reason.as_ref()), "GOPATH folder /h/go");
        assert_eq!(told(ask("/h/.cache/go-build").reason.as_ref()), "GOCACHE folder /h/.cache/go-build");
        let above = ask("/h/go/pkg/mod/golang.org");
        assert!(above.notes.iter().any(|note| note.contains("ask about a file in it")), "{:?}", above.notes);
    }

    #[test]
    fn a_link_into_a_folder_of_go_is_followed() {
        let host =
            FakeHost::new(Platform::Linux).file("/h/go/bin/x", "\u{7f}ELF").link("/usr/local/bin/x", "/h/go/bin/x");
        let origin = asked(Platform::Linux, &[("HOME", "/h")], &host, "/usr/local/bin/x");
        assert_eq!(told(origin.reason.as_ref()), "GOPATH program /h/go | bin | x");
        assert!(origin.notes.iter().any(|note| note.contains("in truth `/h/go/bin/x`")));
        assert!(origin.notes.iter().any(|note| note.contains("no build information of Go")));
    }
}
