//! What a runner hands over: command files, the event, and what an earlier `apply` kept in a shell.

use crate::{
    input::Input,
    meter::{Limit, within},
    reference::{runner_pairs, runner_path},
};
use goenv_ci::{
    apply::{grammar::to_append, undo::UndoRecord},
    doctor::log::{LogReader, causes},
    plan::{CommandFile, delivery::DeliveryRecord},
    platform::{Platform, env::EnvBlock},
    publish::{place::RunPlace, sticky::mark},
    report::shells::Observation,
};

const PLATFORMS: [Platform; 3] = [Platform::Linux, Platform::Windows, Platform::Macos];

/// Whatever is in a command file, the runner reads our lines from it in the end, or it is left alone.
pub fn command_files(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let file = input.one_of(&[CommandFile::Env, CommandFile::Output, CommandFile::Path]);
    let platform = input.one_of(&PLATFORMS);
    let several = input.flag();
    let content = input.rest();
    let windows = platform == Platform::Windows;
    let lines: Vec<String> = match (file, several) {
        (CommandFile::Path, true) => vec!["/b".to_owned(), "/a".to_owned()],
        (CommandFile::Path, false) => vec!["/b".to_owned()],
        (_, true) => vec!["A=1".to_owned(), "GOBIN=/b=<<x".to_owned()],
        (_, false) => vec!["A=1".to_owned()],
    };
    let answer = within(Limit::READER, bytes.len(), || to_append(file, content, &lines, platform));
    let marked = [&b"\xff\xfe"[..], b"\xfe\xff", b"\0\0\xfe\xff"].iter().any(|mark| content.starts_with(mark));
    let Ok(appended) = answer else {
        let readable = !marked && (file == CommandFile::Path || runner_pairs(content, windows).is_ok());
        // More may be refused than the runner refuses, but not what people write.
        let plain = content.iter().all(|byte| byte.is_ascii_graphic() || *byte == b'\n');
        let named = !content.starts_with(b"=") && !content.windows(2).any(|pair| pair == b"\n=");
        assert!(!(readable && plain && named), "a file that the runner reads was refused");
        return;
    };
    assert!(!marked, "UTF-8 behind a mark of UTF-16");
    let whole = [content, appended.as_deref().unwrap_or_default()].concat();
    if file == CommandFile::Path {
        assert!(runner_path(&whole).ends_with(&lines), "the runner does not see the lines last");
        return;
    }
    let pairs = runner_pairs(&whole, windows).expect("the runner refuses the whole file");
    let Some(pairs) = pairs else { return };
    let fold = |name: &str| match (file, windows) {
        (CommandFile::Output, _) => name.to_lowercase(),
        (_, true) => name.to_uppercase(),
        (_, false) => name.to_owned(),
    };
    for (name, value) in lines.iter().filter_map(|line| line.split_once('=')) {
        let held = pairs.iter().rfind(|(held, _)| fold(held) == fold(name)).map(|(_, value)| value.as_str());
        assert_eq!(held, Some(value), "the runner does not see {name}");
    }
}

/// A record that was read is written as it was, and the way back is never more than what was there.
pub fn undo_record(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    within(Limit::READER, bytes.len(), || {
        let Ok(record) = UndoRecord::parse(&text) else { return };
        let again = UndoRecord::parse(&record.to_text()).expect("what was written cannot be read");
        assert_eq!(again, record);
        assert!(record.to_text().bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '));
        for platform in PLATFORMS {
            let env = EnvBlock::from_pairs(platform, [("GOBIN", "/b"), ("PATH", "/b:/a;/b")]);
            let _ = record.restoration(platform, &env);
        }
    });
}

/// The event that a run is about, and the hidden mark of a comment.
pub fn event(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (reference, workflow, server) = (input.text(), input.text(), input.text());
    let event = serde_json::from_slice(input.rest()).unwrap_or(serde_json::Value::Null);
    let env = EnvBlock::from_pairs(
        Platform::Linux,
        [
            ("GITHUB_REF", reference.as_str()),
            ("GITHUB_WORKFLOW", &workflow),
            ("GITHUB_WORKFLOW_REF", &reference),
            ("GITHUB_REPOSITORY", &workflow),
            ("GITHUB_SERVER_URL", &server),
            ("GITHUB_SHA", &reference),
        ],
    );
    let place = within(Limit::READER, bytes.len(), || RunPlace::of(&env, &event));
    assert!(place.head_sha.is_none_or(|sha| sha.bytes().all(|byte| byte.is_ascii_hexdigit())));
    let part = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['/', '?', '#', '%']);
    assert!(
        place.repository.is_none_or(|name| name.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name)))
    );
    let mark = mark(&workflow);
    assert!(mark.starts_with("<!--") && mark.ends_with("-->") && mark.matches("--").count() == 2, "{mark}");
}

/// What an earlier step and an observed shell left as JSON: written and read again it is the same.
pub fn records(bytes: &[u8]) {
    within(Limit::READER, bytes.len(), || {
        if let Ok(record) = serde_json::from_slice::<DeliveryRecord>(bytes) {
            let text = serde_json::to_vec(&record).expect("JSON");
            assert_eq!(serde_json::from_slice::<DeliveryRecord>(&text).ok().as_ref(), Some(&record));
            assert!(record.value("GOBIN").is_none_or(|value| !value.is_empty()));
        }
        if let Ok(seen) = serde_json::from_slice::<Observation>(bytes) {
            let text = serde_json::to_vec(&seen).expect("JSON");
            assert_eq!(serde_json::from_slice::<Observation>(&text).ok(), Some(seen));
        }
    });
}

/// A log says the same in whatever pieces it comes, twice as long it has no more to tell, and nothing of it is kept
/// beyond a few lines for each message.
pub fn log(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let piece = input.one_of(&[1, 2, 7, 64]);
    let content = input.rest();
    let whole = within(Limit::READER, content.len(), || causes(content, "log"));
    let mut reader = LogReader::default();
    content.chunks(piece).for_each(|piece| reader.read(piece));
    assert_eq!(reader.verdict("log"), whole);
    if !content.contains(&0) {
        let ends = content.iter().filter(|byte| **byte == b'\n').count();
        let open = content.last().is_some_and(|last| *last != b'\n');
        let mark = usize::from(content == b"\xef\xbb\xbf");
        if !content.starts_with(b"\xff\xfe") && !content.starts_with(b"\xfe\xff") {
            assert_eq!(whole.lines, ends + usize::from(open) - mark);
        }
    }
    for found in &whole.findings {
        let seen = found.log.as_ref().expect("each cause has its lines");
        assert!(seen.lines.is_sorted() && seen.lines.iter().all(|line| *line >= 1 && *line <= whole.lines));
        assert!(seen.count >= seen.lines.len() && !seen.lines.is_empty());
    }
}
