//! A recorded runner: what a hosted machine says about itself.

use crate::platform::{Platform, env::EnvBlock, facts::Facts};
use crate::probe::{MatrixError, load};
use crate::yaml::kinds::{PlainText, SystemName, file_schema};
use schemars::JsonSchema;
use serde::Deserialize;

/// What a hosted runner says about itself, recorded so that it can be planned for on any machine.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "goenv-ci recorded runner")]
pub struct Profile {
    /// Its label, as in `runs-on`; the file is called so.
    #[schemars(with = "PlainText", extend("examples" = ["ubuntu-24.04"]))]
    runner: String,
    /// RUNNER_OS.
    #[schemars(with = "SystemName")]
    pub(crate) os: String,
    /// RUNNER_ARCH.
    #[schemars(with = "PlainText", extend("examples" = ["X64", "ARM64"]))]
    pub(crate) arch: String,
    /// ImageOS.
    #[schemars(with = "PlainText", extend("examples" = ["ubuntu24"]))]
    pub(crate) image: String,
    /// RUNNER_TEMP. Single quotes leave a backslash as it is.
    #[schemars(with = "PlainText", extend("examples" = ["/home/runner/work/_temp", "D:\\a\\_temp"]))]
    pub(crate) temp: String,
    /// Who empties it and when, a clause behind "which".
    #[schemars(with = "Option<PlainText>")]
    temp_emptied: Option<String>,
    /// The directory above the workspaces.
    #[schemars(with = "PlainText", extend("examples" = ["/home/runner/work", "D:\\a"]))]
    pub(crate) work: String,
    /// PATH, where it is recorded.
    #[serde(default)]
    #[schemars(with = "Vec<PlainText>")]
    path: Vec<String>,
    /// Go versions in its tool cache.
    #[serde(default)]
    #[schemars(with = "Vec<PlainText>", extend("examples" = [["1.24.13"]]))]
    preinstalled: Vec<String>,
    /// Where these facts come from, and when they were read.
    #[allow(dead_code, reason = "for the reader of the file: where these facts come from, and when they were read")]
    #[schemars(with = "PlainText")]
    source: String,
}

/// The schema of such a file, docs/schema/runner-file.schema.json.
pub(crate) fn schema() -> Result<String, serde_json::Error> {
    file_schema::<Profile>("runner-file")
}

/// Reads a profile.
///
/// # Errors
/// With file, line and column.
pub fn load_profile(file: &str, content: &str) -> Result<Profile, MatrixError> {
    let profile: Profile = load::parse(file, content.as_bytes())?;
    if Platform::from_runner_os(&profile.os).is_none() {
        let message = format!("`os` is `{}`, and must be Windows, Linux or macOS", profile.os);
        return Err(MatrixError::at(file, 1, 1, message).showing(content.as_bytes()));
    }
    Ok(profile)
}

impl Profile {
    /// The runner of this kind that a job of `repository` (`OWNER/NAME`) gets.
    #[must_use]
    pub fn facts(&self, repository: &str) -> Facts {
        let platform = Platform::from_runner_os(&self.os).unwrap_or(Platform::Linux);
        let name = repository.rsplit('/').next().unwrap_or(repository);
        let workspace = platform.join(&self.work, name);
        Facts {
            runner: self.runner.clone(),
            label: self.runner.clone(),
            platform,
            arch: self.arch.clone(),
            image: self.image.clone(),
            repository: repository.to_owned(),
            temp: Some(self.temp.clone()),
            temp_emptied: self.temp_emptied.clone(),
            checkout: platform.join(&workspace, name),
            workspace: Some(workspace),
            path: self.path.clone(),
            preinstalled: self.preinstalled.clone(),
            env: EnvBlock::new(platform),
            expands: false,
            assumptions: Vec::new(),
        }
    }
}
