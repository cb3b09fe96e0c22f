//! Unpacks a module zip of a Go toolchain on all cores, hashing every file on
//! the way, so that the archive is inflated only once. Refuses entries that
//! would land outside, on each other, or be larger than they say.

use crate::ports::{ReadLimit, Unpacked};
use crate::system::{archive_names::AcceptedNames, bounded_read};
use std::{
    cmp::Reverse,
    collections::BTreeSet,
    fs,
    io::{self, Cursor, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
};
use zip::ZipArchive;

/// The most that an archive may hold, packed or unpacked, in bytes.
/// Source: golang.org/x/mod, `zip.go: MaxZipFile`.
pub const MAX_BYTES: u64 = 500 << 20;

/// What a thread holds in memory of one file, in bytes; most files fit whole.
const CHUNK_BYTES: usize = 256 << 10;

/// Files from here on are dealt out one by one, before the others, so that no
/// thread is left with one at the end.
const LARGE_BYTES: u64 = 1 << 20;

/// So many small files of one directory are dealt out together: threads that
/// create files in one directory at the same time wait for each other.
const BATCH_FILES: usize = 64;

/// More threads than this only wait for the file system.
const MAX_THREADS: usize = 16;

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

/// A file that is to be written.
struct ArchiveEntry {
    index: usize,
    name: String,
    path: PathBuf,
    size: u64,
    executable: bool,
}

/// Unpacks `archive` into the existing directory `dest`, leaving out `prefix`,
/// and says what each file was. Stops early once `stop` says so.
///
/// # Errors
/// The archive is damaged or holds what it must not, or as the system says.
pub fn unpack(
    archive: &Path,
    prefix: &str,
    dest: &Path,
    stop: &(dyn Fn() -> bool + Sync),
) -> io::Result<Vec<Unpacked>> {
    let bytes = bounded_read::read(archive, ReadLimit::Archive)?;
    let archive = ZipArchive::new(Cursor::new(bytes.as_slice())).map_err(|why| damaged(&why.to_string()))?;
    let entries = plan(&archive, prefix, dest)?;
    let folders: BTreeSet<&Path> = entries.iter().filter_map(|entry| entry.path.parent()).collect();
    folders.iter().try_for_each(fs::create_dir_all)?;

    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let batches: Vec<&[ArchiveEntry]> = batches(&entries).collect();
    let work = || write_all(archive.clone(), &batches, &next, &failed, stop);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let parts: Vec<io::Result<Vec<Unpacked>>> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Err(io::Error::other("a thread ended early"))))
            .collect()
    });
    // The thread that failed says more than those that stopped because of it.
    let mut unpacked = Vec::with_capacity(entries.len());
    for part in parts {
        unpacked.extend(part?);
    }
    if stop() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(unpacked) }
}

/// Decides for every entry where it goes: the large ones first, then directory by directory.
fn plan(archive: &Archive<'_>, prefix: &str, dest: &Path) -> io::Result<Vec<ArchiveEntry>> {
    if archive.has_duplicate_names() {
        return Err(damaged("two entries of one name"));
    }
    let (mut names, mut total, mut entries) = (AcceptedNames::default(), 0_u64, Vec::with_capacity(archive.len()));
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(|why| damaged(&why.to_string()))?;
        let name = String::from_utf8(entry.name_raw().to_vec()).map_err(|why| damaged(&why.to_string()))?;
        let refused = |why: &str| damaged(&format!("entry `{}`: {why}", name.escape_default()));
        let below = name.strip_prefix(prefix).ok_or_else(|| refused(&format!("not below `{prefix}`")))?;
        if entry.is_symlink() || entry.is_dir() || below.is_empty() {
            return Err(refused("not a file"));
        }
        names.accept(below).map_err(|why| refused(&why))?;
        total = total.saturating_add(entry.size());
        if total > MAX_BYTES {
            return Err(refused(&format!("more than {MAX_BYTES} bytes in all")));
        }
        let path = below.split('/').fold(dest.to_owned(), |path, part| path.join(part));
        let (size, executable) = (entry.size(), is_executable(below));
        entries.push(ArchiveEntry { index, name, path, size, executable });
    }
    let large = |entry: &ArchiveEntry| Reverse(if entry.size < LARGE_BYTES { 0 } else { entry.size });
    entries.sort_by(|a, b| (large(a), a.path.parent()).cmp(&(large(b), b.path.parent())));
    Ok(entries)
}

fn batches(entries: &[ArchiveEntry]) -> impl Iterator<Item = &[ArchiveEntry]> {
    let together =
        |a: &ArchiveEntry, b: &ArchiveEntry| a.size.max(b.size) < LARGE_BYTES && a.path.parent() == b.path.parent();
    entries.chunk_by(together).flat_map(|folder| folder.chunks(BATCH_FILES))
}

/// Module zips carry no modes. Source: Go, `cmd/go/internal/toolchain/select.go: allowExec`.
fn is_executable(name: &str) -> bool {
    let runner = name.strip_prefix("lib/").and_then(|rest| rest.rsplit('/').next());
    name.starts_with("bin/")
        || name.starts_with("pkg/tool/")
        || runner.is_some_and(|base| base.starts_with("go_") && base.ends_with("_exec"))
}

fn write_all(
    mut archive: Archive<'_>,
    batches: &[&[ArchiveEntry]],
    next: &AtomicUsize,
    failed: &AtomicBool,
    stop: &(dyn Fn() -> bool + Sync),
) -> io::Result<Vec<Unpacked>> {
    let (mut done, mut buffer) = (Vec::new(), vec![0; CHUNK_BYTES]);
    while let Some(batch) = batches.get(next.fetch_add(1, Relaxed)) {
        for entry in *batch {
            if failed.load(Relaxed) || stop() {
                return Ok(done);
            }
            match write_one(&mut archive, entry, &mut buffer) {
                Ok(sha256) => done.push(Unpacked { name: entry.name.clone(), sha256 }),
                Err(why) => {
                    failed.store(true, Relaxed);
                    return Err(io::Error::new(why.kind(), format!("entry `{}`: {why}", entry.name)));
                }
            }
        }
    }
    Ok(done)
}

fn write_one(archive: &mut Archive<'_>, entry: &ArchiveEntry, buffer: &mut [u8]) -> io::Result<[u8; 32]> {
    let mut content = archive.by_index(entry.index).map_err(io::Error::from)?;
    let mut file = create(&entry.path, entry.executable)?;
    // Go keeps go.mod out of module zips and puts it back on first use (`select.go: raceSafeCopy`).
    let mut copy = match entry.path.file_name() {
        Some(name) if name == "_go.mod" => Some(create(&entry.path.with_file_name("go.mod"), false)?),
        _ => None,
    };
    let (mut hash, mut written) = (ring::digest::Context::new(&ring::digest::SHA256), 0);
    loop {
        let read = fill(&mut content, buffer)?;
        if read == 0 {
            break;
        }
        written += read as u64;
        hash.update(&buffer[..read]);
        file.write_all(&buffer[..read])?;
        if let Some(copy) = &mut copy {
            copy.write_all(&buffer[..read])?;
        }
    }
    // The zip crate refuses too long or damaged content itself, but not this.
    if written != entry.size {
        return Err(damaged("shorter than declared"));
    }
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Ok(sha256)
}

/// Reads until the buffer is full or the content ends, so that a small file is one write.
fn fill(content: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match content.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn create(path: &Path, executable: bool) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if executable { 0o755 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    options.open(path)
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}
