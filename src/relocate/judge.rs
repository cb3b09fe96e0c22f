//! What speaks against a move, and what is to be known of it: from the facts alone.

use crate::{
    drives::size,
    output::wording::list,
    platform::Platform,
    ports::trees::{LinkKind, Occupant, TreeUse, TreeUser},
    relocate::{
        Blame, MoveFinding, MovedTree,
        facts::{MoveFacts, MovePlace, Relation},
    },
    status::Severity,
};

/// All of it, errors first. Where the question itself is wrong, the machine is not judged.
#[must_use]
pub fn judged(facts: &MoveFacts) -> Vec<MoveFinding> {
    let wrong: Vec<MoveFinding> = [from_place(facts), relation(facts), to_place(facts), content(facts)].concat();
    if !wrong.is_empty() {
        return wrong;
    }
    let mut all = [uses(facts, Severity::Error), room(facts), rights(facts), drives(facts)].concat();
    all.extend(to_know(facts));
    all.sort_by_key(|finding| finding.severity);
    all
}

/// What speaks against the way back, where the tree at `to` is the one that is copied.
#[must_use]
pub fn judged_back(facts: &MoveFacts) -> Vec<MoveFinding> {
    let mut all = [content(facts), uses(facts, Severity::Error), room(facts), rights(facts)].concat();
    all.sort_by_key(|finding| finding.severity);
    all
}

fn finding(id: &'static str, severity: Severity, blame: Blame, message: String, help: &str) -> MoveFinding {
    MoveFinding { id, severity, message, help: Some(help.to_owned()).filter(|help| !help.is_empty()), blame }
}

fn request(id: &'static str, message: String, help: &str) -> Vec<MoveFinding> {
    vec![finding(id, Severity::Error, Blame::Request, message, help)]
}

fn machine(id: &'static str, message: String, help: &str) -> Vec<MoveFinding> {
    vec![finding(id, Severity::Error, Blame::Machine, message, help)]
}

fn from_place(facts: &MoveFacts) -> Vec<MoveFinding> {
    let MoveFacts { from, tree, .. } = facts;
    let path = &from.path;
    match &from.occupant {
        Err(why) => return machine("from-unreadable", format!("`{path}` cannot be looked at: {why}"), ""),
        Ok(Occupant::Absent) => {
            return request(
                "from-missing",
                format!("there is nothing at `{path}`"),
                "name the directory that is to be moved",
            );
        }
        Ok(Occupant::Other) => return request("from-no-directory", format!("`{path}` is no directory"), ""),
        Ok(Occupant::Link { to }) => {
            let leads = facts.link_leads_to.as_deref().unwrap_or(to);
            let help = format!("name what it leads to, `{leads}`, or remove the link");
            return request("from-is-a-link", format!("`{path}` is a link already, to `{to}`"), &help);
        }
        Ok(Occupant::Tree) => {}
    }
    if let Some(what) = facts.is_too_much {
        return request("from-too-much", format!("`{path}` is {what}, and that is not moved"), "");
    }
    if from.is_mount {
        let help = "mount that file system elsewhere instead, or name a directory in it";
        return request(
            "from-is-a-mount",
            format!("a file system is mounted at `{path}`, which has its own drive"),
            help,
        );
    }
    match &facts.goroot {
        Some(Err(why)) => {
            let help =
                "`go env GOROOT` prints the directory; for a cache there are --gocache, --gomodcache and --gopath";
            request("no-goroot", format!("`{path}` is no {}: {why}", tree.variable()), help)
        }
        _ => Vec::new(),
    }
}

fn relation(facts: &MoveFacts) -> Vec<MoveFinding> {
    let (from, to) = (&facts.from.path, &facts.to.path);
    match facts.relation {
        Relation::Apart => Vec::new(),
        Relation::Same => {
            request("onto-itself", format!("`{}` is `{from}` itself", facts.to.given), "name another directory")
        }
        Relation::Inside => request(
            "into-itself",
            format!("`{to}` lies in `{from}`, which is to be moved"),
            "name a directory outside of it",
        ),
        Relation::Around => {
            let help = "name a directory that is not there yet";
            request("around-itself", format!("`{from}` lies in `{to}`"), help)
        }
    }
}

fn to_place(facts: &MoveFacts) -> Vec<MoveFinding> {
    let to = &facts.to;
    let path = &to.path;
    let help = "name a directory that is not there yet, or an empty one";
    let is_root = facts.platform.parent(path).is_none_or(|above| above == *path);
    if is_root || to.is_mount {
        let help = "name a directory in it";
        return request("to-is-a-drive", format!("`{path}` is a drive itself, whose place nothing can take"), help);
    }
    match &to.occupant {
        Err(why) => machine("to-unreadable", format!("`{path}` cannot be looked at: {why}"), ""),
        Ok(Occupant::Absent) => Vec::new(),
        Ok(Occupant::Tree) if to.is_empty => Vec::new(),
        Ok(Occupant::Tree) => request("to-not-empty", format!("`{path}` is there and is not empty"), help),
        Ok(Occupant::Link { to }) => request("to-is-a-link", format!("`{path}` is a link, to `{to}`"), help),
        Ok(Occupant::Other) => request("to-exists", format!("`{path}` is there and is no directory"), help),
    }
}

fn content(facts: &MoveFacts) -> Vec<MoveFinding> {
    if let Some(path) = &facts.leftover {
        let help = "look at it, and remove it or give it another name";
        return request("name-taken", format!("`{path}` is there, and a move needs that name"), help);
    }
    let survey = match &facts.survey {
        Ok(survey) => survey,
        Err(why) => return machine("from-unreadable", format!("what is to be moved cannot be listed: {why}"), ""),
    };
    if let Some(path) = &survey.mount {
        let help = "unmount it first";
        return request("mount-inside", format!("another file system is mounted at `{path}`"), help);
    }
    if let Some(path) = &survey.odd {
        let help = "end the program that made it, or remove it";
        return request(
            "odd-file",
            format!("`{path}` is no file, no directory and no link, and cannot be copied"),
            help,
        );
    }
    if let Some((path, to)) = &survey.leads_out {
        let help = "what is split over several places, as by a distribution's package, stays where it is";
        let message =
            format!("the link `{path}` leads out of the tree, to `{to}`, and would lead elsewhere from a new place");
        return request("link-leads-out", message, help);
    }
    if facts.works_inside {
        let help = "run it from another directory";
        return request(
            "works-inside",
            format!("this command runs in `{}`, which is to be moved", facts.from.path),
            help,
        );
    }
    if facts.users.known.iter().any(|user| user.is_own) {
        let help = "run a copy of goenv-ci that lies elsewhere";
        return request("own-program", "this goenv-ci lies in what is to be moved".to_owned(), help);
    }
    Vec::new()
}

fn uses(facts: &MoveFacts, severity: Severity) -> Vec<MoveFinding> {
    const MOST: usize = 5;
    if facts.is_locked {
        return machine(
            "move-under-way",
            "another move of this tree is under way".to_owned(),
            "wait until it has ended",
        );
    }
    let of =
        |wanted: &dyn Fn(TreeUse) -> bool| facts.users.known.iter().filter(|user| wanted(user.how)).collect::<Vec<_>>();
    let named = |users: &[&TreeUser]| {
        let mut words: Vec<String> =
            users.iter().take(MOST).map(|user| format!("{} ({}) {}", user.program, user.process, verb(user))).collect();
        if users.len() > MOST {
            words.push(format!("{} more", users.len() - MOST));
        }
        list(&words)
    };
    let stopping = of(&|how| how != TreeUse::Reads);
    let reading = of(&|how| how == TreeUse::Reads);
    let mut all = Vec::new();
    if !stopping.is_empty() {
        let message = format!("programs use the tree: {}", named(&stopping));
        all.push(finding("in-use", severity, Blame::Machine, message, "end them first"));
    }
    if !reading.is_empty() {
        let message =
            format!("programs read from the tree, and keep the old files until they end: {}", named(&reading));
        all.push(finding("being-read", Severity::Warning, Blame::Machine, message, ""));
    }
    all
}

fn verb(user: &TreeUser) -> String {
    match user.how {
        TreeUse::Runs => format!("runs from `{}`", user.path),
        TreeUse::Works => format!("works in `{}`", user.path),
        TreeUse::Writes => format!("writes to `{}`", user.path),
        TreeUse::Reads => format!("reads `{}`", user.path),
    }
}

fn room(facts: &MoveFacts) -> Vec<MoveFinding> {
    let Ok(survey) = &facts.survey else { return Vec::new() };
    let to = &facts.to.path;
    let free = facts.room.map(|room| room.free_bytes).or(facts.to.drive.as_ref().map(|drive| drive.free_bytes));
    if let Some(free) = free.filter(|free| *free < survey.room) {
        let message = format!(
            "the copy at `{to}` needs {}, and {} are free there",
            exact(survey.room, free),
            exact(free, survey.room)
        );
        return machine("no-room", message, "make room, or name another drive");
    }
    let entries = survey.files + survey.directories + survey.links;
    if let Some(free) = facts.room.and_then(|room| room.free_files).filter(|free| *free < entries) {
        let message = format!("the copy at `{to}` needs {entries} inodes, and {free} are free there");
        return machine("no-inodes", message, "make room, or name another drive");
    }
    Vec::new()
}

/// In bytes where the unit of disks hides the difference.
fn exact(bytes: u64, other: u64) -> String {
    if size(bytes) == size(other) { format!("{bytes} bytes") } else { size(bytes) }
}

fn rights(facts: &MoveFacts) -> Vec<MoveFinding> {
    let help = match facts.platform {
        Platform::Windows => "run it as administrator, or name a place that is yours",
        Platform::Linux | Platform::Macos => "run it as the owner of that directory, or name a place that is yours",
    };
    let of = |place: &MovePlace| {
        let (dir, why) = place.refused.as_ref()?;
        Some(format!("nothing can be made in `{dir}`: {why}"))
    };
    let mut all = Vec::new();
    if let Some((folder, path)) = &facts.protected {
        let help = "let goenv-ci through with Add-MpPreference -ControlledFolderAccessAllowedApplications, or name another place";
        all.extend(machine(
            "protected-folder",
            format!("`{path}` lies in `{folder}`, which Controlled Folder Access protects"),
            help,
        ));
    }
    if let Some(message) = of(&facts.from).or_else(|| of(&facts.to)) {
        all.extend(machine("no-rights", message, help));
    } else if let Some(why) = &facts.not_renamed {
        all.extend(machine("not-renamed", format!("`{}` cannot be renamed: {why}", facts.from.path), help));
    }
    all
}

fn drives(facts: &MoveFacts) -> Vec<MoveFinding> {
    let (from, to) = (&facts.from, &facts.to);
    let mut all = Vec::new();
    let system =
        |place: &MovePlace| place.drive.as_ref().map(|drive| drive.file_system.to_uppercase()).unwrap_or_default();
    if facts.platform == Platform::Windows {
        if from.is_remote {
            let message = format!("`{}` is on another machine's drive, where no link can be made", from.path);
            all.extend(machine("network-drive", message, "move it on the machine that has the drive"));
        } else if to.is_remote && facts.link == LinkKind::Junction {
            let message = format!("`{}` is on another machine's drive, to which no junction leads", to.path);
            all.extend(machine("network-drive", message, "name a drive of this machine, or use --symlink"));
        }
        if matches!(system(from).as_str(), "FAT" | "FAT32" | "EXFAT") {
            let message = format!("the drive of `{}` has {}, which knows no links", from.path, system(from));
            all.extend(machine("no-links", message, ""));
        }
    }
    if to.is_remote && all.is_empty() {
        let message = format!("`{}` is on another machine's drive: slower, and gone with the network", to.path);
        all.push(finding("network-drive", Severity::Warning, Blame::Machine, message, ""));
    }
    if facts.room.is_some_and(|room| !room.runs_programs) && matches!(facts.tree, MovedTree::Goroot | MovedTree::Gopath)
    {
        let message = format!("the file system of `{}` is mounted noexec, so nothing in it can be run", to.path);
        all.extend(machine("no-programs", message, "name another drive"));
    }
    all
}

fn to_know(facts: &MoveFacts) -> Vec<MoveFinding> {
    let note = |id, message, help| finding(id, Severity::Note, Blame::Machine, message, help);
    let mut all = Vec::new();
    let mount = |place: &MovePlace| place.drive.as_ref().map(|drive| drive.mount.clone());
    if mount(&facts.from).is_some() && mount(&facts.from) == mount(&facts.to) {
        let message = "both places are on one drive, so no room is won".to_owned();
        all.push(finding("same-drive", Severity::Warning, Blame::Machine, message, ""));
    }
    if facts.to.drive.as_ref().is_some_and(|drive| matches!(drive.file_system.as_str(), "tmpfs" | "ramfs")) {
        let message = format!("`{}` is in memory, and empty after a restart", facts.to.path);
        all.push(finding("in-memory", Severity::Warning, Blame::Machine, message, ""));
    }
    for place in [&facts.from, &facts.to] {
        if !facts.platform.same_path(&place.given, &place.path)
            || facts.platform != Platform::Linux && place.given != place.path
        {
            all.push(note("other-spelling", format!("`{}` is `{}`", place.given, place.path), ""));
        }
    }
    if facts.tree == MovedTree::Gomodcache || facts.tree == MovedTree::Gopath {
        let message = "`go clean -modcache` removes the link to a module cache, and leaves what it leads to".to_owned();
        if facts.tree == MovedTree::Gomodcache {
            all.push(note("clean-modcache", message, "run it with GOMODCACHE set to the new place"));
        }
    }
    if facts.link == LinkKind::Symlink && facts.platform == Platform::Windows {
        let message = "a symbolic link needs the developer mode or the privilege to make one".to_owned();
        all.push(note("needs-privilege", message, "without --symlink a junction is made, which needs none"));
    }
    all
}
