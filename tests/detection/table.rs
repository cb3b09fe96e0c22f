//! docs/detection.md, written from what a run found.

use crate::{
    mutant::Mutant,
    sweep::Sweep,
    trial::{Judgement, Outcome, Trial},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::PathBuf,
};

/// Where the page is.
pub fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/detection.md")
}

const HEAD: &str = include_str!("head.md");

/// What is counted of a set of mutants: each mutant once for each version that it was built for.
#[derive(Default)]
struct Tally {
    mutants: usize,
    caught: usize,
    rightly: usize,
    env: usize,
    setup_go: usize,
}

impl Tally {
    fn count(&mut self, trial: &Trial) {
        self.mutants += 1;
        self.caught += usize::from(trial.judgement.is_caught());
        self.rightly += usize::from(trial.judgement == Judgement::Caught);
        self.env += usize::from(!trial.env.is_empty());
        self.setup_go += usize::from(trial.setup_go.as_ref().is_ok_and(|empty| !empty.is_empty()));
    }

    fn row(&self, name: &str) -> String {
        let Self { mutants, caught, rightly, env, setup_go } = self;
        format!("| {name} | {mutants} | {caught} | {rightly} | {env} | {setup_go} |\n")
    }
}

const TOTALS: &str =
    "| | mutants | caught | rightly blamed | `go env` | setup-go |\n| --- | --- | --- | --- | --- | --- |\n";

/// The whole page.
pub fn render(mutants: &[&Mutant], sweeps: &[Sweep]) -> String {
    let mut page = HEAD.to_owned();
    page.push_str("## Totals\n\n");
    page.push_str(TOTALS);
    for sweep in sweeps {
        page.push_str(&tally(mutants, std::slice::from_ref(sweep), |_| true).row(&format!("Go {}", sweep.version)));
    }
    let versions: Vec<&str> = sweeps.iter().map(|sweep| sweep.version.as_str()).collect();
    write!(page, "\nBy variable, on {} together:\n\n{TOTALS}", versions.join(" and ")).unwrap();
    let variables: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.variable.as_str()).collect();
    for variable in &variables {
        page.push_str(&tally(mutants, sweeps, |mutant| mutant.variable == *variable).row(variable));
    }
    write!(page, "\nBy the command that the mutant is about:\n\n{TOTALS}").unwrap();
    let commands: BTreeSet<&str> = mutants.iter().map(|mutant| mutant.command.as_str()).collect();
    for command in commands {
        page.push_str(&tally(mutants, sweeps, |mutant| mutant.command == command).row(&format!("`{command}`")));
    }
    page.push_str(&apart(mutants, sweeps));
    for variable in variables {
        write!(
            page,
            "\n## {variable}\n\n| mutant | what it stands for | `verify` | `go env` | setup-go |\n| --- | --- | --- | --- | --- |\n"
        )
        .unwrap();
        for mutant in mutants.iter().filter(|mutant| mutant.variable == variable) {
            page.push_str(&row(mutant, sweeps));
        }
    }
    page
}

/// The counted trials: not the equivalent ones, of which there is nothing to catch.
fn tally(mutants: &[&Mutant], sweeps: &[Sweep], of: impl Fn(&Mutant) -> bool) -> Tally {
    let mut tally = Tally::default();
    for mutant in mutants.iter().filter(|mutant| mutant.equivalent.is_none() && of(mutant)) {
        for sweep in sweeps {
            if let Some(Outcome::Judged(trial)) = sweep.outcomes.get(&mutant.id) {
                tally.count(trial);
            }
        }
    }
    tally
}

/// What is not in the totals, by name.
fn apart(mutants: &[&Mutant], sweeps: &[Sweep]) -> String {
    let mut text = String::from("\nNot in these numbers:\n\n");
    let equivalent: Vec<String> =
        mutants.iter().filter(|mutant| mutant.equivalent.is_some()).map(|mutant| format!("`{}`", mutant.id)).collect();
    writeln!(text, "- {} equivalent mutants, which nobody can tell from Go: {}", equivalent.len(), names(&equivalent))
        .unwrap();
    let (all, earlier) =
        sweeps.iter().fold((0, 0), |(all, earlier), sweep| (all + sweep.outcomes.len(), earlier + sweep.earlier));
    if earlier > 0 {
        writeln!(
            text,
            "- nothing more; but {earlier} of all {all} outcomes are of an earlier build of goenv-ci: what a change since then could touch was judged again"
        )
        .unwrap();
    }
    for sweep in sweeps {
        let that = |is_meant: fn(&Outcome) -> bool| -> Vec<String> {
            let those = sweep.outcomes.iter().filter(|(_, outcome)| is_meant(outcome));
            those.map(|(id, _)| format!("`{id}`")).collect()
        };
        let (stale, broken) = (
            that(|outcome| matches!(outcome, Outcome::DoesNotApply(_))),
            that(|outcome| matches!(outcome, Outcome::DoesNotCompile(_))),
        );
        let version = &sweep.version;
        writeln!(text, "- {} mutants that do not apply to the source of Go {version}: {}", stale.len(), names(&stale))
            .unwrap();
        if !broken.is_empty() {
            writeln!(text, "- {} mutants that do not compile on Go {version}: {}", broken.len(), names(&broken))
                .unwrap();
        }
        let missing: Vec<&&Mutant> = mutants.iter().filter(|mutant| !sweep.outcomes.contains_key(&mutant.id)).collect();
        let version = sweep.version.parse().unwrap();
        let of = |is_for: bool| -> Vec<String> {
            let those = missing.iter().filter(|mutant| mutant.is_for(&version) == is_for);
            those.map(|mutant| format!("`{}`", mutant.id)).collect()
        };
        let (not_run, other) = (of(true), of(false));
        if !not_run.is_empty() {
            writeln!(
                text,
                "- {} mutants that were not run on Go {}, for its time was up; they are chosen in turns over all variables",
                not_run.len(),
                sweep.version
            )
            .unwrap();
        }
        writeln!(text, "- {} mutants of code that Go {} does not have: {}", other.len(), sweep.version, names(&other))
            .unwrap();
    }
    text
}

fn names(ids: &[String]) -> String {
    if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
}

fn row(mutant: &Mutant, sweeps: &[Sweep]) -> String {
    let of = |text: &dyn Fn(&Trial) -> String| {
        let mut by_version: Vec<(&str, String)> = Vec::new();
        for sweep in sweeps {
            match sweep.outcomes.get(&mutant.id) {
                Some(Outcome::Judged(trial)) => by_version.push((&sweep.version, text(trial))),
                Some(Outcome::DoesNotApply(_)) => by_version.push((&sweep.version, "does not apply".to_owned())),
                Some(Outcome::DoesNotCompile(_)) => by_version.push((&sweep.version, "does not compile".to_owned())),
                None => {}
            }
        }
        said(&by_version, sweeps.len())
    };
    let verify = match (&mutant.equivalent, &mutant.unseen) {
        (Some(why), _) => format!("equivalent, {}: {why}", of(&|trial| trial.judgement.text())),
        (None, Some(why)) => format!("**{}**: {why}", of(&|trial| trial.judgement.text())),
        (None, None) => of(&|trial| match &trial.judgement {
            Judgement::Caught => "caught".to_owned(),
            other => format!("**{}**", other.text()),
        }),
    };
    let env =
        of(&|trial| if trial.env.is_empty() { "–".to_owned() } else { format!("{} differs", trial.env.join(", ")) });
    let setup_go = of(&|trial| match &trial.setup_go {
        Ok(empty) if empty.is_empty() => "–".to_owned(),
        Ok(empty) => format!("{} empty", empty.join(", ")),
        Err(_) => "the job stops".to_owned(),
    });
    format!("| `{}` | {} | {verify} | {env} | {setup_go} |\n", mutant.id, mutant.stands_for)
}

/// `caught`, or `caught (1.22.10), survived (1.23.9)` where versions differ or are left out.
fn said(by_version: &[(&str, String)], versions: usize) -> String {
    let mut groups: BTreeMap<usize, (String, Vec<&str>)> = BTreeMap::new();
    for (at, (version, text)) in by_version.iter().enumerate() {
        let first = by_version.iter().position(|(_, other)| other == text).unwrap_or(at);
        groups.entry(first).or_insert_with(|| (text.clone(), Vec::new())).1.push(version);
    }
    let all = |on: &[&str]| on.len() == versions;
    let texts =
        groups.into_values().map(|(text, on)| if all(&on) { text } else { format!("{text} ({})", on.join(", ")) });
    texts.collect::<Vec<_>>().join(", ")
}

/// The ids in the tables of a page.
pub fn listed_ids(page: &str) -> Vec<String> {
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(id, _)| id.to_owned()).filter(|id| id.contains('/')).collect()
}
