//! docs/config.md: every key is on it, and its examples are taken.

use super::{Repository, root};
use std::fs;

fn page() -> String {
    fs::read_to_string(root().join("docs/config.md")).unwrap().replace("\r\n", "\n")
}

fn examples(page: &str) -> Vec<&str> {
    page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn its_examples_are_taken_and_fit_the_schema() {
    let page = page();
    let schema: serde_json::Value =
        serde_json::from_str(&goenv_ci::editor::FileKind::Config.schema().unwrap()).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("config.json", schema).unwrap();
    let compiled = compiler.compile("config.json", &mut schemas).unwrap();
    let files: Vec<&str> = examples(&page).into_iter().filter(|text| !text.contains("uses:")).collect();
    assert!(files.len() > 1 && files[0].starts_with("# yaml-language-server: $schema=https://"), "{files:?}");
    for text in files {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        schemas.validate(&value, compiled).unwrap_or_else(|why| panic!("{why}\n{text}"));
        goenv_ci::config::parse("docs/config.md", text.as_bytes()).unwrap_or_else(|why| panic!("{why}\n{text}"));
    }
}

#[test]
fn it_names_every_key_of_the_schema() {
    let page = page();
    let schema: serde_json::Value =
        serde_json::from_str(&goenv_ci::editor::FileKind::Config.schema().unwrap()).unwrap();
    let shapes = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    let keys = shapes.filter_map(|shape| shape["properties"].as_object()).flat_map(|all| all.keys());
    for key in keys {
        let named = [format!("`{key}`"), format!("`{key}."), format!(".{key}`")];
        assert!(named.iter().any(|name| page.contains(name)), "docs/config.md does not name `{key}`");
    }
}

#[test]
fn the_schema_refuses_what_the_file_refuses() {
    let schema: serde_json::Value =
        serde_json::from_str(&goenv_ci::editor::FileKind::Config.schema().unwrap()).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("config.json", schema).unwrap();
    let compiled = compiler.compile("config.json", &mut schemas).unwrap();
    for text in [
        "valus: {}",
        "values: { gobin: '' }",
        "go: []",
        "go: '1.22'",
        "plan: { shards: 0 }",
        "plan: { shards: 10001 }",
        "lint: { rules: { a: warn } }",
        "lint: { waivers: [{ rule: a, path: b }] }",
        "lint: { waivers: [{ rule: a, path: b, reason: '' }] }",
        "lint: { waivers: [{ rule: a, path: b, reason: c, line: 0 }] }",
    ] {
        let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
        assert!(schemas.validate(&value, compiled).is_err(), "{text}");
        let repository = Repository::new(text);
        repository.goenv().arg("plan").assert().code(2);
    }
}
