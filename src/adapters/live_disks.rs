//! The drives of this machine, and a short write burst on one of them.

use crate::{
    model::drive::{Burst, Drive},
    ports::Disks,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::OnceLock,
    time::{Duration, Instant},
};
use sysinfo::DiskRefreshKind;

/// About what an entry of the build cache's index and a small object take together.
const FILE_BYTES: usize = 4096;

/// Listed once, when the first drive is asked for.
#[derive(Debug, Default)]
pub struct LiveDisks {
    listed: OnceLock<Vec<(PathBuf, Drive)>>,
}

impl LiveDisks {
    fn listed(&self) -> &[(PathBuf, Drive)] {
        self.listed.get_or_init(|| {
            let disks = sysinfo::Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage());
            let drive = |disk: &sysinfo::Disk| {
                let mount = disk.mount_point().to_owned();
                let drive = Drive {
                    mount: mount.to_string_lossy().into_owned(),
                    file_system: disk.file_system().to_string_lossy().into_owned(),
                    free_bytes: disk.available_space(),
                    leads_to: None,
                };
                (mount, drive)
            };
            disks.list().iter().map(drive).collect()
        })
    }
}

impl Disks for LiveDisks {
    fn drive_of(&self, path: &str) -> Option<Drive> {
        let (there, real) =
            Path::new(path).ancestors().find_map(|dir| Some((dir, plain(&fs::canonicalize(dir).ok()?))))?;
        let holds = |(mount, _): &&(PathBuf, Drive)| real.starts_with(mount);
        let (_, drive) = self.listed().iter().filter(holds).max_by_key(|(mount, _)| mount.components().count())?;
        let leads_to = (real != there).then(|| real.to_string_lossy().into_owned());
        Some(Drive { leads_to, ..drive.clone() })
    }

    fn burst(&self, dir: &str, limit: Duration) -> io::Result<Burst> {
        let folder = tempfile::Builder::new().prefix(".goenv-ci-burst-").tempdir_in(dir)?;
        let (file, content) = (folder.path().join("file"), [0; FILE_BYTES]);
        let started = Instant::now();
        let mut files = 0;
        while started.elapsed() < limit {
            // Removed at once, so that the time for cleaning up is bounded too.
            fs::write(&file, content)?;
            fs::remove_file(&file)?;
            files += 1;
        }
        Ok(Burst { files, duration: started.elapsed() })
    }
}

/// A resolved path of Windows as mount points are written: `\\?\C:\x` as `C:\x`.
fn plain(path: &Path) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_short_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let burst = LiveDisks::default().burst(dir.path().to_str().unwrap(), Duration::from_millis(20)).unwrap();
        assert!(burst.files > 0 && burst.files_per_second() > 0, "{burst:?}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let nowhere = dir.path().join("nowhere");
        assert!(LiveDisks::default().burst(nowhere.to_str().unwrap(), Duration::from_millis(1)).is_err());
    }

    #[test]
    fn a_folder_that_is_not_there_yet_lies_on_the_drive_of_the_one_above() {
        let dir = tempfile::tempdir().unwrap();
        let (disks, deep) = (LiveDisks::default(), dir.path().join("a/b/c"));
        // Where the folder lies on something that the system does not list, both know as little.
        let (here, below) = (disks.drive_of(dir.path().to_str().unwrap()), disks.drive_of(deep.to_str().unwrap()));
        assert_eq!(here, below);
        assert!(here.is_none_or(|drive| drive.free_bytes > 0));
    }
}
