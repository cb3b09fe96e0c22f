//! Whatever a server does, a download ends: for module proxies, for GitHub's API, and for its storage. The
//! limits are those of users, a hundred times shorter.

use crate::support::{
    bad_server::{BODY, BadServer, Fault},
    forge::{Forge, TOKEN, redirect},
};
use goenv_ci::{
    ports::{Fetch, Forge as _, TransferPolicy, forge::Artifact},
    system::{
        github::{Connection, GitHub},
        http::Web,
    },
};
use std::{fs, thread, time::Duration};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

const POLICY: TransferPolicy = TransferPolicy {
    connect: ms(2_000),
    idle: ms(10_000),
    total: ms(20_000),
    least_rate: 1_000,
    window: ms(300),
    attempts: 2,
    first_pause: ms(10),
    longest_pause: ms(1_000),
    unsaid_pause: ms(10),
};

const MOST_BYTES: u64 = 1 << 20;

fn never() -> bool {
    false
}

/// The ways to fetch something.
const WAYS: [&str; 4] = ["a list of a proxy", "an archive of a proxy", "an answer of the API", "an artifact"];

/// What comes of one of them: the bytes, or what is said.
fn fetched(way: &str, url: &str, policy: TransferPolicy) -> Result<Vec<u8>, String> {
    fetched_until(way, url, policy, &never)
}

/// The same until `stop` says that the user asked to stop.
fn fetched_until(
    way: &str,
    url: &str,
    policy: TransferPolicy,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<u8>, String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    let name = file.to_str().unwrap();
    let web = Web::with_policy(stop, policy);
    let github = |api: &str| {
        let connection = Connection { api: api.to_owned(), repository: "org/app".to_owned(), token: TOKEN.to_owned() };
        GitHub::with_policy(connection, policy, stop).unwrap()
    };
    let outcome = match way {
        "a list of a proxy" => return web.get(url, MOST_BYTES).map_err(|why| why.to_string()),
        "an answer of the API" => {
            let run = github(url).run(7).map_err(|why| why.to_string())?;
            assert_eq!((run.id, run.workflow, run.head_sha.as_str()), (7, 3, "abc"));
            return Ok(BODY.to_vec());
        }
        "an archive of a proxy" => web.download(url, name, MOST_BYTES).map_err(|why| why.to_string()),
        _ => {
            let to = url.to_owned();
            let api = Forge::new(move |_, path, _| path.ends_with("/zip").then(|| redirect(&to)));
            let (name_of, created_at) = ("a".to_owned(), String::new());
            let artifact = Artifact { id: 1, name: name_of, size_bytes: 1, expired: false, created_at };
            github(&api.url()).download(&artifact, name, MOST_BYTES).map_err(|why| why.to_string())
        }
    };
    assert_eq!(file.exists(), outcome.is_ok(), "{way}: what is not whole must not be left: {outcome:?}");
    outcome.map(|()| fs::read(&file).unwrap())
}

/// For servers that say nothing.
const IMPATIENT: TransferPolicy = TransferPolicy { idle: ms(300), ..POLICY };

/// Tries each way with a server of its own, all at the same time.
fn each_way(faults: &[(Fault, TransferPolicy, &str)], judge: impl Fn(&str, Result<Vec<u8>, String>, usize) + Sync) {
    thread::scope(|scope| {
        for ((fault, policy, said), way) in faults.iter().flat_map(|fault| WAYS.map(|way| (*fault, way))) {
            let judge = &judge;
            scope.spawn(move || {
                let server = BadServer::start(fault);
                let outcome = fetched(way, &server.url, policy);
                if let Err(why) = &outcome {
                    assert!(why.contains(said), "{fault:?}, {way}: {why}");
                }
                judge(&format!("{fault:?}, {way}"), outcome, server.asked());
            });
        }
    });
}

#[test]
fn a_server_that_never_ends_is_given_up() {
    let faults = [
        (Fault::NeverAnswers, IMPATIENT, "timed out"),
        (Fault::DripsItsHead, IMPATIENT, "timed out"),
        (Fault::Continues, IMPATIENT, ""),
        (Fault::StallsAfterItsHead, IMPATIENT, "timed out"),
        (Fault::RefusesSlowly, IMPATIENT, ""),
        (Fault::EndlessHead, POLICY, ""),
        (Fault::Drips, POLICY, "less than 1000 in a second"),
        (Fault::Endless, POLICY, "longer than"),
        (Fault::AnnouncesTooMuch, POLICY, "longer than"),
        (Fault::CutsAlways, POLICY, ""),
        (Fault::RedirectsForEver, POLICY, ""),
        (Fault::BusyForAnHour, POLICY, ""),
    ];
    each_way(&faults, |case, outcome, asked| {
        outcome.expect_err(case);
        assert!(asked <= 24, "{case}: asked {asked} times");
    });
}

#[test]
fn a_server_that_recovers_is_asked_again_and_what_came_of_the_first_attempt_is_gone() {
    let faults = [Fault::CutsOnce, Fault::BusyOnce, Fault::SendsMore, Fault::Packed].map(|fault| (fault, POLICY, ""));
    each_way(&faults, |case, outcome, _| assert_eq!(outcome.as_deref(), Ok(BODY), "{case}"));
}

#[test]
fn all_of_it_has_an_end_however_often_it_is_tried() {
    let policy = TransferPolicy { total: ms(900), attempts: 1_000, ..IMPATIENT };
    each_way(&[(Fault::CutsAlways, policy, ""), (Fault::NeverAnswers, policy, "")], |case, outcome, asked| {
        outcome.expect_err(case);
        assert!(asked < 1_000, "{case}: asked {asked} times");
    });
}

#[test]
fn who_asks_to_stop_is_not_kept_by_a_silent_server() {
    let patient = TransferPolicy { idle: ms(3_600_000), total: ms(3_600_000), ..POLICY };
    thread::scope(|scope| {
        for (fault, way) in [Fault::NeverAnswers, Fault::StallsAfterItsHead].iter().flat_map(|f| WAYS.map(|w| (*f, w)))
        {
            scope.spawn(move || {
                let server = BadServer::start(fault);
                let stop = || server.asked() > 0;
                let why = fetched_until(way, &server.url, patient, &stop).unwrap_err();
                assert!(why.contains("interrupted"), "{fault:?}, {way}: {why}");
                assert_eq!((server.asked(), server.ended()), (1, 0), "{fault:?}, {way}: the server still waits");
            });
        }
    });
}

#[cfg(unix)]
#[test]
fn only_a_file_is_read_behind_a_file_url() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
    for (name, to) in [("zero", "/dev/zero".into()), ("tty", "/dev/ptmx".into()), ("link", at("pipe"))] {
        std::os::unix::fs::symlink(to, at(name)).unwrap();
    }
    fs::File::create(at("large")).unwrap().set_len(1 << 40).unwrap();
    fs::write(at("good"), BODY).unwrap();
    let web = Web::with_policy(&never, POLICY);
    let to = at("to");
    let url = |name: &str| format!("file://{}", at(name).display());
    for (name, said) in [
        ("pipe", "only regular files are read"),
        ("link", "only regular files are read"),
        ("socket", "only regular files are read"),
        ("zero", "only regular files are read"),
        ("tty", "only regular files are read"),
        (".", "a directory"),
        ("large", "longer than"),
        ("absent", "there is no such file"),
    ] {
        for outcome in
            [web.get(&url(name), MOST_BYTES).map(drop), web.download(&url(name), to.to_str().unwrap(), MOST_BYTES)]
        {
            let why = outcome.unwrap_err().to_string();
            assert!(why.contains(said), "{name}: {why}");
            assert!(!to.exists(), "{name}");
        }
    }
    assert_eq!(web.get(&url("good"), MOST_BYTES).unwrap(), BODY);
}
