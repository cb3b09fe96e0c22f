//! Which cells are in the report already, in 13 bytes each: five million take
//! about a hundred megabytes. Cells are told apart by 64 bits of SipHash; the chance
//! that two of five million share them is below one in a million.

use crate::status::Status;
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

/// Hash tables that share the cells: each grows by itself, so that growing never doubles the whole.
const TABLES: usize = 64;

/// A cell's value: the shard in the bits below, the status in those above.
const STATUS_SHIFT: u32 = 30;

/// For keys that are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u32(&mut self, half: u32) {
        self.0 = self.0.rotate_left(32) ^ u64::from(half);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(u32, u32);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.0);
        state.write_u32(self.1);
    }
}

/// The cells that are in the report.
pub(crate) struct SeenCells(Vec<HashMap<Key, u32, BuildHasherDefault<Identity>>>);

/// The hash of a cell's names.
pub(crate) fn key(probe: &str, go: &str, runner: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in [probe, go, runner] {
        hasher.write(name.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

impl SeenCells {
    pub fn new() -> Self {
        Self((0..TABLES).map(|_| HashMap::default()).collect())
    }

    /// Whether the cell is in the report.
    pub fn holds(&self, key: u64) -> bool {
        self.0[(key >> 40) as usize % TABLES].contains_key(&Key((key >> 32) as u32, key as u32))
    }

    /// Adds a cell. If it is in the report already: the shard that it is from and what it came to there.
    pub fn insert(&mut self, key: u64, shard: u32, status: Status) -> Option<(u32, Status)> {
        let table = (key >> 40) as usize % TABLES;
        let held = (status as u32) << STATUS_SHIFT | shard;
        match self.0[table].entry(Key((key >> 32) as u32, key as u32)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(held);
                None
            }
            std::collections::hash_map::Entry::Occupied(taken) => {
                let held = *taken.get();
                Some((held & ((1 << STATUS_SHIFT) - 1), Status::ALL[(held >> STATUS_SHIFT) as usize]))
            }
        }
    }
}
