//! The formula and the manifests, read by those who install from them: Scoop's own schema, winget's types, cargo-binstall's
//! types and templates, and Ruby with a `Formula` that records.

use super::{TARGETS, VERSION, address, archive, checksums, generate, judged_by, program, repository, root, said, sum};
use crate::support::goenv;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path, process::Command};
use tempfile::TempDir;

/// The manifests of this release, in `out`.
fn generated(version: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let output = generate(dir.path(), &checksums(version));
    assert!(output.status.success(), "{}", said(&output));
    dir
}

fn files(dir: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for kind in ["homebrew", "scoop", "winget"] {
        for file in fs::read_dir(dir.join(kind)).into_iter().flatten().map(Result::unwrap) {
            let name = format!("{kind}/{}", file.file_name().to_string_lossy());
            files.insert(name, fs::read_to_string(file.path()).unwrap());
        }
    }
    files
}

#[test]
fn without_a_release_nothing_is_written_and_the_repository_has_nothing() {
    let recorded = fs::read_to_string(root().join("scripts/checksums.txt")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let none: String = recorded.lines().filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    let output = generate(dir.path(), &none);
    assert!(output.status.success() && said(&output).contains("names no release"), "{}", said(&output));
    assert!(!dir.path().join("out").exists());

    // What is committed is what the committed sums say.
    let output = generate(dir.path(), &recorded);
    assert!(output.status.success(), "{}", said(&output));
    let committed: BTreeMap<_, _> = files(&root().join("scripts/packaging"));
    assert_eq!(files(&dir.path().join("out")), committed, "scripts/packaging/generate.py writes these anew");
}

#[test]
fn sums_that_are_no_release_are_refused_and_nothing_is_written() {
    let whole = checksums("4.5.6");
    let without = |part: &str| {
        whole.lines().filter(|line| !line.contains(part)).map(|line| format!("{line}\n")).collect::<String>()
    };
    let cases = [
        (without("x86_64-pc-windows-msvc.zip"), "lacks goenv-ci-4.5.6-x86_64-pc-windows-msvc.zip"),
        (without("goenv-ci-4.5.6-"), "none is here"),
        (whole.clone() + &format!("{}  {}\n", sum("x"), archive("4.5.7", TARGETS[0])), "of 2 versions: 4.5.6, 4.5.7"),
        (whole.clone() + whole.lines().last().unwrap() + "\n", "stands here twice"),
        (whole.clone() + "ABCDEF  goenv-ci-4.5.6-x\n", "is no line `SHA-256  ASSET`: ABCDEF"),
        (whole.clone() + &format!("{} *{}\n", sum("x"), archive("4.5.6", "x")), "is no line `SHA-256  ASSET`"),
        (whole.clone() + &format!("{}  ../{}\n", sum("x"), archive("4.5.6", "x")), "is no line `SHA-256  ASSET`"),
    ];
    for (text, expected) in cases {
        let dir = tempfile::tempdir().unwrap();
        let output = generate(dir.path(), &text);
        assert_eq!(output.status.code(), Some(2), "{expected}: {}", said(&output));
        assert!(said(&output).contains(expected), "{expected}: {}", said(&output));
        assert!(!dir.path().join("out").exists(), "{expected}");
    }
}

#[test]
fn an_earlier_release_leaves_nothing_behind() {
    let dir = generated("4.5.6");
    fs::write(dir.path().join("out/winget/Old.goenv-ci.yaml"), "old").unwrap();
    fs::write(dir.path().join("out/kept"), "kept").unwrap();
    assert!(generate(dir.path(), &checksums("4.6.0-rc.1")).status.success());
    for kind in ["homebrew", "scoop", "winget"] {
        for (name, text) in files(&dir.path().join("out")).iter().filter(|(name, _)| name.starts_with(kind)) {
            assert!(!name.contains("Old") && !text.contains("4.5.6") && text.contains("4.6.0-rc.1"), "{name}: {text}");
        }
    }
    assert!(dir.path().join("out/kept").exists());
}

#[test]
fn scoop_takes_the_manifest() {
    let dir = generated("4.5.6");
    let text = fs::read_to_string(dir.path().join("out/scoop/goenv-ci.json")).unwrap();
    let manifest: Value = serde_json::from_str(&text).unwrap();
    let Some(verdict) = judged_by("scoop", &manifest) else { return };
    verdict.unwrap();
    for (break_it, key) in [("/architecture/64bit/hash", json!("abc")), ("/version", json!(1)), ("/bin", json!({}))] {
        let mut broken = manifest.clone();
        *broken.pointer_mut(break_it).unwrap() = key;
        assert!(judged_by("scoop", &broken).unwrap().is_err(), "the schema sees what is wrong with {break_it}");
    }
    for (place, cpu) in [("64bit", "x86_64"), ("arm64", "aarch64")] {
        let target = format!("{cpu}-pc-windows-msvc");
        let asset = archive("4.5.6", &target);
        let expected = json!({
            "url": address("4.5.6", &asset), "hash": sum(&asset), "extract_dir": format!("goenv-ci-4.5.6-{target}")
        });
        assert_eq!(manifest["architecture"][place], expected);
        // What Scoop would make of the next version.
        let next = manifest["autoupdate"]["architecture"][place].to_string().replace("$version", "5.0.0");
        let next: Value = serde_json::from_str(&next).unwrap();
        assert_eq!(next["url"], address("5.0.0", &archive("5.0.0", &target)));
        assert_eq!(next["extract_dir"], format!("goenv-ci-5.0.0-{target}"));
    }
    assert_eq!(manifest["version"], "4.5.6");
    assert_eq!(manifest["bin"], "goenv-ci.exe");
    assert_eq!(manifest["license"], env!("CARGO_PKG_LICENSE"));
    assert_eq!(manifest["description"], env!("CARGO_PKG_DESCRIPTION"));
}

#[test]
fn winget_takes_the_manifests() {
    let Some(reader) = program("read-packaging") else { return };
    let dir = generated("4.5.6");
    let read = || Command::new(&reader).arg("winget").arg(dir.path().join("out/winget")).output().unwrap();
    let output = read();
    assert!(output.status.success(), "{}", said(&output));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let owner = repository().split_once('/').unwrap().0;
    let id = format!("{owner}.goenv-ci");
    let names: Vec<_> = all.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, [".installer.yaml", ".locale.en-US.yaml", ".yaml"].map(|ending| format!("{id}{ending}")));
    for (name, manifest) in all.as_object().unwrap() {
        assert_eq!(manifest["PackageIdentifier"], *id, "{name}");
        assert_eq!(manifest["PackageVersion"], "4.5.6", "{name}");
        let text = fs::read_to_string(dir.path().join("out/winget").join(name)).unwrap();
        let kind = manifest["ManifestType"].as_str().unwrap();
        let schema = format!("winget-manifest.{kind}.{}.schema.json\n", manifest["ManifestVersion"].as_str().unwrap());
        assert!(text.contains(&schema), "{name} names the schema of its kind and version: {text}");
    }
    let installers = &all[format!("{id}.installer.yaml")];
    assert_eq!((&installers["InstallerType"], &installers["NestedInstallerType"]), (&json!("zip"), &json!("portable")));
    let expected: Vec<Value> = [("x64", "x86_64"), ("arm64", "aarch64")]
        .map(|(architecture, cpu)| {
            let target = format!("{cpu}-pc-windows-msvc");
            let asset = archive("4.5.6", &target);
            json!({
                "Architecture": architecture,
                "InstallerUrl": address("4.5.6", &asset),
                "InstallerSha256": sum(&asset).to_uppercase(),
                "NestedInstallerFiles": [{
                    "RelativeFilePath": format!("goenv-ci-4.5.6-{target}\\goenv-ci.exe"), "PortableCommandAlias": "goenv-ci"
                }],
            })
        })
        .to_vec();
    assert_eq!(installers["Installers"], json!(expected));
    assert_eq!(all[format!("{id}.locale.en-US.yaml")]["ShortDescription"], env!("CARGO_PKG_DESCRIPTION"));

    // The reader sees what is wrong.
    let installer = dir.path().join(format!("out/winget/{id}.installer.yaml"));
    let sound = fs::read_to_string(&installer).unwrap();
    for (from, to) in [
        ("Architecture: x64", "Architecture: x65"),
        ("InstallerType: zip", "InstallerType: zap"),
        ("PortableCommandAlias", "PortableCommandAlais"),
        ("InstallerUrl: \"https", "InstallerUrl: \"//"),
    ] {
        assert!(sound.contains(from), "{from}");
        fs::write(&installer, sound.replace(from, to)).unwrap();
        assert!(!read().status.success(), "{to} is taken");
    }
}

#[test]
fn cargo_binstall_looks_for_the_files_that_a_release_has() {
    let Some(reader) = program("read-packaging") else { return };
    let mut command = Command::new(reader);
    let output = command.arg("binstall").arg(root().join("Cargo.toml")).args(TARGETS).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let assets = checksums(VERSION);
    for target in TARGETS {
        let (ending, format) = if target.contains("windows") { (".exe", "Zip") } else { ("", "Tgz") };
        let asset = archive(VERSION, target);
        assert!(assets.contains(&format!("  {asset}\n")), "{asset} is no file of a release");
        let expected = json!({
            "url": address(VERSION, &asset),
            "format": format,
            "inside": format!("goenv-ci-{VERSION}-{target}/goenv-ci{ending}"),
            "disabled": ["quick-install"],
        });
        assert_eq!(found[target], expected, "{target}");
    }
}

#[test]
fn homebrew_gets_each_systems_own_archive() {
    let Some(ruby) = program("ruby") else { return };
    let dir = generated("4.5.6");
    let formula = dir.path().join("out/homebrew/goenv-ci.rb");
    let checked = Command::new(&ruby).arg("-wc").arg(&formula).output().unwrap();
    assert_eq!(said(&checked), "Syntax OK\n");
    for (system, of) in [("macos", "apple-darwin"), ("linux", "unknown-linux-musl")] {
        for (cpu, named) in [("arm", "aarch64"), ("intel", "x86_64")] {
            let mut command = Command::new(&ruby);
            command.arg(root().join("tests/integration/packaging/formula.rb")).arg(&formula).args([system, cpu]);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
            let asset = archive("4.5.6", &format!("{named}-{of}"));
            let expected = json!({
                "desc": env!("CARGO_PKG_DESCRIPTION"),
                "homepage": env!("CARGO_PKG_HOMEPAGE"),
                "license": env!("CARGO_PKG_LICENSE"),
                "version": "4.5.6",
                "url": address("4.5.6", &asset),
                "sha256": sum(&asset),
            });
            assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), expected, "{system} {cpu}");
        }
    }
    // `brew audit` on the description.
    let description = env!("CARGO_PKG_DESCRIPTION");
    assert!(description.len() <= 80 && !description.ends_with('.') && !description.starts_with("A "), "{description}");
}

#[test]
fn homebrew_installs_program_manual_and_completions_from_an_archive() {
    let Some(ruby) = program("ruby") else { return };
    let dir = generated(VERSION);
    let (content, prefix) = (dir.path().join("content"), dir.path().join("prefix"));
    for inside in ["completions", "man/man1"] {
        fs::create_dir_all(content.join(inside)).unwrap();
    }
    fs::copy(env!("CARGO_BIN_EXE_goenv-ci"), content.join("goenv-ci")).unwrap();
    for (shell, file) in [("bash", "goenv-ci.bash"), ("zsh", "_goenv-ci"), ("fish", "goenv-ci.fish")] {
        let text = goenv().args(["completions", shell]).assert().success().get_output().stdout.clone();
        fs::write(content.join("completions").join(file), text).unwrap();
    }
    goenv().arg("man").arg(content.join("man/man1")).assert().success();
    let install = |content: &Path| {
        let mut command = Command::new(&ruby);
        command
            .arg(root().join("tests/integration/packaging/formula.rb"))
            .arg(dir.path().join("out/homebrew/goenv-ci.rb"));
        command.args(["linux", "intel"]).arg(content).arg(&prefix).output().unwrap()
    };
    let output = install(&content);
    assert!(output.status.success(), "{}", said(&output));
    for file in [
        "bin/goenv-ci",
        "etc/bash_completion.d/goenv-ci",
        "share/zsh/site-functions/_goenv-ci",
        "share/fish/vendor_completions.d/goenv-ci.fish",
        "share/man/man1/goenv-ci.1",
        "share/man/man1/goenv-ci-report-merge.1",
    ] {
        assert!(prefix.join(file).is_file(), "{file}");
    }
    // Everything was taken out of the archive: a second time there is nothing to install.
    assert!(!install(&content).status.success());
}
