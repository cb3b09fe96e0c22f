//! cmd: `echo NAME=value>>%GITHUB_ENV%`, line by line, and `set`.

use super::{
    Quotes, ScriptPiece, ScriptPlace, ScriptText, Setter, Stream, Target, Written, expression_end, go_env_w, is_name,
};

/// All places of a script.
pub(super) fn places(script: &str) -> Vec<ScriptPlace> {
    let mut written = Written::default();
    let mut printed = Stream::default();
    for (at, line) in script.lines().enumerate() {
        for one in commands(line) {
            command(one, at + 1, &mut written, &mut printed);
        }
    }
    written.commands(&printed);
    written.places()
}

/// What `&` separates, outside of quotes and expressions.
fn commands(line: &str) -> Vec<&str> {
    let bytes = line.as_bytes();
    let (mut found, mut start, mut at, mut quoted) = (Vec::new(), 0, 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b'^' if !quoted => at += 1,
            b'$' => at += expression_end_at(line, at).map_or(0, |length| length - 1),
            b'&' | b'|' if !quoted => {
                found.push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    found.push(&line[start..]);
    found
}

fn expression_end_at(line: &str, at: usize) -> Option<usize> {
    let rest = &line[at..];
    rest.starts_with("${{").then(|| expression_end(rest)).flatten()
}

fn command(whole: &str, line: usize, written: &mut Written, printed: &mut Stream) {
    let text = whole.trim_start_matches([' ', '\t', '@', '(']);
    let grouped = whole.trim_start_matches([' ', '\t', '@']).starts_with('(');
    let Some((text, file)) = redirected(text) else { return };
    let text = text.trim_start_matches([' ', '\t', '@', '(']);
    let text = text.strip_suffix(')').filter(|_| grouped).unwrap_or(text);
    let lower = text.get(..5).unwrap_or(text).to_ascii_lowercase();
    if lower.starts_with("echo") && text.len() > 5 && matches!(text.as_bytes()[4], b' ' | b'.' | b':' | b'(') {
        let mut stream = Stream::default();
        stream.template(template(&text[5..], Quotes::None), line);
        stream.end_line(line);
        match file {
            None => printed.append(stream),
            Some((name, replaces)) => {
                if let Some(target) = Target::of(&template(&name, Quotes::None)) {
                    written.add(target, stream, replaces);
                }
            }
        }
    } else if lower.starts_with("set ") {
        let rest = text[4..].trim_start();
        // `set "X=v"`, and whatever stands behind the last quote is left out.
        let rest =
            rest.strip_prefix('"').map_or(rest, |inner| inner.rsplit_once('"').map_or(inner, |(inner, _)| inner));
        if let Some((name, value)) = rest.split_once('=').filter(|(name, _)| is_name(name)) {
            let value = template(value, Quotes::None);
            written.others.push(ScriptPlace { by: Setter::Export, name: name.to_owned(), value, line });
        }
    } else {
        let words: Vec<ScriptText> =
            text.split_whitespace().map(|word| template(&word.replace('"', ""), Quotes::None)).collect();
        written.others.extend(go_env_w(&words, line));
    }
}

/// The command without its redirection, and the file with whether it is written anew. `None`: nobody knows what is
/// left of it.
fn redirected(text: &str) -> Option<(String, Option<(String, bool)>)> {
    let bytes = text.as_bytes();
    let (mut at, mut quoted) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b'^' if !quoted => at += 1,
            b'$' => at += expression_end_at(text, at).map_or(0, |length| length - 1),
            b'>' if !quoted => break,
            _ => {}
        }
        at += 1;
    }
    if at >= bytes.len() {
        return Some((text.to_owned(), None));
    }
    let appends = text[at..].starts_with(">>");
    let rest = text[at + 1 + usize::from(appends)..].trim_start();
    let (file, behind) = match rest.strip_prefix('"') {
        Some(inner) => inner.split_once('"').unwrap_or((inner, "")),
        None => rest.split_at(rest.find([' ', '\t', ')', '>']).unwrap_or(rest.len())),
    };
    let mut before = text[..at].to_owned();
    // A digit that stands alone before `>` is a handle: of `X=1>>f` cmd writes `X=`, of `X=0>>f` nothing.
    let mut last = before.bytes().rev();
    if last.next().is_some_and(|byte| byte.is_ascii_digit()) && last.next().is_none_or(|byte| b" \t,;=".contains(&byte))
    {
        let digit = before.pop();
        if digit != Some('1') {
            return None;
        }
    }
    Some((format!("{before}{}", behind.trim_end_matches([')', ' '])), Some((file.to_owned(), !appends))))
}

/// The name of `%NAME%` at the start of a text.
fn variable(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('%')?;
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (rest[length..].starts_with('%') && is_name(&rest[..length])).then(|| &rest[..length])
}

/// With `%NAME%` and expressions; `!NAME!`, `%~1` and the like are unknown.
pub(super) fn template(text: &str, within: Quotes) -> ScriptText {
    let mut template = ScriptText::default();
    let mut rest = text;
    while let Some(at) = rest.find(['%', '$', '^', '!']) {
        template.push_text(&rest[..at]);
        let here = &rest[at..];
        let length = if let Some(length) = expression_end_at(rest, at) {
            template.push(ScriptPiece::Expression { inner: here[3..length - 2].to_owned(), within });
            length
        } else if let Some(name) = variable(here) {
            template.push(ScriptPiece::Variable { name: name.to_owned(), quoted: true, written: format!("%{name}%") });
            name.len() + 2
        } else if here.starts_with("%%") {
            template.push_text("%");
            2
        } else if here.starts_with(['%', '!']) {
            template.push(ScriptPiece::Unknown(here[..1].to_owned()));
            1
        } else if let Some(behind) = here.strip_prefix('^') {
            let next = behind.chars().next().map_or(0, char::len_utf8);
            template.push_text(&behind[..next]);
            1 + next
        } else {
            template.push_text("$");
            1
        };
        rest = &here[length..];
    }
    template.push_text(rest);
    template
}
