//! docs/relocate.md, with what each Go says and does through a link. The Gos of the lab are asked anew each time;
//! GOENV_CI_MORE_GO names a further GOROOT, whose column is as it was last measured where it is not set.

use super::site::inventory;
use crate::{
    doctor::desk::Desk,
    support::{
        assert_file,
        judged::{goroot, tool_cache},
    },
};
use std::{
    collections::BTreeMap,
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

const PAGE: &str = "docs/relocate.md";

const ABOUT: &str = "## What Go says and does through a link

Measured on Linux through a symbolic link, each Go anew with every run of the tests; the newest Go, which they do not
have, as it was last measured. *real* is the path behind the link.

";

/// Answers by their questions, in the order in which they were asked.
type Column = Vec<(&'static str, String)>;

struct Asked<'a> {
    /// The address of a proxy with one module.
    proxy: &'a str,
    /// The Go's own directory, and a link to it.
    real: PathBuf,
    link: PathBuf,
    dir: PathBuf,
}

impl Asked<'_> {
    fn run(&self, program: &Path, args: &[&str], set: &[(&str, &str)]) -> (bool, String) {
        let name = self.dir.file_name().unwrap().to_str().unwrap();
        // The runtime is compiled once for all runs of this test.
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("relocate-{name}"));
        let mut command = Command::new(program);
        command.args(args).current_dir(self.dir.join("module")).env_clear();
        command.env("HOME", self.dir.join("home")).env("GOCACHE", cache).env("GOMODCACHE", self.dir.join("modules"));
        command.env("GOTOOLCHAIN", "local").env("GOENV", "off").env("GOFLAGS", "-mod=mod").env("GOSUMDB", "off");
        command.env("GOPROXY", self.proxy).env("PATH", format!("{}/bin:/usr/bin:/bin", self.link.display()));
        let output = command.envs(set.iter().copied()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said.trim().to_owned())
    }

    fn go(&self, args: &[&str], set: &[(&str, &str)]) -> (bool, String) {
        self.run(&self.link.join("bin/go"), args, set)
    }

    /// Which of both paths a text has.
    fn which(&self, (works, said): (bool, String)) -> String {
        let has = |path: &Path| said.contains(path.to_str().unwrap());
        match (works, has(&self.link), has(&self.real)) {
            (false, _, _) => format!("fails: {said}"),
            (true, true, false) => "link".to_owned(),
            (true, false, true) => "real".to_owned(),
            (true, false, false) => "neither".to_owned(),
            (true, true, true) => "both".to_owned(),
        }
    }

    fn works(&self, (works, said): (bool, String)) -> String {
        if works { "works".to_owned() } else { format!("fails: {said}") }
    }

    /// A directory of caches behind a link.
    fn linked(&self, name: &str) -> (PathBuf, String) {
        let (real, link) = (self.dir.join(format!("{name}-real")), self.dir.join(format!("{name}-link")));
        fs::create_dir(&real).unwrap();
        symlink(&real, &link).unwrap();
        (real, link.to_str().unwrap().to_owned())
    }

    fn column(&self) -> Column {
        let root = ["env", "GOROOT"];
        let link = self.link.to_str().unwrap();
        let mut all: Column = vec![
            ("`go env GOROOT`, `go` started by the link's path", self.which(self.go(&root, &[]))),
            ("by the real path", self.which(self.run(&self.real.join("bin/go"), &root, &[]))),
            (
                "found on PATH, which has the link",
                self.which(self.run(Path::new("/bin/sh"), &["-c", "go env GOROOT"], &[])),
            ),
            ("GOROOT set to the link", self.which(self.go(&root, &[("GOROOT", link)]))),
            ("`go list -f {{.Dir}} fmt`", self.which(self.go(&["list", "-f", "{{.Dir}}", "fmt"], &[]))),
        ];
        all.extend(self.builds());
        all.extend(self.build_cache());
        all.extend(self.module_cache());
        all.extend(self.walkers());
        all
    }

    fn builds(&self) -> Column {
        // By the real path first: what it compiled is what the link must find.
        let warmed = self.run(&self.real.join("bin/go"), &["build", "-o", "warm", "."], &[]);
        assert!(warmed.0, "{}", warmed.1);
        let (works, said) = self.go(&["build", "-v", "-o", "out", "."], &[]);
        let compiled = said.lines().filter(|line| !line.contains('.') && !line.contains("example")).count();
        let trimmed = self.go(&["build", "-trimpath", "-o", "trimmed", "."], &[]);
        let program = fs::read(self.dir.join("module/trimmed")).unwrap_or_default();
        let holds = |path: &Path| {
            let path = path.to_str().unwrap().as_bytes();
            program.windows(path.len()).any(|window| window == path)
        };
        let is_trimmed = !holds(&self.link) && !holds(&self.real);
        vec![
            ("`go build`", self.works((works, said.clone()))),
            ("packages of the standard library that it compiled again after the move", compiled.to_string()),
            ("`go vet`", self.works(self.go(&["vet", "./..."], &[]))),
            ("`go build -trimpath`", self.works(trimmed)),
            ("paths of the toolchain in that program", if is_trimmed { "none" } else { "some" }.to_owned()),
        ]
    }

    fn build_cache(&self) -> Column {
        let (real, link) = self.linked("gocache");
        let set = [("GOCACHE", link.as_str())];
        let built = self.go(&["build", "./plain"], &set);
        let entries = |dir: &Path| inventory(dir).keys().filter(|name| name.ends_with("-a")).count();
        let there = entries(&real) > 0;
        let cleaned = self.go(&["clean", "-cache"], &set);
        let is_link = fs::symlink_metadata(&link).is_ok_and(|found| found.is_symlink());
        let after = match (cleaned.0, is_link, entries(&real)) {
            (true, true, 0) => "empties what it leads to, the link stays".to_owned(),
            (true, true, _) => "removes nothing".to_owned(),
            (true, false, 0) => "removes the link and empties what it led to".to_owned(),
            (true, false, _) => "removes the link, what it led to stays".to_owned(),
            (false, _, _) => format!("fails: {}", cleaned.1),
        };
        vec![("`go build` with GOCACHE a link", self.works((built.0 && there, built.1))), ("`go clean -cache`", after)]
    }

    fn module_cache(&self) -> Column {
        let (real, link) = self.linked("gomodcache");
        let set = [("GOMODCACHE", link.as_str())];
        let got = self.go(&["mod", "download", "example.com/dep@v1.0.0"], &set);
        let module = real.join("example.com/dep@v1.0.0");
        let there = module.is_dir();
        let listed = self.go(&["list", "-m", "-f", "{{.Dir}}", "example.com/dep"], &set);
        let which = match listed.1.starts_with(&link) {
            true => "link".to_owned(),
            false => format!("another: {}", listed.1),
        };
        let cleaned = self.go(&["clean", "-modcache"], &set);
        let after = match (cleaned.0, fs::symlink_metadata(&link).is_ok(), module.is_dir()) {
            (true, false, true) => "removes the link, what it led to stays",
            (true, false, false) => "removes the link and empties what it led to",
            (true, true, true) => "removes nothing",
            (true, true, false) => "empties what it leads to, the link stays",
            (false, _, _) => "fails",
        };
        vec![
            ("`go mod download` with GOMODCACHE a link", self.works((got.0 && there, got.1))),
            ("`go list -m -f {{.Dir}}`", which),
            ("`go clean -modcache`", after.to_owned()),
        ]
    }

    fn walkers(&self) -> Column {
        let module = self.dir.join("module");
        symlink(self.dir.join("linked-package"), module.join("linked")).unwrap();
        fs::create_dir(self.dir.join("linked-package")).unwrap();
        fs::write(self.dir.join("linked-package/p.go"), "package linked\n").unwrap();
        let (works, said) = self.go(&["list", "./..."], &[]);
        let lists = match (works, said.contains("linked")) {
            (true, true) => "follows".to_owned(),
            (true, false) => "does not follow".to_owned(),
            (false, _) => format!("fails: {said}"),
        };
        let finds = |top: &str| {
            let (_, said) = self.run(Path::new("/usr/bin/find"), &[top, "-name", "VERSION", "-maxdepth", "1"], &[]);
            if said.is_empty() { "does not follow" } else { "follows" }.to_owned()
        };
        let link = self.link.to_str().unwrap();
        vec![
            ("`go list ./...` at a link in a module", lists),
            ("`find LINK`", finds(link)),
            ("`find LINK/`", finds(&format!("{link}/"))),
        ]
    }
}

fn measured(desk: &Desk, proxy: &str, minor: &str, real: &Path) -> Column {
    let dir = desk.path(minor);
    for name in ["home", "module/plain"] {
        fs::create_dir_all(dir.join(name)).unwrap();
    }
    fs::write(dir.join("module/go.mod"), "module example.com/m\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n")
        .unwrap();
    fs::write(dir.join("module/main.go"), "package main\n\nfunc main() { println(\"moved\") }\n").unwrap();
    fs::write(dir.join("module/plain/p.go"), "package plain\n").unwrap();
    let link = dir.join("go-link");
    symlink(real, &link).unwrap();
    let asked = Asked { proxy, real: real.canonicalize().unwrap(), link, dir };
    asked.column()
}

/// The columns that the page has, by their Go, for those that cannot be measured here.
fn known() -> BTreeMap<String, Vec<String>> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE)).unwrap();
    let Some((_, table)) = page.split_once(ABOUT) else { return BTreeMap::new() };
    let rows: Vec<Vec<String>> = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let Some(head) = rows.first() else { return BTreeMap::new() };
    let column = |at: usize| rows.iter().skip(2).map(|row| row[at].clone()).collect();
    head.iter().enumerate().skip(1).map(|(at, go)| (go.clone(), column(at))).collect()
}

#[test]
fn the_page_says_what_each_go_does_through_a_link() {
    let (Some(cache), Some(desk)) = (tool_cache(), Desk::new()) else { return };
    // Written once: the Gos read it at the same time.
    let proxy = desk.proxy();
    let more = env::var("GOENV_CI_MORE_GO").ok().map(|root| {
        let version = fs::read_to_string(Path::new(&root).join("VERSION")).unwrap();
        let version = version.lines().next().unwrap().trim_start_matches("go").to_owned();
        let minor = version.split('.').take(2).collect::<Vec<_>>().join(".");
        (minor, PathBuf::from(root))
    });
    let roots: Vec<(String, PathBuf)> = ["1.21", "1.22", "1.23"]
        .into_iter()
        .map(|minor| (minor.to_owned(), goroot(&cache, minor)))
        .chain(more)
        .collect();
    let columns: Vec<(String, Column)> = thread::scope(|scope| {
        let (desk, proxy) = (&desk, &proxy);
        let running: Vec<_> = roots
            .iter()
            .map(|(minor, root)| scope.spawn(move || (minor.clone(), measured(desk, proxy, minor, root))))
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let questions: Vec<&str> = columns[0].1.iter().map(|(question, _)| *question).collect();
    let mut all = known();
    all.retain(|_, answers| answers.len() == questions.len());
    for (minor, column) in columns {
        all.insert(minor, column.into_iter().map(|(_, answer)| answer.replace('|', "\\|")).collect());
    }
    let names: Vec<String> = all.keys().cloned().collect();
    let mut table = format!("| Go | {} |\n| --- |{}\n", names.join(" | "), " --- |".repeat(names.len()));
    for (at, question) in questions.iter().enumerate() {
        let answers: Vec<&str> = all.values().map(|answers| answers[at].as_str()).collect();
        table += &format!("| {question} | {} |\n", answers.join(" | "));
    }
    let page = [include_str!("../snapshots/relocate/head.md"), ABOUT, &table].concat();
    assert_file(PAGE, &page);
}
