//! Names of variables: two spellings of one, and names that Go does not read.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit, told},
    },
    explain,
    output::mask,
    platform::{Platform, env::doubled},
    ports::Kind,
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[TWICE, MISSPELT];

const TWICE: Check = Check {
    id: "name-twice",
    severity: Severity::Error,
    title: "A variable in two spellings",
    why: "On Windows `gocache` and `GOCACHE` are one name; only a program that builds the environment block itself can set both.",
    run: twice,
};

fn twice(context: &Context<'_>) -> Vec<Hit> {
    let ours = |name: &str| name.to_uppercase().starts_with("GO") || name.eq_ignore_ascii_case("PATH");
    doubled(context.platform(), context.block)
        .into_iter()
        .filter(|one| ours(&one.spellings[0].0))
        .map(|one| {
            let shown: Vec<String> =
                one.spellings.iter().map(|(name, value)| format!("{name}={}", mask::shown(name, value))).collect();
            let message = format!(
                "`{}` stands {} times in the environment: which value a program gets is left to chance; whoever starts the process must set one spelling only",
                one.spellings[0].0,
                shown.len()
            );
            Hit::new(message, shown.join("; "))
        })
        .collect()
}

const MISSPELT: Check = Check {
    id: "name-misspelt",
    severity: Severity::Warning,
    title: "A variable that Go never reads",
    why: "Go ignores a wrong name silently. Names that programs other than Go use, as GO_VERSION and GO_ENV, are none of these, nor is one whose value Go could not use.",
    run: misspelt,
};

fn misspelt(context: &Context<'_>) -> Vec<Hit> {
    let platform = context.platform();
    let one = |(name, value, meant): (&str, &str, String)| {
        let message = format!("`{name}` is no variable of Go's, which reads it never; {meant} is one");
        Hit::new(message, format!("{name}={}", mask::shown(name, value))).fix(rename(context, name, &meant))
    };
    let meant = |name: &str, value: &str| {
        let meant = explain::misspelt(name, platform)?;
        // Where Go's own is set, the other one is somebody's for another purpose; so is one that Go could not use.
        let unset = context.subject.env.get_filled(&meant).is_none();
        let fits = explain::could_be(&meant, value, platform) && !context.refuses(&meant, value);
        let is_dir = matches!(&*meant, "GOBIN" | "GOCACHE" | "GOMODCACHE" | "GOPATH" | "GOTMPDIR");
        let in_the_way = is_dir && context.host.kind(value) == Kind::File;
        (unset && fits && !in_the_way).then_some(meant)
    };
    told(context.subject.env.iter().filter_map(|(name, value)| Some((name, value, meant(name, value)?))), one)
}

fn rename(context: &Context<'_>, name: &str, meant: &str) -> String {
    if context.platform() == Platform::Windows {
        format!("Rename-Item Env:{name} {meant}")
    } else {
        format!("export {meant}=\"${name}\" && unset {name}")
    }
}
