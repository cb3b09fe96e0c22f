//! Every command line on the pages is run, and prints what the page shows. `scenes.yml` says in which place, and
//! which are not run and why. `SNAPSHOTS=overwrite` writes what they print now.

use super::{
    blocks::{Block, Typed},
    known_tests, pages, root,
};
use crate::support::{
    judged,
    shards::{Shards, text_of},
};
use serde::Deserialize;
use snapbox::{Data, filter::NormalizeToExpected};
use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use tempfile::TempDir;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenes {
    scenes: Vec<Scene>,
    not_run: Vec<NotRun>,
}

/// Where the commands of a block are run.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Scene {
    page: String,
    /// The first command of the block.
    run: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// By their paths below the home directory.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Lines of Bash before the first command.
    #[serde(default)]
    before: String,
    made: Option<Made>,
    /// What the commands may exit with; 0 where this says nothing.
    #[serde(default)]
    exits: Vec<i32>,
}

/// Files that a test makes.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Made {
    /// `shards`: the first and the third of three.
    TwoOfThreeShards,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotRun {
    page: String,
    commands: Vec<String>,
    why: String,
    /// The test that runs them, or holds what they print.
    held_by: Option<String>,
}

impl Scenes {
    fn read() -> Self {
        serde_yaml::from_str(include_str!("scenes.yml")).unwrap()
    }

    fn is_run(&self, page: &str, command: &str) -> bool {
        !self.not_run.iter().any(|left_out| left_out.page == page && left_out.commands.iter().any(|one| one == command))
    }

    fn of(&self, block: &Block) -> Option<&Scene> {
        let commands = block.commands();
        self.scenes
            .iter()
            .find(|scene| scene.page == block.page && commands.first().is_some_and(|one| one.command() == scene.run))
    }
}

/// What is behind `/usr/local` in every scene: goenv-ci and a Go. As long as that name, for lines are broken by it.
struct UsrLocal {
    dir: TempDir,
    tool_cache: PathBuf,
}

impl UsrLocal {
    fn of(tool_cache: &Path) -> Self {
        let dir = tempfile::Builder::new().prefix("").rand_bytes(5).tempdir_in("/tmp").unwrap();
        let goroot = judged::goroot(tool_cache, "1.23");
        let to = dir.path().join("go");
        // Go finds itself by where its program is, so a link to it would be seen.
        let copied = |how: &str| Command::new("cp").arg(how).arg(&goroot).arg(&to).stderr(Stdio::null()).status();
        if !copied("-al").unwrap().success() {
            fs::remove_dir_all(&to).ok();
            assert!(copied("-a").unwrap().success(), "{}", goroot.display());
        }
        for name in ["bin", "go-build"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_goenv-ci"), dir.path().join("bin/goenv-ci")).unwrap();
        Self { dir, tool_cache: tool_cache.to_owned() }
    }

    /// A text with the paths as they are here; `$TOOL_CACHE` has Go 1.21, 1.22 and 1.23.
    fn place(&self, home: &Home, text: &str) -> String {
        let names = [("/home/ada", home.0.path()), ("/usr/local", self.dir.path()), ("$TOOL_CACHE", &self.tool_cache)];
        names.iter().fold(text.to_owned(), |text, (name, path)| text.replace(name, path.to_str().unwrap()))
    }
}

/// `/home/ada`, with a module in `app`, where commands are run.
struct Home(TempDir);

impl Home {
    fn of(scene: &Scene) -> Self {
        let dir = tempfile::Builder::new().prefix("").rand_bytes(4).tempdir_in("/tmp").unwrap();
        let home = Self(dir);
        home.write("app/go.mod", "module example.com/app\n\ngo 1.21\n");
        home.write("app/main.go", "package main\n\nfunc main() {}\n");
        for (name, text) in &scene.files {
            home.write(name, &text.replace("/home/ada", home.0.path().to_str().unwrap()));
        }
        match scene.made {
            None => {}
            Some(Made::TwoOfThreeShards) => {
                let shards = Shards::with_probes(3, 15);
                for index in [1, 3] {
                    home.write(&format!("app/shards/{index}/report.json"), &text_of(&shards.report(index)));
                }
            }
        }
        home
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs commands in one shell and gives what each prints, and its exit code.
    fn run(&self, scene: &Scene, usr_local: &UsrLocal, commands: &[&Typed]) -> Vec<(String, i32)> {
        for dir in [".tmp", ".cache"] {
            fs::create_dir(self.0.path().join(dir)).unwrap();
        }
        // What one of them compiles the others have.
        std::os::unix::fs::symlink(usr_local.dir.path().join("go-build"), self.0.path().join(".cache/go-build"))
            .unwrap();
        let script: String = commands
            .iter()
            .map(|typed| usr_local.place(self, typed.command()))
            .map(|command| format!("{command}\ncode=$?\nprintf '\\n\\036%d\\036' \"$code\"\n(exit \"$code\")\n"))
            .collect();
        let before = format!("exec 2>&1 </dev/null\n{}\nprintf '\\036'\n", scene.before);
        let home = self.0.path();
        let ended = Command::new("timeout")
            .args(["100", "bash", "-c", &format!("{before}{script}")])
            .current_dir(home.join("app"))
            .env_clear()
            .env("HOME", home)
            .env("LANG", "C.UTF-8")
            .env("PATH", usr_local.place(self, "/usr/local/bin:/usr/local/go/bin:/usr/bin:/bin"))
            .env("TMPDIR", home.join(".tmp"))
            .envs(scene.env.iter().map(|(name, value)| (name, usr_local.place(self, value))))
            .output()
            .unwrap();
        let said = String::from_utf8(ended.stdout).unwrap();
        let (_, said) = said.split_once('\u{1e}').unwrap_or_else(|| panic!("before the commands: {said}"));
        let said = said
            .replace(home.to_str().unwrap(), "/home/ada")
            .replace(usr_local.dir.path().to_str().unwrap(), "/usr/local");
        let mut parts = said.split('\u{1e}');
        std::iter::from_fn(|| {
            let (text, code) = (parts.next()?, parts.next()?);
            Some((without_progress(text.strip_suffix('\n').unwrap_or(text)), code.parse().unwrap()))
        })
        .collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // Go makes its module cache read-only.
        Command::new("chmod").args(["-R", "u+w"]).arg(self.0.path()).status().ok();
    }
}

/// What a terminal keeps: the lines about cells as they end are not seen there, but a bar that goes again.
fn without_progress(said: &str) -> String {
    let is_progress = |line: &str| {
        let mut words = line.trim_end().split(' ');
        match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
            ("pass" | "fail" | "skip" | "error", go) => go.starts_with("go1."),
            (count, "cell" | "cells") => words.next().is_none() && count.chars().all(|c| c.is_ascii_digit()),
            _ => false,
        }
    };
    said.split_inclusive('\n').filter(|line| !is_progress(line)).collect()
}

/// A text without what differs from run to run: times, and the blanks that make a column of them.
fn steady(text: &str) -> String {
    const UNITS: [&str; 4] = ["ms", "s", "seconds", "min"];
    let mut steady = String::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let is_unit = |word: &str| UNITS.contains(&word.trim_end_matches([',', ';', ')', '.', ':']));
        let is_number = |word: &str| word.parse::<f64>().is_ok();
        let times: Vec<usize> =
            (1..words.len()).filter(|at| is_unit(words[*at]) && is_number(words[*at - 1])).collect();
        if times.is_empty() {
            steady += line.trim_end();
        } else {
            let is_time = |at: usize| times.contains(&at) || times.contains(&(at + 1));
            let shown = (0..words.len()).map(|at| if is_time(at) { "#" } else { words[at] });
            steady += &shown.collect::<Vec<_>>().join(" ");
        }
        steady.push('\n');
    }
    steady
}

/// What is printed, with `...` and `[..]` in the places where the page has them; `None` where it is as the page says.
fn differing(printed: &str, shown: &str) -> Option<String> {
    let fitted =
        |text: String, to: &str| NormalizeToExpected::new().redact().normalize(Data::text(text), &Data::text(to));
    let wanted = steady(shown);
    if fitted(steady(printed), &wanted).to_string() == wanted {
        return None;
    }
    Some(fitted(printed.to_owned(), shown).to_string())
}

/// A block as it was run: what does not hold, and its text as it should be.
struct Ran {
    wrong: Vec<String>,
    text: String,
}

fn ran(block: &Block, scenes: &Scenes, usr_local: &UsrLocal) -> Ran {
    let none = Scene::default();
    let scene = scenes.of(block).unwrap_or(&none);
    let all = block.commands();
    let commands: Vec<&Typed> = all.iter().filter(|typed| scenes.is_run(&block.page, typed.command())).collect();
    let mut ran = Ran { wrong: Vec::new(), text: block.text.clone() };
    if block.language == "powershell" {
        let unknown = commands.iter().map(|typed| format!("{}: {}: only Bash is run here", block.place(), typed.line));
        return Ran { wrong: unknown.collect(), ..ran };
    }
    if commands.is_empty() {
        return ran;
    }
    let home = Home::of(scene);
    let ended = home.run(scene, usr_local, &commands);
    for (at, typed) in commands.iter().enumerate() {
        let Some((printed, code)) = ended.get(at) else {
            ran.wrong.push(format!("{}: {}: it did not end", block.place(), typed.command()));
            break;
        };
        if !(if scene.exits.is_empty() { &[0][..] } else { &scene.exits }).contains(code) {
            ran.wrong.push(format!("{}: {}: exit code {code}:\n{printed}", block.place(), typed.command()));
        }
        let Some(shown) = &typed.shown else { continue };
        if let Some(now) = differing(printed, shown) {
            let was = format!("$ {}\n{shown}", typed.line);
            ran.text = ran.text.replacen(&was, &format!("$ {}\n{now}", typed.line), 1);
            ran.wrong.push(format!(
                "{}: {}: the page shows\n{shown}and printed is\n{now}",
                block.place(),
                typed.command()
            ));
        }
    }
    ran
}

#[test]
fn every_command_runs_and_prints_what_the_page_shows() {
    let Some(tool_cache) = judged::tool_cache() else { return };
    let (scenes, usr_local, pages) = (Scenes::read(), UsrLocal::of(&tool_cache), pages());
    let blocks: Vec<Block> = pages.iter().flat_map(|(name, page)| Block::all(name, page)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(block) = blocks.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((block, ran(block, &scenes, &usr_local)));
        }
        done
    };
    let mut done: Vec<(&Block, Ran)> = thread::scope(|scope| {
        let workers = [(); 3].map(|()| scope.spawn(work));
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by(|(a, _), (b, _)| (&b.page, b.range.start).cmp(&(&a.page, a.range.start)));
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        let mut pages: BTreeMap<String, String> = pages.into_iter().collect();
        for (block, ran) in &done {
            pages.get_mut(&block.page).unwrap().replace_range(block.range.clone(), &ran.text);
            let path: PathBuf = root().join(&block.page);
            fs::write(path, &pages[&block.page]).unwrap();
        }
    }
    let wrong: Vec<String> = done.into_iter().rev().flat_map(|(_, ran)| ran.wrong).collect();
    assert!(wrong.is_empty(), "{}\n(SNAPSHOTS=overwrite writes what is printed)", wrong.join("\n\n"));
}

#[test]
fn every_scene_and_every_exception_is_of_a_command_on_its_page() {
    let (scenes, pages, tests) = (Scenes::read(), pages(), known_tests());
    let blocks: Vec<Block> = pages.iter().flat_map(|(name, page)| Block::all(name, page)).collect();
    let is_there = |page: &str, command: &str| {
        let mut of_page = blocks.iter().filter(|block| block.page == page);
        of_page.any(|block| block.commands().iter().any(|typed| typed.command() == command))
    };
    for scene in &scenes.scenes {
        assert!(
            blocks.iter().any(|block| scenes.of(block).is_some_and(|one| std::ptr::eq(one, scene))),
            "{}",
            scene.run
        );
    }
    for left_out in &scenes.not_run {
        assert!(left_out.why.len() > 10, "{:?} has no reason", left_out.commands);
        for command in &left_out.commands {
            assert!(is_there(&left_out.page, command), "{} has no `{command}`", left_out.page);
        }
        for test in left_out.held_by.iter() {
            assert!(tests.contains(test), "there is no test `{test}`");
        }
    }
}

#[test]
fn a_page_that_shows_something_else_is_noticed() {
    assert_eq!(differing("took 12 ms\n", "took 3.4 s\n"), None);
    assert_eq!(differing("a   12 ms   b\n", "a    3 ms  b\n"), None);
    assert_eq!(differing("one\ntwo\nthree\n", "one\n...\nthree\n"), None);
    assert_eq!(differing("at /x/y now\n", "at [..] now\n"), None);
    assert_eq!(differing("one\nfour\n", "one\n...\nthree\n").as_deref(), Some("one\nfour\n"));
    assert_eq!(differing("2 files\n", "2 errors\n").as_deref(), Some("2 files\n"));
    assert_eq!(differing("said\n", "").as_deref(), Some("said\n"));
}
