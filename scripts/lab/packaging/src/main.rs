//! Prints as JSON what a tool that installs programs understands of what this project publishes.
//!
//! usage: read-packaging winget DIR | read-packaging binstall CARGO_TOML TARGET...

use binstalk_types::cargo_toml_binstall::{Meta, PkgFmt};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::{env, fs, path::Path, process::ExitCode};
use winget_types::{installer::InstallerManifest, locale::DefaultLocaleManifest, version::VersionManifest};

type Answer = Result<Value, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let answer = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["winget", dir] => winget(Path::new(dir)),
        ["binstall", manifest, ref targets @ ..] => binstall(Path::new(manifest), targets),
        _ => Err("give `winget DIR` or `binstall CARGO_TOML TARGET...`".into()),
    };
    match answer {
        Ok(value) => {
            println!("{value:#}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("read-packaging: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The three files of a package, as Komac's types read them.
fn winget(dir: &Path) -> Answer {
    let mut read = Map::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        let value = if name.ends_with(".installer.yaml") {
            whole::<InstallerManifest>(&text)
        } else if name.contains(".locale.") {
            whole::<DefaultLocaleManifest>(&text)
        } else {
            whole::<VersionManifest>(&text)
        };
        read.insert(name.clone(), value.map_err(|why| format!("{name}: {why}"))?);
    }
    Ok(read.into())
}

/// The manifest as its type writes it. A key that it does not know would be lost on the way.
fn whole<T: DeserializeOwned + Serialize>(text: &str) -> Answer {
    let understood = serde_json::to_value(serde_saphyr::from_str::<T>(text)?)?;
    let written: Value = serde_saphyr::from_str(text)?;
    let mut lost = Vec::new();
    compare(&written, &understood, "", &mut lost);
    if lost.is_empty() { Ok(understood) } else { Err(lost.join(", ").into()) }
}

/// Each scalar of `written` that is another in `understood`, or is not there.
fn compare(written: &Value, understood: &Value, at: &str, lost: &mut Vec<String>) {
    match (written, understood) {
        (Value::Object(written), _) => {
            for (key, value) in written {
                compare(value, understood.get(key).unwrap_or(&Value::Null), &format!("{at}/{key}"), lost);
            }
        }
        (Value::Array(written), _) => {
            for (index, value) in written.iter().enumerate() {
                compare(value, understood.get(index).unwrap_or(&Value::Null), &format!("{at}/{index}"), lost);
            }
        }
        _ if written == understood => {}
        _ => lost.push(format!("`{at}` is {written}, and was understood as {understood}")),
    }
}

/// Where cargo-binstall looks for each target, by its own metadata types and templates.
fn binstall(manifest: &Path, targets: &[&str]) -> Answer {
    let manifest: toml::Table = fs::read_to_string(manifest)?.parse()?;
    let package = manifest["package"].as_table().ok_or("no [package]")?;
    let field = |name: &str| package.get(name).and_then(toml::Value::as_str).ok_or(format!("no {name}"));
    let meta: Meta = package["metadata"].clone().try_into()?;
    let meta = meta.binstall.ok_or("no [package.metadata.binstall]")?;
    let mut found = Map::new();
    for target in targets {
        let merged = meta.merge_overrides(meta.overrides.get_matching(target, &[]));
        let format = merged.pkg_fmt.ok_or("no pkg-fmt")?;
        let extension = if target.contains("windows") { ".exe" } else { "" };
        let values = [
            ("name", field("name")?),
            ("version", field("version")?),
            ("repo", field("repository")?),
            ("target", target),
            ("bin", field("name")?),
            ("binary-ext", extension),
        ];
        let render = |template: Option<String>| -> Result<String, Box<dyn std::error::Error>> {
            let template = template.ok_or("no template")?;
            Ok(leon::Template::parse(&template).map_err(|why| why.to_string())?.render(&values)?)
        };
        let url = render(merged.pkg_url)?;
        if PkgFmt::guess_pkg_format(&url) != Some(format) {
            return Err(format!("{url} does not end as {format} does").into());
        }
        let inside = render(merged.bin_dir)?;
        let disabled = serde_json::to_value(merged.disabled_strategies)?;
        found.insert(
            (*target).to_owned(),
            json!({ "url": url, "format": format.to_string(), "inside": inside, "disabled": disabled }),
        );
    }
    Ok(found.into())
}
