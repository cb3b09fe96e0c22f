//! Opens and reads files that goenv-ci did not write. Nothing but a regular file is ever read, whatever links lead to
//! it, and nothing beyond the limit. The type is asked before the file is opened, since opening a device may already
//! do something, and again of what was opened, since somebody may have changed the name in between.

use crate::ports::{ReadLimit, UnreadFile};
use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::Path,
};

/// A regular file, opened for reading, with what the system says of it. `None`: the null device, which is as good as
/// an empty file.
///
/// # Errors
/// There is no regular file, or it may not be read.
pub(crate) fn open(path: &Path) -> Result<Option<(File, Metadata)>, UnreadFile> {
    match os::before_open(path)? {
        Named::Null => return Ok(None),
        Named::Regular => {}
    }
    let file = os::options().open(path).map_err(|error| os::refused(path, error))?;
    let found = file.metadata()?;
    os::after_open(&file, &found)?;
    Ok(Some((file, found)))
}

/// As [`open`], for a stream of any length; nothing stands for the null device.
///
/// # Errors
/// As [`open`].
pub(crate) fn open_stream(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    Ok(match open(path)? {
        Some((file, _)) => Box::new(file),
        None => Box::new(io::empty()),
    })
}

/// The content of a regular file.
///
/// # Errors
/// There is none, or it is larger than its kind may be. What is larger by the system's account is not read at all.
pub(crate) fn read(path: &Path, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
    let Some((file, found)) = open(path)? else { return Ok(Vec::new()) };
    content(file, &found, limit)
}

/// The content of an open file.
///
/// # Errors
/// It is larger than its kind may be, or as the system says.
pub(crate) fn content(file: File, found: &Metadata, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
    let most = limit.bytes();
    if found.len() > most {
        return Err(UnreadFile::TooLarge { bytes: Some(found.len()), most });
    }
    // The length is a guess: it is 0 below `/proc`, and the file may grow meanwhile.
    let mut content = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default() + 1);
    file.take(most + 1).read_to_end(&mut content)?;
    if content.len() as u64 > most {
        return Err(UnreadFile::TooLarge { bytes: None, most });
    }
    Ok(content)
}

/// Whether a regular file holds some bytes. Only a piece of it is in memory at any time.
///
/// # Errors
/// As [`read`].
pub(crate) fn holds(path: &Path, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
    const PIECE: usize = 256 << 10;
    let Some((file, found)) = open(path)? else { return Ok(wanted.is_empty()) };
    let most = limit.bytes();
    if found.len() > most {
        return Err(UnreadFile::TooLarge { bytes: Some(found.len()), most });
    }
    let mut rest = file.take(most);
    let mut window: Vec<u8> = Vec::with_capacity(PIECE + wanted.len());
    loop {
        let carried = window.len();
        rest.by_ref().take(PIECE as u64).read_to_end(&mut window)?;
        if find(&window, wanted) {
            return Ok(true);
        }
        if window.len() == carried {
            return Ok(false);
        }
        // What is looked for may lie across two pieces.
        window.drain(..window.len().saturating_sub(wanted.len().saturating_sub(1)));
    }
}

fn find(content: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return true };
    let mut rest = content;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(wanted) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

/// What a name leads to, as far as that is known before it is opened.
enum Named {
    Regular,
    Null,
}

#[cfg(unix)]
mod os {
    use super::Named;
    use crate::ports::{Irregular, UnreadFile};
    use rustix::fs::OFlags;
    use std::{
        fs::{self, File, FileType, Metadata, OpenOptions},
        io,
        os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt},
        path::Path,
    };

    pub(super) fn before_open(path: &Path) -> Result<Named, UnreadFile> {
        let found = fs::metadata(path)?;
        if is_null(&found) { Ok(Named::Null) } else { regular(&found).map(|()| Named::Regular) }
    }

    pub(super) fn after_open(_: &File, found: &Metadata) -> Result<(), UnreadFile> {
        regular(found)
    }

    /// Neither waits for a writer nor takes a terminal as its own. A file below `/proc` that never ends, such as
    /// `/proc/kmsg`, says that it would have to wait.
    pub(super) fn options() -> OpenOptions {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(i32::from_ne_bytes(flags.bits().to_ne_bytes()));
        options
    }

    pub(super) fn refused(_: &Path, error: io::Error) -> UnreadFile {
        error.into()
    }

    fn regular(found: &Metadata) -> Result<(), UnreadFile> {
        if found.is_file() { Ok(()) } else { Err(UnreadFile::Irregular(kind(found.file_type(), found.rdev()))) }
    }

    fn kind(what: FileType, device: u64) -> Irregular {
        if what.is_dir() {
            Irregular::Directory
        } else if what.is_fifo() {
            Irregular::Fifo
        } else if what.is_socket() {
            Irregular::Socket
        } else if what.is_char_device() && is_terminal(device) {
            Irregular::Terminal
        } else {
            Irregular::Device
        }
    }

    /// Source: Linux, `Documentation/admin-guide/devices.txt`: 4 and 5 are terminals and what makes them, 136 to 143
    /// their other ends.
    fn is_terminal(device: u64) -> bool {
        cfg!(target_os = "linux") && matches!(rustix::fs::major(device), 4 | 5 | 136..=143)
    }

    fn is_null(found: &Metadata) -> bool {
        found.file_type().is_char_device()
            && fs::metadata("/dev/null")
                .is_ok_and(|null| null.file_type().is_char_device() && null.rdev() == found.rdev())
    }
}

#[cfg(windows)]
mod os {
    use super::Named;
    use crate::{
        platform::device_name::{is_windows_device, is_windows_null},
        ports::{Irregular, UnreadFile},
    };
    use std::{
        fs::{self, File, Metadata, OpenOptions},
        io,
        os::windows::{fs::OpenOptionsExt, io::AsRawHandle},
        path::Path,
    };
    use windows_sys::Win32::Storage::FileSystem::{
        FILE_TYPE_CHAR, FILE_TYPE_DISK, FILE_TYPE_PIPE, GetFileType, SECURITY_IDENTIFICATION,
    };

    pub(super) fn before_open(path: &Path) -> Result<Named, UnreadFile> {
        let text = path.to_string_lossy();
        if is_windows_null(&text) {
            return Ok(Named::Null);
        }
        if is_windows_device(&text) {
            return Err(UnreadFile::Irregular(Irregular::Device));
        }
        Ok(Named::Regular)
    }

    /// The server of a pipe that a link leads to may not act as this user.
    pub(super) fn options() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.read(true).security_qos_flags(SECURITY_IDENTIFICATION);
        options
    }

    /// Windows says of a directory that access is denied.
    pub(super) fn refused(path: &Path, error: io::Error) -> UnreadFile {
        if fs::metadata(path).is_ok_and(|found| found.is_dir()) {
            return UnreadFile::Irregular(Irregular::Directory);
        }
        error.into()
    }

    #[allow(unsafe_code, reason = "the standard library does not tell what kind of file a handle is")]
    pub(super) fn after_open(file: &File, found: &Metadata) -> Result<(), UnreadFile> {
        if found.is_dir() {
            return Err(UnreadFile::Irregular(Irregular::Directory));
        }
        // SAFETY: the handle is that of an open file, which outlives the call.
        match unsafe { GetFileType(file.as_raw_handle()) } {
            FILE_TYPE_DISK => Ok(()),
            FILE_TYPE_PIPE => Err(UnreadFile::Irregular(Irregular::Fifo)),
            FILE_TYPE_CHAR => Err(UnreadFile::Irregular(Irregular::Terminal)),
            _ => Err(UnreadFile::Irregular(Irregular::Device)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Irregular;
    use std::fs;

    const LIMIT: ReadLimit = ReadLimit::Settings;

    #[test]
    fn a_file_at_its_limit_is_read_and_one_beyond_is_refused_by_its_size() {
        let dir = tempfile::tempdir().unwrap();
        let (path, most) = (dir.path().join("f"), LIMIT.bytes());
        fs::write(&path, vec![b'x'; usize::try_from(most).unwrap()]).unwrap();
        assert_eq!(read(&path, LIMIT).map(|content| content.len() as u64), Ok(most));
        // Sparse: there is nothing on the disk, and nothing is read.
        fs::File::options().write(true).open(&path).unwrap().set_len(2 << 30).unwrap();
        assert_eq!(read(&path, LIMIT), Err(UnreadFile::TooLarge { bytes: Some(2 << 30), most }));
        assert_eq!(
            holds(&path, b"x", ReadLimit::Program).map_err(|why| matches!(why, UnreadFile::TooLarge { .. })),
            Err(true)
        );
        assert_eq!(read(&dir.path().join("none"), LIMIT), Err(UnreadFile::Absent));
        assert_eq!(read(&path.join("below"), LIMIT), Err(UnreadFile::Absent));
        assert_eq!(read(dir.path(), LIMIT), Err(UnreadFile::Irregular(Irregular::Directory)));
    }

    #[test]
    fn what_lies_across_two_pieces_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        for at in [0, (256 << 10) - 3, (256 << 10) - 1, 256 << 10, 600_000] {
            let mut content = vec![b'n'; 600_000];
            content.splice(at.., *b"needle");
            fs::write(&path, &content).unwrap();
            assert_eq!(holds(&path, b"needle", LIMIT), Ok(true), "{at}");
            assert_eq!(holds(&path, b"needles", LIMIT), Ok(false), "{at}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn nothing_but_a_regular_file_is_opened_whatever_links_lead_to_it() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        assert!(std::process::Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        for (name, want) in [
            ("/dev/zero", Irregular::Device),
            ("/dev/ptmx", Irregular::Terminal),
            (at("fifo").to_str().unwrap(), Irregular::Fifo),
            (at("socket").to_str().unwrap(), Irregular::Socket),
            ("/", Irregular::Directory),
        ] {
            let link = at("link");
            symlink(name, &link).unwrap();
            assert!(
                matches!(open(&link), Err(UnreadFile::Irregular(found)) if found == want || !cfg!(target_os = "linux")),
                "{name}"
            );
            fs::remove_file(&link).unwrap();
        }
        symlink("/dev/null", at("null")).unwrap();
        assert_eq!(read(&at("null"), LIMIT), Ok(Vec::new()));
        symlink("loop", at("loop")).unwrap();
        assert!(matches!(read(&at("loop"), LIMIT), Err(UnreadFile::Failed(_))));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_has_no_length_is_read_to_its_end_and_not_beyond_the_limit() {
        let path = Path::new("/proc/self/environ");
        assert_eq!(fs::metadata(path).unwrap().len(), 0);
        assert_eq!(read(path, ReadLimit::Environment), Ok(fs::read(path).unwrap()));
    }
}
