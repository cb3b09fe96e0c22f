//! Whether this step comes too late in its job: after actions/setup-go.

use crate::{goenv::user_dirs::home, platform::facts::Facts};

/// setup-go puts the bin directory of GOPATH in front of PATH and the toolchain's
/// behind it. With the default GOPATH there, it ran before us: its cache was
/// restored to the old places and will be saved from the new ones.
/// Source: actions/setup-go, `main.ts: addBinToPath`, `cache-restore.ts`, `cache-save.ts`.
pub(crate) fn too_late(facts: &Facts) -> Option<String> {
    facts.env.get_filled("GITHUB_ACTIONS")?;
    let platform = facts.platform;
    let home = home(&facts.env)?;
    let default_bin = platform.join(home, "go/bin");
    let tools = platform.join(facts.env.get_filled("RUNNER_TOOL_CACHE")?, "go");
    let at = facts.path.iter().position(|entry| platform.same_path(entry, &default_bin))?;
    let next = facts.path.get(at + 1)?;
    platform.is_within(next, &tools).then(|| {
        format!(
            "actions/setup-go ran before this step (PATH holds `{default_bin}` and `{next}`): its cache was looked up under the old GOCACHE and GOPATH and will be saved under the new ones, so it misses for ever; put this action before setup-go, or give setup-go `cache: false`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{Platform, env::EnvBlock};

    fn facts(path: &[&str]) -> Facts {
        let pairs = [("GITHUB_ACTIONS", "true"), ("HOME", "/home/runner"), ("RUNNER_TOOL_CACHE", "/opt/tools")];
        Facts {
            runner: "current".into(),
            label: "ubuntu-24.04".into(),
            platform: Platform::Linux,
            arch: "X64".into(),
            image: String::new(),
            repository: "org/app".into(),
            temp: Some("/t".into()),
            temp_emptied: None,
            workspace: Some("/w".into()),
            checkout: "/w/app".into(),
            path: path.iter().map(|entry| (*entry).to_owned()).collect(),
            preinstalled: Vec::new(),
            env: EnvBlock::from_pairs(Platform::Linux, pairs),
            expands: false,
            assumptions: Vec::new(),
        }
    }

    #[test]
    fn a_setup_go_before_this_step_is_seen_on_path() {
        let after = facts(&["/home/runner/go/bin", "/opt/tools/go/1.23.9/x64/bin", "/usr/bin"]);
        assert!(too_late(&after).is_some_and(|why| why.contains("setup-go")));
    }

    #[test]
    fn a_go_of_the_image_is_no_setup_go() {
        assert_eq!(too_late(&facts(&["/opt/tools/go/1.24.13/x64/bin", "/usr/bin"])), None);
        assert_eq!(too_late(&facts(&["/home/runner/go/bin", "/usr/bin"])), None);
    }
}
