//! What is no file of defaults: exit code 2, its place, and nothing written.

use super::Repository;
use crate::support::Runner;
use std::fs;

fn refused(repository: &Repository, args: &[&str]) -> String {
    let output = repository.goenv().args(args).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}: {error}");
    assert!(error.contains("\n  help: "), "{error}");
    error
}

#[test]
fn a_file_that_is_wrong_is_exit_code_2_for_every_command_that_reads_it() {
    let repository = Repository::new("values:\n  gocash: /x\n");
    let says = "error: .github/goenv-ci.yml:2:3: there is no key `gocash` here; did you mean `gocache`?\n";
    for args in [
        &["plan"][..],
        &["plan", "--format", "json"],
        &["apply", "--dry-run"],
        &["apply", "--shell", "bash"],
        &["verify", "--live"],
        &["doctor"],
    ] {
        assert!(refused(&repository, args).starts_with(says), "{args:?}");
    }
    for args in [&["verify", "--list"][..], &["doctor", "--list"], &["plan", "--no-config"], &["explain", "GOBIN"]] {
        repository.goenv().args(args).assert().success();
    }
}

#[test]
fn every_kind_of_bad_file_is_told_with_its_place() {
    let mut bomb = String::from("go: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (before, name) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        bomb.push_str(&format!("x{name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
    }
    let large = vec![b'#'; 50 << 20];
    for (content, says) in [
        (b"value: {}\n".as_slice(), "1:1: there is no key `value` here; did you mean `values`?"),
        (b"go: 1.22\n", "1:5: a list is expected"),
        (b"values: 3\n", "1:9: names with values are expected"),
        (b"values: { gobin: [x] }\n", "1:18: a text is expected"),
        (b"plan: { shards: -1 }\n", "1:17: a number is expected"),
        (b"go: ['1.22']\ngo: ['1.23']\n", "2:1: `go` stands there twice"),
        (b"lint: { waivers: [{ rule: a, path: b, reason: c, until: 2026-13-01 }] }\n", "1:57: `2026-13-01` is no day"),
        (b"go: &a [*a]\n", "1:9: an anchor holds itself"),
        (b"go: ['1.22'\n", "1:5: the `[` that begins here is never closed"),
        (b"go: ['\xff']\n", "1:7: the file is not UTF-8"),
        (bomb.as_bytes(), "2:1: there is no key `xb` here"),
        (&large, "1:1: it has 52428800 bytes, and at most 1048576 are read"),
    ] {
        let repository = Repository::new("");
        repository.write("app/.github/goenv-ci.yml", content);
        let error = refused(&repository, &["plan"]);
        let start = format!("error: .github/goenv-ci.yml:{says}");
        assert!(error.starts_with(&start), "{start}\n{error}");
    }
}

#[test]
fn what_stands_in_its_place_is_told_and_never_waited_for() {
    let repository = Repository::new("");
    let file = repository.path("app/.github/goenv-ci.yml");
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let error = refused(&repository, &["plan"]);
    assert!(error.starts_with("error: .github/goenv-ci.yml:1:1: it is a directory, and only"), "{error}");
    let error = refused(&repository, &["plan", "--config", "absent.yml"]);
    assert!(error.starts_with("error: absent.yml:1:1: there is no such file\n"), "{error}");
    #[cfg(unix)]
    {
        fs::remove_dir(&file).unwrap();
        for (to, says) in [("/etc/passwd", "it is a link"), ("/dev/zero", "it is a link"), ("/absent", "leads nowhere")]
        {
            std::os::unix::fs::symlink(to, &file).unwrap();
            let error = refused(&repository, &["plan"]);
            assert!(error.contains(".github/goenv-ci.yml:1:1: ") && error.contains(says), "{to}: {error}");
            fs::remove_file(&file).unwrap();
        }
        rustix::fs::mkfifoat(rustix::fs::CWD, &file, 0o644.into()).unwrap();
        let error = refused(&repository, &["plan"]);
        assert!(error.contains(".github/goenv-ci.yml:1:1: it is a FIFO, and only"), "{error}");
        let error = refused(&repository, &["plan", "--config", "/dev/zero"]);
        assert!(error.starts_with("error: /dev/zero:1:1: it is a device, and only"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told_by_name() {
    use crate::support::copy_program;
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new("go: ['1.22']\n");
    let mode = |name: &str, mode: u32| {
        fs::set_permissions(repository.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    for dir in ["", "app", "home"] {
        mode(dir, 0o755);
    }
    let binary = repository.path("goenv-ci");
    copy_program(&binary);
    for (closed, open) in [("app/.github/goenv-ci.yml", 0o644), ("app/.github", 0o755)] {
        mode(closed, 0);
        // The superuser reads whatever is closed; the case is somebody else's then.
        let mut command = match fs::read(repository.path("app/.github/goenv-ci.yml")).is_ok() {
            true => {
                let mut command = assert_cmd::Command::new("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&binary);
                command
            }
            false => assert_cmd::Command::new(&binary),
        };
        command.env_clear().env("HOME", repository.path("home")).env("PATH", "/usr/bin:/bin");
        let output = command.current_dir(repository.path("app")).arg("plan").output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        mode(closed, open);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{closed}: {error}");
        assert!(error.starts_with("error: .github/goenv-ci.yml:1:1: permission denied\n"), "{closed}: {error}");
    }
}

/// A bad file stops the step before anything of it is done, with an annotation.
#[test]
fn on_a_runner_nothing_is_written() {
    let runner = Runner::new();
    for bad in ["values: { gocache: cache }\n", "values: { gobin: \"/x\\nBASH_ENV=/y\" }\n", "values: { gopth: /x }\n"]
    {
        fs::create_dir_all(runner.path("app/app/.github")).unwrap();
        fs::write(runner.path("app/app/.github/goenv-ci.yml"), bad).unwrap();
        let output = runner.goenv().current_dir(runner.path("app/app")).arg("apply").output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(".github/goenv-ci.yml:1:"), "{error}");
        for file in ["env", "path", "output"] {
            assert_eq!(runner.read(file), "", "{bad}");
        }
    }
}
