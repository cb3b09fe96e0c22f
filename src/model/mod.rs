//! The values that flow through goenv-ci: facts, plan, probes, verdicts, report.
//! Nothing here touches the outside world.

pub mod claim;
pub mod decoded;
pub mod delivery;
pub mod drift;
pub mod drive;
pub mod env;
pub mod event;
pub mod explained;
pub mod facts;
pub mod finding;
pub mod forge;
pub mod go;
pub mod landing;
pub mod merged;
mod path_text;
pub mod plan;
pub mod platform;
pub mod probe;
pub mod program;
pub mod publication;
pub mod refused_write;
pub mod report;
pub mod secret;
pub mod shard;
pub mod shell_view;
pub mod snapshot;
pub mod source;
pub mod template;
pub mod trend;
pub mod verdict;
pub mod visible;
