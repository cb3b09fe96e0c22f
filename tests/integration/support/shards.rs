//! Reports of shards, as `verify --shard` writes them.

use goenv_ci::{
    plan::shard::{CellList, Shard, cut},
    probe::ProbeKind,
    report::{CellResult, Format, Report, RunnerFacts, ShardFacts, verdict::Verdict},
};
use std::time::Duration;

/// The name of the machine of all shards.
pub const RUNNER: &str = "windows-2022 Windows X64";

/// A plan that is cut.
pub struct Shards {
    list: CellList,
    total: usize,
    image: String,
}

impl Shards {
    /// Five probes on two versions, and one live one.
    pub fn of(total: usize) -> Self {
        Self::with_probes(total, 5)
    }

    pub fn with_probes(total: usize, probes: usize) -> Self {
        let list = CellList {
            versions: vec!["1.21".to_owned(), "1.22".to_owned()],
            probes: (0..probes).map(|at| format!("gobin/probe-{at}")).collect(),
            live: vec!["path/arrived".to_owned()],
        };
        Self { list, total, image: "windows-2022".to_owned() }
    }

    /// One shard on another machine.
    pub fn on(image: &str) -> Self {
        Self { image: image.to_owned(), ..Self::of(1) }
    }

    /// All of them.
    pub fn cells(&self) -> usize {
        self.list.len()
    }

    fn ranges(&self) -> Vec<std::ops::Range<usize>> {
        cut(&vec![1; self.list.len()], self.total)
    }

    /// Probe and version, as it was asked for, of the cells of a shard.
    pub fn cells_of(&self, index: usize) -> Vec<String> {
        let named = |at: usize| self.list.cell(at).map(|(probe, go)| format!("{probe} {}", go.unwrap_or_default()));
        self.ranges()[index - 1].clone().filter_map(named).collect()
    }

    /// The report of a shard in which all passes.
    pub fn report(&self, index: usize) -> Report {
        let result = |at: usize| {
            let (probe, go) = self.list.cell(at).unwrap();
            CellResult {
                probe: probe.to_owned(),
                variable: if go.is_some() { "GOBIN" } else { "PATH" }.to_owned(),
                go: if go == Some("1.21") { "1.21.13" } else { "1.22.10" }.to_owned(),
                kind: if go.is_some() { ProbeKind::Contract } else { ProbeKind::Live },
                why: "`go install` writes there and nowhere else".to_owned(),
                verdict: Verdict::Pass,
                cause: None,
                control: "unset: the file is elsewhere".to_owned(),
                evidence: Vec::new(),
                duration: Duration::from_millis(40),
            }
        };
        let ranges = self.ranges();
        Report {
            tool_version: "1.0.0".to_owned(),
            runner: RunnerFacts {
                os: "Windows".to_owned(),
                arch: "X64".to_owned(),
                image: self.image.clone(),
                image_version: "20261101.1.0".to_owned(),
            },
            delivery: None,
            toolchains: Vec::new(),
            missing: Vec::new(),
            sources: Default::default(),
            drives: Default::default(),
            results: ranges[index - 1].clone().map(result).collect(),
            shells: Vec::new(),
            duration: Duration::from_secs(2),
            run: Default::default(),
            shard: Some(ShardFacts {
                shard: Shard { index, total: self.total },
                starts: ranges.iter().map(|range| range.start).collect(),
                fingerprint: format!("{:016x}", self.list.len()),
                list: self.list.clone(),
            }),
        }
    }
}

/// report.json.
pub fn text_of(report: &Report) -> String {
    Format::Json.render(report).unwrap()
}
