//! The table of formats: what each is for, what it cannot say, and its writer and reader.

use crate::{
    export::{
        formats,
        machine::ExportMachine,
        read::{FileToImport, ImportFault, Imported},
        template::ExportTemplate,
        write::{CannotHold, ExportFile},
    },
    platform::Platform,
    ports::registry::Scope,
};

/// A format that a plan can be written in and read from.
#[derive(Clone, Copy, Debug)]
pub struct ExportFormat {
    /// As it is typed: `reg`.
    pub name: &'static str,
    /// With `--shell`, which of several of one name: `fish`.
    pub shell: Option<&'static str>,
    /// Who reads it: one of the headings of `export --list`.
    pub family: FormatFamily,
    /// What it is and who takes it, a clause.
    pub title: &'static str,
    /// What it cannot say, a clause; for `export --list` and docs/export.md.
    pub cannot: &'static str,
    /// How it is tested that its readers take it as it is meant: by what, and where.
    pub read_back: &'static str,
    /// What is planned for where no runner is named.
    pub machine: ExportMachine,
    /// Whose plans it takes.
    pub platforms: &'static [Platform],
    /// Whether it puts directories on PATH, at least for the machine: see [`Self::puts_on_path`].
    pub carries_path: bool,
    /// Whether `--scope machine` makes a difference.
    pub has_scopes: bool,
    /// The files; more than one go to a directory.
    pub write: fn(&ExportTemplate) -> Result<Vec<ExportFile>, CannotHold>,
    /// What such a file would set.
    pub read: fn(&FileToImport<'_>) -> Result<Imported, ImportFault>,
}

/// Who reads a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormatFamily {
    /// Administrators of Windows.
    Windows,
    /// Shells and sessions of Linux and macOS.
    Unix,
    /// Go itself.
    Go,
    /// Editors, containers and version managers.
    Tools,
    /// Other people's computers.
    Ci,
}

impl FormatFamily {
    /// In the order in which they are listed.
    pub const ALL: [Self; 5] = [Self::Windows, Self::Unix, Self::Go, Self::Tools, Self::Ci];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Windows => "Windows, for good",
            Self::Unix => "Shells and sessions",
            Self::Go => "Go's own file",
            Self::Tools => "Editors, containers and tools",
            Self::Ci => "CI systems",
        }
    }
}

/// Platforms whose paths begin with `/`.
pub(crate) const UNIX: &[Platform] = &[Platform::Linux, Platform::Macos];
/// Windows alone.
pub(crate) const WINDOWS: &[Platform] = &[Platform::Windows];
/// Any.
pub(crate) const ANY: &[Platform] = &[Platform::Windows, Platform::Linux, Platform::Macos];

/// All formats, by family.
pub const EXPORT_FORMATS: &[ExportFormat] = &[
    formats::windows::reg::FORMAT,
    formats::windows::gpp::FORMAT,
    formats::windows::dsc::FORMAT,
    formats::windows::dsc3::FORMAT,
    formats::windows::powershell::FORMAT,
    formats::windows::intune::FORMAT,
    formats::shells::profile::BASH,
    formats::shells::profile::ZSH,
    formats::shells::profile_fish::FORMAT,
    formats::shells::environment_d::FORMAT,
    formats::go_env::FORMAT,
    formats::tools::vscode::FORMAT,
    formats::tools::devcontainer::FORMAT,
    formats::tools::dockerfile::FORMAT,
    formats::tools::compose::FORMAT,
    formats::tools::mise::FORMAT,
    formats::tools::envrc::FORMAT,
    formats::tools::dotenv::FORMAT,
    formats::tools::nix::FORMAT,
    formats::ci::github::FORMAT,
    formats::ci::gitlab::FORMAT,
    formats::ci::azure::FORMAT,
    formats::ci::jenkins::FORMAT,
    formats::ci::circleci::FORMAT,
];

/// The format of a name; of several of one name the one for `shell`, or the first.
#[must_use]
pub fn format(name: &str, shell: Option<&str>) -> Option<&'static ExportFormat> {
    let mut named = EXPORT_FORMATS.iter().filter(|format| format.name == name);
    match shell {
        None => named.next(),
        Some(shell) => named.find(|format| format.shell == Some(shell)),
    }
}

impl ExportFormat {
    /// As it is shown: `profile` with the shell, where there are several.
    #[must_use]
    pub fn shown(&self) -> String {
        self.shell.map_or_else(|| self.name.to_owned(), |shell| format!("{} --shell {shell}", self.name))
    }

    /// Whether it puts directories on PATH for this scope. Where it cannot, what belongs there is said beside the file.
    #[must_use]
    pub fn puts_on_path(&self, scope: Scope) -> bool {
        // Group Policy adds to the PATH of the machine alone.
        self.carries_path && (self.name, scope) != (formats::windows::gpp::FORMAT.name, Scope::User)
    }

    /// That it has no way to say a value.
    #[must_use]
    pub fn cannot_hold(&self, name: &str, value: &str, rule: impl Into<String>) -> CannotHold {
        CannotHold {
            format: self.name,
            name: name.to_owned(),
            value: value.to_owned(),
            rule: rule.into(),
            help: "name another directory, or take another format: `goenv-ci export --list`".to_owned(),
        }
    }
}
