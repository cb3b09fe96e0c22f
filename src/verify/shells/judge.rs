//! The verdicts on one shell: the direct start is held against what apply
//! wrote and what is on PATH here, every shell against the direct start.

use crate::verify::{
    Machine,
    cause::Asked,
    expect::{Mismatch, same_place},
    shells::{Seen, Unseen, cause, path, unjudged},
};
use crate::{
    ports::Host,
    report::{
        CellResult,
        shells::{Aspect, Observation, ShellCell, ShellKind, Sight},
        verdict::Verdict,
    },
};

/// All that the verdicts on one shell rest on.
pub(crate) struct Ground<'a> {
    pub kind: ShellKind,
    pub seen: &'a Seen,
    /// What must be seen, or why nobody knows.
    wanted: Result<Sight, String>,
    /// Where and by which `go` its variables would be read.
    pub asked: Asked<'a>,
}

impl<'a> Ground<'a> {
    /// Of a shell, and the direct start.
    pub(crate) fn of(kind: ShellKind, seen: &'a Seen, direct: &Seen, asked: Asked<'a>) -> Self {
        let wanted = match (kind, &direct.plain) {
            (ShellKind::Direct, _) => Ok(planned(asked.machine, asked.host)),
            (_, Ok(direct)) => Ok(direct.sight.clone()),
            (_, Err(Unseen::Absent(why) | Unseen::Broken(why))) => {
                Err(format!("there is nothing to hold it against, since the direct start failed: {why}"))
            }
        };
        Self { kind, seen, wanted, asked }
    }

    /// What the shell puts into PATH.
    pub(crate) fn added(&self) -> Vec<String> {
        match (&self.seen.plain, &self.wanted) {
            (Ok(plain), Ok(wanted)) => self.paths(wanted, &plain.sight).added,
            _ => Vec::new(),
        }
    }

    /// The verdict on one cell; its duration is the caller's.
    pub(crate) fn judge(&self, cell: ShellCell) -> CellResult {
        let result = unjudged(cell, &self.asked.version.to_string(), self.asked.machine);
        let evidence = self.seen.evidence.clone();
        let (plain, wanted) = match (&self.seen.plain, &self.wanted) {
            (Err(why), _) => return CellResult { verdict: why.verdict(), evidence, ..result },
            (_, Err(reason)) => {
                return CellResult { verdict: Verdict::Error { reason: reason.clone() }, evidence, ..result };
            }
            (Ok(plain), Ok(wanted)) => (plain, wanted),
        };
        if let Some(Mismatch { expected, observed }) = self.mismatch(cell.aspect, wanted, plain) {
            let cause = cause::of(cell.aspect, wanted, plain, self);
            return CellResult { verdict: Verdict::Fail { expected, observed }, cause, evidence, ..result };
        }
        let (verdict, control) = match &self.seen.changed {
            Err(why) => (Verdict::Error { reason: format!("the control could not be run: {why}") }, String::new()),
            Ok(changed) => match self.mismatch(cell.aspect, &plain.sight, changed) {
                Some(Mismatch { expected, observed }) => {
                    let told = format!("{}: instead of {expected}, {observed}", self.change(cell.aspect));
                    (Verdict::Pass, told.replace(&self.asked.machine.scratch, "${SCRATCH}"))
                }
                None => {
                    let change = self.change(cell.aspect);
                    let reason = format!(
                        "the control did not fail: with {change} the same is seen, so this probe proves nothing here"
                    );
                    (Verdict::Error { reason }, String::new())
                }
            },
        };
        CellResult { verdict, control, evidence, ..result }
    }

    fn mismatch(&self, aspect: Aspect, wanted: &Sight, seen: &Observation) -> Option<Mismatch> {
        match aspect {
            Aspect::Variable(variable) => {
                let (left, right) = (wanted.value(variable), seen.sight.value(variable));
                let same = match (left, right) {
                    (Some(left), Some(right)) => self.same(left, right),
                    (left, right) => left == right,
                };
                let held = |value: Option<&str>| {
                    let name = variable.name();
                    value.map_or_else(|| format!("{name} is not set"), |value| format!("{name}=`{value}`"))
                };
                (!same).then(|| Mismatch::new(held(left), held(right)))
            }
            Aspect::Go => {
                let (left, right) = (wanted.go.as_deref(), seen.sight.go.as_deref());
                let named =
                    |go: Option<&str>| go.map_or_else(|| "no `go` on PATH".to_owned(), |go| format!("`go` is `{go}`"));
                if let Some(word) = own_meaning(self.kind, seen.lookup.as_deref()) {
                    return Some(Mismatch::new(named(left), format!("`go` is {word} of the shell's own")));
                }
                let same = match (left, right) {
                    (Some(left), Some(right)) => self.same(left, right),
                    (left, right) => left == right,
                };
                (!same).then(|| Mismatch::new(named(left), named(right)))
            }
            Aspect::Path => self.paths(wanted, &seen.sight).mismatch,
        }
    }

    fn paths(&self, wanted: &Sight, seen: &Sight) -> path::Compared {
        let lead =
            self.asked.machine.delivery.as_ref().map(|delivery| delivery.record.path.as_slice()).unwrap_or_default();
        path::compare(&wanted.path, &seen.path, lead, self.asked.machine.platform, self.asked.host)
    }

    /// Whether two texts name one place.
    pub(crate) fn same(&self, left: &str, right: &str) -> bool {
        same_place(self.asked.machine.platform, self.asked.host, left, right)
    }

    fn change(&self, aspect: Aspect) -> String {
        match aspect {
            Aspect::Variable(variable) => {
                format!("{}=`{}`", variable.name(), self.seen.given.sight.value(variable).unwrap_or_default())
            }
            Aspect::Go | Aspect::Path => "every folder with a `go` off PATH".to_owned(),
        }
    }
}

/// What a process that is started directly must see: the recorded values, and PATH as it is here.
fn planned(machine: &Machine, host: &dyn Host) -> Sight {
    let mut sight = crate::verify::shells::look(&machine.env, Vec::new(), host).sight;
    let recorded = |name: &str| machine.delivery.as_ref()?.record.value(name).map(str::to_owned);
    sight.gocache = recorded("GOCACHE").or(sight.gocache);
    sight.gopath = recorded("GOPATH").or(sight.gopath);
    sight.gobin = recorded("GOBIN").or(sight.gobin);
    sight
}

/// `a function or an alias`, where a shell says that `go` is no program on PATH to it.
/// POSIX `command -v` gives a path, a bare name or `alias go=...`; PowerShell the kind of command.
pub(crate) fn own_meaning(kind: ShellKind, lookup: Option<&str>) -> Option<&'static str> {
    let lookup = lookup.map(str::trim).filter(|text| !text.is_empty())?;
    match kind {
        ShellKind::Sh | ShellKind::Bash if lookup.starts_with("alias ") => Some("an alias"),
        ShellKind::Sh | ShellKind::Bash => (!lookup.contains(['/', '\\'])).then_some("a function"),
        ShellKind::Pwsh | ShellKind::WindowsPowershell => match lookup {
            "Alias" => Some("an alias"),
            "Function" | "Filter" => Some("a function"),
            "Cmdlet" => Some("a cmdlet"),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_that_means_a_function_or_an_alias_by_go_is_caught() {
        for (kind, lookup, wanted) in [
            (ShellKind::Bash, "/usr/local/go/bin/go", None),
            (ShellKind::Bash, "C:/Go/bin/go", None),
            (ShellKind::Bash, "go", Some("a function")),
            (ShellKind::Sh, "alias go='/opt/go'", Some("an alias")),
            (ShellKind::Pwsh, "Application", None),
            (ShellKind::Pwsh, "ExternalScript", None),
            (ShellKind::WindowsPowershell, "Function", Some("a function")),
            (ShellKind::Pwsh, "", None),
            (ShellKind::Cmd, "go", None),
        ] {
            assert_eq!(own_meaning(kind, Some(lookup)), wanted, "{kind:?} {lookup}");
        }
    }
}
