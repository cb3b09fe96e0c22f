//! `explain --why`: the variable that put the file there, then the path part by
//! part. Versions that answer the same share one block.

use super::{notices, place, short_value, version, versions};
use crate::{
    explain::why::{FileOrigin, Reason, Why},
    goenv::explanation::Layer,
    output::{
        Document,
        document::{Block, Cell, Field, Note, Span, Table, Text, Value},
    },
    status::Severity,
};

/// `explain --why`.
#[must_use]
pub fn why(why: &Why) -> Document {
    let mut groups: Vec<(&FileOrigin, Vec<String>)> = Vec::new();
    for one in &why.origins {
        let alike = |known: &FileOrigin| {
            (&known.reason, &known.otherwise, &known.notes) == (&one.reason, &one.otherwise, &one.notes)
        };
        match groups.iter_mut().find(|(known, _)| alike(known)) {
            Some((_, versions)) => versions.push(one.go.to_string()),
            None => groups.push((one, vec![one.go.to_string()])),
        }
    }
    let blocks = groups.iter().flat_map(|(one, versions)| group(one, versions)).collect();
    let title = Some(Span::File { path: why.file.clone(), line: None }.into());
    Document { command: "explain", title, blocks, ..Document::default() }
}

fn group(one: &FileOrigin, of: &[String]) -> Vec<Block> {
    let heading = match of {
        [go] => version(go, one.goroot.as_deref()),
        _ => Text::words(versions(of)),
    };
    let mut blocks = vec![Block::Heading(heading)];
    match &one.reason {
        Some(reason) => {
            blocks.push(Block::Fields(vec![field(reason)]));
            blocks.push(parts(reason));
        }
        None => {
            blocks.push(Block::Notice(Severity::Warning, "no variable that is in force puts a file there".into()));
        }
    }
    if !one.otherwise.is_empty() {
        blocks.push(Block::Heading("Not in force, but would put it there".into()));
        blocks.push(Block::Fields(one.otherwise.iter().map(field).collect()));
    }
    blocks.extend(notices(Severity::Note, &one.notes));
    blocks
}

/// The variable with its value, its source and the rule.
fn field(one: &Reason) -> Field {
    let mut source = place(one.value.source, one.value.at.as_deref());
    if let Some(origin) = one.origin.as_ref().filter(|origin| origin.source != Layer::Process) {
        source = source.and(", set by ").and(place(origin.source, origin.at.as_deref()));
    }
    let notes = [source, Text::prose(&one.because)].map(|text| Note { status: None, text });
    Field { name: one.variable.clone(), value: Value::Text(short_value(Some(&one.value.value))), notes: notes.into() }
}

/// The path from the left to the right.
fn parts(one: &Reason) -> Block {
    let row = |part: &crate::explain::artifact::PathPart| {
        let mut means = Text::words(&*part.means);
        if let Some(decoded) = &part.decoded {
            means = means.and(Text::words(" ")).and(Text::words(&**decoded));
        }
        vec![Cell::new(Text::code(&*part.text)), Cell::new(means)]
    };
    let head = vec!["Part".into(), "Meaning".into()];
    Block::Table(Table { head, rows: one.parts.iter().map(row).collect(), more: 0 })
}
