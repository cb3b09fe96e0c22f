//! The user's directories as Go's `os` package finds them, by the text of the environment alone.
//! Source: Go, `os/file.go`: `UserHomeDir`, `UserConfigDir`, `UserCacheDir`; `os.TempDir`.

use crate::{
    goenv::{
        text::{clean, join},
        version::GoVersion,
    },
    platform::{Platform, env::EnvBlock},
};

/// Why Go 1.24 and newer have no directory for settings where XDG_CONFIG_HOME is relative.
pub const RELATIVE_CONFIG_DIR: &str = "XDG_CONFIG_HOME is relative";

/// The variable that names the home directory: `HOME`, on Windows `USERPROFILE`.
#[must_use]
pub fn home_variable(platform: Platform) -> &'static str {
    if platform == Platform::Windows { "USERPROFILE" } else { "HOME" }
}

/// The home directory; `None` where its variable is not set.
#[must_use]
pub fn home(env: &EnvBlock) -> Option<&str> {
    env.get_filled(home_variable(env.platform()))
}

/// The directory of the user's settings, below which Go keeps `go/env`. It is relative only
/// where XDG_CONFIG_HOME is, which Go 1.24 and newer refuse.
///
/// # Errors
/// Why there is none, as a clause.
pub fn config_dir(version: &GoVersion, env: &EnvBlock) -> Result<String, &'static str> {
    match env.platform() {
        Platform::Windows => env.get_filled("APPDATA").map(str::to_owned).ok_or("AppData is not set"),
        Platform::Macos => home(env).map(|home| format!("{home}/Library/Application Support")).ok_or("HOME is not set"),
        Platform::Linux => {
            xdg_dir("XDG_CONFIG_HOME", ".config", version, env)?.ok_or("neither XDG_CONFIG_HOME nor HOME is set")
        }
    }
}

/// The directory of the user's caches, below which Go keeps `go-build`. It is relative only
/// where XDG_CACHE_HOME is, which Go 1.24 and newer refuse.
///
/// # Errors
/// Why there is none, as a clause.
pub fn cache_dir(version: &GoVersion, env: &EnvBlock) -> Result<String, &'static str> {
    match env.platform() {
        Platform::Windows => env.get_filled("LOCALAPPDATA").map(str::to_owned).ok_or("LocalAppData is not set"),
        Platform::Macos => home(env).map(|home| format!("{home}/Library/Caches")).ok_or("HOME is not set"),
        Platform::Linux => {
            xdg_dir("XDG_CACHE_HOME", ".cache", version, env)?.ok_or("neither XDG_CACHE_HOME nor HOME is set")
        }
    }
}

/// The directory that an XDG variable names, else one below the home directory.
fn xdg_dir(
    variable: &str,
    below_home: &str,
    version: &GoVersion,
    env: &EnvBlock,
) -> Result<Option<String>, &'static str> {
    match env.get_filled(variable) {
        Some(dir) if refuses_relative_xdg(version) && !dir.starts_with('/') => Err(match variable {
            "XDG_CACHE_HOME" => "XDG_CACHE_HOME is relative",
            _ => RELATIVE_CONFIG_DIR,
        }),
        Some(dir) => Ok(Some(dir.to_owned())),
        None => Ok(home(env).map(|home| format!("{home}/{below_home}"))),
    }
}

/// Source: Go 1.24, `os/file.go`: `path in $XDG_CONFIG_HOME is relative`.
fn refuses_relative_xdg(version: &GoVersion) -> bool {
    version.minor() >= (1, 24)
}

/// The default of GOCACHE.
///
/// # Errors
/// Why there is none, as a clause.
pub fn default_gocache(version: &GoVersion, env: &EnvBlock) -> Result<String, &'static str> {
    Ok(join(env.platform(), &[&cache_dir(version, env)?, "go-build"]))
}

/// The default of GOPATH, `go` in the home directory; empty where there is no home directory, and
/// where the result would be GOROOT. Source: Go, `go/build: defaultGOPATH`.
#[must_use]
pub fn default_gopath(env: &EnvBlock) -> String {
    let platform = env.platform();
    let Some(home) = home(env) else { return String::new() };
    let dir = join(platform, &[home, "go"]);
    let is_goroot = |goroot| clean(platform, &dir) == clean(platform, goroot);
    if env.get_filled("GOROOT").is_some_and(is_goroot) { String::new() } else { dir }
}

/// The system's temporary directory, and the variable that names it, if one does.
#[must_use]
pub fn temp_dir(env: &EnvBlock) -> (Option<&'static str>, String) {
    let windows = env.platform() == Platform::Windows;
    let names: &[&'static str] = if windows { &["TMP", "TEMP", "USERPROFILE"] } else { &["TMPDIR"] };
    let set = names.iter().find_map(|name| Some((*name, env.get_filled(name)?)));
    match set {
        Some((name, dir)) => (Some(name), dir.to_owned()),
        None => (None, if windows { r"C:\Windows" } else { "/tmp" }.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Platform::{Linux, Macos, Windows};

    fn dirs(version: &str, platform: Platform, pairs: &[(&str, &str)]) -> [Result<String, &'static str>; 2] {
        let env = EnvBlock::from_pairs(platform, pairs.iter().copied());
        let version = version.parse().unwrap();
        [config_dir(&version, &env), cache_dir(&version, &env)]
    }

    #[test]
    fn each_platform_keeps_settings_and_caches_elsewhere() {
        let both = |config: &str, cache: &str| [Ok(config.to_owned()), Ok(cache.to_owned())];
        assert_eq!(dirs("1.21.0", Linux, &[("HOME", "/h")]), both("/h/.config", "/h/.cache"));
        assert_eq!(
            dirs("1.21.0", Linux, &[("XDG_CONFIG_HOME", "/c"), ("XDG_CACHE_HOME", "/k"), ("HOME", "/h")]),
            both("/c", "/k")
        );
        assert_eq!(
            dirs("1.21.0", Macos, &[("HOME", "/h"), ("XDG_CONFIG_HOME", "/c")]),
            both("/h/Library/Application Support", "/h/Library/Caches")
        );
        assert_eq!(dirs("1.21.0", Windows, &[("AppData", r"C:\r"), ("LocalAppData", r"C:\l")]), both(r"C:\r", r"C:\l"));
    }

    #[test]
    fn a_relative_xdg_directory_is_refused_from_go_1_24_on() {
        let relative = [("XDG_CONFIG_HOME", "c"), ("XDG_CACHE_HOME", "k"), ("HOME", "/h")];
        assert_eq!(dirs("1.23.9", Linux, &relative), [Ok("c".to_owned()), Ok("k".to_owned())]);
        let refused = [Err("XDG_CONFIG_HOME is relative"), Err("XDG_CACHE_HOME is relative")];
        assert_eq!(dirs("1.24rc1", Linux, &relative), refused);
        assert_eq!(dirs("1.27.0", Linux, &relative), refused);
    }

    #[test]
    fn a_missing_variable_is_named() {
        for (platform, config, cache) in [
            (Linux, "neither XDG_CONFIG_HOME nor HOME is set", "neither XDG_CACHE_HOME nor HOME is set"),
            (Macos, "HOME is not set", "HOME is not set"),
            (Windows, "AppData is not set", "LocalAppData is not set"),
        ] {
            assert_eq!(dirs("1.23.0", platform, &[]), [Err(config), Err(cache)]);
        }
    }
}
