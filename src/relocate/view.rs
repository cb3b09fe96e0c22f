//! What is said of a move: the plan, what speaks against it, what Go said before and after.

use crate::{
    drives::{grouped, size},
    output::{
        Document,
        document::{Block, Cell, Entries, Entry, Field, Headline, Mark, Span, Table, Text},
        wording::count,
    },
    ports::trees::LinkKind,
    relocate::{MoveDrive, MoveFinding, MoveOutcome, Relocation, answers::ComparedAnswer},
    status::{Severity, Status},
};

/// The whole.
#[must_use]
pub fn document(move_: &Relocation) -> Document {
    let mut blocks = vec![Block::Fields(fields(move_))];
    if !move_.findings.is_empty() {
        let shown = move_.findings.iter().map(entry).collect();
        blocks.push(Block::Heading("What is to be known".into()));
        blocks.push(Block::Entries(Entries { shown, ..Entries::default() }));
    }
    if !move_.checks.is_empty() {
        blocks.push(Block::Heading("What Go said before and after".into()));
        blocks.extend(checks(&move_.checks));
    }
    Document {
        command: "relocate",
        headline: Some(headline(move_)),
        blocks,
        hints: hint(move_).map(Text::from).into_iter().collect(),
        ..Document::default()
    }
}

fn headline(move_: &Relocation) -> Headline {
    let (from, to) = (file(&move_.from), file(&move_.to));
    let (source, target) = if move_.undo { (to.clone(), from.clone()) } else { (from.clone(), to.clone()) };
    let (status, text) = match move_.outcome {
        MoveOutcome::Planned => {
            (Status::Pass, Text::from("Nothing speaks against moving ").and(source).and(" to ").and(target))
        }
        MoveOutcome::Refused => {
            let errors = move_.findings.iter().filter(|one| one.severity == Severity::Error).count();
            (Status::Fail, Text::words(format!("Nothing was moved: {} against it", speak(errors))))
        }
        MoveOutcome::Moved => (Status::Pass, source.and(" lies at ").and(target).and(", and a link leads there")),
        MoveOutcome::AlreadyMoved => (Status::Pass, source.and(" is a link to ").and(target).and(" already")),
        MoveOutcome::MovedBack => (Status::Pass, from.and(" is a directory again, and ").and(to).and(" is gone")),
    };
    Headline { status: Some(status), text, tail: String::new() }
}

fn speak(errors: usize) -> String {
    if errors == 1 { "one thing speaks".to_owned() } else { format!("{} speak", count(errors, "thing")) }
}

fn file(path: &str) -> Text {
    Text(vec![Span::File { path: path.to_owned(), line: None }])
}

fn fields(move_: &Relocation) -> Vec<Field> {
    let place = |path: &str, drive: &Option<MoveDrive>| {
        let field = file(path);
        match drive {
            Some(MoveDrive { mount, file_system, free_bytes }) => {
                let system = if file_system.is_empty() { String::new() } else { format!(" ({file_system})") };
                (field, Some(format!("on {mount}{system}, {} free before", size(*free_bytes))))
            }
            None => (field, None),
        }
    };
    let (source, target) = match move_.undo {
        false => (place(&move_.from, &move_.drives.from), place(&move_.to, &move_.drives.to)),
        true => (place(&move_.to, &move_.drives.to), place(&move_.from, &move_.drives.from)),
    };
    let with = |name: &str, (text, note): (Text, Option<String>)| {
        let field = Field::new(name, text);
        match note {
            Some(note) => field.note(Text::words(note)),
            None => field,
        }
    };
    let mut fields = vec![Field::new("what", Text::words(variable(move_))), with("from", source), with("to", target)];
    if !move_.undo {
        fields.push(Field::new(
            "link",
            match move_.link {
                LinkKind::Junction => "a junction",
                LinkKind::Symlink => "a symbolic link",
            },
        ));
    }
    if let Some(held) = &move_.size {
        let files =
            |number: u64, noun: &str| format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" });
        let mut parts = vec![files(held.files, "file")];
        if held.links > 0 {
            parts.push(files(held.links, "link"));
        }
        let text = format!("{}, {}; the copy needs {}", parts.join(", "), size(held.bytes), size(held.needed_bytes));
        fields.push(Field::new("size", Text::words(text)));
    }
    if !move_.not_known.is_empty() {
        fields.push(Field::new("not known", Text::words(move_.not_known.join("; "))));
    }
    fields.extend(move_.resumed.as_deref().map(|text| Field::new("before this", text)));
    fields
}

fn variable(move_: &Relocation) -> &'static str {
    move_.tree.variable()
}

fn entry(one: &MoveFinding) -> Entry {
    Entry {
        mark: Mark::from(one.severity),
        title: Text::from(one.message.as_str()),
        id: Some(Text::words(one.id)),
        summary: None,
        frame: None,
        fields: one.help.as_deref().map(|help| Field::new("help", help)).into_iter().collect(),
        details: Vec::new(),
    }
}

/// What differs, and what was asked in words; of the rest their number.
fn checks(all: &[ComparedAnswer]) -> Vec<Block> {
    let said = |text: &Option<String>| Text::words(text.as_deref().unwrap_or("nothing"));
    let is_quiet = |one: &&ComparedAnswer| one.before == one.after && !one.check.starts_with("go ");
    let row = |one: &ComparedAnswer| {
        let name = Cell { status: Some(one.verdict), text: Text::code(one.check.as_str()) };
        vec![name, Cell::new(said(&one.before)), Cell::new(said(&one.after))]
    };
    let rows = all.iter().filter(|one| !is_quiet(one)).map(row).collect();
    let head = ["asked", "before", "after"].map(Text::from).to_vec();
    let of = |status| all.iter().filter(is_quiet).filter(|one| one.verdict == status).count();
    let (passed, skipped) = (of(Status::Pass), of(Status::Skip));
    let mut rest = format!("{} of GOROOT as before", count(passed, "probe"));
    if skipped > 0 {
        rest += &format!(", {skipped} skipped or failing both times");
    }
    vec![Block::Table(Table { head, rows, more: 0 }), Block::Paragraph(Text::words(rest))]
}

fn hint(move_: &Relocation) -> Option<String> {
    let flag = move_.tree.flag();
    match move_.outcome {
        MoveOutcome::Moved | MoveOutcome::AlreadyMoved => {
            Some(format!("`goenv-ci relocate {flag} {} --undo` moves it back", move_.from))
        }
        _ => None,
    }
}
