//! Files below the user's cache directory. On Unix both the directory and each file must be the user's own (or
//! root's), and nobody else may write to them: whoever writes a build cache runs code as those who build from it.

use crate::platform::Platform;
use crate::ports::{KeptFiles, ReadLimit, UnreadFile, exposed};
use crate::system::{
    bounded_read,
    directory::listed,
    host::LiveHost,
    whole_file::{self, UNFINISHED},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// So many stay; each is about 15 MB.
const MOST: usize = 12;

/// The files of one directory, made when something is kept.
#[derive(Clone, Debug)]
pub struct DiskKeptFiles {
    /// Absolute.
    pub dir: String,
    /// Of this machine.
    pub platform: Platform,
}

impl KeptFiles for DiskKeptFiles {
    fn path(&self, name: &str) -> String {
        self.platform.join(&self.dir, name)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let path = self.path(name);
        match fs::symlink_metadata(&path) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(format!("`{path}` cannot be read: {error}")),
            Ok(found) if !found.is_file() => return Err(format!("`{path}` is not a file")),
            Ok(_) => {}
        }
        self.closed()?;
        let unreadable = |error: UnreadFile| format!("`{path}` cannot be read: {error}");
        let Some((file, found)) = bounded_read::open(Path::new(&path)).map_err(unreadable)? else { return Ok(None) };
        own(&path, &found)?;
        bounded_read::content(file, &found, ReadLimit::Program).map(Some).map_err(unreadable)
    }

    fn keep(&self, name: &str, content: &[u8]) -> Result<(), String> {
        self.closed()?;
        self.replace(name, content).map_err(|error| format!("nothing can be kept in `{}`: {error}", self.dir))?;
        // Another process may be dropping the same ones.
        self.drop_oldest();
        Ok(())
    }
}

impl DiskKeptFiles {
    /// Whether nobody else can write to the directory, or replace it.
    fn closed(&self) -> Result<(), String> {
        match exposed(&LiveHost, self.platform, &self.dir) {
            Some(found) => Err(format!("{found}; `{}` closes it", found.fix())),
            None => Ok(()),
        }
    }

    fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let dir = Path::new(&self.dir);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(dir)?;
        // For the user alone, whatever the umask.
        whole_file::replace(&dir.join(name), content, 0o600)
    }

    fn drop_oldest(&self) {
        let aged = listed(Path::new(&self.dir))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path().to_owned())));
        let is_kept = |path: &Path| !path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(UNFINISHED));
        let mut kept: Vec<(SystemTime, PathBuf)> = aged.filter(|(_, path)| is_kept(path)).collect();
        kept.sort();
        let beyond = kept.len().saturating_sub(MOST);
        for (_, path) in kept.into_iter().take(beyond) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether nobody else can have written an open file.
#[cfg(unix)]
fn own(path: &str, found: &fs::Metadata) -> Result<(), String> {
    use crate::platform::ownership::Ownership;
    use crate::ports::Host;
    use std::os::unix::fs::MetadataExt;
    let ownership = Ownership { owner: found.uid(), group: found.gid(), mode: found.mode() & 0o7777 };
    match LiveHost.acting_user().and_then(|user| ownership.exposure(user)) {
        None => Ok(()),
        Some(_) => Err(format!(
            "`{path}` can be written by another user: it belongs to user {}, mode {:04o}",
            ownership.owner, ownership.mode
        )),
    }
}

#[cfg(not(unix))]
fn own(_: &str, _: &fs::Metadata) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn files(dir: &tempfile::TempDir) -> DiskKeptFiles {
        let dir = dir.path().join("a/warm").to_str().unwrap().to_owned();
        DiskKeptFiles { dir, platform: crate::system::this_machine::platform() }
    }

    #[test]
    fn what_is_kept_is_read_and_what_is_not_there_is_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&dir);
        assert_eq!(files.read("x"), Ok(None));
        files.keep("x", b"one").unwrap();
        files.keep("x", b"two").unwrap();
        assert_eq!(files.read("x"), Ok(Some(b"two".to_vec())));
    }

    #[test]
    fn the_oldest_go_and_what_a_killed_process_left_with_them() {
        let dir = tempfile::tempdir().unwrap();
        let files = files(&dir);
        let old = |name: &str, hours: u64| {
            let file = fs::File::create(files.path(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).unwrap();
        };
        files.keep("new", b"").unwrap();
        (1..=MOST as u64).for_each(|n| old(&format!("k{n}"), n));
        old(".goenv-ci-abc", 2);
        old(".goenv-ci-def", 0);
        let running = fs::File::open(files.path(".goenv-ci-def")).unwrap();
        running.try_lock().unwrap();
        files.keep("newest", b"").unwrap();
        let mut names: Vec<String> =
            fs::read_dir(&files.dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        assert_eq!(names.len(), MOST + 1, "{names:?}");
        for gone in [format!("k{MOST}"), format!("k{}", MOST - 1), ".goenv-ci-abc".to_owned()] {
            assert!(!names.contains(&gone), "{gone}");
        }
        assert!(names.contains(&".goenv-ci-def".to_owned()) && names.contains(&"newest".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn what_others_can_write_is_refused_and_nothing_is_put_beside_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let files = files(&dir);
        files.keep("x", b"mine").unwrap();
        let mode = |path: &str, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        mode(&files.path("x"), 0o666);
        assert!(files.read("x").unwrap_err().contains("can be written by another user"), "a file");
        mode(&files.path("x"), 0o600);
        mode(&files.dir, 0o777);
        assert!(files.read("x").unwrap_err().contains("every user can write"), "a directory");
        assert!(files.keep("y", b"").unwrap_err().contains("chmod -R go-w"));
        mode(&files.dir, 0o700);
        assert_eq!(files.read("y"), Ok(None));
        std::os::unix::fs::symlink(files.path("x"), files.path("link")).unwrap();
        assert!(files.read("link").unwrap_err().ends_with("is not a file"));
    }
}
