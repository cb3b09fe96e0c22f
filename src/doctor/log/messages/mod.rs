//! The messages that are known, by subject, and how they are found.

mod building;
mod installation;
mod modules;
mod network;
mod runner;
mod settings;
mod toolchain;
mod workspace;

use crate::doctor::log::{
    message::LogMessage,
    wording::{Wording, filled},
};
use std::{collections::HashMap, sync::OnceLock};

/// Subjects and their messages, in the order of docs/messages.md.
pub const SUBJECTS: &[(&str, &[LogMessage])] = &[
    ("Settings", settings::MESSAGES),
    ("The installation of Go", installation::MESSAGES),
    ("Toolchains and versions", toolchain::MESSAGES),
    ("Modules", modules::MESSAGES),
    ("Workspaces", workspace::MESSAGES),
    ("The network and version control", network::MESSAGES),
    ("Compiling, running and files", building::MESSAGES),
    ("The runner, setup-go and caches", runner::MESSAGES),
];

/// All messages.
pub fn all() -> impl Iterator<Item = &'static LogMessage> {
    SUBJECTS.iter().flat_map(|(_, messages)| *messages)
}

/// Bytes that a wording is found by.
const KEY: usize = 3;

/// The wordings by their first bytes.
#[derive(Debug)]
pub(super) struct MessageTable {
    by_key: HashMap<[u8; KEY], Vec<(Wording, &'static LogMessage)>>,
    /// The few that begin with a value or a quotation mark.
    others: Vec<(Wording, &'static LogMessage)>,
}

impl MessageTable {
    pub(super) fn get() -> &'static Self {
        static TABLE: OnceLock<MessageTable> = OnceLock::new();
        TABLE.get_or_init(|| {
            let (mut by_key, mut others) = (HashMap::<_, Vec<_>>::new(), Vec::new());
            for message in all() {
                for said in message.said {
                    let wording = Wording::new(said);
                    match wording.first().as_bytes().first_chunk::<KEY>() {
                        Some(key) => by_key.entry(*key).or_default().push((wording, message)),
                        None => others.push((wording, message)),
                    }
                }
            }
            Self { by_key, others }
        })
    }

    /// How many wordings are compared with every line.
    #[cfg(test)]
    pub(super) fn others(&self) -> usize {
        self.others.len()
    }

    /// The most specific message that a text is from beginning to end, how specific it is, and what it means.
    pub(super) fn find(&self, text: &str) -> Option<(usize, &'static LogMessage, String)> {
        let candidates = self.by_key.get(text.as_bytes().first_chunk::<KEY>()?).map_or(&[][..], Vec::as_slice);
        let found = candidates
            .iter()
            .chain(&self.others)
            .filter_map(|(wording, message)| Some((wording, message, wording.values(text)?)));
        let (wording, message, values) = found.max_by_key(|(wording, ..)| wording.literal)?;
        Some((wording.literal, message, filled(message.cause, &values)))
    }
}
