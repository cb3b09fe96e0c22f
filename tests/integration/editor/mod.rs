//! The schemas of the files that people write: published as they are generated, named in each shipped file, and of one
//! mind with the readers.

mod agreement;
#[cfg(target_os = "linux")]
mod language_server;

use crate::support::assert_file;
use goenv_ci::{
    editor::FileKind,
    output::json::schema_address,
    probe::{CLAIMS, EMBEDDED_FILES, RUNNERS},
};
use std::{collections::BTreeSet, fs, path::Path};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every YAML file below `matrix`, by its path there.
fn shipped() -> Vec<(String, FileKind, String)> {
    let mut found = Vec::new();
    for dir in ["", "claims", "runners", "actions"] {
        for entry in fs::read_dir(root().join("matrix").join(dir)).unwrap() {
            let path = entry.unwrap().path();
            if !path.extension().is_some_and(|end| end == "yml" || end == "yaml") {
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let name = if dir.is_empty() { name.to_owned() } else { format!("{dir}/{name}") };
            let kind = FileKind::of_shipped(&name).unwrap_or_else(|| panic!("{name} is of no kind"));
            found.push((name, kind, fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(found.len() >= EMBEDDED_FILES.len() + CLAIMS.len() + RUNNERS.len() + 5);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn each_schema_is_published_as_it_is_generated() {
    let names: BTreeSet<&str> = FileKind::ALL.map(FileKind::schema_name).into();
    assert_eq!(names.len(), FileKind::ALL.len());
    for kind in FileKind::ALL {
        let name = kind.schema_name();
        let schema = kind.schema().unwrap();
        assert_file(&format!("docs/schema/{name}.schema.json"), &schema);
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert_eq!(schema["$id"], schema_address(name));
        assert!(schema["title"].as_str().is_some_and(|title| title.starts_with("goenv-ci")), "{name}");
    }
}

/// What an editor shows where the pointer rests.
#[test]
fn every_key_says_what_it_is_for_and_nothing_else_is_taken() {
    for kind in FileKind::ALL {
        let schema: serde_json::Value = serde_json::from_str(&kind.schema().unwrap()).unwrap();
        let name = kind.schema_name();
        let mut shapes: Vec<(&str, &serde_json::Value)> = vec![(name, &schema)];
        shapes.extend(schema["$defs"].as_object().into_iter().flatten().map(|(name, one)| (name.as_str(), one)));
        for (shape, one) in shapes.into_iter().filter(|(_, one)| one["properties"].is_object()) {
            assert_eq!(one["additionalProperties"], false, "{name}: {shape}");
            assert!(one["description"].as_str().is_some_and(|says| says.ends_with('.')), "{name}: {shape}");
            for (key, value) in one["properties"].as_object().unwrap() {
                let says = value["description"].as_str().unwrap_or_default();
                assert!(
                    says.len() >= 8 && says.ends_with('.') && !says.contains('\n'),
                    "{name}: {shape}.{key}: {says:?}"
                );
            }
        }
    }
}

/// The way leads to the schema in a clone, without a network.
#[test]
fn each_shipped_file_names_its_schema_in_its_first_line() {
    for (name, kind, text) in shipped() {
        let up = "../".repeat(name.matches('/').count() + 1);
        let schema = format!("{up}docs/schema/{}.schema.json", kind.schema_name());
        let wanted = format!("# yaml-language-server: $schema={schema}");
        assert_eq!(text.lines().next(), Some(wanted.as_str()), "matrix/{name}");
        let file = root().join("matrix").join(&name);
        assert!(file.parent().unwrap().join(&schema).is_file(), "{schema}");
    }
}

/// What somebody copies from the pages has the address that works outside of a clone.
#[test]
fn each_page_about_such_a_file_shows_the_line() {
    for (page, kind) in [("config", FileKind::Config), ("matrix", FileKind::Probes), ("claims", FileKind::Claims)] {
        let text = fs::read_to_string(root().join(format!("docs/{page}.md"))).unwrap();
        let line = format!("# yaml-language-server: $schema={}\n", schema_address(kind.schema_name()));
        assert!(text.contains(&line), "docs/{page}.md: {line}");
    }
}
