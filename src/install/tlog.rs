//! The transparency log: that a record is in the tree which a signed head
//! describes. The log is read in tiles of 256 hashes. Source: RFC 6962, section 2.1;
//! golang.org/x/mod, `sumdb/tlog`; research.swtch.com/tlog.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{Context, SHA256};
use std::collections::BTreeMap;

/// SHA-256.
pub type Hash = [u8; 32];

/// A tile has 2 to this power hashes.
const TILE_HEIGHT: u32 = 8;

/// A tree head: how many records, and the hash over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Records.
    pub size: u64,
    /// Root.
    pub hash: Hash,
}

impl Tree {
    /// Reads the text of a head; lines after the third are for later versions.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        if lines.next() != Some("go.sum database tree") {
            return None;
        }
        let (size, hash) = (lines.next()?, lines.next()?);
        lines.next()?;
        let number: u64 = size.parse().ok().filter(|number: &u64| number.to_string() == size && *number < 1 << 62)?;
        Some(Self { size: number, hash: STANDARD.decode(hash).ok()?.try_into().ok()? })
    }
}

/// The answer to a lookup: the record's number and text, then the head's note.
///
/// Gives `None` for anything else.
#[must_use]
pub fn parse_record(answer: &str) -> Option<(u64, &str, &str)> {
    let (id, rest) = answer.split_once('\n')?;
    let end = rest.find("\n\n")?;
    let text = &rest[..=end];
    let valid = !text.starts_with('\n') && !text.chars().any(|c| c < ' ' && c != '\n');
    Some((id.parse().ok()?, text, &rest[end + 2..])).filter(|_| valid)
}

/// The hash of a record: a leaf.
#[must_use]
pub fn record_hash(text: &str) -> Hash {
    digest(&[&[0], text.as_bytes()])
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    digest(&[&[1], left, right])
}

fn digest(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = Hash::default();
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// A tile's place: level and number, and how many hashes it has in this tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    level: u32,
    number: u64,
    /// 256, or fewer at the tree's right edge.
    pub width: u64,
}

impl Tile {
    /// The whole tile at the place of a partial one.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { width: 1 << TILE_HEIGHT, ..self }
    }

    /// `tile/8/0/x001/x234/067.p/12`.
    #[must_use]
    pub fn path(self) -> String {
        let mut number = format!("{:03}", self.number % 1000);
        let mut left = self.number / 1000;
        while left > 0 {
            number = format!("x{:03}/{number}", left % 1000);
            left /= 1000;
        }
        let partial = if self.width == 1 << TILE_HEIGHT { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{TILE_HEIGHT}/{}/{number}{partial}", self.level)
    }
}

/// Computes the root that the tree must have if `leaf` is its record `id`. All
/// other hashes come from tiles that no signature covers: only if they are right
/// does the root come out as the signed one.
///
/// # Errors
/// Whatever `read` says about a tile; the bytes must be `width` hashes.
pub fn root_with<E>(
    tree: &Tree,
    id: u64,
    leaf: Hash,
    read: &mut dyn FnMut(Tile) -> Result<Vec<u8>, E>,
) -> Result<Hash, E> {
    let mut log = Log { size: tree.size, tiles: BTreeMap::new(), read };
    log.with_leaf(0, tree.size, id, leaf)
}

struct Log<'r, E> {
    size: u64,
    tiles: BTreeMap<Tile, Vec<u8>>,
    read: &'r mut dyn FnMut(Tile) -> Result<Vec<u8>, E>,
}

impl<E> Log<'_, E> {
    /// The hash over the records from `low` up to `high`, `leaf` being the one at `id` between them.
    fn with_leaf(&mut self, low: u64, high: u64, id: u64, leaf: Hash) -> Result<Hash, E> {
        if high - low == 1 {
            return Ok(leaf);
        }
        let middle = low + largest_power_below(high - low);
        Ok(if id < middle {
            let left = self.with_leaf(low, middle, id, leaf)?;
            node_hash(&left, &self.subtree(middle, high)?)
        } else {
            let right = self.with_leaf(middle, high, id, leaf)?;
            node_hash(&self.subtree(low, middle)?, &right)
        })
    }

    fn subtree(&mut self, low: u64, high: u64) -> Result<Hash, E> {
        let count = high - low;
        if count.is_power_of_two() {
            return self.stored(count.trailing_zeros(), low / count);
        }
        let middle = low + largest_power_below(count);
        Ok(node_hash(&self.subtree(low, middle)?, &self.subtree(middle, high)?))
    }

    /// The hash number `n` of those that stand `height` above the records.
    fn stored(&mut self, height: u32, n: u64) -> Result<Hash, E> {
        let (level, within) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let (first, number) = (n << within, (n << within) >> TILE_HEIGHT);
        let existing = (self.size >> (TILE_HEIGHT * level)) - (number << TILE_HEIGHT);
        let tile = Tile { level, number, width: existing.min(1 << TILE_HEIGHT) };
        if !self.tiles.contains_key(&tile) {
            let bytes = (self.read)(tile)?;
            self.tiles.insert(tile, bytes);
        }
        let start = usize::try_from(first - (number << TILE_HEIGHT)).unwrap_or_default();
        let hashes: Vec<Hash> = self.tiles.get(&tile).map(|bytes| split(bytes)).unwrap_or_default();
        Ok(fold(hashes.get(start..start + (1 << within)).unwrap_or_default()))
    }
}

/// The largest power of two that is less than `count`, which is 2 or more.
fn largest_power_below(count: u64) -> u64 {
    1 << (63 - (count - 1).leading_zeros())
}

fn split(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.to_vec()
}

/// The hash above a power of two of neighbours; zeros, which no tree has, where there are none.
fn fold(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::default(),
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&fold(left), &fold(right))
        }
    }
}

#[cfg(test)]
mod tests {
    //! Trees of many sizes against the definition of RFC 6962, computed apart.

    use super::*;
    use std::convert::Infallible;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|n| record_hash(&format!("record {n}\n"))).collect()
    }

    /// RFC 6962, section 2.1, word for word.
    fn definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [one] => *one,
            _ => {
                let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
                node_hash(&definition(left), &definition(right))
            }
        }
    }

    /// What a server would answer for a tile.
    fn served(leaves: &[Hash], tile: Tile) -> Vec<u8> {
        let step = 1_usize << (TILE_HEIGHT * tile.level);
        let first = usize::try_from(tile.number << TILE_HEIGHT).unwrap();
        let hashes = (first..first + usize::try_from(tile.width).unwrap())
            .map(|n| definition(&leaves[n * step..(n + 1) * step]));
        hashes.flatten().collect()
    }

    fn root(leaves: &[Hash], id: u64, leaf: Hash) -> Hash {
        let tree = Tree { size: leaves.len() as u64, hash: Hash::default() };
        root_with(&tree, id, leaf, &mut |tile| Ok::<_, Infallible>(served(leaves, tile))).unwrap()
    }

    #[test]
    fn every_record_of_every_tree_leads_to_its_root() {
        for size in [1, 2, 3, 7, 8, 255, 256, 257, 511, 513, 700] {
            let leaves = leaves(size);
            let want = definition(&leaves);
            for id in [0, 1, size / 2, size.saturating_sub(2), size - 1].into_iter().filter(|id| *id < size) {
                assert_eq!(root(&leaves, id, leaves[usize::try_from(id).unwrap()]), want, "record {id} of {size}");
            }
        }
    }

    #[test]
    fn a_tree_of_three_levels_of_tiles_is_read_through_few_of_them() {
        let leaves = leaves(70_000);
        let (mut read, tree) = (Vec::new(), Tree { size: 70_000, hash: Hash::default() });
        let found = root_with(&tree, 65_000, leaves[65_000], &mut |tile| {
            read.push(tile.path());
            Ok::<_, Infallible>(served(&leaves, tile))
        });
        assert_eq!(found.unwrap(), definition(&leaves));
        read.sort();
        assert_eq!(read, ["tile/8/0/253", "tile/8/0/273.p/112", "tile/8/1/000", "tile/8/1/001.p/17"]);
    }

    #[test]
    fn another_record_or_a_tile_that_lies_leads_to_another_root() {
        let leaves = leaves(700);
        let want = definition(&leaves);
        assert_ne!(root(&leaves, 300, record_hash("forged\n")), want);
        let tree = Tree { size: 700, hash: want };
        for bytes in [1, 31, 32 * 100] {
            let lied = root_with(&tree, 300, leaves[300], &mut |tile| {
                let mut tile = served(&leaves, tile);
                let at = bytes % tile.len();
                tile[at] ^= 1;
                Ok::<_, Infallible>(tile)
            });
            assert_ne!(lied.unwrap(), want);
        }
        let empty = root_with(&tree, 300, leaves[300], &mut |_| Ok::<_, Infallible>(Vec::new()));
        assert_ne!(empty.unwrap(), want, "a tile that is too short");
    }

    #[test]
    fn tiles_are_named_three_digits_at_a_time() {
        let path = |level, number, width| Tile { level, number, width }.path();
        assert_eq!(path(4, 1_234_067, 1), "tile/8/4/x001/x234/067.p/1");
        assert_eq!(path(0, 5, 256), "tile/8/0/005");
    }

    #[test]
    fn heads_and_records_that_are_not_whole_are_refused() {
        let head = "go.sum database tree\n2\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n";
        assert_eq!(Tree::parse(head).unwrap().size, 2);
        assert!(Tree::parse(&format!("{head}later\n")).is_some());
        for wrong in
            ["", "other\n2\nx\n", &head.replace("\n2\n", "\n02\n"), &head.replace("QeI=", "Qe"), head.trim_end()]
        {
            assert_eq!(Tree::parse(wrong), None, "{wrong}");
        }
        assert_eq!(parse_record("7\na v h1:x\n\nnote"), Some((7, "a v h1:x\n", "note")));
        for wrong in ["", "x\na\n\n", "7\na\n", "7\n\n\n", "7\na\tb\n\nnote"] {
            assert_eq!(parse_record(wrong), None, "{wrong:?}");
        }
    }
}
