//! What stands behind `uses:`, by its text alone. Source: actions/runner at 258d6c8, `PipelineTemplateConverter.cs` and
//! `PipelineConstants.cs: TryParseSelfRepository`.

use crate::actions::release::is_commit;

/// The action or workflow that a step or job uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// `OWNER/NAME/PATH@REF`.
    Published(PublishedAction),
    /// `./PATH`: the directory in the workspace, as it is when the step runs; without `./` and slashes at the end.
    Local(String),
    /// `$/PATH`: of the repository and commit that the file itself comes from.
    Own(String),
    /// `docker://IMAGE`.
    Docker(String),
}

/// An action or workflow in a repository of GitHub's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublishedAction {
    pub owner: String,
    pub name: String,
    /// Below the repository, without slashes around; empty for the repository itself.
    pub path: String,
    /// What stands behind `@`.
    pub reference: String,
}

/// An action whose doings are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KnownAction {
    Checkout,
    SetupGo,
    Cache(CachePart),
}

/// Which of the three actions of actions/cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CachePart {
    /// Restores, and saves in its post step.
    Both,
    Restore,
    Save,
}

impl Action {
    /// Reads `uses:`; `None` for what GitHub refuses, and for an expression.
    pub(crate) fn of(uses: &str) -> Option<Self> {
        let uses = uses.trim();
        let inside = |path: &str| path.replace('\\', "/").trim_matches('/').to_owned();
        if uses.contains("${{") {
            return None;
        }
        if let Some(image) = uses.strip_prefix("docker://") {
            return (!image.is_empty()).then(|| Self::Docker(image.to_owned()));
        }
        if let Some(path) = uses.strip_prefix("./").or_else(|| uses.strip_prefix(r".\")) {
            return Some(Self::Local(inside(path)));
        }
        if let Some(path) = uses.strip_prefix("$/").map(inside).filter(|path| !path.is_empty()) {
            return Some(Self::Own(path));
        }
        let (place, reference) = uses.split_once('@')?;
        let mut parts = place.split(['/', '\\']).filter(|part| !part.is_empty());
        let (owner, name) = (parts.next()?, parts.next()?);
        if reference.is_empty() || reference.contains('@') {
            return None;
        }
        Some(Self::Published(PublishedAction {
            owner: owner.to_owned(),
            name: name.to_owned(),
            path: parts.collect::<Vec<_>>().join("/"),
            reference: reference.to_owned(),
        }))
    }

    /// Which known action it is, whatever its release.
    pub(crate) fn known(&self) -> Option<KnownAction> {
        let Self::Published(action) = self else { return None };
        if !action.owner.eq_ignore_ascii_case("actions") {
            return None;
        }
        match (action.name.to_ascii_lowercase().as_str(), action.path.as_str()) {
            ("checkout", "") => Some(KnownAction::Checkout),
            ("setup-go", "") => Some(KnownAction::SetupGo),
            ("cache", "") => Some(KnownAction::Cache(CachePart::Both)),
            ("cache", "restore") => Some(KnownAction::Cache(CachePart::Restore)),
            ("cache", "save") => Some(KnownAction::Cache(CachePart::Save)),
            _ => None,
        }
    }

    /// What stands behind `@` of a published one.
    pub(crate) fn reference(&self) -> Option<&str> {
        match self {
            Self::Published(action) => Some(&action.reference),
            _ => None,
        }
    }
}

impl PublishedAction {
    /// Whether a whole commit is named, which never moves.
    pub(crate) fn is_pinned(&self) -> bool {
        is_commit(&self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_action_has_owner_name_path_and_reference() {
        for (uses, owner, name, path, reference) in [
            ("actions/setup-go@v5", "actions", "setup-go", "", "v5"),
            (" actions/cache/restore@v4.2.0 ", "actions", "cache", "restore", "v4.2.0"),
            ("o/r/.github/workflows/go.yml@releases/v1", "o", "r", ".github/workflows/go.yml", "releases/v1"),
            ("o/r/a//b/@main", "o", "r", "a/b", "main"),
        ] {
            let expected = PublishedAction {
                owner: owner.to_owned(),
                name: name.to_owned(),
                path: path.to_owned(),
                reference: reference.to_owned(),
            };
            assert_eq!(Action::of(uses), Some(Action::Published(expected)), "{uses}");
        }
    }

    #[test]
    fn local_own_and_docker_actions_have_no_reference() {
        for (uses, expected) in [
            ("./", Action::Local(String::new())),
            ("./.github/actions/go/", Action::Local(".github/actions/go".to_owned())),
            ("$/.github/actions/go", Action::Own(".github/actions/go".to_owned())),
            ("docker://golang:1.24", Action::Docker("golang:1.24".to_owned())),
            ("docker://golang@sha256:aa", Action::Docker("golang@sha256:aa".to_owned())),
        ] {
            let action = Action::of(uses).unwrap();
            assert_eq!(action, expected);
            assert_eq!((action.known(), action.reference()), (None, None));
        }
    }

    #[test]
    fn what_github_refuses_is_no_action() {
        for uses in
            ["", "actions/setup-go", "setup-go@v5", "actions/setup-go@", "a/b@c@d", "docker://", "a/${{ x }}@v1"]
        {
            assert_eq!(Action::of(uses), None, "{uses}");
        }
    }

    #[test]
    fn known_actions_are_known_in_any_case_and_forks_are_not() {
        let known = |uses: &str| Action::of(uses).unwrap().known();
        assert_eq!(known("Actions/Setup-Go@v5"), Some(KnownAction::SetupGo));
        assert_eq!(known("actions/checkout@v4"), Some(KnownAction::Checkout));
        assert_eq!(known("actions/cache@v4"), Some(KnownAction::Cache(CachePart::Both)));
        assert_eq!(known("actions/cache/restore@v4"), Some(KnownAction::Cache(CachePart::Restore)));
        assert_eq!(known("actions/cache/save@v4"), Some(KnownAction::Cache(CachePart::Save)));
        for uses in ["me/setup-go@v5", "actions/setup-go/x@v5", "actions/setup-node@v4", "actions/cache/other@v4"] {
            assert_eq!(known(uses), None, "{uses}");
        }
    }

    #[test]
    fn a_commit_is_a_pin() {
        let pinned = |uses: &str| matches!(Action::of(uses), Some(Action::Published(action)) if action.is_pinned());
        assert!(pinned(&format!("actions/setup-go@{}", "0aF".repeat(13) + "0")));
        assert!(!pinned("actions/setup-go@v5.6.0") && !pinned("actions/setup-go@0aaccfd"));
    }
}
