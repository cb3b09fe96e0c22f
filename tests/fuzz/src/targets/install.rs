//! What proxies, the checksum database and archives send, and the settings that choose them.

use crate::{
    input::Input,
    machine::Machine,
    meter::{Limit, within},
    reference::{module_file_name, path_match},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use goenv_ci::{
    fuzzing::{
        AcceptedNames, Hash, Proxy, SumDb, Tile, Tree, Verifier, matches_prefix, parse_record, proxy_list, record_hash,
        root_with, without_password,
    },
    goenv::{settings::GoSettings, version::GoVersion},
    platform::{Platform, env::EnvBlock},
    system::{unpack::unpack, unpack_shard::unpack_reports},
};
use ring::{
    digest,
    signature::{Ed25519KeyPair, KeyPair},
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{LazyLock, OnceLock},
};

/// GOPROXY, GOSUMDB, and the patterns of GONOPROXY as `path.Match` has them.
pub fn proxies(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (proxy, patterns, sumdb) = (input.text(), input.text(), input.text());
    let found = within(Limit::READER, bytes.len(), || matches_prefix(&patterns, "golang.org/toolchain"));
    let expected = patterns.split(',').any(|pattern| {
        let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
        let prefix = match pattern.matches('/').count() {
            0 => "golang.org",
            1 => "golang.org/toolchain",
            _ => return false,
        };
        !pattern.is_empty() && path_match(pattern, prefix) == Some(true)
    });
    assert_eq!(found, expected, "{patterns:?}");
    let machine = Machine::new(Platform::Linux);
    let pairs = [("GOPROXY", proxy.as_str()), ("GONOPROXY", &patterns), ("GOSUMDB", &sumdb)];
    let env = EnvBlock::from_pairs(Platform::Linux, pairs);
    let version: GoVersion = "1.23.0".parse().unwrap();
    let settings = GoSettings::read(&version, &env, "/w", &machine);
    within(Limit::READER, bytes.len(), || {
        for entry in proxy_list(&settings, Platform::Linux).unwrap_or_default() {
            if let Proxy::Url(url) = entry.proxy {
                assert!(["http://", "https://", "file://"].iter().any(|scheme| url.starts_with(scheme)), "{url}");
            }
        }
        let _ = SumDb::for_toolchains(&settings);
    });
    let secret = "s3cr3t";
    if !proxy.contains([':', '/', '@']) {
        let shown = without_password(&format!("https://{proxy}:{secret}@host/x"));
        assert!(!shown.contains(secret), "{shown}");
    }
}

static KEY: LazyLock<Ed25519KeyPair> = LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());

/// Our own key in its text form.
static VERIFIER: LazyLock<(String, [u8; 4])> = LazyLock::new(|| {
    let public = [&[1], KEY.public_key().as_ref()].concat();
    let hash = digest::digest(&digest::SHA256, &[b"db.example\n", public.as_slice()].concat());
    let hash: [u8; 4] = hash.as_ref()[..4].try_into().unwrap();
    (format!("db.example+{:08x}+{}", u32::from_be_bytes(hash), STANDARD.encode(public)), hash)
});

fn signed(text: &str) -> String {
    let signature = [&VERIFIER.1[..], KEY.sign(text.as_bytes()).as_ref()].concat();
    format!("{text}\n— db.example {}\n", STANDARD.encode(signature))
}

/// What our key signed opens, and of anything else nothing that we did not sign.
pub fn notes(bytes: &[u8]) {
    const HEAD: &str = "go.sum database tree\n2\nnND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=\n";
    let verifier = Verifier::parse(&VERIFIER.0).expect("our own key");
    let mut input = Input::new(bytes);
    if input.flag() {
        // A text of the fuzzer's, signed: it opens as it is, unless it is no text of a note.
        let text = input.text() + "\n";
        let note = signed(&text);
        let fine = !note.chars().any(|c| c < ' ' && c != '\n');
        let opened = within(Limit::READER, note.len(), || verifier.open(&note));
        assert_eq!(opened.ok(), fine.then_some(text.as_str()));
        return;
    }
    // A true note with the fuzzer's bytes at a place of it.
    let mut note = signed(HEAD).into_bytes();
    let at = usize::from(input.byte()) % (note.len() + 1);
    let out = usize::from(input.byte()) % (note.len() - at + 1);
    note.splice(at..at + out, input.rest().iter().copied());
    let text = String::from_utf8_lossy(&note);
    within(Limit::READER, note.len(), || {
        if let Ok(opened) = verifier.open(&text) {
            assert_eq!(opened, HEAD, "a text that nobody signed");
        }
        let _ = Verifier::parse(&text);
        if let Some(tree) = Tree::parse(&text) {
            assert!(tree.size < 1 << 62);
        }
        if let Some((id, record, head)) = parse_record(&text) {
            assert!(record.ends_with('\n') && !record.contains("\n\n"));
            assert!(text.starts_with(&id.to_string()) || text.starts_with('0') || text.starts_with('+'));
            assert!(text.ends_with(head));
        }
    });
}

/// RFC 6962, section 2.1.
fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            let both = [&[1][..], &root_of(left), &root_of(right)].concat();
            digest::digest(&digest::SHA256, &both).as_ref().try_into().unwrap()
        }
    }
}

/// As many as a byte can ask for, and the roots of their trees.
static LEAVES: LazyLock<Vec<Hash>> =
    LazyLock::new(|| (0..766).map(|at| record_hash(&format!("record {at}\n"))).collect());
static ROOTS: [OnceLock<Hash>; 767] = [const { OnceLock::new() }; 767];

/// A tile that lies never leads to the root; the true ones do.
pub fn tiles(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let size = 1 + u64::from(input.byte()) * 3;
    let id = u64::from(input.byte()) * 3 % size;
    let leaves = &LEAVES[..usize::try_from(size).unwrap()];
    let root = *ROOTS[leaves.len()].get_or_init(|| root_of(leaves));
    let lies = input.rest();
    let lied = std::cell::Cell::new(false);
    let mut read = |tile: Tile| {
        // `tile/8/LEVEL/NUMBER[.p/WIDTH]`: trees of this size have one directory of numbers.
        let path = tile.path();
        let names: Vec<&str> = path.split('/').collect();
        let (level, number): (u32, usize) =
            (names[2].parse().unwrap(), names[3].trim_end_matches(".p").parse().unwrap());
        let step = 1_usize << (8 * level);
        let served: Vec<u8> = (number * 256..number * 256 + usize::try_from(tile.width).unwrap())
            .flat_map(|at| root_of(&leaves[at * step..((at + 1) * step).min(leaves.len())]))
            .collect();
        let sent: Vec<u8> = if lies.is_empty() {
            served.clone()
        } else if lies[0] & 1 == 1 {
            lies[1..].to_vec()
        } else {
            served.iter().enumerate().map(|(at, byte)| byte ^ lies[1..].get(at).unwrap_or(&0)).collect()
        };
        lied.set(lied.get() || sent.len() < served.len());
        Ok::<_, ()>(sent)
    };
    let tree = Tree { size, hash: root };
    let leaf = leaves[usize::try_from(id).unwrap()];
    let found = root_with(&tree, id, leaf, &mut read).unwrap();
    if lies.is_empty() {
        assert_eq!(found, root);
    }
    assert!(!lied.get() || size == 1 || found != root, "a tile that is too short");
    let forged = root_with(&tree, id, record_hash("forged\n"), &mut read).unwrap();
    assert_ne!(forged, root, "a record that is not in the tree");
}

/// Names that Go refuses are refused, and so are two that would be one file.
pub fn zip_names(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut names = AcceptedNames::default();
    let (mut files, mut dirs): (BTreeSet<String>, BTreeSet<String>) = Default::default();
    within(Limit::READER, bytes.len(), || {
        for name in text.split('\n') {
            let collides = files.contains(&name.to_lowercase()) || dirs.contains(&name.to_lowercase());
            let fine = module_file_name(name);
            if names.accept(name).is_err() {
                continue;
            }
            assert!(fine, "{name:?}, which Go refuses");
            assert!(!collides, "{name:?} lands on another one");
            files.insert(name.to_lowercase());
            let mut parent = name;
            while let Some((dir, _)) = parent.rsplit_once('/') {
                assert!(!files.contains(&dir.to_lowercase()), "{dir:?} is a file");
                dirs.insert(dir.to_lowercase());
                parent = dir;
            }
        }
    });
}

/// The bytes as they are, or an archive of names and contents that they choose, some of which lie about themselves.
fn archive(bytes: &[u8]) -> Vec<u8> {
    let mut input = Input::new(bytes);
    if bytes.starts_with(b"PK") {
        return bytes.to_vec();
    }
    let prefixed = input.flag();
    let (mut data, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
    while !input.is_empty() && count < 40 {
        let (kind, lie) = (input.byte(), input.byte());
        let name = [if prefixed { &b"m@v/"[..] } else { b"" }, input.part()].concat();
        let content = input.part();
        let mode: u32 = match kind {
            7 => 0o120_777,
            8 => 0o020_666,
            9 => 0o040_755,
            _ => 0o100_644,
        };
        let short = |number: usize| u16::try_from(number).unwrap_or(0).to_le_bytes();
        let long = |number: usize| u32::try_from(number).unwrap_or(0).to_le_bytes();
        let declared = content.len() + usize::from(lie & 0x80) * usize::from(lie & 0x7f) * 100_000;
        let sum = if lie == 1 { [0; 4] } else { crc32(content).to_le_bytes() };
        // Version, flags, stored, time and date.
        let start = [
            &[20, 0][..],
            &[0, 0],
            &[0, 0],
            &[0; 4],
            &sum,
            &long(content.len()),
            &long(declared),
            &short(name.len()),
            &[0, 0],
        ]
        .concat();
        directory.extend(
            [&b"PK\x01\x02\x14\x03"[..], &start, &[0; 6], &(mode << 16).to_le_bytes(), &long(data.len()), &name]
                .concat(),
        );
        data.extend([&b"PK\x03\x04"[..], &start, &name, content].concat());
        count += 1;
    }
    let ends = [
        &b"PK\x05\x06\0\0\0\0"[..],
        &count.to_le_bytes(),
        &count.to_le_bytes(),
        &u32::try_from(directory.len()).unwrap().to_le_bytes(),
        &u32::try_from(data.len()).unwrap().to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [data, directory, ends].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum: u32, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// Each thread has a buffer, and a file may be a thousand times as large as in the archive.
const UNPACKING: Limit = Limit { bytes: 32 << 20, bytes_each: 4_000, edges: 64 << 20, edges_each: 100_000 };

/// Whatever an archive holds, what is unpacked lies below the directory and is what is told.
pub fn zip_archive(bytes: &[u8]) {
    let scratch = tempfile::tempdir().unwrap();
    let (file, dest) = (scratch.path().join("a.zip"), scratch.path().join("out/in"));
    std::fs::create_dir_all(&dest).unwrap();
    std::fs::write(&file, archive(bytes)).unwrap();
    let told = within(UNPACKING, bytes.len(), || unpack(&file, "m@v/", &dest, &|| false));
    let found = below(&scratch.path().join("out"), &dest);
    let Ok(told) = told else { return };
    for file in &told {
        let name = file.name.strip_prefix("m@v/").expect("below the prefix");
        assert!(module_file_name(name), "{name:?}, which Go refuses");
        let content = std::fs::read(dest.join(name)).expect("told and there");
        assert_eq!(digest::digest(&digest::SHA256, &content).as_ref(), file.sha256);
    }
    let copies = told.iter().filter(|file| file.name.rsplit('/').next() == Some("_go.mod")).count();
    assert_eq!(found.len(), told.len() + copies);
}

/// An artifact: reports below the directory and nothing else, or nothing at all.
pub fn artifact(bytes: &[u8]) {
    let scratch = tempfile::tempdir().unwrap();
    let (file, dest) = (scratch.path().join("a.zip"), scratch.path().join("out/in"));
    std::fs::create_dir_all(scratch.path().join("out")).unwrap();
    std::fs::write(&file, archive(bytes)).unwrap();
    let told = within(UNPACKING, bytes.len(), || unpack_reports(&file, &dest));
    let found = below(&scratch.path().join("out"), &dest);
    assert_eq!(found.len(), told.as_ref().map_or(0, Vec::len));
    for file in told.unwrap_or_default() {
        assert!(found.contains(&file) && file.file_name().is_some_and(|name| name == "report.json"));
        assert!(module_file_name(file.strip_prefix(&dest).unwrap().to_str().unwrap()));
    }
}

/// All files below `dir`: each is a plain one, and below `dest`.
fn below(dir: &Path, dest: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![dir.to_owned()];
    while let Some(dir) = left.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                left.push(entry.path());
            } else {
                assert!(kind.is_file() && entry.path().starts_with(dest), "{:?}", entry.path());
                found.push(entry.path());
            }
        }
    }
    found
}
