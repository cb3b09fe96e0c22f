//! Where the paths of a probe lead once its placeholders are filled: what it writes, removes or runs in stays in its
//! own directory, or below one of the step, and is reached by no link that leads out.

use crate::{
    platform::Platform,
    ports::{Host, Kind},
    probe::{
        Control, Probe,
        place::{OF_A_STEP, PathUse, check_parts},
    },
    verify::sandbox::{Machine, Placeholders},
};

/// In the name of what probes leave with a user, so that what a killed run left may be removed.
const OURS: &str = "goenv-ci";

/// The directories that one attempt may use.
pub(crate) struct Places<'a> {
    pub platform: Platform,
    /// Of the whole run.
    pub scratch: &'a str,
    pub host: &'a dyn Host,
    /// Of this attempt alone.
    pub own: &'a str,
    /// What relative paths are seen from, below `own`.
    pub work: &'a str,
    /// What a live probe may remove below.
    pub of_the_step: Vec<String>,
    /// Where commands may run too.
    pub goroots: Vec<String>,
}

impl<'a> Places<'a> {
    /// `values` are those before the probe's own variables.
    pub(crate) fn new(
        machine: &'a Machine,
        host: &'a dyn Host,
        own: &'a str,
        work: &'a str,
        values: &Placeholders,
    ) -> Self {
        let platform = machine.platform;
        let held = |names: &[&str]| {
            let dirs = names.iter().filter_map(|name| values.get(*name)).filter(|dir| platform.is_absolute(dir));
            dirs.cloned().collect()
        };
        Self {
            platform,
            scratch: &machine.scratch,
            host,
            own,
            work,
            of_the_step: held(&OF_A_STEP),
            goroots: held(&["GOROOT", "OTHER_GOROOT"]),
        }
    }

    /// The absolute path of what a probe names, which is relative to its work directory.
    pub(crate) fn absolute(&self, path: &str) -> String {
        if self.platform.is_absolute(path) { path.to_owned() } else { self.platform.join(self.work, path) }
    }

    /// Where a file is written.
    ///
    /// # Errors
    /// It would not be below the probe's own directory.
    pub(crate) fn written(&self, path: &str) -> Result<String, String> {
        self.below(path, &[self.own.to_owned()], PathUse::Write)
    }

    /// What is removed afterwards, in the probe's own directory or below one of the step.
    ///
    /// # Errors
    /// It lies elsewhere.
    pub(crate) fn removed(&self, path: &str) -> Result<String, String> {
        let own = [self.own.to_owned()];
        self.below(path, &[&own, &self.of_the_step[..]].concat(), PathUse::Remove)
    }

    /// Where a command runs.
    ///
    /// # Errors
    /// It is neither in the probe's own directory nor in one of the step or of a toolchain.
    pub(crate) fn run_in(&self, dir: &str) -> Result<String, String> {
        let own = [self.own.to_owned()];
        self.below(dir, &[&own, &self.of_the_step[..], &self.goroots[..]].concat(), PathUse::RunIn)
    }

    /// Whether every path of a probe, and of its control, is in its place, before anything is done; and whether what
    /// it removes in a directory of the step is not somebody else's.
    ///
    /// # Errors
    /// The first that is not.
    pub(crate) fn check(&self, probe: &Probe, change: Option<&Control>) -> Result<(), String> {
        let changed = match change {
            Some(Control::File(path, _)) => Some(path),
            _ => None,
        };
        probe.files.iter().map(|(path, _)| path).chain(changed).try_for_each(|path| self.written(path).map(drop))?;
        probe.steps.iter().filter_map(|step| step.dir.as_ref()).try_for_each(|dir| self.run_in(dir).map(drop))?;
        for path in &probe.remove {
            let path = self.removed(path)?;
            let is_own = self.platform.is_within(&path, self.own);
            if !is_own && !path.contains(OURS) && self.host.kind(&path) != Kind::Absent {
                return Err(format!("`{path}` was there before this probe, which would remove it"));
            }
        }
        Ok(())
    }

    fn below(&self, path: &str, bases: &[String], of: PathUse) -> Result<String, String> {
        let platform = self.platform;
        let full = self.absolute(path);
        let by_text = |base: &&String| {
            let is_in = of == PathUse::RunIn || !platform.same_path(&full, base);
            is_in && platform.is_within(&full, base) && self.is_plain(&full, base)
        };
        let bases: Vec<&String> = bases.iter().filter(by_text).collect();
        if bases.is_empty() {
            return Err(format!("`{path}` leads out of the directory of the probe, and is left alone"));
        }
        let Some((at, real)) = self.leads_to(&full, of) else { return Ok(full) };
        // Below a directory that is not there, nothing is.
        let holds = |base: &&String| self.host.canonical(base).is_none_or(|base| platform.is_within(&real, &base));
        match bases.iter().any(holds) {
            true => Ok(full),
            false => Err(format!(
                "`{path}` leads out of the directory of the probe, for `{at}` is really `{real}`; it is left alone"
            )),
        }
    }

    /// Whether nothing behind the base leads up, or to a device.
    fn is_plain(&self, full: &str, base: &str) -> bool {
        full.get(base.len()..).is_some_and(|rest| check_parts(rest, self.platform == Platform::Windows).is_ok())
    }

    /// The path, or the nearest above it that is there, and where that leads. What is removed is the link itself.
    fn leads_to(&self, full: &str, of: PathUse) -> Option<(String, String)> {
        let up = |path: &str| self.platform.parent(path);
        let first = if of == PathUse::Remove { up(full) } else { Some(full.to_owned()) };
        std::iter::successors(first, |dir| up(dir)).find_map(|dir| Some((dir.clone(), self.host.canonical(&dir)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;

    fn places<'a>(host: &'a FakeHost, platform: Platform, own: &'a str, work: &'a str) -> Places<'a> {
        let (gopath, goroot) = match platform {
            Platform::Windows => (r"C:\Users\r\go", r"C:\go"),
            Platform::Linux | Platform::Macos => ("/home/u/go", "/go"),
        };
        let (of_the_step, goroots) = (vec![gopath.to_owned()], vec![goroot.to_owned()]);
        Places { platform, scratch: own, host, own, work, of_the_step, goroots }
    }

    #[test]
    fn what_placeholders_make_of_a_path_stays_in_its_place() {
        let host = FakeHost::new(Platform::Linux);
        let places = places(&host, Platform::Linux, "/s/c1/probe", "/s/c1/probe/work");
        let work = places.work.to_owned();
        assert_eq!(places.written("a/b"), Ok(format!("{work}/a/b")));
        assert_eq!(places.written("/s/c1/probe/home/x").as_deref(), Ok("/s/c1/probe/home/x"));
        for path in
            ["/s/c1/probe", "/s/c1/probex/y", "/s/c1/control/x", "/s/c1/probe/../x", "../../../x", "/etc/x", "/"]
        {
            assert!(places.written(path).is_err() && places.removed(path).is_err(), "{path}");
        }
        assert!(places.removed("/home/u/go/x").is_ok() && places.written("/home/u/go/x").is_err());
        for path in ["/home/u/go", "/home/u/go/", "/home/u/go/../x", "/home/u/go/a/../../x", "/go/x"] {
            assert!(places.removed(path).is_err(), "{path}");
        }
        assert!(places.run_in("/go/src").is_ok() && places.run_in("").is_ok() && places.run_in("/home/u/go").is_ok());
        assert!(places.run_in("/etc").is_err() && places.run_in("/go/../etc").is_err());
    }

    #[test]
    fn on_windows_no_drive_stream_device_or_share_is_one() {
        let host = FakeHost::new(Platform::Windows);
        let places = places(&host, Platform::Windows, r"D:\s\c1\probe", r"D:\s\c1\probe\work");
        assert!(places.written(r"a\b").is_ok() && places.written(r"d:/S/c1/probe/home/x").is_ok());
        assert_eq!(places.written(r"\x").as_deref(), Ok(r"D:\s\c1\probe\work\x"));
        for path in [
            r"C:x",
            r"D:x",
            r"C:\x",
            r"\\server\share\x",
            r"\\?\C:\x",
            r"a:s",
            r"..\..\..\x",
            r"..\..\x",
            r"D:\s\c1\probe\work\..\..\x",
            "NUL",
            r"a\con.txt",
            r"D:\s\c1\probe\work\a:s",
            r"\\.\pipe\x",
        ] {
            assert!(places.written(path).is_err() && places.removed(path).is_err(), "{path}");
        }
    }

    #[test]
    fn a_link_that_leads_out_is_not_followed() {
        let host = FakeHost::new(Platform::Linux)
            .file("/s/p/work/go.mod", "")
            .file("/home/u/thesis", "")
            .file("/disk/go/bin/tool", "")
            .link("/s/p/work/out", "/home/u")
            .link("/s/p/work/in", "/s/p/work")
            .link("/home/u/go", "/disk/go");
        let places = places(&host, Platform::Linux, "/s/p", "/s/p/work");
        for refused in
            [places.removed("out/thesis"), places.written("out/new"), places.written("out"), places.run_in("out")]
        {
            assert!(refused.is_err_and(|why| why.contains("is really `/home/u`")));
        }
        assert_eq!(places.removed("out").as_deref(), Ok("/s/p/work/out"), "the link itself");
        assert!(places.written("in/x").is_ok() && places.removed("/home/u/go/bin/mine").is_ok());
    }
}
