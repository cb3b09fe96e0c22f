//! Where each value comes from: `go_env`'s answer, the sources it shadows, and
//! what filled the environment before the process began.

use crate::{
    go_env::{Subject, variables},
    model::explained::Explanation,
    ports::{Host, Scopes},
};

/// One Go version's variables with their sources. Reads files, runs nothing.
#[must_use]
pub fn explain(subject: &Subject<'_>, host: &dyn Host, _scopes: &dyn Scopes) -> Explanation {
    Explanation {
        go: subject.version.clone(),
        goroot: subject.goroot.map(str::to_owned),
        variables: variables(subject, host),
        notes: Vec::new(),
    }
}
