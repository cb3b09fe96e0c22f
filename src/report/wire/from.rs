//! From the model to the wire types of report.json. Evidence goes with what
//! did not pass: with it, ten thousand merged shards would be mostly output
//! that nobody reads.

use crate::drives::wire::SourceV1;
use crate::report::wire::{
    DeliveryV1, EndedV1, EvidenceV1, KindV1, MissingV1, NamedRunnerV1, ReportV1, ResultV1, RunV1, RunnerV1, ShardV1,
    ShellV1, ToolV1, ToolchainV1,
};
use crate::status::Status;
use crate::{
    plan::delivery::DeliverySource,
    ports::Ended,
    probe::ProbeKind,
    report::{
        CellResult, Report, RunnerFacts,
        verdict::{Evidence, Verdict},
    },
};
use std::time::Duration;

impl From<&Report> for ReportV1 {
    fn from(report: &Report) -> Self {
        let Report {
            tool_version,
            runner,
            delivery,
            toolchains,
            missing,
            sources,
            drives,
            results,
            shells,
            duration,
            run,
            shard,
        } = report;
        Self {
            schema_version: 1,
            tool: ToolV1 { name: "goenv-ci".to_owned(), version: tool_version.clone() },
            runner: runner.into(),
            delivery: delivery.map(|source| match source {
                DeliverySource::Runner => DeliveryV1::Runner,
                DeliverySource::Overlay => DeliveryV1::Overlay,
            }),
            toolchains: toolchains
                .iter()
                .map(|t| ToolchainV1 { version: t.version.to_string(), goroot: t.goroot.clone(), source: t.source })
                .collect(),
            missing: missing
                .iter()
                .map(|m| MissingV1 { request: m.request.to_string(), looked_at: m.looked_at.clone() })
                .collect(),
            sources: sources.found.iter().map(SourceV1::from).collect(),
            notes: sources.notes.clone(),
            drives: drives.into(),
            results: results.iter().map(ResultV1::from).collect(),
            shells: shells.iter().map(ShellV1::from).collect(),
            summary: report.tally(),
            duration_ms: ms(*duration),
            started_at: run.started_at.clone(),
            run: run.id.clone().map(|id| RunV1 { id, attempt: run.attempt }),
            shard: shard.as_ref().map(ShardV1::from),
            runners: Vec::new(),
            merged: None,
        }
    }
}

impl From<&CellResult> for ResultV1 {
    fn from(cell: &CellResult) -> Self {
        let (verdict, observed, reason) = match &cell.verdict {
            Verdict::Pass => (Status::Pass, "as expected", ""),
            Verdict::Fail { observed, .. } => {
                (Status::Fail, observed.as_str(), cell.cause.as_ref().map_or("", |cause| &cause.text))
            }
            Verdict::Skip { reason } => (Status::Skip, "not run", reason.as_str()),
            Verdict::Error { reason } => (Status::Error, "could not be judged", reason.as_str()),
        };
        let expected = match &cell.verdict {
            Verdict::Fail { expected, .. } => expected,
            Verdict::Pass | Verdict::Skip { .. } | Verdict::Error { .. } => &cell.why,
        };
        let reason = match (verdict, reason) {
            (Status::Fail, "") => format!("{} does not take effect; no likelier cause is known", cell.variable),
            (Status::Skip | Status::Error, "") => "no reason was given".to_owned(),
            (_, said) => said.to_owned(),
        };
        let evidence = match verdict {
            Status::Fail | Status::Error => cell.evidence.iter().map(EvidenceV1::from).collect(),
            Status::Pass | Status::Skip => Vec::new(),
        };
        Self {
            probe: cell.probe.clone(),
            variable: cell.variable.clone(),
            go: cell.go.clone(),
            kind: match cell.kind {
                ProbeKind::Contract => KindV1::Contract,
                ProbeKind::Live => KindV1::Live,
            },
            verdict,
            duration_ms: ms(cell.duration),
            why: cell.why.clone(),
            expected: expected.clone(),
            observed: observed.to_owned(),
            reason,
            control: cell.control.clone(),
            evidence,
            runner: String::new(),
        }
    }
}

impl From<&Evidence> for EvidenceV1 {
    fn from(evidence: &Evidence) -> Self {
        let (ended, exit, signal) = match evidence.ended {
            Ended::Code(code) => (EndedV1::Code, Some(code), None),
            Ended::Signal(signal) => (EndedV1::Signal, None, Some(signal)),
            Ended::TimedOut => (EndedV1::TimedOut, None, None),
            Ended::Interrupted => (EndedV1::Interrupted, None, None),
        };
        Self {
            argv: evidence.argv.clone(),
            exit,
            ended,
            signal,
            stdout: evidence.stdout.clone(),
            stderr: evidence.stderr.clone(),
            duration_ms: ms(evidence.duration),
        }
    }
}

fn ms(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl From<&RunnerFacts> for RunnerV1 {
    fn from(RunnerFacts { os, arch, image, image_version }: &RunnerFacts) -> Self {
        Self { os: os.clone(), arch: arch.clone(), image: image.clone(), image_version: image_version.clone() }
    }
}

impl From<RunnerV1> for RunnerFacts {
    fn from(RunnerV1 { os, arch, image, image_version }: RunnerV1) -> Self {
        Self { os, arch, image, image_version }
    }
}

impl From<NamedRunnerV1> for RunnerFacts {
    fn from(NamedRunnerV1 { os, arch, image, image_version, .. }: NamedRunnerV1) -> Self {
        Self { os, arch, image, image_version }
    }
}
