//! `lint` as a whole process over 100 workflow files, and over this repository: `cargo bench --bench lint`. It is held
//! against a parser of YAML over the same files in the same run, and against ten files, which says how time grows.
//! Rounds alternate, so that a busy machine slows all alike.
#![allow(clippy::print_stdout, reason = "figures are what a benchmark is for")]

mod rounds;

use rounds::median;
use std::{
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

const ROUNDS: usize = 30;
const FILES: usize = 100;

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let (ten, all) = (dir.path().join("ten"), dir.path().join("all"));
    repository(&ten, FILES / 10)?;
    repository(&all, FILES)?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut start, mut few, mut many, mut here, mut parsed) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        start.push(milliseconds(|| run(&all, &["--version"]))?);
        few.push(milliseconds(|| run(&ten, &["lint"]))?);
        many.push(milliseconds(|| run(&all, &["lint"]))?);
        here.push(milliseconds(|| run(own, &["lint"]))?);
        parsed.push(milliseconds(|| parse(&workflows(&all)?))?);
    }
    let [start, few, many, here, parsed] = [start, few, many, here, parsed].map(median);
    let bytes: u64 = workflows(&all)?.iter().filter_map(|path| path.metadata().ok()).map(|file| file.len()).sum();
    println!("lint, median of {ROUNDS} rounds; {FILES} files are {:.0} kB", bytes as f64 / 1e3);
    println!("start of the process    {start:>8.1} ms");
    println!("a parser of YAML        {parsed:>8.1} ms over the {FILES} files");
    println!("lint, {:>3} files         {few:>8.1} ms", FILES / 10);
    println!("lint, {FILES} files         {many:>8.1} ms, {:.1} times the parser", many / parsed);
    println!("lint, this repository   {here:>8.1} ms");
    println!("ten times the files take {:.1} times as long, without the start", (many - start) / (few - start));
    println!("goal: 300 ms for {FILES} files");
    Ok(())
}

/// Workflows as people write them: two jobs, a matrix of systems and versions, caches, scripts of both shells.
fn repository(dir: &Path, files: usize) -> io::Result<()> {
    let below = dir.join(".github/workflows");
    fs::create_dir_all(&below)?;
    fs::create_dir_all(dir.join(".git"))?;
    fs::write(dir.join("go.mod"), "module example.com/m\n\ngo 1.24\n")?;
    fs::write(dir.join("go.sum"), "")?;
    for number in 0..files {
        fs::write(below.join(format!("flow-{number:03}.yml")), workflow(number))?;
    }
    Ok(())
}

fn workflow(number: usize) -> String {
    let mut text = format!(
        "name: flow {number}\non:\n  push:\n    branches: [main]\n  pull_request:\nenv:\n  GOFLAGS: -mod=readonly\njobs:\n  \
         test:\n    strategy:\n      matrix:\n        os: [ubuntu-latest, windows-latest, macos-latest]\n        go: [\"1.24\", \
         \"1.25\"]\n    runs-on: ${{{{ matrix.os }}}}\n    steps:\n      - uses: actions/checkout@v5\n      - uses: \
         actions/setup-go@v6\n        with:\n          go-version: ${{{{ matrix.go }}}}\n"
    );
    for step in 0..6 {
        let _ = write!(
            text,
            "      - name: step {step}\n        shell: bash\n        run: |\n          set -euo pipefail\n          if [ -n \
             \"${{NAME_{step}:-}}\" ]; then\n            echo \"NAME_{step}=$(git describe)\" >> \"$GITHUB_ENV\"\n          \
             fi\n          go test -run 'Test{step}' ./... | tee out-{step}.txt\n"
        );
    }
    let _ = write!(
        text,
        "  lint:\n    runs-on: windows-2022\n    steps:\n      - uses: actions/checkout@v5\n      - uses: \
         actions/setup-go@v6\n        with:\n          go-version-file: go.mod\n          cache: false\n      - uses: \
         actions/cache@v5\n        with:\n          path: |\n            ~\\go\\pkg\\mod\n            \
         ~\\AppData\\Local\\go-build\n          key: flow-{number}-${{{{ runner.os }}}}-${{{{ hashFiles('**/go.sum') }}}}\n      \
         - run: |\n          if ($env:CI) {{ \"MODE=ci\" | Out-File $env:GITHUB_ENV -Append }}\n          go vet ./...\n"
    );
    text
}

fn workflows(dir: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(dir.join(".github/workflows"))?.map(|entry| entry.map(|entry| entry.path())).collect()
}

fn parse(files: &[PathBuf]) -> io::Result<()> {
    for path in files {
        let text = fs::read_to_string(path)?;
        let value: serde_json::Value = serde_yaml::from_str(&text).map_err(io::Error::other)?;
        assert!(value["jobs"].is_object(), "{}", path.display());
    }
    Ok(())
}

fn run(dir: &Path, arguments: &[&str]) -> io::Result<()> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goenv-ci"));
    let ended = command.args(arguments).current_dir(dir).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    assert!(ended.code().is_some_and(|code| code < 2), "{arguments:?}: {ended}");
    Ok(())
}

fn milliseconds(work: impl FnOnce() -> io::Result<()>) -> io::Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64() * 1000.0)
}
