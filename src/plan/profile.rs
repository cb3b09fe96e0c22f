//! A recorded runner: what a hosted machine says about itself.

use crate::platform::{Platform, env::EnvBlock, facts::Facts};
use crate::probe::{MatrixError, load};
use serde::Deserialize;

/// The shape of `matrix/runners/*.yml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    runner: String,
    pub(crate) os: String,
    pub(crate) arch: String,
    pub(crate) image: String,
    pub(crate) temp: String,
    temp_emptied: Option<String>,
    pub(crate) work: String,
    #[serde(default)]
    path: Vec<String>,
    #[serde(default)]
    preinstalled: Vec<String>,
    #[allow(dead_code, reason = "for the reader of the file: where these facts come from, and when they were read")]
    source: String,
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
