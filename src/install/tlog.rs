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
#[path = "tlog_tests.rs"]
mod tests;
