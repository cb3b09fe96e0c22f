//! The lines of a log that comes in pieces: UTF-8, UTF-16 as PowerShell writes it, or bytes of no encoding; lines end
//! with LF or CR LF. A line longer than a limit is judged by its beginning.

use std::borrow::Cow;

/// Bytes of a line that are kept.
const LONGEST: usize = 8 << 10;

/// Cuts pieces into lines.
#[derive(Debug, Default)]
pub struct LogLines {
    encoding: Option<Encoding>,
    /// Bytes that tell the encoding, or half a character of UTF-16.
    carried: Vec<u8>,
    line: Vec<u8>,
    ended: usize,
    /// Whether anything of the current line was read.
    open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Bytes,
    Utf16 { big: bool },
}

impl LogLines {
    /// Gives each line that ends in this piece, with its number from 1.
    pub fn read(&mut self, piece: &[u8], mut each: impl FnMut(usize, &str)) {
        let Some(encoding) = self.encoding else {
            self.carried.extend_from_slice(piece);
            if self.carried.len() >= 4 {
                let first = std::mem::take(&mut self.carried);
                let (encoding, mark) = Encoding::of(&first);
                self.encoding = Some(encoding);
                self.decoded(encoding, &first[mark..], &mut each);
            }
            return;
        };
        self.decoded(encoding, piece, &mut each);
    }

    /// Gives the last line if nothing ended it, and says how many there were.
    pub fn end(mut self, mut each: impl FnMut(usize, &str)) -> usize {
        if self.encoding.is_none() {
            let first = std::mem::take(&mut self.carried);
            let (encoding, mark) = Encoding::of(&first);
            self.decoded(encoding, &first[mark..], &mut each);
        }
        if self.open {
            self.give(&mut each);
        }
        self.ended
    }

    fn decoded(&mut self, encoding: Encoding, piece: &[u8], each: &mut impl FnMut(usize, &str)) {
        let Encoding::Utf16 { big } = encoding else { return self.split(piece, each) };
        let mut bytes = std::mem::take(&mut self.carried);
        bytes.extend_from_slice(piece);
        let whole = bytes.len() & !1;
        let units: Vec<u16> = bytes[..whole]
            .chunks_exact(2)
            .map(
                |pair| {
                    if big { u16::from_be_bytes([pair[0], pair[1]]) } else { u16::from_le_bytes([pair[0], pair[1]]) }
                },
            )
            .collect();
        // A high surrogate waits for its partner.
        let waits = usize::from(units.last().is_some_and(|last| (0xD800..0xDC00).contains(last)));
        let (now, later) = (&units[..units.len() - waits], whole - 2 * waits);
        self.carried = bytes[later..].to_vec();
        let text: String =
            char::decode_utf16(now.iter().copied()).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.split(text.as_bytes(), each);
    }

    fn split(&mut self, piece: &[u8], each: &mut impl FnMut(usize, &str)) {
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            self.open = true;
            let ends = part.ends_with(b"\n");
            let content = &part[..part.len() - usize::from(ends)];
            if ends && self.line.is_empty() {
                // Most lines lie in one piece, and need not be copied.
                self.open = false;
                self.ended += 1;
                each(self.ended, &text(&content[..content.len().min(LONGEST)]));
                continue;
            }
            let room = LONGEST.saturating_sub(self.line.len()).min(content.len());
            self.line.extend_from_slice(&content[..room]);
            if ends {
                self.give(each);
            }
        }
    }

    fn give(&mut self, each: &mut impl FnMut(usize, &str)) {
        self.open = false;
        self.ended += 1;
        each(self.ended, &text(&self.line));
        self.line.clear();
    }
}

/// A line as text; one of UTF-16 in a log of another encoding, as PowerShell's `>>` appends it, is read as such.
/// The end of the line before it has left a zero.
fn text(line: &[u8]) -> Cow<'_, str> {
    let zeros = line.iter().filter(|byte| **byte == 0).count();
    if zeros * 3 < line.len() || zeros == 0 {
        return String::from_utf8_lossy(line);
    }
    let line = line.strip_prefix(b"\0").or_else(|| line.strip_prefix(b"\xFF\xFE")).unwrap_or(line);
    let units = line.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Cow::Owned(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

impl Encoding {
    /// The encoding of what begins so, and the length of its mark.
    fn of(first: &[u8]) -> (Self, usize) {
        match first {
            [0xFF, 0xFE, ..] => (Self::Utf16 { big: false }, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16 { big: true }, 2),
            [0xEF, 0xBB, 0xBF, ..] => (Self::Bytes, 3),
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Self::Utf16 { big: false }, 0),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Self::Utf16 { big: true }, 0),
            _ => (Self::Bytes, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> (Vec<String>, usize) {
        let (mut reader, mut seen) = (LogLines::default(), Vec::new());
        for piece in pieces {
            reader.read(piece, |number, line| seen.push(format!("{number}:{line}")));
        }
        let count = reader.end(|number, line| seen.push(format!("{number}:{line}")));
        (seen, count)
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn a_log_may_be_cut_anywhere_in_any_encoding() {
        let text = "one\r\n\ntwo \u{1F600} \u{FC}\nlast";
        let expected = (vec!["1:one\r".to_owned(), "2:".into(), "3:two \u{1F600} \u{FC}".into(), "4:last".into()], 4);
        let logs = [
            text.as_bytes().to_vec(),
            format!("\u{FEFF}{text}").into_bytes(),
            utf16(&format!("\u{FEFF}{text}"), false),
            utf16(&format!("\u{FEFF}{text}"), true),
            utf16(text, false),
            utf16(text, true),
        ];
        for log in &logs {
            assert_eq!(lines(&[log]), expected, "{log:?}");
            for at in 0..log.len() {
                assert_eq!(lines(&[&log[..at], &log[at..]]), expected, "cut at {at}: {log:?}");
            }
            let each: Vec<&[u8]> = log.chunks(1).collect();
            assert_eq!(lines(&each), expected, "{log:?}");
        }
    }

    #[test]
    fn what_is_appended_in_utf_16_is_read() {
        let log = [b"one\n".to_vec(), utf16("tw\u{F6}\r\nthree\r\n", false), b"four\n".to_vec()].concat();
        let (seen, count) = lines(&[&log]);
        assert_eq!((seen[1].as_str(), seen[2].as_str()), ("2:tw\u{F6}\r", "3:three\r"));
        assert_eq!((seen[3].trim_start_matches("4:").trim_start_matches('\0'), count), ("four", 4));
    }

    #[test]
    fn nothing_has_no_line_and_a_short_log_has_one() {
        assert_eq!(lines(&[]), (vec![], 0));
        assert_eq!(lines(&[b"\n"]), (vec!["1:".to_owned()], 1));
        assert_eq!(lines(&[b"ab"]), (vec!["1:ab".to_owned()], 1));
    }

    #[test]
    fn of_a_long_line_the_beginning_is_judged_and_the_next_one_is_whole() {
        let long = vec![b'x'; 3 * LONGEST];
        let (seen, count) = lines(&[&long, &long, b"\nnext\n"]);
        assert_eq!((seen[0].len(), seen[1].as_str(), count), (LONGEST + 2, "2:next", 2));
        assert_eq!(lines(&[&[long.as_slice(), b"\nnext"].concat()]).0[1], "2:next");
    }
}
