//! Second readers, written from the sources of the runner and of Go and not from ours.

use std::cmp::Ordering;

/// Why the runner would fail the step.
#[derive(Debug, PartialEq, Eq)]
pub struct RunnerRefuses;

/// actions/runner, `FileCommandManager.cs`: `EnvFileKeyValuePairs`, `ReadLine`. `None`: what it does with an empty
/// name, or with a NUL, is not told by this class.
pub fn runner_pairs(bytes: &[u8], windows: bool) -> Result<Option<Vec<(String, String)>>, RunnerRefuses> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut at, mut pairs, mut told) = (0, Vec::new(), !text.contains('\0'));
    // A line, whether a line feed ended it, and where the line ended.
    let next = |at: &mut usize| -> Option<(String, bool, usize)> {
        if *at >= text.len() {
            return None;
        }
        let rest = &text[*at..];
        let Some(end) = rest.find('\n') else {
            *at = text.len();
            return Some((rest.to_owned(), false, text.len()));
        };
        let stop = if windows && rest[..end].ends_with('\r') { end - 1 } else { end };
        let line = (rest[..stop].to_owned(), true, *at + stop);
        *at += end + 1;
        Some(line)
    };
    while let Some((line, ..)) = next(&mut at) {
        if line.is_empty() {
            continue;
        }
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        if equals.is_some_and(|equals| heredoc.is_none_or(|heredoc| equals < heredoc)) {
            let (name, value) = line.split_once('=').ok_or(RunnerRefuses)?;
            told &= !name.is_empty();
            pairs.push((name.to_owned(), value.to_owned()));
            continue;
        }
        let (name, delimiter) = line.split_once("<<").ok_or(RunnerRefuses)?;
        if name.is_empty() || delimiter.is_empty() {
            return Err(RunnerRefuses);
        }
        let (start, mut end) = (at, at);
        loop {
            let (inner, ended, stop) = next(&mut at).ok_or(RunnerRefuses)?;
            if inner == delimiter {
                break;
            }
            if !ended {
                return Err(RunnerRefuses);
            }
            end = stop;
        }
        pairs.push((name.to_owned(), text[start..end.max(start)].to_owned()));
    }
    Ok(told.then_some(pairs))
}

/// actions/runner, `AddPathFileCommand`: .NET's `ReadAllLines`, then each line moved to the end.
pub fn runner_path(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n").replace('\r', "\n");
    let mut all: Vec<String> = Vec::new();
    for line in text.split('\n').filter(|line| !line.is_empty()) {
        all.retain(|known| known != line);
        all.push(line.to_owned());
    }
    all
}

/// Go, `cmd/go/internal/cfg/cfg.go: readEnvFile`, on bytes.
pub fn go_env_lines(mut data: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while !data.is_empty() {
        let end = data.iter().position(|byte| *byte == b'\n');
        let line = &data[..end.unwrap_or(data.len())];
        data = end.map_or(&[][..], |end| &data[end + 1..]);
        let Some(equals) = line.iter().position(|byte| *byte == b'=') else { continue };
        if !line[0].is_ascii_uppercase() {
            continue;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        found.push((text(&line[..equals]), text(&line[equals + 1..])));
    }
    found
}

/// Go, `internal/gover: Parse`: major, minor, patch, kind, number.
pub fn go_version(text: &str) -> Option<[String; 5]> {
    fn number(text: &str) -> Option<(String, &str)> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let fine = end > 0 && (!text.starts_with('0') || end == 1);
        fine.then(|| (text[..end].to_owned(), &text[end..]))
    }
    let version = |parts: [&str; 5]| Some(parts.map(str::to_owned));
    let (major, rest) = number(text)?;
    if rest.is_empty() {
        return version([&major, "0", "0", "", ""]);
    }
    let (minor, rest) = number(rest.strip_prefix('.')?)?;
    if rest.is_empty() {
        let old = by_number(&minor, "21") == Ordering::Less;
        return version([&major, &minor, if old { "0" } else { "" }, "", ""]);
    }
    if let Some(rest) = rest.strip_prefix('.') {
        let (patch, rest) = number(rest)?;
        return if rest.is_empty() { version([&major, &minor, &patch, "", ""]) } else { None };
    }
    let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
    let (kind, rest) = rest.split_at(end);
    if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if rest.is_empty() {
        return version([&major, &minor, "", kind, ""]);
    }
    let (pre, rest) = number(rest)?;
    if rest.is_empty() { version([&major, &minor, "", kind, &pre]) } else { None }
}

fn by_number(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// Go, `internal/gover: Compare`, of versions that are valid.
pub fn go_order(left: &[String; 5], right: &[String; 5]) -> Ordering {
    let number = |at: usize| by_number(&left[at], &right[at]);
    number(0)
        .then_with(|| number(1))
        .then_with(|| number(2))
        .then_with(|| left[3].cmp(&right[3]))
        .then_with(|| number(4))
}

/// Go, `cmd/go/internal/gover: GoModLookup`.
pub fn go_mod_line(text: &str, key: &str) -> String {
    let space =
        |c: char| matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}') || c.is_whitespace();
    for line in text.split('\n') {
        let Some(rest) = line.trim_matches(space).strip_prefix(key) else { continue };
        if rest.starts_with([' ', '\t']) {
            return rest.split("//").next().unwrap_or_default().trim_matches(space).to_owned();
        }
    }
    String::new()
}

/// Go, `cmd/internal/quoted: Split`.
pub fn quoted_words(text: &str) -> Option<Vec<String>> {
    let (mut words, bytes, mut at) = (Vec::new(), text.as_bytes(), 0);
    let space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    loop {
        while at < bytes.len() && space(bytes[at]) {
            at += 1;
        }
        if at == bytes.len() {
            return Some(words);
        }
        let start = if matches!(bytes[at], b'"' | b'\'') { at + 1 } else { at };
        let is_end = |byte: u8| if start > at { byte == bytes[at] } else { space(byte) };
        let end = (start..bytes.len()).find(|end| is_end(bytes[*end]));
        match end {
            None if start > at => return None,
            end => {
                let end = end.unwrap_or(bytes.len());
                words.push(text[start..end].to_owned());
                at = (end + usize::from(start > at)).min(bytes.len());
            }
        }
    }
}

/// Go, `path/filepath: splitList` of Windows; elsewhere a plain split.
pub fn split_list(text: &str, windows: bool) -> Vec<String> {
    let (mut all, mut one, mut quoted) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' if windows => quoted = !quoted,
            ';' if windows && !quoted => all.push(std::mem::take(&mut one)),
            ':' if !windows => all.push(std::mem::take(&mut one)),
            c => one.push(c),
        }
    }
    all.push(one);
    all
}

/// Go, `path/filepath: Clean` of Unix, with its buffer that is written back.
pub fn clean_unix(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let (bytes, rooted) = (path.as_bytes(), path.starts_with('/'));
    let (mut out, mut read, mut dotdot): (Vec<u8>, usize, usize) = (Vec::new(), 0, 0);
    if rooted {
        out.push(b'/');
        (read, dotdot) = (1, 1);
    }
    let ends = |at: usize| at >= bytes.len() || bytes[at] == b'/';
    while read < bytes.len() {
        if bytes[read] == b'/' {
            read += 1;
        } else if bytes[read] == b'.' && ends(read + 1) {
            read += 1;
        } else if bytes[read] == b'.' && bytes.get(read + 1) == Some(&b'.') && ends(read + 2) {
            read += 2;
            if out.len() > dotdot {
                let mut at = out.len() - 1;
                while at > dotdot && out[at] != b'/' {
                    at -= 1;
                }
                out.truncate(at);
            } else if !rooted {
                if !out.is_empty() {
                    out.push(b'/');
                }
                out.extend_from_slice(b"..");
                dotdot = out.len();
            }
        } else {
            if rooted && out.len() != 1 || !rooted && !out.is_empty() {
                out.push(b'/');
            }
            while read < bytes.len() && bytes[read] != b'/' {
                out.push(bytes[read]);
                read += 1;
            }
        }
    }
    if out.is_empty() { ".".to_owned() } else { String::from_utf8(out).unwrap() }
}

/// Windows, `ExpandEnvironmentStrings`: a name between two `%` that is set is replaced, another one stays, and its
/// closing `%` may open the next.
pub fn expanded(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < chars.len() {
        let close = (chars[at] == '%').then(|| (at + 1..chars.len()).find(|end| chars[*end] == '%')).flatten();
        if let Some(end) = close {
            let name: String = chars[at + 1..end].iter().collect();
            if let Some(value) = value(&name).filter(|_| !name.is_empty()) {
                out += &value;
                at = end + 1;
                continue;
            }
        }
        out.push(chars[at]);
        at += 1;
    }
    out
}

/// golang.org/x/mod, `module.go: CheckFilePath`, `checkElem`, `fileNameOK`.
pub fn module_file_name(path: &str) -> bool {
    const DEVICES: &str =
        "CON PRN AUX NUL COM1 COM2 COM3 COM4 COM5 COM6 COM7 COM8 COM9 LPT1 LPT2 LPT3 LPT4 LPT5 LPT6 LPT7 LPT8 LPT9";
    let part = |part: &str| {
        let fine = |c: char| match c {
            c if c.is_ascii_alphanumeric() => true,
            c if c.is_ascii() => "!#$%&()+,-.=@[]^_{}~ ".contains(c),
            c => c.is_alphabetic(),
        };
        let stem = part.split('.').next().unwrap_or_default();
        let device = DEVICES.split(' ').any(|device| device.eq_ignore_ascii_case(stem));
        !part.is_empty()
            && part.bytes().any(|byte| byte != b'.')
            && !part.ends_with('.')
            && part.chars().all(fine)
            && !device
    };
    path.split('/').all(part)
}

/// Go, `path.Match` on bytes: dynamic, so that no pattern takes long. `None`: a pattern that Go refuses.
pub fn path_match(pattern: &str, name: &str) -> Option<bool> {
    enum Piece {
        Star,
        Any,
        Class(bool, Vec<(char, char)>),
        One(char),
    }
    let (chars, mut pieces, mut at): (Vec<char>, Vec<Piece>, usize) = (pattern.chars().collect(), Vec::new(), 0);
    let escaped = |at: &mut usize| -> Option<char> {
        let first = *chars.get(*at).filter(|c| !matches!(c, '-' | ']'))?;
        *at += 1;
        if first != '\\' {
            return Some(first);
        }
        let second = *chars.get(*at)?;
        *at += 1;
        Some(second)
    };
    while at < chars.len() {
        at += 1;
        pieces.push(match chars[at - 1] {
            '*' => Piece::Star,
            '?' => Piece::Any,
            '[' => {
                let negated = chars.get(at) == Some(&'^');
                at += usize::from(negated);
                let mut ranges = Vec::new();
                while ranges.is_empty() || *chars.get(at)? != ']' {
                    let low = escaped(&mut at)?;
                    let high = if *chars.get(at)? == '-' {
                        at += 1;
                        escaped(&mut at)?
                    } else {
                        low
                    };
                    chars.get(at)?;
                    ranges.push((low, high));
                }
                at += 1;
                Piece::Class(negated, ranges)
            }
            '\\' => {
                at += 1;
                Piece::One(*chars.get(at - 1)?)
            }
            c => Piece::One(c),
        });
    }
    let name: Vec<char> = name.chars().collect();
    let mut reached = vec![false; name.len() + 1];
    reached[0] = true;
    for piece in &pieces {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            if let Piece::Star = piece {
                next[at] = reached[at] || at > 0 && next[at - 1] && name[at - 1] != '/';
            } else if at > 0 && reached[at - 1] {
                let c = name[at - 1];
                next[at] = match piece {
                    Piece::Any => c != '/',
                    Piece::One(one) => c == *one,
                    Piece::Class(negated, ranges) => {
                        ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
                    }
                    Piece::Star => false,
                };
            }
        }
        reached = next;
    }
    Some(reached[name.len()])
}
