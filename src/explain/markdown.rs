//! `explain` for the job summary.

use crate::{
    explain::{
        json::ExplainV1,
        text::{different, place, value, whence},
    },
    output::markdown::{name, sentence},
};
use std::fmt::Write;

/// All versions, a table each.
#[must_use]
pub fn render(all: &ExplainV1) -> String {
    let mut out = String::from("## Where Go's environment comes from\n");
    if !all.differences().is_empty() {
        out += "\n### What differs between these versions\n\n| variable | values |\n| --- | --- |\n";
        for one in all.differences() {
            let said = one
                .values
                .iter()
                .map(|said| format!("Go {} {}", sentence(&said.go), name(&different(said.value.as_deref()))));
            let _ = writeln!(out, "| {} | {} |", name(&one.name), said.collect::<Vec<_>>().join("<br>"));
        }
    }
    for one in all.explanations() {
        let _ = writeln!(out, "\n### Go {}\n", sentence(&one.go));
        for note in &one.notes {
            let _ = writeln!(out, "- ⚠️ {}", sentence(note));
        }
        out += "\n| variable | value | source | shadows |\n| --- | --- | --- | --- |\n";
        for variable in &one.variables {
            let says = variable.go_says.as_ref().map(|said| format!("<br>go env says {}", name(&value(Some(said)))));
            let shadowed: Vec<String> = variable
                .shadowed
                .iter()
                .map(|held| format!("{} {}", name(&value(Some(&held.value))), sentence(&place(held))))
                .collect();
            let _ = writeln!(
                out,
                "| {} | {}{} | {} | {} |",
                name(&variable.name),
                name(&value(variable.value.as_deref())),
                says.unwrap_or_default(),
                sentence(&whence(variable)),
                shadowed.join("<br>"),
            );
        }
    }
    out
}
