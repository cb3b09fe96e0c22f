//! Which run this process belongs to, and the connection to its forge.

use crate::{
    commands::World,
    error::Error,
    ports::{Host, ReadLimit},
    publish::place::RunPlace,
    system::github::{Connection, GitHub},
};
use serde_json::Value;

/// What the runner and its event say of this run.
pub(crate) fn place(world: &World) -> RunPlace {
    let event =
        world.here.env.get_filled("GITHUB_EVENT_PATH").and_then(|path| world.host.read(path, ReadLimit::Event).ok());
    let event: Value = event.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    RunPlace::of(&world.here.env, &event)
}

/// The connection; none without a token or a repository. `stop` ends a wait.
///
/// # Errors
/// The client cannot be made.
pub(crate) fn github<'a>(
    place: &RunPlace,
    world: &World,
    stop: &'a (dyn Fn() -> bool + Sync),
) -> Result<Option<GitHub<'a>>, Error> {
    let Some(token) = world.here.env.get_filled("GITHUB_TOKEN") else { return Ok(None) };
    let Some(repository) = place.repository.clone() else { return Ok(None) };
    let connection = Connection { api: place.api.clone(), repository, token: token.to_owned() };
    Ok(Some(GitHub::new(connection, stop)?))
}

/// That there is no connection, where one is needed.
pub(crate) fn no_token() -> Error {
    Error::Publish("GITHUB_TOKEN or GITHUB_REPOSITORY is not set, so no run's artifacts can be had".to_owned())
}
