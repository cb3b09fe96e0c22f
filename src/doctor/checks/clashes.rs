//! Settings that are fine alone and clash together. Found by trying all pairs
//! with real Go (scripts/clashes.py), or in its source, which each row names.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        checks::{
            modules::{Required, absent_modules, flag, flags, parts, replaced, required},
            workspace::{Workspace, lines_of, module_dir, switched_off, word_of},
        },
    },
    goenv::{
        Chosen,
        patterns::matches_prefix,
        text::{rejoined, words},
        version::GoVersion,
    },
    output::mask::masked,
    platform::Platform,
    ports::{Kind, ReadLimit},
    status::Severity,
};

pub(super) const CHECKS: &[Check] = &[
    WORKSPACE_REFUSES_FLAG,
    RACE_WITHOUT_CGO,
    RACE_AND_PIE,
    COMPILER_MISSING,
    TARGET_ELSEWHERE,
    VENDOR_INCONSISTENT,
    CACHE_LACKS_MODULE,
    SUMDB_AND_TOOLCHAIN,
    PRIVATE_TOOLCHAIN,
    BUILDVCS_WITHOUT_TOOL,
];

fn is_on(context: &Context<'_>, name: &str) -> bool {
    flag(context, name).is_some_and(|value| matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True"))
}

/// The command that leaves some flags out of GOFLAGS.
pub(super) fn without_flags(context: &Context<'_>, names: &[&str]) -> String {
    let kept: Vec<&str> = flags(context).into_iter().filter(|flag| !names.contains(&parts(flag).0)).collect();
    match kept.is_empty() {
        true => context.unset("GOFLAGS"),
        false => context.assign("GOFLAGS", &rejoined(&kept)),
    }
}

fn shown(context: &Context<'_>, names: &[&str]) -> String {
    masked(&names.iter().map(|name| context.shown(name)).collect::<Vec<_>>().join("; ")).into_owned()
}

const WORKSPACE_REFUSES_FLAG: Check = Check {
    id: "workspace-refuses-flag",
    severity: Severity::Error,
    title: "A go.work is in force, and GOFLAGS has a flag for one module",
    why: "In a workspace `-mod=mod` is refused (`-mod may only be set to readonly or vendor when in workspace mode`), before Go 1.22 `-mod=vendor` too, and `-modfile` always. From 1.22 on `-mod=vendor` means the directory beside go.work, which `go work vendor` makes, and without it ends with `inconsistent vendoring`. `go mod tidy` and `go mod download` go on, so that it shows late.",
    run: workspace_refuses_flag,
};

/// Source: Go, `cmd/go/internal/modload/init.go: setDefaultBuildMod`.
fn workspace_refuses_flag(context: &Context<'_>) -> Vec<Hit> {
    let Some(work) = Workspace::of(context) else { return Vec::new() };
    let vendor_is_fine = context.subject.version.minor() >= (1, 22);
    let platform = context.platform();
    let vendored = |dir: Option<String>| {
        dir.is_some_and(|dir| context.host.kind(&platform.join(&dir, "vendor/modules.txt")) == Kind::File)
    };
    let needed = || !required(&lines_of(context, context.value("GOMOD"))).is_empty();
    let (name, fix) = match (flag(context, "mod"), flag(context, "modfile")) {
        (_, Some(_)) => ("-modfile", switched_off(context)),
        (Some("mod"), _) => ("-mod=mod", without_flags(context, &["mod"])),
        (Some("vendor"), _) if !vendor_is_fine => ("-mod=vendor", switched_off(context)),
        (Some("vendor"), _) if !vendored(platform.parent(&work.file)) && needed() => {
            match vendored(module_dir(context)) {
                true => ("-mod=vendor", switched_off(context)),
                false => ("-mod=vendor", "go work vendor".to_owned()),
            }
        }
        _ => return Vec::new(),
    };
    let message = format!("GOFLAGS holds `{name}`, and a go.work is in force: every command that builds stops");
    let evidence = format!("{}; `{}` is in force", shown(context, &["GOFLAGS"]), work.file);
    vec![Hit::new(message, evidence).fix(fix)]
}

/// Whether the target is another system or processor than this machine's.
pub(super) fn is_foreign(context: &Context<'_>) -> bool {
    let differs = |name: &str, own: &str| context.set(name).is_some() && context.value(name) != context.value(own);
    differs("GOOS", "GOHOSTOS") || differs("GOARCH", "GOHOSTARCH")
}

/// The target settings that somebody set.
fn unset_target(context: &Context<'_>) -> String {
    let set: Vec<String> =
        ["GOOS", "GOARCH"].iter().filter(|name| context.set(name).is_some()).map(|name| context.unset(name)).collect();
    set.join("; ")
}

const RACE_WITHOUT_CGO: Check = Check {
    id: "race-without-cgo",
    severity: Severity::Error,
    title: "GOFLAGS asks for -race, and cgo is off",
    why: "`-race`, `-msan` and `-asan` need cgo: `-race requires cgo; enable cgo by setting CGO_ENABLED=1`. Cgo is off by CGO_ENABLED=0, in a cross build, and where no C compiler is on PATH. On macOS `-race` does without.",
    run: race_without_cgo,
};

/// Source: Go, `cmd/go/internal/work/init.go: instrumentInit`.
fn race_without_cgo(context: &Context<'_>) -> Vec<Hit> {
    let names = ["race", "msan", "asan"];
    let Some(name) = names.into_iter().find(|name| is_on(context, name)) else { return Vec::new() };
    if context.value("CGO_ENABLED") != "0" || (name == "race" && context.value("GOOS") == "darwin") {
        return Vec::new();
    }
    let set = context.set("CGO_ENABLED").is_some();
    let fix = match () {
        () if is_foreign(context) => without_flags(context, &[name]),
        () if set && c_compiler(context, "CC").is_ok() => context.unset("CGO_ENABLED"),
        () => without_flags(context, &[name]),
    };
    let message = format!("`-{name}` of GOFLAGS needs cgo, which is off here: every command that builds stops");
    vec![Hit::new(message, shown(context, &["GOFLAGS", "CGO_ENABLED"])).fix(fix)]
}

const RACE_AND_PIE: Check = Check {
    id: "race-and-pie",
    severity: Severity::Error,
    title: "GOFLAGS asks for -race and -buildmode=pie",
    why: "Go refuses both together: `-buildmode=pie not supported when -race is enabled`, from Go 1.22 on only on the systems where that holds.",
    run: race_and_pie,
};

/// Source: Go, `cmd/go/internal/work/init.go: buildModeInit`, `internal/platform: DefaultPIE`.
fn race_and_pie(context: &Context<'_>) -> Vec<Hit> {
    if flag(context, "buildmode") != Some("pie") || !is_on(context, "race") || !refuses_pie(context) {
        return Vec::new();
    }
    let message = "`-race` and `-buildmode=pie` of GOFLAGS exclude each other: nothing is built";
    vec![Hit::new(message, shown(context, &["GOFLAGS"])).fix(without_flags(context, &["buildmode"]))]
}

fn refuses_pie(context: &Context<'_>) -> bool {
    context.subject.version.minor() < (1, 22) || !matches!(context.value("GOOS"), "android" | "darwin" | "ios")
}

/// The compiler that cgo would start by CC or CXX; the error is its name, where PATH has none of it.
pub(super) fn c_compiler(context: &Context<'_>, variable: &str) -> Result<String, String> {
    let cc = context.value(variable);
    let first = words(cc).ok().and_then(|words| words.first().map(|word| (*word).to_owned()));
    let first = first.unwrap_or_else(|| cc.to_owned());
    let platform = context.platform();
    let there = |path: String| {
        let endings: &[&str] = if platform == Platform::Windows { &["", ".exe", ".bat", ".cmd"] } else { &[""] };
        endings.iter().any(|ending| context.host.kind(&format!("{path}{ending}")) == Kind::File)
    };
    let found = match platform.is_absolute(&first) {
        true => there(first.clone()),
        false => context.subject.env.path_dirs().iter().any(|dir| there(platform.join(dir, &first))),
    };
    if found { Ok(first) } else { Err(first) }
}

const COMPILER_MISSING: Check = Check {
    id: "cgo-without-compiler",
    severity: Severity::Warning,
    title: "Cgo is switched on, and its C compiler is not here",
    why: "Where no C compiler is on PATH Go switches cgo off by itself. CGO_ENABLED=1 or a CC in the environment keep it on, and every package with C in it stops: `cgo: C compiler \"gcc\" not found`; with Go 1.20 and later `net`, `os/user` and `runtime/cgo` are such packages.",
    run: compiler_missing,
};

/// Source: Go, `cmd/go/internal/cfg/cfg.go: defaultContext`.
fn compiler_missing(context: &Context<'_>) -> Vec<Hit> {
    let Err(missing) = c_compiler(context, "CC") else { return Vec::new() };
    if context.value("CGO_ENABLED") != "1" || missing.is_empty() {
        return Vec::new();
    }
    let names = ["CGO_ENABLED", "CC"].into_iter().filter(|name| context.set(name).is_some());
    let names: Vec<&str> = names.collect();
    let fix: Vec<String> = names.iter().map(|name| context.unset(name)).collect();
    if fix.is_empty() {
        return Vec::new();
    }
    let message = format!("cgo is switched on and its C compiler `{missing}` is not here: packages with C stop");
    vec![Hit::new(message, shown(context, &names)).fix(fix.join("; "))]
}

const TARGET_ELSEWHERE: Check = Check {
    id: "target-does-not-run-here",
    severity: Severity::Note,
    title: "What is built does not run here",
    why: "With GOOS or GOARCH of another machine `go build` is right, and `go run` and `go test` stop with `exec format error`, `go generate` gets the foreign values, `go install` puts programs into a subdirectory, and refuses where GOBIN is set. Set them for the one command that needs them.",
    run: target_elsewhere,
};

/// Source: Go, `cmd/go/internal/work/exec.go: FindExecCmd`.
fn target_elsewhere(context: &Context<'_>) -> Vec<Hit> {
    if !is_foreign(context) {
        return Vec::new();
    }
    let (goos, goarch, platform) = (context.value("GOOS"), context.value("GOARCH"), context.platform());
    let wrapper = format!("go_{goos}_{goarch}_exec{}", platform.exe_suffix());
    let runs_386 = goos == context.value("GOHOSTOS") && goarch == "386" && context.value("GOHOSTARCH") == "amd64";
    let dirs = context.subject.env.path_dirs();
    if runs_386 || dirs.iter().any(|dir| context.host.kind(&platform.join(dir, &wrapper)) == Kind::File) {
        return Vec::new();
    }
    let message = format!("the target is {goos}/{goarch}: `go run` and `go test` cannot start what they build");
    vec![Hit::new(message, shown(context, &["GOOS", "GOARCH"])).fix(unset_target(context))]
}

const VENDOR_INCONSISTENT: Check = Check {
    id: "vendor-inconsistent",
    severity: Severity::Error,
    title: "vendor/ does not fit go.mod",
    why: "Where a module has a directory `vendor` and go.mod says go 1.14 or later, Go builds from it, and stops with `inconsistent vendoring` where vendor/modules.txt names other versions or replacements than go.mod. A go.work ignores it.",
    run: vendor_inconsistent,
};

/// Source: Go, `cmd/go/internal/modload/vendor.go: checkVendorConsistency`.
fn vendor_inconsistent(context: &Context<'_>) -> Vec<Hit> {
    let Some(dir) = module_dir(context).filter(|_| Workspace::of(context).is_none()) else { return Vec::new() };
    let platform = context.platform();
    let lines = lines_of(context, context.value("GOMOD"));
    let at_least = word_of(&lines, "go").and_then(|text| text.parse::<GoVersion>().ok()).map(|one| one.minor());
    let list = platform.join(&dir, "vendor/modules.txt");
    let vendored = match flag(context, "mod") {
        Some("vendor") => true,
        Some(_) => false,
        None => context.host.kind(&platform.join(&dir, "vendor")) == Kind::Dir,
    };
    if !vendored || at_least.is_none_or(|minor| minor < (1, 14)) || flag(context, "modfile").is_some() {
        return Vec::new();
    }
    let required = required(&lines);
    let Ok(content) = context.host.read(&list, ReadLimit::Module) else {
        // `go` itself tells a directory that has no list from one that is not there.
        return Vec::new();
    };
    let text = String::from_utf8_lossy(&content);
    let explicit = explicit(&text);
    let missing = required.iter().find(|one| !explicit.contains(one));
    let extra = explicit.iter().find(|one| !required.contains(one));
    let unmarked = replaced(&lines).into_iter().find(|path| {
        let mut replacements =
            text.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| line.contains("=>"));
        explicit.iter().any(|(known, _)| known == path)
            && !replacements.any(|line| line.split(' ').next() == Some(*path))
    });
    let evidence = match (missing, extra) {
        _ if unmarked.is_some() => {
            format!("go.mod replaces {}, and `{list}` does not say so", unmarked.unwrap_or_default())
        }
        (Some((path, version)), _) => format!("go.mod requires {path} {version}, and `{list}` does not say so"),
        (None, Some((path, version))) => format!("`{list}` has {path} {version}, and go.mod does not require it"),
        (None, None) => return Vec::new(),
    };
    let message = "vendor/ does not fit go.mod: every command that builds stops with `inconsistent vendoring`";
    vec![Hit::new(message, evidence).fix("go mod vendor").at(&list, None)]
}

/// The modules that modules.txt marks as named in go.mod.
fn explicit(text: &str) -> Vec<Required> {
    let mut found = Vec::new();
    let mut last: Option<Required> = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("## ") {
            if rest.split(';').any(|word| word.trim() == "explicit") {
                found.extend(last.take());
            }
        } else if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.split_whitespace();
            last = words.next().zip(words.next()).map(|(path, version)| (path.to_owned(), version.to_owned()));
        }
    }
    // A replacement for all versions has no version of its own.
    found.retain(|(_, version)| version != "=>");
    found
}

const CACHE_LACKS_MODULE: Check = Check {
    id: "proxy-off-and-module-absent",
    severity: Severity::Error,
    title: "Downloads are switched off, and a module is not in the cache",
    why: "GOPROXY=off is fine with a full module cache. A moved GOMODCACHE or GOPATH, a cache that was not restored, or a go.work that takes the place of vendor/ leave it without what go.mod requires: `module lookup disabled by GOPROXY=off`.",
    run: cache_lacks_module,
};

fn cache_lacks_module(context: &Context<'_>) -> Vec<Hit> {
    let proxy = context.value("GOPROXY");
    if module_dir(context).is_none()
        || proxy.split([',', '|']).map(str::trim).find(|one| !one.is_empty()) != Some("off")
    {
        return Vec::new();
    }
    let absent = absent_modules(context, context.value("GOMOD"));
    let Some(first) = absent.first() else { return Vec::new() };
    let message = format!("GOPROXY=off, and the module cache lacks {first}: what imports it is not built");
    let evidence = format!("{} of what go.mod requires; {}", absent.len(), shown(context, &["GOPROXY", "GOMODCACHE"]));
    vec![Hit::new(message, evidence).fix(format!("{}; go mod download", context.unset("GOPROXY")))]
}

/// The toolchain that Go would download, or has downloaded before.
fn downloaded<'c>(context: &'c Context<'_>) -> Option<(&'c str, &'c str, bool)> {
    let Chosen::Other { name, goroot, because } = &context.look.chosen else { return None };
    let cache = context.value("GOMODCACHE");
    let (path_only, here) = (context.value("GOTOOLCHAIN").ends_with("path"), goroot.is_some());
    let from_cache = goroot.as_ref().is_some_and(|dir| !cache.is_empty() && context.platform().is_within(dir, cache));
    (from_cache || (!here && !path_only)).then_some((name.as_str(), because.as_str(), here))
}

/// Whether GOPROXY is one directory: what Go takes from it is not checked.
fn is_file_proxy(context: &Context<'_>) -> bool {
    let proxy = context.value("GOPROXY");
    proxy.starts_with("file://") && !proxy.contains([',', '|'])
}

const SUMDB_AND_TOOLCHAIN: Check = Check {
    id: "sumdb-off-and-toolchain",
    severity: Severity::Error,
    title: "The checksum database is off, and a toolchain comes from the module cache",
    why: "A toolchain is checked against the database whenever it is started, from the cache too, and GONOSUMDB does not except it. With GOSUMDB=off every command stops: `verifying module: checksum database disabled by GOSUMDB=off`. For private modules GOPRIVATE or GONOSUMDB are enough.",
    run: sumdb_and_toolchain,
};

/// Source: Go, `cmd/go/internal/modfetch/sumdb.go: useSumDB`.
fn sumdb_and_toolchain(context: &Context<'_>) -> Vec<Hit> {
    let Some((name, because, here)) = downloaded(context) else { return Vec::new() };
    if context.value("GOSUMDB") != "off" || is_file_proxy(context) {
        return Vec::new();
    }
    let message = format!("GOSUMDB=off keeps {name} from being checked, so it may not run: every go command stops");
    let place = if here { "is in the module cache" } else { "is not here" };
    let evidence = format!("{because} wants {name}, which {place}; {}", shown(context, &["GOSUMDB"]));
    let fix = match context.set("GOSUMDB") {
        Some(_) => context.unset("GOSUMDB"),
        None => context.assign("GOSUMDB", "sum.golang.org"),
    };
    vec![Hit::new(message, evidence).fix(fix)]
}

const PRIVATE_TOOLCHAIN: Check = Check {
    id: "toolchain-is-private",
    severity: Severity::Warning,
    title: "GOPRIVATE keeps a toolchain from the proxy",
    why: "Toolchains are the module golang.org/toolchain. Where GONOPROXY, or GOPRIVATE in its place, matches that name, as `*` does, Go asks golang.org itself and not the proxy that is set, and behind a firewall that ends with `toolchain not available`.",
    run: private_toolchain,
};

/// Source: Go, `cmd/go/internal/modfetch/repo.go: lookup`.
fn private_toolchain(context: &Context<'_>) -> Vec<Hit> {
    let Some((name, _, false)) = downloaded(context) else { return Vec::new() };
    let name_of = |name: &str| context.set(name).is_some() && !context.raw(name).is_empty();
    let source = if name_of("GONOPROXY") { "GONOPROXY" } else { "GOPRIVATE" };
    // The usual proxy is as near as golang.org.
    if context.set("GOPROXY").is_none() || !matches_prefix(context.value("GONOPROXY"), "golang.org/toolchain") {
        return Vec::new();
    }
    let message = format!("{source} matches golang.org/toolchain, so {name} is not asked of the proxy that is set");
    let evidence = shown(context, &[source, "GOPROXY"]);
    let once = match context.platform() {
        Platform::Windows => "$env:GONOPROXY = 'none'; go version; Remove-Item Env:GONOPROXY".to_owned(),
        _ => "GONOPROXY=none go version".to_owned(),
    };
    vec![Hit::new(message, evidence).fix(once)]
}

const BUILDVCS_WITHOUT_TOOL: Check = Check {
    id: "buildvcs-without-git",
    severity: Severity::Error,
    title: "GOFLAGS asks for -buildvcs, and git is not here",
    why: "`-buildvcs=true` asks the repository for its state, and stops where git is not on PATH: `error obtaining VCS status: exec: \"git\": executable file not found in $PATH`. The default, `auto`, does without.",
    run: buildvcs_without_tool,
};

/// Source: Go, `cmd/go/internal/load/pkg.go: setBuildInfo`.
fn buildvcs_without_tool(context: &Context<'_>) -> Vec<Hit> {
    let Some(dir) = module_dir(context).filter(|_| is_on(context, "buildvcs")) else { return Vec::new() };
    let platform = context.platform();
    let git = format!("git{}", platform.exe_suffix());
    let here =
        context.subject.env.path_dirs().iter().any(|at| context.host.kind(&platform.join(at, &git)) == Kind::File);
    let Some(repository) = context.above_any(&dir, ".git").filter(|_| !here) else { return Vec::new() };
    let message = "`-buildvcs` of GOFLAGS needs git, which is not on PATH: no program of this repository is built";
    let evidence = format!("{}; `{repository}` is there", shown(context, &["GOFLAGS"]));
    vec![Hit::new(message, evidence).fix(without_flags(context, &["buildvcs"]))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vendored_module_counts_only_where_it_is_marked() {
        let text = "# a.b/c v1.0.0\n## explicit; go 1.20\na.b/c\n# d.e/f v2.0.0\nd.e/f\n# g v1.0.0 => ../g\n## explicit\n# g => ../g\n";
        let pair = |path: &str, version: &str| (path.to_owned(), version.to_owned());
        assert_eq!(explicit(text), [pair("a.b/c", "v1.0.0"), pair("g", "v1.0.0")]);
    }
}
