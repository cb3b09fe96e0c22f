//! The file's text in, its values out; every complaint has line and column.

use crate::{
    config::{
        Config, ConfigError, FilePosition, LintConfig, PathGlob, RuleLevel, RuleSetting, Stated, Waiver,
        shape::{ConfigShape, LevelShape, LintShape, WaiverShape},
    },
    doctor,
    goenv::version::GoRequest,
    nearest::{did_you_mean, nearest},
    plan::{runner, shard::MOST_SHARDS},
    platform::Platform,
    report::shells::ShellKind,
    status::Severity,
    yaml::{self, FaultDetail, YamlFault},
};
use chrono::NaiveDate;
use serde_yaml::{Location, Spanned};

/// Reads the text of a file that is called so. Ids of lint's rules are held against the known ones by
/// [`LintConfig::check_rules`]: a file may name a rule that an older goenv-ci does not have yet.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse(file: &str, content: &[u8]) -> Result<Config, ConfigError> {
    let shape: Option<ConfigShape> = yaml::parse(content).map_err(|fault| misplaced(file, fault))?;
    config(file, shape.unwrap_or_default()).map_err(|(at, message)| {
        let detail = FaultDetail::default().of(content, at.line, at.column);
        ConfigError { file: file.to_owned(), at, message, detail }
    })
}

/// Keys by the one that they stand below.
const BELOW: [(&str, &[&str]); 5] = [
    ("values", &["gocache", "gopath", "gobin"]),
    ("plan", &["runner", "shards"]),
    ("verify", &["shells"]),
    ("doctor", &["check"]),
    ("lint", &["rules", "paths", "waivers"]),
];

/// A key that there is, only elsewhere, is told with its place.
fn misplaced(file: &str, fault: YamlFault) -> ConfigError {
    let mut error = ConfigError {
        file: file.to_owned(),
        at: FilePosition { line: fault.line, column: fault.column },
        message: fault.message,
        detail: fault.detail,
    };
    let Some(key) = fault.unknown_key else { return error };
    if let Some((above, _)) = BELOW.iter().find(|(_, keys)| keys.contains(&key.as_str())) {
        error.message = format!("there is no key `{key}` here; it stands below `{above}`");
        error.detail.instead =
            Some(format!("write `{above}:` in a line of its own, and `{key}` two blanks deeper below it"));
    } else if BELOW.iter().any(|(above, _)| *above == key) || key == "go" {
        error.message = format!("there is no key `{key}` here; it stands at the beginning of a line, below no other");
        error.detail.instead = Some(format!("write `{key}:` without blanks before it"));
    }
    error
}

/// What is wrong, and where.
type Complaint = (FilePosition, String);

fn config(file: &str, shape: ConfigShape) -> Result<Config, Complaint> {
    let mut config = Config { file: Some(file.to_owned()), ..Config::default() };
    if let Some(values) = shape.values {
        config.gocache = filled(values.gocache, "gocache")?;
        config.gopath = filled(values.gopath, "gopath")?;
        config.gobin = filled(values.gobin, "gobin")?;
    }
    config.go = listed(shape.go, "Go version", version)?;
    if let Some(plan) = shape.plan {
        config.runners = listed(plan.runner, "runner", label)?;
        if let Some(first) = config.runners.iter().find(|runners| !is_recorded(&runners.value[0])) {
            return Err((first.at, unknown("recorded runner", &first.value[0], runner::known())));
        }
        config.shards = plan.shards.map(shards).transpose()?;
    }
    if let Some(verify) = shape.verify {
        config.shells = listed(verify.shells, "shell", shell)?;
    }
    if let Some(doctor) = shape.doctor {
        config.checks = listed(doctor.check, "check", check)?;
    }
    config.lint = lint(file, shape.lint)?;
    Ok(config)
}

fn position(at: Location) -> FilePosition {
    FilePosition { line: at.line().max(1), column: at.column().max(1) }
}

fn filled(said: Option<Spanned<String>>, key: &str) -> Result<Option<Stated<String>>, Complaint> {
    let Some(said) = said else { return Ok(None) };
    let at = position(said.referenced);
    let text = &said.value;
    if text.trim().is_empty() {
        return Err((at, format!("`{key}` is empty; without the key the standard value counts")));
    }
    if text.contains("${{") {
        return Err((at, yaml::no_expression(text)));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(control) => Err((at, format!("`{key}` holds the control character `{}`", control.escape_default()))),
        None => Ok(Some(Stated { at, value: said.value })),
    }
}

/// At least one, each once, in the order of the file; the place is that of the list's first.
fn listed<T: PartialEq>(
    said: Option<Spanned<Vec<Spanned<String>>>>,
    what: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<Stated<Vec<T>>>, Complaint> {
    let Some(said) = said else { return Ok(None) };
    let at = position(said.value.first().map_or(said.referenced, |first| first.referenced));
    let mut all: Vec<T> = Vec::new();
    for one in said.value {
        let value = read(one.value.trim()).map_err(|why| (position(one.referenced), why))?;
        if !all.contains(&value) {
            all.push(value);
        }
    }
    match all.is_empty() {
        true => Err((at, format!("the list names no {what}; without the key the default counts"))),
        false => Ok(Some(Stated { at, value: all })),
    }
}

fn version(text: &str) -> Result<GoRequest, String> {
    if text.contains("${{") {
        return Err(yaml::no_expression(text));
    }
    text.parse()
        .map_err(|why| format!("{why}; write `1.21` for its newest patch, `1.21.13`, or `path` for the `go` on PATH"))
}

fn is_recorded(name: &str) -> bool {
    name == runner::CURRENT || runner::known().any(|known| known == name)
}

/// Of the characters that labels have; more than that is `plan`'s to say.
fn label(text: &str) -> Result<String, String> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if plain { Ok(text.to_owned()) } else { Err(format!("`{text}` is no label of a runner")) }
}

fn shards(said: Spanned<u64>) -> Result<Stated<usize>, Complaint> {
    let at = position(said.referenced);
    let number = usize::try_from(said.value).ok().filter(|number| (1..=MOST_SHARDS).contains(number));
    let value = number.ok_or_else(|| (at, format!("`shards` must be a number from 1 to {MOST_SHARDS}")))?;
    Ok(Stated { value, at })
}

fn shell(text: &str) -> Result<String, String> {
    if WORDS.contains(&text) || ShellKind::named(text).is_some() {
        return Ok(text.to_owned());
    }
    Err(unknown("shell", text, shells()))
}

const WORDS: [&str; 2] = ["all", "none"];

/// What may be named, with the two words.
pub(super) fn shells() -> Vec<&'static str> {
    let shells = [Platform::Windows, Platform::Linux].into_iter().flat_map(ShellKind::of);
    let mut known: Vec<&str> =
        shells.filter(|kind| **kind != ShellKind::Direct).map(|kind| kind.id()).chain(WORDS).collect();
    known.sort_unstable();
    known.dedup();
    known
}

fn check(text: &str) -> Result<String, String> {
    let known = || doctor::checks().map(|check| check.id);
    if known().any(|id| id == text) { Ok(text.to_owned()) } else { Err(unknown("check", text, known())) }
}

fn unknown<'a>(what: &str, text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let meant = did_you_mean(&nearest(text, known));
    format!("there is no {what} `{text}`{}", meant.map_or_else(String::new, |meant| format!("; {meant}")))
}

fn lint(file: &str, shape: Option<LintShape>) -> Result<LintConfig, Complaint> {
    let Some(shape) = shape else { return Ok(LintConfig::default()) };
    let rules = shape.rules.map_or_else(Vec::new, |rules| rules.0).into_iter().map(|(rule, level)| RuleSetting {
        rule: Stated { at: position(rule.referenced), value: rule.value },
        level: match level {
            LevelShape::Off => RuleLevel::Off,
            LevelShape::Note => RuleLevel::At(Severity::Note),
            LevelShape::Warning => RuleLevel::At(Severity::Warning),
            LevelShape::Error => RuleLevel::At(Severity::Error),
        },
    });
    Ok(LintConfig {
        file: file.to_owned(),
        rules: rules.collect(),
        paths: shape.paths.into_iter().flatten().map(glob).collect::<Result<_, _>>()?,
        waivers: shape.waivers.into_iter().flatten().map(waiver).collect::<Result<_, _>>()?,
    })
}

fn glob(said: Spanned<String>) -> Result<PathGlob, Complaint> {
    let at = position(said.referenced);
    PathGlob::new(said.value.trim(), at).map_err(|why| (at, why))
}

fn waiver(said: Spanned<WaiverShape>) -> Result<Waiver, Complaint> {
    let at = position(said.referenced);
    let shape = said.value;
    let needed = |part: Option<Spanned<String>>, key: &str| -> Result<Stated<String>, Complaint> {
        let part = part.ok_or_else(|| (at, format!("the waiver has no `{key}`")))?;
        let place = position(part.referenced);
        match part.value.trim() {
            "" => Err((place, format!("the waiver's `{key}` is empty"))),
            text => Ok(Stated { value: text.to_owned(), at: place }),
        }
    };
    let rule = needed(shape.rule, "rule")?;
    let path = needed(shape.path, "path")?;
    let reason = needed(shape.reason, "reason")?.value;
    let line = shape.line.map(|line| match line.value {
        0 => Err((position(line.referenced), "lines are counted from 1".to_owned())),
        number => Ok(number),
    });
    Ok(Waiver {
        rule,
        path: PathGlob::new(&path.value, path.at).map_err(|why| (path.at, why))?,
        line: line.transpose()?,
        reason,
        until: shape.until.map(date).transpose()?,
        at,
    })
}

/// Four, two and two digits, and a day that there is.
fn date(said: Spanned<String>) -> Result<NaiveDate, Complaint> {
    let text = said.value.trim();
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| shaped);
    day.ok_or_else(|| (position(said.referenced), format!("`{text}` is no day; write it as `2026-12-31`")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    const GOOD: &str = "$schema: https://example.org/config.schema.json
values:
  gocache: /w/cache
  gobin: none
go: [1.20, '1.21.13', path, '1.20']
plan:
  runner: [ubuntu-24.04, own-label]
  shards: 4
verify:
  shells: [bash, pwsh]
doctor:
  check: [gobin-not-on-path]
lint:
  rules:
    env-lost: off
  paths: [legacy]
  waivers:
    - rule: env-lost
      path: a.yml
      reason: known
      until: 2026-12-31
";

    fn wrong(content: &[u8]) -> String {
        parse("f.yml", content).unwrap_err().to_string()
    }

    #[test]
    fn every_key_is_read_with_its_place() {
        let config = parse("f.yml", GOOD.as_bytes()).unwrap();
        let go = config.go.unwrap();
        assert_eq!(go.value.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1.20", "1.21.13", "path"]);
        assert_eq!(go.at.to_string(), "5:6");
        let gocache = config.gocache.unwrap();
        assert_eq!((gocache.value.as_str(), gocache.at.to_string().as_str()), ("/w/cache", "3:12"));
        assert_eq!((config.gobin.unwrap().value.as_str(), config.gopath), ("none", None));
        assert_eq!(config.runners.unwrap().value, ["ubuntu-24.04", "own-label"]);
        assert_eq!((config.shards.unwrap().value, config.shells.unwrap().value.len()), (4, 2));
        assert_eq!(config.checks.unwrap().value, ["gobin-not-on-path"]);
        assert_eq!((config.lint.rules.len(), config.lint.paths.len(), config.lint.waivers.len()), (1, 1, 1));
    }

    #[test]
    fn the_places_of_keys_are_those_of_the_schema() {
        let schema = crate::output::json::root_schema::<ConfigShape>(schemars::generate::Contract::Deserialize);
        let mut places = Vec::new();
        for (above, property) in schema.get("properties").unwrap().as_object().unwrap() {
            let named = property.to_string();
            let Some((_, rest)) = named.split_once("#/$defs/") else { continue };
            let below = &schema.get("$defs").unwrap()[rest.split('"').next().unwrap()]["properties"];
            if let Some(keys) = below.as_object() {
                places.push((above.clone(), keys.keys().cloned().collect::<BTreeSet<_>>()));
            }
        }
        let told = BELOW.map(|(above, keys)| (above.to_owned(), keys.iter().map(ToString::to_string).collect()));
        assert_eq!(places.into_iter().collect::<BTreeMap<_, _>>(), BTreeMap::from(told));
    }

    #[test]
    fn a_file_that_says_nothing_is_fine() {
        for text in [
            "",
            "\n",
            "# nothing yet\n",
            "---\n",
            "{}\n",
            "values:\ngo:\nlint:\n",
            "lint:\n  rules:\n",
            "lint: { rules: { env-lost: false } }",
            "\u{feff}go: ['1.22']\n",
        ] {
            let config = parse("f.yml", text.as_bytes());
            assert!(config.is_ok(), "{text:?}: {config:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (from, to, says) in [
            ("values:", "valus:", "2:1: there is no key `valus` here; did you mean `values`?"),
            ("  gobin: none", "  goben: none", "4:3: there is no key `goben` here; did you mean `gobin`?"),
            ("  gobin: none", "  gobin: ''", "4:10: `gobin` is empty"),
            ("  gobin: none", "  gobin: [a]", "4:10: "),
            ("  gobin: none", "  gocache: /x", "4:3: `gocache` stands there twice"),
            ("  shells:", "  fail-on: never\n  shells:", "10:3: there is no key `fail-on` here; it may be shells"),
            ("plan:", "install: true\nplan:", "6:1: there is no key `install` here"),
            ("[1.20, '1.21.13', path, '1.20']", "latest", "5:5: "),
            ("[1.20, '1.21.13', path, '1.20']", "[]", "5:5: the list names no Go version"),
            ("path, '1.20'", "newest", "5:23: `newest` is not a Go version"),
            (
                "[ubuntu-24.04, own-label]",
                "[ubuntu-24.4]",
                "7:12: there is no recorded runner `ubuntu-24.4`; did you mean `ubuntu-24.04`?",
            ),
            ("own-label", "'a b'", "7:26: `a b` is no label of a runner"),
            ("shards: 4", "shards: 0", "8:11: `shards` must be a number from 1 to 10000"),
            ("shards: 4", "shards: many", "8:11: "),
            ("[bash, pwsh]", "[bash, pwhs]", "10:18: there is no shell `pwhs`; did you mean `pwsh`?"),
            (
                "gobin-not-on-path",
                "gobin-not-on-pth",
                "12:11: there is no check `gobin-not-on-pth`; did you mean `gobin-not-on-path`?",
            ),
            ("env-lost: off", "env-lost: eror", "15:15: there is no word `eror` here; did you mean `error`?"),
            ("env-lost: off", "env-lost: off\n    env-lost: note", "16:5: `env-lost` stands there twice"),
            ("[legacy]", "[/etc]", "16:11: `/etc` is absolute"),
            ("[legacy]", "['a\\b']", "16:11: `a\\b` holds a `\\`"),
            ("[legacy]", "[../x]", "16:11: `../x` leads out of the repository"),
            ("[legacy]", "['a[']", "16:11: `a[` is no pattern here"),
            ("[legacy]", "['']", "16:11: a path is missing"),
            ("      path: a.yml\n", "", "18:7: the waiver has no `path`"),
            ("- rule: env-lost\n      path: a.yml", "- path: a.yml", "18:7: the waiver has no `rule`"),
            ("      reason: known\n", "", "18:7: the waiver has no `reason`"),
            ("reason: known", "reason: ' '", "20:15: the waiver's `reason` is empty"),
            ("reason: known", "reason:", "18:7: the waiver has no `reason`"),
            ("reason: known", "reson: known", "20:7: there is no key `reson` here; did you mean `reason`?"),
            ("reason: known", "reason: known\n      line: 0", "21:13: lines are counted from 1"),
            ("2026-12-31", "2026-02-30", "21:14: `2026-02-30` is no day"),
            ("2026-12-31", "2026-2-3", "21:14: `2026-2-3` is no day"),
            ("2026-12-31", "tomorrow", "21:14: `tomorrow` is no day"),
            ("2026-12-31", "2026-12-31T00:00:00Z", "21:14: "),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let said = wrong(text.as_bytes());
            assert!(said.starts_with(&format!("f.yml:{says}")), "{from} → {to}: {said}");
        }
    }

    #[test]
    fn what_is_no_file_of_defaults_is_refused_and_not_expanded() {
        let mut bomb = String::from("x: &a [y, y, y, y, y, y, y, y, y, y]\n");
        for (before, name) in "abcdefgh".chars().zip("bcdefghi".chars()) {
            bomb.push_str(&format!("x{name}: &{name} [{}]\n", vec![format!("*{before}"); 10].join(", ")));
        }
        let aliases = format!("go: &a ['1.22']\nlint: {{ paths: [{}] }}\n", vec!["*a"; 100_000].join(", "));
        let deep = format!("go: {}\n", "[".repeat(100_000));
        let large = vec![b'#'; (1 << 20) + 1];
        for content in [
            b"- a\n".as_slice(),
            b"values\n",
            b"go: &a [*a]\n",
            b"values: &a { gocache: *a }\n",
            b"<<: 1\n",
            b"go: ['1.22']\n---\ngo: ['1.21']\n",
            b"go: *none\n",
            b"go: [\n",
            b"\xff\xfeg\0o\0",
            b"go: ['1.22'] # \xe9\n",
            bomb.as_bytes(),
            aliases.as_bytes(),
            deep.as_bytes(),
            &large,
        ] {
            let said = wrong(content);
            let shown = String::from_utf8_lossy(&content[..content.len().min(60)]).into_owned();
            assert!(said.starts_with("f.yml:") && said.len() < 300 && said.lines().count() == 1, "{shown:?}: {said}");
        }
        assert!(wrong(b"go: ['1.22'] # \xe9\n").starts_with("f.yml:1:16: the file is not UTF-8"));
    }
}
