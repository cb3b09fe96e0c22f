//! The shards of a run: its artifacts are listed, picked, downloaded and unpacked, or they are on
//! this disk already.

use crate::{
    cli::tell,
    commands::World,
    error::Error,
    ports::{
        Forge, Host, Kind,
        forge::{Artifact, ForgeError, ForgeRun},
    },
    publish::{
        pick::{Picked, pick},
        publication::{ArtifactState, ShardArtifact},
        wait::{FIRST_PAUSE, longer, unfinished},
    },
    system::{
        report_files::find,
        retry::pause_for,
        unpack_shard::{MAX_ALL_BYTES, MAX_PACKED_BYTES, unpack_within},
    },
};
use glob::Pattern;
use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Downloads at the same time: storage answers slowly, and more of them are no faster.
const AT_ONCE: usize = 8;

/// One artifact, or one path that was given, and the reports in it.
pub(crate) struct Fetched {
    pub artifact: ShardArtifact,
    /// Their absolute paths.
    pub reports: Vec<PathBuf>,
}

/// Inputs that are on this disk.
///
/// # Errors
/// One does not exist or cannot be listed.
pub(crate) fn local(inputs: &[String], world: &World) -> Result<Vec<Fetched>, Error> {
    let found = |input: &String| {
        let path = world.absolute(input);
        if world.host.kind(&path) == Kind::Absent {
            return Err(Error::ReportInput(format!("`{input}` is not there")));
        }
        let reports = find(&[path], None).map_err(|why| Error::ReportInput(why.to_string()))?;
        let artifact = match reports.len() {
            0 => {
                let why = "there is no report.json";
                ShardArtifact::not_merged(input, None, ArtifactState::Refused, why)
            }
            some => ShardArtifact::merged(input, None, some),
        };
        Ok(Fetched { artifact, reports: reports.into_iter().map(Into::into).collect() })
    };
    inputs.iter().map(found).collect()
}

/// Waits for the other jobs of the run. The answer names those that are not done in time.
///
/// # Errors
/// The forge refuses, or the wait was interrupted.
pub(crate) fn wait(
    forge: &dyn Forge,
    run: u64,
    limit: Duration,
    own: Option<&str>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<String>, Error> {
    let (end, mut pause) = (Instant::now() + limit, FIRST_PAUSE);
    loop {
        let jobs = forge.jobs(run)?;
        let open: Vec<String> = unfinished(&jobs, own).into_iter().map(str::to_owned).collect();
        let left = end.saturating_duration_since(Instant::now());
        if open.is_empty() || left.is_zero() {
            return Ok(open);
        }
        if !pause_for(pause.min(left), stop) {
            return Err(Error::Interrupted);
        }
        pause = longer(pause);
    }
}

/// Every artifact of the run that is a shard, by name, with what became of it.
///
/// # Errors
/// The forge refuses.
pub(crate) fn fetch(
    forge: &dyn Forge,
    run: &ForgeRun,
    name: &Pattern,
    scratch: &str,
) -> Result<(Vec<Fetched>, Picked), Error> {
    let picked = pick(&forge.artifacts(run.id)?, name, run);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(picked.taken.len())));
    let room = AtomicU64::new(MAX_ALL_BYTES);
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(picked.taken.len()) {
            scope.spawn(|| {
                while let Some(artifact) = picked.taken.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let fetched = download(forge, artifact, Path::new(scratch), &room);
                    if let Ok(mut done) = done.lock() {
                        done.push(fetched);
                    }
                }
            });
        }
    });
    let mut all = done.into_inner().unwrap_or_default().into_iter().collect::<Result<Vec<_>, Error>>()?;
    let expired = picked.expired.iter().map(|one| ShardArtifact::expired(&one.name, one.id));
    let superseded = picked.superseded.iter().map(|one| ShardArtifact::superseded(&one.name, one.id));
    all.extend(expired.chain(superseded).map(|artifact| Fetched { artifact, reports: Vec::new() }));
    all.sort_by(|a, b| (&a.artifact.name, a.artifact.id).cmp(&(&b.artifact.name, b.artifact.id)));
    Ok((all, picked))
}

/// Downloads and unpacks one artifact; takes its reports from the `room` on the disk, in bytes.
///
/// # Errors
/// The forge cannot be asked at all.
pub(crate) fn download(
    forge: &dyn Forge,
    artifact: &Artifact,
    scratch: &Path,
    room: &AtomicU64,
) -> Result<Fetched, Error> {
    let file = scratch.join(format!("{}.zip", artifact.id));
    let name = file.to_str().unwrap_or_default();
    let (name_of, id) = (artifact.name.as_str(), Some(artifact.id));
    let refused = |why: &str| ShardArtifact::not_merged(name_of, id, ArtifactState::Refused, why);
    let (artifact, reports) = match forge.download(artifact, name, MAX_PACKED_BYTES) {
        Ok(()) => match unpack_within(&file, &scratch.join(artifact.id.to_string()), room) {
            Ok(reports) if reports.is_empty() => (refused("it holds no report.json"), reports),
            Ok(reports) => (ShardArtifact::merged(name_of, id, reports.len()), reports),
            Err(why) => (refused(&why.to_string()), Vec::new()),
        },
        Err(ForgeError::Expired { .. }) => (ShardArtifact::expired(name_of, artifact.id), Vec::new()),
        // It would be the same for every artifact.
        Err(why @ (ForgeError::Interrupted | ForgeError::Unknown { .. } | ForgeError::Denied { .. })) => {
            return Err(why.into());
        }
        Err(why) => (ShardArtifact::not_merged(name_of, id, ArtifactState::Lost, &why.to_string()), Vec::new()),
    };
    if let Err(why) = crate::system::host::LiveHost.remove(name) {
        tell(&format!("warning: `{name}` stays: {why}"));
    }
    Ok(Fetched { artifact, reports })
}
