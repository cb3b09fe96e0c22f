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
