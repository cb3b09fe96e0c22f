//! Which run this process belongs to, and the connection to its forge.

use crate::{
    commands::World,
    error::Error,
    ports::{Forge, Host, ReadLimit, forge::ForgeError},
    publish::place::RunPlace,
    system::github::{self, Connection},
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
/// There is no client, or it cannot be made.
pub(crate) fn github<'a>(
    place: &RunPlace,
    world: &World,
    stop: &'a (dyn Fn() -> bool + Sync),
) -> Result<Option<Box<dyn Forge + 'a>>, Error> {
    let connection = connection(place, world.here.env.get_filled("GITHUB_TOKEN"), github::BUILT_IN)?;
    Ok(connection.map(|connection| github::connect(connection, stop)).transpose()?)
}

fn connection(place: &RunPlace, token: Option<&str>, has_client: bool) -> Result<Option<Connection>, Error> {
    match (token, place.repository.clone()) {
        (Some(_), Some(_)) if !has_client => Err(Error::Forge(ForgeError::NoClient)),
        (Some(token), Some(repository)) => {
            Ok(Some(Connection { api: place.api.clone(), repository, token: token.to_owned() }))
        }
        _ => Ok(None),
    }
}

/// That there is no connection, where one is needed.
pub(crate) fn no_token() -> Error {
    unconnected(github::BUILT_IN)
}

fn unconnected(has_client: bool) -> Error {
    if has_client {
        Error::Publish("GITHUB_TOKEN or GITHUB_REPOSITORY is not set, so no run's artifacts can be had".to_owned())
    } else {
        Error::Forge(ForgeError::NoClient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        exit::Exit,
        platform::{Platform, env::EnvBlock},
    };

    #[test]
    fn a_build_without_a_client_says_what_to_do_as_soon_as_one_is_needed() {
        let env = EnvBlock::from_pairs(Platform::Linux, [("GITHUB_REPOSITORY", "org/app")]);
        let place = RunPlace::of(&env, &Value::Null);
        for why in [connection(&place, Some("token"), false).unwrap_err(), unconnected(false)] {
            assert_eq!(why.exit(), Exit::NoReport);
            assert!(
                why.to_string().contains("built without the client") && why.to_string().contains("--in DIR"),
                "{why}"
            );
        }
        assert!(connection(&place, None, false).unwrap().is_none(), "without a token it merges");
        assert!(connection(&place, Some("token"), true).unwrap().is_some());
        assert_ne!(unconnected(true).exit(), Exit::NoReport);
    }
}
