//! `report merge` against one pass of a JSON parser over the same bytes:
//! `cargo bench --bench merge` makes 200 shards of 500 results, and
//! `GOENV_CI_BENCH_SHARDS=10000 cargo bench --bench merge` as many as that.
//! Prints the times, their ratios and the peak of memory (Linux), and fails
//! beyond the bound for memory that docs/shards.md promises. The merge uses all
//! cores and writes more than it reads: a machine that is busy otherwise, or a
//! slow disk, makes the ratios larger. GOENV_CI_BENCH_DIR names the folder.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures are what a benchmark is for")]

use goenv_ci::report::wire::ReportV1;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const RESULTS: usize = 500;
const ROUNDS: usize = 3;
/// MiB of resident memory.
const MOST_MEMORY: u64 = 200;

fn main() -> io::Result<()> {
    let shards = env::var("GOENV_CI_BENCH_SHARDS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let dir = env::var_os("GOENV_CI_BENCH_DIR")
        .map_or_else(|| env::temp_dir().join(format!("goenv-ci-bench-merge-{}", std::process::id())), PathBuf::from);
    let outcome = measure(shards, &dir);
    fs::remove_dir_all(&dir)?;
    outcome
}

fn measure(shards: usize, dir: &Path) -> io::Result<()> {
    let input = dir.join("in");
    let paths: Vec<PathBuf> = (0..shards).map(|n| input.join(format!("shard-{n:05}"))).collect();
    let mut bytes = 0;
    for (n, path) in paths.iter().enumerate() {
        fs::create_dir_all(path)?;
        let text = shard(n, shards);
        bytes += text.len();
        fs::write(path.join("report.json"), text)?;
    }
    println!("{shards} shards of {RESULTS} results, {:.1} MB", bytes as f64 / 1e6);
    let (mut pass, mut typed, mut tree, mut merge, mut peak) = (f64::MAX, f64::MAX, f64::MAX, f64::MAX, 0);
    for _ in 0..ROUNDS {
        pass = pass.min(timed(|| each(&paths, |text| drop(serde_json::from_slice::<IgnoredAny>(text))))?);
        typed = typed.min(timed(|| each(&paths, |text| drop(serde_json::from_slice::<ReportV1>(text))))?);
        tree = tree.min(timed(|| each(&paths, |text| drop(serde_json::from_slice::<Value>(text))))?);
        let mut memory = 0;
        merge = merge.min(timed(|| {
            memory = run(&input, &dir.join("out"))?;
            Ok(())
        })?);
        peak = peak.max(memory);
    }
    let written: u64 = fs::read_dir(dir.join("out"))?.filter_map(|e| e.ok()?.metadata().ok()).map(|m| m.len()).sum();
    println!("a parser that keeps nothing   {pass:>8.2} s");
    println!("a parser into the wire types  {typed:>8.2} s");
    println!("a parser into a tree          {tree:>8.2} s");
    println!("report merge                  {merge:>8.2} s, {:.1} MB written", written as f64 / 1e6);
    println!(
        "ratio to the parser into a tree {:.2}, into the wire types {:.2}, to the one that keeps nothing {:.2}",
        merge / tree,
        merge / typed,
        merge / pass
    );
    println!("peak memory {:.0} MiB", peak as f64 / 1024.0);
    assert!(peak / 1024 < MOST_MEMORY, "more memory than promised");
    Ok(())
}

fn timed(work: impl FnOnce() -> io::Result<()>) -> io::Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn each(paths: &[PathBuf], parse: impl Fn(&[u8])) -> io::Result<()> {
    paths.iter().try_for_each(|path| fs::read(path.join("report.json")).map(|text| parse(&text)))
}

/// Merges with the program itself; KiB of resident memory at its peak, 0 where the system does not tell.
fn run(input: &Path, out: &Path) -> io::Result<u64> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_goenv-ci"))
        .args(["report", "merge"])
        .arg(input)
        .arg("--out")
        .arg(out)
        .stdout(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    let ended = loop {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(line.and_then(|kib| kib.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(ended.code(), Some(1), "some results fail, and all shards are there");
    Ok(peak)
}

/// A shard as `verify` writes it: 500 results, one in fifty with a failure and its output.
fn shard(n: usize, total: usize) -> String {
    let image = format!("runner-{:02}", n % 20);
    let mut text = format!(
        "{{\n  \"schema_version\": 1,\n  \"tool\": {{\n    \"name\": \"goenv-ci\",\n    \"version\": \"1.0.0\"\n  }},\n  \"runner\": {{\n    \"os\": \"Linux\",\n    \"arch\": \"X64\",\n    \"image\": \"{image}\"\n  }},\n  \"results\": ["
    );
    let variables = ["GOCACHE", "GOPATH", "GOBIN", "GOMODCACHE", "GOFLAGS", "GOTOOLCHAIN", "PATH", "GOPROXY"];
    let versions = ["1.21.13", "1.22.10", "1.23.9", "1.24.4"];
    for at in 0..RESULTS {
        let (variable, go) = (variables[at % variables.len()], versions[at % versions.len()]);
        let comma = if at == 0 { "" } else { "," };
        let why = "`go install` writes the program below the folder that the variable names and nowhere else";
        let fails = at % 50 == 7;
        let (verdict, observed, reason) = if fails {
            ("fail", "nothing at `/home/runner/work/app/go/bin/probe`", "a leftover `go env -w` shadows it")
        } else {
            ("pass", "as expected", "")
        };
        let _ = write!(
            text,
            "{comma}\n    {{\"probe\": \"group-{:03}/probe-{n:05}-{at:03}\", \"variable\": \"{variable}\", \"go\": \"{go}\", \"kind\": \"contract\", \"verdict\": \"{verdict}\", \"duration_ms\": {}, \"why\": \"{why}\", \"expected\": \"{why}\", \"observed\": \"{observed}\", \"reason\": \"{reason}\", \"control\": \"unset: the program is in `bin` below the other folder\"",
            n % 97,
            20 + at % 400
        );
        if fails {
            let _ = write!(
                text,
                ", \"evidence\": [{{\"argv\": [\"go\", \"install\", \".\"], \"exit\": 1, \"ended\": \"code\", \"stdout\": \"\", \"stderr\": \"{}\", \"duration_ms\": 41}}]",
                "go: downloading example.com/leaf v1.0.0\\n".repeat(20)
            );
        }
        text.push('}');
    }
    let failed = (0..RESULTS).filter(|at| at % 50 == 7).count();
    let _ = write!(
        text,
        "\n  ],\n  \"summary\": {{\n    \"pass\": {},\n    \"fail\": {failed},\n    \"skip\": 0,\n    \"error\": 0\n  }},\n  \"duration_ms\": {}\n}}\n",
        RESULTS - failed,
        total
    );
    text
}
