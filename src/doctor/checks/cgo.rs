//! Packages with C in them, where C or C++ cannot be compiled here.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        checks::{
            clashes::{c_compiler, is_foreign},
            workspace::{lines_of, module_dir, word_of},
        },
    },
    goenv::text::words,
    platform::Platform,
    ports::{Kind, ReadLimit},
    status::Severity,
};
use std::collections::HashSet;

pub(super) const CHECKS: &[Check] = &[EXCLUDED, CXX_MISSING];

/// Packages that are looked into, and files of each: more than a check has time for.
const MOST_PACKAGES: usize = 50;
const MOST_FILES: usize = 100;

/// What the Go files of a directory say.
struct PackageFiles {
    dir: String,
    imports: Vec<String>,
    has_go: bool,
    /// All of its files import "C", in any build.
    is_c_alone: bool,
    has_c: bool,
    has_cxx: bool,
}

/// The package of a directory; tests are left out.
fn package(context: &Context<'_>, dir: &str) -> PackageFiles {
    let (dir, none) = (dir.to_owned(), Vec::new());
    let mut found = PackageFiles { dir, imports: none, has_go: false, is_c_alone: true, has_c: false, has_cxx: false };
    for name in context.host.list(&found.dir) {
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        found.has_cxx |= matches!(ending, "cc" | "cpp" | "cxx");
        if ending != "go" || stem.ends_with("_test") || stem.starts_with(['_', '.']) {
            continue;
        }
        let path = context.platform().join(&found.dir, &name);
        let text =
            context.host.read(&path, ReadLimit::Settings).map(|text| String::from_utf8_lossy(&text).into_owned());
        let text = text.unwrap_or_default();
        let (imports, is_conditional) = imports(&text);
        let with_c = imports.iter().any(|one| one == "C");
        found.has_go = true;
        found.has_c |= with_c && !is_conditional;
        // A file for some builds may take their place, and x_linux.go may be one: then nothing is said.
        found.is_c_alone &= with_c && !is_conditional && !stem.contains('_');
        if !is_conditional {
            found.imports.extend(imports);
        }
    }
    found.is_c_alone &= found.has_go;
    found
}

/// What a Go file imports, and whether it is for some builds only.
fn imports(text: &str) -> (Vec<String>, bool) {
    let (mut found, mut in_block, mut is_conditional) = (Vec::new(), false, false);
    for line in text.lines().map(str::trim) {
        let is_constraint = line.starts_with("//go:build") || line.starts_with("// +build");
        is_conditional |= is_constraint && !matches!(line, "//go:build cgo" | "// +build cgo");
        let rest = match (in_block, line.strip_prefix("import")) {
            (true, _) => line,
            (false, Some(rest)) => rest.trim_start(),
            (false, None) if ["func ", "type ", "var ", "const "].iter().any(|word| line.starts_with(word)) => break,
            (false, None) => continue,
        };
        if rest.starts_with('(') {
            in_block = true;
        }
        found.extend(rest.split('"').nth(1).map(str::to_owned));
        if rest.ends_with(')') {
            in_block = false;
        }
    }
    (found, is_conditional)
}

/// The packages of this module that a build here comes to: that of the current directory, and what it imports.
fn packages(context: &Context<'_>) -> Vec<PackageFiles> {
    let Some(top) = module_dir(context) else { return Vec::new() };
    let lines = lines_of(context, context.value("GOMOD"));
    let Some(module) = word_of(&lines, "module") else { return Vec::new() };
    let mut next = vec![context.subject.current_dir.to_owned()];
    let mut seen: HashSet<String> = next.iter().cloned().collect();
    let mut found = Vec::new();
    while let Some(dir) = next.pop().filter(|_| found.len() < MOST_PACKAGES) {
        if context.host.list(&dir).len() > MOST_FILES {
            continue;
        }
        let one = package(context, &dir);
        let own = one.imports.iter().filter_map(|path| {
            let rest = path.strip_prefix(module)?;
            rest.is_empty()
                .then(|| top.clone())
                .or_else(|| Some(context.platform().join(&top, rest.strip_prefix('/')?)))
        });
        next.extend(own.filter(|dir| seen.insert(dir.clone())));
        found.push(one);
    }
    found
}

/// The first of these programs that PATH has.
fn here(context: &Context<'_>, names: &[&'static str]) -> Option<&'static str> {
    let platform = context.platform();
    let dirs = context.subject.env.path_dirs();
    let is_here = |name: &&&str| {
        let file = format!("{name}{}", platform.exe_suffix());
        dirs.iter().any(|dir| context.host.kind(&platform.join(dir, &file)) == Kind::File)
    };
    names.iter().find(is_here).copied()
}

const EXCLUDED: Check = Check {
    id: "cgo-package-excluded",
    severity: Severity::Error,
    title: "Cgo is off, and a package is written for it alone",
    why: "Without cgo Go passes over every file that imports \"C\". A package that has no others ends the build with `build constraints exclude all Go files`. Cgo is off by CGO_ENABLED=0, for another GOOS or GOARCH, and where the C compiler is not on PATH. The package of this directory is looked at, and those of its module that it imports. Without a compiler on PATH there is nothing to set: one has to be installed.",
    run: excluded,
};

fn excluded(context: &Context<'_>) -> Vec<Hit> {
    if context.value("CGO_ENABLED") != "0" {
        return Vec::new();
    }
    let Some(one) = packages(context).into_iter().find(|one| one.is_c_alone) else { return Vec::new() };
    let message = format!(
        "cgo is off, and all Go files of `{}` import \"C\": Go takes none of them, and what needs the package is not built",
        one.dir
    );
    let why = context.explanation.get("CGO_ENABLED").and_then(|found| found.because.clone()).unwrap_or_default();
    let shown = context.shown("CGO_ENABLED");
    let hit = Hit::new(message, if why.is_empty() { shown } else { format!("{shown}; {why}") });
    let set = context.set("CGO_ENABLED").is_some();
    vec![match c_compiler(context, "CC") {
        _ if is_foreign(context) => hit,
        Ok(_) if set => context.without_any("CGO_ENABLED", &|held| held == "0", hit),
        Err(_) if !set && context.set("CC").is_none() => match here(context, &["clang", "gcc", "cc"]) {
            Some(name) => context.with("CC", name, hit),
            None => hit,
        },
        _ => hit,
    }]
}

const CXX_MISSING: Check = Check {
    id: "cgo-without-cxx-compiler",
    severity: Severity::Error,
    title: "A package has C++ in it, and its compiler is not here",
    why: "Cgo is on where the C compiler is on PATH; whether that of C++ is there too, Go finds out when it comes to a package with a `.cc`, `.cpp` or `.cxx` file: `exec: \"g++\": executable file not found in $PATH`. Packages for C alone do without.",
    run: cxx_missing,
};

/// Source: Go, `cmd/go/internal/work/exec.go: runCgo`.
fn cxx_missing(context: &Context<'_>) -> Vec<Hit> {
    if context.value("CGO_ENABLED") != "1" || c_compiler(context, "CC").is_err() {
        return Vec::new();
    }
    let Err(missing) = c_compiler(context, "CXX") else { return Vec::new() };
    let Some(one) = packages(context).into_iter().find(|one| one.has_c && one.has_cxx) else { return Vec::new() };
    let message = format!("`{}` has C++ in it, and its compiler `{missing}` is not here: it is not built", one.dir);
    let hit = Hit::new(message, context.shown("CXX"));
    let default = match context.platform() {
        Platform::Macos => "clang++",
        _ => "g++",
    };
    vec![match here(context, &["g++", "clang++", "c++"]) {
        Some(name) if name == default && context.set("CXX").is_some() => context.without_any("CXX", &|_| true, hit),
        Some(name) => context.with("CXX", name, hit),
        None => hit,
    }]
}

/// Whether a compiler is gcc, by its name.
pub(super) fn is_gcc(command: &str) -> bool {
    let first = words(command).ok().and_then(|words| words.first().copied()).unwrap_or(command);
    let name = first.rsplit(['/', '\\']).next().unwrap_or(first).trim_end_matches(".exe");
    name == "gcc" || name.starts_with("gcc-") || name.ends_with("-gcc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_imports_is_read_to_its_first_declaration() {
        let told = |text: &str| imports(text);
        let list = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            told("package m\n\n// int x;\nimport \"C\"\nimport (\n\t\"fmt\"\n\tx \"a/b\"\n)\nvar y = \"z\"\n"),
            (list(&["C", "fmt", "a/b"]), false)
        );
        assert_eq!(told("//go:build cgo\n\npackage m\n\nimport \"C\"\n"), (list(&["C"]), false));
        assert_eq!(told("//go:build cgo && linux\n\npackage m\n\nimport \"C\"\n"), (list(&["C"]), true));
        assert_eq!(told("package m\n\nfunc f() {\n\timport \"C\"\n}\n"), (list(&[]), false));
    }

    #[test]
    fn gcc_is_known_by_its_name() {
        for name in ["gcc", "/usr/bin/gcc-13 -m64", "x86_64-linux-gnu-gcc"] {
            assert!(is_gcc(name), "{name}");
        }
        for name in ["clang", "cc", "ccache", "gccgo"] {
            assert!(!is_gcc(name), "{name}");
        }
    }
}
