//! Files that people write for us: probes, claims, recorded runners.

use crate::meter::{Limit, within};
use goenv_ci::{
    claims::load_claims,
    config::parse,
    fuzzing::load_profile,
    probe::{MatrixError, SourceFile, load_probes},
};

/// The files are small, and a parser of YAML keeps much of each character.
const FILE: Limit = Limit { bytes: 8 << 20, bytes_each: 4_000, edges: 4 << 20, edges_each: 10_000 };

fn file(bytes: &[u8]) -> [SourceFile; 1] {
    [SourceFile { name: "mine/own.yml".to_owned(), content: bytes.to_vec() }]
}

/// A complaint has a place, and the place is in the file.
fn placed(error: &MatrixError, bytes: &[u8]) {
    // YAML ends lines at more than a line feed.
    let text = String::from_utf8_lossy(bytes);
    let ends = text.matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count() as u64;
    assert!((1..=ends + 2).contains(&error.line), "line {} of {}", error.line, ends + 1);
    assert!(error.column >= 1 && !error.message.is_empty());
}

pub fn probes(bytes: &[u8]) {
    match within(FILE, bytes.len(), || load_probes(&file(bytes))) {
        Err(error) => placed(&error, bytes),
        Ok(probes) => {
            for (at, probe) in probes.iter().enumerate() {
                assert!(probe.id.starts_with("own/"));
                assert!(probes[..at].iter().all(|other| other.id != probe.id), "an id is there twice");
            }
        }
    }
}

pub fn claims(bytes: &[u8]) {
    match within(FILE, bytes.len(), || load_claims(&file(bytes))) {
        Err(error) => placed(&error, bytes),
        Ok(claims) => {
            for claim in &claims {
                assert_ne!(claim.cases.is_empty(), claim.untestable.is_none(), "tried, or untestable");
            }
        }
    }
}

/// What is taken keeps the rules of the file, and its patterns are answered.
pub fn config(bytes: &[u8]) {
    match within(FILE, bytes.len(), || parse("own.yml", bytes)) {
        Err(error) => {
            let placed_error = MatrixError {
                file: error.file,
                line: error.at.line,
                column: error.at.column,
                message: error.message,
                detail: error.detail,
            };
            placed(&placed_error, bytes);
        }
        Ok(config) => {
            assert!(config.go.is_none_or(|go| !go.value.is_empty()));
            for waiver in &config.lint.waivers {
                assert!(!waiver.reason.trim().is_empty());
                assert!(waiver.path.text.split('/').all(|part| part != ".."));
                within(FILE, bytes.len(), || waiver.path.matches(&"a/".repeat(500)));
            }
            assert!(config.gobin.is_none_or(|gobin| !gobin.value.trim().is_empty()));
        }
    }
}

pub fn profile(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match within(FILE, bytes.len(), || load_profile("runner.yml", &text)) {
        Err(error) => placed(&error, text.as_bytes()),
        Ok(profile) => {
            let facts = within(FILE, bytes.len(), || profile.facts("org/app"));
            assert!(facts.workspace.is_some_and(|workspace| facts.platform.is_within(&facts.checkout, &workspace)));
        }
    }
}
