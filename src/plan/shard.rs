//! A part of the cells, and how all cells are cut into parts. Every job of a
//! matrix computes the same cut from the same probes, versions and costs.

use crate::goenv::version::{GoRequest, GoVersion};
use serde::{Serialize, Serializer};
use std::{collections::HashSet, fmt, ops::Range, str::FromStr};

/// `3/16`: the third of sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Shard {
    /// From 1.
    pub index: usize,
    /// At least `index`.
    pub total: usize,
}

/// The text is no shard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a shard: write `3/16` for the third of sixteen")]
pub struct NotAShard(pub String);

/// More are not cut.
pub const MOST_SHARDS: usize = 10_000;

impl FromStr for Shard {
    type Err = NotAShard;
    fn from_str(text: &str) -> Result<Self, NotAShard> {
        let wrong = || NotAShard(text.chars().take(40).collect());
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<usize>().ok().filter(|_| digits).ok_or_else(wrong)
        };
        let (index, total) = text.trim().split_once('/').ok_or_else(wrong)?;
        let shard = Self { index: number(index)?, total: number(total)? };
        let fine = (1..=MOST_SHARDS).contains(&shard.total) && (1..=shard.total).contains(&shard.index);
        fine.then_some(shard).ok_or_else(wrong)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.total)
    }
}

impl Serialize for Shard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// All cells that a run could have, before any toolchain is looked for: each
/// version's probes side by side, so that a shard needs few toolchains; behind
/// them the cells of the environment itself, which are there once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellList {
    /// Go versions as they were asked for.
    pub versions: Vec<String>,
    /// Ids of the contract probes.
    pub probes: Vec<String>,
    /// Ids of the live probes and of the shells' cells.
    pub live: Vec<String>,
}

impl CellList {
    /// How many cells.
    #[must_use]
    pub fn len(&self) -> usize {
        self.versions.len() * self.probes.len() + self.live.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Probe and version of a cell; no version for a live one; `None` beyond the end.
    #[must_use]
    pub fn cell(&self, at: usize) -> Option<(&str, Option<&str>)> {
        let of_versions = self.versions.len() * self.probes.len();
        if at >= of_versions {
            return self.live.get(at - of_versions).map(|id| (id.as_str(), None));
        }
        let (version, probe) = (at / self.probes.len(), at % self.probes.len());
        Some((&self.probes[probe], Some(&self.versions[version])))
    }
}

/// Where each shard begins, for cells of these costs: ranges that follow one
/// another without a gap, of even cost up to the cost of one cell.
#[must_use]
pub fn cut(costs: &[u64], total: usize) -> Vec<Range<usize>> {
    let total = total.max(1);
    // Costs of nothing would put all cells into the first shard.
    let sum: u128 = costs.iter().map(|cost| u128::from(*cost).max(1)).sum();
    let mut ranges = Vec::with_capacity(total);
    let (mut at, mut used) = (0, 0_u128);
    for index in 1..=total {
        let start = at;
        // Twice the middle of the next cell against twice this shard's end.
        while let Some(cost) = costs.get(at).map(|cost| u128::from(*cost).max(1)) {
            let last = index == total;
            if !last && (2 * used + cost) * total as u128 > 2 * sum * index as u128 {
                break;
            }
            used += cost;
            at += 1;
        }
        ranges.push(start..at);
    }
    ranges
}

/// The cells of one shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardCells {
    versions: Vec<GoRequest>,
    of_versions: HashSet<(String, usize)>,
    live: HashSet<String>,
}

impl ShardCells {
    /// The cells of a range of the list. `versions`: the list's own.
    #[must_use]
    pub fn new(list: &CellList, versions: &[GoRequest], range: Range<usize>) -> Self {
        let mut part = Self { versions: versions.to_vec(), of_versions: HashSet::new(), live: HashSet::new() };
        for at in range {
            match list.cell(at) {
                Some((probe, Some(_))) => {
                    part.of_versions.insert((probe.to_owned(), at / list.probes.len()));
                }
                Some((probe, None)) => {
                    part.live.insert(probe.to_owned());
                }
                None => {}
            }
        }
        part
    }

    /// Whether a probe on a toolchain is in it. A toolchain that answers two requests belongs to the first.
    #[must_use]
    pub fn holds(&self, probe: &str, version: &GoVersion) -> bool {
        let request = self.versions.iter().position(|request| request.accepts(version));
        request.is_some_and(|request| self.of_versions.contains(&(probe.to_owned(), request)))
    }

    /// Whether a probe on a version that is nowhere is in it.
    #[must_use]
    pub fn holds_request(&self, probe: &str, request: &str) -> bool {
        let request = self.versions.iter().position(|wanted| wanted.to_string() == request);
        request.is_some_and(|request| self.of_versions.contains(&(probe.to_owned(), request)))
    }

    /// Whether a cell of the environment is in it.
    #[must_use]
    pub fn holds_live(&self, id: &str) -> bool {
        self.live.contains(id)
    }

    /// Whether any cell of the environment is in it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        !self.live.is_empty()
    }

    /// Whether a probe is in it on any version.
    #[must_use]
    pub fn holds_probe(&self, probe: &str) -> bool {
        (0..self.versions.len()).any(|request| self.of_versions.contains(&(probe.to_owned(), request)))
    }

    /// The versions that must be there for it, in their order: those of its cells with all that could
    /// answer for them, and the newest `newest` for whoever needs one or another.
    #[must_use]
    pub fn needs(&self, newest: usize) -> Vec<GoRequest> {
        let minor = |request: &GoRequest| request.minor().unwrap_or_default();
        let mut wanted: HashSet<(u64, u64)> =
            self.of_versions.iter().map(|(_, request)| minor(&self.versions[*request])).collect();
        let mut minors: Vec<(u64, u64)> = self.versions.iter().map(minor).collect();
        minors.sort_unstable();
        minors.dedup();
        wanted.extend(minors.iter().rev().take(newest));
        self.versions.iter().filter(|request| wanted.contains(&minor(request))).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_written_as_a_fraction() {
        assert_eq!("3/16".parse::<Shard>().unwrap(), Shard { index: 3, total: 16 });
        for wrong in ["", "3", "0/4", "5/4", "a/4", "1/0", "1/10001", "-1/4", "+1/4", "1/4/5", "1.5/4"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_cell_is_in_one_shard_and_no_shard_costs_more_than_its_part_and_one_cell() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        for _ in 0..3_000 {
            let cells = next(200) as usize;
            let total = 1 + next(300) as usize;
            let most = 1 + next(5_000);
            let costs: Vec<u64> = (0..cells).map(|_| next(most)).collect();
            let ranges = cut(&costs, total);
            assert_eq!(ranges.len(), total);
            let all: Vec<usize> = ranges.iter().cloned().flatten().collect();
            assert_eq!(all, (0..cells).collect::<Vec<_>>(), "{total} shards of {costs:?}");
            let cost = |range: &Range<usize>| costs[range.clone()].iter().map(|c| (*c).max(1)).sum::<u64>();
            let (sum, widest) = (cost(&(0..cells)), costs.iter().map(|c| (*c).max(1)).max().unwrap_or(0));
            for range in &ranges {
                assert!(cost(range) <= sum / total as u64 + 1 + widest, "{range:?} of {total}: {costs:?}");
            }
        }
    }
}
