//! Takes the reports out of an artifact's archive, which anybody who can open a pull
//! request may have made: refused whole, before anything is written, for what it must not hold.

use crate::system::{archive_names::AcceptedNames, bounded_read, directory::remove_tree};
use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use zip::ZipArchive;

/// The most that an archive may be, in bytes.
pub const MAX_PACKED_BYTES: u64 = 64 << 20;

/// The most that its files may be, in bytes; a report of five hundred results is below one MiB.
pub const MAX_UNPACKED_BYTES: u64 = 256 << 20;

/// The most that the reports of all artifacts together may be, in bytes: as many as ten thousand shards of five hundred
/// results have, three times over.
pub const MAX_ALL_BYTES: u64 = 8 << 30;

/// The most entries; a report directory has four files.
pub const MAX_ENTRIES: usize = 1_000;

/// How much larger than packed a file beyond `SMALL_BYTES` may be. Reports with long, repeated
/// outputs come to 60; deflate itself ends at 1032.
pub const MAX_RATIO: u64 = 300;

/// Below this no ratio harms.
const SMALL_BYTES: u64 = 1 << 20;

/// Writes each `report.json` of the archive below the directory `dest`, which is made, and says where
/// they are, by name. Other entries are looked at and left.
///
/// # Errors
/// The archive is damaged or holds what it must not, or as the system says; `dest` is gone then.
pub fn unpack_reports(archive: &Path, dest: &Path) -> io::Result<Vec<PathBuf>> {
    unpack_within(archive, dest, &AtomicU64::new(u64::MAX))
}

/// As [`unpack_reports`]; takes what is written from the `room`, in bytes, that several archives share.
///
/// # Errors
/// As there, or there is no room.
pub fn unpack_within(archive: &Path, dest: &Path, room: &AtomicU64) -> io::Result<Vec<PathBuf>> {
    let mut archive = ZipArchive::new(BufReader::new(opened(archive)?)).map_err(|why| refused(&why.to_string()))?;
    let wanted = plan(&mut archive)?;
    let size: u64 = wanted.iter().map(|(.., size)| size).sum();
    room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(size))
        .map_err(|_| refused(&format!("the reports of all archives are more than {MAX_ALL_BYTES} bytes")))?;
    fs::create_dir_all(dest)?;
    let written = write_all(&mut archive, &wanted, dest);
    if written.is_err() {
        // The error that counts is the other one.
        let _ = remove_tree(dest);
    }
    written
}

fn opened(archive: &Path) -> io::Result<File> {
    let file = bounded_read::open(archive)?;
    file.map(|(file, _)| file).ok_or_else(|| refused("an empty file"))
}

/// Index and size of the reports, after a look at every entry.
fn plan(archive: &mut ZipArchive<BufReader<File>>) -> io::Result<Vec<(usize, String, u64)>> {
    if archive.has_duplicate_names() {
        return Err(refused("two entries of one name"));
    }
    if archive.len() > MAX_ENTRIES {
        return Err(refused(&format!("more than {MAX_ENTRIES} entries")));
    }
    let (mut names, mut total, mut wanted) = (AcceptedNames::default(), 0_u64, Vec::new());
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(|why| refused(&why.to_string()))?;
        let name = String::from_utf8(entry.name_raw().to_vec()).map_err(|_| refused("a name that is not UTF-8"))?;
        let wrong = |why: &str| refused(&format!("entry `{}`: {why}", name.escape_default()));
        let folder = name.strip_suffix('/');
        if entry.is_symlink() || !is_plain(entry.unix_mode()) || entry.encrypted() {
            return Err(wrong("a link, a device or an encrypted file"));
        }
        match folder {
            // A directory is no harm, and its files claim it again.
            Some(folder) => AcceptedNames::default().accept(folder),
            None => names.accept(&name),
        }
        .map_err(|why| wrong(&why))?;
        let (size, packed) = (entry.size(), entry.compressed_size());
        total = total.saturating_add(size);
        if total > MAX_UNPACKED_BYTES {
            return Err(wrong(&format!("more than {MAX_UNPACKED_BYTES} bytes in all")));
        }
        if size > SMALL_BYTES && size / packed.max(1) > MAX_RATIO {
            return Err(wrong(&format!("more than {MAX_RATIO} times its packed size")));
        }
        if folder.is_none() && name.rsplit('/').next() == Some("report.json") {
            wanted.push((index, name, size));
        }
    }
    wanted.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(wanted)
}

/// A regular file or a directory, or no mode at all as in archives from Windows.
fn is_plain(mode: Option<u32>) -> bool {
    matches!(mode.map(|mode| mode & 0o170_000), None | Some(0 | 0o100_000 | 0o040_000))
}

fn write_all(
    archive: &mut ZipArchive<BufReader<File>>,
    wanted: &[(usize, String, u64)],
    dest: &Path,
) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::with_capacity(wanted.len());
    for (index, name, size) in wanted {
        let path = name.split('/').fold(dest.to_owned(), |path, part| path.join(part));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let wrong = |why: &dyn std::fmt::Display| refused(&format!("entry `{}`: {why}", name.escape_default()));
        let content = archive.by_index(*index).map_err(|why| wrong(&why))?;
        let mut file = File::create_new(&path)?;
        // One more than declared, to see that there is no more.
        let copied = io::copy(&mut content.take(size + 1), &mut file).map_err(|why| wrong(&why))?;
        if copied != *size {
            return Err(wrong(&"another size than declared"));
        }
        file.flush()?;
        written.push(path);
    }
    Ok(written)
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive is refused: {why}"))
}
