//! The C tools that Go would call: compilers, their flags, and whether cgo is on.

use crate::goenv::{
    go::{ComputedValue, Go},
    stop::FlagLists,
    text::{join, rejoined, split_list, words},
};
use crate::{
    goenv::explanation::Layer::{Computed, Default},
    platform::Platform,
    ports::Kind,
};

impl Go<'_> {
    pub(crate) fn flags(&self, name: &str, default: &str) -> ComputedValue {
        if let FlagLists::Dropped(pattern) = self.flag_lists() {
            let why = format!("{pattern} is no regular expression, so `go env` does not read the C flags");
            return self.plain(name, Default, "").because(why);
        }
        let mut answer = self.plain(name, Default, default);
        let whole = answer.value.take().unwrap_or_default();
        answer.value = Some(words(&whole).map_or(whole.clone(), |words| rejoined(&words)));
        answer
    }

    pub(crate) fn cgo_enabled(&self, goos: &str, goarch: &str) -> ComputedValue {
        let (host_os, host_arch) = (self.platform.goos(), self.subject.goarch);
        let target = format!("{goos}/{goarch}");
        let (on, why) = if (goos, goarch) != (host_os, host_arch) {
            (false, format!("{target} is not this machine's own {host_os}/{host_arch}"))
        } else if self.known.cgo(&target) != Some(true) {
            (false, format!("{target} has no cgo"))
        } else if !self.os("CC").is_empty() {
            (true, "CC is set in the environment".to_owned())
        } else {
            let cc = default_cc(goos, "gcc", "clang");
            match self.look_path(cc) {
                Some(path) => (true, format!("the C compiler `{path}` is there")),
                None => (false, format!("the C compiler `{cc}` is not on PATH")),
            }
        };
        let default = if on { "1" } else { "0" };
        match self.winner("CGO_ENABLED") {
            Some(held) if matches!(held.value.as_str(), "0" | "1") => self.plain("CGO_ENABLED", Computed, default),
            Some(held) => {
                ComputedValue::of(Computed, default).because(format!("`{}` is neither 0 nor 1; {why}", held.value))
            }
            None => ComputedValue::of(Computed, default).because(why),
        }
    }

    pub(crate) fn gccgo(&self) -> ComputedValue {
        let mut answer = self.plain("GCCGO", Default, "gccgo");
        if let Some(path) = answer.value.as_deref().and_then(|name| self.on_path(name)) {
            answer.because = Some(format!("found on PATH as `{path}`"));
            answer.value = Some(path);
        }
        answer
    }

    /// `exec.LookPath`: a program that only a relative directory of PATH holds counts as none.
    pub(crate) fn look_path(&self, name: &str) -> Option<String> {
        self.on_path(name).filter(|found| self.platform.is_absolute(found) || name.contains(['/', '\\', ':']))
    }

    /// The first program of that name, in a relative directory too.
    fn on_path(&self, name: &str) -> Option<String> {
        let windows = self.platform == Platform::Windows;
        let endings: Vec<&str> = match (windows, self.os("PATHEXT")) {
            (false, _) => vec![""],
            (true, "") => vec![".com", ".exe", ".bat", ".cmd"],
            (true, list) => list.split(';').filter(|ending| !ending.is_empty()).collect(),
        };
        let has_ending = windows && self.platform.file_name(name).is_some_and(|name| name.contains('.'));
        let here = |path: String| {
            let bare = (!windows || has_ending).then(|| path.clone());
            let with = endings
                .iter()
                .filter(|ending| !ending.is_empty())
                .map(|ending| format!("{path}{}", ending.to_lowercase()));
            bare.into_iter().chain(with).find(|path| self.host.kind(&self.absolute(path)) == Kind::File)
        };
        if name.is_empty() {
            return None;
        }
        if name.contains('/') || (windows && name.contains(['\\', ':'])) {
            return here(name.to_owned());
        }
        let dirs = split_list(self.platform, self.os("PATH"));
        dirs.iter().find_map(|dir| here(join(self.platform, &[if dir.is_empty() { "." } else { dir }, name])))
    }
}

pub(crate) fn default_cc(goos: &str, gnu: &'static str, llvm: &'static str) -> &'static str {
    if matches!(goos, "darwin" | "ios" | "freebsd" | "openbsd") { llvm } else { gnu }
}
