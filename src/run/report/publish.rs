//! `report publish`.

use crate::{
    cli::PublishSettings,
    error::Error,
    render::text::Paint,
    run::{Answer, World},
};

pub(super) fn publish(wanted: &PublishSettings, paint: Paint, world: &World) -> Result<Answer, Error> {
    let _ = (wanted, paint, world);
    Err(Error::Nothing("this command is not built yet".to_owned()))
}
