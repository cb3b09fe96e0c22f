//! What is made of a built program: the package for crates.io, the one for Debian, and the container image.

use super::{ROOT, VERSION, program, repository, root, said};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

#[test]
fn the_package_for_crates_io_has_what_the_build_reads_and_nothing_else() {
    let output = cargo().args(["package", "--list", "--allow-dirty", "--offline"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let listed: BTreeSet<_> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| line.replace('\\', "/")).collect();

    let mut expected: BTreeSet<String> =
        ["CHANGELOG.md", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig", "LICENSE", "README.md", "askama.toml"]
            .map(str::to_owned)
            .into();
    for dir in ["src", "matrix", "benches"] {
        expected.extend(below(&root().join(dir)));
    }
    let mut listed_here = listed;
    // Only a package from a clone has it.
    listed_here.remove(".cargo_vcs_info.json");
    assert_eq!(listed_here, expected);
}

fn below(dir: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            files.extend(below(&entry.path()));
        } else {
            files.push(entry.path().strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned());
        }
    }
    files
}

#[test]
fn crates_io_takes_what_cargo_toml_says() {
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = &metadata["packages"][0];
    for field in ["description", "license", "repository", "homepage", "documentation", "readme", "rust_version"] {
        assert!(package[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert!(package["publish"].is_null(), "it can be published: {}", package["publish"]);
    // Source: doc.rust-lang.org/cargo/reference/manifest.html, keywords and categories.
    let list = |name: &str| -> Vec<String> { serde_json::from_value(package[name].clone()).unwrap() };
    for keyword in list("keywords") {
        let is_plain = keyword.chars().all(|c| c.is_ascii_alphanumeric() || "_-+".contains(c));
        assert!(
            is_plain && keyword.starts_with(|c: char| c.is_ascii_alphanumeric()) && keyword.len() <= 20,
            "{keyword}"
        );
    }
    assert!((1..=5).contains(&list("keywords").len()) && (1..=5).contains(&list("categories").len()));
    // A dependency without a version is none on crates.io.
    for dependency in package["dependencies"].as_array().unwrap() {
        assert!(
            dependency["kind"] == "dev" || dependency["req"] != "*" && dependency["path"].is_null(),
            "{dependency}"
        );
    }
}

/// cargo, in the repository.
fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(ROOT);
    command
}

fn script(name: &str, arguments: &[&Path]) -> Output {
    let mut command = Command::new("bash");
    command.arg(root().join("scripts/packaging").join(name)).args(arguments);
    // The times of what is made.
    command.env("SOURCE_DATE_EPOCH", "1750000000").current_dir("/").output().unwrap()
}

/// A program of this machine that is quickly packed: the debug build has a hundred megabytes.
fn stand_in(dir: &Path) -> PathBuf {
    let to = dir.join("stand-in");
    fs::copy("/bin/true", &to).unwrap();
    fs::set_permissions(&to, fs::Permissions::from_mode(0o755)).unwrap();
    to
}

#[test]
fn the_debian_package_has_program_manual_completions_and_what_debian_asks_for() {
    let needed = ["cargo-deb", "dpkg-deb", "dpkg-shlibdeps", "xz"].map(program);
    if needed.iter().any(Option::is_none) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (out, again) = (dir.path().join("out"), dir.path().join("a second time"));
    let ours = Path::new(env!("CARGO_BIN_EXE_goenv-ci"));
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let package = |out: &Path| {
        let output = script("deb.sh", &[Path::new(&target), out, &stand_in(dir.path()), ours]);
        assert!(output.status.success(), "{}", said(&output));
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
    };
    let deb = package(&out);
    let cpu = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "amd64" };
    assert_eq!(deb, fs::canonicalize(&out).unwrap().join(format!("goenv-ci_{VERSION}-1_{cpu}.deb")));
    assert!(fs::read(&deb).unwrap() == fs::read(package(&again)).unwrap(), "the same program makes the same bytes");

    let field = |name: &str| {
        let output = Command::new("dpkg-deb").arg("--field").arg(&deb).arg(name).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(
        (field("Package"), field("Version"), field("Architecture")),
        ("goenv-ci".into(), format!("{VERSION}-1"), cpu.into())
    );
    assert_eq!(field("Homepage"), env!("CARGO_PKG_HOMEPAGE"));
    assert!(field("Depends").contains("libc6"), "what a program with shared libraries needs: {}", field("Depends"));
    let owner = repository().split_once('/').unwrap().0;
    assert_eq!(field("Maintainer"), format!("the goenv-ci authors <{owner}@users.noreply.github.com>"));
    assert!(
        field("Description").starts_with(&format!("{}\n", env!("CARGO_PKG_DESCRIPTION"))),
        "{}",
        field("Description")
    );

    assert_laid_out(&deb, &dir.path().join("unpacked"));
}

/// What is in the package, once it is unpacked.
fn assert_laid_out(deb: &Path, unpacked: &Path) {
    assert!(Command::new("dpkg-deb").arg("-x").arg(deb).arg(unpacked).status().unwrap().success());
    assert!(Command::new(unpacked.join("usr/bin/goenv-ci")).status().unwrap().success(), "the program starts");
    let plain = |path: &str| fs::read_to_string(unpacked.join(path)).unwrap_or_else(|why| panic!("{path}: {why}"));
    assert!(plain("usr/share/bash-completion/completions/goenv-ci").contains("complete"));
    assert!(plain("usr/share/zsh/vendor-completions/_goenv-ci").starts_with("#compdef goenv-ci"));
    assert!(plain("usr/share/fish/vendor_completions.d/goenv-ci.fish").contains("complete"));
    let copyright = plain("usr/share/doc/goenv-ci/copyright");
    assert!(
        copyright.contains("the goenv-ci authors") && copyright.contains("Permission is hereby granted"),
        "{copyright}"
    );
    let packed = |path: &str| {
        let output = Command::new("gzip").arg("-dc").arg(unpacked.join(path)).output().unwrap();
        assert!(output.status.success(), "{path}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let debian = packed("usr/share/doc/goenv-ci/changelog.Debian.gz");
    let expected = format!("goenv-ci ({VERSION}-1) unstable; urgency=medium\n");
    assert!(debian.starts_with(&expected) && debian.contains("Sun, 15 Jun 2025 15:06:40 +0000"), "{debian}");
    assert_eq!(packed("usr/share/doc/goenv-ci/changelog.gz"), fs::read_to_string(root().join("CHANGELOG.md")).unwrap());
    let manual = fs::read_dir(unpacked.join("usr/share/man/man1")).unwrap();
    let pages: Vec<_> = manual.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    for page in ["goenv-ci.1.gz", "goenv-ci-verify.1.gz", "goenv-ci-report-merge.1.gz"] {
        assert!(pages.iter().any(|name| name == page), "{page} is not in {pages:?}");
        assert!(packed(&format!("usr/share/man/man1/{page}")).contains(".TH goenv-ci"), "{page}");
    }
}

#[test]
fn a_debian_package_of_what_is_none_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let stand_in = stand_in(dir.path());
    for (target, program, expected) in [
        ("x86_64-pc-windows-msvc", stand_in.as_path(), "is no target of Linux"),
        ("x86_64-unknown-linux-musl", Path::new("/nowhere"), "there is no program: /nowhere"),
    ] {
        let output = script("deb.sh", &[Path::new(target), dir.path(), program]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{}", said(&output));
    }
}

/// Prints the process as the image lays it out: user, directory, arguments, and whether there are certificates and a `/tmp`.
const INSIDE: &str = r#"
#include <stdio.h>
#include <unistd.h>
int main(int count, char **arguments) {
  char dir[4096];
  FILE *certificates = fopen("/etc/ssl/certs/ca-certificates.crt", "r");
  FILE *scratch = fopen("/tmp/scratch", "w");
  FILE *elsewhere = fopen("/usr/bin/scratch", "w");
  printf("%d:%d %s %s %s %s %d %s\n", getuid(), getgid(), getcwd(dir, sizeof dir), certificates ? "certificates" : "none",
         scratch ? "tmp" : "none", elsewhere ? "writable" : "closed", count, count > 1 ? arguments[1] : "");
  return 0;
}
"#;

#[cfg(target_os = "linux")]
#[test]
fn the_image_runs_the_program_as_nobody_with_certificates_and_nothing_else() {
    let has_builder = Command::new("docker").arg("info").output().is_ok_and(|output| output.status.success());
    if !has_builder && program("buildah").is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("inside.c"), INSIDE).unwrap();
    let inside = dir.path().join("inside");
    let mut compiler = Command::new("cc");
    let built = compiler.args(["-static", "-o"]).arg(&inside).arg(dir.path().join("inside.c")).output().unwrap();
    assert!(built.status.success(), "{}", said(&built));
    let image = dir.path().join("made/image.tar");
    let output = script("container.sh", &[&inside, &image]);
    assert!(output.status.success(), "{}", said(&output));

    let read = |name: &str| -> Value {
        let output = Command::new("tar").arg("-xOf").arg(&image).arg(name).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("{name}: {why}"))
    };
    let manifest = read("manifest.json");
    let tags = manifest[0]["RepoTags"].as_array().unwrap();
    assert!(tags.iter().any(|tag| tag.as_str().unwrap().ends_with(&format!("goenv-ci:{VERSION}"))), "{tags:?}");
    let whole = read(manifest[0]["Config"].as_str().unwrap());
    let config = &whole["config"];
    let cpu = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "amd64" };
    assert_eq!((&whole["os"], &whole["architecture"]), (&json!("linux"), &json!(cpu)));
    assert_eq!(config["User"], "65532:65532");
    assert_eq!(config["Entrypoint"], json!(["/usr/bin/goenv-ci"]));
    assert_eq!(config["WorkingDir"], "/work");
    let labels = &config["Labels"];
    for (label, expected) in [
        ("title", "goenv-ci"),
        ("description", env!("CARGO_PKG_DESCRIPTION")),
        ("version", VERSION),
        ("licenses", env!("CARGO_PKG_LICENSE")),
        ("source", env!("CARGO_PKG_REPOSITORY")),
    ] {
        assert_eq!(labels[format!("org.opencontainers.image.{label}")], expected, "{label}");
    }

    let mut files = BTreeSet::new();
    for layer in manifest[0]["Layers"].as_array().unwrap() {
        let layer = layer.as_str().unwrap();
        let line = format!("tar -xOf '{}' '{layer}' | tar -t", image.display());
        let output = Command::new("bash").args(["-o", "pipefail", "-c", &line]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        files.extend(
            String::from_utf8(output.stdout).unwrap().lines().filter(|name| !name.ends_with('/')).map(str::to_owned),
        );
    }
    let files: Vec<_> = files.iter().map(|name| name.trim_start_matches("./")).collect();
    assert_eq!(files, ["etc/ssl/certs/ca-certificates.crt", "usr/bin/goenv-ci"]);

    let mut run = as_root("python3");
    let output = run.arg(root().join("scripts/packaging/run_image.py")).arg(&image).arg("one two").output().unwrap();
    assert_eq!(said(&output), "65532:65532 /work certificates tmp closed 2 one two\n");
}

/// The command as root, whom only some machines let us be.
#[cfg(target_os = "linux")]
fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

#[cfg(target_os = "linux")]
#[test]
fn an_image_of_a_program_that_could_not_start_in_it_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let image = dir.path().join("image.tar");
    for (program, expected) in [
        (Path::new("/bin/true"), "needs shared libraries, and the image has none: /bin/true"),
        (&root().join("README.md"), "this is no program of Linux"),
        (Path::new("/nowhere"), "there is no program: /nowhere"),
    ] {
        let output = script("container.sh", &[program, &image]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{}", said(&output));
        assert!(!image.exists());
    }
}
