//! `report publish` and what else asks GitHub's API.

#[cfg(not(windows))]
mod api_contract;
mod comments_and_checks;
mod earlier_runs;
mod outcomes;
#[cfg(target_os = "linux")]
mod tls;
