//! What the checks examine: one process on one machine.

use crate::{
    doctor::event_log::RefusedWrite,
    goenv::{
        Look, Subject,
        explanation::{Explained, Explanation, Layer, SourcedValue},
    },
    output::sanitize::clip,
    platform::Platform,
    ports::{
        Disks, Host, Kind,
        disks::Drive,
        registry::{Persisted, Scope},
    },
};

/// Facts about Windows that are no variables; all `None` elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowsFacts {
    /// `LongPathsEnabled` of the file system's key.
    pub long_paths: Option<u32>,
    /// `EnableControlledFolderAccess` of Defender: 0 off, 1 on, 2 logging.
    pub folder_access: Option<u32>,
    /// What Defender logged of it, the latest first; or why that is not known.
    pub refused_writes: Result<Vec<RefusedWrite>, String>,
}

impl Default for WindowsFacts {
    fn default() -> Self {
        Self { long_paths: None, folder_access: None, refused_writes: Ok(Vec::new()) }
    }
}

/// Everything that checks may look at; none of it can write.
pub struct Context<'a> {
    /// The `go` and its process.
    pub subject: Subject<'a>,
    /// What its variables are and where they come from.
    pub explanation: &'a Explanation,
    /// What keeps Go from answering.
    pub look: &'a Look,
    /// The environment as the system handed it over.
    pub block: &'a [(String, String)],
    /// The persistent scopes that could be read.
    pub registry: &'a [(Scope, Vec<Persisted>)],
    /// The settings of Windows itself.
    pub windows: &'a WindowsFacts,
    /// Files.
    pub host: &'a dyn Host,
    /// Drives.
    pub disks: &'a dyn Disks,
}

impl Context<'_> {
    pub(crate) fn platform(&self) -> Platform {
        self.subject.env.platform()
    }

    /// What `go env NAME` prints, or an empty text.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.explanation.value(name)
    }

    /// A variable that somebody set: in the environment or in the GOENV file.
    pub(crate) fn set(&self, name: &str) -> Option<&Explained> {
        let found = self.explanation.get(name)?;
        matches!(found.source, Layer::Environment | Layer::GoenvFile).then_some(found)
    }

    /// The value as it was set, before Go interprets it.
    pub(crate) fn raw(&self, name: &str) -> &str {
        let file = || {
            let held = self.explanation.get(name)?;
            let line = self.look.goenv_file.as_ref().and_then(|file| file.line(name));
            // As it is written there: of `GOCACHE=rel` Go makes `off`.
            let written = line.map(|line| line.value.as_str()).filter(|value| !value.is_empty());
            if held.source == Layer::GoenvFile { written.or(held.value.as_deref()) } else { None }
        };
        self.subject.env.get_filled(name).or_else(file).unwrap_or_default()
    }

    /// Where a value is set, for the evidence.
    pub(crate) fn whence(&self, found: &Explained) -> String {
        match (&found.at, &found.origin) {
            (Some(at), _) => format!("{}, {at}", found.source.name()),
            (None, Some(SourcedValue { source, at: Some(at), .. })) => {
                format!("{}, from {} {at}", found.source.name(), source.name())
            }
            _ => found.source.name().to_owned(),
        }
    }

    /// `GOBIN=/x (environment)`.
    pub(crate) fn shown(&self, name: &str) -> String {
        match self.explanation.get(name) {
            Some(found) => {
                let value = self.set(name).map_or(self.value(name), |_| self.raw(name));
                let value = if value.is_empty() { self.value(name) } else { value };
                format!("{name}={} ({})", clip(value, 300), self.whence(found))
            }
            None => format!("{name} is not set"),
        }
    }

    /// The drive of a directory, or of the nearest one above it.
    pub(crate) fn drive(&self, path: &str) -> Option<Drive> {
        self.disks.drive_of(path)
    }

    /// What keeps a directory from being made at a path, with why: a file, or a link that leads nowhere, in its place
    /// or above it, or a name that is too long.
    pub(crate) fn obstacle(&self, path: &str) -> Option<(String, &'static str)> {
        /// In bytes; Windows counts UTF-16.
        const LONGEST_NAME: usize = 255;
        let platform = self.platform();
        if let Some(name) =
            path.split(['/', '\\']).find(|name| name.len() > LONGEST_NAME && platform != Platform::Windows)
        {
            return Some((clip(name, 40).into_owned(), "a name that is too long"));
        }
        for at in std::iter::once(path.to_owned()).chain(platform.above(path)) {
            match self.host.kind(&at) {
                Kind::Dir => return None,
                Kind::File => return Some((at, "a file")),
                Kind::Absent => {
                    let (up, name) = (platform.parent(&at)?, platform.file_name(&at)?);
                    let is_listed = self.host.kind(&up) == Kind::Dir && self.host.list(&up).contains(&name);
                    if is_listed {
                        return Some((at, "a link that leads nowhere"));
                    }
                }
            }
        }
        None
    }

    /// The nearest existing directory at or above a path.
    pub(crate) fn existing(&self, path: &str) -> Option<String> {
        let own = std::iter::once(path.to_owned());
        own.chain(self.platform().above(path)).find(|at| self.host.kind(at) == Kind::Dir)
    }

    /// The first file of this name in `dir` or a directory above it.
    pub(crate) fn above(&self, dir: &str, name: &str) -> Option<String> {
        let dirs = std::iter::once(dir.to_owned()).chain(self.platform().above(dir));
        dirs.map(|at| self.platform().join(&at, name)).find(|file| self.host.kind(file) == Kind::File)
    }

    /// The go.mod of the module that a directory is in, for go commands too: `./...` passes over directories whose
    /// names begin with a dot or `_`, and over `testdata`. Source: Go, `modload/search.go: matchPackages`.
    pub(crate) fn module_around(&self, dir: &str) -> Option<String> {
        let file = self.above(&self.platform().parent(dir)?, "go.mod")?;
        let top = self.platform().parent(&file)?;
        let below = dir.strip_prefix(top.as_str()).unwrap_or(dir);
        let passed = |part: &str| part.starts_with(['.', '_']) || part == "testdata";
        (!below.split(['/', '\\']).any(passed)).then_some(file)
    }

    /// The first file or directory of this name in `dir` or a directory above it.
    pub(crate) fn above_any(&self, dir: &str, name: &str) -> Option<String> {
        let dirs = std::iter::once(dir.to_owned()).chain(self.platform().above(dir));
        dirs.map(|at| self.platform().join(&at, name)).find(|path| self.host.kind(path) != Kind::Absent)
    }

    /// Whether the path is absolute on this platform.
    pub(crate) fn is_absolute(&self, path: &str) -> bool {
        self.platform().is_absolute(path)
    }
}
