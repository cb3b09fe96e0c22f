//! Whether and when a request to GitHub is made again: a pure decision. Own lines,
//! because octocrab's policy retries at once, waits without bound, and repeats
//! what may have been done already.
//!
//! Source: GitHub, "Rate limits for the REST API", "Best practices for using the REST API".

use std::time::Duration;

/// Attempts in all.
const ATTEMPTS: u32 = 5;

/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause that a server may ask for.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// Where a server names a limit and no time. Source: there, "wait for at least one minute".
const UNSAID_PAUSE: Duration = Duration::from_secs(60);

/// What an answer, or none, says about trying again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said {
    /// The status; `None`: the connection broke or there was none.
    pub status: Option<u16>,
    /// `retry-after`, in seconds.
    pub retry_after: Option<u64>,
    /// `x-ratelimit-remaining`.
    pub remaining: Option<u64>,
    /// `x-ratelimit-reset`, in seconds since 1970.
    pub reset: Option<u64>,
    /// The text names the secondary limit.
    pub names_limit: bool,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The answer stands.
    Take,
    /// Once more after a pause.
    Again(Duration),
    /// A limit that is not waited for.
    TooLong(Duration),
}

/// `attempt` counts from 1. `harmless`: doing it twice does no harm. `now` in seconds since 1970.
pub(crate) fn next(attempt: u32, harmless: bool, said: &Said, now: u64) -> Next {
    let pause = match said.status {
        Some(403 | 429) => match limit_pause(said, now) {
            // Refused, so it was not done: twice does no harm.
            Some(pause) if pause > LONGEST_PAUSE => return Next::TooLong(pause),
            Some(pause) => pause.max(FIRST_PAUSE),
            None => return Next::Take,
        },
        Some(500..) | None if harmless => FIRST_PAUSE * 2_u32.pow(attempt - 1),
        _ => return Next::Take,
    };
    match attempt {
        ..ATTEMPTS => Next::Again(pause),
        _ if matches!(said.status, Some(403 | 429)) => Next::TooLong(pause),
        _ => Next::Take,
    }
}

fn limit_pause(said: &Said, now: u64) -> Option<Duration> {
    if let Some(seconds) = said.retry_after {
        return Some(Duration::from_secs(seconds));
    }
    if said.remaining == Some(0) {
        return Some(said.reset.map_or(UNSAID_PAUSE, |reset| Duration::from_secs(reset.saturating_sub(now) + 1)));
    }
    (said.status == Some(429) || said.names_limit).then_some(UNSAID_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_limit_is_waited_for_and_a_missing_permission_is_not() {
        let forbidden = Said { status: Some(403), remaining: Some(4999), ..Said::default() };
        assert_eq!(next(1, true, &forbidden, 0), Next::Take);
        for (said, wait) in [
            (Said { retry_after: Some(7), ..forbidden }, 7),
            (Said { remaining: Some(0), reset: Some(1030), ..forbidden }, 31),
            (Said { names_limit: true, ..forbidden }, 60),
            (Said { status: Some(429), ..Said::default() }, 60),
        ] {
            assert_eq!(next(1, false, &said, 1000), Next::Again(SECOND * wait), "{said:?}");
        }
        let hour = Said { remaining: Some(0), reset: Some(4600), ..forbidden };
        assert_eq!(next(1, true, &hour, 1000), Next::TooLong(SECOND * 3601));
    }

    #[test]
    fn what_may_have_been_done_is_not_done_again() {
        for status in [None, Some(500), Some(502), Some(503)] {
            let said = Said { status, ..Said::default() };
            assert_eq!(next(1, false, &said, 0), Next::Take, "{status:?}");
            assert_eq!(next(1, true, &said, 0), Next::Again(SECOND / 2), "{status:?}");
            assert_eq!(next(4, true, &said, 0), Next::Again(SECOND * 4), "{status:?}");
            assert_eq!(next(5, true, &said, 0), Next::Take, "{status:?}");
        }
        let done = Said { status: Some(200), ..Said::default() };
        assert_eq!(next(1, true, &done, 0), Next::Take);
    }

    #[test]
    fn a_limit_that_never_ends_is_named() {
        let said = Said { status: Some(429), retry_after: Some(1), ..Said::default() };
        assert_eq!(next(5, true, &said, 0), Next::TooLong(SECOND));
    }
}
