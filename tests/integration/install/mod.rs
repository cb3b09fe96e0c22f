//! Toolchains from a module proxy where there is no Go: a proxy in a folder and
//! one behind HTTP, with a checksum database of the test's own. No network.

mod machine;
mod publisher;
mod server;

use goenv_ci::install::{InstallError, SumDbError};
use machine::{Machine, file_url};
use publisher::{DATABASE, Publisher, archive, write};
use server::{Fault, Server};
use std::{fs, thread};

/// A machine and what is published for it: 1.21.9, 1.21.13 and a candidate of 1.22.
fn published() -> (Machine, Publisher) {
    let machine = Machine::new();
    let mut publisher = Publisher::new(&machine.published(), &machine.target());
    for version in ["1.21.9", "1.21.13", "1.22rc1"] {
        publisher.publish(version, &Publisher::files(version));
    }
    (machine, publisher)
}

#[test]
fn a_toolchain_is_installed_in_the_tool_caches_layout_and_found_there() {
    let (machine, publisher) = published();
    let server = Server::start(&publisher.root);
    let toolchain = machine.obtain("1.21", &server.url, &publisher.gosumdb());
    assert_eq!(toolchain.version.to_string(), "1.21.13", "the newest patch");
    let folder = machine.tool_cache().join("go/1.21.13");
    assert!(folder.join("x64.complete").is_file());
    assert_eq!(fs::read_to_string(folder.join("x64/src/go.mod")).unwrap(), "module std\n", "put back as Go does");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing else is left");
    let located = machine.locate(&["1.21.13"]);
    assert_eq!(located.found, [toolchain]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| fs::metadata(folder.join("x64").join(name)).unwrap().permissions().mode() & 0o111;
        assert!(mode("bin/go") != 0 && mode("pkg/tool/compile") != 0 && mode("VERSION") == 0);
    }
}

#[test]
fn several_versions_are_obtained_side_by_side_and_one_failure_stops_no_other() {
    let (machine, publisher) = published();
    let proxy = file_url(&publisher.root);
    let installation = machine.run(&["1.22rc1", "1.99", "1.21"], &proxy, &publisher.gosumdb());
    let versions: Vec<String> = installation.obtained.iter().map(|found| found.version.to_string()).collect();
    assert_eq!(versions, ["1.21.13", "1.22rc1"]);
    let [(request, InstallError::NoSuchVersion { listed: 3, .. })] = &installation.failed[..] else {
        panic!("{:?}", installation.failed)
    };
    assert_eq!(request.to_string(), "1.99");
}

#[test]
fn what_is_not_what_was_recorded_is_refused() {
    let (machine, mut publisher) = published();
    publisher.record("1.21.14", "h1:AAAA");
    fs::copy(publisher.archive("1.21.13"), publisher.archive("1.21.14")).unwrap();
    // The archive of another version is refused for its names already.
    let why = machine.refuse("1.21.14", &file_url(&publisher.root), &publisher.gosumdb());
    assert!(matches!(why, InstallError::Archive { .. }), "{why}");

    let files = Publisher::files("1.21.15");
    publisher.publish("1.21.15", &files);
    let touched: Vec<(String, &[u8])> = files
        .iter()
        .map(|(name, content)| {
            (format!("golang.org/toolchain@{}/{name}", publisher.module("1.21.15")), &content[..content.len() - 1])
        })
        .collect();
    write(&publisher.archive("1.21.15"), &archive(&touched));
    let why = machine.refuse("1.21.15", &file_url(&publisher.root), &publisher.gosumdb());
    let InstallError::Unverified { source, .. } = &why else { panic!("{why}") };
    assert!(matches!(**source, SumDbError::Mismatch { .. }), "{why}");
}

#[test]
fn a_database_that_does_not_prove_its_answer_is_refused() {
    let tampered = |file: &str, change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let (machine, publisher) = published();
        let path =
            publisher.root.join("sumdb").join(DATABASE).join(file.replace("MODULE", &publisher.module("1.21.13")));
        let content = fs::read(&path).unwrap();
        fs::write(&path, change(content)).unwrap();
        let why = machine.refuse("1.21.13", &file_url(&publisher.root), &publisher.gosumdb());
        let InstallError::Unverified { source, .. } = why else { panic!("{why}") };
        assert!(matches!(*source, SumDbError::Untrusted { .. }), "{source}");
        source.to_string()
    };
    let flip = |mut bytes: Vec<u8>| {
        bytes[40] ^= 1;
        bytes
    };
    let replace = |from: &'static str, to: &'static str| {
        move |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replacen(from, to, 1).into_bytes()
    };
    assert!(tampered("tile/8/0/001.p/47", &flip).contains("not in the signed tree"));
    assert!(tampered("tile/8/1/000.p/1", &|_| vec![0; 32]).contains("not in the signed tree"));
    let lookup = "lookup/golang.org/toolchain@MODULE";
    assert!(tampered(lookup, &replace(" h1:", " h1:A")).contains("not in the signed tree"));
    assert!(tampered(lookup, &replace("tree\n303", "tree\n302")).contains("wrong signature"));
    assert!(tampered(lookup, &replace("— sums.example", "— sums.other")).contains("not signed"));
    assert!(tampered(lookup, &replace("301\n", "999\n")).contains("beyond the tree"));
}

#[test]
fn a_partial_tile_that_was_completed_meanwhile_is_read_from_the_whole_one() {
    let (machine, publisher) = published();
    let tiles = publisher.root.join("sumdb").join(DATABASE).join("tile/8/0");
    let partial = fs::read(tiles.join("001.p/47")).unwrap();
    fs::remove_dir_all(tiles.join("001.p")).unwrap();
    write(&tiles.join("001"), &[partial, vec![9; 32 * (256 - 47)]].concat());
    machine.obtain("1.21.13", &file_url(&publisher.root), &publisher.gosumdb());
}

#[test]
fn a_proxy_that_refuses_is_named_and_the_list_decides_who_is_asked_next() {
    let (machine, publisher) = published();
    let sums = publisher.gosumdb();
    let refusing = |status| Server::start(&publisher.root).fail("toolchain/@v/", Fault::Status(status), 99);
    for status in [404, 403] {
        let why = machine.refuse("1.21.13", &refusing(status).url, &sums);
        assert!(matches!(&why, InstallError::NotServed { why, .. } if why.contains(&status.to_string())), "{why}");
        assert!(why.help().contains("--go-root"), "the alternatives are named");
        let why = machine.refuse("1.21", &refusing(status).url, &sums);
        assert!(why.to_string().contains(&format!("/@v/list`: {status}")), "{why}");
    }
    let good = Server::start(&publisher.root);
    let why = machine.refuse("1.21.13", &format!("{},{}", refusing(403).url, good.url), &sums);
    assert!(why.to_string().contains("403"), "a comma stops at what is not 404 or 410: {why}");
    machine.obtain("1.21.13", &format!("{}|{}", refusing(403).url, good.url), &sums);
    machine.obtain("1.21.9", &format!("{},{}", refusing(404).url, good.url), &sums);
}

#[test]
fn a_download_that_breaks_off_leaves_nothing_and_one_that_recovers_succeeds() {
    let (machine, publisher) = published();
    let breaking = |times| Server::start(&publisher.root).fail(".zip", Fault::Half, times);
    let why = machine.refuse("1.21.13", &breaking(99).url, &publisher.gosumdb());
    assert!(matches!(why, InstallError::NotServed { .. }), "{why}");
    let recovering = breaking(1).fail("supported", Fault::Status(503), 1);
    machine.obtain("1.21.13", &recovering.url, &publisher.gosumdb());
    assert_eq!(recovering.asked_for(".zip"), 2);
}

#[test]
fn an_interruption_at_any_moment_leaves_nothing() {
    let (mut machine, publisher) = published();
    let mut moments = 0;
    loop {
        machine.patience = moments;
        let installation = machine.run(&["1.21.13"], &file_url(&publisher.root), &publisher.gosumdb());
        let [(_, why)] = &installation.failed[..] else { break };
        assert!(matches!(why, InstallError::Interrupted(_)), "{why}");
        assert!(!machine.tool_cache().exists(), "at moment {moments}");
        moments += 1;
    }
    assert!(moments > 10, "it was interrupted at {moments} moments only");
}

#[test]
fn two_at_once_share_one_download() {
    let (machine, publisher) = published();
    let server = Server::start(&publisher.root);
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| machine.obtain("1.21.13", &server.url, &publisher.gosumdb()));
        }
    });
    assert_eq!(server.asked_for(".zip"), 1);
    assert_eq!(fs::read_dir(machine.tool_cache().join("go/1.21.13")).unwrap().count(), 2, "folder and marker");
}

#[test]
fn half_a_toolchain_of_somebody_else_is_replaced() {
    let (machine, publisher) = published();
    write(&machine.tool_cache().join("go/1.21.13/x64/bin/half"), b"");
    let toolchain = machine.obtain("1.21.13", &file_url(&publisher.root), &publisher.gosumdb());
    assert!(!std::path::Path::new(&toolchain.goroot).join("bin/half").exists());
}

#[test]
fn what_is_switched_off_is_an_error_that_says_so() {
    let (machine, publisher) = published();
    let server = Server::start(&publisher.root);
    let why = machine.refuse("1.21.13", &server.url, "off");
    assert!(why.to_string().contains("disabled by GOSUMDB=off"), "{why}");
    assert_eq!(server.asked_for(".zip"), 0, "refused before the download");
    let why = machine.refuse("1.21.13", "off", &publisher.gosumdb());
    assert!(why.to_string().contains("disabled by GOPROXY=off"), "{why}");
    let why = machine.refuse("1.21.13", "ftp://x", &publisher.gosumdb());
    assert!(matches!(why, InstallError::Goproxy(_)), "{why}");
    machine.obtain("1.21.13", &file_url(&publisher.root), "off");
}

#[test]
fn a_database_may_be_asked_past_the_proxy() {
    let (machine, publisher) = published();
    let (proxy, database) = (Server::start(&publisher.root), Server::start(&publisher.root));
    let gosumdb = format!("{} {}/sumdb/{DATABASE}", publisher.gosumdb(), database.url);
    machine.obtain("1.21.13", &proxy.url, &gosumdb);
    assert_eq!((proxy.asked_for("sumdb"), database.asked_for("lookup")), (0, 1));
}

#[test]
fn an_archive_with_entries_that_a_module_cannot_have_is_refused() {
    let refused = |names: &[&str]| {
        let (machine, mut publisher) = published();
        let extra = names.iter().map(|name| ((*name).to_owned(), Vec::new()));
        publisher.publish("1.21.14", &Publisher::files("1.21.14").into_iter().chain(extra).collect::<Vec<_>>());
        let why = machine.refuse("1.21.14", &file_url(&publisher.root), &publisher.gosumdb());
        assert!(matches!(why, InstallError::Archive { .. }), "{why}");
    };
    refused(&["../../evil"]);
    refused(&["a/./b"]);
    refused(&["src/x", "src/X"]);
    refused(&["version"]);
    refused(&["src/nul.go"]);
    refused(&[r"a\b"]);
}

#[test]
fn no_archive_at_all_is_refused() {
    let (machine, publisher) = published();
    for content in [&b"<html>please log in</html>"[..], b"", b"PK\x05\x06"] {
        fs::write(publisher.archive("1.21.13"), content).unwrap();
        let why = machine.refuse("1.21.13", &file_url(&publisher.root), &publisher.gosumdb());
        assert!(matches!(why, InstallError::Archive { .. }), "{why}");
    }
}
