//! Unpacks a real toolchain against `unzip -q` of the same archive in the same run:
//! `GOENV_CI_BENCH_DIR=/a/folder cargo bench --bench unpack`. The archive is
//! fetched into that folder once; GOPROXY names the proxy (its first entry).
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures are what a benchmark is for")]

mod rounds;

use goenv_ci::{
    ports::Fetch,
    system::{http::Web, unpack},
};
use rounds::median;
use std::{env, fs, io, path::Path, process::Command, time::Instant};

const MODULE: &str = "v0.0.1-go1.21.13.linux-amd64";
const ROUNDS: usize = 5;

fn main() -> io::Result<()> {
    let Some(dir) = env::var_os("GOENV_CI_BENCH_DIR") else {
        eprintln!("unpack: GOENV_CI_BENCH_DIR is not set; it names a folder for the archive and what is unpacked");
        return Ok(());
    };
    let dir = Path::new(&dir);
    fs::create_dir_all(dir)?;
    let archive = dir.join(format!("{MODULE}.zip"));
    if !archive.exists() {
        fetch(&archive)?;
    }
    let prefix = format!("golang.org/toolchain@{MODULE}/");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let dest = fresh(&dir.join("ours"))?;
        let start = Instant::now();
        let files = unpack::unpack(&archive, &prefix, &dest, &|| false)?.len();
        ours.push(start.elapsed().as_secs_f64());
        fs::remove_dir_all(&dest)?;

        let dest = fresh(&dir.join("unzip"))?;
        let start = Instant::now();
        let ended = Command::new("unzip").arg("-q").arg(&archive).arg("-d").arg(&dest).status()?;
        assert!(ended.success(), "unzip: {ended}");
        theirs.push(start.elapsed().as_secs_f64());
        fs::remove_dir_all(&dest)?;
        println!("round {round}: {files} files, ours {:.2} s, unzip {:.2} s", ours[round], theirs[round]);
    }
    // Of the ratios, not of the times: what else the machine does slows both halves of a round.
    let ratio = median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect());
    println!(
        "ours {:.2} s with SHA-256 of every file, unzip -q {:.2} s, median ratio {ratio:.2} (goal 0.50)",
        median(ours),
        median(theirs)
    );
    Ok(())
}

fn fetch(archive: &Path) -> io::Result<()> {
    let list = env::var("GOPROXY").unwrap_or_default();
    let first = list.split([',', '|']).next().filter(|proxy| proxy.contains(":/"));
    let proxy = first.unwrap_or("https://proxy.golang.org").trim_end_matches('/');
    let url = format!("{proxy}/golang.org/toolchain/@v/{MODULE}.zip");
    let stop = || false;
    Web::new(&stop).download(&url, &archive.to_string_lossy(), unpack::MAX_BYTES).map_err(io::Error::other)
}

fn fresh(dest: &Path) -> io::Result<std::path::PathBuf> {
    if dest.exists() {
        fs::remove_dir_all(dest)?;
    }
    fs::create_dir_all(dest)?;
    Ok(dest.to_owned())
}
