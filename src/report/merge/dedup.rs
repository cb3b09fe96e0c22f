//! Which cells are in the report already: 13 bytes for each, so that five
//! million take about a hundred megabytes. Cells are told apart by 64 bits of
//! SipHash; among five million the chance that two share one is below one in a million.

use crate::status::Status;
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher},
};

/// Each grows by itself, so that no growth doubles the whole.
const TABLES: usize = 64;

/// The low bits say which shard, the high bits which verdict.
const STATUS_SHIFT: u32 = 30;

/// The key is a hash already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
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

/// The table.
pub(crate) struct Seen(Vec<HashMap<Key, u32, BuildHasherDefault<AsItIs>>>);

/// A cell by its names.
pub(crate) fn key(probe: &str, go: &str, runner: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    for name in [probe, go, runner] {
        hasher.write(name.as_bytes());
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

impl Seen {
    pub fn new() -> Self {
        Self((0..TABLES).map(|_| HashMap::default()).collect())
    }

    /// Whether a cell is there.
    pub fn holds(&self, key: u64) -> bool {
        self.0[(key >> 40) as usize % TABLES].contains_key(&Key((key >> 32) as u32, key as u32))
    }

    /// Notes a cell; if it is there already, the shard that has it and what it came to.
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
