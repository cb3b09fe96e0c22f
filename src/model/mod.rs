//! The values that flow through goenv-ci: facts, plan, probes, verdicts, report.
//! Nothing here touches the outside world.

pub mod claim;
pub mod decoded;
pub mod delivery;
pub mod drive;
pub mod env;
pub mod event;
pub mod explained;
pub mod facts;
pub mod finding;
pub mod go;
pub mod landing;
mod path_text;
pub mod plan;
pub mod platform;
pub mod probe;
pub mod program;
pub mod report;
pub mod secret;
pub mod shell_view;
pub mod snapshot;
pub mod source;
pub mod template;
pub mod verdict;
pub mod visible;
