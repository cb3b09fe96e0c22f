//! Variables of the target and of the language. Source: Go, `internal/buildcfg`: `cfg.go`, `exp.go`;
//! `cmd/compile/internal/x86/galign.go`.

use crate::goenv::{
    stop::Reach,
    syntax::{Asked, Fault, bare},
};

/// Settings of one architecture, in the order in which Go looks at them. All are looked at,
/// whatever the target is, and the last complaint counts.
pub(crate) const ARCH_SETTINGS: [&str; 9] =
    ["GOAMD64", "GOARM", "GOARM64", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM", "GOFIPS140"];

/// GOAMD64 and its like. Only the environment is looked at by `go` itself; the compiler for an
/// architecture gets what a file says. From Go 1.23 on the look at GOARM64 forgets what was wrong
/// with GOAMD64 and GOARM.
pub(super) fn arch_setting(asked: &Asked<'_>) -> Option<Fault> {
    let says = complaint(asked)?;
    let forgotten = asked.minor() >= 23 && matches!(asked.name, "GOAMD64" | "GOARM");
    let own = architectures(asked.name).contains(&asked.goarch);
    match (forgotten, asked.in_environment) {
        (false, true) => Fault::stops(Reach::Every, says),
        (true, true) if own => Fault::misread(format!(
            "`{}` is no value of {}, and Go builds for its default without a word",
            asked.value, asked.name
        )),
        (false, false) if own && asked.name != "GOFIPS140" => Fault::stops(Reach::Compiles, says),
        (true, false) if own => Fault::misread(format!(
            "`{}` is no value of {}, and Go builds for its default without a word",
            asked.value, asked.name
        )),
        _ => None,
    }
}

/// Whose code such a setting is for.
fn architectures(name: &str) -> &'static [&'static str] {
    match name {
        "GOAMD64" => &["amd64"],
        "GOARM" => &["arm"],
        "GOARM64" => &["arm64"],
        "GOMIPS" => &["mips", "mipsle"],
        "GOMIPS64" => &["mips64", "mips64le"],
        "GOPPC64" => &["ppc64", "ppc64le"],
        "GORISCV64" => &["riscv64"],
        "GOWASM" => &["wasm"],
        _ => &[],
    }
}

/// What Go says of a value that it does not know.
fn complaint(asked: &Asked<'_>) -> Option<String> {
    let (value, minor) = (asked.value, asked.minor());
    let one_of = |list: &[&str]| {
        (!list.contains(&value)).then(|| format!("invalid {}: must be {}", asked.name, list.join(", ")))
    };
    match asked.name {
        "GOAMD64" => one_of(&["v1", "v2", "v3", "v4"]),
        "GOARM" if minor == 21 => one_of(&["5", "6", "7"]),
        "GOARM" => {
            let bare = value.strip_suffix(",softfloat").unwrap_or(value);
            let fine = matches!(bare.strip_suffix(",hardfloat").unwrap_or(bare), "5" | "6" | "7");
            (!fine).then(|| {
                "invalid GOARM: must start with 5, 6, or 7, and may optionally end in either \",hardfloat\" or \",softfloat\""
                    .to_owned()
            })
        }
        "GOARM64" if minor >= 23 => {
            let mut bare = value;
            while let Some(less) = bare.strip_suffix(",lse").or_else(|| bare.strip_suffix(",crypto")) {
                bare = less;
            }
            let number = |start: &str| match bare.strip_prefix(start)?.as_bytes() {
                [digit @ b'0'..=b'9'] => Some(digit - b'0'),
                _ => None,
            };
            let fine = number("v8.").is_some() || number("v9.").is_some_and(|n| n <= 5);
            (!fine).then(|| {
                "invalid GOARM64: must start with v8.{0-9} or v9.{0-5} and may optionally end in \",lse\" and/or \",crypto\""
                    .to_owned()
            })
        }
        "GOMIPS" | "GOMIPS64" => one_of(&["hardfloat", "softfloat"]),
        "GOPPC64" => one_of(&["power8", "power9", "power10"]),
        "GORISCV64" if minor >= 25 => one_of(&["rva20u64", "rva22u64", "rva23u64"]),
        "GORISCV64" if minor >= 23 => one_of(&["rva20u64", "rva22u64"]),
        "GOWASM" => {
            let wrong = value.split(',').rfind(|one| !matches!(*one, "" | "satconv" | "signext"))?;
            Some(format!("invalid GOWASM: no such feature {}", super::quoted(wrong)))
        }
        "GOFIPS140" if minor >= 24 => {
            let fine = matches!(value, "off" | "latest" | "inprocess" | "certified") || is_fips_version(value, minor);
            let form = if minor >= 26 { "v1.Y.Z" } else { "vX.Y.Z" };
            (!fine).then(|| format!("invalid GOFIPS140: must be off, latest, inprocess, certified, or {form}"))
        }
        _ => None,
    }
}

/// `v1.0.0` or `v1.0.0-c2097c7c`; from Go 1.26 on also `v1.0.0-rc1`, and always 1 in front.
fn is_fips_version(value: &str, minor: u64) -> bool {
    let Some(text) = value.strip_prefix('v') else { return false };
    let (numbers, ending) = text.split_once('-').map_or((text, None), |(numbers, ending)| (numbers, Some(ending)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = numbers.split('.').collect();
    let numbered = parts.len() == 3 && parts.iter().all(|part| digits(part)) && (minor < 26 || parts[0] == "1");
    numbered
        && ending.is_none_or(|ending| match ending.strip_prefix("rc").filter(|_| minor >= 26) {
            Some(number) => digits(number),
            None => ending.len() == 8,
        })
}

/// GO386 is looked at by the compiler alone.
pub(super) fn go386(asked: &Asked<'_>) -> Option<Fault> {
    let wrong = asked.goarch == "386" && !matches!(asked.value, "sse2" | "softfloat");
    wrong.then(|| Fault::stops(Reach::Compiles, format!("unsupported setting GO386={}", asked.value)))?
}

/// GOEXPERIMENT.
pub(super) fn experiment(asked: &Asked<'_>) -> Option<Fault> {
    let known = asked.known();
    let unknown = asked.value.split(',').filter(|one| !one.is_empty() && *one != "none").find_map(|one| {
        let bare = one.strip_prefix("no").unwrap_or(one);
        let fine = bare == "regabi" || known.experiments.iter().any(|known| known == bare);
        (!fine).then_some(bare)
    })?;
    let all: Vec<&str> = asked.value.split([',', ' ']).map(|one| one.trim_matches(['"', '\''])).collect();
    Fault::stops(Reach::Every, format!("unknown GOEXPERIMENT {unknown}")).map(|fault| fault.meant(Some(all.join(","))))
}

/// GO111MODULE.
pub(super) fn modules(asked: &Asked<'_>) -> Option<Fault> {
    let value = asked.value;
    let meant = || {
        let bare = value.trim().trim_matches(['"', '\'']).to_lowercase();
        Some(match bare.as_str() {
            "1" | "true" | "yes" => "on".to_owned(),
            "0" | "false" | "no" => "off".to_owned(),
            _ => bare,
        })
    };
    if matches!(value, "on" | "off" | "auto") {
        return None;
    }
    Fault::stops(Reach::Most, format!("unknown environment setting GO111MODULE={value}"))
        .map(|fault| fault.meant(meant()))
}

/// Variables that are 0 or 1, and for which anything else is as good as nothing.
pub(super) fn zero_or_one(asked: &Asked<'_>) -> Option<Fault> {
    if matches!(asked.value, "0" | "1") || (asked.name == "GO_EXTLINK_ENABLED" && asked.value == "auto") {
        return None;
    }
    Fault::misread(format!("{} is `{}`, neither 0 nor 1, and Go takes its default", asked.name, asked.value))
        .map(|fault| fault.meant(meant_bit(asked.value)))
}

fn meant_bit(value: &str) -> Option<String> {
    let bare = bare(value).unwrap_or_else(|| value.to_owned()).to_lowercase();
    let bit = match bare.as_str() {
        "1" | "true" | "yes" | "on" => "1",
        "0" | "false" | "no" | "off" => "0",
        _ => return None,
    };
    Some(bit.to_owned())
}

/// GODEBUG: what has no `=`, and what has blanks or marks around its name, sets nothing.
pub(super) fn debug(asked: &Asked<'_>) -> Option<Fault> {
    let in_a_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '#';
    let wrong = asked.value.split(',').filter(|one| !one.is_empty()).find(|one| match one.split_once('=') {
        None => true,
        Some((name, _)) => name.is_empty() || !name.chars().all(in_a_name),
    })?;
    Fault::misread(format!("`{wrong}` in GODEBUG sets nothing: `name=value` is expected"))
}

/// What Go 1.23 and newer print and never read.
pub(super) fn telemetry(asked: &Asked<'_>) -> Option<Fault> {
    (asked.minor() >= 23)
        .then(|| Fault::misread(format!("{} is never read; `go telemetry off` changes the mode", asked.name)))?
}
