//! What `lint --explain-cache` says to a person.

use crate::{
    lint::forecast::{CacheForecast, ForecastCache, ForecastState, Outlook, OutlookHit},
    output::{
        Document,
        document::{Block, Entries, Entry, Field, Headline, Mark, Span, Text, Value},
        wording::{count, list},
    },
    status::Status,
};
use std::borrow::Cow;

/// Each cache, with who finds its entries.
#[must_use]
pub fn document(forecast: &CacheForecast) -> Document {
    let of = |state| forecast.caches.iter().filter(|cache| cache.state == state).count();
    let words = |state: ForecastState| format!("{} {}", of(state), state.word());
    let kinds: Vec<String> = ForecastState::ALL.into_iter().filter(|state| of(*state) > 0).map(words).collect();
    let text = match forecast.caches.is_empty() {
        true => "No job keeps a cache over Go's directories".to_owned(),
        false => format!("{}: {}", count(forecast.caches.len(), "cache"), list(&kinds)),
    };
    let entries = Entries { shown: forecast.caches.iter().map(entry).collect(), ..Entries::default() };
    Document {
        command: "lint",
        headline: Some(Headline { status: None, text: Text::words(text), tail: String::new() }),
        blocks: if forecast.caches.is_empty() { Vec::new() } else { vec![Block::Entries(entries)] },
        ..Document::default()
    }
}

impl ForecastState {
    const ALL: [Self; 5] = [Self::Works, Self::Moved, Self::Dead, Self::Off, Self::Unknown];

    fn word(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Off => "off",
            Self::Dead => "dead",
            Self::Moved => "moved",
            Self::Unknown => "unknown",
        }
    }

    fn status(self) -> Status {
        match self {
            Self::Works => Status::Pass,
            Self::Dead | Self::Moved => Status::Fail,
            Self::Off | Self::Unknown => Status::Skip,
        }
    }
}

fn entry(cache: &ForecastCache) -> Entry {
    let place = &cache.location;
    let mut fields = vec![Field::new(
        "where",
        Span::File { path: place.file.clone(), line: (place.line > 0).then_some(place.line) },
    )];
    let code = |text: &String| Text::code(text.as_str());
    let paths = |name: &str, paths: &Vec<String>| Field {
        name: name.to_owned(),
        value: Value::List(paths.iter().map(code).collect()),
        notes: Vec::new(),
    };
    fields.extend(cache.key.as_ref().map(|key| Field::new("key", code(key))));
    let is_one = cache.restored == cache.saved;
    fields.extend(cache.restored.as_ref().map(|all| paths(if is_one { "paths" } else { "looks for" }, all)));
    fields.extend(cache.version.as_ref().map(|version| Field::new("version", code(version))));
    if !is_one {
        fields.extend(cache.saved.as_ref().map(|all| paths("stores", all)));
    }
    if cache.version != cache.saved_version {
        fields.extend(cache.saved_version.as_ref().map(|version| Field::new("stored version", code(version))));
    }
    let outlooks = [
        ("next run", &cache.next_run),
        ("pull request", &cache.next_pull_request),
        ("other branch", &cache.other_branch),
    ];
    fields.extend(outlooks.map(|(name, outlook)| Field::new(name, told(outlook).as_str())));
    Entry {
        mark: Mark { status: Some(cache.state.status()), word: Cow::Borrowed(cache.state.word()) },
        title: Text::words(format!("{}: {}", cache.job, cache.action)),
        id: None,
        summary: (!cache.reason.is_empty()).then(|| Text::prose(&cache.reason)),
        frame: None,
        fields,
        details: Vec::new(),
    }
}

fn told(outlook: &Outlook) -> String {
    let word = match outlook.hit {
        OutlookHit::Yes => "hit",
        OutlookHit::No => "miss",
        OutlookHit::Unknown => "unknown",
        OutlookHit::NotRun => "none",
    };
    format!("{word}: {}", outlook.why)
}
