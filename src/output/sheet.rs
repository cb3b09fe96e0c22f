//! The frame of the pages of `explain`, `doctor` and `claims`: one file that
//! loads nothing and runs nothing. What stands in it is their own business.

use crate::output::html::{STYLE, hash};

/// What `sheet.html` shows around the content; every value is escaped by the template.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub policy: String,
    pub style: &'static str,
    pub tool_version: &'static str,
    /// `explain`, `doctor` or `claims`.
    pub what: &'static str,
    /// `pass`, `fail`, `error` or `skip`: the colour.
    pub state: &'static str,
    /// One character beside the headline.
    pub symbol: &'static str,
    /// The whole in one sentence.
    pub headline: String,
    /// Class, number and word.
    pub counts: Vec<(&'static str, usize, &'static str)>,
    /// Name and value.
    pub facts: Vec<(&'static str, String)>,
}

impl Sheet {
    pub(crate) fn new(what: &'static str, state: &'static str, symbol: &'static str, headline: String) -> Self {
        let policy = format!(
            "default-src 'none'; style-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
            hash(STYLE)
        );
        let tool_version = env!("CARGO_PKG_VERSION");
        let (counts, facts) = (Vec::new(), Vec::new());
        Self { policy, style: STYLE, tool_version, what, state, symbol, headline, counts, facts }
    }
}
