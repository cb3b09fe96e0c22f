//! `explain`: first what is not at its default. The rest is one line in a
//! terminal, and behind a click on a page.

use super::{by_value, full_value, location, notices, place, shadowed, short_value, source, version, versions};
use crate::{
    explain::values::{Difference, Values, is_at_default, is_of_path},
    goenv::explanation::{Explained, Explanation, Layer},
    output::{
        Document,
        document::{Block, Count, Field, Folded, Note, Text, Value},
        wording::count,
    },
    platform::Platform,
    status::{Severity, Status},
};

/// What of the answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// What is not at its default; the rest is counted.
    Changed,
    /// Everything.
    All,
    /// The variables that were asked for, which are the only ones there.
    Asked,
}

/// `explain`; `platform` is that of the lists among the values.
#[must_use]
pub fn values(values: &Values, shown: Shown, platform: Platform) -> Document {
    let all = values.explanations();
    let view = ValuesView { shown, platform };
    let names: Vec<String> = all.iter().map(|one| one.go.to_string()).collect();
    let title = match all {
        [one] => version(&names[0], one.goroot.as_deref()),
        _ => Text::words(versions(&names)),
    };
    let mut blocks = view.notes(all);
    blocks.extend(view.differences(values.differences()));
    for (owner, variables) in sections(all) {
        blocks.extend(view.section(owner, &variables, all.len() > 1));
    }
    Document {
        command: "explain",
        title: Some(title),
        counts: view.counts(all),
        blocks,
        hints: view.hint(all),
        ..Document::default()
    }
}

/// What is the same in all versions, then what each has of its own.
fn sections<'a>(all: &'a [Explanation]) -> Vec<(Option<&'a Explanation>, Vec<&'a Explained>)> {
    let [first, others @ ..] = all else { return Vec::new() };
    if others.is_empty() {
        return vec![(None, first.variables.iter().collect())];
    }
    let is_common = |one: &Explained| all.iter().all(|other| other.get(&one.name) == Some(one));
    let common = first.variables.iter().filter(|one| is_common(one)).collect();
    let own = |one: &'a Explanation| (Some(one), one.variables.iter().filter(|own| !is_common(own)).collect());
    [(None, common)].into_iter().chain(all.iter().map(own)).collect()
}

struct ValuesView {
    shown: Shown,
    platform: Platform,
}

impl ValuesView {
    /// Whether a variable is among those that are shown first.
    fn is_first(&self, one: &Explained) -> bool {
        match self.shown {
            Shown::Asked => true,
            Shown::All if is_of_path(one) => true,
            // Most workflows put something in front of PATH.
            Shown::Changed if one.name == "PATH" => one.is_unusual,
            Shown::Changed if is_of_path(one) => one.is_unusual || !one.shadowed.is_empty(),
            Shown::Changed | Shown::All => !is_at_default(one),
        }
    }

    fn notes(&self, all: &[Explanation]) -> Vec<Block> {
        let mut notes: Vec<String> = Vec::new();
        for one in all {
            for note in &one.notes {
                let is_common = all.iter().all(|other| other.notes.contains(note));
                let subject = format!("Go {}", one.go);
                let is_named = is_common || note.starts_with(&format!("{subject} "));
                let note = if is_named { note.clone() } else { format!("{subject}: {note}") };
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        let mut blocks: Vec<Block> = notices(Severity::Warning, &notes).collect();
        let disputed = disputed(all);
        if disputed > 0 {
            let (verb, what) = if disputed == 1 { ("has", "value") } else { ("have", "values") };
            let text = format!("{} below {verb} another {what} by `go env`", count(disputed, "variable"));
            blocks.push(Block::Notice(Severity::Warning, text.into()));
        }
        blocks
    }

    /// Each variable once, its values with the versions that have them.
    fn differences(&self, all: &[Difference]) -> Vec<Block> {
        let field = |one: &Difference| {
            let groups = by_value(one.values.iter().map(|said| (&said.go, said.value.as_deref())));
            let line = |(of, value): (Vec<String>, Text)| Text::words(format!("{}: ", versions(&of))).and(value);
            let value = Value::List(groups.into_iter().map(line).collect());
            Field { name: one.name.clone(), value, notes: Vec::new() }
        };
        let fields: Vec<Field> = all.iter().map(field).collect();
        match fields.as_slice() {
            [] => Vec::new(),
            _ => vec![Block::Heading("What differs between these versions".into()), Block::Fields(fields)],
        }
    }

    fn section(&self, owner: Option<&Explanation>, variables: &[&Explained], several: bool) -> Vec<Block> {
        let (first, rest): (Vec<&Explained>, Vec<&Explained>) = variables.iter().partition(|one| self.is_first(one));
        let mut blocks = Vec::new();
        match owner {
            Some(one) => blocks.push(Block::Heading(version(&one.go.to_string(), one.goroot.as_deref()))),
            None if several => blocks.push(Block::Heading("In all of them".into())),
            None => {}
        }
        if !first.is_empty() {
            blocks.push(Block::Fields(first.into_iter().map(|one| self.field(one)).collect()));
        }
        let summary = defaults(rest.iter().filter(|one| !is_of_path(one)).count());
        let rest = self.rest(&rest);
        match self.shown {
            _ if rest.is_empty() => {}
            Shown::Changed | Shown::Asked => {
                blocks.push(Block::Folded(Folded { status: None, summary: summary.into(), open: false, blocks: rest }));
            }
            Shown::All => {
                blocks.push(Block::Heading(summary.into()));
                blocks.extend(rest);
            }
        }
        blocks
    }

    /// What is at its default; of those without a value only the names.
    fn rest(&self, variables: &[&Explained]) -> Vec<Block> {
        let is_unset = |one: &&&Explained| {
            one.value.as_deref() == Some("") && one.source == Layer::Default && one.because.is_none()
        };
        let (unset, filled): (Vec<&Explained>, Vec<&Explained>) = variables.iter().partition(is_unset);
        let mut blocks = Vec::new();
        if !filled.is_empty() {
            blocks.push(Block::Fields(filled.into_iter().map(|one| self.field(one)).collect()));
        }
        if !unset.is_empty() {
            let mut text = Text::words("Empty: ");
            for (at, one) in unset.iter().enumerate() {
                text = text.and(Text::words(if at == 0 { "" } else { ", " })).and(Text::words(&*one.name));
            }
            blocks.push(Block::Paragraph(text));
        }
        blocks
    }

    fn field(&self, one: &Explained) -> Field {
        // All of PATH is long; where nobody asked, what is unusual about it says more.
        let because = one.because.as_deref().filter(|_| self.shown == Shown::Changed && one.name == "PATH");
        if let Some(because) = because {
            return Field::new(&*one.name, because);
        }
        let value = full_value(&one.name, one.value.as_deref(), self.platform);
        let mut notes = Vec::new();
        // Among the defaults that one is the default says nothing.
        if self.shown == Shown::Asked || one.source != Layer::Default || one.because.is_some() {
            notes.push(Note { status: None, text: origin(one) });
        }
        if let Some(said) = &one.go_says {
            let text = Text::from("`go env` says ").and(short_value(Some(said)));
            notes.push(Note { status: Some(Status::Error), text });
        }
        notes.extend(one.shadowed.iter().map(|one| Note { status: None, text: shadowed(one) }));
        Field { name: one.name.clone(), value, notes }
    }

    fn counts(&self, all: &[Explanation]) -> Vec<Count> {
        let warnings: usize = all.iter().map(|one| one.notes.len()).sum();
        let counts = [(disputed(all), "unlike go env"), (warnings, "to know")].into_iter();
        let count = |(number, word): (usize, &str)| Count {
            status: Some(Status::Error),
            number: number.to_string(),
            word: word.to_owned(),
        };
        counts.filter(|(number, _)| *number > 0).map(count).collect()
    }

    /// How many are not shown, and how to see them.
    fn hint(&self, all: &[Explanation]) -> Vec<Text> {
        if self.shown != Shown::Changed {
            return Vec::new();
        }
        let variables = || all.iter().flat_map(|one| &one.variables).filter(|one| !is_of_path(one));
        let mut names: Vec<&str> = variables().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let first = |name: &&&str| variables().any(|one| one.name == **name && self.is_first(one));
        let rest = names.len() - names.iter().filter(first).count();
        let what = match rest {
            0 => return Vec::new(),
            1 if names.len() > 1 => "1 more is at its default".to_owned(),
            _ if rest == names.len() => format!("All {rest} variables are at their defaults"),
            _ => format!("{rest} more are at their defaults"),
        };
        vec![format!("{what}; `goenv-ci explain --all` shows them").into()]
    }
}

/// How many variables differ from what `go env` says.
fn disputed(all: &[Explanation]) -> usize {
    all.iter().flat_map(|one| &one.variables).filter(|one| one.go_says.is_some()).count()
}

fn defaults(number: usize) -> String {
    if number == 1 {
        "1 variable is at its default".to_owned()
    } else {
        format!("{} are at their defaults", count(number, "variable"))
    }
}

/// `environment, set by a shell profile, /home/u/.bashrc:3`.
fn origin(one: &Explained) -> Text {
    let mut text = Text::from(source(one.source));
    if let Some(at) = &one.at {
        text = text.and(", ").and(location(at));
    }
    if let Some(origin) = one.origin.as_ref().filter(|origin| origin.source != Layer::Process) {
        text = text.and(", set by ").and(place(origin.source, origin.at.as_deref()));
    }
    if let Some(because) = &one.because {
        text = text.and(": ").and(Text::prose(because));
    }
    text
}
