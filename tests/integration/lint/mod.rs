//! `lint`: workflows with what must be found in them, and what must not.

mod cases;
mod fix;
mod forecast;
mod formats;
mod ignoring;
mod pairs;
mod places;
#[cfg(target_os = "linux")]
mod pre_commit;
