//! Finds the file and reads it: from the working directory up to the repository's root, never through a link, and
//! never another user's.

use crate::{
    config::{CONFIG_FILE, Config, ConfigError, FilePosition, parse},
    plan::runner::Here,
    ports::{Host, Kind, ReadLimit, UnreadFile},
    yaml::FaultDetail,
};

/// Which file counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigChoice {
    /// That of the repository, if it has one.
    #[default]
    Search,
    /// This one, seen from the working directory.
    File(String),
    /// None.
    Nothing,
}

/// What the file says. What somebody named is read wherever it lies; what is found must be the repository's own.
///
/// # Errors
/// It cannot be read, or something in it is wrong.
pub fn read(choice: &ConfigChoice, here: &Here, host: &dyn Host) -> Result<Config, ConfigError> {
    let root = repository_root(here, host);
    let found = match choice {
        ConfigChoice::Nothing => None,
        ConfigChoice::File(path) => Some((path.clone(), named(path, here, host)?)),
        ConfigChoice::Search => search(here, root.as_deref(), host)?,
    };
    let config = found.map_or_else(|| Ok(Config::default()), |(file, content)| parse(&file, &content))?;
    Ok(Config { root, ..config })
}

/// What the file of another repository says, whose root is known: where somebody names files that lie elsewhere.
///
/// # Errors
/// As [`read`].
pub fn read_of_root(root: &str, here: &Here, host: &dyn Host) -> Result<Config, ConfigError> {
    let content = of_directory(root, CONFIG_FILE, here, host)?;
    let config = content.map_or_else(|| Ok(Config::default()), |content| parse(CONFIG_FILE, &content))?;
    Ok(Config { root: Some(root.to_owned()), ..config })
}

fn refused(file: &str, message: impl Into<String>) -> ConfigError {
    ConfigError {
        file: file.to_owned(),
        at: FilePosition::START,
        message: message.into(),
        detail: FaultDetail::default(),
    }
}

fn named(path: &str, here: &Here, host: &dyn Host) -> Result<Vec<u8>, ConfigError> {
    let absolute = match here.platform.is_absolute(path) {
        true => path.to_owned(),
        false => here.platform.join(&here.current_dir, path),
    };
    host.read(&absolute, ReadLimit::Settings).map_err(|why| refused(path, why.to_string()))
}

/// On a runner GITHUB_WORKSPACE, elsewhere the nearest directory with a `.git`, without one the working directory.
#[must_use]
pub fn repository_root(here: &Here, host: &dyn Host) -> Option<String> {
    let Here { env, platform, current_dir, .. } = here;
    if let Some(workspace) = env.get_filled("GITHUB_WORKSPACE").filter(|dir| platform.is_absolute(dir)) {
        return Some(workspace.to_owned());
    }
    if !platform.is_absolute(current_dir) {
        return None;
    }
    let mut up = std::iter::once(current_dir.clone()).chain(platform.above(current_dir));
    let root = up.find(|dir| host.kind(&platform.join(dir, ".git")) != Kind::Absent);
    root.or_else(|| Some(current_dir.clone()))
}

/// The nearest file between the working directory and the root, with its name from there.
fn search(here: &Here, root: Option<&str>, host: &dyn Host) -> Result<Option<(String, Vec<u8>)>, ConfigError> {
    let Some(root) = root else { return Ok(None) };
    let Here { platform, current_dir, .. } = here;
    let up = std::iter::once(current_dir.clone()).chain(platform.above(current_dir));
    // Where the working directory is elsewhere, as by `working-directory: /tmp`, the checkout's own file counts.
    let below = up.take_while(|dir| platform.is_within(dir, root) && !platform.same_path(dir, root));
    for dir in below.chain([root.to_owned()]) {
        let inner = dir.get(root.len()..).unwrap_or_default().replace('\\', "/");
        let file = match inner.trim_matches('/') {
            "" => CONFIG_FILE.to_owned(),
            inner => format!("{inner}/{CONFIG_FILE}"),
        };
        if let Some(content) = of_directory(&dir, &file, here, host)? {
            return Ok(Some((file, content)));
        }
    }
    Ok(None)
}

fn of_directory(dir: &str, file: &str, here: &Here, host: &dyn Host) -> Result<Option<Vec<u8>>, ConfigError> {
    let platform = here.platform;
    let path = platform.join(dir, CONFIG_FILE);
    let real = host.canonical(&path).zip(host.canonical(dir));
    if real.is_some_and(|(real, dir)| !platform.same_path(&real, &platform.join(&dir, CONFIG_FILE))) {
        return Err(refused(file, "it is a link, or lies behind one, and only a file of the repository is read"));
    }
    let content = match host.read(&path, ReadLimit::Settings) {
        Ok(content) => content,
        Err(UnreadFile::Absent) => return absent(dir, file, here, host),
        Err(why) => return Err(refused(file, why.to_string())),
    };
    match is_anothers(dir, here, host) {
        true => Err(refused(
            file,
            format!("`{dir}` belongs to another user; `--config` with the file takes it all the same"),
        )),
        false => Ok(Some(content)),
    }
}

/// A link that leads nowhere is there too.
fn absent(dir: &str, file: &str, here: &Here, host: &dyn Host) -> Result<Option<Vec<u8>>, ConfigError> {
    let (folder, name) = CONFIG_FILE.split_once('/').unwrap_or_default();
    let names = host.list(&here.platform.join(dir, folder));
    match names.iter().any(|one| one == name) {
        true => Err(refused(file, "it is a link that leads nowhere")),
        false => Ok(None),
    }
}

/// Whether somebody else has put the directory there, as in a shared temporary directory above one's own. A runner
/// says which checkout is the job's, whoever made it: in a container job that is another user.
fn is_anothers(dir: &str, here: &Here, host: &dyn Host) -> bool {
    let (Some(user), Some(own)) = (host.acting_user(), host.ownership(dir)) else { return false };
    here.env.get_filled("GITHUB_WORKSPACE").is_none() && user.id != 0 && own.owner != 0 && own.owner != user.id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::{Platform, env::EnvBlock},
        ports::{Irregular, fake::FakeHost},
    };

    const LINUX: Platform = Platform::Linux;

    fn here(dir: &str, pairs: &[(&str, &str)]) -> Here {
        Here {
            platform: LINUX,
            arch: "X64".into(),
            env: EnvBlock::from_pairs(LINUX, pairs.iter().copied()),
            unreadable: Vec::new(),
            current_dir: dir.into(),
            temp_dir: "/tmp".into(),
        }
    }

    fn found(dir: &str, pairs: &[(&str, &str)], host: &FakeHost) -> Option<String> {
        read(&ConfigChoice::Search, &here(dir, pairs), host).unwrap().file
    }

    fn wrong(host: &FakeHost) -> String {
        read(&ConfigChoice::Search, &here("/r/a", &[]), host).unwrap_err().to_string()
    }

    fn repository() -> FakeHost {
        FakeHost::new(LINUX).file("/r/.git/HEAD", "").file("/r/a/b/x", "")
    }

    #[test]
    fn the_file_is_found_from_below_and_never_above_the_repository() {
        let host = repository().file("/r/.github/goenv-ci.yml", "");
        for dir in ["/r", "/r/a", "/r/a/b"] {
            assert_eq!(found(dir, &[], &host).as_deref(), Some(".github/goenv-ci.yml"), "{dir}");
        }
        let above = repository().file("/.github/goenv-ci.yml", "");
        assert_eq!(found("/r/a", &[], &above), None);
        let nearer = host.file("/r/a/.github/goenv-ci.yml", "");
        assert_eq!(found("/r/a/b", &[], &nearer).as_deref(), Some("a/.github/goenv-ci.yml"));
    }

    #[test]
    fn without_a_repository_only_the_working_directory_counts() {
        let host = FakeHost::new(LINUX).file("/t/.github/goenv-ci.yml", "").file("/t/a/x", "");
        assert_eq!(found("/t", &[], &host).as_deref(), Some(".github/goenv-ci.yml"));
        assert_eq!(found("/t/a", &[], &host), None);
        assert_eq!(found("", &[], &host), None, "it is gone");
    }

    #[test]
    fn on_a_runner_its_workspace_is_the_root() {
        let host = FakeHost::new(LINUX)
            .file("/w/app/app/.github/goenv-ci.yml", "")
            .file("/w/app/app/sub/.git/HEAD", "")
            .file("/elsewhere/.github/goenv-ci.yml", "");
        let runner = [("GITHUB_WORKSPACE", "/w/app/app")];
        for dir in ["/w/app/app", "/w/app/app/sub", "/elsewhere", "/w"] {
            assert_eq!(found(dir, &runner, &host).as_deref(), Some(".github/goenv-ci.yml"), "{dir}");
        }
        assert_eq!(found("/w/app/app", &[("GITHUB_WORKSPACE", "app")], &host).as_deref(), Some(".github/goenv-ci.yml"));
    }

    #[test]
    fn of_a_repository_elsewhere_only_the_file_at_its_root_is_read() {
        let host = repository().file("/r/.github/goenv-ci.yml", "go: ['1.22']").file("/o/a/x", "");
        let of = |root: &str| read_of_root(root, &here("/o", &[("GITHUB_WORKSPACE", "/o")]), &host).unwrap();
        assert_eq!((of("/r").file.as_deref(), of("/r").root.as_deref()), (Some(".github/goenv-ci.yml"), Some("/r")));
        assert_eq!((of("/r/a").file, of("/o").file), (None, None));
    }

    #[test]
    fn a_link_is_not_followed_and_one_that_leads_nowhere_is_told() {
        let secret = repository().file("/home/u/secret", "machine x").link("/r/.github/goenv-ci.yml", "/home/u/secret");
        assert!(wrong(&secret).starts_with(".github/goenv-ci.yml:1:1: it is a link"), "{}", wrong(&secret));
        let behind = repository().file("/other/goenv-ci.yml", "").link("/r/.github", "/other");
        assert!(wrong(&behind).contains("it is a link"), "{}", wrong(&behind));
        let whole =
            FakeHost::new(LINUX).file("/real/.git/HEAD", "").file("/real/.github/goenv-ci.yml", "").link("/r", "/real");
        assert!(found("/r", &[], &whole).is_some(), "the repository itself may be reached through one");
    }

    #[test]
    fn what_is_no_file_is_told_by_name() {
        let host = repository().irregular("/r/.github/goenv-ci.yml", Irregular::Fifo);
        assert_eq!(wrong(&host), ".github/goenv-ci.yml:1:1: it is a FIFO, and only regular files are read");
    }

    #[test]
    fn a_directory_that_somebody_else_put_there_is_refused() {
        let host = || repository().file("/r/.github/goenv-ci.yml", "").acting_as(1000);
        assert!(wrong(&host().owned("/r", 7, 0o755)).contains("belongs to another user"));
        for owner in [0, 1000] {
            assert!(found("/r", &[], &host().owned("/r", owner, 0o755)).is_some(), "{owner}");
        }
        assert!(found("/r", &[("GITHUB_WORKSPACE", "/r")], &host().owned("/r", 7, 0o755)).is_some());
        let named =
            read(&ConfigChoice::File("/r/.github/goenv-ci.yml".into()), &here("/", &[]), &host().owned("/r", 7, 0o755));
        assert!(named.is_ok());
    }

    #[test]
    fn a_named_file_is_seen_from_the_working_directory_and_must_be_there() {
        let host = repository().file("/r/ci/own.yml", "go: ['1.22']");
        let config = read(&ConfigChoice::File("../r/ci/own.yml".into()), &here("/r", &[]), &host);
        assert!(config.is_err(), "the machine in memory resolves nothing");
        let config = read(&ConfigChoice::File("ci/own.yml".into()), &here("/r", &[]), &host).unwrap();
        assert_eq!((config.file.as_deref(), config.root.as_deref()), (Some("ci/own.yml"), Some("/r")));
        let absent = read(&ConfigChoice::File("no.yml".into()), &here("/r", &[]), &host).unwrap_err();
        assert_eq!(absent.to_string(), "no.yml:1:1: there is no such file");
        let none =
            read(&ConfigChoice::Nothing, &here("/r", &[]), &repository().file("/r/.github/goenv-ci.yml", "x: 1"));
        assert_eq!(none.unwrap().file, None);
    }
}
