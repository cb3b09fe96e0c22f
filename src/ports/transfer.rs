//! How long and how often one thing may be fetched: one policy for toolchains, checksum databases,
//! GitHub's API and its storage. How much it may be is said with each request.

use std::time::Duration;

/// Limits of a transfer, and when it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferPolicy {
    /// To find out a server's name, and as long again for the connection and its handshake.
    pub connect: Duration,
    /// For the head of an answer, and between two pieces of its body.
    pub idle: Duration,
    /// For all of it, further attempts and the pauses before them included.
    pub total: Duration,
    /// Bytes in a second, over `window`, below which a server is given up.
    pub least_rate: u64,
    /// How long a server may be slower than that.
    pub window: Duration,
    /// Attempts in all.
    pub attempts: u32,
    /// The first pause between two of them; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause that a server may ask for.
    pub longest_pause: Duration,
    /// The pause where a server names a limit and no time.
    pub unsaid_pause: Duration,
}

impl TransferPolicy {
    /// What users get; docs/usage.md has the numbers.
    pub const STANDARD: Self = Self {
        connect: Duration::from_secs(10),
        idle: Duration::from_secs(30),
        // A toolchain of 70 MB over a line of half a megabit.
        total: Duration::from_secs(20 * 60),
        least_rate: 1_000,
        window: Duration::from_secs(30),
        attempts: 4,
        first_pause: Duration::from_millis(500),
        longest_pause: Duration::from_secs(120),
        // Source: GitHub, "Rate limits for the REST API": "wait for at least one minute".
        unsaid_pause: Duration::from_secs(60),
    };
}

impl Default for TransferPolicy {
    fn default() -> Self {
        Self::STANDARD
    }
}
