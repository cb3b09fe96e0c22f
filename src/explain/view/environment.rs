//! `explain --environment`: what differs between the process and Go comes first.

use super::{by_value, full_value, notices, short_value, version, versions};
use crate::{
    explain::environment::{Agreement, ComparedVariable, Environment},
    output::{
        Document,
        document::{Block, Field, Span, Text, Value},
        wording::count,
    },
    platform::Platform,
    status::Severity,
};

/// `explain --environment`; `platform` is that of the lists among the values.
#[must_use]
pub fn environment(all: &Environment, platform: Platform) -> Document {
    let title = match (all.process.pid, &all.process.program) {
        (None, _) => Text::words("The environment of this process"),
        (Some(pid), None) => Text::words(format!("The environment of process {pid}")),
        (Some(pid), Some(program)) => Text::words(format!("The environment of process {pid}, "))
            .and(Span::File { path: program.clone(), line: None }),
    };
    let dir = Span::File { path: all.process.dir.clone(), line: None };
    let versions = all.versions.iter().map(|one| version(&one.go.to_string(), one.goroot.as_deref())).collect();
    let compared = Field { name: "compared with".to_owned(), value: Value::List(versions), notes: Vec::new() };
    let mut blocks = vec![Block::Fields(vec![Field::new("directory", dir), compared])];
    blocks.extend(notices(Severity::Warning, &all.notes));
    for agreement in Agreement::ALL {
        let variables = all.variables.iter().filter(|one| one.agreement == agreement);
        let fields: Vec<Field> = variables.map(|one| field(one, platform)).collect();
        if !fields.is_empty() {
            blocks.push(Block::Heading(heading(agreement).into()));
            blocks.push(Block::Fields(fields));
        }
    }
    let others = all.others.len();
    let hint = format!("{} of the process, whose values are not shown", count(others, "other variable"));
    let hints = if others > 0 { vec![hint.into()] } else { Vec::new() };
    Document { command: "explain", title: Some(title), blocks, hints, ..Document::default() }
}

fn heading(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Differs => "The process has one value, Go says another",
        Agreement::GoOnly => "Not set in the process, filled by Go",
        Agreement::Same => "The same in both",
        Agreement::ProcessOnly => "In the process, not one of Go's variables",
    }
}

fn field(one: &ComparedVariable, platform: Platform) -> Field {
    let process = one.process.as_deref();
    let all_agree = one.go.windows(2).all(|pair| pair[0].value == pair[1].value);
    let value = match (one.agreement, one.go.first()) {
        (Agreement::Same | Agreement::ProcessOnly, _) => full_value(&one.name, process, platform),
        (Agreement::GoOnly, Some(go)) if all_agree => full_value(&one.name, go.value.as_deref(), platform),
        (Agreement::GoOnly | Agreement::Differs, _) => {
            let process = process.map(|value| Text::words("process: ").and(short_value(Some(value))));
            Value::List(process.into_iter().chain(answers(one)).collect())
        }
    };
    let mut field = Field { name: one.name.clone(), value, notes: Vec::new() };
    for spelling in &one.spellings {
        let name = Text::words("spelled ").and(Text::code(&*spelling.name)).and(": ");
        field = field.note(name.and(short_value(Some(&spelling.value))));
    }
    field
}

/// What Go says, versions that agree together.
fn answers(one: &ComparedVariable) -> Vec<Text> {
    let groups = by_value(one.go.iter().map(|answer| (&answer.go, answer.value.as_deref())));
    let all_agree = groups.len() == 1;
    let line = |(of, value): (Vec<String>, Text)| {
        let who = if all_agree { "go env".to_owned() } else { versions(&of) };
        Text::words(format!("{who}: ")).and(value)
    };
    groups.into_iter().map(line).collect()
}
