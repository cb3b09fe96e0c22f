//! `explain --why FILE`: which variable put a file where it lies.

use super::{
    Answer, World,
    explain::{COLUMNS, Wanted, explained},
    json,
};
use crate::{
    cli::DataFormat,
    exit::Exit,
    explain,
    render::{text::Paint, why_text, why_v1::WhyV1},
};

pub(super) fn why(file: &str, wanted: &[Wanted], format: DataFormat, paint: Paint, world: &World) -> Answer {
    let here = &world.here;
    let file =
        if here.platform.is_absolute(file) { file.to_owned() } else { here.platform.join(&here.current_dir, file) };
    let mut landings = Vec::new();
    for (version, goroot, note) in wanted {
        let explanation = explained(version, goroot.as_deref(), &here.env, &here.current_dir, world);
        let mut landing = explain::why(&file, &here.env, &explanation, &world.host);
        landing.notes.extend(note.clone());
        landings.push(landing);
    }
    let wire = WhyV1::of(&file, &landings);
    let text = match format {
        DataFormat::Human => why_text::render(&wire, paint, COLUMNS),
        DataFormat::Json => json(&wire),
    };
    Answer { text, exit: Exit::of_landings(&landings) }
}
