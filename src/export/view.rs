//! The list of formats, and what a file would set, in words.

use crate::{
    export::{
        format::{EXPORT_FORMATS, ExportFormat, FormatFamily},
        import_report::ImportReport,
    },
    output::{
        Document,
        document::{Block, Field, Note, Text},
    },
    status::Severity,
};

/// `export --list`.
#[must_use]
pub fn list() -> Document {
    let mut blocks = Vec::new();
    for family in FormatFamily::ALL {
        let formats: Vec<Field> = EXPORT_FORMATS.iter().filter(|format| format.family == family).map(field).collect();
        if !formats.is_empty() {
            blocks.extend([Block::Heading(family.title().into()), Block::Fields(formats)]);
        }
    }
    let hints = vec!["`goenv-ci export FORMAT` prints one; `--out FILE` writes it".into()];
    Document { command: "export", title: Some(Text::words("Formats")), blocks, hints, ..Document::default() }
}

fn field(format: &ExportFormat) -> Field {
    let note = |text: String| Note { status: None, text: Text::prose(&text) };
    let mut field = Field::new(format.shown(), Text::prose(format.title));
    field.notes.push(note(format!("cannot say: {}", format.cannot)));
    field.notes.push(note(format!("planned for, unless `--runner` says otherwise: {}", format.machine.words())));
    field
}

/// `import`.
#[must_use]
pub fn imported(report: &ImportReport) -> Document {
    let place = |line: usize| Text::words(format!("line {line}"));
    let known = |value: &Option<String>| value.as_ref().map_or_else(unknown, Text::code);
    let mut fields: Vec<Field> = Vec::new();
    for one in &report.variables {
        let mut field = Field::new(&*one.name, known(&one.value)).note(place(one.line));
        for held in &one.shadows {
            let at = held.at.as_ref().map_or_else(|| "the environment".to_owned(), |at| format!("`{at}`"));
            field = field.note(Text::prose(&format!("shadows `{}` in {at}", held.value)));
        }
        fields.push(field);
    }
    let entries = report.path.iter().map(|one| known(&one.entry));
    if let Some(entries) = entries.reduce(|all, one| all.and(", ").and(one)) {
        fields.push(Field::new("PATH", entries.and(", in front of what it holds already")));
    }
    let mut blocks = if fields.is_empty() {
        vec![Block::Notice(Severity::Note, Text::words("it sets no variable"))]
    } else {
        vec![Block::Fields(fields)]
    };
    let remark = |one: &crate::export::import_report::WouldAlso| {
        Block::Notice(Severity::Note, Text::prose(&format!("line {}: {}", one.line, one.text)))
    };
    blocks.extend(report.remarks.iter().map(remark));
    let scope = report.scope.map(|scope| format!(" for the {scope}")).unwrap_or_default();
    let title = Some(Text::words(format!("What {} would set{scope}", report.file)));
    Document { command: "import", title, blocks, ..Document::default() }
}

fn unknown() -> Text {
    Text::words("(only a run of the file could tell)")
}
