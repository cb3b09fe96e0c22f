//! Output of other programs as text. Most write UTF-8; some on Windows write
//! UTF-16, and old ones the code page of the console.

/// The text of some output. `code_page` reads bytes that are neither UTF-8 nor
/// marked as UTF-16; where it cannot, they are replaced one by one.
///
/// A byte-order mark is no part of the text. Output that was cut within a
/// character of UTF-8 is still UTF-8.
pub fn decoded(bytes: &[u8], code_page: impl Fn(&[u8]) -> Option<String>) -> String {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf16(rest, u16::from_le_bytes);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf16(rest, u16::from_be_bytes);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(wrong) if wrong.error_len().is_none() => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => code_page(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_read_as_what_it_is() {
        let old = |bytes: &[u8]| Some(format!("old {}", bytes.len()));
        for (bytes, text) in [
            (&b"Gr\xc3\xbc\xc3\x9fe"[..], "Gr\u{fc}\u{df}e"),
            (b"\xef\xbb\xbfx", "x"),
            (b"\xff\xfeG\0r\0\xfc\0", "Gr\u{fc}"),
            (b"\xfe\xff\0G\0r\0\xfc", "Gr\u{fc}"),
            (b"\xff\xfe=\xd8\0\xdeA", "\u{1f600}"),
            (b"Gr\x81\xe1e", "old 5"),
            (b"cut \xe2\x82", "cut \u{fffd}"),
            (b"", ""),
        ] {
            assert_eq!(decoded(bytes, old), text, "{bytes:?}");
        }
        assert_eq!(decoded(b"Gr\x81\xe1e", |_| None), "Gr\u{fffd}\u{fffd}e");
    }
}
