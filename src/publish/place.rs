//! Where a run stands: repository, run, commit, pull request. From the runner's variables and
//! the event that started it.

use crate::platform::env::EnvBlock;
use serde_json::Value;

/// What the runner says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunPlace {
    /// The API, `https://api.github.com` by default.
    pub api: String,
    /// `OWNER/NAME`, if it is said and is one.
    pub repository: Option<String>,
    /// The run.
    pub run: Option<u64>,
    /// The pull request, where the event names one.
    pub pull: Option<u64>,
    /// The commit that a check belongs to: of a pull request its own, not the merge.
    pub head_sha: Option<String>,
    /// The pull request comes from another repository, so that the token may only read.
    pub fork: bool,
    /// The workflow's name; empty where it is not said.
    pub workflow: String,
    /// Its file below the repository; empty where it is not said.
    pub workflow_file: String,
    /// Whether the server is GitHub's own: github.com or ghe.com.
    pub hosted: bool,
    /// The runner of this job.
    pub runner: Option<String>,
}

impl RunPlace {
    /// `event` is the content of GITHUB_EVENT_PATH, null where there is none.
    #[must_use]
    pub fn of(env: &EnvBlock, event: &Value) -> Self {
        let said = |name: &str| env.get_filled(name).map(str::to_owned);
        let pull = &event["pull_request"];
        let repository = said("GITHUB_REPOSITORY").filter(|name| is_repository(name));
        let from = pull["head"]["repo"]["full_name"].as_str();
        let to = pull["base"]["repo"]["full_name"].as_str().or(repository.as_deref());
        let server = said("GITHUB_SERVER_URL").unwrap_or_else(|| "https://github.com".to_owned());
        let host = server.split("://").last().unwrap_or_default().trim_end_matches('/').to_ascii_lowercase();
        let hosted = host == "github.com" || host.ends_with(".ghe.com");
        Self {
            api: said("GITHUB_API_URL").unwrap_or_else(|| api_of(&server, hosted)),
            run: said("GITHUB_RUN_ID").and_then(|text| text.parse().ok()),
            pull: pull_of(event).or_else(|| pull_of_ref(env.get_filled("GITHUB_REF")?)),
            head_sha: pull["head"]["sha"]
                .as_str()
                .or_else(|| event["workflow_run"]["head_sha"].as_str())
                .map(str::to_owned)
                .or_else(|| said("GITHUB_SHA"))
                .filter(|sha| sha.len() >= 40 && sha.bytes().all(|c| c.is_ascii_hexdigit())),
            // A fork that was deleted has no `repo`.
            fork: pull.is_object() && (pull["head"]["repo"].is_null() || from != to),
            workflow: said("GITHUB_WORKFLOW").unwrap_or_default(),
            workflow_file: workflow_file(env.get_filled("GITHUB_WORKFLOW_REF").unwrap_or_default()),
            runner: said("RUNNER_NAME"),
            repository,
            hosted,
        }
    }
}

/// Source: GitHub, "Getting started with the REST API": `/api/v3` on an enterprise server.
fn api_of(server: &str, hosted: bool) -> String {
    let server = server.trim_end_matches('/');
    match (hosted, server.split_once("://")) {
        (true, Some((scheme, host))) => format!("{scheme}://api.{host}"),
        _ => format!("{server}/api/v3"),
    }
}

fn pull_of(event: &Value) -> Option<u64> {
    let issue = Some(&event["issue"]).filter(|issue| issue["pull_request"].is_object());
    let number = |value: &Value| value["number"].as_u64();
    number(&event["pull_request"])
        .or_else(|| issue.and_then(number))
        .or_else(|| number(&event["workflow_run"]["pull_requests"][0]))
}

fn pull_of_ref(text: &str) -> Option<u64> {
    text.strip_prefix("refs/pull/")?.split('/').next()?.parse().ok()
}

/// The file in GITHUB_WORKFLOW_REF: `org/app/.github/workflows/verify.yml@refs/heads/main`; empty where it has none.
#[must_use]
pub fn workflow_file(text: &str) -> String {
    let file = text.split('@').next().unwrap_or_default().splitn(3, '/').nth(2).unwrap_or_default();
    file.to_owned()
}

/// Two parts of letters, digits and a few marks, so that it can stand in an address.
#[must_use]
pub fn is_repository(name: &str) -> bool {
    let part = |part: &str| {
        let fine = part.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c));
        fine && !part.is_empty() && !part.bytes().all(|c| c == b'.')
    };
    name.split_once('/').is_some_and(|(owner, name)| part(owner) && part(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;
    use serde_json::json;

    fn place(env: &[(&str, &str)], event: Value) -> RunPlace {
        RunPlace::of(&EnvBlock::from_pairs(Platform::Linux, env.iter().copied()), &event)
    }

    #[test]
    fn a_pull_request_is_found_in_each_event_that_has_one() {
        for (event, pull) in [
            (json!({"pull_request": {"number": 5}}), Some(5)),
            (json!({"issue": {"number": 6, "pull_request": {}}}), Some(6)),
            (json!({"issue": {"number": 6}}), None),
            (json!({"workflow_run": {"pull_requests": [{"number": 7}]}}), Some(7)),
            (json!({"workflow_run": {"pull_requests": []}}), None),
            (Value::Null, None),
        ] {
            assert_eq!(place(&[], event.clone()).pull, pull, "{event}");
        }
        assert_eq!(place(&[("GITHUB_REF", "refs/pull/8/merge")], Value::Null).pull, Some(8));
        assert_eq!(place(&[("GITHUB_REF", "refs/heads/pull/8")], Value::Null).pull, None);
    }

    #[test]
    fn a_fork_is_another_repository_or_one_that_is_gone() {
        let env = [("GITHUB_REPOSITORY", "org/app")];
        let event = |head: Value| json!({"pull_request": {"number": 5, "head": {"repo": head, "sha": "a"}}});
        assert!(!place(&env, event(json!({"full_name": "org/app"}))).fork);
        assert!(place(&env, event(json!({"full_name": "else/app"}))).fork);
        assert!(place(&env, event(Value::Null)).fork);
        assert!(!place(&env, Value::Null).fork);
    }

    #[test]
    fn the_api_of_an_enterprise_server_is_known() {
        for (server, api, hosted) in [
            ("https://github.com", "https://api.github.com", true),
            ("https://org.ghe.com", "https://api.org.ghe.com", true),
            ("https://git.example.com/", "https://git.example.com/api/v3", false),
            ("https://notgithub.com", "https://notgithub.com/api/v3", false),
        ] {
            let found = place(&[("GITHUB_SERVER_URL", server)], Value::Null);
            assert_eq!((found.api.as_str(), found.hosted), (api, hosted));
        }
        let both = [("GITHUB_SERVER_URL", "https://x.example"), ("GITHUB_API_URL", "https://y.example/api/v3")];
        assert_eq!(place(&both, Value::Null).api, "https://y.example/api/v3");
    }

    #[test]
    fn what_cannot_stand_in_an_address_is_no_repository() {
        assert!(is_repository("org/app.go_1-x"));
        for name in ["org", "org/", "/app", "org/app/x", "org/..", "org/a b", "org/a?x", "org/%2e"] {
            assert!(!is_repository(name), "{name}");
        }
        let file = workflow_file("org/app/.github/workflows/v.yml@refs/heads/main");
        assert_eq!(file, ".github/workflows/v.yml");
    }
}
