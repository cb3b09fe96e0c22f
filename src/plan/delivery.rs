//! What `apply` wrote, kept so that a later step can hold the environment
//! that arrived against it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the environment of the live probes came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "DeliveryV1")]
pub enum DeliverySource {
    /// An earlier step wrote it, the runner delivered it.
    Runner,
    /// Nothing was written: what Go makes of the environment of this step.
    Environment,
    /// The plan was laid over the environment: proves what Go does, not that a runner delivers it.
    Overlay,
}

impl DeliverySource {
    /// As in report.json.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Runner => "runner",
            Self::Environment => "environment",
            Self::Overlay => "overlay",
        }
    }
}

/// The record that `apply` leaves in RUNNER_TEMP.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRecord {
    /// 1.
    pub schema_version: u32,
    /// Variables and the values that were written; an empty value means unset.
    pub variables: Vec<DeliveredVariable>,
    /// Directories that must lead PATH, first entry first.
    pub path: Vec<String>,
}

/// One variable of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredVariable {
    /// `GOCACHE`.
    pub name: String,
    /// Absolute path, or empty.
    pub value: String,
}

/// The record, and how it reached this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Runner or overlay.
    pub source: DeliverySource,
    /// What was written.
    pub record: DeliveryRecord,
}

impl DeliveryRecord {
    /// The value recorded for a variable, unless it is unset.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|v| v.name == name).map(|v| v.value.as_str()).filter(|v| !v.is_empty())
    }
}
