//! `relocate`: looks, judges, moves, and moves back.

mod go_checks;

use crate::{
    cli::{DataFormat, RelocateSettings},
    commands::{Answer, World, json, progress},
    error::Error,
    exit::Exit,
    output::terminal::{self, Terminal},
    platform::Platform,
    ports::{
        Executor, Observer, Trees,
        event::Event,
        trees::{LinkKind, MoveLock, Occupant},
    },
    relocate::{
        Blame, MoveFinding, MoveOutcome, MoveRequest, MovedTree, Relocation,
        answers::MoveAnswer,
        facts::{Sights, look, resolved},
        journal::{MoveJournal, MoveState, Spot, journal_of, lock_of},
        judge::{judged, judged_back},
        mover::{Arrived, FailedMove, MoveError, MoveMeans, Mover, journal_at},
        steps::{Goal, Stands},
        view,
    },
    status::Severity,
    system::{signals, trees::LiveTrees},
};
use go_checks::WorldChecks;
use std::sync::Arc;

pub(crate) fn relocate(
    wanted: &RelocateSettings,
    quiet: bool,
    terminal: Terminal,
    world: &World,
) -> Result<Answer, Error> {
    // First, so that an interruption takes back what is not done yet.
    signals::listen(Arc::clone(&world.processes));
    let progress = progress(quiet, world);
    let sights = sights(world);
    let outcome = Request::of(wanted, &sights, world).and_then(|request| {
        let checks = WorldChecks { world, observer: &progress };
        let stop = || world.processes.interrupted();
        let means = MoveMeans {
            platform: world.here.platform,
            host: &world.host,
            trees: &LiveTrees,
            checks: &checks,
            observer: &progress,
            stop: &stop,
        };
        match (wanted.dry_run, wanted.undo) {
            (true, _) => request.plan(&sights, wanted.undo),
            (false, false) => request.away(&sights, means),
            (false, true) => request.back(&sights, means),
        }
    });
    progress.event(&Event::Finished);
    let relocation = match outcome {
        Ok(relocation) => relocation,
        Err(MoveStop::Refused(relocation)) => *relocation,
        Err(MoveStop::Failed(failed)) => return Err(failed.into()),
        Err(MoveStop::Nothing(what)) => return Err(Error::Nothing(what)),
    };
    let text = match wanted.format {
        DataFormat::Human => terminal::render(&view::document(&relocation), terminal),
        DataFormat::Json => json(&relocation),
    };
    Ok(Answer { text, exit: exit(&relocation) })
}

fn sights(world: &World) -> Sights<'_> {
    Sights {
        platform: world.here.platform,
        host: &world.host,
        disks: &world.disks,
        trees: &LiveTrees,
        scopes: &world.scopes,
        env: &world.here.env,
        current_dir: &world.here.current_dir,
    }
}

/// What was asked for wrongly comes before what this machine cannot do.
fn exit(relocation: &Relocation) -> Exit {
    let errors = relocation.findings.iter().filter(|one| one.severity == Severity::Error);
    let blames: Vec<Blame> = errors.map(|one| one.blame).collect();
    match () {
        () if blames.contains(&Blame::Request) => Exit::Usage,
        () if blames.contains(&Blame::Machine) => Exit::NoReport,
        () => Exit::Good,
    }
}

/// Why nothing more is done.
enum MoveStop {
    Refused(Box<Relocation>),
    Failed(FailedMove),
    Nothing(String),
}

impl From<FailedMove> for MoveStop {
    fn from(failed: FailedMove) -> Self {
        Self::Failed(failed)
    }
}

impl From<MoveError> for MoveStop {
    fn from(why: MoveError) -> Self {
        Self::Failed(FailedMove { why, now: "nothing was changed".to_owned() })
    }
}

/// What was asked for, where both places really are, and what an earlier move left.
struct Request {
    asked: MoveRequest,
    from: String,
    to: Option<String>,
    journal: Option<MoveJournal>,
}

impl Request {
    fn of(wanted: &RelocateSettings, sights: &Sights<'_>, world: &World) -> Result<Self, MoveStop> {
        let link = match world.here.platform {
            Platform::Windows if !wanted.symlink => LinkKind::Junction,
            _ => LinkKind::Symlink,
        };
        let asked = MoveRequest {
            tree: wanted.tree,
            from: world.absolute(&wanted.from),
            to: wanted.to.as_deref().map(|to| world.absolute(to)),
            link,
        };
        let wrong = |given: &str| {
            let message = format!(
                "`{given}` names no place: it is empty, on no drive of this machine, or has `..` behind what is not there"
            );
            let to = asked.to.clone().unwrap_or_default();
            refused(&asked, &asked.from, &to, request_finding("odd-path", message, "name a directory"))
        };
        for given in [Some(&wanted.from), wanted.to.as_ref()].into_iter().flatten() {
            if given.is_empty() || given.contains('\0') {
                return Err(wrong(given));
            }
        }
        let from = resolved(&asked.from, sights).ok_or_else(|| wrong(&asked.from))?;
        let to = match &asked.to {
            Some(to) => Some(resolved(to, sights).ok_or_else(|| wrong(to))?),
            None => None,
        };
        let journal = journal_at(&from, sights.host)?;
        Ok(Self { asked, from, to, journal })
    }

    /// The new place: as it was asked for, or as the journal has it.
    fn to(&self) -> Option<&str> {
        self.to.as_deref().or(self.journal.as_ref().map(|journal| journal.to.as_str()))
    }

    /// An earlier move of this tree to somewhere else, or of something else.
    fn contradiction(&self, sights: &Sights<'_>) -> Option<MoveStop> {
        let journal = self.journal.as_ref()?;
        let same = |to: &String| {
            sights.platform.same_path(to, &journal.to) || sights.host.same_file(to, &journal.to).unwrap_or_default()
        };
        if self.to.as_ref().is_none_or(same) && self.asked.tree == journal.tree {
            return None;
        }
        let flag = journal.tree.flag();
        let message = format!("`{}` was moved to `{}` ({flag})", self.from, journal.to);
        let help = format!("`goenv-ci relocate {flag} {} --undo` first", self.from);
        let to = self.to().unwrap_or_default();
        Some(refused(&self.asked, &self.from, to, request_finding("moved-elsewhere", message, &help)))
    }

    /// What is so, and what would be done.
    fn plan(self, sights: &Sights<'_>, undo: bool) -> Result<Relocation, MoveStop> {
        if let Some(stop) = self.contradiction(sights) {
            return Err(stop);
        }
        match &self.journal {
            Some(journal) if journal.state == MoveState::Moved && undo => return Ok(self.facts_back(journal, sights)),
            Some(journal) if journal.state == MoveState::Moved => {
                return Ok(self.bare(MoveOutcome::AlreadyMoved, &journal.to));
            }
            Some(journal) => {
                let mut bare = self.bare(MoveOutcome::Planned, &journal.to);
                bare.undo = undo;
                bare.resumed =
                    Some("a run that was killed left this move half done, and it would be taken up".to_owned());
                return Ok(bare);
            }
            None if undo => return Err(self.nothing_to_undo(sights)),
            None => {}
        }
        if let Some(already) = self.linked_by_somebody(sights) {
            return Ok(already);
        }
        let to = self.to().unwrap_or_default().to_owned();
        let facts = look(&self.asked, &self.from, &to, sights);
        Ok(Relocation::of(&facts, judged(&facts), false))
    }

    fn away(self, sights: &Sights<'_>, means: MoveMeans<'_>) -> Result<Relocation, MoveStop> {
        if let Some(stop) = self.contradiction(sights) {
            return Err(stop);
        }
        let _lock = self.lock(means.trees)?;
        if let Some(already) = self.linked_by_somebody(sights) {
            return Ok(already);
        }
        let mut resumed = None;
        // Again, now that nobody else changes it.
        if let Some(journal) = journal_at(&self.from, sights.host)? {
            let was = journal.state;
            let to = journal.to.clone();
            let mut mover = Mover::resume(journal, means)?;
            if was == MoveState::Moved {
                return self.already(mover, &to);
            }
            match mover.take_up(Goal::Away)? {
                Arrived::Away => {
                    let mut done = self.bare(MoveOutcome::Moved, &to);
                    done.resumed = Some("a run that was killed had begun this move; it was finished".to_owned());
                    done.checks = mover.into_checks();
                    return Ok(done);
                }
                Arrived::Home => resumed = Some("what a run that was killed had left was removed".to_owned()),
            }
        }
        let to = self.to().unwrap_or_default().to_owned();
        let facts = look_unlocked(&self.asked, &self.from, &to, sights);
        let mut relocation = Relocation::of(&facts, judged(&facts), false);
        relocation.resumed = resumed;
        if relocation.outcome == MoveOutcome::Refused {
            return Err(MoveStop::Refused(Box::new(relocation)));
        }
        let before = self.answers(means)?;
        let mut mover = Mover::begin(&self.asked, &facts, before, means)?;
        mover.go_away()?;
        relocation.outcome = MoveOutcome::Moved;
        relocation.checks = mover.into_checks();
        Ok(relocation)
    }

    /// A second run: says so, and makes the link again where somebody removed it, as `go clean -modcache` does.
    fn already(&self, mut mover: Mover<'_>, to: &str) -> Result<Relocation, MoveStop> {
        let seen = mover.seen()?;
        let at = |spot| seen.spots.get(&spot).copied();
        match (at(Spot::From), at(Spot::To)) {
            (Some(Stands::OurLink), Some(Stands::Tree)) => Ok(self.bare(MoveOutcome::AlreadyMoved, to)),
            (Some(Stands::Nothing), Some(Stands::Tree)) => {
                mover.link_again()?;
                let mut done = self.bare(MoveOutcome::Moved, to);
                done.resumed = Some("the link was gone, and was made again".to_owned());
                Ok(done)
            }
            (Some(Stands::OurLink), _) => {
                let message = format!("`{}` is a link to `{to}`, and there is no directory any more", self.from);
                let help = format!("bring its drive back, or remove the link and `{}`", journal_of(&self.from));
                Err(refused(&self.asked, &self.from, to, machine_finding("place-gone", message, &help)))
            }
            _ => {
                let message = format!(
                    "`{}` was moved to `{to}`, and is no link to it any more: there may be two trees now",
                    self.from
                );
                let help = format!(
                    "keep the one you want at `{}`, remove the other, and remove `{}`",
                    self.from,
                    journal_of(&self.from)
                );
                Err(refused(&self.asked, &self.from, to, machine_finding("not-linked", message, &help)))
            }
        }
    }

    fn back(self, sights: &Sights<'_>, means: MoveMeans<'_>) -> Result<Relocation, MoveStop> {
        if let Some(stop) = self.contradiction(sights) {
            return Err(stop);
        }
        let _lock = self.lock(means.trees)?;
        let Some(journal) = journal_at(&self.from, sights.host)? else { return Err(self.nothing_to_undo(sights)) };
        let to = journal.to.clone();
        let was_moved = journal.state == MoveState::Moved;
        let mut resumed = None;
        let mut mover = Mover::resume(journal, means)?;
        if !was_moved {
            let arrived = mover.take_up(Goal::Back)?;
            let text = "a run that was killed had left this move half done";
            if arrived == Arrived::Home {
                let mut done = self.bare(MoveOutcome::MovedBack, &to);
                done.undo = true;
                done.resumed = Some(text.to_owned());
                done.checks = mover.into_checks();
                return Ok(done);
            }
            resumed = Some(format!("{text}; it was finished first"));
        }
        let seen = mover.seen()?;
        let is_there = seen.spots.get(&Spot::To) == Some(&Stands::Tree);
        if !is_there || !matches!(seen.spots.get(&Spot::From), Some(Stands::OurLink | Stands::Nothing)) {
            return self.already(mover, &to);
        }
        let mut relocation = self.facts_back(mover.journal(), sights);
        relocation.resumed = resumed;
        if relocation.outcome == MoveOutcome::Refused {
            return Err(MoveStop::Refused(Box::new(relocation)));
        }
        let before = match self.asked.tree {
            MovedTree::Goroot => means.checks.answers(&to)?,
            _ => Vec::new(),
        };
        mover.go_back(before)?;
        relocation.outcome = MoveOutcome::MovedBack;
        relocation.checks = mover.into_checks();
        Ok(relocation)
    }

    /// The way back as a plan.
    fn facts_back(&self, journal: &MoveJournal, sights: &Sights<'_>) -> Relocation {
        let (from, to) = (&journal.to, &journal.from);
        let asked = MoveRequest { from: from.clone(), to: Some(to.clone()), ..self.asked.clone() };
        let facts = look_unlocked(&asked, from, to, sights);
        Relocation::of(&facts, judged_back(&facts), true)
    }

    fn answers(&self, means: MoveMeans<'_>) -> Result<Vec<MoveAnswer>, MoveError> {
        match self.asked.tree {
            MovedTree::Goroot => {
                means.observer.event(&Event::Preparing("asking Go before the move".to_owned()));
                means.checks.answers(&self.from)
            }
            _ => Ok(Vec::new()),
        }
    }

    fn lock(&self, trees: &dyn Trees) -> Result<HeldLock, MoveStop> {
        let file = lock_of(&self.from);
        match trees.lock(&file) {
            Ok(Some(lock)) => Ok(HeldLock(Some(lock))),
            Ok(None) => Err(MoveError::Busy(self.from.clone()).into()),
            // What is wrong with that directory is told with everything else that is.
            Err(_) if self.journal.is_none() => Ok(HeldLock(None)),
            Err(why) => Err(MoveError::Refused { what: format!("locking `{file}`"), why }.into()),
        }
    }

    /// A link to the very place, which no move of ours made.
    fn linked_by_somebody(&self, sights: &Sights<'_>) -> Option<Relocation> {
        let to = self.to.as_deref().filter(|_| self.journal.is_none())?;
        let is_link = matches!(sights.trees.occupant(&self.from), Ok(Occupant::Link { .. }));
        let leads = is_link && sights.trees.occupant(to).ok()? == Occupant::Tree;
        (leads && sights.host.same_file(&self.from, to)?).then(|| {
            let mut already = self.bare(MoveOutcome::AlreadyMoved, to);
            already.resumed = Some("the link was not made by goenv-ci, so `--undo` knows nothing of it".to_owned());
            already
        })
    }

    fn nothing_to_undo(&self, sights: &Sights<'_>) -> MoveStop {
        MoveStop::Nothing(match sights.trees.occupant(&self.from) {
            Ok(Occupant::Link { .. }) => format!("the link `{}` was not made by goenv-ci", self.from),
            _ => format!("`{}` was not moved by goenv-ci", self.from),
        })
    }

    fn bare(&self, outcome: MoveOutcome, to: &str) -> Relocation {
        bare(&self.asked, &self.from, to, outcome, Vec::new())
    }
}

/// The facts for one who has the locks, which are therefore no obstacle.
fn look_unlocked(asked: &MoveRequest, from: &str, to: &str, sights: &Sights<'_>) -> crate::relocate::facts::MoveFacts {
    let mut facts = look(asked, from, to, sights);
    facts.is_locked = false;
    facts
}

fn bare(asked: &MoveRequest, from: &str, to: &str, outcome: MoveOutcome, findings: Vec<MoveFinding>) -> Relocation {
    Relocation {
        schema_version: 1,
        outcome,
        undo: outcome == MoveOutcome::MovedBack,
        tree: asked.tree,
        from: from.to_owned(),
        to: to.to_owned(),
        link: asked.link,
        size: None,
        drives: Default::default(),
        users: Vec::new(),
        not_known: Vec::new(),
        findings,
        checks: Vec::new(),
        resumed: None,
    }
}

fn refused(asked: &MoveRequest, from: &str, to: &str, finding: MoveFinding) -> MoveStop {
    MoveStop::Refused(Box::new(bare(asked, from, to, MoveOutcome::Refused, vec![finding])))
}

fn request_finding(id: &'static str, message: String, help: &str) -> MoveFinding {
    MoveFinding { id, severity: Severity::Error, message, help: Some(help.to_owned()), blame: Blame::Request }
}

fn machine_finding(id: &'static str, message: String, help: &str) -> MoveFinding {
    MoveFinding { blame: Blame::Machine, ..request_finding(id, message, help) }
}

/// The lock of the old place, whose file goes with it.
struct HeldLock(Option<Box<dyn MoveLock>>);

impl Drop for HeldLock {
    fn drop(&mut self) {
        if let Some(lock) = self.0.take() {
            lock.release();
        }
    }
}
