//! `explain` as a page.

use crate::output::sanitize::visible;
use crate::{
    explain::{
        json::{DifferenceV1, ExplainV1},
        text::{different, place, relation, value, whence},
    },
    output::sheet::Sheet,
};
use askama::Template;

#[derive(Template)]
#[template(path = "explain.html")]
struct Page {
    sheet: Sheet,
    differences: Vec<(String, Vec<(String, String)>)>,
    versions: Vec<Version>,
}

struct Version {
    go: String,
    notes: Vec<String>,
    variables: Vec<Variable>,
}

struct Variable {
    name: String,
    value: String,
    whence: String,
    go_says: Option<String>,
    shadowed: Vec<(&'static str, String, String)>,
}

/// All versions as one self-contained page.
///
/// # Errors
/// As the template engine says; none is known.
pub fn render(all: &ExplainV1) -> Result<String, askama::Error> {
    let explanations = all.explanations();
    let differ = explanations.iter().flat_map(|one| &one.variables).filter(|one| one.go_says.is_some()).count();
    let notes: usize = explanations.iter().map(|one| one.notes.len()).sum();
    let versions: Vec<String> = explanations.iter().map(|one| format!("Go {}", one.go)).collect();
    let (state, symbol) = if differ + notes > 0 { ("error", "!") } else { ("pass", "✓") };
    let headline = format!("Where the environment of {} comes from", versions.join(", "));
    let mut sheet = Sheet::new("explain", state, symbol, headline);
    sheet.counts = vec![("error", notes, "to know"), ("fail", differ, "unlike go env")];
    sheet.facts = explanations
        .iter()
        .map(|one| ("GOROOT", one.goroot.clone().unwrap_or_else(|| format!("none for Go {}", one.go))))
        .collect();
    let version = |one: &&crate::explain::json::ExplanationV1| Version {
        go: one.go.clone(),
        notes: one.notes.iter().map(|note| visible(note).into_owned()).collect(),
        variables: one
            .variables
            .iter()
            .map(|variable| Variable {
                name: variable.name.clone(),
                value: value(variable.value.as_deref()),
                whence: visible(&whence(variable)).into_owned(),
                go_says: variable.go_says.as_deref().map(|said| value(Some(said))),
                shadowed: variable
                    .shadowed
                    .iter()
                    .map(|held| (relation(held), value(Some(&held.value)), visible(&place(held)).into_owned()))
                    .collect(),
            })
            .collect(),
    };
    let difference = |one: &DifferenceV1| {
        let said = one.values.iter().map(|said| (said.go.clone(), different(said.value.as_deref())));
        (one.name.clone(), said.collect())
    };
    let differences = all.differences().iter().map(difference).collect();
    Page { differences, versions: explanations.iter().map(version).collect(), sheet }.render()
}
