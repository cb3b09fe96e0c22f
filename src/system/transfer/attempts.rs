//! Whether and when a request is made again: a pure decision, for module proxies as for GitHub. Own lines,
//! because octocrab's policy retries at once, waits without bound, and repeats what may have been done already,
//! and the retry crates are asynchronous or bring a runtime.
//!
//! Source: GitHub, "Rate limits for the REST API", "Best practices for using the REST API"; RFC 9110, 10.2.3.

use crate::ports::transfer::TransferPolicy;
use chrono::DateTime;
use std::time::{Duration, SystemTime};

/// What an answer, or none, says about trying again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said {
    /// The status; `None`: the connection broke or there was none.
    pub status: Option<u16>,
    /// `retry-after`, in seconds from now.
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
pub(crate) fn next(policy: &TransferPolicy, attempt: u32, harmless: bool, said: &Said, now: u64) -> Next {
    let asked = said.retry_after.map(Duration::from_secs);
    let pause = match said.status {
        Some(403 | 429) => match limit_pause(policy, said, now) {
            // Refused, so it was not done: twice does no harm.
            Some(pause) if pause > policy.longest_pause => return Next::TooLong(pause),
            Some(pause) => pause.max(policy.first_pause),
            None => return Next::Take,
        },
        Some(500..) | None if harmless => match asked {
            Some(pause) if pause > policy.longest_pause => return Next::TooLong(pause),
            Some(pause) => pause.max(policy.first_pause),
            None => policy.first_pause * 2_u32.saturating_pow(attempt.saturating_sub(1)),
        },
        _ => return Next::Take,
    };
    match attempt {
        _ if attempt < policy.attempts => Next::Again(pause),
        _ if matches!(said.status, Some(403 | 429)) => Next::TooLong(pause),
        _ => Next::Take,
    }
}

fn limit_pause(policy: &TransferPolicy, said: &Said, now: u64) -> Option<Duration> {
    if let Some(seconds) = said.retry_after {
        return Some(Duration::from_secs(seconds));
    }
    if said.remaining == Some(0) {
        let until = |reset: u64| Duration::from_secs(reset.saturating_sub(now) + 1);
        return Some(said.reset.map_or(policy.unsaid_pause, until));
    }
    (said.status == Some(429) || said.names_limit).then_some(policy.unsaid_pause)
}

/// The seconds that `retry-after` asks for: a number, or a date.
pub(crate) fn retry_after(text: &str, now: u64) -> Option<u64> {
    let text = text.trim();
    let date = || DateTime::parse_from_rfc2822(text).ok().and_then(|date| u64::try_from(date.timestamp()).ok());
    text.parse().ok().or_else(|| date().map(|date| date.saturating_sub(now)))
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn next(attempt: u32, harmless: bool, said: &Said, now: u64) -> Next {
        super::next(&TransferPolicy::STANDARD, attempt, harmless, said, now)
    }

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
            assert_eq!(next(3, true, &said, 0), Next::Again(SECOND * 2), "{status:?}");
            assert_eq!(next(4, true, &said, 0), Next::Take, "{status:?}");
        }
        let done = Said { status: Some(200), ..Said::default() };
        assert_eq!(next(1, true, &done, 0), Next::Take);
    }

    #[test]
    fn a_server_that_is_busy_says_until_when() {
        let busy = |seconds| Said { status: Some(503), retry_after: Some(seconds), ..Said::default() };
        assert_eq!(next(1, true, &busy(7), 0), Next::Again(SECOND * 7));
        assert_eq!(next(1, true, &busy(0), 0), Next::Again(SECOND / 2), "never at once");
        assert_eq!(next(1, true, &busy(121), 0), Next::TooLong(SECOND * 121));
        assert_eq!(next(1, false, &busy(7), 0), Next::Take);
    }

    #[test]
    fn a_limit_that_never_ends_is_named() {
        let said = Said { status: Some(429), retry_after: Some(1), ..Said::default() };
        assert_eq!(next(4, true, &said, 0), Next::TooLong(SECOND));
    }

    #[test]
    fn when_to_come_again_is_a_number_or_a_date() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!([retry_after("120", 0), retry_after(" 0 ", 0)], [Some(120), Some(0)]);
        assert_eq!(retry_after(date, 784_111_777 - 30), Some(30));
        assert_eq!(retry_after(date, 784_111_777 + 30), Some(0), "it is over");
        assert_eq!([retry_after("soon", 0), retry_after("-1", 0), retry_after("1.5", 0)], [None; 3]);
    }
}
