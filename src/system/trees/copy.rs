//! Copies a tree and holds the copy against what was read: content by SHA-256, then names, kinds, modes and times.

use super::walk::{EntrySort, Refused, TreeEntry, mode, nanoseconds, path_of, printed, walk};
use crate::ports::trees::{CopyError, CopyPrints};
use ring::digest::{Context, Digest, SHA256};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

const PIECE: usize = 256 << 10;

/// Copies everything, asks the disk for all of it, reads it again, and looks whether anybody wrote meanwhile.
pub(super) fn copy(from: &Path, to: &Path, stop: &dyn Fn() -> bool) -> Result<CopyPrints, CopyError> {
    let source = walk(from).map_err(refused)?;
    let mut work = Work { piece: vec![0; PIECE], stop };
    let mut sums: Vec<Option<Digest>> = Vec::with_capacity(source.len());
    for entry in &source {
        work.check()?;
        sums.push(work.make(from, to, entry)?);
    }
    // Directories last and from below: a read-only one takes nothing any more, and each new name changes its time.
    for entry in source.iter().rev().filter(|entry| entry.sort == EntrySort::Dir) {
        let path = path_of(to, entry);
        dress(&path, entry).map_err(|why| at(&path, why))?;
    }
    flush(to);
    let copied = walk(to).map_err(refused)?;
    work.hold_against(from, to, &source, &copied, &sums)?;
    let prints = |top: &Path, all: &[TreeEntry]| printed(top, all).map_err(|why| at(top, why));
    let prints = CopyPrints { source: prints(from, &source)?, copy: prints(to, &copied)? };
    let now = walk(from).map_err(refused)?;
    match printed(from, &now).map_err(|why| at(from, why))? == prints.source {
        true => Ok(prints),
        false => Err(CopyError::Changed { path: changed(from, &source, &now).display().to_string() }),
    }
}

fn at(path: &Path, why: io::Error) -> CopyError {
    CopyError::Refused { path: path.display().to_string(), why }
}

fn refused((path, why): Refused) -> CopyError {
    at(&path, why)
}

/// The first entry that is not as it was.
fn changed(top: &Path, before: &[TreeEntry], now: &[TreeEntry]) -> PathBuf {
    let same = |a: &TreeEntry, b: &TreeEntry| {
        a.below == b.below
            && a.sort == b.sort
            && mode(&a.found) == mode(&b.found)
            && (a.sort != EntrySort::File
                || a.found.len() == b.found.len() && nanoseconds(&a.found) == nanoseconds(&b.found))
    };
    let differs =
        before.iter().zip(now).find(|(a, b)| !same(a, b)).map(|(a, b)| if a.below <= b.below { a } else { b });
    let further = || before.get(now.len()).or_else(|| now.get(before.len()));
    differs.or_else(further).map_or_else(|| top.to_owned(), |entry| path_of(top, entry))
}

struct Work<'a> {
    piece: Vec<u8>,
    stop: &'a dyn Fn() -> bool,
}

impl Work<'_> {
    fn check(&self) -> Result<(), CopyError> {
        if (self.stop)() { Err(CopyError::Stopped) } else { Ok(()) }
    }

    /// One entry; of a file, what its content was.
    fn make(&mut self, from: &Path, to: &Path, entry: &TreeEntry) -> Result<Option<Digest>, CopyError> {
        let (source, target) = (path_of(from, entry), path_of(to, entry));
        let wrong = |why| at(&target, why);
        match entry.sort {
            EntrySort::Dir => new_dir(&target).map_err(wrong)?,
            EntrySort::File => {
                let sum = self.file(&source, &target, entry)?;
                dress(&target, entry).map_err(wrong)?;
                return Ok(Some(sum));
            }
            EntrySort::Link => {
                super::link::copy(&source, &target).map_err(wrong)?;
                dress(&target, entry).map_err(wrong)?;
            }
            EntrySort::Odd => return Err(at(&source, io::Error::other("it is no file, no directory and no link"))),
        }
        Ok(None)
    }

    fn file(&mut self, source: &Path, target: &Path, entry: &TreeEntry) -> Result<Digest, CopyError> {
        let mut input = opened(source).map_err(|why| at(source, why))?;
        let mut output = new_file(target).map_err(|why| at(target, why))?;
        let mut sum = Context::new(&SHA256);
        let mut bytes = 0;
        loop {
            let length = read(&mut input, &mut self.piece).map_err(|why| at(source, why))?;
            if length == 0 {
                break;
            }
            self.check()?;
            output.write_all(&self.piece[..length]).map_err(|why| at(target, why))?;
            sum.update(&self.piece[..length]);
            bytes += length as u64;
        }
        // On Linux all are written at once, at the end.
        if !cfg!(target_os = "linux") {
            output.sync_all().map_err(|why| at(target, why))?;
        }
        match bytes == entry.found.len() {
            true => Ok(sum.finish()),
            false => Err(CopyError::Changed { path: source.display().to_string() }),
        }
    }

    fn hold_against(
        &mut self,
        from: &Path,
        to: &Path,
        source: &[TreeEntry],
        copied: &[TreeEntry],
        sums: &[Option<Digest>],
    ) -> Result<(), CopyError> {
        let differs = |entry: &TreeEntry| CopyError::Differs { path: path_of(to, entry).display().to_string() };
        for ((entry, copy), sum) in source.iter().zip(copied).zip(sums) {
            self.check()?;
            if entry.below != copy.below || !is_alike(entry, copy) {
                return Err(differs(entry));
            }
            match (entry.sort, sum) {
                (EntrySort::File, Some(sum)) => {
                    let path = path_of(to, copy);
                    if self.sum(&path).map_err(|why| at(&path, why))?.as_ref() != sum.as_ref() {
                        return Err(differs(copy));
                    }
                }
                (EntrySort::Link, _) => {
                    let target = |top| fs::read_link(path_of(top, entry)).map_err(|why| at(&path_of(top, entry), why));
                    if target(from)? != target(to)? {
                        return Err(differs(copy));
                    }
                }
                _ => {}
            }
        }
        let further = source.get(copied.len()).or_else(|| copied.get(source.len()));
        further.map_or(Ok(()), |entry| Err(differs(entry)))
    }

    fn sum(&mut self, path: &Path) -> io::Result<Digest> {
        let mut file = opened(path)?;
        let mut sum = Context::new(&SHA256);
        loop {
            match read(&mut file, &mut self.piece)? {
                0 => return Ok(sum.finish()),
                length => sum.update(&self.piece[..length]),
            }
        }
    }
}

fn read(file: &mut File, piece: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(piece) {
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// Whether a copy has the same kind, mode and time. FAT and its like keep times coarsely, and no more can be asked
/// of them.
fn is_alike(entry: &TreeEntry, copy: &TreeEntry) -> bool {
    const GRAINS: [i128; 6] = [1, 100, 1_000, 10_000_000, 1_000_000_000, 2_000_000_000];
    if entry.sort != copy.sort || entry.sort != EntrySort::Link && mode(&entry.found) != mode(&copy.found) {
        return false;
    }
    if entry.sort != EntrySort::File {
        return true;
    }
    let (wanted, has) = (nanoseconds(&entry.found), nanoseconds(&copy.found));
    let apart = (wanted - has).abs();
    entry.found.len() == copy.found.len() && GRAINS.iter().any(|grain| apart < *grain && has % grain == 0)
}

/// Nobody else reads it until it has the mode of what was copied.
#[cfg(unix)]
fn new_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn new_dir(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A file of the tree; neither a link nor a pipe that took its place meanwhile.
#[cfg(unix)]
fn opened(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(open(path, flags, Mode::empty())?);
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is no file any more")) }
}

#[cfg(not(unix))]
fn opened(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Owner, mode and time of what was copied.
#[cfg(unix)]
fn dress(path: &Path, entry: &TreeEntry) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, Gid, Mode, Timespec, Timestamps, Uid, chmodat, chownat, utimensat};
    use std::os::unix::fs::MetadataExt;
    let found = &entry.found;
    let made = fs::symlink_metadata(path)?;
    if (made.uid(), made.gid()) != (found.uid(), found.gid()) {
        let (user, group) = (Uid::from_raw(found.uid()), Gid::from_raw(found.gid()));
        chownat(CWD, path, Some(user), Some(group), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|why| io::Error::other(format!("its owner cannot be kept: {why}")))?;
    }
    if entry.sort != EntrySort::Link {
        chmodat(CWD, path, Mode::from_raw_mode(mode(found)), AtFlags::empty())?;
    }
    let time = |seconds, nanoseconds| Timespec { tv_sec: seconds, tv_nsec: nanoseconds };
    let times = Timestamps {
        last_access: time(found.atime(), found.atime_nsec()),
        last_modification: time(found.mtime(), found.mtime_nsec()),
    };
    Ok(utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Time and the read-only attribute. A link's own time needs a handle that the standard library does not give.
#[cfg(not(unix))]
fn dress(path: &Path, entry: &TreeEntry) -> io::Result<()> {
    if entry.sort != EntrySort::File {
        return Ok(());
    }
    let found = &entry.found;
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_times(fs::FileTimes::new().set_accessed(found.accessed()?).set_modified(found.modified()?))?;
    drop(file);
    if found.permissions().readonly() {
        fs::set_permissions(path, found.permissions())?;
    }
    Ok(())
}

/// All that was written is on the disk when this returns.
fn flush(dir: &Path) {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{Mode, OFlags, open, syncfs};
        if let Ok(dir) = open(dir, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()) {
            let _ = syncfs(dir);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = dir;
}
