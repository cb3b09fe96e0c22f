//! `doctor`: what it finds and what it fixes, on Unix and on Windows.

#[cfg(unix)]
mod checks_and_fixes;
#[cfg(unix)]
mod clashes;
#[cfg(unix)]
pub mod desk;
#[cfg(unix)]
mod log;
#[cfg(unix)]
mod scenes;
#[cfg(target_os = "linux")]
mod silent;
#[cfg(unix)]
mod trial;
#[cfg(windows)]
mod windows;
