//! Takes the steps of a move, writes each state into the journal first, and turns back where one fails.

use crate::{
    output::trouble,
    platform::Platform,
    ports::{
        Host, Kind, Observer, Trees,
        event::Event,
        trees::{CopyError, MoveLock, Occupant},
    },
    relocate::{
        MoveRequest, MovedTree,
        answers::{ComparedAnswer, MoveAnswer, compared},
        facts::MoveFacts,
        journal::{MoveJournal, MoveState, Spot, journal_of, lock_of},
        steps::{Goal, MoveStep, SpotsSeen, Stands, given_up, next, turned},
    },
    status::Status,
};
use std::io;
use thiserror::Error;

/// Asks the Go of a GOROOT.
pub trait GoChecks {
    /// What it says and does.
    ///
    /// # Errors
    /// The user asked to stop, or nothing could be asked: a clause.
    fn answers(&self, goroot: &str) -> Result<Vec<MoveAnswer>, MoveError>;
}

/// Why a move is not done.
#[derive(Debug, Error)]
pub enum MoveError {
    /// Somebody else moves the tree.
    #[error("another move from or to `{0}` is under way")]
    Busy(String),
    /// The journal is none.
    #[error("the journal `{path}` cannot be used: {why}")]
    Journal {
        /// Where it lies.
        path: String,
        /// Why.
        why: String,
    },
    /// There is no whole copy.
    #[error("there is no whole copy: {}", copy_error(.0))]
    Copy(CopyError),
    /// The system refused a step.
    #[error("{what} was refused: {}", trouble::system(.why))]
    Refused {
        /// What was tried.
        what: String,
        /// What the system says.
        why: io::Error,
    },
    /// Somebody changed what a move left.
    #[error("what stands at `{path}` is not what the move left there")]
    Stuck {
        /// Where.
        path: String,
    },
    /// Somebody wrote to the old tree after it was copied.
    #[error("`{path}` was changed after it had been copied")]
    Changed {
        /// Where it is.
        path: String,
    },
    /// Go does not say what it said.
    #[error("{}", failed(.0))]
    Failed(Vec<ComparedAnswer>),
    /// Go could not be asked.
    #[error("what Go says could not be asked: {0}")]
    NotAsked(String),
    /// Ctrl-C.
    #[error("it was interrupted")]
    Stopped,
}

fn copy_error(error: &CopyError) -> String {
    match error {
        CopyError::Refused { path, why } => format!("`{path}`: {}", trouble::system(why)),
        other => other.to_string(),
    }
}

fn failed(checks: &[ComparedAnswer]) -> String {
    let fails = checks.iter().filter(|check| check.verdict == Status::Fail);
    let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let one = |check: &ComparedAnswer| {
        format!("`{}` said `{}` before and says `{}` now", check.check, said(&check.before), said(&check.after))
    };
    fails.map(one).collect::<Vec<_>>().join("; ")
}

/// A move that failed, and what is so now.
#[derive(Debug, Error)]
#[error("{why}; {now}")]
pub struct FailedMove {
    /// Why.
    pub why: MoveError,
    /// Where the tree is, a clause.
    pub now: String,
}

/// Where a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// The tree is at its new place, the link at the old one.
    Away,
    /// The tree is at its old place, nothing of the move is left.
    Home,
}

/// What a move works with.
#[derive(Clone, Copy)]
pub struct MoveMeans<'a> {
    /// Whose paths these are.
    pub platform: Platform,
    /// Files.
    pub host: &'a dyn Host,
    /// Trees.
    pub trees: &'a dyn Trees,
    /// Go.
    pub checks: &'a dyn GoChecks,
    /// Progress.
    pub observer: &'a dyn Observer,
    /// Whether the user asked to stop.
    pub stop: &'a dyn Fn() -> bool,
}

/// A move under way. Whoever makes one has the lock of the old place.
pub struct Mover<'a> {
    means: MoveMeans<'a>,
    journal: MoveJournal,
    exchanges: bool,
    to_lock: Option<Box<dyn MoveLock>>,
    checks: Vec<ComparedAnswer>,
}

/// The journal of the tree at a place, if there is one.
///
/// # Errors
/// It cannot be used.
pub fn journal_at(from: &str, host: &dyn Host) -> Result<Option<MoveJournal>, MoveError> {
    let path = journal_of(from);
    if host.kind(&path) == Kind::Absent {
        return Ok(None);
    }
    let wrong = |why: String| MoveError::Journal { path: path.clone(), why };
    let bytes = host.read(&path, crate::ports::ReadLimit::Settings).map_err(|why| wrong(why.to_string()))?;
    MoveJournal::read(&bytes, from).map(Some).map_err(wrong)
}

impl<'a> Mover<'a> {
    /// Goes on with a move that a journal tells of.
    ///
    /// # Errors
    /// Another move to the same place is under way.
    pub fn resume(journal: MoveJournal, means: MoveMeans<'a>) -> Result<Self, MoveError> {
        let mut mover = Self { means, journal, exchanges: true, to_lock: None, checks: Vec::new() };
        mover.lock_to()?;
        Ok(mover)
    }

    /// Begins one against which nothing speaks; nothing but the journal is written when this returns.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn begin(
        request: &MoveRequest,
        facts: &MoveFacts,
        before: Vec<MoveAnswer>,
        means: MoveMeans<'a>,
    ) -> Result<Self, MoveError> {
        let (from, to) = (facts.from.path.clone(), facts.to.path.clone());
        let mut made: Vec<String> =
            means.platform.above(&to).take_while(|dir| means.host.kind(dir) == Kind::Absent).collect();
        made.reverse();
        let journal = MoveJournal {
            schema_version: 1,
            tree: request.tree,
            from,
            to,
            link: request.link,
            state: MoveState::Copying,
            made,
            was_there: facts.to.occupant == Ok(Occupant::Tree),
            source_print: String::new(),
            copy_print: String::new(),
            before,
        };
        let mut mover = Self { means, journal, exchanges: true, to_lock: None, checks: Vec::new() };
        mover.enter(MoveState::Copying)?;
        Ok(mover)
    }

    /// What is so by the journal.
    #[must_use]
    pub fn journal(&self) -> &MoveJournal {
        &self.journal
    }

    /// What Go said before and after, once it was compared.
    #[must_use]
    pub fn into_checks(mut self) -> Vec<ComparedAnswer> {
        std::mem::take(&mut self.checks)
    }

    /// Takes up what an earlier run left, as far as it can without beginning anything new.
    ///
    /// # Errors
    /// Why not.
    pub fn take_up(&mut self, goal: Goal) -> Result<Arrived, FailedMove> {
        let outcome = self.seen().and_then(|seen| {
            let mut state = turned(self.journal.state, &seen, goal);
            // Nobody used the copy yet, so the old tree is put back instead of being copied back.
            if state == MoveState::Checking && goal == Goal::Back && self.copy_is_untouched() {
                state = MoveState::Restoring;
            }
            if state == self.journal.state { Ok(()) } else { self.enter(state) }
        });
        match outcome {
            Ok(()) => self.go(),
            Err(why) => Err(self.told(why)),
        }
    }

    /// The way to the new place, from its beginning.
    ///
    /// # Errors
    /// Why not; the tree is whole at one of both places.
    pub fn go_away(&mut self) -> Result<Arrived, FailedMove> {
        if let Some(dir) = self.means.platform.parent(&self.journal.to) {
            let made = self.means.host.create_dir_all(&dir);
            let made = made.map_err(|why| MoveError::Refused { what: format!("making `{dir}`"), why });
            if let Err(why) = made.and_then(|()| self.lock_to()) {
                return Err(self.turn_back(why));
            }
        }
        self.go()
    }

    /// The way back, from its beginning.
    ///
    /// # Errors
    /// Why not; the tree is whole at one of both places.
    pub fn go_back(&mut self, before: Vec<MoveAnswer>) -> Result<Arrived, FailedMove> {
        self.journal.before = before;
        match self.enter(MoveState::CopyingBack) {
            Ok(()) => self.go(),
            Err(why) => Err(self.told(why)),
        }
    }

    /// Makes the link anew where it is gone.
    ///
    /// # Errors
    /// The system refuses.
    pub fn link_again(&mut self) -> Result<(), FailedMove> {
        self.take(MoveStep::MakeLink(Spot::From)).map_err(|why| self.told(why))
    }

    /// What stands at each name.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn seen(&self) -> Result<SpotsSeen, MoveError> {
        let MoveMeans { platform, host, trees, .. } = self.means;
        let to = &self.journal.to;
        let is_ours = |target: &str| platform.same_path(target, to) || host.same_file(target, to).unwrap_or_default();
        let mut seen = SpotsSeen { spots: Default::default(), exchanges: self.exchanges };
        for spot in Spot::ALL {
            let path = self.path(spot);
            let occupant = trees
                .occupant(&path)
                .map_err(|why| MoveError::Refused { what: format!("looking at `{path}`"), why })?;
            seen.spots.insert(spot, Stands::of(&occupant, is_ours));
        }
        Ok(seen)
    }

    fn go(&mut self) -> Result<Arrived, FailedMove> {
        self.drive().map_err(|why| self.turn_back(why))
    }

    fn drive(&mut self) -> Result<Arrived, MoveError> {
        let mut before = None;
        loop {
            let seen = self.seen()?;
            let step = next(self.journal.state, &seen);
            // A system may say that it has done what it has not: then the same step would come for ever.
            let now = Some((self.journal.state, step, seen));
            if now == before {
                let why = io::Error::other("the system says that it is done, and nothing has changed");
                return Err(MoveError::Refused { what: self.words(step), why });
            }
            before = now;
            match step {
                MoveStep::Rest => return Ok(Arrived::Away),
                MoveStep::Forget => {
                    self.forget()?;
                    return Ok(Arrived::Home);
                }
                MoveStep::Stuck(spot) => return Err(MoveError::Stuck { path: self.path(spot) }),
                step => self.take(step)?,
            }
        }
    }

    /// As it was before, where that is still possible without losing anything.
    fn turn_back(&mut self, why: MoveError) -> FailedMove {
        let Ok(seen) = self.seen() else { return self.told(why) };
        let state = given_up(self.journal.state, &seen);
        let would_lose = self.journal.state == MoveState::Checking && !self.copy_is_untouched();
        if state == self.journal.state || matches!(why, MoveError::Stuck { .. }) || would_lose {
            return self.told(why);
        }
        match self.enter(state).and_then(|()| self.drive()) {
            Ok(Arrived::Home) => FailedMove {
                why,
                now: format!("`{}` is as it was, and nothing is left of the copy", self.journal.from),
            },
            Ok(Arrived::Away) => self.told(why),
            Err(then) => {
                let now = format!("{}; taking it back failed too: {then}", self.now());
                FailedMove { why, now }
            }
        }
    }

    fn told(&self, why: MoveError) -> FailedMove {
        FailedMove { why, now: self.now() }
    }

    /// Where the tree is.
    fn now(&self) -> String {
        let (from, to, old) = (&self.journal.from, &self.journal.to, self.path(Spot::Old));
        let stands = |spot| self.seen().ok().and_then(|seen| seen.spots.get(&spot).copied());
        match (stands(Spot::From), stands(Spot::Old)) {
            (Some(Stands::Tree), _) => format!("the tree is at `{from}`"),
            (Some(Stands::OurLink), Some(Stands::Tree)) => {
                format!("the tree is at `{to}`, to which `{from}` leads, and the old one at `{old}`")
            }
            (Some(Stands::OurLink), _) => format!("the tree is at `{to}`, to which `{from}` leads"),
            (_, Some(Stands::Tree)) => {
                format!("nothing is at `{from}`; the tree is at `{old}`, and `--undo` puts it back")
            }
            _ => format!("look at `{from}` and `{to}`"),
        }
    }

    /// Whether the copy is what was made, so that the old tree is as good.
    fn copy_is_untouched(&self) -> bool {
        self.means.trees.print(&self.journal.to).is_ok_and(|print| print == self.journal.copy_print)
    }

    fn path(&self, spot: Spot) -> String {
        spot.path(&self.journal.from, &self.journal.to)
    }

    fn enter(&mut self, state: MoveState) -> Result<(), MoveError> {
        self.journal.state = state;
        if state == MoveState::Moved {
            // On the way back Go is asked anew.
            self.journal.before.clear();
        }
        let path = journal_of(&self.journal.from);
        let text = serde_json::to_vec_pretty(&self.journal)
            .map_err(|why| MoveError::Journal { path: path.clone(), why: why.to_string() })?;
        let refused = |why| MoveError::Refused { what: format!("writing `{path}`"), why };
        self.means.trees.record(&path, &text).map_err(refused)
    }

    fn lock_to(&mut self) -> Result<(), MoveError> {
        let MoveMeans { platform, host, trees, .. } = self.means;
        let to = &self.journal.to;
        if platform.parent(to).is_none_or(|dir| host.kind(&dir) != Kind::Dir) {
            return Ok(());
        }
        let file = lock_of(to);
        let refused = |why| MoveError::Refused { what: format!("locking `{file}`"), why };
        self.to_lock = Some(trees.lock(&file).map_err(refused)?.ok_or_else(|| MoveError::Busy(to.clone()))?);
        Ok(())
    }

    fn take(&mut self, step: MoveStep) -> Result<(), MoveError> {
        let MoveMeans { host, trees, .. } = self.means;
        let outcome = match step {
            MoveStep::Copy(from, to) => return self.copy(from, to),
            MoveStep::Check => return self.check(),
            MoveStep::Enter(state) => return self.enter(state),
            MoveStep::Rename(from, to) => trees.rename(&self.path(from), &self.path(to)),
            MoveStep::Exchange(left, right) => {
                let exchanged = trees.exchange(&self.path(left), &self.path(right));
                exchanged.map(|done| self.exchanges &= done)
            }
            MoveStep::MakeLink(at) => trees.link(&self.path(at), &self.journal.to, self.journal.link),
            MoveStep::Unlink(at) => trees.unlink(&self.path(at)),
            MoveStep::RemoveEmpty(at) => trees.remove_empty(&self.path(at)),
            MoveStep::Remove(at) => {
                self.means.observer.event(&Event::Preparing(self.words(step)));
                host.remove(&self.path(at))
            }
            MoveStep::Forget | MoveStep::Rest | MoveStep::Stuck(_) => return Ok(()),
        };
        outcome.map_err(|why| MoveError::Refused { what: self.words(step), why })
    }

    /// What a step does, for a sentence.
    fn words(&self, step: MoveStep) -> String {
        let one = |text: &str, spot: Spot| format!("{text} `{}`", self.path(spot));
        match step {
            MoveStep::Copy(from, to) => format!("{} to `{}`", one("copying", from), self.path(to)),
            MoveStep::Rename(from, to) => format!("{} to `{}`", one("renaming", from), self.path(to)),
            MoveStep::Exchange(left, right) => format!("{} and `{}`", one("exchanging", left), self.path(right)),
            MoveStep::MakeLink(at) => one("making the link", at),
            MoveStep::Unlink(at) => one("removing the link", at),
            MoveStep::RemoveEmpty(at) | MoveStep::Remove(at) | MoveStep::Stuck(at) => one("removing", at),
            MoveStep::Check => "holding the copy against the tree".to_owned(),
            MoveStep::Enter(_) => format!("writing `{}`", journal_of(&self.journal.from)),
            MoveStep::Forget | MoveStep::Rest => "ending the move".to_owned(),
        }
    }

    fn copy(&mut self, from: Spot, to: Spot) -> Result<(), MoveError> {
        let (from, to) = (self.path(from), self.path(to));
        let MoveMeans { host, trees, observer, stop, .. } = self.means;
        host.remove(&to).map_err(|why| MoveError::Refused { what: format!("removing `{to}`"), why })?;
        observer.event(&Event::Preparing(format!("copying `{from}`")));
        let prints = trees.copy(&from, &to, stop).map_err(|why| match why {
            CopyError::Stopped => MoveError::Stopped,
            why => MoveError::Copy(why),
        })?;
        (self.journal.source_print, self.journal.copy_print) = (prints.source, prints.copy);
        self.enter(match self.journal.state {
            MoveState::CopyingBack => MoveState::SwappingBack,
            _ => MoveState::Swapping,
        })
    }

    /// The last look before the one of both trees goes that is not in use any more.
    fn check(&mut self) -> Result<(), MoveError> {
        let is_back = self.journal.state == MoveState::CheckingBack;
        let left = self.path(if is_back { Spot::To } else { Spot::Old });
        let print = self.means.trees.print(&left);
        let print = print.map_err(|why| MoveError::Refused { what: format!("looking at `{left}`"), why })?;
        if print != self.journal.source_print {
            return Err(MoveError::Changed { path: left });
        }
        if self.journal.tree == MovedTree::Goroot && !self.journal.before.is_empty() {
            self.means.observer.event(&Event::Preparing("asking Go again".to_owned()));
            let after = self.means.checks.answers(&self.journal.from)?;
            self.checks = compared(&self.journal.before, &after);
            if self.checks.iter().any(|check| check.verdict == Status::Fail) {
                return Err(MoveError::Failed(self.checks.clone()));
            }
        }
        self.enter(if is_back { MoveState::ClearingBack } else { MoveState::Clearing })
    }

    fn forget(&mut self) -> Result<(), MoveError> {
        let MoveMeans { host, trees, .. } = self.means;
        let MoveJournal { from, to, made, was_there, .. } = &self.journal;
        let gone = host.kind(to) == Kind::Absent;
        if *was_there && gone {
            let made = host.create_dir_all(to);
            made.map_err(|why| MoveError::Refused { what: format!("making `{to}`"), why })?;
        }
        if let Some(lock) = self.to_lock.take() {
            lock.release();
        }
        for dir in made.iter().rev() {
            // Somebody may have put something there.
            let _ = trees.remove_empty(dir);
        }
        let journal = journal_of(from);
        host.remove(&journal).map_err(|why| MoveError::Refused { what: format!("removing `{journal}`"), why })
    }
}

impl Drop for Mover<'_> {
    fn drop(&mut self) {
        if let Some(lock) = self.to_lock.take() {
            lock.release();
        }
    }
}

#[cfg(test)]
#[path = "mover_tests.rs"]
mod tests;
