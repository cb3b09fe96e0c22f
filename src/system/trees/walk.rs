//! What a tree holds, entry by entry; links are not followed.

use crate::{ports::trees::TreeSurvey, system::directory::entries};
use ring::digest::{Context, SHA256};
use std::{
    fs::{self, Metadata},
    io,
    path::{Component, Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntrySort {
    Dir,
    File,
    Link,
    /// A socket, a pipe, a device.
    Odd,
}

/// An entry of a tree; the top is the first, a directory comes before what is in it.
#[derive(Debug)]
pub(super) struct TreeEntry {
    /// Below the top; empty for the top itself.
    pub below: PathBuf,
    pub sort: EntrySort,
    pub found: Metadata,
}

/// Where a walk ended, and why.
pub(super) type Refused = (PathBuf, io::Error);

/// All entries of a tree, by name.
pub(super) fn walk(top: &Path) -> Result<Vec<TreeEntry>, Refused> {
    let mut all = Vec::new();
    let found = fs::symlink_metadata(top).map_err(|why| (top.to_owned(), why))?;
    add(top, PathBuf::new(), found, &mut all)?;
    Ok(all)
}

fn add(top: &Path, below: PathBuf, found: Metadata, all: &mut Vec<TreeEntry>) -> Result<(), Refused> {
    let kind = found.file_type();
    let sort = match () {
        () if kind.is_symlink() => EntrySort::Link,
        () if kind.is_dir() => EntrySort::Dir,
        () if kind.is_file() => EntrySort::File,
        () => EntrySort::Odd,
    };
    let dir = top.join(&below);
    all.push(TreeEntry { below: below.clone(), sort, found });
    if sort != EntrySort::Dir {
        return Ok(());
    }
    let refused = |why| (dir.clone(), why);
    let mut held: Vec<_> = entries(&dir).map_err(refused)?.collect::<Result<_, _>>().map_err(refused)?;
    held.sort_by(|a, b| a.name().cmp(b.name()));
    for entry in held {
        let found = entry.metadata().map_err(|why| (entry.path().to_owned(), why))?;
        add(top, below.join(entry.name()), found, all)?;
    }
    Ok(())
}

/// The path of an entry.
pub(super) fn path_of(top: &Path, entry: &TreeEntry) -> PathBuf {
    // Joined with nothing, the top would get a separator at its end.
    if entry.below.as_os_str().is_empty() { top.to_owned() } else { top.join(&entry.below) }
}

pub(super) fn as_io((path, why): Refused) -> io::Error {
    io::Error::new(why.kind(), format!("`{}`: {why}", path.display()))
}

/// Changes where an entry comes, goes or changes.
pub(super) fn print(top: &Path) -> io::Result<String> {
    let all = walk(top).map_err(as_io)?;
    printed(top, &all)
}

pub(super) fn printed(top: &Path, all: &[TreeEntry]) -> io::Result<String> {
    let mut text = Context::new(&SHA256);
    for entry in all {
        text.update(entry.below.as_os_str().as_encoded_bytes());
        let found = &entry.found;
        let rest = match entry.sort {
            EntrySort::Dir => format!("\0d {}", mode(found)),
            EntrySort::File => format!("\0f {} {} {}", mode(found), found.len(), nanoseconds(found)),
            EntrySort::Link => format!("\0l {}", fs::read_link(path_of(top, entry))?.display()),
            EntrySort::Odd => "\0o".to_owned(),
        };
        text.update(rest.as_bytes());
        text.update(b"\n");
    }
    Ok(text.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// When a file was last written, since 1970.
pub(super) fn nanoseconds(found: &Metadata) -> i128 {
    let time = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
        Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX),
    }
}

/// What of the mode is copied; on Windows whether it is read-only.
#[cfg(unix)]
pub(super) fn mode(found: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(found) & 0o7777
}

#[cfg(not(unix))]
pub(super) fn mode(found: &Metadata) -> u32 {
    // A directory's attribute means nothing to the system.
    u32::from(found.is_file() && found.permissions().readonly())
}

pub(super) fn survey(top: &Path) -> io::Result<TreeSurvey> {
    const BLOCK: u64 = 4096;
    let all = walk(top).map_err(as_io)?;
    let mut survey = TreeSurvey::default();
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    for entry in &all {
        let path = path_of(top, entry);
        survey.room += BLOCK;
        match entry.sort {
            EntrySort::Dir => {
                survey.directories += 1;
                if survey.mount.is_none() && is_elsewhere(&entry.found, &all[0].found) {
                    survey.mount = Some(text(path));
                }
            }
            EntrySort::File => {
                let bytes = entry.found.len();
                survey.files += 1;
                survey.bytes += bytes;
                // An empty file has no block, and its name takes a part of one.
                survey.room += bytes.div_ceil(BLOCK).saturating_sub(1) * BLOCK;
            }
            EntrySort::Link => {
                survey.links += 1;
                let to = fs::read_link(&path)?;
                if survey.leads_out.is_none() && leads_out(&entry.below, &to) && path.exists() {
                    survey.leads_out = Some((text(path), text(to)));
                }
            }
            EntrySort::Odd if survey.odd.is_none() => survey.odd = Some(text(path)),
            EntrySort::Odd => {}
        }
    }
    Ok(survey)
}

/// Whether a link with a relative target leads out of the tree, by its text.
fn leads_out(below: &Path, to: &Path) -> bool {
    if to.has_root() || to.is_absolute() {
        return false;
    }
    let mut depth = below.components().count().saturating_sub(1);
    for part in to.components() {
        match part {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

#[cfg(unix)]
fn is_elsewhere(found: &Metadata, top: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    found.dev() != top.dev()
}

/// Windows mounts by junctions, which are links.
#[cfg(not(unix))]
fn is_elsewhere(_: &Metadata, _: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_leave_the_tree_are_told_from_those_that_stay() {
        let out = |below: &str, to: &str| leads_out(Path::new(below), Path::new(to));
        for (below, to, want) in [
            ("src", "../share/go/src", true),
            ("a/b", "../c", false),
            ("a/b", "../../x", true),
            ("a/b", "../../go/c", true),
            ("a/b", "c/../../../x", true),
            ("a/b", "c/../../x", false),
            ("a", "/usr/bin", false),
            ("a", "b", false),
        ] {
            assert_eq!(out(below, to), want, "{below} -> {to}");
        }
    }
}
