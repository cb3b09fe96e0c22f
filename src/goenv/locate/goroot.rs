//! Whether a directory is a GOROOT, and of which version.

use crate::{
    goenv::version::GoVersion,
    platform::Platform,
    ports::{Host, Kind, ReadLimit},
};

/// Why a directory cannot be used as a GOROOT.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAGoroot {
    /// There is no such directory.
    #[error("no such folder")]
    NoDirectory,
    /// Without the program there is nothing to run.
    #[error("no `{0}` in it")]
    NoProgram(String),
    /// Without the file the version cannot be known.
    #[error("no readable `VERSION` file in it")]
    NoVersion,
    /// A development build, for example.
    #[error("its `VERSION` file says `{0}`, which is no released version")]
    OddVersion(String),
}

/// The version of the toolchain in `dir`, from the first line of its VERSION file.
///
/// # Errors
/// The directory, its `bin/go` or a version is missing.
pub fn version_of(dir: &str, platform: Platform, host: &dyn Host) -> Result<GoVersion, NotAGoroot> {
    if host.kind(dir) != Kind::Dir {
        return Err(NotAGoroot::NoDirectory);
    }
    let program = program_of(dir, platform);
    if host.kind(&program) != Kind::File {
        return Err(NotAGoroot::NoProgram(format!("bin/go{}", platform.exe_suffix())));
    }
    let text = host.read(&platform.join(dir, "VERSION"), ReadLimit::Settings).map_err(|_| NotAGoroot::NoVersion)?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().next().unwrap_or_default().trim();
    let odd = || NotAGoroot::OddVersion(line.chars().take(64).collect());
    if !line.starts_with("go") {
        return Err(odd());
    }
    line.parse().map_err(|_| odd())
}

/// The `go` of a GOROOT.
pub(crate) fn program_of(goroot: &str, platform: Platform) -> String {
    platform.join(goroot, &format!("bin/go{}", platform.exe_suffix()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;
    use Platform::{Linux, Windows};

    #[test]
    fn the_version_is_the_first_line_of_the_version_file() {
        let host =
            FakeHost::new(Windows).file(r"C:\go\bin\go.exe", "").file(r"C:\go\VERSION", "go1.21.13\r\ntime 2024\r\n");
        assert_eq!(version_of(r"C:\go", Windows, &host).unwrap().to_string(), "1.21.13");
    }

    #[test]
    fn what_is_missing_is_named() {
        let host = FakeHost::new(Linux)
            .file("/noprogram/VERSION", "go1.21.13")
            .file("/noversion/bin/go", "")
            .file("/devel/bin/go", "")
            .file("/devel/VERSION", "devel go1.28-abcdef");
        let why = |dir| version_of(dir, Linux, &host).unwrap_err().to_string();
        assert_eq!(why("/nowhere"), "no such folder");
        assert_eq!(why("/noprogram"), "no `bin/go` in it");
        assert_eq!(why("/noversion"), "no readable `VERSION` file in it");
        assert!(why("/devel").contains("devel go1.28"), "{}", why("/devel"));
    }
}
