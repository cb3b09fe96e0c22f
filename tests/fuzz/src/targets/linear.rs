//! Work that grows faster than its input. The input is a template that is repeated, each time with its own number
//! where it has a 0x1A: four times as many repetitions may cost six times as much, not sixteen times.

use super::{lint, scripts::SHELLS};
use crate::{input::Input, machine::Machine, meter::measured};
use goenv_ci::{
    apply::grammar::to_append,
    doctor::event_log::refused_writes,
    explain::explain,
    fuzzing::script_spans,
    goenv::{Subject, explanation::Layer, settings::SettingsFile, version::GoVersion},
    output::{mask::masked, sanitize::disarmed},
    plan::CommandFile,
    platform::{Platform, env::EnvBlock},
    probe::{SourceFile, load_probes},
};

/// A file for `explain` to read.
const FILES: [&str; 7] = [
    "/w/.envrc",
    "/w/mise.toml",
    "/w/.vscode/settings.json",
    "/w/.github/workflows/a.yml",
    "/h/.config/go/env",
    "/h/.config/fish/config.fish",
    "/e",
];

/// Behind the other readers.
const FIRST_SHELL: usize = FILES.len() + 9;

pub fn readers(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let which = usize::from(input.byte()) % (FILES.len() + 9 + SHELLS.len());
    let (head, template, tail) = (input.part(), input.part(), input.part());
    if template.is_empty() {
        return;
    }
    let text = |times: usize| {
        let mut text = head.to_vec();
        for at in 0..times {
            let number = at.to_string();
            for piece in template.iter() {
                if *piece == 0x1a { text.extend_from_slice(number.as_bytes()) } else { text.push(*piece) }
            }
        }
        text.extend_from_slice(tail);
        text
    };
    // Long enough that what is done once does not matter, and at most a quarter of a megabyte, or what is read of a
    // script.
    let length = if which < FIRST_SHELL { 60_000 } else { 14_000 };
    let times = (length / (template.len() + 4)).clamp(1, 3_000);
    let (short, long) = (text(times), text(4 * times));
    let cost = |text: &[u8]| measured(|| read(which, text)).1;
    let (first, second) = (cost(&short), cost(&long));
    assert!(
        second.edges <= 6 * first.edges + (2 << 20),
        "reader {which}: {} bytes took {} edges, {} bytes {}",
        short.len(),
        first.edges,
        long.len(),
        second.edges
    );
    assert!(
        second.bytes <= 6 * first.bytes + (2 << 20),
        "reader {which}: {} bytes took {} bytes of memory, {} bytes {}",
        short.len(),
        first.bytes,
        long.len(),
        second.bytes
    );
}

fn read(which: usize, content: &[u8]) {
    let lossy = String::from_utf8_lossy(content);
    let lines = ["GOBIN=/b".to_owned()];
    let machine = |path: &str| Machine::new(Platform::Linux).file(path, content);
    match which {
        7 => drop(to_append(CommandFile::Env, content, &lines, Platform::Linux)),
        8 => drop(to_append(CommandFile::Path, content, &lines, Platform::Linux)),
        9 => drop(SettingsFile::read(Layer::GoenvFile, "/env".to_owned(), &machine("/env")).notes()),
        10 => drop(refused_writes(&lossy)),
        11 => drop(masked(&lossy)),
        12 => drop(disarmed(&lossy)),
        13 => drop(load_probes(&[SourceFile { name: "own.yml".to_owned(), content: content.to_vec() }])),
        14 => {
            let env = EnvBlock::from_pairs(Platform::Linux, [("PATH", &*lossy)]);
            drop(env.path_dirs());
        }
        15 => drop(lint::judged(&lint::machine(content, false))),
        which if which >= FIRST_SHELL => drop(script_spans(SHELLS[which - FIRST_SHELL], &lossy)),
        which => {
            let machine = machine(FILES[which]);
            let mut pairs = vec![("HOME", "/h"), ("GITHUB_ENV", "/e")];
            if which == 3 || which == 6 {
                pairs.push(("GITHUB_ACTIONS", "true"));
            }
            let env = EnvBlock::from_pairs(Platform::Linux, pairs);
            let version: GoVersion = "1.23.0".parse().unwrap();
            let subject = Subject { version: &version, goroot: None, goarch: "amd64", env: &env, current_dir: "/w" };
            drop(explain(&subject, &machine, &machine));
        }
    }
}
