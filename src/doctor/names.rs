//! Names of variables: two spellings of one, and ones that nobody reads.

use super::scene::{Scene, Seen};
use crate::{
    explain,
    model::{env::doubled, platform::Platform, secret},
};

pub(super) fn twice(scene: &Scene<'_>) -> Vec<Seen> {
    let ours = |name: &str| name.to_uppercase().starts_with("GO") || name.eq_ignore_ascii_case("PATH");
    doubled(scene.platform(), scene.block)
        .into_iter()
        .filter(|one| ours(&one.spellings[0].0))
        .map(|one| {
            let shown: Vec<String> =
                one.spellings.iter().map(|(name, value)| format!("{name}={}", secret::shown(name, value))).collect();
            let message = format!(
                "`{}` stands {} times in the environment: which value a program gets is left to chance",
                one.spellings[0].0,
                shown.len()
            );
            Seen::new(message, shown.join("; ")).mend("whoever starts the process must set one spelling only")
        })
        .collect()
}

/// Names that begin like Go's and are somebody else's.
const FOREIGN: [&str; 14] = [
    "GOENV_CI",
    "GOOGLE",
    "GOROOT_",
    "GOLANGCI",
    "GOLAND",
    "GOVERSION",
    "GOPLS",
    "GOSS",
    "GOGC",
    "GOMEMLIMIT",
    "GOMAXPROCS",
    "GOTRACEBACK",
    "GOCOVERDIR",
    "GOLANG_",
];

pub(super) fn misspelt(scene: &Scene<'_>) -> Vec<Seen> {
    let fold = |name: &str| scene.platform().fold_name(name).into_owned();
    let one = |(name, value): (&str, &str)| {
        let upper = name.to_uppercase();
        let foreign = FOREIGN.iter().any(|known| upper.starts_with(known)) || upper == "GO";
        if !upper.starts_with("GO") || foreign || explain::is_known(&fold(name)) {
            return None;
        }
        let squeezed: String = upper.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let meant = if explain::is_known(&squeezed) { squeezed } else { explain::meant(name)?.to_owned() };
        let close = strsim::levenshtein(&upper, &meant) <= 2 || squeezed_equal(&upper, &meant);
        let message = format!("`{name}` is no variable of Go's, which reads it never; {meant} is one");
        close.then(|| {
            Seen::new(message, format!("{name}={}", secret::shown(name, value))).mend(rename(scene, name, &meant))
        })
    };
    scene.subject.env.iter().filter_map(one).collect()
}

fn squeezed_equal(left: &str, right: &str) -> bool {
    let squeezed = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>();
    squeezed(left) == squeezed(right)
}

fn rename(scene: &Scene<'_>, name: &str, meant: &str) -> String {
    if scene.platform() == Platform::Windows {
        format!("Rename-Item Env:{name} {meant}")
    } else {
        format!("export {meant}=\"${name}\"; unset {name}")
    }
}
