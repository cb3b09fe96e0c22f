//! The environment of another process, as it was when that process started. Only Linux shows it,
//! and only to a user who may see it.

#[cfg(target_os = "linux")]
use std::{fs, io};

/// What can be seen of it.
#[derive(Clone, Debug)]
pub struct ProcessEnv {
    /// Its file, where that may be read.
    pub program: Option<String>,
    /// Its directory, where that may be read.
    pub dir: Option<String>,
    /// Names and values in the order of the block; what is not UTF-8 is left out.
    pub block: Vec<(String, String)>,
    /// How many were left out.
    pub unreadable: usize,
}

/// Why nothing can be seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReadable {
    /// It has ended, or never was.
    #[error("there is no such process")]
    NoSuchProcess,
    /// It belongs to another user.
    #[error("its environment may be read only by its own user and by root")]
    NotPermitted,
    /// No `/proc`.
    #[error("only Linux shows the environment of a running process")]
    NotLinux,
    /// As the system says.
    #[error("{0}")]
    Other(String),
}

/// The block of a process by its id.
///
/// # Errors
/// It cannot be seen.
#[cfg(target_os = "linux")]
pub fn running(pid: u32) -> Result<ProcessEnv, NotReadable> {
    let content = fs::read(format!("/proc/{pid}/environ")).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NotReadable::NoSuchProcess,
        // Linux says ESRCH of one that ends meanwhile.
        _ if error.raw_os_error() == Some(3) => NotReadable::NoSuchProcess,
        io::ErrorKind::PermissionDenied => NotReadable::NotPermitted,
        _ => NotReadable::Other(error.to_string()),
    })?;
    let entries = content.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
    let (mut block, mut unreadable) = (Vec::new(), 0);
    for entry in entries {
        match std::str::from_utf8(entry).map(variable) {
            Ok(Some((name, value))) => block.push((name.to_owned(), value.to_owned())),
            Ok(None) => {}
            Err(_) => unreadable += 1,
        }
    }
    let link = |name: &str| fs::read_link(format!("/proc/{pid}/{name}")).ok()?.into_os_string().into_string().ok();
    Ok(ProcessEnv { program: link("exe"), dir: link("cwd"), block, unreadable })
}

/// A word without `=` is no variable. A `=` at its beginning is part of the name, which is never empty: so does Rust's
/// standard library read this program's own environment.
#[cfg(target_os = "linux")]
fn variable(entry: &str) -> Option<(&str, &str)> {
    let first = entry.chars().next()?.len_utf8();
    let equals = first + entry[first..].find('=')?;
    Some((&entry[..equals], &entry[equals + 1..]))
}

/// See above.
///
/// # Errors
/// Always.
#[cfg(not(target_os = "linux"))]
pub fn running(_: u32) -> Result<ProcessEnv, NotReadable> {
    Err(NotReadable::NotLinux)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_empty_and_holds_no_equals_sign_but_at_its_beginning() {
        assert_eq!(variable("A=B=C"), Some(("A", "B=C")));
        assert_eq!(variable("é="), Some(("é", "")));
        assert_eq!(variable("=C:=x"), Some(("=C:", "x")));
        for none in ["A", "=A", "=", ""] {
            assert_eq!(variable(none), None, "{none}");
        }
    }
}
