//! What GitHub's Marketplace asks of action.yml.
//! Source: docs.github.com, "Publishing actions in GitHub Marketplace" and "Metadata syntax for GitHub Actions"; the limit of a
//! description is what the page for publishing says when it is passed.

use super::{judged_by, root};
use serde_json::{Value, json};
use std::fs;

fn action() -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join("action.yml")).unwrap()).unwrap()
}

#[test]
fn the_action_is_what_the_schema_of_its_file_wants() {
    let Some(verdict) = judged_by("github-action", &action()) else { return };
    verdict.unwrap();
    // Icon and colour are of its lists; the brands that GitHub left out of Feather's are not in them.
    for (place, value) in
        [("/branding/icon", "github"), ("/branding/icon", "no-icon"), ("/branding/color", "pink"), ("/name", "")]
    {
        let mut broken = action();
        *broken.pointer_mut(place).unwrap() = if value.is_empty() { json!(3) } else { json!(value) };
        assert!(judged_by("github-action", &broken).unwrap().is_err(), "{place}: {value}");
    }
}

#[test]
fn the_marketplace_gets_all_that_it_shows() {
    let action = action();
    let text = |name: &str| action[name].as_str().unwrap_or_default().trim().to_owned();
    assert!(!text("author").is_empty());
    let description = text("description");
    assert!((20..=125).contains(&description.chars().count()), "{}: {description}", description.chars().count());
    assert!(!description.contains('\n') && !description.ends_with('.'), "{description}");
    // A name that is one of GitHub's or of a category is refused; whether somebody has it only GitHub knows.
    let name = text("name");
    assert!(
        !name.to_lowercase().contains("github") && !["ci", "testing", "utilities", "go"].contains(&name.as_str()),
        "{name}"
    );
    assert!(action["branding"]["icon"].is_string() && action["branding"]["color"].is_string());
    for (kind, values) in ["inputs", "outputs"].map(|kind| (kind, &action[kind])) {
        for (name, value) in values.as_object().unwrap() {
            let description = value["description"].as_str().unwrap_or_default();
            assert!(description.len() > 10, "{kind}: {name} is described: {description}");
        }
    }
}

#[test]
fn one_action_and_its_readme_are_at_the_root() {
    let names: Vec<_> = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let metadata: Vec<_> = names.iter().filter(|name| *name == "action.yml" || *name == "action.yaml").collect();
    assert_eq!(metadata, ["action.yml"]);
    assert!(names.iter().any(|name| name == "README.md") && names.iter().any(|name| name == "LICENSE"));
}
