//! The `env:` of a workflow, its jobs and their steps, the step first: it wins.
//! Source: GitHub, "Workflow syntax", `env`. Expressions stay as they are written.

use crate::explain::upstream::{Names, UpstreamValue};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_yaml::{Options, Spanned};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    env: Env,
    #[serde(default)]
    jobs: BTreeMap<String, WorkflowJob>,
}

#[derive(Deserialize)]
struct WorkflowJob {
    #[serde(default)]
    env: Env,
    #[serde(default)]
    steps: Vec<WorkflowStep>,
}

#[derive(Deserialize)]
struct WorkflowStep {
    #[serde(default)]
    env: Env,
}

/// Name, value and line; none where the whole is an expression.
#[derive(Default)]
struct Env(Vec<(String, String, u64)>);

impl Env {
    fn of(self, names: &Names) -> impl Iterator<Item = (String, String, u64)> {
        self.0.into_iter().filter(|(name, ..)| names.has(name))
    }
}

impl<'de> Deserialize<'de> for Env {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EnvVisitor;
        impl<'de> Visitor<'de> for EnvVisitor {
            type Value = Env;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("names with values, or an expression")
            }

            fn visit_str<E>(self, _: &str) -> Result<Env, E> {
                Ok(Env::default())
            }

            fn visit_unit<E>(self) -> Result<Env, E> {
                Ok(Env::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Env, A::Error> {
                let mut found = Vec::new();
                while let Some(name) = map.next_key::<Spanned<String>>()? {
                    let line = name.referenced.line();
                    let value = map.next_value::<Option<String>>()?.unwrap_or_default();
                    found.push((name.value, value, line));
                }
                Ok(Env(found))
            }
        }
        deserializer.deserialize_any(EnvVisitor)
    }
}

/// All of a file; `job`: of the others nothing.
pub(super) fn settings(text: &str, names: &Names, job: Option<&str>) -> Result<Vec<UpstreamValue>, String> {
    let mut options = Options::default();
    options.with_snippet = false;
    // Nothing but comments is no workflow, and no mistake of ours to name.
    let file: Option<File> = serde_yaml::from_str_with_options(text, options).map_err(|error| error.to_string())?;
    let Some(file) = file else { return Ok(Vec::new()) };
    let (mut steps, mut jobs) = (Vec::new(), Vec::new());
    let setting = |(name, value, line): (String, String, u64), place: &str| {
        let at = format!("{line}{place}");
        UpstreamValue { name, value, at }
    };
    for (name, one) in file.jobs.into_iter().filter(|(name, _)| job.is_none_or(|job| job == name)) {
        for (number, step) in one.steps.into_iter().enumerate() {
            let place = format!(", job {name}, step {}", number + 1);
            steps.extend(step.env.of(names).map(|entry| setting(entry, &place)));
        }
        let place = format!(", job {name}");
        jobs.extend(one.env.of(names).map(|entry| setting(entry, &place)));
    }
    steps.append(&mut jobs);
    steps.extend(file.env.of(names).map(|entry| setting(entry, "")));
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::Platform;

    fn settings(text: &str, job: Option<&str>) -> Result<Vec<UpstreamValue>, String> {
        super::settings(text, &Names::of_go(Platform::Linux), job)
    }

    const TEXT: &str = "on: push\nenv:\n  GOFLAGS: -v\n  CGO_ENABLED: 0\njobs:\n  build:\n    env: { GOBIN: \"${{ runner.temp }}/b\" }\n    steps:\n      - uses: actions/checkout@v4\n      - run: go build\n        env:\n          GOFLAGS: -x\n          GOVCS: 1.20\n          GOWORK:\n  lint:\n    env: ${{ fromJSON('{}') }}\n    steps:\n      - env: { GOBIN: /l }\n";

    #[test]
    fn the_step_comes_before_the_job_and_that_before_the_workflow() {
        let told = |job| {
            let found = settings(TEXT, job).unwrap();
            found.iter().map(|one| format!("{}={} {}", one.name, one.value, one.at)).collect::<Vec<_>>()
        };
        assert_eq!(
            told(Some("build")),
            [
                "GOFLAGS=-x 12, job build, step 2",
                "GOVCS=1.20 13, job build, step 2",
                "GOWORK= 14, job build, step 2",
                "GOBIN=${{ runner.temp }}/b 7, job build",
                "GOFLAGS=-v 3",
                "CGO_ENABLED=0 4",
            ]
        );
        assert!(told(None).contains(&"GOBIN=/l 18, job lint, step 1".to_owned()));
    }

    #[test]
    fn what_is_broken_is_named_with_its_line() {
        assert!(settings("jobs:\n  a: [\n", None).unwrap_err().contains("line"));
        assert_eq!(settings("# nothing\n", None), Ok(Vec::new()));
    }
}
