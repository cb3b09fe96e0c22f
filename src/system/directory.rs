//! Lists directories, and removes them with what is in them. The standard library's own functions panic where the system
//! refuses to close a directory, as it may on a network file system: nothing else is lost by that.

#[cfg(unix)]
pub(crate) use by_descriptor::{entries, remove_tree};
#[cfg(not(unix))]
pub(crate) use by_path::{entries, remove_tree};

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

/// What a directory holds under one name.
#[derive(Debug)]
pub(crate) struct Listed {
    path: PathBuf,
    kind: EntryKind,
}

/// What it is; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryKind {
    Dir,
    Other,
}

impl Listed {
    /// The directory's path as it was given, and the name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }

    /// A link to a directory is none.
    pub(crate) fn is_dir(&self) -> bool {
        self.kind == EntryKind::Dir
    }

    /// Of the link, where it is one.
    pub(crate) fn metadata(&self) -> io::Result<fs::Metadata> {
        fs::symlink_metadata(&self.path)
    }
}

/// All that can be listed; where that is nothing, no entries.
pub(crate) fn listed(dir: &Path) -> impl Iterator<Item = Listed> {
    entries(dir).into_iter().flatten().flatten()
}

/// A new directory that is removed with its value.
#[derive(Debug)]
pub(crate) struct PassingDir {
    path: PathBuf,
}

impl PassingDir {
    /// Nobody else can read it.
    pub(crate) fn new(parent: &Path, prefix: &str) -> io::Result<Self> {
        Ok(Self { path: tempfile::Builder::new().prefix(prefix).tempdir_in(parent)?.keep() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PassingDir {
    fn drop(&mut self) {
        // What the system refuses it may refuse once only. There is nobody to tell; what stays is removed by the next one.
        let _ = remove_tree(&self.path).or_else(|_| remove_tree(&self.path));
    }
}

#[cfg(unix)]
mod by_descriptor {
    use super::{EntryKind, Listed};
    use rustix::{
        fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, openat, unlinkat},
        io::{Errno, retry_on_intr},
    };
    use std::{
        ffi::{CStr, CString, OsStr},
        io,
        os::{
            fd::{AsFd, BorrowedFd, OwnedFd},
            unix::ffi::OsStrExt,
        },
        path::Path,
    };

    /// What a directory holds, in the system's order.
    ///
    /// # Errors
    /// It cannot be opened; of an entry, that the listing ends there.
    pub(crate) fn entries(dir: &Path) -> io::Result<impl Iterator<Item = io::Result<Listed>>> {
        let name = CString::new(dir.as_os_str().as_bytes())?;
        let listing = Dir::new(opened(CWD, &name, OFlags::empty())?)?;
        let dir = dir.to_owned();
        let entry = move |found: (CString, FileType)| {
            let path = dir.join(OsStr::from_bytes(found.0.as_bytes()));
            let is_dir = match found.1 {
                FileType::Directory => true,
                // Some file systems do not tell.
                FileType::Unknown => path.symlink_metadata().is_ok_and(|found| found.is_dir()),
                _ => false,
            };
            Listed { path, kind: if is_dir { EntryKind::Dir } else { EntryKind::Other } }
        };
        Ok(names(listing).map(move |found| Ok(entry(found?))))
    }

    /// Removes a directory with all that is in it; a link is removed, not what it leads to.
    ///
    /// # Errors
    /// As the system says; some of it may be gone then.
    pub(crate) fn remove_tree(dir: &Path) -> io::Result<()> {
        let name = CString::new(dir.as_os_str().as_bytes())?;
        Ok(remove(CWD, &name)?)
    }

    /// By descriptors, so that nobody can put a link in the place of a directory meanwhile.
    fn remove(parent: BorrowedFd<'_>, name: &CStr) -> rustix::io::Result<()> {
        let unlink = |flags| retry_on_intr(|| unlinkat(parent, name, flags));
        let dir = match opened(parent, name, OFlags::NOFOLLOW) {
            Err(Errno::NOTDIR | Errno::LOOP) => return unlink(AtFlags::empty()),
            opened => opened?,
        };
        // All of them first, so that each level has one descriptor open.
        let held: Vec<_> = names(Dir::new(dir.try_clone().map_err(|why| errno(&why))?)?).collect::<Result<_, _>>()?;
        for (name, kind) in held {
            let outcome = match kind {
                FileType::Directory | FileType::Unknown => remove(dir.as_fd(), &name),
                _ => retry_on_intr(|| unlinkat(&dir, &name, AtFlags::empty())),
            };
            match outcome {
                // Somebody else removed it.
                Err(Errno::NOENT) => {}
                outcome => outcome?,
            }
        }
        unlink(AtFlags::REMOVEDIR)
    }

    fn errno(why: &io::Error) -> Errno {
        Errno::from_io_error(why).unwrap_or(Errno::IO)
    }

    fn opened(parent: BorrowedFd<'_>, name: &CStr, more: OFlags) -> rustix::io::Result<OwnedFd> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | OFlags::NONBLOCK | more;
        retry_on_intr(|| openat(parent, name, flags, Mode::empty()))
    }

    fn names(listing: Dir) -> impl Iterator<Item = rustix::io::Result<(CString, FileType)>> {
        let real = |found: &rustix::io::Result<rustix::fs::DirEntry>| {
            !found.as_ref().is_ok_and(|entry| matches!(entry.file_name().to_bytes(), b"." | b".."))
        };
        listing.filter(real).map(|found| found.map(|entry| (entry.file_name().to_owned(), entry.file_type())))
    }
}

#[cfg(not(unix))]
mod by_path {
    use super::{EntryKind, Listed};
    use std::{fs, io, path::Path};

    /// What a directory holds, in the system's order.
    ///
    /// # Errors
    /// As the system says.
    pub(crate) fn entries(dir: &Path) -> io::Result<impl Iterator<Item = io::Result<Listed>>> {
        let entry = |found: fs::DirEntry| {
            let kind = if found.file_type()?.is_dir() { EntryKind::Dir } else { EntryKind::Other };
            Ok(Listed { path: found.path(), kind })
        };
        Ok(fs::read_dir(dir)?.map(move |found| found.and_then(entry)))
    }

    /// Removes a directory with all that is in it.
    ///
    /// # Errors
    /// As the system says; some of it may be gone then.
    pub(crate) fn remove_tree(dir: &Path) -> io::Result<()> {
        fs::remove_dir_all(dir)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_their_names_and_kinds() {
        let dir = PassingDir::new(&std::env::temp_dir(), "directory-").unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        fs::write(dir.path().join("b"), "").unwrap();
        let mut found: Vec<_> = entries(dir.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.name().to_str().unwrap().to_owned(), entry.is_dir(), entry.path().to_owned()))
            .collect();
        found.sort();
        let at = |name: &str| dir.path().join(name);
        assert_eq!(found, [("a".to_owned(), true, at("a")), ("b".to_owned(), false, at("b"))]);
        assert!(entries(&at("b")).is_err() && entries(&at("absent")).is_err());
        assert_eq!(listed(&at("absent")).count(), 0);
    }

    #[test]
    fn a_tree_goes_whole_and_what_links_in_it_lead_to_stays() {
        let outside = PassingDir::new(&std::env::temp_dir(), "directory-").unwrap();
        let kept = outside.path().join("kept/file");
        fs::create_dir(outside.path().join("kept")).unwrap();
        fs::write(&kept, "").unwrap();
        let dir = PassingDir::new(&std::env::temp_dir(), "directory-").unwrap();
        let top = dir.path().to_owned();
        fs::create_dir_all(top.join("a/b/c")).unwrap();
        (0..300).for_each(|n| fs::write(top.join(format!("a/b/{n}")), "").unwrap());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path().join("kept"), top.join("a/link")).unwrap();
            std::os::unix::fs::symlink(outside.path().join("kept"), top.join("link")).unwrap();
            assert!(!listed(&top).find(|entry| entry.name() == "link").unwrap().is_dir());
            remove_tree(&top.join("link")).unwrap();
        }
        drop(dir);
        assert!(!top.exists() && kept.exists());
        assert_eq!(remove_tree(&top).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
