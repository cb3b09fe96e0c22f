//! The files under `matrix/`, built into the binary.

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

#[cfg(test)]
mod tests {
    use super::*;

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
