//! `gpp`, `dsc` and `dsc3`, read by what reads their languages: an XML Schema validator and Python's XML parser, the
//! PowerShell grammar of tree-sitter, a YAML parser and a JSON Schema. `scripts/lab.sh readers` installs the first and the last.

use super::hostile_values::directories;
use crate::support::Runner;
use goenv_ci::{
    export::{ExportTemplate, TemplateValue, TemplateVariable, format},
    platform::Platform,
    ports::registry::Scope,
};
use serde_json::Value;
use std::collections::BTreeMap;

type Variables = BTreeMap<String, String>;

/// Beside the directories for all formats: what one of these languages takes for a quotation mark or a line's end.
const MORE: &[&str] = &[
    r"D:\it’s",
    r"D:\‘a‘b’",
    r"D:\‚a‛b",
    r"D:\“a”b„",
    "D:\\a\u{2028}b",
    "D:\\a\u{85}b\u{fffd}",
    r"D:\a]]>b",
    r"D:\'@",
    r"D:\x '#>",
];

/// A variable for each odd directory that a format takes for a scope, and what each is to say.
fn odd(name: &str, scope: Scope) -> (ExportTemplate, Variables) {
    let format = format(name, None).unwrap();
    let template = |dirs: &[String]| ExportTemplate {
        runner: "an example -- with -->".to_owned(),
        platform: Platform::Windows,
        scope,
        variables: dirs
            .iter()
            .enumerate()
            .map(|(number, dir)| TemplateVariable {
                name: format!("V{number}"),
                value: TemplateValue::planned(Platform::Windows, dir),
                reason: "standard: \"a\" <b> -- `c` 'd' #> \\".to_owned(),
            })
            .collect(),
        path: vec![TemplateValue::text(r"D:\a b\it's & <x>\bin")],
        go: vec!["1.23".to_owned()],
    };
    let mut dirs = directories(Platform::Windows);
    dirs.extend(MORE.iter().map(|dir| (*dir).to_owned()));
    dirs.retain(|dir| !dir.chars().any(char::is_control));
    dirs.retain(|dir| (format.write)(&template(std::slice::from_ref(dir))).is_ok());
    assert!(dirs.len() > 150, "{name} takes {} directories", dirs.len());
    let wanted = dirs.iter().enumerate().map(|(number, dir)| (format!("V{number}"), dir.clone())).collect();
    (template(&dirs), wanted)
}

fn written(name: &str, template: &ExportTemplate) -> Vec<u8> {
    let files = (format(name, None).unwrap().write)(template).unwrap();
    assert_eq!(files.len(), 1);
    files[0].bytes.clone()
}

/// What the program writes, and the plan of the same flags.
fn exported(name: &str) -> (Vec<u8>, Variables) {
    let runner = Runner::new();
    let flags =
        ["--runner", "windows-2022", "--gocache", r"D:\go cache", "--gopath", r"D:\it's", "--repository", "org/app"];
    let run = |arguments: &[&str]| {
        let output = runner.goenv().args(arguments).args(flags).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let plan: Value = serde_json::from_slice(&run(&["plan", "--format", "json"])).unwrap();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let variables = plan["variables"].as_array().unwrap().iter();
    let wanted: Variables = variables.map(|one| (text(one, "name"), text(one, "value"))).collect();
    assert_eq!(wanted.len(), 3);
    assert_eq!(wanted["GOBIN"], r"D:\it's\bin");
    (run(&["export", name, "--scope", "machine"]), wanted)
}

/// The string literals of a script, by a grammar that is not ours, in pairs of a name and what follows `=`.
fn resources(script: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = std::str::from_utf8(script).unwrap().strip_prefix('\u{feff}').unwrap();
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_powershell::LANGUAGE.into()).unwrap();
    let tree = parser.parse(text, None).unwrap();
    let mut all = Vec::new();
    let mut cursor = tree.walk();
    let mut last_word = String::new();
    // Depth first, each node once.
    loop {
        let node = cursor.node();
        assert!(!node.is_error() && !node.is_missing(), "{} in\n{text}", node.start_position());
        let own = &text[node.byte_range()];
        match node.kind() {
            "command_name" => {
                last_word = own.to_owned();
                if own == "Environment" {
                    all.push(BTreeMap::new());
                }
            }
            "verbatim_string_characters" => {
                let inner = own.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
                let mut plain = inner.to_owned();
                for mark in ['\'', '‘', '’', '‚', '‛'] {
                    plain = plain.replace(&format!("{mark}{mark}"), &mark.to_string());
                }
                if let Some(resource) = all.last_mut() {
                    resource.insert(last_word.clone(), plain);
                }
            }
            _ => {}
        }
        if cursor.goto_first_child() || cursor.goto_next_sibling() {
            continue;
        }
        loop {
            if !cursor.goto_parent() {
                return all;
            }
            if cursor.goto_next_sibling() {
                break;
            }
        }
    }
}

fn of_resources(resources: &[BTreeMap<String, String>]) -> (Variables, Vec<String>) {
    let (path, others): (Vec<_>, Vec<_>) = resources.iter().partition(|one| one["Name"] == "Path");
    let variables = others.iter().map(|one| (one["Name"].clone(), one["Value"].clone())).collect();
    (variables, path.iter().map(|one| one["Value"].clone()).collect())
}

#[test]
fn a_dsc_script_is_powershell_and_its_strings_are_the_values() {
    let (script, wanted) = exported("dsc");
    assert_eq!(of_resources(&resources(&script)), (wanted, vec![r"D:\it's\bin".to_owned()]));
    let (template, wanted) = odd("dsc", Scope::Machine);
    let (variables, path) = of_resources(&resources(&written("dsc", &template)));
    assert_eq!(path, [r"D:\a b\it's & <x>\bin"]);
    assert_eq!(variables, wanted);
}

#[cfg(target_os = "linux")]
mod by_readers {
    use super::{Scope, Value, Variables, exported, odd, written};
    use crate::support::lab;
    use std::{fs, process::Command};

    /// What `scripts/lab/readers/windows.py` says of files; `None` where it is not installed.
    fn read(arguments: &[&str], files: &[Vec<u8>]) -> Option<Vec<Value>> {
        let python = lab::lab().join("venv/bin/python");
        let there = Command::new(&python).args(["-c", "import xmlschema, ruamel.yaml"]).output();
        if !there.is_ok_and(|output| output.status.success()) {
            lab::skip("no readers of files for administrators: run `bash scripts/lab.sh readers`");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        let mut command = Command::new(python);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/lab/readers/windows.py")).args(arguments);
        for (number, bytes) in files.iter().enumerate() {
            let file = dir.path().join(number.to_string());
            fs::write(&file, bytes).unwrap();
            command.arg(file);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Some(serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Variables and entries of PATH of one EnvironmentVariables.xml, which the schema takes.
    fn of_policy(file: &Value, user: &str) -> (Variables, Vec<String>) {
        assert_eq!(file["complaints"], serde_json::json!([]));
        let mut path = Vec::new();
        let mut variables = Variables::new();
        for item in file["root"]["children"].as_array().unwrap() {
            let properties = &item["children"][0]["attributes"];
            let text = |name: &str| properties[name].as_str().unwrap().to_owned();
            assert_eq!((text("action"), text("user")), ("U".to_owned(), user.to_owned()));
            assert_eq!(item["attributes"]["name"], properties["name"]);
            if text("partial") == "1" {
                assert_eq!(text("name"), "PATH");
                path.push(text("value"));
            } else {
                variables.insert(text("name"), text("value"));
            }
        }
        (variables, path)
    }

    #[test]
    fn a_group_policy_file_fits_its_schema_and_says_the_plan() {
        let (plain, planned) = exported("gpp");
        let (for_machine, machines) = odd("gpp", Scope::Machine);
        let (for_user, users) = odd("gpp", Scope::User);
        let files = [plain, written("gpp", &for_machine), written("gpp", &for_user)];
        let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/integration/export/schemas/EnvironmentVariables.xsd");
        let broken = [
            String::from_utf8(files[0].clone()).unwrap().replace("action=\"U\"", "action=\"X\""),
            String::from_utf8(files[0].clone()).unwrap().replacen("uid=", "id=", 1),
        ];
        let all: Vec<Vec<u8>> = files.into_iter().chain(broken.map(String::into_bytes)).collect();
        let Some(read) = read(&["xml", schema], &all) else { return };
        assert_eq!(of_policy(&read[0], "0"), (planned, vec![r"D:\it's\bin".to_owned()]));
        assert_eq!(of_policy(&read[1], "0"), (machines, vec![r"D:\a b\it's & <x>\bin".to_owned()]));
        assert_eq!(of_policy(&read[2], "1"), (users, Vec::new()));
        for file in &read[3..] {
            assert_ne!(file["complaints"], serde_json::json!([]), "the schema takes anything");
        }
    }

    /// Variables of one document, which the schema takes.
    fn of_document(document: &Value, key: &str) -> Variables {
        crate::support::fits(include_str!("schemas/dsc3.schema.json"), document);
        let value = |resource: &Value| {
            let properties = &resource["properties"];
            assert_eq!(properties["keyPath"], key);
            let (kind, text) = properties["valueData"].as_object().unwrap().iter().next().unwrap();
            let text = text.as_str().unwrap();
            let refers = text.contains("%HOME%") || text.contains("%PATH%");
            assert_eq!(kind == "ExpandString", refers, "{text}");
            (properties["valueName"].as_str().unwrap().to_owned(), text.to_owned())
        };
        document["resources"].as_array().unwrap().iter().map(value).collect()
    }

    #[test]
    fn a_dsc_3_document_fits_its_schema_and_says_the_plan() {
        let (plain, planned) = exported("dsc3");
        let (for_machine, machines) = odd("dsc3", Scope::Machine);
        let (for_user, users) = odd("dsc3", Scope::User);
        let files = [plain, written("dsc3", &for_machine), written("dsc3", &for_user)];
        let Some(read) = read(&["yaml"], &files) else { return };
        let machine = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment";
        assert_eq!(of_document(&read[0], machine), planned);
        assert_eq!(of_document(&read[1], machine), machines);
        assert_eq!(of_document(&read[2], r"HKCU\Environment"), users);
    }
}
