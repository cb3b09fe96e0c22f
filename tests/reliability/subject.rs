//! The commands that are disturbed, each with what it writes.

use crate::{
    place::{Place, Program},
    publisher::Publisher,
    support::{
        judged,
        shards::{Shards, text_of},
    },
};
use std::{fs, path::Path};

/// A command in a place of its own.
pub struct Subject {
    pub name: &'static str,
    pub place: Place,
    pub args: Vec<String>,
    /// What it writes, below its place.
    pub writes: Vec<&'static str>,
    prepare: Box<dyn Fn(&Place)>,
    /// Whether only calls that write to what it writes are its own: what it examines may be anything.
    is_examination: bool,
}

impl Subject {
    fn new(name: &'static str, place: Place, args: &[&str], writes: &[&'static str]) -> Self {
        let given = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self {
            name,
            place,
            args: given,
            writes: writes.to_vec(),
            prepare: Box::new(|_| {}),
            is_examination: args[0] == "doctor",
        }
    }

    fn before_each(mut self, prepare: impl Fn(&Place) + 'static) -> Self {
        self.prepare = Box::new(prepare);
        self
    }

    /// Makes the place as it is before each run.
    pub fn prepare(&self) {
        (self.prepare)(&self.place);
    }

    /// Whether a fault of a call, as strace shows it, is one that the command must answer for.
    pub fn is_meant(&self, call: &str, line: &str) -> bool {
        let writes = ["write", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "linkat", "fsync", "ftruncate"];
        let own = self.writes.iter().any(|name| line.contains(self.place.path(name).to_str().unwrap()));
        let opens = line.contains("O_CREAT") || line.contains("O_TMPFILE");
        !self.is_examination || line.contains("<pipe:") || own && (opens || writes.contains(&call))
    }

    /// Files that have a name and not all of their content.
    pub fn half_written(&self) -> Vec<String> {
        let mut half = Vec::new();
        for (name, content) in self.place.contents(&self.writes) {
            let text = String::from_utf8_lossy(&content);
            let file = name.rsplit('/').next().unwrap_or_default();
            // Those that still have another name are leftovers, if they stay.
            let whole = match Path::new(file).extension().and_then(|ending| ending.to_str()) {
                _ if file.starts_with(".goenv-ci-") => true,
                Some("json") => serde_json::from_str::<serde_json::Value>(&text).is_ok(),
                Some("xml") => roxmltree::Document::parse(&text).is_ok(),
                Some("html") => text.trim_end().ends_with("</html>"),
                Some("md") => text.ends_with('\n'),
                _ => true,
            };
            if !whole {
                half.push(format!("`{name}` ends after {} bytes", content.len()));
            }
        }
        half.extend(half_toolchains(&self.place));
        half
    }
}

/// A toolchain that is said to be complete and lacks a file.
fn half_toolchains(place: &Place) -> Vec<String> {
    let versions = fs::read_dir(place.path("tools/go")).into_iter().flatten().flatten();
    let complete = versions.filter(|version| version.path().join("x64.complete").is_file());
    let lacking = complete.filter(|version| {
        let name = version.file_name().into_string().unwrap();
        // Those that every one has.
        let mut files = toolchain_files(&name, 20).into_iter();
        !files.all(|(file, content)| fs::read(version.path().join("x64").join(file)).is_ok_and(|held| held == content))
    });
    lacking.map(|version| format!("`{}` is complete and lacks a file", version.path().display())).collect()
}

/// A toolchain that takes a moment to unpack; it is Go in name alone.
fn toolchain_files(version: &str, more: usize) -> Vec<(String, Vec<u8>)> {
    let mut files = Publisher::files(version);
    files.retain(|(name, _)| name != "src/_go.mod");
    files.extend((0..more).map(|at| (format!("src/p{}/f{at}.go", at % 30), at.to_string().repeat(2_000).into_bytes())));
    files
}

/// `apply`, as a step of a job.
pub fn apply(program: Program) -> Subject {
    let writes = ["env", "path", "output", "tmp/_goenv-ci"];
    Subject::new("apply", Place::new(program).with_command_files(), &["apply"], &writes).before_each(|place| {
        place.empty_command_files();
        for made in ["tmp/_goenv-ci", "tmp/go-cache", "app/go"] {
            place.clear(made);
        }
    })
}

/// `verify` with a few probes of one variable on one version, and a report.
pub fn verify(program: Program, is_cold: bool) -> Option<Subject> {
    let tools = match &program {
        Program::Native(_) => judged::tool_cache()?.to_str()?.to_owned(),
        Program::Wine(_) => {
            let path = std::path::absolute(crate::support::lab::lab().join("tool-cache-windows")).ok()?;
            format!("Z:{}", path.to_str()?.replace('/', "\\"))
        }
    };
    let mut place = Place::new(program);
    place.set("RUNNER_TOOL_CACHE", &tools);
    let report = place.text("report");
    // Under Wine a link takes many times as long.
    let probe = if place.is_wine() { "gobin/target-is-in-gobin" } else { "gobin/install" };
    let name = if is_cold { "verify, nothing kept" } else { "verify" };
    let mut args = vec!["verify", "--go", "1.22", "--shells", "none", "--probe", probe, "--report", &report];
    if is_cold {
        args.push("--cold");
    }
    Some(Subject::new(name, place, &args, &["report"]).before_each(|place| place.clear("report")))
}

/// `verify --install`, from a proxy in a directory.
pub fn install(program: Program, files: usize) -> Subject {
    let mut place = Place::new(program);
    let mut publisher = Publisher::new(&place.path("given/proxy"), "linux-amd64");
    publisher.publish("1.21.13", &toolchain_files("1.21.13", files));
    place.set("GOPROXY", &format!("file://{}", place.path("given/proxy").display()));
    place.set("GOSUMDB", &publisher.gosumdb());
    place.set("GOENV", "off");
    place.set("RUNNER_TOOL_CACHE", &place.text("tools"));
    let report = place.text("report");
    let args = [
        "verify",
        "--install",
        "--go",
        "1.21.13",
        "--shells",
        "none",
        "--probe",
        "gobin/env-prints-it",
        "--report",
        &report,
    ];
    Subject::new("verify --install", place, &args, &["tools"]).before_each(|place| {
        place.clear("tools");
        place.clear("report");
    })
}

fn shards(place: &Place, total: usize) {
    let shards = Shards::with_probes(total, 40 * total);
    for index in 1..=total {
        place.write(&format!("given/shards/{index}/report.json"), text_of(&shards.report(index)));
    }
}

/// `report merge` into a directory.
pub fn merge(program: Program, total: usize) -> Subject {
    let place = Place::new(program);
    shards(&place, total);
    let (given, out) = (place.text("given/shards"), place.text("report"));
    let args = ["report", "merge", &given, "--out", &out];
    Subject::new("report merge", place, &args, &["report"]).before_each(|place| place.clear("report"))
}

/// `report publish` of files, without a forge: a directory and the outputs of the step.
pub fn publish(program: Program, total: usize) -> Subject {
    let mut place = Place::new(program);
    shards(&place, total);
    place.set("GITHUB_OUTPUT", &place.text("output"));
    place.set("GITHUB_STEP_SUMMARY", &place.text("path"));
    let (given, out) = (place.text("given/shards"), place.text("report"));
    let args = ["report", "publish", "--in", &given, "--out", &out];
    Subject::new("report publish", place, &args, &["report", "output", "path"]).before_each(|place| {
        place.empty_command_files();
        place.clear("report");
    })
}

/// A settings file with lines that do nothing, and a good one among them.
const SETTINGS: &str = "GOBIN=/opt/bin\nGARBAGE\nGOFLAGS=-mod=mod\nNOT_OF_GO=1\n";

/// `doctor --fix` of the file of `go env -w`.
pub fn fix(program: Program) -> Subject {
    let writes = ["home/.config/go", "home/.local/state"];
    Subject::new("doctor --fix", Place::new(program), &["doctor", "--fix"], &writes).before_each(|place| {
        place.clear("home/.local");
        place.write("home/.config/go/env", SETTINGS);
    })
}

/// `doctor` with its report.
pub fn examine(program: Program) -> Subject {
    let place = Place::new(program);
    let report = place.text("report");
    Subject::new("doctor --report", place, &["doctor", "--report", &report], &["report"])
        .before_each(|place| place.clear("report"))
}
