//! This machine's files and directories.

use crate::platform::{
    Platform,
    ownership::{ActingUser, ExposedDir, Exposure, Ownership, user_name},
};
use std::io;

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or nothing that can be reached.
    Absent,
    /// A file.
    File,
    /// A directory.
    Dir,
}

/// This machine's files. All paths are absolute.
pub trait Host: Sync {
    /// What is there; links are followed.
    fn kind(&self, path: &str) -> Kind;

    /// The content of a file.
    ///
    /// # Errors
    /// As the system says.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Names in a directory, sorted; empty where there is none.
    fn list(&self, dir: &str) -> Vec<String>;

    /// Any file below a directory, the first by name; `None` where there is no directory or no file.
    fn first_file_below(&self, dir: &str) -> Option<String>;

    /// What tells a file from another that took its place: it stays when the content changes. `None` where there is
    /// no file, or no such thing.
    fn identity(&self, _path: &str) -> Option<String> {
        None
    }

    /// The path with links resolved, in the system's own spelling, if it exists.
    fn canonical(&self, path: &str) -> Option<String>;

    /// Whether both paths lead to one file or directory, by whatever links, junctions, 8.3 names or
    /// spellings; `None` where one of them leads nowhere.
    fn same_file(&self, left: &str, right: &str) -> Option<bool>;

    /// Writes a file, making its directories.
    ///
    /// # Errors
    /// As the system says.
    fn write(&self, path: &str, content: &[u8]) -> io::Result<()>;

    /// Writes a file under another name and renames it, so that a reader sees the old one or the new one.
    ///
    /// # Errors
    /// As the system says.
    fn replace(&self, path: &str, content: &[u8]) -> io::Result<()>;

    /// Makes and removes a file there.
    ///
    /// # Errors
    /// As the system says.
    fn check_writable(&self, dir: &str) -> io::Result<()>;

    /// Whose a directory is; links are followed. `None` where there is none, and on Windows.
    fn ownership(&self, _dir: &str) -> Option<Ownership> {
        None
    }

    /// The user that this process acts as; `None` on Windows.
    fn acting_user(&self) -> Option<ActingUser> {
        None
    }

    /// Makes a directory and those above it. Of the new ones nobody but the user can write to any, whatever the umask.
    ///
    /// # Errors
    /// As the system says.
    fn create_dir_all(&self, dir: &str) -> io::Result<()>;

    /// Removes a file or a directory with all below it, read-only ones too; absent is fine.
    ///
    /// # Errors
    /// As the system says.
    fn remove(&self, path: &str) -> io::Result<()>;
}

/// Whether somebody else can write to a directory, if it is there, or replace it or one that it will be made in.
/// A directory is judged by its own owner and mode; those above it may be another user's, as in a container job.
#[must_use]
pub fn exposed(host: &dyn Host, platform: Platform, dir: &str) -> Option<ExposedDir> {
    let user = host.acting_user()?;
    let found = |dir: &str, ownership: Ownership, by| {
        let passwd = host.read("/etc/passwd").unwrap_or_default();
        let owner = user_name(&String::from_utf8_lossy(&passwd), ownership.owner).map(str::to_owned);
        ExposedDir { dir: dir.to_owned(), ownership, owner, by, user }
    };
    let own = host.ownership(dir).and_then(|own| Some(found(dir, own, own.exposure(user)?)));
    let mut above = above(platform, dir);
    // A link may lead below other directories than its name says.
    above.extend(host.canonical(dir).map(|real| self::above(platform, &real)).unwrap_or_default());
    own.or_else(|| {
        above.iter().find_map(|dir| {
            let ownership = host.ownership(dir).filter(|one| one.lets_everyone_replace())?;
            Some(found(dir, ownership, Exposure::Above))
        })
    })
}

/// The directories above a path, nearest first.
fn above(platform: Platform, dir: &str) -> Vec<String> {
    std::iter::successors(platform.parent(dir), |at| platform.parent(at).filter(|up| up != at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;

    const LINUX: Platform = Platform::Linux;

    fn machine() -> FakeHost {
        FakeHost::new(LINUX).file("/etc/passwd", "eve:x:7:7::/home/eve:/bin/sh\n").acting_as(1000)
    }

    #[test]
    fn a_directory_of_somebody_else_is_named_with_its_owner() {
        let host = machine().owned("/w/cache", 7, 0o755);
        let found = exposed(&host, LINUX, "/w/cache").unwrap();
        assert_eq!((found.by, found.owner.as_deref()), (Exposure::Owner, Some("eve")));
        assert_eq!(exposed(&machine().owned("/w/cache", 1000, 0o755), LINUX, "/w/cache"), None);
    }

    #[test]
    fn directories_above_may_be_somebody_elses_but_not_everybodys() {
        let host = machine().owned("/w", 7, 0o755).owned("/w/cache", 1000, 0o755);
        assert_eq!(exposed(&host, LINUX, "/w/cache"), None);
        let host = machine().owned("/w", 7, 0o1777).owned("/w/cache", 1000, 0o755);
        assert_eq!(exposed(&host, LINUX, "/w/cache"), None, "sticky");
        let host = machine().owned("/w", 7, 0o777);
        let found = exposed(&host, LINUX, "/w/a/not-there-yet").unwrap();
        assert_eq!((found.by, found.dir.as_str()), (Exposure::Above, "/w"));
    }

    #[test]
    fn a_link_is_judged_by_where_it_leads() {
        let host = machine()
            .link("/home/u/go", "/shared/go")
            .file("/shared/go/README", "")
            .owned("/shared", 0, 0o777)
            .owned("/shared/go", 1000, 0o755);
        assert_eq!(exposed(&host, LINUX, "/home/u/go").map(|found| found.dir), Some("/shared".to_owned()));
    }

    #[test]
    fn where_the_system_has_no_such_numbers_nothing_is_judged() {
        assert_eq!(exposed(&FakeHost::new(Platform::Windows), Platform::Windows, r"C:\cache"), None);
    }
}
