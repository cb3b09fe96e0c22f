//! What else this machine offers: another Go, another directory for a cache, the user's home directory.

use crate::{
    doctor::{Context, check::Hit, path_change::PathChange, remedy::set_here},
    goenv::{
        locate::{gos_on_path, version_of},
        user_dirs::{default_gocache, default_gopath, home, home_variable, temp_dir},
        version::GoVersion,
    },
    platform::Platform,
    ports::{Kind, ReadLimit, exposed},
};

/// Directories of one kind that are looked into; more than anybody has on purpose.
const MOST: usize = 100;

impl Context<'_> {
    /// A toolchain of at least some version: on PATH, then where people and installers put them.
    pub(super) fn installed(&self, least: Option<&GoVersion>) -> Option<(GoVersion, String)> {
        self.installed_that(least, &|_| true)
    }

    /// Like `installed`, of those directories that are so.
    pub(super) fn installed_that(
        &self,
        least: Option<&GoVersion>,
        is: &dyn Fn(&str) -> bool,
    ) -> Option<(GoVersion, String)> {
        let platform = self.platform();
        let env = self.subject.env;
        let program = format!("bin/go{}", platform.exe_suffix());
        let whole = |root: &String| {
            let version = version_of(root, platform, self.host).ok()?;
            let fits = least.is_none_or(|least| version >= *least);
            (fits && is(root) && self.host.kind(&platform.join(root, &program)) == Kind::File)
                .then(|| (version, root.clone()))
        };
        let newest = |roots: Vec<String>| {
            let roots = roots.iter().filter(|root| platform.is_absolute(root));
            roots.filter_map(whole).max_by(|left, right| left.0.cmp(&right.0))
        };
        let on_path = gos_on_path(env, self.subject.current_dir, self.host)
            .filter_map(|go| go.goroot)
            .chain(env.get_filled("GOROOT").map(str::to_owned));
        let caches = ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"].into_iter().filter_map(|name| env.get_filled(name));
        let in_caches = caches.flat_map(|root| {
            let cache = platform.join(root, "go");
            let versions = self.host.list(&cache).into_iter().take(MOST);
            let dirs = versions.flat_map(|version| ["x64", "arm64"].map(|arch| format!("{version}/{arch}")));
            dirs.map(|dir| platform.join(&cache, &dir)).collect::<Vec<_>>()
        });
        let in_sdk = home(env).into_iter().flat_map(|home| {
            let sdk = platform.join(home, "sdk");
            self.host.list(&sdk).into_iter().take(MOST).map(|name| platform.join(&sdk, &name)).collect::<Vec<_>>()
        });
        let usual: &[&str] = match platform {
            Platform::Windows => &[r"C:\Program Files\Go", r"C:\Go"],
            Platform::Macos => &["/usr/local/go", "/opt/homebrew/opt/go/libexec", "/usr/local/opt/go/libexec"],
            Platform::Linux => &["/usr/local/go", "/usr/lib/go", "/snap/go/current"],
        };
        newest(on_path.collect())
            .or_else(|| newest(in_caches.collect()))
            .or_else(|| newest(in_sdk.collect()))
            .or_else(|| newest(usual.iter().map(|root| (*root).to_owned()).collect()))
    }

    /// The programs of a toolchain come first on PATH, and off it go directories that hold nothing but another Go.
    pub(super) fn go_first_on_path(&self, root: &str) -> PathChange {
        let platform = self.platform();
        let bin = platform.join(root, "bin");
        PathChange::first(&bin)
            .without(self.entries_where(|dir| self.holds_only_go(dir) && !platform.same_path(dir, &bin)))
    }

    /// The places of the entries of PATH whose directory is so.
    pub(super) fn entries_where(&self, is: impl Fn(&str) -> bool) -> Vec<usize> {
        let entries = self.subject.env.path_dirs();
        entries.iter().enumerate().filter(|(_, dir)| is(dir)).map(|(at, _)| at).collect()
    }

    /// Whether a directory has a `go`, and nothing but the programs of a toolchain.
    pub(super) fn holds_only_go(&self, dir: &str) -> bool {
        let platform = self.platform();
        let names = self.host.list(dir);
        let is_go = |name: &String| matches!(name.strip_suffix(platform.exe_suffix()), Some("go" | "gofmt"));
        platform.is_absolute(dir) && !names.is_empty() && names.iter().all(is_go)
    }

    /// A directory for GOCACHE or GOMODCACHE that this user can write to and that has nothing against it; the
    /// default first.
    pub(super) fn other_dir(&self, name: &str, against: &dyn Fn(&str) -> bool) -> Option<String> {
        let platform = self.platform();
        let env = self.subject.env;
        let temp = temp_dir(env).1;
        let below_home = |part: &str| home(env).map(|home| platform.join(home, part));
        let mut dirs: Vec<String> = Vec::new();
        if name == "GOCACHE" {
            dirs.extend(default_gocache(self.subject.version, env).ok());
            dirs.extend(below_home(".cache/go-build-own"));
            dirs.push(platform.join(&temp, "go-build-own"));
        } else {
            let gopaths = [self.value("GOPATH").to_owned(), default_gopath(env)];
            let first = |list: String| platform.split_list(&list).first().map(|dir| platform.join(dir, "pkg/mod"));
            dirs.extend(gopaths.into_iter().filter_map(first));
            dirs.extend(below_home(".cache/go-mod-own"));
            dirs.push(platform.join(&temp, "go-mod-own"));
        }
        dirs.into_iter().find(|dir| {
            dir != self.value(name)
                && self.is_absolute(dir)
                && self.obstacle(dir).is_none()
                && self.existing(dir).is_some_and(|place| self.host.check_writable(&place).is_ok())
                && self.module_around(dir).is_none()
                && exposed(self.host, platform, dir).is_none()
                && !against(dir)
        })
    }

    /// A finding whose fix moves GOCACHE or GOMODCACHE to such a directory.
    pub(super) fn moved(&self, name: &str, against: &dyn Fn(&str) -> bool, hit: Hit) -> Hit {
        let Some(dir) = self.other_dir(name, against) else { return hit };
        let default = match name {
            "GOCACHE" => default_gocache(self.subject.version, self.subject.env).ok(),
            _ => {
                let first = self.platform().split_list(self.value("GOPATH")).first().map(|dir| (*dir).to_owned());
                first.map(|dir| self.platform().join(&dir, "pkg/mod"))
            }
        };
        if self.set(name).is_some() && default.as_deref() == Some(dir.as_str()) {
            return self.without_any(name, &|_| true, hit);
        }
        self.with(name, &dir, hit)
    }

    /// A finding whose fix names the user's home directory, as the system knows it.
    pub(super) fn at_home(&self, hit: Hit) -> Hit {
        let platform = self.platform();
        if platform == Platform::Windows {
            return hit;
        }
        let Some(user) = self.host.acting_user() else { return hit };
        let Ok(passwd) = self.host.read("/etc/passwd", ReadLimit::Settings) else { return hit };
        let text = String::from_utf8_lossy(&passwd);
        let home = text.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            (fields.get(2)?.parse() == Ok(user.id)).then(|| fields.get(5).copied())?
        });
        match home.filter(|home| self.is_absolute(home) && self.host.check_writable(home).is_ok()) {
            // One that is set to it already is no fix.
            Some(home) if self.subject.env.get(home_variable(platform)) != Some(home) => {
                hit.fix(set_here(platform, home_variable(platform), home))
            }
            _ => hit,
        }
    }
}
