//! Publishes small toolchains as a module proxy and a checksum database do:
//! archives, a signed tree, its tiles; all in one folder.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    digest::{SHA256, digest},
    signature::Ed25519KeyPair,
};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};
use zip::{ZipWriter, write::SimpleFileOptions};

pub const DATABASE: &str = "sums.example";
type Hash = [u8; 32];

pub struct Publisher {
    pub root: PathBuf,
    target: String,
    key: Ed25519KeyPair,
    records: Vec<String>,
}

impl Publisher {
    pub fn new(root: &Path, target: &str) -> Self {
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        // Others' records, so that there is a tree to be in.
        let records = (0..300).map(|n| format!("example.com/m v1.0.{n} h1:x\n")).collect();
        Self { root: root.to_owned(), target: target.to_owned(), key, records }
    }

    /// `sums.example+hash+key`, as in GOSUMDB.
    pub fn gosumdb(&self) -> String {
        use ring::signature::KeyPair;
        let key = [&[1], self.key.public_key().as_ref()].concat();
        format!("{DATABASE}+{}+{}", hex(&self.key_hash()), STANDARD.encode(key))
    }

    pub fn module(&self, version: &str) -> String {
        format!("v0.0.1-go{version}.{}", self.target)
    }

    pub fn archive(&self, version: &str) -> PathBuf {
        self.root.join(format!("golang.org/toolchain/@v/{}.zip", self.module(version)))
    }

    /// The files of a toolchain that has just what a GOROOT must have.
    pub fn files(version: &str) -> Vec<(String, Vec<u8>)> {
        let exe = std::env::consts::EXE_SUFFIX;
        let file = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
        vec![
            file(&format!("bin/go{exe}"), "#!/bin/sh\nexit 0\n"),
            file("VERSION", &format!("go{version}\ntime 2024-07-31T00:00:00Z\n")),
            file("src/_go.mod", "module std\n"),
            file("pkg/tool/compile", "tool"),
            ("src/large.go".to_owned(), b"// many bytes\n".repeat(100_000)),
        ]
    }

    /// Writes the archive and records its hash.
    pub fn publish(&mut self, version: &str, files: &[(String, Vec<u8>)]) {
        let prefix = format!("golang.org/toolchain@{}/", self.module(version));
        let named: Vec<(String, &[u8])> =
            files.iter().map(|(name, content)| (format!("{prefix}{name}"), &content[..])).collect();
        write(&self.archive(version), &archive(&named));
        let mut lines: Vec<String> =
            named.iter().map(|(name, content)| format!("{}  {name}\n", hex(&sha(content)))).collect();
        lines.sort_by(|a, b| a[66..].cmp(&b[66..]));
        let h1 = STANDARD.encode(sha(lines.concat().as_bytes()));
        self.record(version, &format!("h1:{h1}"));
    }

    /// Puts a hash into the log and publishes the log as it is then.
    pub fn record(&mut self, version: &str, hash: &str) {
        let module = self.module(version);
        self.records.push(format!("golang.org/toolchain {module} {hash}\ngolang.org/toolchain {module}/go.mod h1:y\n"));
        let list: Vec<&str> = self.records[300..].iter().filter_map(|record| record.split(' ').nth(1)).collect();
        write(&self.root.join("golang.org/toolchain/@v/list"), list.join("\n").as_bytes());

        let leaves: Vec<Hash> = self.records.iter().map(|record| sha(&[&[0], record.as_bytes()].concat())).collect();
        let database = self.root.join("sumdb").join(DATABASE);
        write(&database.join("supported"), b"");
        write(&database.join("tile/8/0/000"), &leaves[..256].concat());
        write(&database.join(format!("tile/8/0/001.p/{}", leaves.len() - 256)), &leaves[256..].concat());
        write(&database.join("tile/8/1/000.p/1"), &root(&leaves[..256]));
        let head = format!("go.sum database tree\n{}\n{}\n", leaves.len(), STANDARD.encode(root(&leaves)));
        let signature = [&self.key_hash()[..], self.key.sign(head.as_bytes()).as_ref()].concat();
        let note = format!("{head}\n— {DATABASE} {}\n", STANDARD.encode(signature));
        for (id, record) in self.records.iter().enumerate().skip(300) {
            let module = record.split(' ').nth(1).unwrap();
            write(
                &database.join(format!("lookup/golang.org/toolchain@{module}")),
                format!("{id}\n{record}\n{note}").as_bytes(),
            );
        }
    }

    fn key_hash(&self) -> [u8; 4] {
        use ring::signature::KeyPair;
        let text = [DATABASE.as_bytes(), b"\n", &[1], self.key.public_key().as_ref()].concat();
        sha(&text)[..4].try_into().unwrap()
    }
}

pub fn archive(files: &[(String, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// RFC 6962, section 2.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            sha(&[&[1][..], &root(left), &root(right)].concat())
        }
    }
}

fn sha(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
