//! `report compare`.

use crate::{
    cli::CompareSettings,
    error::Error,
    render::text::Paint,
    run::{Answer, World},
};

pub(super) fn compare(wanted: &CompareSettings, paint: Paint, world: &World) -> Result<Answer, Error> {
    let _ = (wanted, paint, world);
    Err(Error::Nothing("this command is not built yet".to_owned()))
}
