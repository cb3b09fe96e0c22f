//! The integration tests.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod golden;
#[path = "../support/mod.rs"]
mod support;
