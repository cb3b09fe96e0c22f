//! The certificates that SSL_CERT_FILE and SSL_CERT_DIR name, looked at before the TLS library reads them: it opens
//! whatever stands there, and reads to an end that a device does not have.

use crate::{
    ports::{ReadLimit, UnreadFile},
    system::{bounded_read, directory::listed},
};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Whether the library can read what the environment names, where it reads that at all: elsewhere the system's own store
/// counts. What is absent is left to it.
///
/// # Errors
/// What stands there instead, with the variable.
pub(crate) fn check() -> Result<(), String> {
    if cfg!(any(windows, target_vendor = "apple")) {
        return Ok(());
    }
    look(env::var_os("SSL_CERT_FILE").as_deref(), env::var_os("SSL_CERT_DIR").as_deref())
}

fn look(file: Option<&OsStr>, dirs: Option<&OsStr>) -> Result<(), String> {
    if let Some(file) = file {
        let path = Path::new(file);
        bytes_of(path).map_err(|why| format!("SSL_CERT_FILE names `{}`: {why}", path.display()))?;
    }
    let dirs: Vec<PathBuf> = dirs.into_iter().flat_map(env::split_paths).collect();
    let (mut total, most) = (0, ReadLimit::Certificates.bytes());
    for path in dirs.iter().flat_map(|dir| listed(dir)).map(|entry| entry.path().to_owned()) {
        total += match bytes_of(&path) {
            // The library passes these over.
            Err(UnreadFile::Irregular(_)) => 0,
            read => read.map_err(|why| format!("SSL_CERT_DIR holds `{}`: {why}", path.display()))?,
        };
        if total > most {
            let why = UnreadFile::TooLarge { bytes: None, most };
            return Err(format!("SSL_CERT_DIR up to `{}`: {why}", path.display()));
        }
    }
    Ok(())
}

/// How many can be read; none of what the library cannot open either.
fn bytes_of(path: &Path) -> Result<u64, UnreadFile> {
    match bounded_read::read(path, ReadLimit::Certificates) {
        Ok(content) => Ok(content.len() as u64),
        Err(UnreadFile::Absent | UnreadFile::NotPermitted(_) | UnreadFile::Failed(_)) => Ok(0),
        Err(why) => Err(why),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::{self, File};

    #[test]
    fn only_regular_files_of_a_size_that_certificates_have_are_left_to_the_library() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("one.pem"), "a certificate").unwrap();
        std::os::unix::fs::symlink("/dev/zero", at("link.pem")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe.pem")).status().unwrap().success());
        let file = |path: &Path| look(Some(path.as_os_str()), None);
        assert_eq!(file(&at("one.pem")), Ok(()));
        assert_eq!(file(&at("absent.pem")), Ok(()), "the library says so itself");
        assert_eq!(file(Path::new("/dev/null")), Ok(()));
        for (name, what) in [("link.pem", "a device"), ("pipe.pem", "a FIFO"), (".", "a directory")] {
            let why = file(&at(name)).unwrap_err();
            assert!(why.starts_with("SSL_CERT_FILE names `") && why.contains(&format!("it is {what}")), "{why}");
        }
        // Of a directory, the library takes regular files alone.
        let dirs = env::join_paths([dir.path(), &at("absent")]).unwrap();
        assert_eq!(look(None, Some(&dirs)), Ok(()));
        for name in ["a.pem", "b.pem"] {
            File::create(at(name)).unwrap().set_len(ReadLimit::Certificates.bytes() / 2 + 1).unwrap();
        }
        assert_eq!(file(&at("a.pem")), Ok(()));
        assert!(look(None, Some(&dirs)).unwrap_err().starts_with("SSL_CERT_DIR up to `"));
        File::create(at("a.pem")).unwrap().set_len(1 << 40).unwrap();
        assert!(file(&at("a.pem")).unwrap_err().contains("it has 1099511627776 bytes"));
        assert!(look(None, Some(&dirs)).unwrap_err().starts_with("SSL_CERT_DIR holds `"));
    }
}
