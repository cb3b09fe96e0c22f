//! Go's settings on machines in memory, and that every part which speaks of them says the same.

use super::*;
use crate::{
    doctor::{Context, WindowsFacts, examine},
    explain::explain,
    goenv::{
        Subject, look,
        sources::{self, SourceKind, Sources},
        toolchain::{Toolchain, ToolchainSource},
    },
    plan::delivery::{Delivery, DeliveryRecord, DeliverySource},
    platform::Platform::{self, Linux, Macos, Windows},
    ports::fake::{FakeHost, FakeScopes, NoDisks},
    verify::{
        Machine,
        cause::{Asked, live},
    },
};

fn env(platform: Platform, pairs: &[(&str, &str)]) -> EnvBlock {
    EnvBlock::from_pairs(platform, pairs.iter().copied())
}

fn version(text: &str) -> GoVersion {
    text.parse().unwrap()
}

fn parsed(layer: Layer, text: &str) -> SettingsFile {
    SettingsFile::read(layer, "/f".to_owned(), &FakeHost::new(Linux).file("/f", text))
}

#[test]
fn the_environment_wins_and_an_empty_value_falls_through_to_the_file() {
    let host = FakeHost::new(Linux)
        .file("/h/.config/go/env", "# x\nGOPROXY=file:///p\nGOSUMDB=off\nGOFLAGS=\nbad\n")
        .file("/go/go.env", "GOFLAGS=-x\nGOTOOLCHAIN=auto\nGOPROXY=direct\nGOROOT=/elsewhere\n");
    let env = env(Linux, &[("HOME", "/h"), ("GOPROXY", ""), ("GOSUMDB", "sum.golang.org")]);
    let settings = Settings::read(&version("1.23.0"), &env, "/w", &host).with_goroot("/go", &host);
    assert_eq!(settings.get("GOPROXY"), Some("file:///p"));
    assert_eq!(settings.get("GOSUMDB"), Some("sum.golang.org"));
    assert_eq!(settings.get("GOTOOLCHAIN"), Some("auto"));
    assert_eq!(settings.get("GOFLAGS"), None, "an empty line of the user's hides that of the toolchain");
    assert_eq!(settings.get("GOROOT"), None, "the file in GOROOT cannot say that GOROOT is elsewhere");
    assert_eq!(settings.get("GOPRIVATE"), None);
}

#[test]
fn of_two_lines_the_last_counts_for_the_user_and_the_first_for_a_toolchain() {
    let text = "GOBIN=/a\nGOBIN=/b\n";
    assert_eq!(parsed(Layer::GoenvFile, text).line("GOBIN").map(|line| line.number), Some(2));
    assert_eq!(parsed(Layer::GorootGoEnv, text).line("GOBIN").map(|line| line.number), Some(1));
}

#[test]
fn what_go_passes_over_is_kept_with_its_number() {
    let file = parsed(Layer::GoenvFile, "\u{feff}GOBIN=/b\n# c\n\n GOPATH=/p\ngoflags=-x\nGOPROXY\nGOCACHE=/c=d\r\n");
    assert_eq!(file.lines, [Line { number: 7, name: "GOCACHE".into(), value: "/c=d\r".into() }]);
    let ignored: Vec<usize> = file.ignored.iter().map(|(number, _)| *number).collect();
    assert_eq!(ignored, [1, 4, 5, 6], "a byte order mark hides the first line");
    assert_eq!(file.carriage_return().map(|line| line.number), Some(7));
    assert_eq!(file.notes().len(), 2, "{:?}", file.notes());
}

#[test]
fn names_that_no_settings_file_can_set_are_not_read_from_one() {
    let host = FakeHost::new(Linux).file("/f", "GOENV=/x\nGOTOOLDIR=/x\nGODEBUG=a=1\nGOWORK=/x/go.work\n");
    let env = env(Linux, &[("GOENV", "/f")]);
    let of = |text: &str, name: &str| {
        let settings = Settings::read(&version(text), &env, "/w", &host);
        (settings.get(name).map(str::to_owned), settings.notes().iter().any(|note| note.contains(name)))
    };
    assert_eq!(of("1.21.13", "GOTOOLDIR"), (None, true));
    assert_eq!(of("1.21.13", "GODEBUG"), (Some("a=1".to_owned()), false));
    assert_eq!(of("1.23.9", "GODEBUG"), (None, true));
    assert_eq!(of("1.23.9", "GOWORK"), (Some("/x/go.work".to_owned()), false), "though `go env -w` refuses it");
    assert_eq!(Settings::read(&version("1.23.9"), &env, "/w", &host).filed("GOENV"), []);
}

#[test]
fn the_goenv_file_is_where_each_platform_keeps_settings() {
    let file = |env: &EnvBlock| goenv_file(&version("1.23.9"), env);
    let windows = env(Windows, &[("AppData", r"C:\Users\r\AppData\Roaming")]);
    assert_eq!(file(&windows).as_deref(), Some(r"C:\Users\r\AppData\Roaming\go\env"));
    let macos = env(Macos, &[("HOME", "/Users/r")]);
    assert_eq!(file(&macos).as_deref(), Some("/Users/r/Library/Application Support/go/env"));
    assert_eq!(file(&env(Linux, &[("XDG_CONFIG_HOME", "/c"), ("HOME", "/h")])).as_deref(), Some("/c/go/env"));
    assert_eq!(file(&env(Linux, &[("HOME", "/h"), ("GOENV", "off")])), None);
    assert_eq!(file(&env(Linux, &[("GOENV", "/elsewhere")])).as_deref(), Some("/elsewhere"));
    assert_eq!(file(&env(Linux, &[])), None);
}

#[test]
fn a_relative_goenv_file_is_looked_for_where_go_runs() {
    let host = FakeHost::new(Linux).file("/w/my/env", "GOBIN=/b\n");
    let env = env(Linux, &[("GOENV", "my/env")]);
    let of = |dir| Settings::read(&version("1.26.0"), &env, dir, &host).get("GOBIN").map(str::to_owned);
    assert_eq!((of("/w").as_deref(), of("/elsewhere")), (Some("/b"), None));
}

#[test]
fn the_module_cache_follows_gomodcache_then_gopath_then_home() {
    let host = FakeHost::new(Linux);
    let cache = |platform, pairs: &[(&str, &str)]| {
        let env = env(platform, pairs);
        Settings::read(&version("1.23.9"), &env, "/w", &host).module_cache().map(|found| (found.dir, found.setting))
    };
    let found = |dir: &str, setting| Some((dir.to_owned(), setting));
    assert_eq!(cache(Linux, &[("GOMODCACHE", "/m"), ("GOPATH", "/p")]), found("/m", "GOMODCACHE"));
    assert_eq!(cache(Linux, &[("GOPATH", "/p:/q"), ("HOME", "/h")]), found("/p/pkg/mod", "GOPATH"));
    assert_eq!(cache(Linux, &[("HOME", "/h")]), found("/h/go/pkg/mod", "default"));
    assert_eq!(cache(Linux, &[("HOME", "/h"), ("GOROOT", "/h/go/")]), None, "Go takes no GOROOT as GOPATH");
    assert_eq!(cache(Linux, &[]), None);
    assert_eq!(cache(Windows, &[("USERPROFILE", r"C:\Users\r")]), found(r"C:\Users\r\go\pkg\mod", "default"));
}

/// What each part takes for the value that `go env -w` left of GOBIN.
fn left_of_gobin(text: &str, pairs: &[(&str, &str)], host: &FakeHost) -> [bool; 5] {
    let scopes = FakeScopes::of(pairs);
    let (version, env, dir) = (version(text), scopes.env(Linux), "/w");
    let subject = Subject { version: &version, goroot: Some("/go"), goarch: "amd64", env: &env, current_dir: dir };
    let explanation = explain(&subject, host, &scopes);
    let look = look(&subject, host);
    let context = Context {
        subject,
        explanation: &explanation,
        look: &look,
        block: &scopes.block,
        registry: &[],
        windows: &WindowsFacts::default(),
        host,
        disks: &NoDisks,
    };
    let ids: Vec<&str> = examine(&context, &[]).iter().map(|finding| finding.id).collect();
    let go = Toolchain { version: version.clone(), goroot: "/go".into(), source: ToolchainSource::Path };
    let read = sources::read(&env, dir, &scopes, host, &[go]);
    let record = DeliveryRecord { schema_version: 1, variables: Vec::new(), path: Vec::new() };
    let machine = Machine {
        platform: Linux,
        goarch: "amd64".into(),
        wine: None,
        env: env.clone(),
        scratch: "/s".into(),
        delivery: Some(Delivery { source: DeliverySource::Runner, record }),
        sources: Sources::default(),
    };
    let cause = live("GOBIN", &Asked { version: &version, dir, machine: &machine, host });
    [
        explanation.value("GOBIN") == "/left",
        ids.contains(&"goenv-file-in-force"),
        ids.contains(&"goenv-file-broken-lines"),
        read.found.iter().any(|source| source.kind == SourceKind::GoenvFile && source.value == "/left"),
        cause.is_some_and(|cause| cause.text.contains("go env -w GOBIN=/left")),
    ]
}

#[test]
fn every_part_reads_the_file_that_this_version_of_go_reads() {
    let text = "broken\nGOBIN=/first\nGOBIN=/left\n";
    let host = FakeHost::new(Linux).file("/w/rel/go/env", text).file("/h/.config/go/env", text).goroot("/go", "1.23.9");
    let relative = [("HOME", "/elsewhere"), ("XDG_CONFIG_HOME", "rel")];
    assert_eq!(left_of_gobin("1.23.9", &relative, &host), [true; 5], "Go 1.23 takes a relative directory");
    assert_eq!(left_of_gobin("1.24.0", &relative, &host), [false; 5], "Go 1.24 refuses it and reads no file");
    for version in ["1.23.9", "1.24.0"] {
        assert_eq!(left_of_gobin(version, &[("HOME", "/h")], &host), [true; 5], "{version}");
        assert_eq!(left_of_gobin(version, &[("HOME", "/h"), ("GOENV", "off")], &host), [false; 5], "{version}");
        assert_eq!(left_of_gobin(version, &[("HOME", "/h"), ("GOENV", "rel/go/env")], &host), [true; 5], "{version}");
    }
}
