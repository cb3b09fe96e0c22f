//! Machines in memory, and those that are as they come: on a fresh one doctor has nothing to say, or only what is
//! worth knowing.

use super::{Context, WindowsFacts, examine, finding::Finding};
use crate::{
    explain::explain,
    goenv::{Subject, look, version::GoVersion},
    platform::{Platform, env::EnvBlock},
    ports::{
        Disks, Scopes,
        disks::{Burst, Drive},
        fake::FakeHost,
        registry::{Persisted, Scope},
    },
    status::Severity,
};
use std::{io, time::Duration};

pub(super) const GOROOT: &str = r"C:\hostedtoolcache\windows\go\1.22.10\x64";

/// One machine as one process meets it.
pub(super) struct TestMachine {
    pub platform: Platform,
    pub goroot: &'static str,
    pub version: &'static str,
    pub current_dir: &'static str,
    pub block: Vec<(String, String)>,
    pub user: Vec<Persisted>,
    pub machine: Vec<Persisted>,
    pub windows: WindowsFacts,
    pub file_system: &'static str,
    pub free_bytes: u64,
    pub host: FakeHost,
}

impl TestMachine {
    /// windows-2022 as it should be.
    pub fn sound() -> Self {
        let block = [
            ("SystemRoot", r"C:\Windows"),
            ("USERPROFILE", r"C:\Users\r"),
            ("APPDATA", r"C:\Users\r\AppData\Roaming"),
            ("LOCALAPPDATA", r"C:\Users\r\AppData\Local"),
            ("Path", r"C:\Users\r\go\bin;C:\hostedtoolcache\windows\go\1.22.10\x64\bin;C:\Windows"),
        ];
        let host = FakeHost::new(Platform::Windows)
            .goroot(GOROOT, "1.22.10")
            .file(&format!(r"{GOROOT}\go.env"), "GOTOOLCHAIN=auto\nGOPROXY=https://proxy.golang.org,direct\n")
            .file(&format!(r"{GOROOT}\src\fmt\print.go"), "")
            .file(r"C:\Windows\notepad.exe", "")
            .file(r"C:\Users\r\AppData\Local\go-build\README", "")
            .file(r"C:\Users\r\go\bin\tool.exe", "")
            .file(r"D:\a\app\app\main.go", "");
        Self {
            platform: Platform::Windows,
            goroot: GOROOT,
            version: "1.22.10",
            current_dir: r"D:\a\app\app",
            block: block.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            user: Vec::new(),
            machine: Vec::new(),
            windows: WindowsFacts { long_paths: Some(1), folder_access: Some(0), refused_writes: Ok(Vec::new()) },
            file_system: "NTFS",
            free_bytes: 100 << 30,
            host,
        }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.block.retain(|(known, _)| known != name);
        self.block.push((name.to_owned(), value.to_owned()));
    }

    pub fn findings(&self) -> Vec<Finding> {
        let version: GoVersion = self.version.parse().unwrap();
        let env = EnvBlock::from_pairs(self.platform, self.block.clone());
        let subject = Subject {
            version: &version,
            goroot: Some(self.goroot),
            goarch: "amd64",
            env: &env,
            current_dir: self.current_dir,
        };
        let registry = [(Scope::User, self.user.clone()), (Scope::Machine, self.machine.clone())];
        let context = Context {
            subject,
            explanation: &explain(&subject, &self.host, self),
            look: &look(&subject, &self.host),
            block: &self.block,
            registry: &registry,
            windows: &self.windows,
            host: &self.host,
            disks: self,
        };
        examine(&context, &[])
    }
}

impl Scopes for TestMachine {
    fn block(&self) -> Vec<(String, String)> {
        self.block.clone()
    }

    fn live(&self, name: &str) -> Option<String> {
        EnvBlock::from_pairs(self.platform, self.block.clone()).get(name).map(str::to_owned)
    }

    fn persisted(&self, scope: Scope) -> Result<Vec<Persisted>, String> {
        Ok(if scope == Scope::User { self.user.clone() } else { self.machine.clone() })
    }

    fn number(&self, _: &str, _: &str) -> Option<u32> {
        None
    }
}

impl Disks for TestMachine {
    fn drive_of(&self, path: &str) -> Option<Drive> {
        let mount = path.get(..3)?.to_owned();
        Some(Drive { mount, file_system: self.file_system.into(), free_bytes: self.free_bytes, leads_to: None })
    }

    fn burst(&self, _: &str, _: Duration) -> io::Result<Burst> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Where Go, a module and a user are on Linux.
fn linux(goroot: &'static str, version: &'static str, user: u32, block: &[(&str, &str)]) -> TestMachine {
    let go_env = "GOPROXY=https://proxy.golang.org,direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n";
    let host = FakeHost::new(Platform::Linux)
        .goroot(goroot, version)
        .file(&format!("{goroot}/go.env"), go_env)
        .file("/usr/bin/env", "")
        .file("/bin/sh", "")
        .file("/tmp/x", "")
        .file("/w/app/go.mod", "module example.com/app\n\ngo 1.21\n")
        .file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nu:x:1000:1000::/home/u:/bin/sh\n")
        .owned("/tmp", 0, 0o1777)
        .acting_as(user);
    TestMachine {
        platform: Platform::Linux,
        goroot,
        version,
        current_dir: "/w/app",
        block: block.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        user: Vec::new(),
        machine: Vec::new(),
        windows: WindowsFacts::default(),
        file_system: "ext4",
        free_bytes: 100 << 30,
        host,
    }
}

/// The official image. Source: docker-library/golang, `Dockerfile-linux.template`: GOPATH is `chmod -R 1777`.
fn golang_container() -> TestMachine {
    let path = "/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let block =
        [("HOME", "/root"), ("PATH", path), ("GOLANG_VERSION", "1.23.9"), ("GOTOOLCHAIN", "local"), ("GOPATH", "/go")];
    let mut machine = linux("/usr/local/go", "1.23.9", 0, &block);
    let host = std::mem::replace(&mut machine.host, FakeHost::new(Platform::Linux));
    machine.host = host
        .owned("/go", 0, 0o1777)
        .owned("/go/bin", 0, 0o1777)
        .file("/go/src/.keep", "")
        .file("/usr/local/sbin/.keep", "")
        .file("/usr/local/bin/.keep", "")
        .file("/usr/sbin/.keep", "")
        .file("/sbin/.keep", "");
    machine
}

/// ubuntu-24.04 as GitHub hands it to a job, before setup-go. Source: actions/runner-images, `environment`.
const HOSTED: &[(&str, &str)] = &[
    ("HOME", "/home/u"),
    ("GITHUB_ACTIONS", "true"),
    ("CI", "true"),
    ("RUNNER_OS", "Linux"),
    ("RUNNER_ARCH", "X64"),
    ("RUNNER_ENVIRONMENT", "github-hosted"),
    ("RUNNER_TEMP", "/home/u/work/_temp"),
    ("RUNNER_WORKSPACE", "/w"),
    ("GITHUB_WORKSPACE", "/w/app"),
    ("RUNNER_TOOL_CACHE", "/opt/hostedtoolcache"),
    ("AGENT_TOOLSDIRECTORY", "/opt/hostedtoolcache"),
    ("GOROOT_1_24_X64", "/opt/hostedtoolcache/go/1.24.13/x64"),
    ("GOROOT_1_25_X64", "/opt/hostedtoolcache/go/1.25.13/x64"),
    ("GOROOT_1_26_X64", "/opt/hostedtoolcache/go/1.26.6/x64"),
    ("ImageOS", "ubuntu24"),
];

const HOSTED_PATH: &str = "/snap/bin:/home/u/.local/bin:/opt/pipx_bin:/home/u/.cargo/bin:/home/u/.config/composer/vendor/bin:/usr/local/.ghcup/bin:/home/u/.dotnet/tools:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games:/snap/bin";

fn hosted(first_on_path: &str, more: &[(&str, &str)]) -> TestMachine {
    let mut machine = linux("/opt/hostedtoolcache/go/1.24.13/x64", "1.24.13", 1000, HOSTED);
    machine.set("PATH", &format!("{first_on_path}{HOSTED_PATH}"));
    more.iter().for_each(|(name, value)| machine.set(name, value));
    let host = std::mem::replace(&mut machine.host, FakeHost::new(Platform::Linux));
    machine.host = host.link("/usr/bin/go", "/opt/hostedtoolcache/go/1.24.13/x64/bin/go").file("/usr/bin/gcc", "");
    machine
}

/// What version 6 and 7 of setup-go leave behind. Source: actions/setup-go, `main.ts`.
fn after_setup_go(more: &[(&str, &str)]) -> TestMachine {
    let mut machine = hosted("/home/u/go/bin:/opt/hostedtoolcache/go/1.24.13/x64/bin:", &[("GOTOOLCHAIN", "local")]);
    more.iter().for_each(|(name, value)| machine.set(name, value));
    machine
}

/// mise in an activated shell: the programs of the Go itself are on PATH, GOROOT and GOBIN are set by mise.
fn mise() -> TestMachine {
    let go = "/home/u/.local/share/mise/installs/go/1.23.9";
    let path = "/home/u/.local/share/mise/installs/go/1.23.9/bin:/usr/bin:/bin";
    let bin = "/home/u/.local/share/mise/installs/go/1.23.9/bin";
    let block = [("HOME", "/home/u"), ("PATH", path), ("GOROOT", go), ("GOBIN", bin), ("MISE_SHELL", "bash")];
    let mut machine = linux("/home/u/.local/share/mise/installs/go/1.23.9", "1.23.9", 1000, &block);
    let host = std::mem::replace(&mut machine.host, FakeHost::new(Platform::Linux));
    machine.host = host.file("/home/u/.config/mise/config.toml", "[tools]\ngo = \"1.23.9\"\n");
    machine
}

type Fresh = (&'static str, fn() -> TestMachine, &'static [&'static str]);

/// A machine, and the ids of the notes that it may have: what somebody who looks for trouble wants to know, and
/// what nobody has to do anything about.
const FRESH: &[Fresh] = &[
    (
        "bare",
        || linux("/usr/local/go", "1.23.9", 1000, &[("HOME", "/home/u"), ("PATH", "/usr/local/go/bin:/usr/bin:/bin")]),
        &[],
    ),
    ("windows-2022", TestMachine::sound, &[]),
    ("golang container", golang_container, &[]),
    // The image's own PATH has entries without a directory, and one twice.
    ("hosted ubuntu-24.04", || hosted("", &[]), &["path-entry-missing", "path-entry-doubled"]),
    ("setup-go on it", || after_setup_go(&[]), &["path-entry-missing", "path-entry-doubled"]),
    (
        "setup-go, then apply",
        || {
            let mut machine = after_setup_go(&[
                ("GOCACHE", "/home/u/work/_temp/go-cache"),
                ("GOPATH", "/w/go"),
                ("GOBIN", "/w/go/bin"),
            ]);
            let path = machine.block.iter().find(|(name, _)| name == "PATH").unwrap().1.clone();
            machine.set("PATH", &format!("/w/go/bin:{path}"));
            machine
        },
        &["path-entry-missing", "path-entry-doubled"],
    ),
    (
        "setup-go on it, with another version than the image's own",
        || {
            let mut machine = after_setup_go(&[("GITHUB_ACTIONS", "true")]);
            let path = machine.block.iter().find(|(name, _)| name == "PATH").unwrap().1.clone();
            machine.set("PATH", &path.replace("1.24.13", "1.25.13"));
            machine.goroot = "/opt/hostedtoolcache/go/1.25.13/x64";
            machine.version = "1.25.13";
            let host = std::mem::replace(&mut machine.host, FakeHost::new(Platform::Linux));
            let go_env = "GOPROXY=https://proxy.golang.org,direct\nGOSUMDB=sum.golang.org\nGOTOOLCHAIN=auto\n";
            machine.host =
                host.goroot(machine.goroot, machine.version).file("/opt/hostedtoolcache/go/1.25.13/x64/go.env", go_env);
            machine
        },
        &["path-entry-missing", "path-entry-doubled"],
    ),
    ("mise", mise, &[]),
];

#[test]
fn a_fresh_machine_has_no_error_and_no_warning() {
    for (name, machine, notes) in FRESH {
        let findings = machine().findings();
        let told: Vec<_> =
            findings.iter().filter(|one| one.severity != Severity::Note || !notes.contains(&one.id)).collect();
        assert!(told.is_empty(), "{name}: {told:#?}");
    }
}

type OfWorkflow = (&'static [(&'static str, &'static str)], &'static [&'static str]);

/// What workflows set for a job, on top of setup-go, and the ids that it is right to report.
const OF_WORKFLOWS: &[OfWorkflow] = &[
    (&[("GO_VERSION", "1.24"), ("GOLANGCI_LINT_VERSION", "v2.1"), ("GO_TEST_FLAGS", "-race")], &[]),
    (&[("CGO_ENABLED", "0")], &[]),
    (&[("CGO_ENABLED", "1"), ("CC", "gcc")], &[]),
    (&[("GOOS", "linux"), ("GOARCH", "arm64"), ("CGO_ENABLED", "0")], &[]),
    (&[("GOPRIVATE", "github.com/org/*"), ("GIT_TERMINAL_PROMPT", "0")], &[]),
    (&[("GOPROXY", "https://proxy.golang.org,direct"), ("GONOSUMDB", "github.com/org/*")], &[]),
    (&[("GOPROXY", "https://goproxy.example,https://proxy.golang.org,direct")], &[]),
    (&[("GOFLAGS", "-trimpath"), ("GOGC", "200"), ("GOMAXPROCS", "2"), ("GOMEMLIMIT", "4GiB")], &[]),
    (&[("GOFLAGS", "-buildvcs=false")], &[]),
    (&[("GOFLAGS", "-count=1 -race"), ("GORACE", "halt_on_error=1")], &[]),
    (&[("GOTOOLCHAIN", "auto"), ("GOTESTSUM_FORMAT", "testname"), ("GOTRACEBACK", "all")], &[]),
    (&[("GO111MODULE", "on"), ("GOSUMDB", "sum.golang.org")], &[]),
    (&[("GOMODCACHE", "/w/.modcache"), ("GOCOVERDIR", "/w/cover")], &[]),
    // go.mod is rewritten by every build: somebody should know.
    (&[("GOFLAGS", "-mod=mod")], &["goflags-changes-commands"]),
    // Nothing is in `vendor`: every build stops.
    (&[("GOFLAGS", "-mod=vendor")], &["goflags-changes-commands", "vendor-missing"]),
    (&[("GOSUMDB", "off")], &["downloads-unchecked"]),
    (&[("GOEXPERIMENT", "synctest")], &["behaviour-leftover"]),
];

#[test]
fn what_workflows_set_on_purpose_is_no_fault() {
    for (set, ids) in OF_WORKFLOWS {
        let findings = after_setup_go(set).findings();
        let told: Vec<_> =
            findings.iter().filter(|one| one.severity != Severity::Note && !ids.contains(&one.id)).collect();
        assert!(told.is_empty(), "{set:?}: {told:#?}");
    }
}
