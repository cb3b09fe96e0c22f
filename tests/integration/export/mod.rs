//! `export` and `import`: what each format says is what was planned, read back by its own reader, by real programs, and
//! by `import`.

mod administrators;
#[cfg(target_os = "linux")]
mod ci_systems;
#[cfg(target_os = "linux")]
mod directory_tools;
mod foreign;
mod foreign_files;
mod go_env;
mod golden;
mod hostile_values;
#[cfg(target_os = "linux")]
mod many_values;
mod page;
mod places;
mod powershell;
#[cfg(target_os = "linux")]
mod profile;
#[cfg(windows)]
mod registry_file;
#[cfg(target_os = "linux")]
mod tools;
