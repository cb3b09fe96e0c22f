//! CI systems: one module for each, and what they share: `yaml` writes scalars, `job_script` quotes for bash and reads
//! what scripts set, `found` gathers what a file would set.

pub(crate) mod azure;
pub(crate) mod circleci;
mod found;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod jenkins;
mod job_script;
mod yaml;
