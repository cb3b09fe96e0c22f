//! Opens files that others may have put there: regular ones only, links followed. A FIFO, a device, a socket
//! or a terminal in their place would be waited for, or read, for ever.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

/// Opens it for reading.
///
/// # Errors
/// `InvalidInput`: it is no regular file. Else as the system says.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Looked at before it is opened, since opening alone does something to a device, and again when it is open,
    // since somebody may have put another thing there.
    refuse_irregular(&std::fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    refuse_irregular(&file.metadata()?)?;
    Ok(file)
}

fn refuse_irregular(found: &std::fs::Metadata) -> io::Result<()> {
    let what = match found.file_type() {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_dir() => "it is a directory",
        _ => "it is no regular file, but a pipe, a socket or a device",
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{io::Read, os::unix::fs::symlink};

    #[test]
    fn only_a_file_is_opened_whatever_leads_there() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("file"), "x").unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for (link, to) in [("a", at("file")), ("b", "/dev/zero".into()), ("c", at("pipe")), ("d", at("socket"))] {
            symlink(to, at(link)).unwrap();
        }
        let mut text = String::new();
        open(&at("a")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "x");
        for name in ["b", "c", "d", "pipe", "socket", "."] {
            assert_eq!(open(&at(name)).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{name}");
        }
        assert_eq!(open(&at("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
