//! What actions/setup-go, actions/cache and GitHub's hosted images do: data from matrix/actions, where each row has its
//! source, and what follows from it. What is not there is unknown, and nobody speaks of it.

pub(crate) mod cache_entry;
pub(crate) mod cache_step;
pub(crate) mod image;
pub(crate) mod release;
pub(crate) mod setup_go;
pub(crate) mod uses;

/// The text of a file below matrix/actions.
fn embedded(name: &str) -> &'static str {
    crate::probe::embedded::ACTIONS
        .iter()
        .find_map(|(file, text)| (file.strip_prefix("actions/") == Some(name)).then_some(*text))
        .unwrap_or_default()
}
