//! Opens a log that somebody else wrote: a regular file, or standard input.

use crate::system::bounded_read;
use std::{
    io::{self, Read},
    path::Path,
};

/// The log of that name, as a stream of any length; `-` is standard input.
///
/// # Errors
/// There is no regular file, or it may not be read.
pub fn open(file: &str) -> io::Result<Box<dyn Read>> {
    match file {
        "-" => Ok(Box::new(io::stdin().lock())),
        path => Ok(bounded_read::open_stream(Path::new(path))?),
    }
}
