//! Links to directories: symbolic ones, and the junctions of Windows.

use crate::ports::trees::LinkKind;
use std::{fs, io, path::Path};

/// Where a link leads, as it is written there; on Windows without what stands before a path there.
pub(super) fn target(path: &Path) -> io::Result<String> {
    let to = fs::read_link(path)?.to_string_lossy().into_owned();
    #[cfg(windows)]
    let to = to.strip_prefix(r"\\?\").or_else(|| to.strip_prefix(r"\??\")).map(str::to_owned).unwrap_or(to);
    Ok(to)
}

#[cfg(unix)]
pub(super) fn make(at: &Path, to: &str, _: LinkKind) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(windows)]
pub(super) fn make(at: &Path, to: &str, kind: LinkKind) -> io::Result<()> {
    match kind {
        LinkKind::Junction => junction::create(to, at),
        LinkKind::Symlink => std::os::windows::fs::symlink_dir(to, at),
    }
}

#[cfg(unix)]
pub(super) fn remove(at: &Path) -> io::Result<()> {
    fs::remove_file(at)
}

/// To Windows a link to a directory is one; what it leads to stays.
#[cfg(windows)]
pub(super) fn remove(at: &Path) -> io::Result<()> {
    fs::remove_dir(at)
}

/// A link that lies in a tree, made anew elsewhere.
#[cfg(unix)]
pub(super) fn copy(source: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(fs::read_link(source)?, target)
}

#[cfg(windows)]
pub(super) fn copy(source: &Path, target: &Path) -> io::Result<()> {
    use std::os::windows::fs::{FileTypeExt, symlink_dir, symlink_file};
    let to = fs::read_link(source)?;
    let kind = fs::symlink_metadata(source)?.file_type();
    match () {
        () if junction::exists(source).unwrap_or(false) => junction::create(to, target),
        () if kind.is_symlink_dir() => symlink_dir(to, target),
        () => symlink_file(to, target),
    }
}
