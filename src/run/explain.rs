//! `explain`.

use super::{Answer, World};
use crate::{cli::ExplainSettings, error::Error, render::text::Paint};

pub(super) fn explain(wanted: &ExplainSettings, paint: Paint, world: &World) -> Result<Answer, Error> {
    let _ = (wanted, paint, world);
    Err(Error::Nothing("this command is not built yet".to_owned()))
}
