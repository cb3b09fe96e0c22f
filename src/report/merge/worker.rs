//! Reads shards in threads beside the writer: of `n` workers, worker `w` reads the
//! shards w, w+n, w+2n and so on, so that the writer knows without a lock which
//! worker has the next one.

use crate::report::merge::{
    chunk::{Chunk, Chunks, Discard},
    read::{Head, ReportRoot, Sink},
};
use crate::{ports::ReportFiles, report::merge::ProblemKind};
use serde::de::DeserializeSeed;
use std::{
    io::{self, Read},
    sync::mpsc::SyncSender,
};

/// A longer report is read from the disk twice instead of into memory once.
const HELD_BYTES: u64 = 2 * 1024 * 1024;

/// What a worker sends of a shard: chunks, then its end.
pub(crate) enum Piece {
    /// Some of its results, in order.
    Chunks(Vec<Chunk>),
    /// What the shard says beside its results; or why nothing of it is in the report.
    End(Result<Box<Head>, (ProblemKind, String)>),
}

/// Reads every `step`-th shard from `first` on.
pub(crate) fn read_all(paths: &[String], first: usize, step: usize, files: &dyn ReportFiles, to: &SyncSender<Piece>) {
    let mut bytes = Vec::new();
    for path in paths.iter().skip(first).step_by(step) {
        let end = read_one(path, files, &mut bytes, to);
        if to.send(Piece::End(end)).is_err() {
            // The writer has given up.
            return;
        }
    }
}

/// `bytes` is a buffer that is used for one shard after the other.
fn read_one(
    path: &str,
    files: &dyn ReportFiles,
    bytes: &mut Vec<u8>,
    to: &SyncSender<Piece>,
) -> Result<Box<Head>, (ProblemKind, String)> {
    let unreadable = |why: io::Error| (ProblemKind::Unreadable, why.to_string());
    let mut file = files.open(path).map_err(unreadable)?;
    bytes.clear();
    file.by_ref().take(HELD_BYTES + 1).read_to_end(bytes).map_err(unreadable)?;
    if bytes.len() as u64 > HELD_BYTES {
        return read_long(path, files, to);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut all = Vec::new();
    let mut known = None;
    loop {
        all.clear();
        let mut chunks = Chunks::new(|chunk| {
            all.push(chunk);
            Ok(())
        });
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let mut head = parse(&mut deserializer, &mut chunks, known.as_deref())?;
        chunks.finish().map_err(|why| (ProblemKind::Foreign, why))?;
        if again(&mut head, &mut known) {
            continue;
        }
        let _ = to.send(Piece::Chunks(all));
        return Ok(head);
    }
}

/// A first pass finds out whether it is whole: nothing of a report that ends in the middle is taken.
fn read_long(path: &str, files: &dyn ReportFiles, to: &SyncSender<Piece>) -> Result<Box<Head>, (ProblemKind, String)> {
    stream(path, files, &mut Discard)?;
    let mut chunks = Chunks::new(|chunk| to.send(Piece::Chunks(vec![chunk])).map_err(|_| String::new()));
    let head = stream(path, files, &mut chunks)?;
    chunks.finish().map_err(|why| (ProblemKind::Foreign, why))?;
    Ok(head)
}

/// Reads a report of any length from the disk, without holding it.
pub(crate) fn stream<S: Sink>(
    path: &str,
    files: &dyn ReportFiles,
    sink: &mut S,
) -> Result<Box<Head>, (ProblemKind, String)> {
    let open = || -> Result<_, (ProblemKind, String)> {
        let file = files.open(path).map_err(|why| (ProblemKind::Unreadable, why.to_string()))?;
        Ok(serde_json::Deserializer::from_reader(io::BufReader::with_capacity(256 * 1024, WithoutMark::new(file))))
    };
    let mut known = None;
    // Our own reports name their machine before their results; in one that was edited results may come first.
    let mut first = parse(&mut open()?, sink, None)?;
    if again(&mut first, &mut known) { parse(&mut open()?, sink, known.as_deref()) } else { Ok(first) }
}

/// Whether to read it again: results came before their machine, whose name is `known` from now on.
fn again(head: &mut Head, known: &mut Option<String>) -> bool {
    let late = head.runner_too_late && known.is_none();
    if late {
        *known = head.runner_name();
    }
    late
}

fn parse<'de, R: serde_json::de::Read<'de>, S: Sink>(
    deserializer: &mut serde_json::Deserializer<R>,
    sink: &mut S,
    known: Option<&str>,
) -> Result<Box<Head>, (ProblemKind, String)> {
    let mut head = Box::<Head>::default();
    let read =
        ReportRoot { head: &mut head, sink, known }.deserialize(&mut *deserializer).and_then(|()| deserializer.end());
    match (read, head.schema) {
        (_, Some(schema)) if schema != 1 => {
            Err((ProblemKind::NewerSchema, format!("it has `schema_version` {schema}, this version reads 1")))
        }
        (Err(why), _) if why.is_eof() => Err((ProblemKind::HalfWritten, format!("it ends too early: {why}"))),
        (Err(why), _) if why.is_io() => Err((ProblemKind::Unreadable, why.to_string())),
        (Err(why), _) => Err((ProblemKind::Foreign, format!("it is no report of goenv-ci: {why}"))),
        (Ok(()), _) => match &head.tool {
            Some(tool) if tool.name == "goenv-ci" => Ok(head),
            _ => Err((ProblemKind::Foreign, "another program wrote it".to_owned())),
        },
    }
}

/// Skips a byte-order mark.
struct WithoutMark<R> {
    from: R,
    held: Vec<u8>,
    begun: bool,
}

impl<R: Read> WithoutMark<R> {
    fn new(from: R) -> Self {
        Self { from, held: Vec::new(), begun: false }
    }
}

impl<R: Read> Read for WithoutMark<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if !self.begun {
            self.begun = true;
            self.from.by_ref().take(3).read_to_end(&mut self.held)?;
            if self.held == b"\xef\xbb\xbf" {
                self.held.clear();
            }
        }
        if self.held.is_empty() {
            return self.from.read(to);
        }
        let n = self.held.len().min(to.len());
        to[..n].copy_from_slice(&self.held[..n]);
        self.held.drain(..n);
        Ok(n)
    }
}
