//! `explain` as a user meets it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use predicates::str::contains;
use support::{Runner, assert_file};

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("../docs/schema/explain.schema.json", &goenv_ci::render::explain_v1::schema().unwrap());
}

#[test]
fn a_variable_that_nobody_knows_has_a_neighbour() {
    Runner::new().goenv().args(["explain", "GOCAHCE"]).assert().code(2).stderr(contains("did you mean `GOCACHE`?"));
}

#[test]
fn a_goenv_file_that_is_a_folder_is_named_and_the_rest_is_explained() {
    let runner = Runner::new();
    let mut command = runner.goenv();
    command.env("GOENV", runner.path("app")).env("GOBIN", "/b").args(["explain", "GOBIN"]);
    command.assert().code(0).stdout(contains("is a folder")).stdout(contains("/b"));
}
