//! `.github/goenv-ci.yml`: its schema and its examples.

use crate::support::assert_file;

#[test]
fn the_published_schema_is_the_one_of_the_types() {
    assert_file("docs/schema/config.schema.json", &goenv_ci::config::schema().unwrap());
}
