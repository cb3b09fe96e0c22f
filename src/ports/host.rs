//! This machine's files and directories.

use crate::{
    platform::{
        Platform,
        ownership::{ActingUser, ExposedDir, Exposure, Ownership, user_name},
    },
    ports::{ReadLimit, UnreadFile},
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

/// What is at a path, and what this user may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Whether it is a directory.
    pub is_dir: bool,
    /// The number of its user.
    pub owner: u32,
    /// Of a file.
    pub bytes: u64,
    /// Read a file, list a directory.
    pub reads: bool,
    /// Change a file; add to a directory and take from it.
    pub writes: bool,
    /// Run a file, reach what is in a directory.
    pub runs: bool,
}

/// This machine's files. All paths are absolute.
pub trait Host: Sync {
    /// What is there; links are followed.
    fn kind(&self, path: &str) -> Kind;

    /// The content of a regular file, links followed.
    ///
    /// # Errors
    /// There is none, it is larger than its kind may be, or as the system says.
    fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile>;

    /// Whether a regular file holds some bytes, without holding it in memory.
    ///
    /// # Errors
    /// As [`Host::read`].
    fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile>;

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

    /// What this user may do there; links are followed. `None` where nothing is, and on Windows.
    fn rights(&self, _path: &str) -> Option<Rights> {
        None
    }

    /// Some of the names in a directory, at most so many and in any order: a directory may hold a million.
    fn some_of(&self, dir: &str, most: usize) -> Vec<String> {
        let mut names = self.list(dir);
        names.truncate(most);
        names
    }

    /// The places that did not answer in time; nothing below them is known.
    fn silent(&self) -> Vec<String> {
        Vec::new()
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
        let passwd = host.read("/etc/passwd", ReadLimit::Settings).unwrap_or_default();
        let owner = user_name(&String::from_utf8_lossy(&passwd), ownership.owner).map(str::to_owned);
        ExposedDir { dir: dir.to_owned(), ownership, owner, by, user }
    };
    let own = host.ownership(dir).and_then(|own| Some(found(dir, own, own.exposure(user)?)));
    own.or_else(|| {
        // A link may lead below other directories than its name says.
        let real = host.canonical(dir);
        let mut above = platform.above(dir).chain(real.iter().flat_map(|real| platform.above(real)));
        above.find_map(|dir| {
            let ownership = host.ownership(&dir).filter(|one| one.lets_everyone_replace())?;
            Some(found(&dir, ownership, Exposure::Above))
        })
    })
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
