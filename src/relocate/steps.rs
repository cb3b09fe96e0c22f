//! What the next step of a move is, by its state and by what stands on the disk. Each step is one call of the system,
//! and may have been the last of a run that was killed; so none relies on what an earlier one in the same run did.

use crate::{
    ports::trees::Occupant,
    relocate::journal::{MoveState, Spot},
};
use std::collections::BTreeMap;

/// Which way a run wants to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// To the new place.
    Away,
    /// Back to the old one.
    Back,
}

/// What stands at the names of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotsSeen {
    /// Each of them.
    pub spots: BTreeMap<Spot, Stands>,
    /// Whether the system lets two names be exchanged in one moment; it is believed to until it refuses.
    pub exchanges: bool,
}

/// What stands at one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Nothing.
    Nothing,
    /// A directory.
    Tree,
    /// A link to the new place.
    OurLink,
    /// Anything else.
    Stranger,
}

impl Stands {
    /// Whether a link leads to the new place is for the caller to say.
    #[must_use]
    pub fn of(occupant: &Occupant, is_ours: impl Fn(&str) -> bool) -> Self {
        match occupant {
            Occupant::Absent => Self::Nothing,
            Occupant::Tree => Self::Tree,
            Occupant::Link { to } if is_ours(to) => Self::OurLink,
            Occupant::Link { .. } | Occupant::Other => Self::Stranger,
        }
    }
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveStep {
    /// Copy the tree from one to the other, what stands there is removed first.
    Copy(Spot, Spot),
    /// Give another name.
    Rename(Spot, Spot),
    /// Let two change their names.
    Exchange(Spot, Spot),
    /// Make the link there.
    MakeLink(Spot),
    /// Remove the link there.
    Unlink(Spot),
    /// Remove a directory that is empty: a junction that was half made.
    RemoveEmpty(Spot),
    /// Remove a tree.
    Remove(Spot),
    /// Hold the old tree against its copy, and what Go says against what it said.
    Check,
    /// Write the new state into the journal.
    Enter(MoveState),
    /// Take away what is left of the move: directories that it made, and its journal.
    Forget,
    /// There is nothing to do.
    Rest,
    /// What stands there is not what this move left.
    Stuck(Spot),
}

/// Where a run goes on from the state that an earlier one left.
#[must_use]
pub fn turned(state: MoveState, seen: &SpotsSeen, goal: Goal) -> MoveState {
    let at = |spot: Spot| seen.spots.get(&spot).copied().unwrap_or(Stands::Nothing);
    match (state, goal) {
        // The tree was in use until now, and may have changed since it was copied.
        (MoveState::Copying | MoveState::Swapping, _) if at(Spot::From) == Stands::Tree => given_up(state, seen),
        (MoveState::CopyingBack, Goal::Away) => MoveState::DroppingBack,
        (MoveState::SwappingBack, Goal::Away) if at(Spot::From) == Stands::OurLink => MoveState::DroppingBack,
        _ => state,
    }
}

/// How a move is taken back that has not come to its end.
#[must_use]
pub fn given_up(state: MoveState, seen: &SpotsSeen) -> MoveState {
    let has_copy = seen.spots.get(&Spot::Stage).is_some_and(|stage| *stage == Stands::Tree);
    match state {
        MoveState::Copying => MoveState::Discarding,
        MoveState::Swapping if has_copy => MoveState::Discarding,
        MoveState::Swapping | MoveState::Checking => MoveState::Restoring,
        MoveState::CopyingBack => MoveState::DroppingBack,
        MoveState::SwappingBack if seen.spots.get(&Spot::From).is_some_and(|from| *from == Stands::OurLink) => {
            MoveState::DroppingBack
        }
        other => other,
    }
}

/// The next step.
#[must_use]
pub fn next(state: MoveState, seen: &SpotsSeen) -> MoveStep {
    use Spot::{Back, From, Old, Spent, Stage, To};
    use Stands::{Nothing, OurLink, Tree};
    let at = |spot: Spot| seen.spots.get(&spot).copied().unwrap_or(Nothing);
    match state {
        MoveState::Copying => MoveStep::Copy(From, Stage),
        MoveState::Swapping => swapping(seen, &at),
        MoveState::Checking => match (at(From), at(Old), at(To)) {
            (OurLink, Tree, Tree) => MoveStep::Check,
            (OurLink, Tree, _) => MoveStep::Stuck(To),
            (OurLink, _, _) => MoveStep::Stuck(Old),
            _ => MoveStep::Stuck(From),
        },
        MoveState::Clearing => match at(Old) {
            // The last look before something goes that cannot be had again.
            Tree if at(To) != Tree => MoveStep::Stuck(To),
            Tree => MoveStep::Remove(Old),
            _ => MoveStep::Enter(MoveState::Moved),
        },
        MoveState::Moved => MoveStep::Rest,
        MoveState::Discarding => match (at(From), at(Stage)) {
            (Tree, Tree) => MoveStep::Remove(Stage),
            (Tree, Nothing) => MoveStep::Forget,
            (Tree, _) => MoveStep::Stuck(Stage),
            _ => MoveStep::Stuck(From),
        },
        MoveState::Restoring => restoring(seen, &at),
        MoveState::CopyingBack => MoveStep::Copy(To, Back),
        MoveState::DroppingBack => match at(Back) {
            Tree => MoveStep::Remove(Back),
            _ => MoveStep::Enter(MoveState::Moved),
        },
        MoveState::SwappingBack => match (at(From), at(Back)) {
            (OurLink, Tree) if seen.exchanges => MoveStep::Exchange(From, Back),
            (OurLink, Tree) => MoveStep::Unlink(From),
            (Nothing, Tree) => MoveStep::Rename(Back, From),
            (Tree, OurLink) => MoveStep::Unlink(Back),
            (Tree, Nothing) => MoveStep::Enter(MoveState::CheckingBack),
            (OurLink | Nothing, _) => MoveStep::Stuck(Back),
            _ => MoveStep::Stuck(From),
        },
        MoveState::CheckingBack => match at(From) {
            Tree => MoveStep::Check,
            _ => MoveStep::Stuck(From),
        },
        MoveState::ClearingBack => match (at(From), at(Spent), at(To)) {
            (Tree, Tree, _) => MoveStep::Enter(MoveState::Ending),
            (Tree, Nothing, Tree) => MoveStep::Rename(To, Spent),
            (Tree, Nothing, _) => MoveStep::Enter(MoveState::Ending),
            (Tree, _, _) => MoveStep::Stuck(Spent),
            _ => MoveStep::Stuck(From),
        },
        // What stands at the new place by now is not ours any more.
        MoveState::Ending => match (at(From), at(Spent)) {
            (Tree, Tree) => MoveStep::Remove(Spent),
            (Tree, Nothing) => MoveStep::Forget,
            (Tree, _) => MoveStep::Stuck(Spent),
            _ => MoveStep::Stuck(From),
        },
    }
}

fn swapping(seen: &SpotsSeen, at: &impl Fn(Spot) -> Stands) -> MoveStep {
    use Spot::{From, Link, Old, Stage, To};
    use Stands::{Nothing, OurLink, Tree};
    if at(Stage) == Tree {
        return MoveStep::Rename(Stage, To);
    }
    if at(To) != Tree {
        return MoveStep::Stuck(To);
    }
    match (at(From), at(Link), at(Old)) {
        (Tree, Nothing, Nothing) => MoveStep::MakeLink(Link),
        (Tree, OurLink, Nothing) if seen.exchanges => MoveStep::Exchange(From, Link),
        (Tree, OurLink, Nothing) => MoveStep::Rename(From, Old),
        (Tree, Tree, Nothing) | (Nothing, Tree, Tree) => MoveStep::RemoveEmpty(Link),
        (Nothing, OurLink, Tree) => MoveStep::Rename(Link, From),
        (Nothing, Nothing, Tree) => MoveStep::MakeLink(Link),
        (OurLink, Tree, Nothing) => MoveStep::Rename(Link, Old),
        (OurLink, OurLink, _) => MoveStep::Unlink(Link),
        (OurLink, Nothing, Tree) => MoveStep::Enter(MoveState::Checking),
        (Tree, _, Nothing) => MoveStep::Stuck(Link),
        (Tree | Nothing | OurLink, _, _) => MoveStep::Stuck(Old),
        _ => MoveStep::Stuck(From),
    }
}

fn restoring(seen: &SpotsSeen, at: &impl Fn(Spot) -> Stands) -> MoveStep {
    use Spot::{From, Link, Old, Stage, To};
    use Stands::{Nothing, OurLink, Tree};
    match (at(From), at(Link), at(Old)) {
        (OurLink, Tree, Nothing) => MoveStep::Rename(Link, Old),
        (OurLink, Nothing, Tree) if seen.exchanges => MoveStep::Exchange(From, Old),
        (OurLink, Nothing, Tree) => MoveStep::Unlink(From),
        (Nothing, _, Tree) => MoveStep::Rename(Old, From),
        (Tree, OurLink, _) => MoveStep::Unlink(Link),
        (Tree, Tree, Nothing) => MoveStep::RemoveEmpty(Link),
        (Tree, Nothing, OurLink) => MoveStep::Unlink(Old),
        // The copy has its name, so what stands there is ours; from the moment it has not, it is only discarded.
        (Tree, Nothing, Nothing) => match (at(Stage), at(To)) {
            (Tree, _) => MoveStep::Enter(MoveState::Discarding),
            (Nothing, Tree) => MoveStep::Rename(To, Stage),
            (Nothing, _) => MoveStep::Forget,
            _ => MoveStep::Stuck(Stage),
        },
        (Tree, _, Tree) => MoveStep::Stuck(Old),
        (OurLink | Nothing, _, _) => MoveStep::Stuck(Old),
        _ => MoveStep::Stuck(From),
    }
}
