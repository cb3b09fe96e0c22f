//! `doctor`: what it finds and what it fixes, on Unix and on Windows.

#[cfg(unix)]
mod checks_and_fixes;
#[cfg(unix)]
mod clashes;
#[cfg(unix)]
mod desk;
#[cfg(unix)]
mod log;
#[cfg(unix)]
mod scenes;
#[cfg(unix)]
mod trial;
#[cfg(windows)]
mod windows;
