//! The programs that have a file open, where the system tells: on Windows, by its Restart Manager.
//! A user can act on a refusal that names the program.

use crate::system::directory::listed;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Sharing violation, lock violation, access denied: what a held file is refused with.
/// Source: Windows, "System Error Codes".
const HELD: [i32; 3] = [32, 33, 5];

/// The same refusal, with the programs that hold the file, or one below the directory.
pub(crate) fn named(path: &Path, error: io::Error) -> io::Error {
    if !cfg!(windows) || !error.raw_os_error().is_some_and(|code| HELD.contains(&code)) {
        return error;
    }
    match file_in(path).map(|file| (owners(&file), file)) {
        Some((owners, file)) if !owners.is_empty() => {
            let place = if file == path { String::new() } else { format!(" `{}`", file.display()) };
            io::Error::new(error.kind(), format!("{error}; {} holds{place}", owners.join(" and ")))
        }
        _ => error,
    }
}

/// `code.exe (process 4711)` for each program that has the file open; empty where the system does not tell.
#[cfg(not(windows))]
pub(crate) fn owners(_: &Path) -> Vec<String> {
    Vec::new()
}

#[cfg(windows)]
pub(crate) use restart_manager::{owners, owners_of};

/// The Restart Manager knows files only.
fn file_in(path: &Path) -> Option<PathBuf> {
    if !path.is_dir() {
        return path.exists().then(|| path.to_owned());
    }
    listed(path).find_map(|entry| file_in(entry.path()))
}

#[cfg(windows)]
#[allow(unsafe_code, reason = "the Restart Manager has no safe binding")]
mod restart_manager {
    use std::{
        os::windows::ffi::OsStrExt,
        path::{Path, PathBuf},
        ptr,
    };
    use windows_sys::Win32::{
        Foundation::{ERROR_MORE_DATA, ERROR_SUCCESS},
        System::RestartManager::{
            CCH_RM_SESSION_KEY, RM_PROCESS_INFO, RmEndSession, RmGetList, RmRegisterResources, RmStartSession,
        },
    };

    /// A session, ended when it is dropped.
    struct Session(u32);

    impl Session {
        fn start() -> Option<Self> {
            let (mut handle, mut key) = (0, [0_u16; CCH_RM_SESSION_KEY as usize + 1]);
            // SAFETY: both point to writable memory, the key has room for its text and the NUL.
            let outcome = unsafe { RmStartSession(&raw mut handle, 0, key.as_mut_ptr()) };
            (outcome == ERROR_SUCCESS).then_some(Self(handle))
        }
    }

    impl Drop for Session {
        fn drop(&mut self) {
            // SAFETY: the handle is that of a session which was started and not yet ended.
            unsafe { RmEndSession(self.0) };
        }
    }

    pub(crate) fn owners(file: &Path) -> Vec<String> {
        let described = |(name, process)| format!("`{name}` (process {process})");
        owners_of(&[file.to_owned()]).into_iter().map(described).collect()
    }

    /// The programs that have one of the files open, each with its number.
    pub(crate) fn owners_of(files: &[PathBuf]) -> Vec<(String, u32)> {
        if files.is_empty() { Vec::new() } else { asked(files).unwrap_or_default() }
    }

    fn asked(files: &[PathBuf]) -> Option<Vec<(String, u32)>> {
        let session = Session::start()?;
        let texts: Vec<Vec<u16>> =
            files.iter().map(|file| file.as_os_str().encode_wide().chain([0]).collect()).collect();
        let names: Vec<*const u16> = texts.iter().map(Vec::as_ptr).collect();
        let count = u32::try_from(names.len()).ok()?;
        // SAFETY: so many names, each of which ends in NUL and lives until the call returns; no programs, no services.
        let outcome = unsafe { RmRegisterResources(session.0, count, names.as_ptr(), 0, ptr::null(), 0, ptr::null()) };
        if outcome != ERROR_SUCCESS {
            return None;
        }
        let mut found: Vec<RM_PROCESS_INFO> = Vec::new();
        // Programs come and go between two calls; after the third try the answer is not worth more.
        for _ in 0..3 {
            let (mut needed, mut count, mut reasons) = (0, u32::try_from(found.len()).ok()?, 0);
            // SAFETY: `found` has room for `count` entries, the others point to writable memory.
            let outcome =
                unsafe { RmGetList(session.0, &raw mut needed, &raw mut count, found.as_mut_ptr(), &raw mut reasons) };
            match outcome {
                ERROR_SUCCESS => {
                    found.truncate(count as usize);
                    return Some(found.iter().map(described).collect());
                }
                // SAFETY: the structure is plain numbers, of which zero is a value.
                ERROR_MORE_DATA => found.resize_with(needed as usize, || unsafe { std::mem::zeroed() }),
                _ => return None,
            }
        }
        None
    }

    fn described(info: &RM_PROCESS_INFO) -> (String, u32) {
        let name = &info.strAppName;
        let end = name.iter().position(|unit| *unit == 0).unwrap_or(name.len());
        (String::from_utf16_lossy(&name[..end]), info.Process.dwProcessId)
    }
}
