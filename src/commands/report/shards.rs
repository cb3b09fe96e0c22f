//! From a run on the forge to its reports on this disk: list, pick, download, unpack.

use crate::{
    cli::tell,
    error::Error,
    ports::{
        Forge,
        forge::{Artifact, ForgeError, ForgeRun},
    },
    publish::{
        pick::{Picked, pick},
        publication::{Fate, ShardFate},
        wait::{FIRST_PAUSE, longer, unfinished},
    },
    system::{
        retry::pause_for,
        unpack_shard::{MAX_PACKED_BYTES, unpack_reports},
    },
};
use glob::Pattern;
use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Storage answers slowly and several at once; more than this helps nobody.
const AT_ONCE: usize = 8;

/// The reports of one artifact.
pub(crate) struct Fetched {
    pub fate: ShardFate,
    pub reports: Vec<PathBuf>,
}

/// Waits for the other jobs; the names of those that are not done.
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

/// Every artifact of the run that is a shard, with what became of it, by name.
pub(crate) fn fetch(
    forge: &dyn Forge,
    run: &ForgeRun,
    name: &Pattern,
    scratch: &str,
) -> Result<(Vec<Fetched>, Picked), Error> {
    let picked = pick(&forge.artifacts(run.id)?, name, run);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(picked.taken.len())));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(picked.taken.len()) {
            scope.spawn(|| {
                while let Some(artifact) = picked.taken.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let fetched = one(forge, artifact, Path::new(scratch));
                    if let Ok(mut done) = done.lock() {
                        done.push(fetched);
                    }
                }
            });
        }
    });
    let mut all = done.into_inner().unwrap_or_default().into_iter().collect::<Result<Vec<_>, Error>>()?;
    let gone = |artifacts: &[Artifact], fate: &Fate| -> Vec<Fetched> {
        let shard = |a: &Artifact| ShardFate { artifact: a.name.clone(), id: a.id, fate: fate.clone() };
        artifacts.iter().map(|a| Fetched { fate: shard(a), reports: Vec::new() }).collect()
    };
    all.extend(gone(&picked.expired, &Fate::Expired));
    all.extend(gone(&picked.superseded, &Fate::Superseded));
    all.sort_by(|a, b| (&a.fate.artifact, a.fate.id).cmp(&(&b.fate.artifact, b.fate.id)));
    Ok((all, picked))
}

/// Downloads and unpacks one artifact.
pub(crate) fn one(forge: &dyn Forge, artifact: &Artifact, scratch: &Path) -> Result<Fetched, Error> {
    let file = scratch.join(format!("{}.zip", artifact.id));
    let name = file.to_str().unwrap_or_default();
    let (fate, reports) = match forge.download(artifact, name, MAX_PACKED_BYTES) {
        Ok(()) => match unpack_reports(&file, &scratch.join(artifact.id.to_string())) {
            Ok(reports) if reports.is_empty() => (Fate::Refused("it holds no report.json".to_owned()), reports),
            Ok(reports) => (Fate::Taken(reports.len()), reports),
            Err(why) => (Fate::Refused(why.to_string()), Vec::new()),
        },
        Err(ForgeError::Expired { .. }) => (Fate::Expired, Vec::new()),
        // The same for all of them.
        Err(why @ (ForgeError::Interrupted | ForgeError::Unknown { .. } | ForgeError::Denied { .. })) => {
            return Err(why.into());
        }
        Err(why) => (Fate::Lost(why.to_string()), Vec::new()),
    };
    if let Err(why) = crate::ports::Host::remove(&crate::system::host::LiveHost, name) {
        tell(&format!("warning: `{name}` stays: {why}"));
    }
    Ok(Fetched { fate: ShardFate { artifact: artifact.name.clone(), id: artifact.id, fate }, reports })
}
