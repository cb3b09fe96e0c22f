//! What `go test -v` shows of a test belongs to that test: what it said counts only if it failed.

use std::collections::VecDeque;

/// Tests that run at one time and said something; more are not told apart.
const TESTS: usize = 64;
/// What one test said that is kept.
const HELD: usize = 64;

/// What running tests said, until it is known how they ended.
#[derive(Debug)]
pub(super) struct TestsOfGo<T> {
    running: VecDeque<(String, Vec<T>)>,
    current: Option<String>,
}

impl<T> Default for TestsOfGo<T> {
    fn default() -> Self {
        Self { running: VecDeque::new(), current: None }
    }
}

impl<T> TestsOfGo<T> {
    /// A line of the log; gives what a test said that failed.
    pub(super) fn line(&mut self, bare: &str, each: impl FnMut(T)) {
        let first_is = |words: &[&str]| words.iter().any(|word| bare.starts_with(word));
        if let Some(rest) = bare.strip_prefix("=== ") {
            let mut words = rest.split_whitespace();
            match (words.next(), words.next()) {
                (Some("RUN" | "CONT" | "NAME"), Some(name)) => self.current = Some(whole(name).to_owned()),
                (Some("PAUSE"), _) => self.current = None,
                _ => {}
            }
        } else if let Some(rest) = bare.strip_prefix("--- ") {
            let mut words = rest.split_whitespace();
            let (Some(how), Some(name)) = (words.next(), words.next()) else { return };
            self.current = None;
            let Some(at) = self.running.iter().position(|(known, _)| known == whole(name)) else { return };
            let said = self.running.remove(at).map(|(_, said)| said).unwrap_or_default();
            if how == "FAIL:" {
                said.into_iter().for_each(each);
            }
        } else if self.current.is_some()
            && first_is(&["PASS", "FAIL", "ok  \t", "?   \t", "panic: ", "##[", "exit status "])
        {
            // The package is at its end; tests that did not end were those that failed.
            self.current = None;
            let passed = first_is(&["PASS", "ok  \t"]);
            let said = std::mem::take(&mut self.running);
            if !passed {
                said.into_iter().flat_map(|(_, said)| said).for_each(each);
            }
        }
    }

    /// Keeps what the current test said; gives it back where no test runs.
    pub(super) fn holds(&mut self, said: T) -> Option<T> {
        let Some(name) = &self.current else { return Some(said) };
        let at = self.running.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
            if self.running.len() == TESTS {
                self.running.pop_front();
            }
            self.running.push_back((name.clone(), Vec::new()));
            self.running.len() - 1
        });
        let kept = &mut self.running[at].1;
        if kept.len() < HELD {
            kept.push(said);
        }
        None
    }

    /// What tests said that never ended.
    pub(super) fn end(&mut self) -> Vec<T> {
        std::mem::take(&mut self.running).into_iter().flat_map(|(_, said)| said).collect()
    }
}

/// The test that a subtest is of.
fn whole(name: &str) -> &str {
    let name = name.split('/').next().unwrap_or(name);
    name.get(..200).unwrap_or(name)
}
