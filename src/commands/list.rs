//! `verify --list`, `claims --list` and `doctor --list`: what there is, one on a line.

use crate::commands::{Answer, json};
use crate::{
    claims::{Claim, list::ClaimList},
    cli::DataFormat,
    doctor,
    exit::Exit,
    output::{
        Document,
        terminal::{self, Terminal},
    },
    platform::Platform,
    probe::{
        Probe, ProbeKind,
        list::{ListedProbe, ProbeList},
    },
    report::shells::ShellCell,
};

/// A list is for `grep` and `fzf` too: no line of it is wrapped.
pub(crate) const ONE_LINE: usize = 10_000;

pub(crate) fn probes(
    probes: &[Probe],
    shells: &[ShellCell],
    format: DataFormat,
    terminal: Terminal,
    platform: Platform,
) -> Answer {
    let shell = |cell: &ShellCell| ListedProbe {
        id: cell.id(),
        variable: cell.aspect.variable().to_owned(),
        follows: Vec::new(),
        kind: ProbeKind::Live,
        behaviour: cell.why(platform),
    };
    let list = ProbeList {
        schema_version: 1,
        probes: probes.iter().map(ListedProbe::from).chain(shells.iter().map(shell)).collect(),
    };
    answer(&list, &list.document(), format, terminal)
}

pub(crate) fn claims(claims: &[Claim], format: DataFormat, terminal: Terminal) -> Answer {
    let list = ClaimList::from(claims);
    answer(&list, &list.document(), format, terminal)
}

pub(crate) fn checks(terminal: Terminal) -> Answer {
    let document = doctor::view::list_of_checks();
    Answer { text: terminal::render(&document, Terminal { columns: ONE_LINE, ..terminal }), exit: Exit::Good }
}

fn answer(list: &impl serde::Serialize, document: &Document, format: DataFormat, terminal: Terminal) -> Answer {
    let text = match format {
        DataFormat::Human => terminal::render(document, Terminal { columns: ONE_LINE, ..terminal }),
        DataFormat::Json => json(list),
    };
    Answer { text, exit: Exit::Good }
}
