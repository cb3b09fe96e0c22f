//! `doctor`.

use super::{Answer, World};
use crate::{cli::DoctorSettings, error::Error, render::text::Paint};

pub(super) fn doctor(wanted: &DoctorSettings, quiet: bool, paint: Paint, world: &World) -> Result<Answer, Error> {
    let _ = (wanted, quiet, paint, world);
    Err(Error::Nothing("this command is not built yet".to_owned()))
}
