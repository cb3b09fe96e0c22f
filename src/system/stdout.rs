//! Standard output, for text and for what is none.

use std::io::{self, Write};

/// Writes all of it. A reader that closes the pipe early is no failure of ours; a full disk is one.
///
/// # Errors
/// As the system says.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => Err(why),
        _ => Ok(()),
    }
}
