//! What the launcher does where something is in its way: what another job has built, networks,
//! servers and proxies, room, tool caches, and other jobs at the same time. And how few programs
//! it starts where nothing is.

use super::{BUILDS, Checkout, address_of, asset, errors_in, files_below, is_root, released_sum, serve, sum_of};
use predicates::{boolean::PredicateBooleanExt, str::contains};
use std::{
    fs,
    io::Write,
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

fn released() -> Checkout {
    let checkout = Checkout::new();
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout
}

/// The body of the released binary.
fn body(checkout: &Checkout) -> Vec<u8> {
    fs::read(checkout.path(&format!("server{}", address_of(&asset())))).expect("the release")
}

#[test]
fn where_all_is_well_few_programs_are_started() {
    let checkout = released();
    let system = "/usr/bin:/bin:/usr/sbin:/sbin";
    for tool in super::TOOLS.split_whitespace() {
        let found = system.split(':').map(|dir| format!("{dir}/{tool}")).find(|path| fs::exists(path).unwrap_or(false));
        if let Some(path) = found {
            let script = format!("echo {tool} >>'{}'; exec {path} \"$@\"", checkout.text("started"));
            checkout.executable(&format!("shims/{tool}"), &script);
        }
    }
    let script = checkout.path("action/scripts/launch.sh");
    let text = fs::read_to_string(&script).expect("launch.sh");
    assert!(text.contains("system_path=/usr/bin:"));
    let text = text.replace("system_path=", &format!("system_path={}:", checkout.text("shims")));
    fs::write(&script, text).expect("launch.sh");
    for (source, most) in [("release", 10), ("tool cache", 5)] {
        fs::remove_file(checkout.path("started")).ok();
        checkout.launch(&[("RUNNER_ARCH", runner_arch())]).success();
        assert_eq!(checkout.delivered().1, source);
        let started = checkout.started();
        assert!(started.lines().count() <= most, "{source}: {}", started.replace('\n', " "));
        assert!(started.contains("sha256sum") || started.contains("shasum"), "nothing was summed: {started}");
    }
}

fn runner_arch() -> &'static str {
    if cfg!(target_arch = "aarch64") { "ARM64" } else { "X64" }
}

#[test]
fn what_another_job_has_built_is_started_by_its_sum_alone() {
    let checkout = Checkout::new();
    checkout.program("artifact/goenv-ci", "elsewhere");
    checkout.allow("artifact/goenv-ci", 0o644); // As an artifact comes.
    let file = checkout.text("artifact/goenv-ci");
    let sum = sum_of("elsewhere");
    let built = [("GOENV_CI_BUILT", file.as_str()), ("GOENV_CI_BUILT_SUM", sum.as_str())];
    checkout.launch(&built).success().stdout(contains("goenv-ci elsewhere from another job"));
    assert!(checkout.delivered().0.starts_with(checkout.path("temp")), "not a private copy");

    checkout.program("artifact/goenv-ci", "foreign");
    let launched = checkout.launch(&built).code(3);
    let errors = errors_in(&launched).concat();
    assert!(errors.contains(&sum) && errors.contains(&sum_of("foreign")), "both sums: {errors}");
    launched.stdout(contains("It was not started").and(contains("goenv-ci foreign").not()));
    assert!(!checkout.path("output").exists());

    // Without a sum nothing is believed, and what is not there or does not start here is built.
    checkout.cargo(BUILDS);
    checkout.launch(&[built[0]]).success().stdout(contains("goenv-ci built from build"));
    fs::remove_dir_all(checkout.path("artifact")).expect("the artifact");
    checkout.launch(&built).success().stdout(contains("is not here").and(contains("goenv-ci built from tool cache")));
    checkout.executable("artifact/goenv-ci", "exit 1");
    let broken = fs::read(checkout.path("artifact/goenv-ci")).expect("the artifact");
    let sum = ring::digest::digest(&ring::digest::SHA256, &broken);
    let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let launched = checkout.launch(&[built[0], ("GOENV_CI_BUILT_SUM", &sum)]).success();
    launched.stdout(contains("does not start here").and(contains("goenv-ci built from tool cache")));
}

#[test]
fn a_build_for_publishing_is_another_one_and_its_sum_is_said() {
    let checkout = Checkout::new();
    checkout.cargo(&format!("echo \"$*\" >>'{}'\n{BUILDS}", checkout.text("calls")));
    for publish in ["", "false", "true", "true"] {
        checkout.launch(&[("GOENV_CI_PUBLISH", publish)]).success();
        let output = fs::read_to_string(checkout.path("output")).expect("GITHUB_OUTPUT");
        assert!(output.contains(&format!("sum={}\n", sum_of("built"))), "{output}");
        let directory = output.lines().find_map(|line| line.strip_prefix("directory=")).expect("directory");
        let names: Vec<_> =
            fs::read_dir(directory).expect("directory").map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["goenv-ci"], "what is given away");
    }
    let calls = fs::read_to_string(checkout.path("calls")).expect("cargo ran");
    let calls: Vec<_> = calls.lines().map(|call| call.split(" --manifest-path").next().unwrap()).collect();
    let plain = "build --profile fallback --no-default-features --locked";
    let publishing = "build --profile fallback --no-default-features --features github --locked";
    assert_eq!(calls, [plain, publishing]);

    let released = released();
    released.launch(&[]).success();
    let output = fs::read_to_string(released.path("output")).expect("GITHUB_OUTPUT");
    assert!(!output.contains("sum="), "a release need not be given away: {output}");
}

#[test]
fn a_wrong_sum_is_said_beside_the_right_one() {
    let checkout = released();
    checkout.program(&format!("server{}", address_of(&asset())), "replaced");
    let errors = errors_in(&checkout.launch(&[]).code(3)).concat();
    assert!(errors.contains(&released_sum()) && errors.contains(&sum_of("replaced")), "{errors}");
}

#[test]
fn a_transfer_that_is_cut_is_tried_once_more_and_then_built() {
    let checkout = released();
    checkout.cargo(BUILDS);
    let (whole, asked) = (body(&checkout), Arc::new(AtomicUsize::new(0)));
    for (cuts, source) in [(1, "release"), (usize::MAX, "build")] {
        fs::remove_dir_all(checkout.path("tools")).ok();
        fs::remove_dir_all(checkout.path("temp")).ok();
        asked.store(0, Ordering::SeqCst);
        let (whole, counted) = (whole.clone(), asked.clone());
        let cutting = serve(move |_, stream: &mut TcpStream| {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", whole.len()).ok();
            let is_cut = counted.fetch_add(1, Ordering::SeqCst) < cuts;
            stream.write_all(if is_cut { &whole[..9] } else { &whole }).ok();
        });
        checkout.launch(&[("GOENV_CI_SERVER_URL", &cutting)]).success();
        assert_eq!((checkout.delivered().1.as_str(), asked.load(Ordering::SeqCst)), (source, 2));
    }
}

#[test]
fn without_a_network_it_is_built_and_without_cargo_too_that_is_said_in_one_line() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port");
    let down = format!("http://{port}");
    for environment in [
        [("GOENV_CI_SERVER_URL", down.as_str()), ("https_proxy", "")],
        [("GOENV_CI_SERVER_URL", "http://goenv-ci.invalid"), ("http_proxy", down.as_str())],
        [("GOENV_CI_SERVER_URL", "https://goenv-ci.invalid"), ("HTTPS_PROXY", down.as_str())],
    ] {
        let checkout = released();
        checkout.hurry();
        let errors = errors_in(&checkout.launch(&environment).code(3));
        assert_eq!(errors.len(), 1, "{errors:?}");
        checkout.cargo(BUILDS);
        let launched = checkout.launch(&environment).success();
        launched.stdout(contains("could not be downloaded: building it").and(contains("goenv-ci built from build")));
    }
}

#[test]
fn a_release_comes_through_a_proxy_and_from_a_server_with_a_path() {
    let checkout = released();
    let whole = body(&checkout);
    let proxy = serve(move |asked, stream| {
        // A proxy is asked for the whole address.
        let found = asked == format!("http://goenv-ci.invalid:8443/git/hub{}", address_of(&asset()));
        let status = if found { "200 OK" } else { "404 Not Found" };
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", whole.len()).ok();
        stream.write_all(&whole).ok();
    });
    for server in ["http://goenv-ci.invalid:8443/git/hub", "http://goenv-ci.invalid:8443/git/hub/"] {
        fs::remove_dir_all(checkout.path("tools")).ok();
        checkout.launch(&[("GOENV_CI_SERVER_URL", server), ("http_proxy", &proxy)]).success();
        assert_eq!(checkout.delivered().1, "release");
    }
}

#[test]
fn a_platform_without_a_release_is_built_and_named() {
    let checkout = released();
    let script = checkout.path("action/scripts/launch.sh");
    let text = fs::read_to_string(&script).expect("launch.sh");
    assert_eq!(text.matches("machine=$(uname -m)").count(), 1);
    fs::write(&script, text.replace("machine=$(uname -m)", "machine=riscv64")).expect("launch.sh");
    let launched = checkout.launch(&[("RUNNER_ARCH", "RISCV64")]).code(3);
    launched.stdout(contains("no released binary for version 7.8.9 on riscv64-"));
    checkout.cargo(BUILDS);
    checkout.launch(&[("RUNNER_ARCH", "RISCV64")]).success().stdout(contains("goenv-ci built from build"));
}

#[test]
fn blanks_quotes_and_patterns_in_paths_are_nothing_special() {
    let dir = tempfile::Builder::new().prefix("a b 'c' [d]* $HOME é ").tempdir().expect("a folder");
    let checkout = Checkout::below(dir);
    checkout.release(&released_sum(), &checkout.source_sum());
    checkout.launch(&[]).success().stdout(contains("goenv-ci released from release"));
    checkout.launch(&[]).success().stdout(contains("goenv-ci released from tool cache"));
    checkout.write("action/scripts/checksums.txt", "# none\n");
    checkout.executable("bin/cargo", BUILDS);
    checkout.launch(&[]).success().stdout(contains("goenv-ci built from build"));
    checkout.launch(&[]).success().stdout(contains("goenv-ci built from tool cache"));
}

#[test]
fn a_tool_cache_that_takes_nothing_costs_nothing_but_a_line() {
    let checkout = released();
    checkout.write("file", "");
    let mut places = vec![checkout.text("file"), checkout.text("file/below"), checkout.text("closed")];
    fs::create_dir(checkout.path("closed")).expect("a folder");
    checkout.allow("closed", 0o555);
    if is_root() && cfg!(target_os = "linux") {
        *places.last_mut().expect("a place") = "/proc/sys".to_owned(); // What not even root can write to.
    }
    for place in places {
        fs::remove_dir_all(checkout.path("temp")).ok();
        checkout.launch(&[("RUNNER_TOOL_CACHE", &place)]).success().stdout(contains("goenv-ci released from release"));
        let again = checkout.launch(&[("RUNNER_TOOL_CACHE", &place)]).success();
        again.stdout(contains("goenv-ci released from tool cache"));
    }
    checkout.allow("closed", 0o755);
}

#[test]
fn jobs_at_once_share_a_tool_cache_and_leave_nothing_half() {
    let checkout = released();
    // Something to replace, too.
    for former in [None, Some("foreign")] {
        if let Some(origin) = former {
            let stored = checkout.stored().into_iter().find(|file| file.ends_with("/goenv-ci")).expect("the binary");
            checkout.program(&format!("tools/{stored}"), origin);
        }
        // All of them are there before the first is started: the step's script is one file.
        let jobs: Vec<_> = (0..6)
            .map(|job| {
                let temp = checkout.text(&format!("temp/{job}"));
                fs::create_dir(&temp).ok();
                let mut command = checkout.step(&[], &[("RUNNER_TEMP", &temp)]);
                command.env("GITHUB_OUTPUT", checkout.path(&format!("temp/{job}/output")));
                command.stdout(Stdio::piped());
                command
            })
            .collect();
        let jobs: Vec<_> = jobs.into_iter().map(|mut job| job.spawn().expect("bash")).collect();
        for job in jobs {
            let output = job.wait_with_output().expect("bash");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && said.contains("goenv-ci released from "), "{said}");
            assert!(!said.contains("nothing can be kept"), "{said}");
        }
        let mut stored = checkout.stored();
        stored.sort();
        assert_eq!(stored.len(), 2, "{stored:?}");
        checkout.launch(&[]).success();
        assert_eq!(checkout.delivered().1, "tool cache");
    }
}

/// The released binary, larger than there is room for.
fn large(checkout: &Checkout) -> (Vec<u8>, String) {
    let script = format!("#!/bin/sh\necho goenv-ci released\nexit\n{}\n", "#".repeat(300_000));
    let sum = ring::digest::digest(&ring::digest::SHA256, script.as_bytes());
    let sum: String = sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    checkout.release(&sum, &checkout.source_sum());
    checkout.write(&format!("server{}", address_of(&asset())), &script);
    (script.into_bytes(), sum)
}

#[cfg(target_os = "linux")]
#[test]
fn what_does_not_fit_is_said_with_the_place_and_what_to_do() {
    let checkout = Checkout::new();
    large(&checkout);
    checkout.cargo(BUILDS);
    let limited = ["sh", "-c", "ulimit -f 100; exec \"$@\"", "sh"];
    let errors = errors_in(&checkout.launch_by(&limited, &[]).code(3));
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("goenv-ci does not fit into RUNNER_TEMP") && errors[0].contains("ulimit -f"),
        "{errors:?}"
    );
    assert!(errors[0].contains(&checkout.text("temp")), "{errors:?}");
    assert_eq!(checkout.in_temp(), 0, "what was begun stays behind");

    let mut command = checkout.step(&[], &[]);
    let output = command.env("GITHUB_OUTPUT", "/dev/full").output().expect("bash");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("GITHUB_OUTPUT cannot be written"), "{said}");
}

/// On a file system of 192 kB in memory: RUNNER_TEMP, or the tool cache alone.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_where_only_the_tool_cache_is_full_nothing_is_kept_there() {
    let checkout = Checkout::new();
    let (script, _) = large(&checkout);
    checkout.cargo(BUILDS);
    for (place, code) in [("temp", 3), ("tools", 0)] {
        let mount = format!("mount -t tmpfs -o size=192k,mode=755 none '{}' && exec \"$@\"", checkout.text(place));
        let starter = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", &mount, "sh"];
        let may = Command::new(starter[0]).args(&starter[1..]).arg("true").status();
        if !may.is_ok_and(|status| status.success()) {
            eprintln!("skipped: no file system can be mounted here, not even by `unshare --map-root-user`");
            return;
        }
        let launched = checkout.launch_by(&starter, &[]).code(code);
        if place == "temp" {
            let errors = errors_in(&launched);
            assert!(errors.len() == 1 && errors[0].contains("does not fit into RUNNER_TEMP"), "{errors:?}");
            continue;
        }
        launched
            .stdout(contains("nothing can be kept in the tool cache").and(contains("goenv-ci released from release")));
        let kept = files_below(&checkout.path("temp"), &checkout.path("temp"));
        assert!(kept.iter().any(|file| file.starts_with("goenv-ci/7.8.9/")), "{kept:?}");
        assert_eq!(fs::read(checkout.delivered().0).expect("the copy"), script);
    }
}
