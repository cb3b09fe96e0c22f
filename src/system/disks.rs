//! The drives of this machine, and a short write burst on one of them.

#[cfg(unix)]
use crate::ports::disks::Room;
use crate::system::{
    directory::PassingDir,
    this_machine,
    whole_file::{Leftover, lock_dir, sweep},
};
use crate::{
    platform::path_text::without_verbatim_prefix,
    ports::{
        Disks,
        disks::{Burst, Drive},
    },
};
use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

/// About what an entry of the build cache's index and a small object take together.
const FILE_BYTES: usize = 4096;

/// What a killed process left is removed by the next burst there.
const BURST: &str = ".goenv-ci-burst-";

/// What the system tells of them.
#[derive(Debug, Default)]
pub struct LiveDisks {
    #[cfg(unix)]
    listed: std::sync::OnceLock<Vec<Drive>>,
}

impl Disks for LiveDisks {
    fn drive_of(&self, path: &str) -> Option<Drive> {
        let there = |dir: &Path| {
            Some((
                dir.to_str()?.to_owned(),
                without_verbatim_prefix(fs::canonicalize(dir).ok()?.to_str()?).into_owned(),
            ))
        };
        let (given, real) =
            Path::new(path).ancestors().skip_while(|dir| dir.as_os_str().len() > LONGEST_PATH).find_map(there)?;
        let leads_to = (!this_machine::platform().same_path(&given, &real)).then(|| real.clone());
        Some(Drive { leads_to, ..self.drive_that_holds(&real)? })
    }

    #[cfg(unix)]
    fn room(&self, path: &str) -> Option<Room> {
        let near = Path::new(path).ancestors().skip_while(|dir| dir.as_os_str().len() > LONGEST_PATH);
        let found = near.filter_map(|dir| rustix::fs::statvfs(dir).ok()).next()?;
        #[cfg(target_os = "linux")]
        let runs_programs = !found.f_flag.contains(rustix::fs::StatVfsMountFlags::NOEXEC);
        #[cfg(not(target_os = "linux"))]
        let runs_programs = true;
        Some(Room {
            free_bytes: found.f_bavail.saturating_mul(found.f_frsize),
            // btrfs and its like make files as long as there are bytes.
            free_files: (found.f_files > 0).then_some(found.f_favail),
            runs_programs,
        })
    }

    fn burst(&self, dir: &str, limit: Duration) -> io::Result<Burst> {
        sweep(Path::new(dir), BURST, Leftover::Dir);
        let folder = PassingDir::new(Path::new(dir), BURST)?;
        let _lock = lock_dir(folder.path());
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

/// In bytes; no system has longer ones, and a text of a megabyte has too many directories above it to ask for each.
const LONGEST_PATH: usize = 32_767;

#[cfg(unix)]
impl LiveDisks {
    /// Of the mounted file systems, listed once, the one whose directory is the innermost.
    fn drive_that_holds(&self, real: &str) -> Option<Drive> {
        let listed = self.listed.get_or_init(|| {
            let only = sysinfo::DiskRefreshKind::nothing().with_storage();
            let disks = sysinfo::Disks::new_with_refreshed_list_specifics(only);
            let drive = |disk: &sysinfo::Disk| Drive {
                mount: disk.mount_point().to_string_lossy().into_owned(),
                file_system: disk.file_system().to_string_lossy().into_owned(),
                free_bytes: disk.available_space(),
                leads_to: None,
            };
            disks.list().iter().map(drive).collect()
        });
        let holds = |drive: &&Drive| Path::new(real).starts_with(&drive.mount);
        listed.iter().filter(holds).max_by_key(|drive| Path::new(&drive.mount).components().count()).cloned()
    }
}

/// Asked by the path, so that shares, RAM disks and drives mounted in a directory count too.
#[cfg(windows)]
#[allow(unsafe_code, reason = "volumes have no safe binding that starts from a path")]
impl LiveDisks {
    fn drive_that_holds(&self, real: &str) -> Option<Drive> {
        use std::ptr::null_mut;
        use windows_sys::Win32::Storage::FileSystem::{GetDiskFreeSpaceExW, GetVolumeInformationW, GetVolumePathNameW};
        let path: Vec<u16> = real.encode_utf16().chain([0]).collect();
        // A volume's root is never longer than the path, but for a separator and the NUL.
        let mut root = vec![0_u16; path.len() + 2];
        let mut system = [0_u16; 64];
        let mut free_bytes = 0;
        let room = |units: usize| u32::try_from(units).ok();
        // SAFETY: every text ends in NUL, every length is that of its buffer, and what is null may be null.
        unsafe {
            if GetVolumePathNameW(path.as_ptr(), root.as_mut_ptr(), room(root.len())?) == 0
                || GetDiskFreeSpaceExW(root.as_ptr(), &raw mut free_bytes, null_mut(), null_mut()) == 0
            {
                return None;
            }
            // A drive that does not say what it is formatted with is still a drive.
            GetVolumeInformationW(
                root.as_ptr(),
                null_mut(),
                0,
                null_mut(),
                null_mut(),
                null_mut(),
                system.as_mut_ptr(),
                room(system.len())?,
            );
        }
        let text = |units: &[u16]| {
            let end = units.iter().position(|unit| *unit == 0).unwrap_or(units.len());
            String::from_utf16_lossy(&units[..end])
        };
        Some(Drive { mount: text(&root), file_system: text(&system), free_bytes, leads_to: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_short_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        // On Windows its age decides.
        if cfg!(unix) {
            let left = dir.path().join(".goenv-ci-burst-x");
            fs::create_dir(&left).unwrap();
            fs::write(left.join("file"), "of a killed process").unwrap();
        }
        let burst = LiveDisks::default().burst(dir.path().to_str().unwrap(), Duration::from_millis(20)).unwrap();
        assert!(burst.files > 0 && burst.files_per_second() > 0, "{burst:?}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        let nowhere = dir.path().join("nowhere");
        assert!(LiveDisks::default().burst(nowhere.to_str().unwrap(), Duration::from_millis(1)).is_err());
    }

    #[test]
    fn a_folder_that_is_not_there_yet_lies_on_the_drive_of_the_one_above() {
        let dir = tempfile::tempdir().unwrap();
        let (disks, deep) = (LiveDisks::default(), dir.path().join("a").join("b"));
        let (here, below) = (disks.drive_of(dir.path().to_str().unwrap()), disks.drive_of(deep.to_str().unwrap()));
        let mount = |drive: &Option<Drive>| drive.as_ref().map(|drive| drive.mount.clone());
        assert_eq!(mount(&here), mount(&below));
        // Some containers lie on what no list of mounts has; Windows tells of every directory.
        assert!(here.is_some() || cfg!(unix));
        assert!(here.is_none_or(|drive| drive.free_bytes > 0 && !drive.mount.is_empty()));
    }
}
