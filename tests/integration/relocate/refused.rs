//! What a move is refused for: nothing is changed then, and the message says why.

use super::site::{Site, judged};
use crate::support::{copy_another_program, lab::skip};
use std::{
    fs::{self, File},
    os::unix::{fs::symlink, net::UnixListener},
    path::Path,
    process::{Child, Command, Stdio},
};

/// What is done to the site, what is asked for (FROM and TO stand for both places), the exit code, the finding.
type Row = (&'static str, fn(&Site), &'static [&'static str], i32, &'static str);

const ROWS: &[Row] = &[
    ("onto itself", nothing, &["--gocache", "FROM", "--to", "FROM"], 2, "onto-itself"),
    ("onto itself by a link", link_to_site, &["--gocache", "FROM", "--to", "SITE/also/from"], 2, "onto-itself"),
    ("into itself", nothing, &["--gocache", "FROM", "--to", "FROM/cache/new"], 2, "into-itself"),
    ("into itself by a link", link_into_tree, &["--gocache", "FROM", "--to", "SITE/inside/new"], 2, "into-itself"),
    ("around itself", nothing, &["--gocache", "FROM", "--to", "SITE"], 2, "around-itself"),
    ("nothing there", nothing, &["--gocache", "SITE/absent", "--to", "TO"], 2, "from-missing"),
    ("a file", nothing, &["--gocache", "FROM/cache/large", "--to", "TO"], 2, "from-no-directory"),
    ("a link already", link_to_tree, &["--gocache", "SITE/link", "--to", "TO"], 2, "from-is-a-link"),
    ("a dangling link", dangling, &["--gocache", "SITE/link", "--to", "TO"], 2, "from-is-a-link"),
    ("no toolchain", nothing, &["--goroot", "FROM", "--to", "TO"], 2, "no-goroot"),
    ("the root", nothing, &["--gocache", "/", "--to", "TO"], 2, "from-too-much"),
    ("the home directory", home, &["--gopath", "SITE/home", "--to", "TO"], 2, "from-too-much"),
    ("a mount", nothing, &["--gocache", "/proc", "--to", "TO"], 2, "from-is-a-mount"),
    ("something there", fill_target, &["--gocache", "FROM", "--to", "TO"], 2, "to-not-empty"),
    ("a file there", file_target, &["--gocache", "FROM", "--to", "TO"], 2, "to-exists"),
    ("a link there", link_target, &["--gocache", "FROM", "--to", "TO"], 2, "to-is-a-link"),
    ("a drive", nothing, &["--gocache", "FROM", "--to", "/"], 2, "around-itself"),
    ("dots", nothing, &["--gocache", "FROM", "--to", "SITE/absent/../x"], 2, "odd-path"),
    ("an empty name", nothing, &["--gocache", "", "--to", "TO"], 2, "odd-path"),
    ("below a file", nothing, &["--gocache", "FROM", "--to", "FROM/cache/large/x"], 2, "into-itself"),
    ("below another file", other_file, &["--gocache", "FROM", "--to", "SITE/file/x"], 3, "no-rights"),
    ("a link that leads out", link_out, &["--gocache", "FROM", "--to", "TO"], 2, "link-leads-out"),
    ("a pipe in it", pipe, &["--gocache", "FROM", "--to", "TO"], 2, "odd-file"),
    ("a socket in it", socket, &["--gocache", "FROM", "--to", "TO"], 2, "odd-file"),
    ("a name that is taken", leftover, &["--gocache", "FROM", "--to", "TO"], 2, "name-taken"),
];

fn nothing(_: &Site) {}
fn link_to_site(site: &Site) {
    symlink(site.path(""), site.path("also")).unwrap();
}
fn link_into_tree(site: &Site) {
    symlink(site.path("from/cache"), site.path("inside")).unwrap();
}
fn link_to_tree(site: &Site) {
    symlink(site.from(), site.path("link")).unwrap();
}
fn dangling(site: &Site) {
    symlink(site.path("gone"), site.path("link")).unwrap();
}
fn home(site: &Site) {
    fs::create_dir(site.path("home")).unwrap();
}
fn fill_target(site: &Site) {
    fs::create_dir_all(site.to.join("x")).unwrap();
}
fn file_target(site: &Site) {
    fs::write(&site.to, "").unwrap();
}
fn link_target(site: &Site) {
    symlink(site.path("to"), &site.to).unwrap();
}
fn other_file(site: &Site) {
    fs::write(site.path("file"), "").unwrap();
}
fn link_out(site: &Site) {
    fs::write(site.path("shared"), "").unwrap();
    symlink("../../shared", site.path("from/cache/out")).unwrap();
}
fn pipe(site: &Site) {
    assert!(Command::new("mkfifo").arg(site.path("from/cache/pipe")).status().unwrap().success());
}
fn socket(site: &Site) {
    UnixListener::bind(site.path("from/cache/socket")).unwrap();
}
fn leftover(site: &Site) {
    fs::create_dir(site.path("from.goenv-ci-old")).unwrap();
}

#[test]
fn every_wrong_question_is_answered_and_nothing_is_changed() {
    for (about, prepare, words, code, id) in ROWS {
        let site = Site::with_cache();
        prepare(&site);
        let (names, before) = (site.names(), site.inventory());
        let filled = |word: &&str| {
            let place = |text: String, name: &str, path: &Path| text.replace(name, path.to_str().unwrap());
            let text = place((*word).to_owned(), "FROM", &site.from());
            let text = if *word == "TO" { place(text, "TO", &site.to) } else { text };
            place(text, "SITE", site.path("").as_path()).replace("//", "/")
        };
        let words: Vec<String> = words.iter().map(filled).collect();
        let args: Vec<&str> = words.iter().map(String::as_str).chain(["--format", "json"]).collect();
        for more in [&["--dry-run"][..], &[]] {
            let output = site.command(&[&args[..], more].concat()).output().unwrap();
            let said = judged(*code, &output);
            assert_eq!(said["findings"][0]["id"], *id, "{about}: {said}");
            assert_eq!(said["outcome"], "refused", "{about}");
            assert_eq!((site.names(), site.inventory()), (names.clone(), before.clone()), "{about}");
        }
    }
}

#[test]
fn a_command_line_that_says_too_little_or_too_much_is_refused() {
    let site = Site::with_cache();
    for args in [&["--to", "/x"][..], &["--gocache", "/x"], &["--gocache", "/x", "--gopath", "/y", "--to", "/z"]] {
        assert_eq!(site.command(args).output().unwrap().status.code(), Some(2), "{args:?}");
    }
}

/// A program that runs until it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn running(command: &mut Command) -> Running {
    Running(command.stdout(Stdio::null()).spawn().unwrap())
}

#[test]
fn a_tree_from_which_something_runs_or_in_which_it_works_or_writes_stays() {
    let site = Site::with_cache();
    let before = site.inventory();
    let refused = |id: &str, word: &str| {
        let said = site.json(3, &[]);
        let finding = &said["findings"][0];
        assert_eq!(finding["id"], id, "{said}");
        assert!(finding["message"].as_str().unwrap().contains(word), "{said}");
        site.assert_at_home();
    };
    {
        let _works = running(Command::new("sleep").arg("60").current_dir(site.path("from/cache")));
        refused("in-use", "works in");
    }
    {
        let file = File::options().append(true).open(site.path("from/cache/large")).unwrap();
        let _writes = running(Command::new("sleep").arg("60").stdin(file));
        refused("in-use", "writes to");
    }
    assert_eq!(site.inventory(), before);
    copy_another_program(Path::new("/bin/sleep"), &site.path("from/cache/go"));
    {
        let _runs = running(Command::new(site.path("from/cache/go")).arg("60"));
        refused("in-use", "runs from");
    }
    let _reads = running(Command::new("sleep").arg("60").stdin(File::open(site.path("from/cache/lock")).unwrap()));
    let said = site.json(0, &[]);
    assert_eq!(said["findings"][0]["id"], "being-read", "a reader keeps what it has: {said}");
    site.assert_moved();
}

#[test]
fn it_does_not_move_itself_or_the_directory_it_runs_in() {
    let site = Site::with_cache();
    let from = site.from();
    let mut inside = site.of_cache(&["--format", "json"]);
    let said = judged(2, &inside.current_dir(site.path("from/cache")).output().unwrap());
    assert_eq!(said["findings"][0]["id"], "works-inside", "{said}");
    let own = site.path("from/cache/goenv-ci");
    copy_another_program(Path::new(env!("CARGO_BIN_EXE_goenv-ci")), &own);
    let args =
        ["relocate", "--gomodcache", from.to_str().unwrap(), "--to", site.to.to_str().unwrap(), "--format", "json"];
    let output = Command::new(&own).args(args).env_clear().current_dir("/").output().unwrap();
    assert_eq!(judged(2, &output)["findings"][0]["id"], "own-program");
    site.assert_at_home();
}

#[test]
fn the_second_of_two_at_once_is_told() {
    let site = Site::with_cache();
    for lock in ["from.goenv-ci-lock", "to/place.goenv-ci-lock"] {
        let held = File::create(site.path(lock)).unwrap();
        held.lock().unwrap();
        let second = site.run(&[]);
        let said = String::from_utf8_lossy(&second.stderr).into_owned() + &String::from_utf8_lossy(&second.stdout);
        assert_eq!(second.status.code(), Some(3), "{said}");
        assert!(said.contains("is under way"), "{said}");
        assert_eq!(site.json(3, &["--dry-run"])["findings"][0]["id"], "move-under-way");
        drop(held);
        fs::remove_file(site.path(lock)).unwrap();
        site.assert_at_home();
    }
}

#[test]
fn of_many_at_once_one_moves_it() {
    let site = Site::with_cache();
    let before = site.inventory();
    let mut all: Vec<Child> =
        (0..6).map(|_| site.of_cache(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()).collect();
    let codes: Vec<Option<i32>> = all.iter_mut().map(|child| child.wait().unwrap().code()).collect();
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 3))), "{codes:?}");
    site.assert_moved();
    assert_eq!(site.inventory(), before);
}

#[test]
fn another_place_for_what_was_moved_already_is_refused() {
    let mut site = Site::with_cache();
    site.json(0, &[]);
    site.to = site.path("to/elsewhere");
    let said = site.json(2, &[]);
    assert_eq!(said["findings"][0]["id"], "moved-elsewhere", "{said}");
    let from = site.from();
    let other = site.command(&["--gocache", from.to_str().unwrap(), "--undo", "--format", "json"]).output().unwrap();
    assert_eq!(judged(2, &other)["findings"][0]["id"], "moved-elsewhere");
}

#[test]
fn a_directory_that_took_the_links_place_is_not_touched() {
    let site = Site::with_cache();
    site.json(0, &[]);
    fs::remove_file(site.from()).unwrap();
    fs::create_dir(site.from()).unwrap();
    fs::write(site.path("from/new"), "made by a go that found nothing").unwrap();
    for more in [&[][..], &["--undo"]] {
        let said = site.json(3, more);
        assert_eq!(said["findings"][0]["id"], "not-linked", "{said}");
        assert!(site.path("from/new").is_file() && site.to.join("cache/large").is_file());
    }
}

#[test]
fn a_new_place_that_is_gone_is_named() {
    let site = Site::with_cache();
    site.json(0, &[]);
    fs::rename(&site.to, site.path("to/unplugged")).unwrap();
    for more in [&[][..], &["--undo"]] {
        assert_eq!(site.json(3, more)["findings"][0]["id"], "place-gone");
    }
    fs::rename(site.path("to/unplugged"), &site.to).unwrap();
    assert_eq!(site.json(0, &["--undo"])["outcome"], "moved-back");
    site.assert_at_home();
}

#[test]
fn a_journal_that_is_none_stops_everything() {
    let site = Site::with_cache();
    for content in ["", "{}", "\u{0}\u{1}", r#"{"schema_version": 9}"#, &"[".repeat(10_000)] {
        fs::write(site.path("from.goenv-ci-journal"), content).unwrap();
        for more in [&[][..], &["--undo"], &["--dry-run"]] {
            let output = site.run(more);
            assert_eq!(output.status.code(), Some(3), "{content:.20}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("from.goenv-ci-journal"));
        }
    }
    fs::remove_file(site.path("from.goenv-ci-journal")).unwrap();
    site.assert_at_home();
}

/// A file system of its own, as root or by sudo.
struct Mount<'a>(&'a Path);

impl<'a> Mount<'a> {
    fn at(path: &'a Path, options: &str) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let done = as_root(&["mount", "-t", "tmpfs", "-o", options, "none", path.to_str().unwrap()]);
        if !done {
            skip("no file system can be mounted here");
        }
        done.then_some(Self(path))
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        as_root(&["umount", "--lazy", self.0.to_str().unwrap()]);
    }
}

fn as_root(words: &[&str]) -> bool {
    let mut command = match rustix::process::geteuid().is_root() {
        true => Command::new(words[0]),
        false => Command::new("sudo"),
    };
    let rest = if rustix::process::geteuid().is_root() { &words[1..] } else { words };
    if !rustix::process::geteuid().is_root() {
        command.arg("-n");
    }
    command.args(rest).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_small_drive_is_refused_before_anything_is_copied() {
    for (options, id) in [
        ("size=256k,mode=777", "no-room"),
        ("size=8m,nr_inodes=8,mode=777", "no-inodes"),
        ("size=8m,noexec,mode=777", ""),
    ] {
        let mut site = Site::with_cache();
        let mounted = site.path("to/drive");
        let Some(_mount) = Mount::at(&mounted, options) else { return };
        site.to = mounted.join("place");
        if id.is_empty() {
            let from = site.from();
            let to = site.to.to_str().unwrap().to_owned();
            let args = ["--gopath", from.to_str().unwrap(), "--to", &to, "--format", "json"];
            let said = judged(3, &site.command(&args).output().unwrap());
            assert_eq!(said["findings"][0]["id"], "no-programs", "{said}");
        } else {
            assert_eq!(site.json(3, &[])["findings"][0]["id"], id);
        }
        assert_eq!(fs::read_dir(&mounted).unwrap().count(), 0);
        assert_eq!(site.names(), ["from", "to", "to/drive"]);
        // A drive itself is no place for a tree, whatever its size.
        site.to = mounted.clone();
        assert_eq!(site.json(2, &[])["findings"][0]["id"], "to-is-a-drive");
    }
}

#[test]
fn another_drive_is_another_drive() {
    let mut site = Site::with_cache();
    let mounted = site.path("to/drive");
    let Some(_mount) = Mount::at(&mounted, "size=8m,mode=777") else { return };
    site.to = mounted.join("place");
    let before = site.inventory();
    let said = site.json(0, &[]);
    assert_ne!(said["drives"]["from"]["mount"], said["drives"]["to"]["mount"]);
    assert!(said["findings"].as_array().unwrap().iter().all(|one| one["id"] != "same-drive"), "{said}");
    assert_eq!(site.inventory(), before);
    site.json(0, &["--undo"]);
    assert_eq!((site.inventory(), fs::read_dir(&mounted).unwrap().count()), (before, 0));
}

#[test]
fn a_mount_in_the_tree_stops_it() {
    let site = Site::with_cache();
    let inside = site.path("from/cache/mounted");
    let Some(mount) = Mount::at(&inside, "size=64k") else { return };
    assert_eq!(site.json(2, &[])["findings"][0]["id"], "mount-inside");
    drop(mount);
}
