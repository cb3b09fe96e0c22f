//! What a schema takes its reader takes, and the other way round: the shipped files, the mistakes of
//! `tests/integration/mistakes`, and each value of the shipped files changed in every way that somebody may.

use super::shipped;
use crate::mistakes::cases::{CASES, Kind};
use goenv_ci::editor::FileKind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

struct Schema {
    schemas: boon::Schemas,
    index: boon::SchemaIndex,
}

impl Schema {
    fn of(kind: FileKind) -> Self {
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("file.json", serde_json::from_str(&kind.schema().unwrap()).unwrap()).unwrap();
        let index = compiler.compile("file.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    fn refuses(&self, value: &Value) -> Option<String> {
        self.schemas.validate(value, self.index).err().map(|why| format!("{why:#}"))
    }
}

/// By YAML 1.2, where `yes` and `no` are texts; `None` for what is none.
fn as_editors_read(text: &str) -> Option<Value> {
    let mut options = serde_yaml::Options::default();
    options.strict_booleans = true;
    serde_yaml::from_str_with_options(text, options).ok()
}

fn kind_of(kind: Kind) -> FileKind {
    match kind {
        Kind::Probes => FileKind::Probes,
        Kind::Claims => FileKind::Claims,
        Kind::Config => FileKind::Config,
    }
}

#[test]
fn every_shipped_file_is_taken_by_both() {
    let schemas: Vec<(FileKind, Schema)> = FileKind::ALL.map(|kind| (kind, Schema::of(kind))).into();
    for (name, kind, text) in shipped() {
        kind.read(&name, &text).unwrap_or_else(|why| panic!("{why}"));
        let value = as_editors_read(&text).unwrap();
        let schema = &schemas.iter().find(|(own, _)| *own == kind).unwrap().1;
        assert_eq!(schema.refuses(&value), None, "{name}");
    }
}

/// Mistakes that no schema can see, since nothing of them is left in the values.
const OUT_OF_SIGHT: [(&str, &str); 1] = [("a drive", "a path may hold a colon where `os` leaves Windows out")];

#[test]
fn a_mistake_that_leaves_values_is_seen_by_the_schema_too() {
    let mut seen = 0;
    for case in CASES {
        let kind = kind_of(case.kind);
        let Ok(text) = String::from_utf8(case.content()) else { continue };
        let Some(value) = as_editors_read(&text) else { continue };
        let refused = Schema::of(kind).refuses(&value);
        let out_of_sight = OUT_OF_SIGHT.iter().any(|(name, _)| *name == case.name);
        assert_eq!(refused.is_none(), case.is_taken || out_of_sight, "{}: {refused:?}\n{text}", case.name);
        seen += usize::from(refused.is_some());
    }
    assert!(seen > 40, "{seen}");
}

/// A way through a value: names, and places in lists.
#[derive(Clone, Debug)]
enum Part {
    Key(String),
    Index(usize),
}

/// All ways, and each as somebody would say it: `steps[].run[]`.
fn ways(value: &Value, way: &[Part], said: &str, found: &mut Vec<(String, Vec<Part>)>) {
    let mut below = |part: Part, said: String, value: &Value| {
        let way: Vec<Part> = way.iter().cloned().chain([part]).collect();
        ways(value, &way, &said, found);
        found.push((said, way));
    };
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                // Names that are the writer's own are alike.
                let free = ["files", "env", "set", "file", "env_path", "on_path", "rules", "systems"];
                let is_free = free.iter().any(|name| said.ends_with(name));
                let name = if is_free { "*" } else { key };
                below(Part::Key(key.clone()), format!("{said}.{name}"), value);
            }
        }
        Value::Array(all) => {
            for (at, value) in all.iter().enumerate() {
                below(Part::Index(at), format!("{said}[]"), value);
            }
        }
        _ => {}
    }
}

fn at<'a>(value: &'a mut Value, way: &[Part]) -> &'a mut Value {
    way.iter().fold(value, |value, part| match part {
        Part::Key(key) => &mut value[key.as_str()],
        Part::Index(index) => &mut value[*index],
    })
}

/// What may stand there instead, whatever was there.
fn others() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(""),
        json!(" "),
        json!("x y"),
        json!("${NOPE}"),
        json!("${{ x }}"),
        json!("a\u{7}b"),
        json!("../x"),
        json!("/x"),
        json!("yes"),
        json!("5m"),
        json!("99999999999"),
        json!([]),
        json!([""]),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({ "x": "y" }),
        json!({ "x": "y", "z": "y" }),
        json!({ "a=b": "y" }),
        json!({ "x": null }),
    ]
}

/// The value with one change at a way: `how` says which.
fn mutants(whole: &Value, way: &[Part]) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for other in others() {
        let mut mutant = whole.clone();
        *at(&mut mutant, way) = other.clone();
        all.push((format!("is {other}"), mutant));
    }
    if let Some((Part::Key(key), above)) = way.split_last() {
        let mut without = whole.clone();
        let value = at(&mut without, above).as_object_mut().unwrap().remove(key).unwrap();
        all.push(("is left out".to_owned(), without.clone()));
        at(&mut without, above)[format!("{key}x")] = value;
        all.push(("is misspelt".to_owned(), without));
    }
    all
}

/// What the reader alone knows, by the end of the way and the beginning of the change; and why.
const ONLY_THE_READER: [(&str, &str, &str); 6] = [
    ("", "is \"${NOPE}\"", "which placeholders there are depends on the probe's own `env` and on its kind"),
    (".drop", "is 7", "how many steps there are is counted by the reader"),
    (".drop", "is \"9", "as that"),
    (".stdout_same_as", "is 7", "as that"),
    (".stdout_same_as", "is \"9", "as that"),
    ("changes[]", "", "whether an older release stated the field is known when the releases are put together"),
];

/// So many of the same way are changed; more of them found nothing more.
const EACH: usize = 1;

#[test]
fn each_change_of_a_shipped_file_is_seen_alike() {
    let mut wrong = Vec::new();
    let mut unused: BTreeSet<usize> = (0..ONLY_THE_READER.len()).collect();
    let mut tried = 0;
    for kind in FileKind::ALL {
        let schema = Schema::of(kind);
        let mut done: BTreeMap<String, usize> = BTreeMap::new();
        for whole in samples(kind) {
            let mut all = Vec::new();
            ways(&whole, &[], "", &mut all);
            for (said, way) in all {
                let count = done.entry(said.clone()).or_default();
                *count += 1;
                if *count > EACH {
                    continue;
                }
                for (how, mutant) in mutants(&whole, &way) {
                    tried += 1;
                    let text = serde_json::to_string(&mutant).unwrap();
                    let by_reader = kind.read("own.yml", &text).err();
                    let by_schema = schema.refuses(&mutant);
                    if by_reader.is_some() == by_schema.is_some() {
                        continue;
                    }
                    let known = ONLY_THE_READER.iter().position(|(end, begins, _)| {
                        let parent = said.rsplit_once('.').map_or("", |(parent, _)| parent);
                        let is_there = said.ends_with(end) || parent.ends_with(end);
                        is_there && how.starts_with(begins) && by_reader.is_some()
                    });
                    match known {
                        Some(known) => drop(unused.remove(&known)),
                        None => {
                            wrong.push(format!("{kind:?} `{said}` {how}: reader {by_reader:?}, schema {by_schema:?}"))
                        }
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    let unused: Vec<_> = unused.into_iter().map(|at| ONLY_THE_READER[at]).collect();
    assert!(unused.is_empty(), "no difference any more: {unused:?}");
    assert!(tried > 2_500, "{tried}");
}

/// Files to change: an entry each where a file is a list of them.
fn samples(kind: FileKind) -> Vec<Value> {
    let mut all = Vec::new();
    for (_, _, text) in shipped().into_iter().filter(|(_, own, _)| *own == kind) {
        match as_editors_read(&text).unwrap() {
            Value::Array(entries) => all.extend(entries.into_iter().map(|entry| json!([entry]))),
            whole => all.push(whole),
        }
    }
    if kind == FileKind::Config {
        all.push(json!({
            "$schema": "x",
            "values": { "gocache": "/w/cache", "gopath": "/w/go", "gobin": "none" },
            "go": ["1.22", "1.21.13", "path"],
            "plan": { "runner": ["windows-2022", "own-label"], "shards": 4 },
            "verify": { "shells": ["bash", "all"] },
            "doctor": { "check": ["gobin-not-on-path"] },
            "lint": {
                "rules": { "env-lost": "off", "a-newer-one": "note" },
                "paths": ["legacy", "**/gen.yml"],
                "waivers": [{ "rule": "env-lost", "path": "a.yml", "line": 3, "reason": "known", "until": "2026-12-31" }],
            },
        }));
    }
    all
}
