//! GOFLAGS: which words are flags, of which version, and which want a value of what kind. Source: Go,
//! `cmd/go/internal/base/goflags.go`, `cmd/go/internal/work/build.go: AddBuildFlags`. Names measured.

use crate::{
    goenv::{
        stop::Reach,
        syntax::{JudgedValue, ValueFault, quoted},
        text::{WrongGoflags, goflags, rejoined, words},
    },
    platform::Platform,
};

/// Flags that a command of every version knows.
const NAMES: &[&str] = &[
    "C",
    "a",
    "asan",
    "asmflags",
    "bench",
    "benchmem",
    "benchtime",
    "blockprofile",
    "blockprofilerate",
    "buildmode",
    "buildvcs",
    "c",
    "cache",
    "compat",
    "compiled",
    "compiler",
    "count",
    "cover",
    "covermode",
    "coverpkg",
    "coverprofile",
    "cpu",
    "cpuprofile",
    "d",
    "deps",
    "dropexclude",
    "dropreplace",
    "droprequire",
    "dropretract",
    "dropuse",
    "e",
    "exclude",
    "exec",
    "export",
    "f",
    "failfast",
    "find",
    "fix",
    "fmt",
    "fullpath",
    "fuzz",
    "fuzzcache",
    "fuzzminimizetime",
    "fuzztime",
    "gccgoflags",
    "gcflags",
    "go",
    "i",
    "insecure",
    "installsuffix",
    "json",
    "ldflags",
    "linkshared",
    "list",
    "m",
    "memprofile",
    "memprofilerate",
    "mod",
    "modcache",
    "modcacherw",
    "modfile",
    "module",
    "msan",
    "mutexprofile",
    "mutexprofilefraction",
    "n",
    "o",
    "outputdir",
    "overlay",
    "p",
    "parallel",
    "pgo",
    "pkgdir",
    "print",
    "r",
    "race",
    "replace",
    "require",
    "retract",
    "retracted",
    "reuse",
    "run",
    "short",
    "shuffle",
    "skip",
    "t",
    "tags",
    "test",
    "test.bench",
    "test.benchmem",
    "test.benchtime",
    "test.blockprofile",
    "test.blockprofilerate",
    "test.count",
    "test.coverprofile",
    "test.cpu",
    "test.cpuprofile",
    "test.failfast",
    "test.fullpath",
    "test.fuzz",
    "test.fuzzminimizetime",
    "test.fuzztime",
    "test.list",
    "test.memprofile",
    "test.memprofilerate",
    "test.mutexprofile",
    "test.mutexprofilefraction",
    "test.outputdir",
    "test.parallel",
    "test.run",
    "test.short",
    "test.shuffle",
    "test.skip",
    "test.timeout",
    "test.trace",
    "test.v",
    "testcache",
    "timeout",
    "toolchain",
    "toolexec",
    "trace",
    "trimpath",
    "u",
    "use",
    "v",
    "vendor",
    "versions",
    "vet",
    "vettool",
    "w",
    "work",
    "x",
];

/// Flags that came later, with the minor version.
const LATER: &[(&str, u64)] = &[
    ("artifacts", 26),
    ("changed", 23),
    ("diff", 23),
    ("dropgodebug", 23),
    ("dropignore", 25),
    ("droptool", 24),
    ("godebug", 23),
    ("ignore", 25),
    ("test.artifacts", 26),
    ("tool", 24),
];

/// Flags of building that are true or false.
const BOOLEANS: &[&str] =
    &["a", "asan", "cover", "linkshared", "modcacherw", "msan", "n", "race", "trimpath", "v", "work", "x"];

/// Flags of building that want a value.
const WITH_VALUE: &[&str] = &[
    "asmflags",
    "buildmode",
    "compiler",
    "covermode",
    "coverpkg",
    "gccgoflags",
    "gcflags",
    "installsuffix",
    "ldflags",
    "mod",
    "modfile",
    "overlay",
    "p",
    "pgo",
    "pkgdir",
    "tags",
    "toolexec",
];

/// Flags whose values are lists of flags, for a pattern of packages or for all.
const PER_PACKAGE: &[&str] = &["asmflags", "gccgoflags", "gcflags", "ldflags"];

fn is_known(name: &str, minor: u64) -> bool {
    NAMES.contains(&name) || LATER.iter().any(|(later, since)| *later == name && minor >= *since)
}

/// GOFLAGS.
pub(super) fn judge(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let all = |says: String| ValueFault::stops(Reach::AllButEnv, format!("parsing $GOFLAGS: {says}"));
    let fault = match goflags(asked.value) {
        Err(WrongGoflags::Unterminated(mark)) => all(format!("unterminated {mark} string")),
        Err(WrongGoflags::NotAFlag(word)) => match unknown(asked, &word) {
            Some(name) => all(format!("unknown flag -{name}")),
            None => all(format!("non-flag {}", quoted(&word))),
        },
        Ok(flags) => match flags.iter().find_map(|flag| Some(name(flag)).filter(|name| !is_known(name, asked.minor())))
        {
            Some(name) => all(format!("unknown flag -{name}")),
            None => flags
                .iter()
                .find_map(|flag| wrong_value(flag, origin(asked.platform)))
                .or_else(|| of_go_env(&flags))
                .or_else(|| astray(&flags, asked.minor())),
        },
    }?;
    Some(fault.meant(meant(asked.value, asked.minor())))
}

/// `-w` and `-u`, which `go env` takes for its own: it then sets and removes what it is asked for.
fn of_go_env(flags: &[&str]) -> Option<ValueFault> {
    let is_on = |flag: &&str, wanted: &str| {
        name(flag) == wanted
            && flag.split_once('=').is_none_or(|(_, value)| matches!(value, "1" | "t" | "T" | "true" | "TRUE" | "True"))
    };
    if flags.iter().any(|flag| is_on(flag, "w")) {
        return ValueFault::stops(Reach::OnlyEnv, "arguments must be KEY=VALUE: invalid argument: ...");
    }
    let removes = flags.iter().any(|flag| is_on(flag, "u"));
    removes.then(|| {
        ValueFault::misread(
            "`-u` in GOFLAGS is a flag of `go env` too: `go env NAME` then removes NAME from the file of `go env -w`",
        )
    })?
}

/// A flag of the linker or the compiler that `go` takes for one of its own, and that nobody gets.
fn astray(flags: &[&str], minor: u64) -> Option<ValueFault> {
    let pair = flags.windows(2).find(|pair| is_for_linker(pair[0], pair[1], minor))?;
    ValueFault::misread(format!(
        "`{}` in GOFLAGS is not part of `{}` before it: a flag that holds a blank must be in quotation marks as a whole",
        pair[1], pair[0]
    ))
}

/// The first unknown flag, where Go stumbles over it before `word`.
fn unknown(asked: &JudgedValue<'_>, word: &str) -> Option<String> {
    let words = words(asked.value).ok()?;
    let before = words.iter().take_while(|one| **one != word);
    before.map(|flag| name(flag)).find(|name| !is_known(name, asked.minor())).map(str::to_owned)
}

fn name(flag: &str) -> &str {
    let bare = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-')).unwrap_or(flag);
    bare.split('=').next().unwrap_or_default()
}

/// How Go names the variable where a flag's value is at fault.
fn origin(platform: Platform) -> &'static str {
    if platform == Platform::Windows { "from %GOFLAGS%" } else { "from $GOFLAGS" }
}

/// What is wrong with the value of a flag of building.
fn wrong_value(flag: &str, from: &str) -> Option<ValueFault> {
    let name = name(flag);
    let value = flag.split_once('=').map(|(_, value)| value);
    let stops = |says: String| ValueFault::stops(Reach::Compiles, says);
    if name == "C" {
        let (value, why) = (quoted(value.unwrap_or_default()), "-C flag must be first flag on command line");
        return ValueFault::stops(Reach::Every, format!("invalid value {value} for flag -C ({from}): {why}"));
    }
    if name == "buildvcs" {
        let value = value.filter(|value| {
            let fine = ["1", "0", "t", "f", "T", "F", "true", "false", "TRUE", "FALSE", "True", "False", "auto"];
            !fine.contains(value)
        })?;
        let why = "value is neither 'auto' nor a valid bool";
        return stops(format!("invalid boolean value {} for flag -buildvcs ({from}): {why}", quoted(value)));
    }
    if BOOLEANS.contains(&name) {
        let fine = |value: &str| {
            matches!(value, "1" | "0" | "t" | "f" | "T" | "F" | "true" | "false" | "TRUE" | "FALSE" | "True" | "False")
        };
        let value = value.filter(|value| !fine(value))?;
        return stops(format!("invalid boolean value {} for flag -{name} ({from})", quoted(value)));
    }
    if !WITH_VALUE.contains(&name) {
        return None;
    }
    let Some(value) = value else { return stops(format!("flag needs an argument: -{name} ({from})")) };
    let invalid = |why: &str| stops(format!("invalid value {} for flag -{name} ({from}): {why}", quoted(value)));
    match name {
        "mod" if !matches!(value, "" | "mod" | "readonly" | "vendor") => {
            stops(format!("-mod={value} not supported (can be '', 'mod', 'readonly', or 'vendor')"))
        }
        "p" => match value.parse::<i64>() {
            Ok(1..) => None,
            Ok(_) => stops("-p must be a positive integer".to_owned()),
            Err(_) => invalid("parse error"),
        },
        "compiler" if !matches!(value, "gc" | "gccgo") => invalid("unknown compiler"),
        "covermode" if !matches!(value, "set" | "count" | "atomic") => invalid("valid modes are"),
        name if PER_PACKAGE.contains(&name) => invalid(&wrong_list(value)?),
        _ => None,
    }
}

/// Source: Go, `cmd/go/internal/load/flag.go: PerPackageFlag.set`.
fn wrong_list(value: &str) -> Option<String> {
    let value = value.trim();
    let list = match value.split_once('=') {
        _ if value.is_empty() || value.starts_with('-') => value,
        None => return Some("missing =<value> in <pattern>=<value>".to_owned()),
        Some(("", _)) => return Some("missing <pattern> in <pattern>=<value>".to_owned()),
        Some(_) if value.starts_with(['\'', '"']) => {
            let mark = value.chars().next().unwrap_or_default();
            return Some(format!("parameter may not start with quote character {mark}"));
        }
        Some((_, list)) => list,
    };
    words(list).err().map(|mark| format!("unterminated {mark} string"))
}

/// The flags as a shell would have read them, each with its value behind a `=`.
fn meant(text: &str, minor: u64) -> Option<String> {
    let mut flags: Vec<String> = Vec::new();
    for word in shell_words(text)? {
        let Some(last) = flags.last_mut() else {
            flags.push(word);
            continue;
        };
        let wants = !last.contains('=') && WITH_VALUE.contains(&name(last));
        if word.starts_with('-') && !is_for_linker(last, &word, minor) || !word.starts_with('-') && !wants {
            flags.push(word);
            continue;
        }
        last.push(if wants { '=' } else { ' ' });
        last.push_str(&word);
    }
    let words: Vec<&str> = flags.iter().map(String::as_str).collect();
    Some(rejoined(&words))
}

/// Whether a word behind `-ldflags=` and its like belongs into that list: no command has such a
/// flag, or none that builds.
fn is_for_linker(last: &str, word: &str, minor: u64) -> bool {
    let word = name(word);
    PER_PACKAGE.contains(&name(last)) && (word == "w" || !is_known(word, minor))
}

/// Words with quotation marks anywhere, as shells read them; `None` where one is not closed.
fn shell_words(text: &str) -> Option<Vec<String>> {
    let (mut found, mut word, mut open) = (Vec::new(), None::<String>, None::<char>);
    for c in text.chars() {
        match open {
            Some(mark) if c == mark => open = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if matches!(c, '"' | '\'') => {
                open = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_ascii_whitespace() => found.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    found.extend(word);
    open.is_none().then_some(found)
}
