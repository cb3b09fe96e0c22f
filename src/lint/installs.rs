//! Programs that `go install` brings, and what else may bring them.

use crate::{
    goenv::module::program_name,
    lint::{
        programs::{argument, program, published},
        timeline::{RowStep, StepKind},
    },
    script::{ScriptPiece, ScriptText, reading::ScriptCommand},
};

/// Programs that hosted images bring, which are found whatever GOBIN is.
const ON_IMAGES: &[&str] = &[
    "gh",
    "yq",
    "jq",
    "helm",
    "kind",
    "kubectl",
    "kustomize",
    "minikube",
    "terraform",
    "packer",
    "protoc",
    "act",
    "go",
];

/// Whether hosted images bring the program.
pub(crate) fn is_on_images(tool: &str) -> bool {
    ON_IMAGES.contains(&tool)
}

/// Whether a command is the program, by its bare name.
pub(crate) fn calls_by_name(command: &ScriptCommand, tool: &str) -> bool {
    let written = command.invoked().first().and_then(ScriptText::as_literal).unwrap_or_default();
    written.strip_suffix(".exe").unwrap_or(written) == tool
}

/// The names of the programs that a command installs; none where it is no `go install`.
pub(crate) fn installed(command: &ScriptCommand) -> Vec<String> {
    if program(command).as_deref() != Some("go") || argument(command, 1) != "install" {
        return Vec::new();
    }
    let words = command.invoked().iter().skip(2).filter_map(|word| match word.0.first() {
        // The version may be a variable.
        Some(ScriptPiece::Literal(text)) if word.0.len() == 1 || text.contains('@') => Some(text.as_str()),
        _ => None,
    });
    words.filter(|word| !word.starts_with('-')).filter_map(tool_name).collect()
}

/// The program of a package that is named with its version.
pub(crate) fn tool_name(package: &str) -> Option<String> {
    let path = package.split('@').next()?.trim_end_matches('/');
    let name = program_name(path)?;
    (!name.is_empty() && !name.starts_with('.') && name.contains(char::is_alphanumeric)).then(|| name.to_owned())
}

/// Whether something else may bring the program: another installer, an action of its name.
pub(crate) fn comes_otherwise(steps: &[RowStep<'_>], tool: &str) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Other => false,
        StepKind::Action { action, .. } => published(action.as_ref()).is_some_and(|name| name.contains(tool)),
        StepKind::Script { reading, .. } => reading.as_ref().is_none_or(|reading| {
            reading.commands.iter().any(|command| {
                let installers = [
                    "apt", "apt-get", "brew", "choco", "npm", "pip", "pipx", "scoop", "curl", "wget", "cp", "ln", "mv",
                ];
                let is_installer = program(command).is_some_and(|name| installers.contains(&name.as_str()));
                is_installer && command.words.iter().any(|word| word.written().contains(tool))
            })
        }),
    })
}
