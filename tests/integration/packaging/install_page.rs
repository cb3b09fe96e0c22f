//! docs/install.md has the lines that the generator's files and a release's names make, and no others.

use super::{VERSION, address, archive, checksums, repository, root};
use std::fs;

fn page() -> String {
    fs::read_to_string(root().join("docs/install.md")).unwrap()
}

/// The lines of the blocks of commands, by their headings.
fn lines(page: &str) -> Vec<(String, String)> {
    let (mut heading, mut inside, mut found) = (String::new(), false, Vec::new());
    for line in page.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            _ if inside => found.push((heading.clone(), line.to_owned())),
            _ => {
                if let Some(title) = line.strip_prefix("## ") {
                    heading = title.to_owned();
                }
            }
        }
    }
    found
}

#[test]
fn every_line_is_of_the_repository_and_the_version_that_cargo_toml_names() {
    let raw = format!("https://raw.githubusercontent.com/{}/v1/scripts/packaging", repository());
    let deb = format!("goenv-ci_{VERSION}-1_amd64.deb");
    let target = "x86_64-unknown-linux-musl";
    let static_program = format!("goenv-ci-{VERSION}-{target}");
    let packed = archive(VERSION, target);
    for asset in [&deb, &static_program, &packed] {
        assert!(checksums(VERSION).contains(&format!("  {asset}\n")), "{asset} is no file of a release");
    }
    let expected = [
        ("Homebrew", "brew tap-new local/goenv".to_owned()),
        (
            "Homebrew",
            format!("curl -fL -o \"$(brew --repository local/goenv)/Formula/goenv-ci.rb\" {raw}/homebrew/goenv-ci.rb"),
        ),
        ("Homebrew", "brew install local/goenv/goenv-ci".to_owned()),
        ("Scoop", format!("scoop install {raw}/scoop/goenv-ci.json")),
        ("winget", "winget settings --enable LocalManifestFiles".to_owned()),
        ("winget", r"winget install --manifest scripts\packaging\winget".to_owned()),
        ("Debian package", format!("curl -fLO {}", address(VERSION, &deb))),
        ("Debian package", format!("sudo apt install ./{deb}")),
        ("Archive", format!("curl -fLO {}", address(VERSION, &packed))),
        ("Archive", format!("tar -xzf {packed}")),
        ("Archive", format!("sudo install -t /usr/local/bin {static_program}/goenv-ci")),
        ("cargo-binstall", format!("cargo binstall --git {} goenv-ci", env!("CARGO_PKG_REPOSITORY"))),
        ("crates.io", "cargo install --locked goenv-ci".to_owned()),
        ("Container", format!("curl -fLO {}", address(VERSION, &static_program))),
        ("Container", format!("bash scripts/packaging/container.sh {static_program} goenv-ci.tar")),
        ("Container", "docker load --input goenv-ci.tar".to_owned()),
        (
            "Container",
            format!("docker run --rm --user \"$(id -u):$(id -g)\" --volume \"$PWD:/work:ro\" goenv-ci:{VERSION} lint"),
        ),
        ("From the sources", "cargo install --locked --path .".to_owned()),
    ];
    let expected: Vec<_> = expected.map(|(heading, line)| (heading.to_owned(), line)).to_vec();
    assert_eq!(lines(&page()), expected);
}

#[test]
fn each_way_has_its_row_and_its_section_and_says_what_it_needs() {
    let page = page();
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| [")).collect();
    let sections: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let named: Vec<_> = rows.iter().map(|row| row[3..].split_once(']').unwrap().0).collect();
    assert_eq!(named, sections[..sections.len() - 1]);
    assert_eq!(sections.last(), Some(&"For those who publish it"));
    let rust = format!("Rust {}", env!("CARGO_PKG_RUST_VERSION"));
    for row in rows.iter().filter(|row| row.contains("Rust ")) {
        assert!(row.contains(&rust), "{row}");
    }
    // It tells before which release it does not work.
    assert!(page.contains("the first release is 1.0.0"));
}
