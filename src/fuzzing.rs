//! For tests/fuzz alone, behind the feature `fuzzing`: readers of foreign bytes that no public function reaches
//! without a network or a disk.

pub use crate::{
    goenv::note::Verifier,
    install::{
        proxy_list::{Proxy, matches_prefix, proxy_list, without_password},
        sumdb::SumDb,
        tlog::{Hash, Tile, Tree, parse_record, record_hash, root_with},
    },
    plan::profile::load_profile,
    system::archive_names::AcceptedNames,
};

use crate::script::{ScriptShell, reading};
use std::ops::Range;

/// The places that the reading of a script names: bytes, and the line of the first one. `None`: no such shell.
pub fn script_spans(shell: &str, script: &str) -> Option<Vec<(Range<usize>, usize)>> {
    let reading = reading::read(ScriptShell::of(shell)?, script);
    let commands = reading.commands.iter().map(|one| &one.span);
    let variables = reading.variables.iter().map(|one| &one.span);
    let writes = reading.file_writes.iter().flat_map(|one| [&one.span, &one.named]);
    Some(commands.chain(variables).chain(writes).map(|span| (span.bytes.clone(), span.line)).collect())
}
