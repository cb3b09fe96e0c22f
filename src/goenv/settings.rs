//! Go's own settings as Go reads them before it runs: a filled environment
//! variable, else the line that `go env -w` wrote into the GOENV file.
//! What GOROOT/go.env says belongs to a toolchain and is not looked at here.

use crate::{
    platform::{Platform, env::EnvBlock},
    ports::{Host, Kind},
};

/// Names where Go 1.23 and newer keep their counters instead of the user's
/// configuration folder, in which nothing may be left.
/// Source: Go, `cmd/internal/telemetry`: `telemetry.go`, `counter/counter.go: Open`.
pub const TELEMETRY_DIR: &str = "TEST_TELEMETRY_DIR";

/// Where the module cache lies, and which setting says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleCache {
    /// Absolute, or as somebody wrote it.
    pub dir: String,
    /// `GOMODCACHE`, `GOPATH` or `default`.
    pub setting: &'static str,
}

/// The environment and the GOENV file of one user.
/// Source: Go, `cmd/go/internal/cfg/cfg.go`, `Getenv`, `EnvFile`, `readEnvFile`.
#[derive(Clone, Debug)]
pub struct GoSettings<'a> {
    env: &'a EnvBlock,
    file: EnvFile,
}

impl<'a> GoSettings<'a> {
    /// Reads the GOENV file, if there is one.
    #[must_use]
    pub fn read(env: &'a EnvBlock, host: &dyn Host) -> Self {
        Self { env, file: goenv_file(env).map(|path| EnvFile::read(&path, host)).unwrap_or_default() }
    }

    /// The value in force; an empty environment variable falls through to the file, as for Go.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let filed = || self.file.last(name).map(|(_, value)| value).filter(|value| !value.is_empty());
        self.env.get_filled(name).or_else(filed)
    }

    /// GOMODCACHE, else `pkg/mod` in the first entry of GOPATH, else in `go` in
    /// the home folder; `None` where there is no home either.
    #[must_use]
    pub fn module_cache(&self) -> Option<ModuleCache> {
        let platform = self.env.platform();
        if let Some(dir) = self.get("GOMODCACHE") {
            return Some(ModuleCache { dir: dir.to_owned(), setting: "GOMODCACHE" });
        }
        let below = |gopath: &str| platform.join(gopath, "pkg/mod");
        if let Some(list) = self.get("GOPATH") {
            let first = platform.unquoted(platform.split_list(list).first().copied().unwrap_or_default());
            return Some(ModuleCache { dir: below(&first), setting: "GOPATH" });
        }
        home(self.env).map(|home| ModuleCache { dir: below(&platform.join(home, "go")), setting: "default" })
    }
}

/// The folder of the user, as Go's `os.UserHomeDir` finds it.
#[must_use]
pub fn home(env: &EnvBlock) -> Option<&str> {
    env.get_filled(if env.platform() == Platform::Windows { "USERPROFILE" } else { "HOME" })
}

/// The file that `go env -w` writes: GOENV, else `go/env` in the user's
/// configuration folder; `None` for `off` and where there is no such folder.
#[must_use]
pub fn goenv_file(env: &EnvBlock) -> Option<String> {
    let platform = env.platform();
    match env.get_filled("GOENV") {
        Some("off") => return None,
        Some(file) => return Some(file.to_owned()),
        None => {}
    }
    let config = match platform {
        Platform::Windows => env.get_filled("APPDATA")?.to_owned(),
        Platform::Macos => platform.join(home(env)?, "Library/Application Support"),
        Platform::Linux => match env.get_filled("XDG_CONFIG_HOME") {
            Some(dir) => dir.to_owned(),
            None => platform.join(home(env)?, ".config"),
        },
    };
    Some(platform.join(&config, "go/env"))
}

/// One of the two files that Go reads its settings from. In the user's own the last line of a name counts, in that of
/// a toolchain the first. Source: Go, `cmd/go/internal/cfg/cfg.go`, `readEnvFile`.
#[derive(Clone, Debug, Default)]
pub struct EnvFile {
    /// Where it lies, as it was named.
    pub path: String,
    /// Line number, name and value, in the order of the file.
    pub lines: Vec<(usize, String, String)>,
    /// What is wrong with it, a sentence each; Go says nothing about any of it.
    pub notes: Vec<String>,
}

impl EnvFile {
    /// Reads a file as Go does: one that cannot be read is as good as none. `path` is absolute.
    #[must_use]
    pub fn read(path: &str, host: &dyn Host) -> Self {
        let mut file = Self { path: path.to_owned(), ..Self::default() };
        if host.kind(path) == Kind::Dir {
            file.notes.push(format!("`{path}` is a folder; Go reads it as no file at all"));
            return file;
        }
        let content = match host.read(path) {
            Ok(content) => content,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return file,
            Err(error) => {
                file.notes.push(format!("`{path}` cannot be read, and Go ignores it without a word: {error}"));
                return file;
            }
        };
        if content.starts_with(&[0xFF, 0xFE]) || content.starts_with(&[0xFE, 0xFF]) {
            file.notes.push(format!("`{path}` is UTF-16, in which Go finds no line; save it as UTF-8"));
        }
        let text = String::from_utf8_lossy(&content);
        file.lines = lines(&text).map(|(at, name, value)| (at, name.to_owned(), value.to_owned())).collect();
        let ignored = text.split('\n').enumerate().filter(|(at, line)| {
            let bare = line.trim();
            !bare.is_empty() && !bare.starts_with('#') && !file.lines.iter().any(|(known, ..)| *known == at + 1)
        });
        let numbers: Vec<String> = ignored.map(|(at, _)| (at + 1).to_string()).collect();
        if !numbers.is_empty() {
            let many = if numbers.len() == 1 { "line" } else { "lines" };
            let shown = numbers.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = if numbers.len() > 5 { format!(" and {} more", numbers.len() - 5) } else { String::new() };
            file.notes.push(format!(
                "`{path}`, {many} {shown}{more}: Go ignores what does not begin with a capital letter and hold a `=`"
            ));
        }
        let carriage = file.lines.iter().filter(|(.., value)| value.ends_with('\r')).count();
        if carriage > 0 {
            file.notes.push(format!(
                "`{path}` has lines that end in CR LF, and the CR is part of the value for Go; save it with LF alone"
            ));
        }
        file
    }

    /// The first line with a name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<(usize, &str)> {
        self.lines.iter().find(|(_, said, _)| said == name).map(|(at, _, value)| (*at, value.as_str()))
    }

    /// The last line with a name.
    #[must_use]
    pub fn last(&self, name: &str) -> Option<(usize, &str)> {
        self.lines.iter().rev().find(|(_, said, _)| said == name).map(|(at, _, value)| (*at, value.as_str()))
    }
}

/// `NAME=value` lines whose name begins with an upper-case letter, each with its number, which begins
/// at 1; all else is ignored, as by Go.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str, &str)> {
    let named = text.split('\n').enumerate().filter(|(_, line)| line.starts_with(|c: char| c.is_ascii_uppercase()));
    named.filter_map(|(at, line)| line.split_once('=').map(|(name, value)| (at + 1, name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;

    fn linux(pairs: &[(&str, &str)]) -> EnvBlock {
        EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied())
    }

    #[test]
    fn the_environment_wins_and_an_empty_value_falls_through_to_the_file() {
        let host =
            FakeHost::new(Platform::Linux).file("/h/.config/go/env", "# x\nGOPROXY=file:///p\nGOSUMDB=off\nbad\n");
        let env = linux(&[("HOME", "/h"), ("GOPROXY", ""), ("GOSUMDB", "sum.golang.org")]);
        let settings = GoSettings::read(&env, &host);
        assert_eq!(settings.get("GOPROXY"), Some("file:///p"));
        assert_eq!(settings.get("GOSUMDB"), Some("sum.golang.org"));
        assert_eq!(settings.get("GOPRIVATE"), None);
    }

    #[test]
    fn the_goenv_file_lies_where_each_platform_keeps_settings() {
        let windows = EnvBlock::from_pairs(Platform::Windows, [("AppData", r"C:\Users\r\AppData\Roaming")]);
        assert_eq!(goenv_file(&windows).as_deref(), Some(r"C:\Users\r\AppData\Roaming\go\env"));
        let macos = EnvBlock::from_pairs(Platform::Macos, [("HOME", "/Users/r")]);
        assert_eq!(goenv_file(&macos).as_deref(), Some("/Users/r/Library/Application Support/go/env"));
        assert_eq!(goenv_file(&linux(&[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")])).as_deref(), Some("/c/go/env"));
        assert_eq!(goenv_file(&linux(&[("HOME", "/h"), ("GOENV", "off")])), None);
        assert_eq!(goenv_file(&linux(&[("GOENV", "/elsewhere")])).as_deref(), Some("/elsewhere"));
    }

    #[test]
    fn the_module_cache_follows_gomodcache_then_gopath_then_home() {
        let host = FakeHost::new(Platform::Linux);
        let dir = |pairs: &[(&str, &str)]| GoSettings::read(&linux(pairs), &host).module_cache().map(|found| found.dir);
        assert_eq!(dir(&[("GOMODCACHE", "/m"), ("GOPATH", "/p")]).as_deref(), Some("/m"));
        assert_eq!(dir(&[("GOPATH", "/p:/q"), ("HOME", "/h")]).as_deref(), Some("/p/pkg/mod"));
        assert_eq!(dir(&[("HOME", "/h")]).as_deref(), Some("/h/go/pkg/mod"));
        assert_eq!(dir(&[]), None);
        let windows = EnvBlock::from_pairs(Platform::Windows, [("USERPROFILE", r"C:\Users\r")]);
        let found = GoSettings::read(&windows, &host).module_cache().unwrap();
        assert_eq!((found.dir.as_str(), found.setting), (r"C:\Users\r\go\pkg\mod", "default"));
    }
}
