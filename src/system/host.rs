//! This machine's files.

#[cfg(windows)]
use crate::platform::device_name::is_windows_device;
#[cfg(unix)]
use crate::platform::ownership::{ActingUser, Ownership};
#[cfg(unix)]
use crate::ports::Rights;
use crate::ports::{Host, Kind, ReadLimit, UnreadFile};
use crate::system::{
    bounded_read,
    directory::{Listed, entries, listed, remove_tree},
    file_lock_owner::named,
    retry::retried,
    whole_file,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The file system as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct LiveHost;

impl Host for LiveHost {
    fn kind(&self, path: &str) -> Kind {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Kind::Dir,
            Ok(_) => Kind::File,
            Err(_) => Kind::Absent,
        }
    }

    fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
        bounded_read::read(Path::new(path), limit)
    }

    fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
        bounded_read::holds(Path::new(path), wanted, limit)
    }

    fn list(&self, dir: &str) -> Vec<String> {
        let mut names: Vec<String> =
            listed(Path::new(dir)).filter_map(|entry| entry.name().to_str().map(str::to_owned)).collect();
        names.sort();
        names
    }

    fn first_file_below(&self, dir: &str) -> Option<String> {
        first_file(Path::new(dir)).map(|path| path.to_string_lossy().into_owned())
    }

    fn identity(&self, path: &str) -> Option<String> {
        let found = fs::metadata(path).ok()?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&found);
        #[cfg(not(unix))]
        let number = "";
        // Numbers are given again, also at once.
        Some(format!("{number} {:?}", found.created().ok()))
    }

    fn canonical(&self, path: &str) -> Option<String> {
        fs::canonicalize(path).ok()?.into_os_string().into_string().ok()
    }

    // By what the system says of the names: the crate for it would open both, and wait at a FIFO.
    #[cfg(unix)]
    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        use std::os::unix::fs::MetadataExt;
        let of = |path: &str| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
        Some(of(left)? == of(right)?)
    }

    #[cfg(windows)]
    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        if [left, right].into_iter().any(is_windows_device) {
            return None;
        }
        same_file::is_same_file(left, right).ok()
    }

    fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        if let Some(parent) = Path::new(path).parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, content)
    }

    fn replace(&self, path: &str, content: &[u8]) -> io::Result<()> {
        let parent = Path::new(path).parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        // The next step may run as another user; the umask still counts. A file that others may not read stays so.
        whole_file::replace(Path::new(path), content, 0o666)
    }

    fn check_writable(&self, dir: &str) -> io::Result<()> {
        whole_file::check_writable(Path::new(dir))
    }

    #[cfg(unix)]
    fn ownership(&self, dir: &str) -> Option<Ownership> {
        use std::os::unix::fs::MetadataExt;
        let found = fs::metadata(dir).ok().filter(fs::Metadata::is_dir)?;
        Some(Ownership { owner: found.uid(), group: found.gid(), mode: found.mode() & 0o7777 })
    }

    #[cfg(unix)]
    fn acting_user(&self) -> Option<ActingUser> {
        use rustix::process::{getegid, geteuid};
        Some(ActingUser { id: geteuid().as_raw(), group: getegid().as_raw() })
    }

    #[cfg(unix)]
    fn rights(&self, path: &str) -> Option<Rights> {
        use rustix::fs::{Access, AtFlags, CWD, accessat};
        use std::os::unix::fs::MetadataExt;
        let found = fs::metadata(path).ok()?;
        // Asked of the system, which knows of groups, lists of rights and read-only mounts.
        let may = |access| accessat(CWD, path, access, AtFlags::EACCESS).is_ok();
        let runs = may(Access::EXEC_OK);
        Some(Rights {
            is_dir: found.is_dir(),
            owner: found.uid(),
            bytes: found.len(),
            reads: may(Access::READ_OK) && (runs || !found.is_dir()),
            writes: may(Access::WRITE_OK) && (runs || !found.is_dir()),
            runs,
        })
    }

    fn some_of(&self, dir: &str, most: usize) -> Vec<String> {
        listed(Path::new(dir)).filter_map(|entry| entry.name().to_str().map(str::to_owned)).take(most).collect()
    }

    fn create_dir_all(&self, dir: &str) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        // A umask of 0, as some container images have, would let everybody write to a build cache.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o755);
        builder.recursive(true);
        builder.create(dir)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        remove(Path::new(path))
    }
}

fn first_file(dir: &Path) -> Option<PathBuf> {
    let mut entries: Vec<Listed> = listed(dir).collect();
    entries.sort_by(|a, b| a.path().cmp(b.path()));
    entries.into_iter().find_map(
        |entry| {
            if entry.is_dir() { first_file(entry.path()) } else { Some(entry.path().to_owned()) }
        },
    )
}

/// Removes a file, a link or a tree. Go's module caches are read-only, directories
/// on Unix and files on Windows, so permissions are given back where removing fails.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    retried(|| remove_once(path)).map_err(|error| named(path, error))
}

fn remove_once(path: &Path) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if !found.is_dir() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                unlock(path)?;
                fs::remove_file(path)
            }
            outcome => outcome,
        };
    }
    match remove_tree(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            unlock_tree(path)?;
            remove_tree(path)
        }
        _ => Ok(()),
    }
}

fn unlock_tree(dir: &Path) -> io::Result<()> {
    unlock(dir)?;
    for entry in entries(dir)? {
        let entry = entry?;
        if entry.is_dir() {
            unlock_tree(entry.path())?;
        } else if cfg!(windows) && entry.metadata()?.is_file() {
            unlock(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn unlock(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn unlock(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    #[allow(
        clippy::permissions_set_readonly_false,
        reason = "on Windows this is the read-only attribute and nothing else"
    )]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}
