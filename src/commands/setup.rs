//! What `verify` and `claims` both set up before they run anything: the files
//! of data, the scratch directory, the machine's name.

use crate::commands::World;
use crate::{
    error::Error,
    goenv::settings::TELEMETRY_DIR,
    ports::{Host, Kind, ReadLimit},
    probe::{EMBEDDED, EMBEDDED_FILES, SourceFile},
    report::RunnerFacts,
    system::scratch::Scratch,
    verify::Machine,
};

/// The YAML files of the named directories, where the word `embedded` stands for those built in; without a name those alone.
///
/// # Errors
/// A directory is not there or cannot be read, in the words of `wrong`, which gets the directory and why.
pub(crate) fn data_files(
    dirs: &[String],
    built_in: &[(&str, &str)],
    world: &World,
    wrong: impl Fn(String, String) -> Error,
) -> Result<Vec<SourceFile>, Error> {
    if dirs.is_empty() {
        return Ok(SourceFile::embedded(built_in));
    }
    let mut files = Vec::new();
    for dir in dirs {
        if dir == EMBEDDED {
            files.extend(SourceFile::embedded(built_in));
            continue;
        }
        if world.host.kind(dir) != Kind::Dir {
            return Err(wrong(dir.clone(), "there is no such folder".to_owned()));
        }
        for name in world.host.list(dir).into_iter().filter(|name| name.ends_with(".yml") || name.ends_with(".yaml")) {
            let path = world.here.platform.join(dir, &name);
            let content = world
                .host
                .read(&path, ReadLimit::Definitions)
                .map_err(|e| wrong(dir.clone(), format!("`{name}`: {e}")))?;
            files.push(SourceFile { name: path, content });
        }
    }
    Ok(files)
}

/// A fresh directory, in RUNNER_TEMP where that is one.
///
/// # Errors
/// It cannot be made.
pub(crate) fn scratch(world: &World) -> Result<Scratch, Error> {
    let parent = world.here.env.get_filled("RUNNER_TEMP").filter(|dir| world.host.kind(dir) == Kind::Dir);
    Scratch::new(parent)
        .map_err(|source| Error::Scratch { place: parent.unwrap_or(&world.here.temp_dir).to_owned(), source })
}

/// What this machine is called.
pub(crate) fn runner_facts(world: &World) -> RunnerFacts {
    let said = |name: &str, otherwise: &str| world.here.env.get_filled(name).unwrap_or(otherwise).to_owned();
    RunnerFacts {
        os: world.here.platform.runner_os().to_owned(),
        arch: said("RUNNER_ARCH", &world.here.arch),
        image: said("ImageOS", &world.wine.as_ref().map(|version| format!("wine-{version}")).unwrap_or_default()),
        image_version: said("ImageVersion", ""),
    }
}

/// The files of probes that `--matrix` names.
///
/// # Errors
/// A directory is not there or cannot be read.
pub(crate) fn probe_files(matrix: &[String], world: &World) -> Result<Vec<SourceFile>, Error> {
    data_files(matrix, EMBEDDED_FILES, world, |dir, why| Error::MatrixDir { dir, why })
}

/// This machine as it is, with nothing that `apply` delivered; Go's telemetry goes to the scratch directory.
pub(crate) fn bare_machine(world: &World, scratch: &str) -> Machine {
    let platform = world.here.platform;
    let mut env = world.here.env.clone();
    env.set(TELEMETRY_DIR, platform.join(scratch, "telemetry"));
    Machine {
        platform,
        goarch: world.goarch.clone(),
        wine: world.wine.clone(),
        env,
        scratch: scratch.to_owned(),
        delivery: None,
        sources: Default::default(),
    }
}
