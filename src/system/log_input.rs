//! Opens what somebody else wrote: a log of any length, or standard input.

use crate::{
    ports::{ReadLimit, UnreadFile},
    system::bounded_read,
};
use std::{
    io::{self, Read},
    path::Path,
};

/// As standard input is named where a file is asked for.
pub const STDIN: &str = "-";

/// Standard input to its end.
///
/// # Errors
/// It holds more than `limit`, or cannot be read.
pub fn standard_input(limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
    let most = limit.bytes();
    let failed = |why: io::Error| UnreadFile::Failed(why.to_string());
    let mut bytes = Vec::new();
    io::stdin().lock().take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= most => Ok(bytes),
        _ => Err(UnreadFile::TooLarge { bytes: None, most }),
    }
}

/// The log of that name, as a stream of any length; `-` is standard input.
///
/// # Errors
/// There is no regular file, or it may not be read.
pub fn open(file: &str) -> io::Result<Box<dyn Read>> {
    match file {
        STDIN => Ok(Box::new(io::stdin().lock())),
        path => Ok(bounded_read::open_stream(Path::new(path))?),
    }
}
