//! Lines that wait in the runner's GITHUB_ENV for the steps to come; how it reads them is `platform::runner_file`.

use crate::explain::upstream::UpstreamValue;
use crate::platform::{
    Platform,
    runner_file::{Refusal, records},
};
use std::collections::HashMap;

/// The one name that the runner takes from no step.
/// Source: actions/runner, `FileCommandManager.cs`: `_setEnvBlockList`.
const BLOCKED: &str = "NODE_OPTIONS";

/// What will be set, and why the runner stops reading, if it does. The last of a name counts.
pub(super) fn settings(text: &str, platform: Platform) -> (Vec<UpstreamValue>, Option<Refusal>) {
    let mut found: Vec<Option<UpstreamValue>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut refusal = None;
    for record in records(text, platform) {
        match record {
            Err(why) => refusal = Some(why),
            Ok(record) if record.name.eq_ignore_ascii_case(BLOCKED) => {}
            Ok(record) => {
                let earlier = places.insert(platform.fold_name(record.name).into_owned(), found.len());
                if let Some(held) = earlier.and_then(|at| found.get_mut(at)) {
                    *held = None;
                }
                found.push(Some(UpstreamValue::new(record.name, record.value, record.line)));
            }
        }
    }
    (found.into_iter().flatten().collect(), refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_values_of_several_lines_are_read_as_the_runner_does() {
        let text = "GOBIN=/a\nX<<E\n1\nGOBIN=/no\nE\nGOBIN=/b\nnode_options=-x\nGOFLAGS<<E\n-v\n";
        let (found, refusal) = settings(text, Platform::Linux);
        assert_eq!(found, [UpstreamValue::new("X", "1\nGOBIN=/no", 2), UpstreamValue::new("GOBIN", "/b", 6)]);
        assert_eq!(refusal, Some(Refusal::Unfinished { name: "GOFLAGS".to_owned(), line: 8 }));
        assert_eq!(settings("GOBIN=/a\r\n", Platform::Windows).0[0].value, "/a");
        assert_eq!(settings("GOBIN=/a\r\n", Platform::Linux).0[0].value, "/a\r");
    }

    #[test]
    fn as_many_names_as_fit_are_one_pass() {
        let text: String = (0..50_000).map(|n| format!("V{n}=1\nSAME={n}\n")).collect();
        let (found, refusal) = settings(&text, Platform::Linux);
        assert_eq!((found.len(), refusal), (50_001, None));
    }
}
