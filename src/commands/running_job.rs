//! `verify --live` in a job whose workflow has setup-go: whether its cache is that of the directories that are used.

use crate::{
    commands::{
        World,
        explain::on_path,
        go_says::{Surroundings, explained},
    },
    config::LintConfig,
    lint::{
        LintQuestion,
        forecast::{forecast, live::RunningJob},
    },
    publish::place::workflow_file,
    system::this_machine,
};
use std::{collections::BTreeMap, time::Duration};

/// For one `go env`.
const LIMIT: Duration = Duration::from_secs(10);

/// A sentence for each directory that setup-go restored in vain; none where that cannot be known.
pub(crate) fn unused_caches(world: &World) -> Vec<String> {
    let here = &world.here;
    let value = |name: &str| here.env.get_filled(name);
    let (Some("true"), Some(workspace), Some(workflow), Some(job)) =
        (value("GITHUB_ACTIONS"), value("GITHUB_WORKSPACE"), value("GITHUB_WORKFLOW_REF"), value("GITHUB_JOB"))
    else {
        return Vec::new();
    };
    let file = workflow_file(workflow);
    if file.is_empty() {
        return Vec::new();
    }
    let path = here.platform.join(workspace, &file);
    let asked = LintQuestion {
        root: workspace,
        is_repository: true,
        paths: &[path],
        input: None,
        config: &LintConfig::default(),
        today: this_machine::today(),
        platform: here.platform,
        edited: BTreeMap::new(),
    };
    let found = forecast(&asked, &world.host);
    if !found.has_setup_go(job) {
        // Nothing is to be compared, so Go is not asked.
        return Vec::new();
    }
    let place = Surroundings { env: &here.env, dir: &here.current_dir, limit: LIMIT };
    let said = explained(&on_path(&world.places(&[]), world), place, world);
    let running = RunningJob {
        id: job,
        platform: here.platform,
        workspace,
        above_workspace: value("RUNNER_WORKSPACE").unwrap_or_default(),
        used: ["GOMODCACHE", "GOCACHE"].map(|name| (name, said.value(name))),
    };
    found.unused_in(&running)
}
