//! The `h1:` hash of a module zip. Source: golang.org/x/mod, `sumdb/dirhash: Hash1`.

use crate::ports::Unpacked;
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{Context, SHA256};
use std::fmt::Write;

/// The hash over all files, in whatever order they come.
#[must_use]
pub fn h1(files: &[Unpacked]) -> String {
    let mut sorted: Vec<&Unpacked> = files.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut summary = Context::new(&SHA256);
    let mut line = String::new();
    for file in sorted {
        line.clear();
        for byte in file.sha256 {
            // Writing into a String does not fail.
            let _ = write!(line, "{byte:02x}");
        }
        summary.update(format!("{line}  {}\n", file.name).as_bytes());
    }
    format!("h1:{}", STANDARD.encode(summary.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_go_computes_whatever_the_order() {
        let file = |name: &str, text: &[u8]| {
            let mut sha256 = [0; 32];
            sha256.copy_from_slice(ring::digest::digest(&SHA256, text).as_ref());
            Unpacked { name: name.to_owned(), sha256 }
        };
        // Computed apart, with Python's hashlib, by the rule that `Hash1` states.
        let known = "h1:EP6WfDoQTSk9klnxcjriWJOGztueJUywHNmWeq+efB8=";
        assert_eq!(h1(&[file("xyz", b"data for xyz"), file("abc", b"data for abc")]), known);
        assert_eq!(h1(&[file("abc", b"data for abc"), file("xyz", b"data for xyz")]), known);
    }
}
