//! Claims about Go's environment as experiments: read from data, run on every
//! toolchain, judged. The machinery of a single experiment is `verify`'s.

mod by_hand;
mod judge;

pub use judge::{Wanted, judge};
