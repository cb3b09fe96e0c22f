//! What Go says before a move and after it, and whether that is the same.

use crate::status::Status;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that Go was asked, or made to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveAnswer {
    /// `go version`, `goroot/tools-are-taken-from-goroot`.
    pub what: String,
    /// What it said, or what came of it.
    pub said: String,
    /// Whether that is what it should be.
    pub holds: bool,
    /// Whether the answer may differ as long as it holds: a path that leads to the same directory.
    pub may_differ: bool,
}

/// The same before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparedAnswer {
    /// `go version`, `go env GOROOT`, or a probe.
    pub check: String,
    /// What it said before; null where it was not asked.
    pub before: Option<String>,
    /// What it said after; null where it was not asked.
    pub after: Option<String>,
    /// `fail`: it held before and does not any more.
    pub verdict: Status,
}

/// Each answer beside its counterpart.
#[must_use]
pub fn compared(before: &[MoveAnswer], after: &[MoveAnswer]) -> Vec<ComparedAnswer> {
    let one = |old: &MoveAnswer| {
        let new = after.iter().find(|new| new.what == old.what);
        let stays = new.is_some_and(|new| new.holds && (old.may_differ || new.said == old.said));
        let verdict = match (old.holds, stays) {
            (_, true) => Status::Pass,
            (true, false) => Status::Fail,
            // What did not hold before is not the move's fault.
            (false, false) => Status::Skip,
        };
        ComparedAnswer {
            check: old.what.clone(),
            before: Some(old.said.clone()),
            after: new.map(|new| new.said.clone()),
            verdict,
        }
    };
    before.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(said: &str, holds: bool, may_differ: bool) -> MoveAnswer {
        MoveAnswer { what: "go version".into(), said: said.into(), holds, may_differ }
    }

    #[test]
    fn what_held_must_hold_and_what_did_not_is_nobodys_fault() {
        let verdict = |before, after: Option<MoveAnswer>| compared(&[before], after.as_slice())[0].verdict;
        let good = |said| answer(said, true, false);
        assert_eq!(verdict(good("a"), Some(good("a"))), Status::Pass);
        assert_eq!(verdict(good("a"), Some(good("b"))), Status::Fail);
        assert_eq!(verdict(good("a"), None), Status::Fail);
        assert_eq!(verdict(answer("a", true, true), Some(good("b"))), Status::Pass);
        assert_eq!(verdict(answer("a", true, true), Some(answer("b", false, true))), Status::Fail);
        assert_eq!(verdict(answer("a", false, false), Some(answer("a", false, false))), Status::Skip);
    }
}
