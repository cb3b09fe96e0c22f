//! What the file says for `lint`, and whether a finding is waived. Pure: the day is given.

use crate::{
    config::{ConfigError, FilePosition, Stated},
    nearest::{did_you_mean, nearest},
    status::Severity,
    yaml::FaultDetail,
};
use chrono::NaiveDate;

/// Rules, paths and waivers, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LintConfig {
    /// As [`ConfigError::file`]; empty where no file was read.
    pub file: String,
    /// Rules that are told otherwise, or not at all; each once.
    pub rules: Vec<RuleSetting>,
    /// What is left out.
    pub paths: Vec<PathGlob>,
    /// Findings that are known.
    pub waivers: Vec<Waiver>,
}

/// A rule that is told otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// The rule's id.
    pub rule: Stated<String>,
    /// What its findings are.
    pub level: RuleLevel,
}

/// What a finding of a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleLevel {
    /// It is not told.
    Off,
    /// That.
    At(Severity),
}

/// A finding that is known and left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// The rule's id.
    pub rule: Stated<String>,
    /// Which files.
    pub path: PathGlob,
    /// Only at this line; `None`: anywhere in the file.
    pub line: Option<u64>,
    /// Never blank.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<NaiveDate>,
    /// Where it begins in the file.
    pub at: FilePosition,
}

/// A pattern of paths from the repository's root, with `/` between their parts: `*` is anything within a name, `?` one
/// character, `**` any number of directories. It holds for what lies below a directory that it matches, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathGlob {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub at: FilePosition,
}

impl PathGlob {
    /// # Errors
    /// What is wrong with it, a clause.
    pub(crate) fn new(text: &str, at: FilePosition) -> Result<Self, String> {
        const LONGEST: usize = 1_000;
        let bare = bare(text);
        match bare {
            "" => Err("a path is missing; write it from the repository's root".to_owned()),
            _ if bare.len() > LONGEST => Err(format!("the path is longer than {LONGEST} characters")),
            _ if bare.contains('\\') => Err(format!("`{text}` holds a `\\`; write `/` between directories")),
            _ if bare.contains(['[', ']', '{', '}']) || bare.starts_with('!') => {
                Err(format!("`{text}` is no pattern here: `*`, `?` and `**` are known, and nothing else"))
            }
            _ if bare.starts_with('/') || bare.as_bytes().get(1) == Some(&b':') => {
                Err(format!("`{text}` is absolute; write it from the repository's root"))
            }
            _ if bare.split('/').any(|part| part == "..") => Err(format!("`{text}` leads out of the repository")),
            _ => Ok(Self { text: text.to_owned(), at }),
        }
    }

    /// Whether a path from the repository's root, with `/`, is meant.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<&str> = bare(path).split('/').collect();
        let pattern: Vec<&str> = bare(&self.text).split('/').filter(|part| *part != ".").collect();
        let (mut at, mut from) = (0, 0);
        // Behind the last `**`, and how far that reaches. Only it is tried again, so that no pattern takes for ever.
        let mut deep: Option<(usize, usize)> = None;
        while let Some(part) = pattern.get(at) {
            if *part == "**" {
                deep = Some((at + 1, from));
                at += 1;
            } else if path.get(from).is_some_and(|name| name_matches(part, name)) {
                at += 1;
                from += 1;
            } else if let Some((behind, reached)) = deep.filter(|(_, reached)| *reached < path.len()) {
                deep = Some((behind, reached + 1));
                (at, from) = (behind, reached + 1);
            } else {
                return false;
            }
        }
        true
    }
}

fn bare(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

/// One name against a pattern with `*` and `?`; as above, only the last `*` is tried again.
fn name_matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, from));
                at += 1;
            }
            Some(c) if *c == '?' || *c == name[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((behind, reached)) = star else { return false };
                star = Some((behind, reached + 1));
                (at, from) = (behind, reached + 1);
            }
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

/// What a waiver does about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverEffect {
    /// The finding is not told.
    Waives,
    /// It would not be told, but the waiver's last day is over.
    Expired,
    /// The waiver is about something else.
    None,
}

/// What a waiver does about a finding of a rule in a file, at a line if that is known, on a day (UTC).
#[must_use]
pub fn waiver_applies(waiver: &Waiver, rule: &str, path: &str, line: Option<u64>, today: NaiveDate) -> WaiverEffect {
    let at_line = waiver.line.is_none_or(|wanted| line == Some(wanted));
    match waiver.rule.value == rule && at_line && waiver.path.matches(path) {
        false => WaiverEffect::None,
        true if expired(waiver, today) => WaiverEffect::Expired,
        true => WaiverEffect::Waives,
    }
}

/// Whether a waiver's last day is over.
#[must_use]
pub fn expired(waiver: &Waiver, today: NaiveDate) -> bool {
    waiver.until.is_some_and(|until| today > until)
}

impl LintConfig {
    /// Holds the ids of rules against those that there are.
    ///
    /// # Errors
    /// The first that is none, with the nearest that is one.
    pub fn check_rules(&self, known_rules: &[&str]) -> Result<(), ConfigError> {
        let of_waivers = self.waivers.iter().map(|waiver| &waiver.rule);
        let all = self.rules.iter().map(|setting| &setting.rule).chain(of_waivers);
        let unknown = all.filter(|rule| !known_rules.contains(&rule.value.as_str()));
        let Some(first) = unknown.min_by_key(|rule| (rule.at.line, rule.at.column)) else { return Ok(()) };
        let meant = did_you_mean(&nearest(&first.value, known_rules.iter().copied()));
        let meant = meant.map_or_else(String::new, |meant| format!("; {meant}"));
        let message = format!("there is no rule `{}`{meant}", first.value);
        Err(ConfigError { file: self.file.clone(), at: first.at, message, detail: FaultDetail::default() })
    }

    /// What a rule's findings are, where the file says so.
    #[must_use]
    pub fn level(&self, rule: &str) -> Option<RuleLevel> {
        self.rules.iter().find(|setting| setting.rule.value == rule).map(|setting| setting.level)
    }

    /// Whether a file is left out.
    #[must_use]
    pub fn leaves_out(&self, path: &str) -> bool {
        self.paths.iter().any(|glob| glob.matches(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse;

    const WAIVERS: &str = "lint:
  rules: { env-lost: off, var-unset: note }
  paths: [legacy, .github/workflows/old-*.yml, '**/gen.yml', x/]
  waivers:
    - rule: env-lost
      path: .github/workflows/ci.yml
      line: 7
      reason: known
    - { rule: var-unset, path: .github/workflows, reason: later, until: 2026-06-30 }
";

    fn config() -> LintConfig {
        parse("f.yml", WAIVERS.as_bytes()).unwrap().lint
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_waiver_counts_for_its_rule_its_file_and_its_line_until_its_last_day() {
        use WaiverEffect::{Expired, None as Nothing, Waives};
        let waivers = config().waivers;
        let ci = ".github/workflows/ci.yml";
        for (waiver, rule, path, line, today, want) in [
            (0, "env-lost", ci, Some(7), "2030-01-01", Waives),
            (0, "env-lost", ci, Some(8), "2030-01-01", Nothing),
            (0, "env-lost", ci, None, "2030-01-01", Nothing),
            (0, "var-unset", ci, Some(7), "2030-01-01", Nothing),
            (0, "env-lost", ".github/workflows/cd.yml", Some(7), "2030-01-01", Nothing),
            (0, "env-lost", "sub/.github/workflows/ci.yml", Some(7), "2030-01-01", Nothing),
            (1, "var-unset", ci, None, "2026-06-30", Waives),
            (1, "var-unset", ci, Some(3), "2026-07-01", Expired),
            (1, "env-lost", ci, Some(3), "2026-07-01", Nothing),
        ] {
            let told = waiver_applies(&waivers[waiver], rule, path, line, day(today));
            assert_eq!(told, want, "{waiver} {rule} {path} {line:?} {today}");
        }
        assert!(!expired(&waivers[0], day("9999-12-31")), "it has no last day");
        assert!(expired(&waivers[1], day("2026-07-01")) && !expired(&waivers[1], day("2026-06-30")));
    }

    #[test]
    fn waivers_and_rules_know_their_places() {
        let config = config();
        let places: Vec<_> = config.waivers.iter().map(|waiver| waiver.at.to_string()).collect();
        assert_eq!(places, ["5:7", "9:7"]);
        assert_eq!(config.rules[1].rule.at.to_string(), "2:27");
        assert_eq!(config.paths[1].at.to_string(), "3:19");
    }

    #[test]
    fn a_pattern_holds_for_what_lies_below_and_a_star_stays_in_its_directory() {
        let config = config();
        for (path, want) in [
            ("legacy/a/b.yml", true),
            ("legacy", true),
            ("legacy2/a.yml", false),
            ("a/legacy/b.yml", false),
            (".github/workflows/old-ci.yml", true),
            (".github/workflows/old-a/b.yml", false),
            (".github/workflows/ci.yml", false),
            ("gen.yml", true),
            ("a/b/gen.yml", true),
            ("x/y", true),
            ("./x/y", true),
            ("a/b/gen.yml2", false),
            ("", false),
        ] {
            assert_eq!(config.leaves_out(path), want, "{path}");
        }
    }

    #[test]
    fn stars_and_question_marks_stand_for_what_they_say() {
        for (pattern, path, want) in [
            ("**", "a/b", true),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b/c", true),
            ("a/**/b", "x/a/b", false),
            ("**/b/**/d", "b/c/x/d", true),
            ("**/b/**/d", "d/b", false),
            ("a/**", "a/b", true),
            ("a/**", "ab", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("a?c", "ac", false),
            ("*", "a", true),
            ("*b*", "abc", true),
            ("*.yml", "a/b.yml", false),
            ("*ab", "aab", true),
            ("a*", "a", true),
            ("ü?", "üß", true),
            ("./a/./b/", "a/b/c", true),
            ("A", "a", false),
        ] {
            let glob = PathGlob::new(pattern, FilePosition::START).unwrap();
            assert_eq!(glob.matches(path), want, "{pattern} {path}");
        }
    }

    /// A stranger's pattern must not hold the job.
    #[test]
    fn a_pattern_of_many_stars_is_answered_at_once() {
        let at = FilePosition::START;
        let path = ["a".repeat(100).as_str(); 20].join("/");
        for text in [
            format!("{}b", "*a".repeat(200)),
            format!("{}b", "**/".repeat(200)),
            format!("{}b", "*/".repeat(19)),
            "**/*a*a*a*a*a*a*a*a*b/".repeat(20),
        ] {
            assert!(!PathGlob::new(&text, at).unwrap().matches(&path), "{text}");
        }
    }

    #[test]
    fn a_rule_that_is_none_is_answered_with_the_nearest() {
        let config = config();
        assert_eq!(config.level("env-lost"), Some(RuleLevel::Off));
        assert_eq!(config.level("var-unset"), Some(RuleLevel::At(Severity::Note)));
        assert_eq!(config.level("goos-install"), None);
        assert_eq!(config.check_rules(&["env-lost", "var-unset"]), Ok(()));
        let wrong = |known: &[&str]| config.check_rules(known).unwrap_err().to_string();
        assert_eq!(
            wrong(&["env-lot", "var-unset"]),
            "f.yml:2:12: there is no rule `env-lost`; did you mean `env-lot`?"
        );
        assert_eq!(wrong(&["env-lost"]), "f.yml:2:27: there is no rule `var-unset`");
    }
}
