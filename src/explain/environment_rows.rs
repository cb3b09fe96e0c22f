//! A process's block beside what each Go says: the comparison alone.

use crate::explain::misspelt;
use crate::{
    explain::environment::{Process, Row, Snapshot, Standing},
    goenv::{Known, explanation::Explanation, sources::environment_notes},
    platform::env::{EnvBlock, doubled},
};

/// What Go's defaults rest on, beside its own variables.
const FOUNDATIONS: [&str; 11] = [
    "PATH",
    "HOME",
    "USERPROFILE",
    "LOCALAPPDATA",
    "APPDATA",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "TMPDIR",
    "TMP",
    "TEMP",
    "PWD",
];

/// `block` as the system hands it over, `env` as it answers for single names.
#[must_use]
pub fn snapshot(
    process: Process,
    block: &[(String, String)],
    env: &EnvBlock,
    explanations: &[Explanation],
) -> Snapshot {
    let platform = env.platform();
    let mut notes = environment_notes(env, block);
    let several = doubled(platform, block);
    let mut names: Vec<String> = Known::every_name().into_iter().chain(FOUNDATIONS).map(str::to_owned).collect();
    for (name, _) in env.iter() {
        if let Some(meant) = misspelt(name, platform) {
            notes.push(format!("no Go from 1.21 on knows a variable `{name}`; did you mean `{meant}`?"));
            names.push(name.to_owned());
        }
    }
    names.sort_unstable();
    names.dedup();
    let mut rows: Vec<Row> = names
        .iter()
        .filter_map(|name| {
            let process = env.get(name).map(str::to_owned);
            let says: Vec<Option<String>> = explanations.iter().map(|one| says(one, name)).collect();
            let standing = standing(process.as_deref(), &says)?;
            let same = |spelling: &str| platform.fold_name(spelling) == platform.fold_name(name);
            let spellings = several.iter().find(|one| same(&one.spellings[0].0));
            let spellings = spellings.map(|one| one.spellings.clone()).unwrap_or_default();
            Some(Row { name: name.clone(), process, spellings, says, standing })
        })
        .collect();
    rows.sort_by_key(|row| (row.standing, row.says.windows(2).all(|pair| pair[0] == pair[1])));
    let shown = |name: &str| rows.iter().any(|row| platform.fold_name(&row.name) == platform.fold_name(name));
    // Windows keeps the current folder of each drive under names like `=C:`.
    let others = env.iter().map(|(name, _)| name.to_owned()).filter(|name| !shown(name) && !name.starts_with('='));
    let others = others.collect();
    for one in explanations {
        for note in &one.notes {
            let note = if explanations.len() > 1 { format!("Go {}: {note}", one.go) } else { note.clone() };
            notes.extend((!notes.contains(&note)).then_some(note));
        }
    }
    let versions = explanations.iter().map(|one| (one.go.clone(), one.goroot.clone())).collect();
    Snapshot { process, versions, rows, others, notes }
}

/// What the real `go env` printed, else our reading.
fn says(explanation: &Explanation, name: &str) -> Option<String> {
    let (_, known) = Known::of(&explanation.go);
    let variable = explanation.get(name).filter(|_| known.has(name))?;
    variable.go_says.clone().or_else(|| variable.value.clone())
}

/// `None`: nobody has a value.
fn standing(process: Option<&str>, says: &[Option<String>]) -> Option<Standing> {
    let said: Vec<&str> = says.iter().flatten().map(String::as_str).collect();
    let filled = said.iter().any(|value| !value.is_empty());
    match process {
        None => filled.then_some(Standing::GoOnly),
        Some("") if said.is_empty() => None,
        Some(_) if said.is_empty() => Some(Standing::ProcessOnly),
        Some(value) if said.iter().all(|one| *one == value) => Some(Standing::Same),
        Some(_) => Some(Standing::Differs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_first_is_what_differs() {
        let says = |values: &[&str]| values.iter().map(|v| Some((*v).to_owned())).collect::<Vec<_>>();
        for (process, said, want) in [
            (Some("rel"), says(&["off", "rel"]), Some(Standing::Differs)),
            (Some(""), says(&["/x"]), Some(Standing::Differs)),
            (Some("/x"), says(&["/x"]), Some(Standing::Same)),
            (None, says(&["/x"]), Some(Standing::GoOnly)),
            (None, says(&[""]), None),
            (Some("/x"), vec![None], Some(Standing::ProcessOnly)),
        ] {
            assert_eq!(standing(process, &said), want, "{process:?} {said:?}");
        }
        assert!(Standing::Differs < Standing::GoOnly && Standing::GoOnly < Standing::Same);
    }
}
