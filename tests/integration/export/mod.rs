//! `export` and `import`: what each format says is what was planned, read back by its own reader, by real programs, and
//! by `import`.

mod foreign;
#[cfg(target_os = "linux")]
mod ci_systems;
mod administrators;
mod golden;
mod hostile_values;
mod page;
mod places;
mod powershell;
#[cfg(target_os = "linux")]
mod tools;
#[cfg(windows)]
mod registry_file;
