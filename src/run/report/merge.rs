//! `report merge`.

use crate::{
    cli::MergeSettings,
    error::Error,
    render::text::Paint,
    run::{Answer, World},
};

pub(super) fn merge(wanted: &MergeSettings, paint: Paint, world: &World) -> Result<Answer, Error> {
    let _ = (wanted, paint, world);
    Err(Error::Nothing("this command is not built yet".to_owned()))
}
