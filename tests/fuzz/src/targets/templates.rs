//! Templates of what lasts: what is written comes back, and a reader ends with an answer or a place.

use crate::{
    input::Input,
    meter::{Limit, within},
};
use goenv_ci::{
    export::{EXPORT_FORMATS, ExportTemplate, FileToImport, ImportReport, TemplateValue, TemplateVariable},
    platform::Platform,
    ports::registry::Scope,
};

/// Some formats are YAML, whose parser keeps much of each character, some are scripts.
const FILE: Limit = Limit { bytes: 16 << 20, bytes_each: 20_000, edges: 8 << 20, edges_each: 20_000 };

/// A format, by the first byte, and a file of anybody's.
pub fn import(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let format = &EXPORT_FORMATS[usize::from(input.byte()) % EXPORT_FORMATS.len()];
    let bytes = input.rest();
    // In UTF-16 every second byte may end a line.
    let lines = bytes.len() + 2;
    match within(FILE, bytes.len(), || (format.read)(&FileToImport { path: "x", bytes })) {
        Err(fault) => {
            assert!((1..=lines).contains(&fault.at.line) && fault.at.column >= 1, "{fault}");
            assert!(!fault.why.is_empty() && !fault.help.is_empty());
        }
        Ok(imported) => {
            let report = ImportReport::new(format.name, "x", &imported, Platform::Linux, |_| Vec::new());
            let places = report.variables.iter().map(|one| (one.line, one.column));
            for (line, column) in places.chain(report.path.iter().map(|one| (one.line, one.column))) {
                assert!((1..=lines).contains(&line) && column >= 1, "{line}:{column}");
            }
        }
    }
}

/// What a format takes, it gives back.
pub fn export(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let format = &EXPORT_FORMATS[usize::from(input.byte()) % EXPORT_FORMATS.len()];
    let platform = input.one_of(format.platforms);
    let scope = if input.flag() { Scope::Machine } else { Scope::User };
    let (cache, dir) = (input.text(), input.text());
    // What a plan refuses never comes here.
    let is_refused = |text: &String| {
        text.is_empty()
            || text.trim() != text
            || text.contains(['"', ':', ';'])
            || text.starts_with('\'')
            || text.ends_with('\'')
            || text.chars().any(char::is_control)
    };
    if [&cache, &dir].into_iter().any(is_refused) {
        return;
    }
    let root = if platform == Platform::Windows { r"D:\" } else { "/" };
    let value = |text: &str| TemplateValue::planned(platform, &format!("{root}{text}"));
    let variable =
        |name: &str, text: &str| TemplateVariable { name: name.to_owned(), value: value(text), reason: dir.clone() };
    let template = ExportTemplate {
        runner: "x".to_owned(),
        platform,
        scope,
        variables: vec![variable("GOCACHE", &cache), variable("GOPATH", &dir)],
        path: vec![value(&cache)],
        go: vec!["1.23".to_owned()],
    };
    let Ok(files) = (format.write)(&template) else { return };
    for file in files {
        let read = (format.read)(&FileToImport { path: &file.name, bytes: &file.bytes });
        let read = read.unwrap_or_else(|fault| panic!("{} wrote what it does not read: {fault}", format.shown()));
        for planned in &template.variables {
            let mut of_name = read.variables.iter().filter(|one| one.name == planned.name);
            assert!(of_name.all(|one| one.value.as_ref() == Some(&planned.value)), "{}: {planned:?}", format.shown());
        }
    }
}
