use super::*;
use crate::ports::fake::FakeHost;

#[test]
fn a_place_that_cannot_have_filled_the_environment_is_no_origin() {
    let env = |pairs: &[(&str, &str)]| EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied());
    assert!(!reaches(Layer::Workflow, &env(&[])));
    assert!(reaches(Layer::Workflow, &env(&[("GITHUB_ACTIONS", "true")])));
    assert!(!reaches(Layer::GithubEnv, &env(&[("GITHUB_ACTIONS", "true")])));
    assert!(!reaches(Layer::VsCode, &env(&[])));
    assert!(reaches(Layer::VsCode, &env(&[("TERM_PROGRAM", "vscode")])));
    assert!(reaches(Layer::ShellProfile, &env(&[])));
}

#[test]
fn the_nearest_file_of_mise_comes_first_and_a_broken_one_is_passed_over() {
    let host = FakeHost::new(Platform::Linux)
        .file("/p/q/.tool-versions", "golang 1.21.13\n")
        .file("/p/mise.toml", "[tools]\ngo = '1.23'\n")
        .file("/.mise.toml", "[tools\n");
    let env = EnvBlock::new(Platform::Linux);
    let wanted = wanted_go("/p/q", &env, &host);
    let told: Vec<String> =
        wanted.iter().map(|held| format!("{} {}", held.value, held.at.as_deref().unwrap())).collect();
    assert_eq!(told, ["1.21.13 /p/q/.tool-versions:1", "1.23 /p/mise.toml:2"]);
}
