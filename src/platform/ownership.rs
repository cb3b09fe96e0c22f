//! Who else can write to a directory. Whoever writes to a build cache runs code as each user who builds from it.
//! Numbers of Unix: on Windows, where lists of rights decide, nothing is judged.

use std::fmt;

/// Others may write.
const EVERYONE_WRITES: u32 = 0o002;
/// The group may write.
const GROUP_WRITES: u32 = 0o020;
/// Only the owner of a file may rename or remove it.
pub const STICKY: u32 = 0o1000;

/// Whose a directory is, and who may do what with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The number of its user.
    pub owner: u32,
    /// The number of its group.
    pub group: u32,
    /// Permission bits, the sticky bit among them.
    pub mode: u32,
}

/// The user that this process acts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActingUser {
    /// Effective.
    pub id: u32,
    /// The primary group, effective.
    pub group: u32,
}

/// Who else can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exposure {
    /// The directory is another user's.
    Owner,
    /// The directory's group, which is not this user's own.
    Group,
    /// Everybody.
    Everyone,
    /// Everybody can write to a directory above it, and so put another one in its place.
    Above,
}

impl Ownership {
    /// Who else can write to the directory itself. The sticky bit keeps nobody from adding a file.
    /// root is nobody else: the superuser can write everywhere.
    #[must_use]
    pub fn exposure(self, user: ActingUser) -> Option<Exposure> {
        if self.owner != user.id && self.owner != 0 {
            return Some(Exposure::Owner);
        }
        if self.mode & EVERYONE_WRITES != 0 {
            return Some(Exposure::Everyone);
        }
        (self.mode & GROUP_WRITES != 0 && self.group != user.group).then_some(Exposure::Group)
    }

    /// Whether everybody can put another directory in the place of one below this.
    #[must_use]
    pub fn lets_everyone_replace(self) -> bool {
        self.mode & EVERYONE_WRITES != 0 && self.mode & STICKY == 0
    }
}

/// A directory that somebody else can write to, or replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExposedDir {
    /// The directory whose owner or mode is wrong: the one that was asked about, or one above it.
    pub dir: String,
    /// Its numbers.
    pub ownership: Ownership,
    /// The name of its owner, where it is known.
    pub owner: Option<String>,
    /// Who can write.
    pub by: Exposure,
    /// Who asks.
    pub user: ActingUser,
}

impl ExposedDir {
    /// A command that closes it; what is below it may have been as open. Somebody else's content stays where
    /// it is, so a directory that another user owns is worth it only if all in it can be trusted.
    #[must_use]
    pub fn fix(&self) -> String {
        let dir = format!("'{}'", self.dir.replace('\'', r"'\''"));
        let command = match self.by {
            Exposure::Owner => format!("chown -R \"$(id -u)\" {dir}"),
            Exposure::Group | Exposure::Everyone => format!("chmod -R go-w {dir}"),
            Exposure::Above => format!("chmod o-w {dir}"),
        };
        let may = self.user.id == 0 || self.user.id == self.ownership.owner;
        if may { command } else { format!("sudo {command}") }
    }
}

impl fmt::Display for ExposedDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dir, ownership: Ownership { owner: id, group, mode }, owner, by, .. } = self;
        let owner = owner.as_ref().map_or_else(|| format!("user {id}"), |name| format!("`{name}` (user {id})"));
        let mode = mode & 0o7777;
        match by {
            Exposure::Owner => write!(f, "`{dir}` belongs to {owner}, mode {mode:04o}"),
            Exposure::Group => {
                write!(f, "group {group} can write to `{dir}`, mode {mode:04o}, which belongs to {owner}")
            }
            Exposure::Everyone => {
                write!(f, "every user can write to `{dir}`, mode {mode:04o}, which belongs to {owner}")
            }
            Exposure::Above => write!(
                f,
                "every user can replace what is in `{dir}`, mode {mode:04o} without the sticky bit, which belongs to {owner}"
            ),
        }
    }
}

/// The name of a user in the text of `/etc/passwd`.
#[must_use]
pub fn user_name(passwd: &str, id: u32) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(id)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_user_and_root_may_write() {
        let me = ActingUser { id: 1000, group: 1000 };
        for (owner, group, mode, by) in [
            (1000, 1000, 0o755, None),
            (1000, 1000, 0o700, None),
            // A group of one's own, as most Linux distributions give to each user.
            (1000, 1000, 0o775, None),
            (1000, 27, 0o755, None),
            (1000, 27, 0o775, Some(Exposure::Group)),
            (1000, 1000, 0o777, Some(Exposure::Everyone)),
            (1000, 1000, 0o757, Some(Exposure::Everyone)),
            (1000, 1000, 0o1777, Some(Exposure::Everyone)),
            (0, 0, 0o755, None),
            (0, 0, 0o1777, Some(Exposure::Everyone)),
            (1001, 1000, 0o775, Some(Exposure::Owner)),
            (1001, 1001, 0o700, Some(Exposure::Owner)),
        ] {
            assert_eq!(Ownership { owner, group, mode }.exposure(me), by, "{owner}:{group} {mode:04o}");
        }
        let root = ActingUser { id: 0, group: 0 };
        assert_eq!(Ownership { owner: 1000, group: 0, mode: 0o755 }.exposure(root), Some(Exposure::Owner));
    }

    #[test]
    fn a_name_is_found_by_its_number() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\nbroken\nu:x:1000:1000::/home/u:/bin/sh\n";
        assert_eq!((user_name(passwd, 0), user_name(passwd, 1000)), (Some("root"), Some("u")));
        assert_eq!(user_name(passwd, 7), None);
    }

    #[test]
    fn the_message_names_owner_and_mode_and_the_fix_takes_any_path() {
        let ownership = Ownership { owner: 1001, group: 5, mode: 0o40755 };
        let of = |by, owner: Option<&str>| ExposedDir {
            dir: "/it's".to_owned(),
            ownership,
            owner: owner.map(str::to_owned),
            by,
            user: ActingUser { id: 1000, group: 1000 },
        };
        assert_eq!(of(Exposure::Owner, Some("eve")).to_string(), "`/it's` belongs to `eve` (user 1001), mode 0755");
        assert_eq!(of(Exposure::Everyone, None).fix(), r"sudo chmod -R go-w '/it'\''s'");
        let mine = ExposedDir { user: ActingUser { id: 1001, group: 1001 }, ..of(Exposure::Above, None) };
        assert_eq!(mine.fix(), r"chmod o-w '/it'\''s'");
    }
}
