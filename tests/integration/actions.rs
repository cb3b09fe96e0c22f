//! What `src/actions` knows against its sources: the cache libraries themselves, which `scripts/lab.sh cache` installs,
//! and the tables of tags, which a script writes from a clone.

use crate::support::{assert_file, lab};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const MEASURED: &str = "src/actions/measured/libraries.json";

/// The file is what the unit tests hold keys, versions and hashes against: `SNAPSHOTS=overwrite` writes it anew.
#[test]
fn the_cache_libraries_still_answer_as_it_is_written() {
    let cache = lab::lab().join("cache");
    if !cache.join("node_modules/cache-6/package.json").exists() {
        lab::skip("no cache libraries: run `bash scripts/lab.sh cache`");
        return;
    }
    let output =
        Command::new("node").arg(cache.join("measure.mjs")).stdin(Stdio::null()).output().expect("node starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let measured = String::from_utf8(output.stdout).unwrap();
    assert_file(MEASURED, &measured);
}

/// A repository with the tags of an action.
struct Clone {
    dir: tempfile::TempDir,
}

impl Clone {
    fn new() -> Self {
        let clone = Self { dir: tempfile::tempdir().unwrap() };
        clone.git(&["init", "--quiet"]);
        clone
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join(".git")
    }

    fn git(&self, arguments: &[&str]) -> String {
        let nowhere = if cfg!(windows) { "NUL" } else { "/dev/null" };
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false", "-c", "core.hooksPath="])
            .args(arguments)
            .current_dir(self.dir.path())
            .env("GIT_CONFIG_GLOBAL", nowhere)
            .env("GIT_CONFIG_SYSTEM", nowhere)
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .output()
            .expect("git starts");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A commit with these files and tags; its id.
    fn commit(&self, using: &str, lock: Option<&str>, tags: &[&str]) -> String {
        fs::write(self.dir.path().join("action.yml"), format!("inputs:\nruns:\n  using: {using}\n")).unwrap();
        if let Some(lock) = lock {
            fs::write(self.dir.path().join("package-lock.json"), lock).unwrap();
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "c"]);
        for tag in tags {
            self.git(&["tag", tag]);
        }
        self.git(&["rev-parse", "HEAD"])
    }

    fn table(&self) -> String {
        let file = self.dir.path().join("table.yml");
        let output = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/actions_table.py"))
            .arg("cache")
            .args([self.path(), file.clone()])
            .output()
            .expect("python3 starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(file).unwrap()
    }
}

#[test]
fn the_table_of_tags_is_written_from_a_clone() {
    let clone = Clone::new();
    let first = clone.commit("'node12'", None, &["v1.0.0"]);
    let old = r#"{ "dependencies": { "@actions/cache": { "version": "1.0.8" } } }"#;
    let second = clone.commit("node16", Some(old), &["v1.10.0-beta", "v1.10.0"]);
    let new = r#"{ "packages": { "node_modules/@actions/cache": { "version": "6.2.0" } } }"#;
    let third = clone.commit("\"node24\"", Some(new), &["v1.9.0", "v2.0.0", "other", "v2-old-name"]);
    // The same files at another commit.
    let fourth = clone.commit("\"node24\"", None, &["v2"]);
    let fifth = clone.commit("node99", None, &["v9"]);
    let table = clone.table();
    let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        rows,
        [
            format!("- {{ tag: v1.0.0, commit: {first}, runtime: node12 }}"),
            format!("- {{ tag: v1.9.0, commit: {third}, runtime: node24, library: 6.2.0 }}"),
            format!("- {{ tag: v1.10.0-beta, commit: {second}, runtime: node16, library: 1.0.8 }}"),
            format!("- {{ tag: v1.10.0, commit: {second}, runtime: node16, library: 1.0.8 }}"),
            format!("- {{ tag: v2, commit: {fourth}, means: v2.0.0 }}"),
            format!("- {{ tag: v2.0.0, commit: {third}, runtime: node24, library: 6.2.0 }}"),
            format!("- {{ tag: v9, commit: {fifth} }}"),
        ]
    );
}

#[test]
fn a_clone_without_tags_is_refused() {
    let clone = Clone::new();
    clone.commit("node24", None, &["latest"]);
    let output = Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/actions_table.py"))
        .arg("setup-go")
        .args([clone.path(), clone.dir.path().join("table.yml")])
        .output()
        .expect("python3 starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("has no tags such as v1.2.3"));
}
