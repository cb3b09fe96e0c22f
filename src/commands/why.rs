//! `explain --why FILE`: which variable put a file where it lies.

use crate::commands::{
    Answer, World,
    explain::{COLUMNS, Wanted},
    go_says::{Place, explained},
    json,
};
use crate::{
    cli::{DataFormat, ExplainSettings},
    exit::Exit,
    explain::{self, why_json::WhyV1, why_text},
    output::terminal::Terminal,
};

pub(crate) fn why(
    file: &str,
    versions: &[Wanted],
    wanted: &ExplainSettings,
    terminal: Terminal,
    world: &World,
) -> Answer {
    let here = &world.here;
    let file = world.absolute(file);
    let place = Place { env: &here.env, dir: &here.current_dir, limit: wanted.limit };
    let landing = |version: &Wanted| {
        let mut landing = explain::why(&file, &here.env, &explained(version, place, world), &world.host);
        landing.notes.extend(version.2.clone());
        landing
    };
    let landings: Vec<_> = versions.iter().map(landing).collect();
    let wire = WhyV1::of(&file, &landings);
    let text = match wanted.format {
        DataFormat::Human => why_text::render(&wire, terminal.paint(), COLUMNS),
        DataFormat::Json => json(&wire),
    };
    Answer { text, exit: Exit::of_landings(&landings) }
}
