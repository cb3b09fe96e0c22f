//! What all downloads share: the meter that a body goes through, and in `attempts` whether and when one is
//! made again.

pub(crate) mod attempts;

use crate::ports::transfer::TransferPolicy;
use std::time::{Duration, Instant};

/// Why a transfer is given up, though the server still sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GaveUp {
    /// It is, or is announced to be, more than was asked for.
    #[error("longer than {limit_bytes} bytes")]
    Oversized {
        /// What was asked for at most.
        limit_bytes: u64,
    },
    /// The server drips.
    #[error("given up: {bytes} bytes in {seconds} s, which is less than {least_rate} in a second")]
    Dripping {
        /// What came.
        bytes: u64,
        /// In this time.
        seconds: u64,
        /// The policy's.
        least_rate: u64,
    },
    /// The time for all of it is over.
    #[error("given up: not done within {seconds} s")]
    Late {
        /// The policy's.
        seconds: u64,
    },
}

/// The time for one thing that is fetched, further attempts included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    end: Instant,
    total: Duration,
}

impl Deadline {
    /// From now on.
    pub fn of(policy: &TransferPolicy) -> Self {
        Self { end: Instant::now() + policy.total, total: policy.total }
    }

    /// The time that is left.
    ///
    /// # Errors
    /// There is none.
    pub fn left(&self, now: Instant) -> Result<Duration, GaveUp> {
        match self.end.saturating_duration_since(now) {
            Duration::ZERO => Err(GaveUp::Late { seconds: self.total.as_secs() }),
            left => Ok(left),
        }
    }
}

/// Counts the bytes of one body.
#[derive(Debug)]
pub(crate) struct Meter {
    policy: TransferPolicy,
    deadline: Deadline,
    limit_bytes: u64,
    left_bytes: u64,
    /// When the window began in which the rate is measured, and what came in it.
    window: (Instant, u64),
}

impl Meter {
    /// Before the first byte of a body that may have so many.
    pub fn new(policy: TransferPolicy, deadline: Deadline, limit_bytes: u64, now: Instant) -> Self {
        Self { policy, deadline, limit_bytes, left_bytes: limit_bytes, window: (now, 0) }
    }

    /// The length that the server announces, if it does: nothing is stored of what will be too much.
    ///
    /// # Errors
    /// `Oversized`.
    pub fn announced(&self, bytes: Option<u64>) -> Result<(), GaveUp> {
        match bytes {
            Some(bytes) if bytes > self.limit_bytes => Err(GaveUp::Oversized { limit_bytes: self.limit_bytes }),
            _ => Ok(()),
        }
    }

    /// So many bytes more came.
    ///
    /// # Errors
    /// They are too many, too slow or too late.
    pub fn take(&mut self, bytes: usize, now: Instant) -> Result<(), GaveUp> {
        let (limit_bytes, bytes) = (self.limit_bytes, bytes as u64);
        self.left_bytes = self.left_bytes.checked_sub(bytes).ok_or(GaveUp::Oversized { limit_bytes })?;
        self.deadline.left(now)?;
        let (began, before) = self.window;
        let (passed, came) = (now.saturating_duration_since(began), before + bytes);
        if passed < self.policy.window {
            self.window.1 = came;
            return Ok(());
        }
        let least_rate = self.policy.least_rate;
        if u128::from(came) * 1_000 < u128::from(least_rate) * passed.as_millis() {
            return Err(GaveUp::Dripping { bytes: came, seconds: passed.as_secs(), least_rate });
        }
        self.window = (now, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// What becomes of a body of which so many bytes come each second.
    fn fed(bytes: usize, seconds: u32, limit_bytes: u64) -> Result<(), GaveUp> {
        let (policy, began) = (TransferPolicy::STANDARD, Instant::now());
        let mut meter = Meter::new(policy, Deadline::of(&policy), limit_bytes, began);
        (1..=seconds).try_for_each(|second| meter.take(bytes, began + SECOND * second))
    }

    #[test]
    fn a_server_that_drips_is_given_up_and_a_slow_one_is_not() {
        let slow = GaveUp::Dripping { bytes: 29_970, seconds: 30, least_rate: 1_000 };
        assert_eq!(fed(999, 31, u64::MAX), Err(slow));
        assert_eq!(fed(999, 29, u64::MAX), Ok(()), "not before its time");
        assert_eq!(fed(1_000, 600, u64::MAX), Ok(()));
    }

    #[test]
    fn a_body_has_an_end_in_bytes_and_in_time() {
        assert_eq!(fed(1_000, 11, 10_000), Err(GaveUp::Oversized { limit_bytes: 10_000 }));
        assert_eq!(fed(1_000, 10, 10_000), Ok(()));
        assert_eq!(fed(5_000, 1_201, u64::MAX), Err(GaveUp::Late { seconds: 1_200 }));
    }

    #[test]
    fn what_is_announced_as_too_much_is_not_begun() {
        let policy = TransferPolicy::STANDARD;
        let meter = Meter::new(policy, Deadline::of(&policy), 10, Instant::now());
        assert_eq!(meter.announced(Some(11)), Err(GaveUp::Oversized { limit_bytes: 10 }));
        assert_eq!((meter.announced(Some(10)), meter.announced(None)), (Ok(()), Ok(())));
    }
}
