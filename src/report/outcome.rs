//! What a report comes to: its verdicts together with what is wrong with its inputs.
//! Every view takes its mark from this, and the exit code, the outputs of a step and a
//! check's conclusion follow from it, so that none of them can judge without the other half.

use crate::{report::Tally, status::Status};

/// Verdicts, and what is wrong with the inputs that they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Results by verdict.
    pub tally: Tally,
    /// Inputs that did not arrive whole or do not fit the others, and cells with two verdicts.
    pub problems: usize,
    /// Something changed, and the user wants that to count as a failure.
    pub drift: bool,
}

impl Outcome {
    /// Of verdicts from one run, which has no inputs.
    #[must_use]
    pub fn of(tally: Tally) -> Self {
        Self { tally, problems: 0, drift: false }
    }

    /// Whether all that was to be judged is there, once.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.problems == 0
    }

    /// The mark of the whole: a fail is a fail, and what is not whole is no pass.
    #[must_use]
    pub fn status(self) -> Status {
        match self.tally.status() {
            Some(Status::Fail) => Status::Fail,
            _ if self.drift => Status::Fail,
            _ if !self.is_whole() => Status::Error,
            other => other.unwrap_or(Status::Skip),
        }
    }

    /// `pass` or `fail`, for a step's output and a check; empty where nothing was judged: then nothing is proved.
    #[must_use]
    pub fn verdict(self) -> &'static str {
        match self.status() {
            Status::Pass => "pass",
            Status::Skip => "",
            Status::Fail | Status::Error => "fail",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_whole_never_passes() {
        let tally = |pass, fail, error, skip| Tally { pass, fail, skip, error };
        for (tally, problems, status, verdict) in [
            (tally(1, 0, 0, 0), 0, Status::Pass, "pass"),
            (tally(1, 0, 0, 1), 0, Status::Pass, "pass"),
            (tally(1, 0, 0, 0), 1, Status::Error, "fail"),
            (tally(1, 1, 0, 0), 0, Status::Fail, "fail"),
            (tally(1, 1, 1, 0), 1, Status::Fail, "fail"),
            (tally(1, 0, 1, 0), 0, Status::Error, "fail"),
            (tally(0, 0, 0, 1), 0, Status::Skip, ""),
            (tally(0, 0, 0, 1), 1, Status::Error, "fail"),
            (tally(0, 0, 0, 0), 0, Status::Skip, ""),
            (tally(0, 0, 0, 0), 1, Status::Error, "fail"),
        ] {
            let outcome = Outcome { tally, problems, drift: false };
            assert_eq!((outcome.status(), outcome.verdict()), (status, verdict), "{outcome:?}");
        }
        let drift = Outcome { tally: tally(1, 0, 0, 0), problems: 0, drift: true };
        assert_eq!((drift.status(), drift.verdict()), (Status::Fail, "fail"));
    }
}
