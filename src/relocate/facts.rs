//! What is so before a move: where both places really are, what the tree holds, the drives, the rights, who uses it.

use crate::{
    goenv::{
        locate::{NotAGoroot, version_of},
        user_dirs::home,
        version::GoVersion,
    },
    output::trouble,
    platform::{Platform, env::EnvBlock, path_text::without_verbatim_prefix},
    ports::{
        Disks, Host, Kind, Scopes, Trees,
        disks::{Drive, Room},
        trees::{LinkKind, Occupant, TreeSurvey, TreeUsers},
    },
    relocate::{
        MoveRequest, MovedTree,
        journal::{Spot, lock_of},
    },
};

/// The outside world, as far as it is looked at.
#[derive(Clone, Copy)]
pub struct Sights<'a> {
    /// Whose paths these are.
    pub platform: Platform,
    /// Files.
    pub host: &'a dyn Host,
    /// Drives.
    pub disks: &'a dyn Disks,
    /// Trees.
    pub trees: &'a dyn Trees,
    /// The registry.
    pub scopes: &'a dyn Scopes,
    /// The environment of this process.
    pub env: &'a EnvBlock,
    /// The directory that this process works in.
    pub current_dir: &'a str,
}

/// One of both places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovePlace {
    /// As it was given, absolute.
    pub given: String,
    /// Where that really is: links above it resolved, in the system's own spelling.
    pub path: String,
    /// What stands there, or why that is not known.
    pub occupant: Result<Occupant, String>,
    /// Whether it is a directory with nothing in it.
    pub is_empty: bool,
    /// The drive.
    pub drive: Option<Drive>,
    /// Whether a file system is mounted there.
    pub is_mount: bool,
    /// Whether the drive is another machine's.
    pub is_remote: bool,
    /// Whether something can be made beside it, or in the nearest directory above it that is there: why not.
    pub refused: Option<(String, String)>,
}

/// What is so before a move.
#[derive(Clone, Debug)]
pub struct MoveFacts {
    /// Whose paths these are.
    pub platform: Platform,
    /// What is moved.
    pub tree: MovedTree,
    /// How the link is made.
    pub link: LinkKind,
    /// The old place.
    pub from: MovePlace,
    /// The new place.
    pub to: MovePlace,
    /// What the tree holds, or why that is not known.
    pub survey: Result<TreeSurvey, String>,
    /// What is left at the new place.
    pub room: Option<Room>,
    /// Who uses the tree.
    pub users: TreeUsers,
    /// Of a GOROOT.
    pub goroot: Option<Result<GoVersion, NotAGoroot>>,
    /// How both places lie to each other.
    pub relation: Relation,
    /// Why the tree cannot be renamed, as far as that is known.
    pub not_renamed: Option<String>,
    /// Whether this process works in the tree.
    pub works_inside: bool,
    /// What the tree is beside: a root, the home directory.
    pub is_too_much: Option<&'static str>,
    /// What a move that has no journal left, or what else has one of its names.
    pub leftover: Option<String>,
    /// Whether another move of the tree is under way.
    pub is_locked: bool,
    /// A directory that Controlled Folder Access protects, and which of both places lies in it.
    pub protected: Option<(String, String)>,
    /// Variables that lead here, with their values.
    pub link_leads_to: Option<String>,
}

/// How both places lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Neither is the other or in it.
    Apart,
    /// They are one.
    Same,
    /// The new one lies in the old one.
    Inside,
    /// The old one lies in the new one.
    Around,
}

/// Resolves a path: links above its last part, and the system's spelling of what is there. `None`: `..` behind what is
/// not there.
#[must_use]
pub fn resolved(path: &str, sights: &Sights<'_>) -> Option<String> {
    let Sights { platform, host, trees, .. } = *sights;
    let real = |dir: &str| real(host, dir);
    // A separator at the end would lead through a link.
    let path = match (platform.parent(path), platform.file_name(path)) {
        (Some(above), Some(name)) if name != ".." => &platform.join(&above, &name),
        _ => path,
    };
    // A link itself is meant, not what it leads to.
    let is_link = matches!(trees.occupant(path), Ok(Occupant::Link { .. }));
    let mut rest: Vec<String> = Vec::new();
    let mut at = path.to_owned();
    loop {
        let is_end = rest.is_empty() && is_link;
        if !is_end && let Some(found) = real(&at) {
            return Some(rest.iter().rev().fold(found, |dir, name| platform.join(&dir, name)));
        }
        let name = platform.file_name(&at).filter(|name| name != "..")?;
        let above = platform.parent(&at).filter(|above| *above != at)?;
        if name != "." {
            rest.push(name);
        }
        at = above;
    }
}

/// Where a path really is, as it is usually written; `None` where nothing is there.
fn real(host: &dyn Host, path: &str) -> Option<String> {
    host.canonical(path).map(|real| without_verbatim_prefix(&real).into_owned())
}

/// Looks at a move from `from` to `to`, both resolved.
#[must_use]
pub fn look(request: &MoveRequest, from: &str, to: &str, sights: &Sights<'_>) -> MoveFacts {
    let Sights { platform, host, disks, trees, .. } = *sights;
    let (from_place, to_place) =
        (place(&request.from, from, sights), place(request.to.as_deref().unwrap_or(to), to, sights));
    let is_tree = from_place.occupant == Ok(Occupant::Tree);
    let relation = relation(from, to, sights);
    // A wrong question is answered without counting a whole drive.
    let survey = match is_tree && !from_place.is_mount && too_much(from, sights).is_none() {
        true => trees.survey(from).map_err(|why| trouble::system(&why)),
        false => Ok(TreeSurvey::default()),
    };
    let names = Spot::ALL.into_iter().filter(|spot| !matches!(spot, Spot::From | Spot::To));
    let leftover =
        names.map(|spot| spot.path(from, to)).find(|path| !matches!(trees.occupant(path), Ok(Occupant::Absent)));
    let link_leads_to = match &from_place.occupant {
        Ok(Occupant::Link { .. }) => real(host, from),
        _ => None,
    };
    MoveFacts {
        platform,
        tree: request.tree,
        link: request.link,
        survey,
        // Through a link the room would be that of where it leads.
        room: disks.room(&platform.parent(to).unwrap_or_else(|| to.to_owned())),
        users: if is_tree { trees.users(from) } else { TreeUsers::default() },
        goroot: (request.tree == MovedTree::Goroot && is_tree).then(|| version_of(from, platform, host)),
        relation,
        not_renamed: if is_tree { trees.may_rename(from).err().map(|why| trouble::system(&why)) } else { None },
        works_inside: is_below(sights.current_dir, from, sights),
        is_too_much: too_much(from, sights),
        leftover,
        is_locked: trees.is_locked(&lock_of(from)) || trees.is_locked(&lock_of(to)),
        protected: protected(&from_place, &to_place, sights),
        link_leads_to,
        from: from_place,
        to: to_place,
    }
}

fn place(given: &str, path: &str, sights: &Sights<'_>) -> MovePlace {
    let Sights { platform, host, disks, trees, .. } = *sights;
    let occupant = trees.occupant(path).map_err(|why| trouble::system(&why));
    let drive = match (&occupant, platform.parent(path)) {
        // The drive of the link, not of what it leads to.
        (Ok(Occupant::Link { .. }), Some(above)) => disks.drive_of(&above),
        _ => disks.drive_of(path),
    };
    let occupant_is_tree = occupant == Ok(Occupant::Tree);
    let is_remote = trees.is_remote(path).unwrap_or_else(|| drive.as_ref().is_some_and(Drive::is_remote));
    let above = platform.above(path).find(|above| host.kind(above) != Kind::Absent);
    let refused = above.and_then(|dir| {
        let why = match host.kind(&dir) {
            Kind::Dir => host.check_writable(&dir).err().map(|why| trouble::system(&why)),
            Kind::File | Kind::Absent => Some("it is no directory".to_owned()),
        };
        why.map(|why| (dir, why))
    });
    MovePlace {
        given: given.to_owned(),
        path: path.to_owned(),
        is_empty: occupant_is_tree && host.some_of(path, 1).is_empty(),
        occupant,
        is_mount: occupant_is_tree
            && (trees.is_mount(path) || drive.as_ref().is_some_and(|drive| platform.same_path(&drive.mount, path))),
        drive,
        is_remote,
        refused,
    }
}

/// By what the system says of each directory, not by text: links, mounts, case and short names do not hide anything.
fn relation(from: &str, to: &str, sights: &Sights<'_>) -> Relation {
    let Sights { platform, host, .. } = *sights;
    let same =
        |left: &str, right: &str| platform.same_path(left, right) || host.same_file(left, right).unwrap_or_default();
    match () {
        () if same(from, to) => Relation::Same,
        () if platform.above(to).any(|above| same(&above, from)) => Relation::Inside,
        () if platform.above(from).any(|above| same(&above, to)) => Relation::Around,
        () => Relation::Apart,
    }
}

fn is_below(path: &str, dir: &str, sights: &Sights<'_>) -> bool {
    let real = real(sights.host, path).unwrap_or_else(|| path.to_owned());
    sights.platform.is_within(&real, dir)
}

/// What no toolchain and no cache is.
fn too_much(path: &str, sights: &Sights<'_>) -> Option<&'static str> {
    let Sights { platform, host, env, .. } = *sights;
    if platform.parent(path).is_none_or(|above| above == path) {
        return Some("the root of a drive");
    }
    let home = home(env)?;
    let real = real(host, home).unwrap_or_else(|| home.to_owned());
    platform.is_within(&real, path).then_some("the home directory, or around it")
}

/// Source: Microsoft, "Customize controlled folder access": the default protected folders, and those that were added.
fn protected(from: &MovePlace, to: &MovePlace, sights: &Sights<'_>) -> Option<(String, String)> {
    const DEFENDER: &str =
        r"SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\Controlled Folder Access";
    const DEFAULTS: [&str; 6] = ["Documents", "Favorites", "Music", "Pictures", "Videos", "Desktop"];
    let Sights { platform, env, scopes, .. } = *sights;
    if platform != Platform::Windows || scopes.number(DEFENDER, "EnableControlledFolderAccess") != Some(1) {
        return None;
    }
    let bases = [env.get_filled("USERPROFILE"), env.get_filled("PUBLIC")].into_iter().flatten();
    let folders: Vec<String> = bases.flat_map(|base| DEFAULTS.iter().map(|name| platform.join(base, name))).collect();
    let within = |place: &MovePlace| {
        let folder = folders.iter().find(|folder| platform.is_within(&place.path, folder))?;
        Some((folder.clone(), place.path.clone()))
    };
    within(from).or_else(|| within(to))
}
