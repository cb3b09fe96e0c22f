//! The files: compared byte for byte, and shortened so that a person can
//! review them. No line end and no slash is ever made equal to another.

use super::{Case, every_case, safety::is_hidden};
use std::{env, fmt::Write, fs, path::PathBuf};

/// A run of one unit that is longer than this many bytes is stored as `⟨COUNT×UNIT⟩`.
const LONGEST_RUN: usize = 256;
/// The longest unit of a run, in bytes.
const LONGEST_UNIT: usize = 24;

/// The directory of all files.
pub fn root() -> PathBuf {
    ["tests", "integration", "snapshots", "golden"]
        .iter()
        .fold(PathBuf::from(env!("CARGO_MANIFEST_DIR")), |path, part| path.join(part))
}

/// Compares all files of the cases of these commands.
pub fn accept_of(commands: &[&str]) {
    let cases: Vec<&Case> = every_case().iter().filter(|case| commands.contains(&case.command)).collect();
    assert!(!cases.is_empty());
    accept(&cases);
}

/// Compares all files of the cases; `SNAPSHOTS=overwrite` writes them.
pub fn accept(cases: &[&Case]) {
    let overwrite = env::var_os("SNAPSHOTS").is_some_and(|wish| wish == "overwrite");
    let mut complaints = String::new();
    for case in cases {
        for (ending, content) in &case.outputs {
            let name = format!("{}/{}.{ending}", case.command, case.name);
            let (path, actual) = (root().join(&name), stored(ending, content));
            if overwrite {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, &actual).unwrap();
            } else if fs::read(&path).ok().as_deref() != Some(actual.as_bytes()) {
                let accepted = fs::read_to_string(&path).unwrap_or_default();
                complaints += &difference(&name, &accepted, &actual);
            }
        }
    }
    assert!(complaints.is_empty(), "SNAPSHOTS=overwrite accepts this:\n{complaints}");
}

/// The first line that differs, with its number.
fn difference(name: &str, accepted: &str, actual: &str) -> String {
    let (mut old, mut new) = (accepted.split('\n'), actual.split('\n'));
    let mut text = String::new();
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old != new => {
                let shown = |line: Option<&str>| line.map_or("(the file ends)".to_owned(), |line| format!("{line:?}"));
                let _ = writeln!(text, "{name}:{number}\n  accepted {}\n  now      {}", shown(old), shown(new));
                break;
            }
            _ => {}
        }
    }
    text
}

/// The content as it is stored: long runs counted, our own style sheet and script named, our version left out.
pub fn stored(ending: &str, content: &str) -> String {
    let mut text = with_hidden_named(&without_runs(content));
    let version = env!("CARGO_PKG_VERSION");
    text = text.replace(&format!("\"version\": \"{version}\""), "\"version\": \"⟨version⟩\"");
    if ending == "html" {
        for tag in ["style", "script"] {
            text = without_body(&text, tag);
        }
        text = without_hashes(&text);
    }
    if matches!(ending, "html" | "md" | "check.md") {
        text = text.replace(&format!("goenv-ci {version}"), "goenv-ci ⟨version⟩");
    }
    text
}

fn without_body(text: &str, tag: &str) -> String {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    // Ours is the first style sheet and the last script.
    let at = if tag == "style" { text.find(&open) } else { text.rfind(&open) };
    let Some(start) = at.map(|at| at + open.len()) else { return text.to_owned() };
    let Some(length) = text[start..].find(&close) else { return text.to_owned() };
    format!("{}⟨our {tag}⟩{}", &text[..start], &text[start + length..])
}

/// The policy of a page names the hashes of style sheet and script.
fn without_hashes(text: &str) -> String {
    let mut parts = text.split("sha256-");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let hash = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        let _ = write!(shown, "sha256-⟨hash⟩{}", part.trim_start_matches(hash));
    }
    shown
}

/// What a reader of the file would not see is named, `⟨U+202E⟩`; ESC stays, which begins our colours.
fn with_hidden_named(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{1b}' => shown.push(c),
            c if is_hidden(c) => shown += &format!("⟨U+{:04X}⟩", u32::from(c)),
            c => shown.push(c),
        }
    }
    shown
}

/// `⟨1048576×x⟩` in place of a megabyte of `x`.
fn without_runs(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut shown, mut from, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        match text.is_char_boundary(at).then(|| run_at(text, at)).flatten() {
            Some((unit, count)) => {
                let _ = write!(shown, "{}⟨{count}×{}⟩", &text[from..at], &text[at..at + unit]);
                at += unit * count;
                from = at;
            }
            None => at += 1,
        }
    }
    shown + &text[from..]
}

/// The shortest unit that is repeated from here on, and how often.
fn run_at(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = &text.as_bytes()[at..];
    (1..=LONGEST_UNIT).find_map(|unit| {
        if bytes.len() <= LONGEST_RUN || bytes[LONGEST_RUN] != bytes[LONGEST_RUN - unit] || bytes[0] != bytes[unit] {
            return None;
        }
        let same = bytes.iter().zip(&bytes[unit..]).take_while(|(left, right)| left == right).count();
        let count = same / unit + 1;
        (count * unit > LONGEST_RUN && text.is_char_boundary(at + unit)).then_some((unit, count))
    })
}

#[test]
fn a_run_is_counted_and_the_rest_is_kept() {
    assert_eq!(without_runs(&format!("a{}b", "x".repeat(1 << 20))), "a⟨1048576×x⟩b");
    assert_eq!(without_runs(&format!("a{}b", "<b>| ".repeat(100))), "a⟨100×<b>| ⟩b");
    assert_eq!(without_runs(&"漢".repeat(300)), "⟨300×漢⟩");
    assert_eq!(without_runs(&"x".repeat(LONGEST_RUN)), "x".repeat(LONGEST_RUN));
}

#[test]
fn our_own_style_and_script_are_named_and_nothing_else_is_lost() {
    let page = "<p>sha256-ab+/=' x</p><style>a{}</style><i><script>evil()</script></i><script>ours()</script>";
    assert_eq!(
        stored("html", page),
        "<p>sha256-⟨hash⟩' x</p><style>⟨our style⟩</style><i><script>evil()</script></i><script>⟨our script⟩</script>"
    );
}
