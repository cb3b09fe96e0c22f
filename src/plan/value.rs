//! What one value must be, so that the runner delivers it as one variable and
//! Go takes it as one absolute path.

use crate::{
    goenv::variable::GoVar,
    plan::{Giver, Override},
    platform::{Platform, env::LONGEST_WINDOWS, facts::Facts},
};

/// Beyond this a Windows path below it is likely to pass 260 characters:
/// a cache entry adds 70, a module path easily 100.
pub(crate) const DEEP_WINDOWS: usize = 160;

/// The rule that a value breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// CR, LF or NUL would end the line or cut the value.
    ControlCharacter,
    /// Go does not unquote.
    Quoted,
    /// Neither Go nor the runner expands it.
    Tilde,
    /// Blanks at either end become part of the directory's name, or are refused by Windows.
    OuterBlank,
    /// A Unix path, such as Git Bash prints, for a Windows runner.
    UnixOnWindows,
    /// A Windows path for another runner.
    WindowsOnUnix,
    /// `$HOME`, `${x}` or `%NAME%` in front, which nothing expands.
    Unexpanded,
    /// Go refuses it, or takes it as relative to each directory.
    Relative,
    /// More than one path.
    List,
    /// Longer than the system allows.
    TooLong,
    /// The repository's own file may not say it: what lies in a checkout may be a stranger's, and the job would run it.
    InRepository,
    /// The repository's own file may not say it: `..` can lead into the checkout.
    Climbs,
    /// The repository's own file may not say it: a share, or a device, may be anybody's.
    Share,
}

impl Rule {
    /// The rule, as it is shown after the value.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::ControlCharacter => {
                "it holds a control character (CR, LF or NUL among them), which could begin a second variable"
            }
            Self::Quoted => "it holds a quotation mark, which Go takes as part of the path",
            Self::Tilde => "it begins with `~`, which neither Go nor the runner expands",
            Self::OuterBlank => "it begins or ends with a blank",
            Self::UnixOnWindows => "it is a Unix path, and the runner is Windows",
            Self::WindowsOnUnix => "it is a Windows path, and the runner is not Windows",
            Self::Unexpanded => "it begins with a variable that nothing expands",
            Self::Relative => "it is not an absolute path",
            Self::List => "it is a list, and one path is meant",
            Self::TooLong => "it is longer than the system allows",
            Self::InRepository => {
                "it leads into the repository, whose file may not put programs or caches of its own in front"
            }
            Self::Climbs => "it holds `..`, which the file of a repository may not",
            Self::Share => "it lies on a share or a device, which the file of a repository may not name",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(self, platform: Platform) -> String {
        let example = if platform == Platform::Windows { r"D:\a\go" } else { "/home/runner/work/go" };
        match self {
            Self::ControlCharacter | Self::OuterBlank => format!("give one path on one line, for example `{example}`"),
            Self::Quoted => format!("leave the quotation marks out, for example `{example}`; blanks inside a path are fine"),
            Self::Tilde | Self::Unexpanded => format!("write the folder out, for example `{example}`"),
            Self::UnixOnWindows => format!("give a drive letter, for example `{example}` (Git Bash: `cygpath -w`)"),
            Self::WindowsOnUnix => format!("give a Unix path, for example `{example}`, or plan for Windows with `--runner windows-2022`"),
            Self::Relative if platform == Platform::Windows => format!("give a drive letter and a root, for example `{example}`"),
            Self::Relative => format!("begin with `/`, for example `{example}`"),
            Self::List => "give the first path only: Go installs and downloads into the first, and the other steps of a job take the value as one path".to_owned(),
            Self::TooLong if platform == Platform::Windows => "Windows takes at most 32,766 characters in a variable".to_owned(),
            Self::TooLong => "a path may have at most 4,095 bytes, and each part of it 255".to_owned(),
            Self::InRepository | Self::Climbs | Self::Share => {
                "name a directory elsewhere, or give this one with a flag or in the workflow, which a pull request of a stranger does not change".to_owned()
            }
        }
    }
}

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueOrigin {
    /// It was asked for.
    Given(Giver),
    /// Standard, from the runner's directories.
    Runner,
    /// Standard where there is no runner: Go's own default.
    GoDefault,
}

/// There is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A value breaks a rule.
    #[error("{} cannot be `{}`: {}", variable.name(), shown(value), rule.text())]
    BadValue {
        /// Which variable.
        variable: GoVar,
        /// As it was given.
        value: String,
        /// Which rule.
        rule: Rule,
        /// Whose syntax counts.
        platform: Platform,
        /// Who said so.
        origin: ValueOrigin,
    },
    /// Go itself has no default here.
    #[error("{} has no standard value: {why}", variable.name())]
    NoDefault {
        /// Which variable.
        variable: GoVar,
        /// A clause.
        why: String,
        /// A variable of the environment that would give it one.
        setting: &'static str,
    },
    /// GOPATH would be the checkout: Go 1.21 refuses a go.mod there, newer ones ignore it in part.
    #[error("GOPATH would be `{gopath}`, which is the checkout of `{repository}` itself")]
    GopathIsCheckout {
        /// The refused value.
        gopath: String,
        /// Whose checkout.
        repository: String,
        /// A value that would do.
        elsewhere: String,
        /// Who said so.
        origin: ValueOrigin,
    },
    /// PATH of the next step.
    #[error(
        "PATH would be {characters} characters long, and Windows starts no program with more than {LONGEST_WINDOWS}"
    )]
    PathTooLong {
        /// With the new entry.
        characters: usize,
    },
    /// The verification matrix.
    #[error("the matrix would have {jobs} jobs for {runners} runners, and a workflow run takes 256 and 1 MB of text")]
    TooManyJobs {
        /// Different ones.
        runners: usize,
        /// Or the fewest there can be.
        jobs: usize,
    },
    /// A runner for the matrix.
    #[error("`{}` is no label of a runner", shown(.0))]
    Label(String),
}

impl PlanError {
    /// Where the value came from.
    #[must_use]
    pub fn place(&self) -> String {
        let input = |v: GoVar| format!("input `{0}` (flag --{0}, variable GOENV_CI_{1})", v.input(), v.name());
        match self {
            Self::BadValue { origin: ValueOrigin::Given(Giver::File { at }), .. }
            | Self::GopathIsCheckout { origin: ValueOrigin::Given(Giver::File { at }), .. } => at.clone(),
            Self::BadValue { variable, origin: ValueOrigin::Given(_), .. } => input(*variable),
            Self::BadValue { origin: ValueOrigin::Runner, .. } => {
                "the standard value, from RUNNER_TEMP and RUNNER_WORKSPACE as this runner has them".to_owned()
            }
            Self::GopathIsCheckout { origin: ValueOrigin::Given(_), .. } => input(GoVar::Gopath),
            Self::GopathIsCheckout { origin: ValueOrigin::Runner, .. } => {
                "the standard value, RUNNER_WORKSPACE and `go`".to_owned()
            }
            Self::NoDefault { .. } | Self::BadValue { .. } | Self::GopathIsCheckout { .. } => {
                "the standard value: without a runner, Go's own default".to_owned()
            }
            Self::PathTooLong { .. } => "PATH of this process, and GITHUB_PATH".to_owned(),
            Self::TooManyJobs { .. } => "flag --shards (variable GOENV_CI_SHARDS), and --runner".to_owned(),
            Self::Label(_) => "flag --runner (variable GOENV_CI_RUNNER)".to_owned(),
        }
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::BadValue { rule, platform, .. } => rule.help(*platform),
            Self::PathTooLong { .. } => {
                "take out what is in it more than once; a step that runs in a loop may add its folder each time"
                    .to_owned()
            }
            Self::TooManyJobs { .. } => "ask for fewer shards, or for fewer runners in one run".to_owned(),
            Self::NoDefault { variable, setting, .. } => {
                format!("set {setting} to an absolute directory, or give `--{} DIR`", variable.input())
            }
            Self::Label(_) => "give labels on one line, separated by commas".to_owned(),
            Self::GopathIsCheckout { elsewhere, .. } => format!(
                "choose another folder: `--gopath {elsewhere}`, in a workflow `with: {{ gopath: '{elsewhere}' }}`"
            ),
        }
    }
}

/// The value for a message: one line, control characters visible, not longer than a line or two.
fn shown(value: &str) -> String {
    let visible: String = value
        .chars()
        .take(200)
        .flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect();
    if value.chars().count() > 200 { format!("{visible}… ({} characters)", value.chars().count()) } else { visible }
}

/// A value that was asked for, with its reason, once it keeps the rules.
pub(crate) fn given(facts: &Facts, variable: GoVar, wanted: &Override) -> Result<(String, String), PlanError> {
    let Override { value, giver } = wanted;
    let origin = || ValueOrigin::Given(giver.clone());
    checked(facts, variable, value, origin())?;
    let is_of_file = matches!(giver, Giver::File { .. });
    match strange(facts.platform, variable, value, &facts.checkout).filter(|_| is_of_file) {
        Some(rule) => Err(bad(facts.platform, variable, value, rule, origin())),
        None => Ok((value.clone(), format!("given {}", giver.way(variable.input())))),
    }
}

/// The rule that a value of a repository's own file breaks, beside those that hold for all.
pub(crate) fn strange(platform: Platform, variable: GoVar, text: &str, repository: &str) -> Option<Rule> {
    let windows = platform == Platform::Windows;
    let separators: &[char] = if windows { &['/', '\\'] } else { &['/'] };
    // Windows takes blanks and dots at an end away, so that `.. ` climbs too.
    let climbs = |part: &str| match windows {
        true => part.len() > 1 && part.trim_end_matches([' ', '.']).is_empty(),
        false => part == "..",
    };
    let rules = [
        (Rule::Share, windows && text.chars().take_while(|c| separators.contains(c)).count() > 1),
        (Rule::Climbs, text.split(separators).any(climbs)),
        (Rule::InRepository, leads_into(platform, variable, text, repository)),
    ];
    rules.into_iter().find(|(_, broken)| *broken).map(|(rule, _)| rule)
}

/// Whether a variable's directory, or what Go takes from below it, lies in the repository. A repository called `bin` or
/// `pkg` can be where GOPATH keeps programs or modules.
#[must_use]
pub fn leads_into(platform: Platform, variable: GoVar, dir: &str, repository: &str) -> bool {
    let around: &[&str] = match variable {
        GoVar::Gocache => &[""],
        GoVar::Gopath => &["bin", "pkg"],
        GoVar::Gobin => &[],
    };
    platform.is_within(dir, repository)
        || around.iter().any(|part| platform.is_within(repository, &platform.join(dir, part)))
}

/// That a value breaks a rule.
pub(crate) fn bad(platform: Platform, variable: GoVar, text: &str, rule: Rule, origin: ValueOrigin) -> PlanError {
    PlanError::BadValue { variable, value: text.to_owned(), rule, platform, origin }
}

/// Applies the rules; the first that is broken is named.
pub(crate) fn checked(facts: &Facts, variable: GoVar, text: &str, origin: ValueOrigin) -> Result<(), PlanError> {
    let platform = facts.platform;
    // What a variable in front holds is not known here; it is taken for a directory.
    let rest = leading_reference(platform, text).filter(|_| facts.expands).map(|name| &text[name.len()..]);
    let drive = if platform == Platform::Windows { "C:" } else { "" };
    let filled = rest.map(|rest| format!("{drive}{}{}", platform.separator(), rest.trim_start_matches(['/', '\\'])));
    match broken(platform, filled.as_deref().unwrap_or(text)) {
        None => Ok(()),
        Some(rule) => Err(bad(platform, variable, text, rule, origin)),
    }
}

/// The variable that a text begins with as a directory of its own, as it is written: `%NAME%`, `$NAME` or `${NAME}`.
#[must_use]
pub fn leading_reference(platform: Platform, text: &str) -> Option<&str> {
    let (open, close, ends): (&str, &str, &[char]) = match platform {
        Platform::Windows => ("%", "%", &['\\', '/']),
        _ if text.starts_with("${") => ("${", "}", &['/']),
        _ => ("$", "", &['/']),
    };
    let inner = text.strip_prefix(open)?;
    let name = &inner[..inner.find(|c| !is_of_name(platform, c)).unwrap_or(inner.len())];
    let rest = inner[name.len()..].strip_prefix(close)?;
    let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    (is_name && (rest.is_empty() || rest.starts_with(ends))).then(|| &text[..text.len() - rest.len()])
}

/// Whether a character may stand in the name of a variable that a value refers to; Windows has `%ProgramFiles(x86)%`.
pub(crate) fn is_of_name(platform: Platform, c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || (platform == Platform::Windows && matches!(c, '(' | ')'))
}

fn broken(platform: Platform, text: &str) -> Option<Rule> {
    let windows = platform == Platform::Windows;
    let drive = |s: &str| s.len() >= 2 && s.as_bytes()[0].is_ascii_alphabetic() && s.as_bytes()[1] == b':';
    let rules = [
        (Rule::ControlCharacter, text.chars().any(char::is_control)),
        (Rule::Quoted, text.contains('"') || text.starts_with('\'') || text.ends_with('\'')),
        (Rule::OuterBlank, text.trim() != text),
        (Rule::Tilde, text.starts_with('~')),
        (Rule::Unexpanded, text.starts_with('$') || (text.starts_with('%') && text[1..].contains('%'))),
        (Rule::TooLong, too_long(platform, text)),
        (Rule::List, is_list(platform, text)),
        (Rule::UnixOnWindows, windows && text.starts_with('/') && !text.starts_with("//")),
        (Rule::WindowsOnUnix, !windows && (drive(text) || text.starts_with(r"\\"))),
        (Rule::Relative, !platform.is_absolute(text)),
    ];
    rules.into_iter().find(|(_, broken)| *broken).map(|(rule, _)| rule)
}

/// On Windows a `;`; elsewhere a `:` that is not the one of a lone drive letter.
fn is_list(platform: Platform, text: &str) -> bool {
    if platform == Platform::Windows {
        return text.contains(';');
    }
    let rest = if text.as_bytes().get(1) == Some(&b':') && !text.starts_with('/') { &text[2..] } else { text };
    rest.contains(':')
}

fn too_long(platform: Platform, text: &str) -> bool {
    if platform == Platform::Windows {
        return text.encode_utf16().count() > LONGEST_WINDOWS;
    }
    text.len() > 4_095 || text.split('/').any(|part| part.len() > 255)
}
