//! What lies in `scripts/packaging`, and `scripts/owner.sh`: how others get this program, and who publishes it.

mod install_page;
mod made;
mod manifests;
mod marketplace;
mod owner;

use crate::support::lab::{lab, skip};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The targets of a release, as its archives are named.
const TARGETS: [&str; 6] = [
    "aarch64-apple-darwin",
    "x86_64-apple-darwin",
    "aarch64-unknown-linux-musl",
    "x86_64-unknown-linux-musl",
    "aarch64-pc-windows-msvc",
    "x86_64-pc-windows-msvc",
];

/// `OWNER/NAME` of the repository that publishes this: Cargo.toml's `repository`, the one setting.
fn repository() -> &'static str {
    env!("CARGO_PKG_REPOSITORY").strip_prefix("https://github.com/").expect("a repository on GitHub")
}

fn root() -> &'static Path {
    Path::new(ROOT)
}

fn archive(version: &str, target: &str) -> String {
    let ending = if target.contains("windows") { "zip" } else { "tar.gz" };
    format!("goenv-ci-{version}-{target}.{ending}")
}

/// Where a release's file is downloaded from.
fn address(version: &str, asset: &str) -> String {
    format!("https://github.com/{}/releases/download/v{version}/{asset}", repository())
}

/// A sum that is like no other asset's.
fn sum(asset: &str) -> String {
    let seed = asset
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{seed:016x}").repeat(4)
}

/// checksums.txt as a release writes it.
fn checksums(version: &str) -> String {
    let mut lines = fs::read_to_string(root().join("scripts/checksums.txt")).unwrap();
    lines = lines.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    lines.push_str("source 0123456789abcdef\n");
    let mut assets = vec![format!("goenv-ci-{version}.cdx.json")];
    assets.extend(["amd64", "arm64"].map(|cpu| format!("goenv-ci_{version}-1_{cpu}.deb")));
    for target in TARGETS {
        let ending = if target.contains("windows") { ".exe" } else { "" };
        assets.extend([format!("goenv-ci-{version}-{target}{ending}"), archive(version, target)]);
    }
    assets.sort();
    lines + &assets.iter().map(|asset| format!("{}  {asset}\n", sum(asset))).collect::<String>()
}

/// generate.py over this text, into `dir/out`.
fn generate(dir: &Path, checksums: &str) -> Output {
    fs::write(dir.join("checksums.txt"), checksums).unwrap();
    let mut python = Command::new("python3");
    python.arg(root().join("scripts/packaging/generate.py")).arg("--checksums").arg(dir.join("checksums.txt"));
    python.arg("--out").arg(dir.join("out")).current_dir("/").output().unwrap()
}

/// A program of the lab's part `packaging`, or of the system; where it is not there, the test says so.
fn program(name: &str) -> Option<PathBuf> {
    let own = lab().join("bin").join(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found =
        std::iter::once(own).chain(std::env::split_paths(&path).map(|dir| dir.join(name))).find(|at| at.is_file());
    if found.is_none() {
        skip(&format!("no {name}: run `bash scripts/lab.sh packaging`"));
    }
    found
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Judges by a schema that the lab has from SchemaStore; None where it is not there.
fn judged_by(schema: &str, value: &Value) -> Option<Result<(), String>> {
    let file = lab().join(format!("packaging/schemas/{schema}.schema.json"));
    let Ok(text) = fs::read_to_string(&file) else {
        skip(&format!("no {}: run `bash scripts/lab.sh packaging`", file.display()));
        return None;
    };
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    let place = format!("https://example.org/{schema}.json");
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    schema.as_object_mut().unwrap().remove("$id");
    compiler.add_resource(&place, schema).unwrap();
    let at = compiler.compile(&place, &mut schemas).unwrap();
    Some(schemas.validate(value, at).map_err(|why| why.to_string()))
}
