//! The drives on which RUNNER_TEMP, the workspace and the user's profile lie, in
//! figures of this machine, and what follows for GOCACHE and GOPATH. No letter is
//! assumed to be the fast one: images differ.

pub mod drive;
pub mod wire;

use crate::{
    drives::drive::{DirectoryOnDrive, Drives, Role},
    goenv::{
        Known,
        user_dirs::{cache_dir, home, home_variable},
    },
    platform::{Platform, facts::Facts},
    ports::{
        Disks,
        disks::{Burst, Drive},
    },
};
use std::time::Duration;

/// For one drive; with the three that there can be at most, a fifth of a second in all.
const BURST: Duration = Duration::from_millis(55);

/// Faster by less than a quarter is no difference: a burst is short.
const CLEARLY_PERCENT: u64 = 125;

/// The build cache of a large program takes several of these.
const LITTLE_BYTES: u64 = 5_000_000_000;

/// Looks at the drives, and with `measure` writes a short burst to each.
#[must_use]
pub fn look(facts: &Facts, disks: &dyn Disks, measure: bool) -> Drives {
    let platform = facts.platform;
    let mut places: Vec<DirectoryOnDrive> = Vec::new();
    for (role, name, path) in folders(facts) {
        let drive = disks.drive_of(&path);
        let mut place = DirectoryOnDrive { role, name, path, drive, burst: None, no_burst: None };
        if measure {
            match places.iter().find(|other| same_drive(other, &place, platform)) {
                Some(other) => (place.burst, place.no_burst) = (other.burst, other.no_burst.clone()),
                None => match disks.burst(&place.path, BURST) {
                    Ok(burst) => place.burst = Some(burst),
                    Err(why) => place.no_burst = Some(why.to_string()),
                },
            }
        }
        places.push(place);
    }
    let advice = advice(&places, platform, measure);
    Drives { places, advice }
}

/// Without a runner Go's own defaults lie below the user's directories, so there is no other one to compare with.
fn folders(facts: &Facts) -> Vec<(Role, String, String)> {
    let env = &facts.env;
    let named = |name: &str, otherwise: &str| env.get_filled(name).map_or(otherwise, |_| name).to_owned();
    let mut folders = Vec::new();
    match &facts.temp {
        Some(temp) => folders.push((Role::Temp, named("RUNNER_TEMP", "temporary folder"), temp.clone())),
        None => {
            let cache = cache_dir(&Known::newest_version(), env).ok();
            folders.extend(cache.map(|dir| (Role::Temp, "cache directory".to_owned(), dir)));
        }
    }
    match &facts.workspace {
        Some(dir) => folders.push((Role::Workspace, named("RUNNER_WORKSPACE", "workspace"), dir.clone())),
        None => {
            let variable = home_variable(facts.platform).to_owned();
            folders.extend(home(env).map(|home| (Role::Workspace, variable, home.to_owned())));
        }
    }
    if facts.temp.is_none() {
        folders.retain(|(_, _, path)| facts.platform.is_absolute(path));
        return folders;
    }
    let names: &[&str] = if facts.platform == Platform::Windows { &["LOCALAPPDATA", "USERPROFILE"] } else { &["HOME"] };
    let profile = names.iter().find_map(|name| Some((*name, env.get_filled(name)?)));
    folders.extend(profile.map(|(name, path)| (Role::Profile, name.to_owned(), path.to_owned())));
    folders.retain(|(_, _, path)| facts.platform.is_absolute(path));
    folders
}

/// Whether the drives make a difference to anybody: places on several drives, a link that leads elsewhere, little
/// room, or a measurement that was asked for.
#[must_use]
pub fn matter(drives: &Drives) -> bool {
    let mounts = || drives.places.iter().map(|place| place.drive.as_ref().map(|drive| &drive.mount));
    let apart = mounts().zip(mounts().skip(1)).any(|(left, right)| left != right);
    let measured = drives.places.iter().any(|place| place.burst.is_some() || place.no_burst.is_some());
    let odd = |drive: &Drive| drive.leads_to.is_some() || drive.free_bytes < LITTLE_BYTES;
    apart || measured || drives.places.iter().filter_map(|place| place.drive.as_ref()).any(odd)
}

/// One place in one line, behind its name.
#[must_use]
pub fn line(place: &DirectoryOnDrive) -> String {
    let mut parts = Vec::new();
    match &place.drive {
        Some(Drive { mount, file_system, free_bytes, leads_to }) => {
            let system = if file_system.is_empty() { String::new() } else { format!(", {file_system}") };
            parts.push(format!("drive `{mount}`{system}"));
            parts.push(format!("{} free", size(*free_bytes)));
            parts.extend(leads_to.as_ref().map(|real| format!("really `{real}`")));
        }
        None => parts.push("on no drive that the system lists".to_owned()),
    }
    parts.extend(place.burst.map(|burst| format!("{} files/s", grouped(burst.files_per_second()))));
    parts.extend(place.no_burst.as_ref().map(|why| format!("not measured: {why}")));
    format!("{} `{}`: {}", place.name, place.path, parts.join(", "))
}

fn advice(places: &[DirectoryOnDrive], platform: Platform, measured: bool) -> Vec<String> {
    let of = |role: Role| places.iter().find(|place| place.role == role);
    let mut advice = Vec::new();
    if let Some(profile) = of(Role::Profile) {
        let apart: Vec<&DirectoryOnDrive> = [Role::Temp, Role::Workspace]
            .into_iter()
            .filter_map(of)
            .filter(|place| place.drive.is_some() && profile.drive.is_some() && !same_drive(place, profile, platform))
            .collect();
        let one_drive = matches!(apart.as_slice(), [a, b] if same_drive(a, b, platform));
        match apart.as_slice() {
            [] if places.iter().all(|place| same_drive(place, profile, platform)) => {
                advice.push(nothing_to_choose(places))
            }
            [first, ..] if one_drive => {
                advice.extend(compared(first, profile, "GOCACHE and GOPATH", "`--gocache` and `--gopath`"));
            }
            apart => {
                for place in apart {
                    let (variable, flag) =
                        if place.role == Role::Temp { ("GOCACHE", "`--gocache`") } else { ("GOPATH", "`--gopath`") };
                    advice.extend(compared(place, profile, variable, flag));
                }
            }
        }
        if !measured && !apart.is_empty() {
            advice.push(format!(
                "{} and {} lie on different drives; `--measure-drives` measures which one takes small files faster",
                listed(apart.iter().map(|place| place.name.as_str())),
                profile.name
            ));
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for (place, drive) in places.iter().filter_map(|place| Some((place, place.drive.as_ref()?))) {
        if place.role != Role::Profile && drive.free_bytes < LITTLE_BYTES && !seen.contains(&drive.mount.as_str()) {
            seen.push(&drive.mount);
            advice.push(format!(
                "only {} are free on `{}`, where {} lies: the build cache of a large program takes several GB",
                size(drive.free_bytes),
                drive.mount,
                place.name
            ));
        }
    }
    advice
}

/// What is said where there is nothing to choose.
fn nothing_to_choose(places: &[DirectoryOnDrive]) -> String {
    let names = listed(places.iter().map(|place| place.name.as_str()));
    format!("{names} lie on one drive: where Go writes makes no difference to its speed")
}

impl Drives {
    /// The advice without the one that there is nothing to choose.
    pub fn worth_knowing(&self) -> impl Iterator<Item = &str> {
        let no_choice = nothing_to_choose(&self.places);
        self.advice.iter().map(String::as_str).filter(move |advice| *advice != no_choice)
    }
}

/// Nothing where one of the two was not measured.
fn compared(ours: &DirectoryOnDrive, profile: &DirectoryOnDrive, variables: &str, flags: &str) -> Option<String> {
    let speed = |place: &DirectoryOnDrive| place.burst.map(Burst::files_per_second).filter(|speed| *speed > 0);
    let (here, there) = (speed(ours)?, speed(profile)?);
    let clearly = |fast: u64, slow: u64| fast.saturating_mul(100) >= slow.saturating_mul(CLEARLY_PERCENT);
    let times = |fast: u64, slow: u64| {
        let tenths = fast.saturating_mul(10) / slow;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let figures = |fast: u64, slow: u64| format!("{} against {} files/s", grouped(fast), grouped(slow));
    Some(if clearly(here, there) {
        format!(
            "{} takes small files {} times as fast as {} ({}): a good place for {variables}",
            ours.name,
            times(here, there),
            profile.name,
            figures(here, there)
        )
    } else if clearly(there, here) {
        let free = profile.drive.as_ref().map_or(0, |drive| drive.free_bytes);
        format!(
            "{} takes small files {} times as fast as {} ({}) and has {} free: {flags} with a folder there would be faster, in this job and until the machine changes",
            profile.name,
            times(there, here),
            ours.name,
            figures(there, here),
            size(free)
        )
    } else {
        format!("{} and {} take small files about equally fast ({})", ours.name, profile.name, figures(here, there))
    })
}

fn same_drive(left: &DirectoryOnDrive, right: &DirectoryOnDrive, platform: Platform) -> bool {
    match (&left.drive, &right.drive) {
        (Some(left), Some(right)) => platform.same_path(&left.mount, &right.mount),
        _ => false,
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => names.concat(),
    }
}

/// For a reader, in the units of disks, where 1 GB is 1,000,000,000 bytes: `14.2 GB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        1_000_000_000..10_000_000_000 => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
        _ => format!("{} GB", grouped(bytes / 1_000_000_000)),
    }
}

/// For a reader: `12,345`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::env::EnvBlock;
    use Platform::{Linux, Windows};
    use std::{cell::RefCell, io};

    /// Drives by their letter: free bytes and files in a second.
    struct FakeDisks {
        drives: Vec<(&'static str, u64, u32)>,
        bursts: RefCell<Vec<String>>,
    }

    impl FakeDisks {
        fn new(drives: &[(&'static str, u64, u32)]) -> Self {
            Self { drives: drives.to_vec(), bursts: RefCell::default() }
        }

        fn at(&self, path: &str) -> Option<&(&'static str, u64, u32)> {
            self.drives.iter().filter(|(mount, ..)| path.starts_with(mount)).max_by_key(|(mount, ..)| mount.len())
        }
    }

    impl Disks for FakeDisks {
        fn drive_of(&self, path: &str) -> Option<Drive> {
            let (mount, free_bytes, _) = self.at(path)?;
            Some(Drive {
                mount: (*mount).to_owned(),
                file_system: "NTFS".into(),
                free_bytes: *free_bytes,
                leads_to: None,
            })
        }

        fn burst(&self, dir: &str, _: Duration) -> io::Result<Burst> {
            self.bursts.borrow_mut().push(dir.to_owned());
            match self.at(dir) {
                Some((.., 0)) | None => Err(io::ErrorKind::ReadOnlyFilesystem.into()),
                Some((.., files)) => Ok(Burst { files: *files, duration: Duration::from_secs(1) }),
            }
        }
    }

    fn facts(platform: Platform, temp: &str, workspace: &str, profile: (&str, &str)) -> Facts {
        let pairs = [("RUNNER_TEMP", temp), ("RUNNER_WORKSPACE", workspace), profile];
        Facts {
            runner: "current".into(),
            label: String::new(),
            platform,
            arch: "X64".into(),
            image: String::new(),
            repository: "org/app".into(),
            temp: Some(temp.into()),
            temp_emptied: None,
            workspace: Some(workspace.into()),
            checkout: workspace.into(),
            path: Vec::new(),
            expands: false,
            preinstalled: Vec::new(),
            env: EnvBlock::from_pairs(platform, pairs),
            assumptions: Vec::new(),
        }
    }

    fn windows() -> Facts {
        facts(Windows, r"D:\a\_temp", r"D:\a\app", ("LOCALAPPDATA", r"C:\Users\r\AppData\Local"))
    }

    const GB: u64 = 1_000_000_000;

    #[test]
    fn the_faster_drive_is_named_with_the_figures_that_were_measured() {
        let disks = FakeDisks::new(&[("D:\\", 61 * GB, 2_410), ("C:\\", 20 * GB, 890)]);
        let found = look(&windows(), &disks, true);
        assert_eq!(line(&found.places[0]), r"RUNNER_TEMP `D:\a\_temp`: drive `D:\`, NTFS, 61 GB free, 2,410 files/s");
        assert_eq!(
            found.advice,
            [
                "RUNNER_TEMP takes small files 2.7 times as fast as LOCALAPPDATA (2,410 against 890 files/s): a good place for GOCACHE and GOPATH"
            ]
        );
        assert_eq!(disks.bursts.borrow().len(), 2, "once for each drive: {:?}", disks.bursts);
    }

    #[test]
    fn a_slow_d_drive_is_not_praised() {
        let disks = FakeDisks::new(&[("D:\\", 61 * GB, 400), ("C:\\", 20 * GB, 900)]);
        let advice = look(&windows(), &disks, true).advice;
        assert!(
            advice[0].starts_with("LOCALAPPDATA takes small files 2.2 times as fast as RUNNER_TEMP")
                && advice[0].contains("20 GB free")
                && advice[0].contains("--gocache"),
            "{advice:?}"
        );
        let equal = FakeDisks::new(&[("D:\\", 61 * GB, 1_000), ("C:\\", 20 * GB, 900)]);
        assert!(look(&windows(), &equal, true).advice[0].contains("about equally fast (1,000 against 900 files/s)"));
    }

    #[test]
    fn without_the_flag_nothing_is_written_and_the_flag_is_named() {
        let disks = FakeDisks::new(&[("D:\\", 61 * GB, 1), ("C:\\", 20 * GB, 1)]);
        let found = look(&windows(), &disks, false);
        assert!(disks.bursts.borrow().is_empty());
        assert!(
            found.advice[0].contains("different drives") && found.advice[0].contains("--measure-drives"),
            "{:?}",
            found.advice
        );
    }

    #[test]
    fn one_drive_makes_no_difference_and_little_room_is_said() {
        let disks = FakeDisks::new(&[("/", 1_234_000_000, 5)]);
        let found = look(&facts(Linux, "/w/_temp", "/w/app", ("HOME", "/home/r")), &disks, true);
        assert_eq!(found.advice.len(), 2, "{:?}", found.advice);
        assert!(found.advice[0].starts_with("RUNNER_TEMP, RUNNER_WORKSPACE and HOME lie on one drive"));
        assert!(found.advice[1].contains("only 1.2 GB are free on `/`"));
        assert_eq!(disks.bursts.borrow().len(), 1);
    }

    #[test]
    fn a_drive_that_cannot_be_written_or_is_not_listed_is_no_reason_to_stop() {
        let disks = FakeDisks::new(&[("D:\\", 61 * GB, 0)]);
        let found = look(&windows(), &disks, true);
        assert!(line(&found.places[0]).contains("not measured: "));
        assert!(line(&found.places[2]).contains("on no drive that the system lists"));
        assert!(found.advice.is_empty(), "{:?}", found.advice);
    }

    #[test]
    fn one_drive_with_room_is_not_worth_a_line() {
        let linux = facts(Linux, "/w/_temp", "/w/app", ("HOME", "/home/r"));
        let seen = |facts: &Facts, drives: &[(&'static str, u64, u32)], measure| {
            matter(&look(facts, &FakeDisks::new(drives), measure))
        };
        assert!(!seen(&linux, &[("/", 60 * GB, 5)], false));
        assert!(seen(&linux, &[("/", 60 * GB, 5)], true), "somebody asked for the figures");
        assert!(seen(&linux, &[("/", GB, 5)], false), "little room");
        assert!(seen(&windows(), &[("D:\\", 61 * GB, 5), ("C:\\", 20 * GB, 5)], false), "two drives");
    }

    #[test]
    fn numbers_are_written_for_people() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (bytes, text) in
            [(5_000_000, "5 MB"), (9_950_000_000, "9.9 GB"), (12 * GB, "12 GB"), (2_000 * GB, "2,000 GB")]
        {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(Burst { files: 7, duration: Duration::ZERO }.files_per_second(), 0);
    }
}
