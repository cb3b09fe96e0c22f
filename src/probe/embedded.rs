//! The files under `matrix/`, built into the binary.

use crate::probe::load::stem;
use memchr::memmem::Finder;

/// The word that stands for the embedded probes in `--matrix`.
pub const EMBEDDED: &str = "embedded";

macro_rules! files {
    ($($path:literal),+ $(,)?) => { &[$(($path, include_str!(concat!("../../matrix/", $path)))),+] };
}

/// Name and content of each embedded file of probes.
pub const EMBEDDED_FILES: &[(&str, &str)] = files![
    "gocache.yml",
    "gopath.yml",
    "gobin.yml",
    "gomodcache.yml",
    "goroot.yml",
    "goenv.yml",
    "goflags.yml",
    "gowork.yml",
    "gotoolchain.yml",
    "goproxy.yml",
    "goprivate.yml",
    "gonoproxy.yml",
    "gonosumdb.yml",
    "gosumdb.yml",
    "goinsecure.yml",
    "govcs.yml",
    "goauth.yml",
    "go111module.yml",
    "gotmpdir.yml",
    "goos.yml",
    "goarch.yml",
    "goamd64.yml",
    "goarm64.yml",
    "cgo_enabled.yml",
    "cc.yml",
    "goexperiment.yml",
    "godebug.yml",
    "gotelemetry.yml",
    "gocacheprog.yml",
    "path.yml",
    "live.yml",
];

/// Name and content of each embedded file of claims.
pub const CLAIMS: &[(&str, &str)] =
    files!["claims/goroot.yml", "claims/gobin.yml", "claims/environment.yml", "claims/gowork.yml", "claims/runner.yml"];

/// Name and content of each recorded runner.
pub const RUNNERS: &[(&str, &str)] =
    files!["runners/windows-2022.yml", "runners/windows-2025.yml", "runners/ubuntu-24.04.yml", "runners/macos-15.yml"];

/// Name and content of each file about actions and hosted images.
pub(crate) const ACTIONS: &[(&str, &str)] = files![
    "actions/setup-go.yml",
    "actions/setup-go-tags.yml",
    "actions/cache.yml",
    "actions/cache-tags.yml",
    "actions/images.yml",
];

/// Ids of the embedded probes, those of contracts and those that run live, without reading the YAML: that takes nearly
/// twenty times as long as all else that `plan` does. A test holds them against what was read.
#[must_use]
pub(crate) fn ids() -> (Vec<String>, Vec<String>) {
    let start = Finder::new(START);
    let (mut contract, mut live) = (Vec::new(), Vec::new());
    for (file, content) in EMBEDDED_FILES {
        let mut starts = start.find_iter(content.as_bytes()).map(|at| at + START.len()).peekable();
        while let Some(at) = starts.next() {
            let probe = &content[at..starts.peek().copied().unwrap_or(content.len())];
            let id = format!("{}/{}", stem(file), probe.lines().next().unwrap_or_default().trim());
            if *file == LIVE { live.push(id) } else { contract.push(id) }
        }
    }
    (contract, live)
}

/// As each probe of ours starts.
const START: &str = "- id: ";

/// The file whose probes run live, and no other's.
const LIVE: &str = "live.yml";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::{Probe, ProbeKind, SourceFile, load_probes};

    #[test]
    fn ids_are_those_of_the_probes_that_are_read() {
        let files = SourceFile::embedded(EMBEDDED_FILES);
        let probes = load_probes(&files).unwrap();
        let of = |kind| -> Vec<String> {
            probes.iter().filter(|probe: &&Probe| probe.kind == kind).map(|probe| probe.id.clone()).collect()
        };
        assert_eq!(ids(), (of(ProbeKind::Contract), of(ProbeKind::Live)), "write `- id: ` as the others do");
    }

    #[test]
    fn every_file_under_matrix_is_embedded() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix");
        for (dir, listed) in [("", EMBEDDED_FILES), ("claims/", CLAIMS), ("runners/", RUNNERS), ("actions/", ACTIONS)] {
            let mut on_disk: Vec<String> = std::fs::read_dir(format!("{root}/{dir}"))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.ends_with(".yml"))
                .map(|name| format!("{dir}{name}"))
                .collect();
            on_disk.sort();
            let mut listed: Vec<String> = listed.iter().map(|(name, _)| (*name).to_owned()).collect();
            listed.sort();
            assert_eq!(on_disk, listed);
        }
    }
}
