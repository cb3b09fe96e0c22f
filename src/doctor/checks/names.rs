//! Names of variables: two spellings of one, and ones that nobody reads.

use crate::doctor::{Scene, context::Seen};
use crate::{
    explain,
    output::mask,
    platform::{Platform, env::doubled},
};

pub(crate) fn twice(scene: &Scene<'_>) -> Vec<Seen> {
    let ours = |name: &str| name.to_uppercase().starts_with("GO") || name.eq_ignore_ascii_case("PATH");
    doubled(scene.platform(), scene.block)
        .into_iter()
        .filter(|one| ours(&one.spellings[0].0))
        .map(|one| {
            let shown: Vec<String> =
                one.spellings.iter().map(|(name, value)| format!("{name}={}", mask::shown(name, value))).collect();
            let message = format!(
                "`{}` stands {} times in the environment: which value a program gets is left to chance",
                one.spellings[0].0,
                shown.len()
            );
            Seen::new(message, shown.join("; ")).mend("whoever starts the process must set one spelling only")
        })
        .collect()
}

pub(crate) fn misspelt(scene: &Scene<'_>) -> Vec<Seen> {
    let one = |(name, value): (&str, &str)| {
        let meant = explain::misspelt(name, scene.platform())?;
        let message = format!("`{name}` is no variable of Go's, which reads it never; {meant} is one");
        Some(Seen::new(message, format!("{name}={}", mask::shown(name, value))).mend(rename(scene, name, &meant)))
    };
    scene.subject.env.iter().filter_map(one).collect()
}

fn rename(scene: &Scene<'_>, name: &str, meant: &str) -> String {
    if scene.platform() == Platform::Windows {
        format!("Rename-Item Env:{name} {meant}")
    } else {
        format!("export {meant}=\"${name}\"; unset {name}")
    }
}
