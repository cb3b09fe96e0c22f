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
    let hashes =
        (first..first + usize::try_from(tile.width).unwrap()).map(|n| definition(&leaves[n * step..(n + 1) * step]));
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
    for wrong in ["", "other\n2\nx\n", &head.replace("\n2\n", "\n02\n"), &head.replace("QeI=", "Qe"), head.trim_end()] {
        assert_eq!(Tree::parse(wrong), None, "{wrong}");
    }
    assert_eq!(parse_record("7\na v h1:x\n\nnote"), Some((7, "a v h1:x\n", "note")));
    for wrong in ["", "x\na\n\n", "7\na\n", "7\n\n\n", "7\na\tb\n\nnote"] {
        assert_eq!(parse_record(wrong), None, "{wrong:?}");
    }
}
