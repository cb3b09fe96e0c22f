//! Who uses a tree, and whether it may be renamed, as far as each system tells without anything being done.

use crate::ports::trees::TreeUsers;
#[cfg(unix)]
use std::{io, path::Path};

#[cfg(target_os = "linux")]
pub(super) use linux::users;
#[cfg(windows)]
pub(super) use windows::{is_remote, may_rename, users};

#[cfg(not(any(target_os = "linux", windows)))]
pub(super) fn users(_: &Path) -> TreeUsers {
    TreeUsers { known: Vec::new(), unknown: vec!["which programs have files of it open".to_owned()] }
}

/// On Unix the directory above decides.
#[cfg(unix)]
pub(super) fn may_rename(_: &Path) -> io::Result<()> {
    Ok(())
}

/// On Unix the kind of the file system tells.
#[cfg(unix)]
pub(super) fn is_remote(_: &Path) -> Option<bool> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use super::TreeUsers;
    use crate::{
        ports::{
            ReadLimit,
            trees::{TreeUse, TreeUser},
        },
        system::{
            bounded_read,
            directory::{entries, listed},
        },
    };
    use std::{
        fs, io,
        os::unix::fs::MetadataExt,
        path::{Path, PathBuf},
    };

    pub(in super::super) fn users(dir: &Path) -> TreeUsers {
        let mut found = TreeUsers::default();
        let Ok(tree) = fs::symlink_metadata(dir) else { return found };
        let mut others = false;
        for entry in listed(Path::new("/proc")) {
            let Some(process) = entry.name().to_str().and_then(|name| name.parse().ok()) else { continue };
            let seen = Process { process, at: entry.path(), tree: dir, device: tree.dev() };
            match seen.used() {
                Ok(Some((how, path))) => found.known.push(seen.user(how, &path)),
                Ok(None) => {}
                Err(why) => others |= why.kind() == io::ErrorKind::PermissionDenied,
            }
        }
        if found.known.is_empty() && listed(Path::new("/proc/self")).next().is_none() {
            found.unknown.push("which programs have files of it open".to_owned());
        } else if others {
            found.unknown.push("what programs of other users have open".to_owned());
        }
        found.known.sort_by_key(|user| (user.how, user.process));
        found
    }

    struct Process<'a> {
        process: u32,
        at: &'a Path,
        tree: &'a Path,
        device: u64,
    }

    impl Process<'_> {
        /// The strongest use.
        fn used(&self) -> io::Result<Option<(TreeUse, PathBuf)>> {
            for (name, how) in [("exe", TreeUse::Runs), ("cwd", TreeUse::Works)] {
                match self.leads_into(&self.at.join(name)) {
                    Ok(Some(path)) => return Ok(Some((how, path))),
                    Ok(None) => {}
                    // A thread of the kernel has no program, one that just ended has nothing.
                    Err(why) if why.kind() == io::ErrorKind::NotFound => {}
                    Err(why) => return Err(why),
                }
            }
            let mut reads = None;
            if self.process == std::process::id() {
                return Ok(None);
            }
            for entry in entries(&self.at.join("fd"))?.flatten() {
                let Ok(Some(path)) = self.leads_into(entry.path()) else { continue };
                if self.writes(entry.name().to_str().unwrap_or_default()) {
                    return Ok(Some((TreeUse::Writes, path)));
                }
                reads = Some((TreeUse::Reads, path));
            }
            Ok(reads)
        }

        /// By the path that the system says, and by the file system: another container has its own paths.
        fn leads_into(&self, link: &Path) -> io::Result<Option<PathBuf>> {
            let to = fs::read_link(link)?;
            let is_ours = to.starts_with(self.tree) && fs::metadata(link).is_ok_and(|found| found.dev() == self.device);
            Ok(is_ours.then_some(to))
        }

        fn writes(&self, number: &str) -> bool {
            const HOW: u32 = 0o3;
            let text = bounded_read::read(&self.at.join("fdinfo").join(number), ReadLimit::Settings);
            let text = String::from_utf8_lossy(&text.unwrap_or_default()).into_owned();
            let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
            flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok()).is_some_and(|flags| flags & HOW != 0)
        }

        fn user(&self, how: TreeUse, path: &Path) -> TreeUser {
            let name = bounded_read::read(&self.at.join("comm"), ReadLimit::Settings).unwrap_or_default();
            TreeUser {
                process: self.process,
                program: String::from_utf8_lossy(&name).trim().to_owned(),
                how,
                path: path.to_string_lossy().into_owned(),
                is_own: self.process == std::process::id(),
            }
        }
    }
}

#[cfg(windows)]
mod windows {
    use super::TreeUsers;
    use crate::{
        ports::trees::{TreeUse, TreeUser},
        system::{
            file_lock_owner::{named, owners_of},
            trees::walk::{EntrySort, path_of, walk},
        },
    };
    use std::{
        fs::OpenOptions,
        io,
        os::windows::{ffi::OsStrExt, fs::OpenOptionsExt},
        path::Path,
    };
    use windows_sys::Win32::{
        Storage::FileSystem::{DELETE, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, GetDriveTypeW},
        System::WindowsProgramming::{DRIVE_FIXED, DRIVE_RAMDISK, DRIVE_REMOTE, DRIVE_REMOVABLE},
    };

    /// The Restart Manager is asked for programs of the tree alone: it takes long for many files.
    pub(in super::super) fn users(dir: &Path) -> TreeUsers {
        let programs: Vec<_> = walk(dir)
            .unwrap_or_default()
            .iter()
            .filter(|entry| entry.sort == EntrySort::File)
            .map(|entry| path_of(dir, entry))
            .filter(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("exe")))
            .collect();
        let own = std::process::id();
        let user = |(program, process): (String, u32)| TreeUser {
            process,
            program,
            how: TreeUse::Runs,
            path: dir.display().to_string(),
            is_own: process == own,
        };
        TreeUsers {
            known: owners_of(&programs).into_iter().map(user).collect(),
            unknown: vec![
                "what other programs have open or where they work; Windows refuses the renaming then".to_owned(),
            ],
        }
    }

    pub(in super::super) fn may_rename(dir: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.access_mode(DELETE).custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
        options.open(dir).map(drop).map_err(|why| named(dir, why))
    }

    #[allow(unsafe_code, reason = "kinds of drives have no safe binding")]
    pub(in super::super) fn is_remote(path: &Path) -> Option<bool> {
        let text = path.to_str()?;
        if text.starts_with(r"\\") && !text.starts_with(r"\\?\") && !text.starts_with(r"\\.\") {
            return Some(true);
        }
        let drive: String = text.trim_start_matches(r"\\?\").chars().take(2).collect();
        let root: Vec<u16> = Path::new(&format!(r"{drive}\")).as_os_str().encode_wide().chain([0]).collect();
        // SAFETY: the text ends in NUL and lives until the call returns.
        match unsafe { GetDriveTypeW(root.as_ptr()) } {
            DRIVE_REMOTE => Some(true),
            DRIVE_FIXED | DRIVE_REMOVABLE | DRIVE_RAMDISK => Some(false),
            _ => None,
        }
    }
}
