//! Every step of a move may be the last one of a run: a disk in memory on which the n-th change, and with it the run,
//! ends half way.

use super::*;
use crate::{
    platform::env::EnvBlock,
    ports::{
        Disks, ReadLimit, UnreadFile,
        fake::{FakeScopes, NoDisks},
        trees::{CopyPrints, LinkKind, TreeSurvey, TreeUsers},
    },
    relocate::facts::{Sights, look},
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

const FROM: &str = "/opt/go";
const TO: &str = "/data/moved/go";

#[derive(Clone, Debug, PartialEq, Eq)]
enum MemoryNode {
    Tree(&'static str),
    Link(String),
    File(Vec<u8>),
}

#[derive(Clone, Debug)]
struct Content {
    nodes: BTreeMap<String, MemoryNode>,
    /// Changes that can still be made; the one after them is made half, and then nothing answers any more.
    fuse: usize,
    is_dead: bool,
}

struct Memory {
    content: Mutex<Content>,
    exchanges: bool,
    /// Says that a link is made, and makes none, as Wine does with symbolic ones.
    pretends_to_link: bool,
}

enum Spark {
    Whole,
    Half,
}

impl Memory {
    fn new(exchanges: bool) -> Self {
        let nodes =
            [("/opt", MemoryNode::Tree("")), (FROM, MemoryNode::Tree("whole")), ("/data", MemoryNode::Tree(""))];
        let nodes = nodes.into_iter().map(|(path, node)| (path.to_owned(), node)).collect();
        Self {
            content: Mutex::new(Content { nodes, fuse: usize::MAX, is_dead: false }),
            exchanges,
            pretends_to_link: false,
        }
    }

    fn at(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    fn revived(&self, fuse: usize) {
        let mut content = self.at();
        (content.fuse, content.is_dead) = (fuse, false);
    }

    fn alive(&self) -> io::Result<MutexGuard<'_, Content>> {
        let content = self.at();
        if content.is_dead { Err(io::Error::other("killed")) } else { Ok(content) }
    }

    /// One change; a half one is the last.
    fn change(&self, act: impl FnOnce(&mut BTreeMap<String, MemoryNode>, Spark) -> io::Result<()>) -> io::Result<()> {
        let mut content = self.alive()?;
        if content.fuse == 0 {
            content.is_dead = true;
            act(&mut content.nodes, Spark::Half)?;
            return Err(io::Error::other("killed"));
        }
        content.fuse = content.fuse.saturating_sub(1);
        act(&mut content.nodes, Spark::Whole)
    }

    fn whole(&self, path: &str) -> Option<&'static str> {
        match self.at().nodes.get(path) {
            Some(MemoryNode::Tree(text)) => Some(text),
            _ => None,
        }
    }

    fn through(&self, path: &str) -> Option<&'static str> {
        let to = match self.at().nodes.get(path) {
            Some(MemoryNode::Link(to)) => to.clone(),
            _ => path.to_owned(),
        };
        self.whole(&to)
    }

    fn names(&self) -> Vec<String> {
        self.at().nodes.keys().cloned().collect()
    }
}

impl Trees for Memory {
    fn occupant(&self, path: &str) -> io::Result<Occupant> {
        Ok(match self.alive()?.nodes.get(path) {
            None => Occupant::Absent,
            Some(MemoryNode::Tree(_)) => Occupant::Tree,
            Some(MemoryNode::Link(to)) => Occupant::Link { to: to.clone() },
            Some(MemoryNode::File(_)) => Occupant::Other,
        })
    }

    fn survey(&self, _: &str) -> io::Result<TreeSurvey> {
        Ok(TreeSurvey::default())
    }

    fn copy(&self, from: &str, to: &str, _: &dyn Fn() -> bool) -> Result<CopyPrints, CopyError> {
        let content = self.whole(from).unwrap();
        let print = content.to_owned();
        self.change(|nodes, spark| {
            let made = if matches!(spark, Spark::Half) { "half" } else { content };
            nodes.insert(to.to_owned(), MemoryNode::Tree(made));
            Ok(())
        })
        .map_err(|why| CopyError::Refused { path: to.to_owned(), why })?;
        Ok(CopyPrints { source: print.clone(), copy: print })
    }

    fn print(&self, dir: &str) -> io::Result<String> {
        drop(self.alive()?);
        self.whole(dir).map(str::to_owned).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.change(|nodes, spark| {
            if nodes.contains_key(to) && nodes.get(to) != Some(&MemoryNode::Tree("")) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            if matches!(spark, Spark::Whole) {
                let node = nodes.remove(from).ok_or(io::ErrorKind::NotFound)?;
                nodes.insert(to.to_owned(), node);
            }
            Ok(())
        })
    }

    fn exchange(&self, left: &str, right: &str) -> io::Result<bool> {
        if !self.exchanges {
            return Ok(false);
        }
        self.change(|nodes, spark| {
            if matches!(spark, Spark::Whole) {
                let (one, other) = (nodes.remove(left).unwrap(), nodes.remove(right).unwrap());
                nodes.extend([(left.to_owned(), other), (right.to_owned(), one)]);
            }
            Ok(())
        })
        .map(|()| true)
    }

    fn link(&self, at: &str, to: &str, _: LinkKind) -> io::Result<()> {
        self.change(|nodes, spark| {
            if self.pretends_to_link {
                return Ok(());
            }
            assert!(!nodes.contains_key(at), "{at} is taken");
            // A junction is a directory first.
            let node =
                if matches!(spark, Spark::Half) { MemoryNode::Tree("") } else { MemoryNode::Link(to.to_owned()) };
            nodes.insert(at.to_owned(), node);
            Ok(())
        })
    }

    fn unlink(&self, at: &str) -> io::Result<()> {
        self.change(|nodes, spark| {
            assert!(matches!(nodes.get(at), Some(MemoryNode::Link(_))), "{at} is no link");
            if matches!(spark, Spark::Whole) {
                nodes.remove(at);
            }
            Ok(())
        })
    }

    fn remove_empty(&self, dir: &str) -> io::Result<()> {
        self.change(|nodes, spark| {
            let below = format!("{dir}/");
            if nodes.get(dir) != Some(&MemoryNode::Tree("")) || nodes.keys().any(|path| path.starts_with(&below)) {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            if matches!(spark, Spark::Whole) {
                nodes.remove(dir);
            }
            Ok(())
        })
    }

    fn users(&self, _: &str) -> TreeUsers {
        TreeUsers::default()
    }

    fn may_rename(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, _: &str) -> io::Result<Option<Box<dyn MoveLock>>> {
        struct Free;
        impl MoveLock for Free {
            fn release(self: Box<Self>) {}
        }
        Ok(Some(Box::new(Free)))
    }

    fn is_locked(&self, _: &str) -> bool {
        false
    }

    fn record(&self, file: &str, content: &[u8]) -> io::Result<()> {
        self.change(|nodes, spark| {
            if matches!(spark, Spark::Whole) {
                nodes.insert(file.to_owned(), MemoryNode::File(content.to_owned()));
            }
            Ok(())
        })
    }

    fn is_mount(&self, _: &str) -> bool {
        false
    }

    fn is_remote(&self, _: &str) -> Option<bool> {
        None
    }
}

impl Host for Memory {
    fn kind(&self, path: &str) -> Kind {
        match self.at().nodes.get(path) {
            None => Kind::Absent,
            Some(MemoryNode::File(_)) => Kind::File,
            Some(MemoryNode::Tree(_) | MemoryNode::Link(_)) => Kind::Dir,
        }
    }

    fn read(&self, path: &str, _: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
        match self.at().nodes.get(path) {
            Some(MemoryNode::File(content)) => Ok(content.clone()),
            _ => Err(UnreadFile::Absent),
        }
    }

    fn holds(&self, _: &str, _: &[u8], _: ReadLimit) -> Result<bool, UnreadFile> {
        Err(UnreadFile::Absent)
    }

    fn list(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn first_file_below(&self, _: &str) -> Option<String> {
        None
    }

    fn canonical(&self, path: &str) -> Option<String> {
        self.at().nodes.contains_key(path).then(|| path.to_owned())
    }

    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        Some(left == right)
    }

    fn write(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn replace(&self, _: &str, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn check_writable(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn create_dir_all(&self, dir: &str) -> io::Result<()> {
        for dir in Platform::Linux.above(dir).chain([dir.to_owned()]).filter(|dir| dir != "/") {
            if !self.at().nodes.contains_key(&dir) {
                self.change(|nodes, spark| {
                    if matches!(spark, Spark::Whole) {
                        nodes.insert(dir.clone(), MemoryNode::Tree(""));
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        if !self.alive()?.nodes.contains_key(path) {
            return Ok(());
        }
        self.change(|nodes, spark| {
            match (spark, nodes.get(path)) {
                (Spark::Half, Some(MemoryNode::Tree(_))) => nodes.insert(path.to_owned(), MemoryNode::Tree("half")),
                (Spark::Half, _) => None,
                (Spark::Whole, _) => nodes.remove(path),
            };
            Ok(())
        })
    }
}

/// A Go that says the same before and after.
struct Contented;

impl GoChecks for Contented {
    fn answers(&self, _: &str) -> Result<Vec<MoveAnswer>, MoveError> {
        Ok(Vec::new())
    }
}

struct Silence;

impl Observer for Silence {
    fn event(&self, _: &Event) {}
}

fn means(memory: &Memory) -> MoveMeans<'_> {
    MoveMeans {
        platform: Platform::Linux,
        host: memory,
        trees: memory,
        checks: &Contented,
        observer: &Silence,
        stop: &|| false,
    }
}

/// As the command does it.
fn run(memory: &Memory, goal: Goal) -> Result<(), String> {
    let text = |failed: FailedMove| failed.to_string();
    if let Some(journal) = journal_at(FROM, memory).map_err(|why| why.to_string())? {
        let mut mover = Mover::resume(journal, means(memory)).map_err(|why| why.to_string())?;
        match (mover.take_up(goal).map_err(text)?, goal) {
            (Arrived::Away, Goal::Away) | (Arrived::Home, Goal::Back) => return Ok(()),
            (Arrived::Away, Goal::Back) => return mover.go_back(Vec::new()).map(drop).map_err(text),
            (Arrived::Home, Goal::Away) => {}
        }
    } else if goal == Goal::Back {
        return Ok(());
    }
    let request = MoveRequest {
        tree: MovedTree::Gocache,
        from: FROM.to_owned(),
        to: Some(TO.to_owned()),
        link: LinkKind::Junction,
    };
    let (scopes, env) = (FakeScopes::default(), EnvBlock::from_pairs(Platform::Linux, [("HOME", "/home/u")]));
    let sights = Sights {
        platform: Platform::Linux,
        host: memory,
        disks: &NoDisks as &dyn Disks,
        trees: memory,
        scopes: &scopes,
        env: &env,
        current_dir: "/",
    };
    let facts = look(&request, FROM, TO, &sights);
    let mut mover = Mover::begin(&request, &facts, Vec::new(), means(memory)).map_err(|why| why.to_string())?;
    mover.go_away().map(drop).map_err(text)
}

/// How many changes a run makes.
fn changes(prepared: impl Fn() -> Memory, goal: Goal) -> usize {
    const MANY: usize = 1_000;
    let memory = prepared();
    memory.revived(MANY);
    run(&memory, goal).unwrap();
    MANY - memory.at().fuse
}

fn moved(exchanges: bool) -> Memory {
    let memory = Memory::new(exchanges);
    run(&memory, Goal::Away).unwrap();
    assert_eq!((memory.through(FROM), memory.whole(TO)), (Some("whole"), Some("whole")));
    memory
}

fn assert_some_tree_is_whole(memory: &Memory, about: &str) {
    let whole = memory.through(FROM);
    let is_beside = [Spot::Old, Spot::Back].iter().any(|spot| memory.whole(&spot.path(FROM, TO)) == Some("whole"));
    // Where two names can be exchanged, there is no moment without one.
    assert!(whole == Some("whole") || !memory.exchanges && is_beside, "{about}: {:?}", memory.at().nodes);
}

fn assert_at_its_end(memory: &Memory, goal: Goal, content: &str, about: &str) {
    let expected = match goal {
        Goal::Away => vec!["/data", "/data/moved", TO, "/opt", FROM, "/opt/go.goenv-ci-journal"],
        Goal::Back => vec!["/data", "/opt", FROM],
    };
    assert_eq!(memory.names(), expected, "{about}");
    assert_eq!(memory.through(FROM), Some(content), "{about}");
    assert_eq!(memory.whole(FROM).is_some(), goal == Goal::Back, "{about}");
}

#[test]
fn a_run_that_ends_at_any_step_leaves_a_whole_tree_and_the_next_one_finishes_or_takes_it_back() {
    let mut tried = 0;
    for exchanges in [true, false] {
        type Prepare = fn(bool) -> Memory;
        for (first, prepare) in [(Goal::Away, Memory::new as Prepare), (Goal::Back, moved)] {
            for fuse in 0..changes(|| prepare(exchanges), first) {
                let killed = || {
                    let memory = prepare(exchanges);
                    memory.revived(fuse);
                    run(&memory, first).unwrap_err();
                    memory
                };
                for next in [Goal::Away, Goal::Back] {
                    let again = |fuse| {
                        let memory = killed();
                        assert_some_tree_is_whole(&memory, &format!("{first:?} ended at {fuse}"));
                        memory.revived(fuse);
                        (run(&memory, next), memory)
                    };
                    // Killed again at each step of what takes it up.
                    for second in 0.. {
                        let about = format!("{exchanges} {first:?} ended at {fuse}, {next:?} at {second}");
                        let (outcome, memory) = again(second);
                        tried += 1;
                        assert_some_tree_is_whole(&memory, &about);
                        if outcome.is_ok() {
                            assert_at_its_end(&memory, next, "whole", &about);
                            break;
                        }
                        assert!(second < 100, "{about}: {outcome:?}");
                        memory.revived(usize::MAX);
                        run(&memory, next).unwrap_or_else(|why| panic!("{about}: {why}: {:?}", memory.at().nodes));
                        assert_at_its_end(&memory, next, "whole", &about);
                    }
                }
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn what_was_written_after_the_swap_is_never_lost() {
    for exchanges in [true, false] {
        for fuse in 0..changes(|| Memory::new(exchanges), Goal::Away) {
            for next in [Goal::Away, Goal::Back] {
                let memory = Memory::new(exchanges);
                memory.revived(fuse);
                run(&memory, Goal::Away).unwrap_err();
                let place = match memory.at().nodes.get(FROM) {
                    Some(MemoryNode::Link(to)) => to.clone(),
                    Some(_) => FROM.to_owned(),
                    // Nobody can write where nothing is.
                    None => continue,
                };
                memory.at().nodes.insert(place, MemoryNode::Tree("newer"));
                memory.revived(usize::MAX);
                let about = format!("{exchanges} ended at {fuse}, {next:?}");
                run(&memory, next).unwrap_or_else(|why| panic!("{about}: {why}"));
                assert_at_its_end(&memory, next, "newer", &about);
            }
        }
    }
}

#[test]
fn what_somebody_put_in_the_way_meanwhile_is_left_alone() {
    for exchanges in [true, false] {
        for fuse in 0..changes(|| Memory::new(exchanges), Goal::Away) {
            let memory = Memory::new(exchanges);
            memory.revived(fuse);
            run(&memory, Goal::Away).unwrap_err();
            let free: Vec<&str> =
                [FROM, TO].into_iter().filter(|path| !memory.at().nodes.contains_key(*path)).collect();
            for path in free {
                memory.at().nodes.insert(path.to_owned(), MemoryNode::Tree("a stranger's"));
                memory.revived(usize::MAX);
                let outcome = run(&memory, Goal::Back);
                assert_eq!(memory.whole(path), Some("a stranger's"), "{exchanges} {fuse} {outcome:?}");
            }
        }
    }
}

#[test]
fn a_system_that_says_it_has_made_a_link_and_has_not_is_found_out() {
    for exchanges in [true, false] {
        let memory = Memory { pretends_to_link: true, ..Memory::new(exchanges) };
        let why = run(&memory, Goal::Away).unwrap_err();
        assert!(why.contains("making the link") && why.contains("nothing has changed"), "{why}");
        assert!(why.contains("is as it was"), "{why}");
        assert_eq!(memory.names(), ["/data", "/opt", FROM]);
    }
}

#[test]
fn a_go_that_says_something_else_gets_its_old_place_back() {
    struct Changing;
    impl GoChecks for Changing {
        fn answers(&self, _: &str) -> Result<Vec<MoveAnswer>, MoveError> {
            Ok(vec![MoveAnswer { what: "go version".into(), said: "none".into(), holds: false, may_differ: false }])
        }
    }
    let memory = Memory::new(true);
    let request = MoveRequest {
        tree: MovedTree::Goroot,
        from: FROM.to_owned(),
        to: Some(TO.to_owned()),
        link: LinkKind::Symlink,
    };
    let (scopes, env) = (FakeScopes::default(), EnvBlock::from_pairs(Platform::Linux, [("HOME", "/home/u")]));
    let sights = Sights {
        platform: Platform::Linux,
        host: &memory,
        disks: &NoDisks as &dyn Disks,
        trees: &memory,
        scopes: &scopes,
        env: &env,
        current_dir: "/",
    };
    let facts = look(&request, FROM, TO, &sights);
    let before = vec![MoveAnswer { what: "go version".into(), said: "go1".into(), holds: true, may_differ: false }];
    let means = MoveMeans { checks: &Changing, ..means(&memory) };
    let failed = Mover::begin(&request, &facts, before, means).unwrap().go_away().unwrap_err();
    assert!(matches!(failed.why, MoveError::Failed(_)), "{failed}");
    assert_eq!(memory.names(), ["/data", "/opt", FROM]);
    assert!(failed.to_string().contains("is as it was"), "{failed}");
}
