//! `verify`: real, lying and changed Go environments, each with the verdict that it deserves.

mod controls;
mod input;
#[cfg(unix)]
mod kept_runtime;
mod live;
#[cfg(unix)]
mod lying_toolchains;
#[cfg(unix)]
mod machine_trouble;
mod matrix_doc;
mod odd_values;
#[cfg(target_os = "linux")]
mod progress;
mod shards;
mod shells;
