//! Files and drives asked by a thread of its own, with a limit: a directory on a server that is gone never answers,
//! and whoever asks waits for ever.

use crate::{
    platform::{
        Platform,
        ownership::{ActingUser, Ownership},
    },
    ports::{
        Disks, Host, Kind, ReadLimit, Rights, UnreadFile,
        disks::{Burst, Drive, Room},
    },
};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

/// For one question about a name. A local disk that has to spin up takes longer than a network that works.
const LIMIT: Duration = Duration::from_secs(5);

/// Files and names that are read take as many times longer.
const FOR_READING: u32 = 4;

type Question<T> = Box<dyn FnOnce(&T) + Send>;

/// What is asked through another thread; a thread that got no answer is left behind.
pub struct Patient<T> {
    inner: Arc<T>,
    platform: Platform,
    limit: Duration,
    silent: Mutex<Vec<String>>,
    thread: Mutex<Option<Sender<Question<T>>>>,
}

impl<T: Send + Sync + 'static> Patient<T> {
    /// Asks `inner`.
    #[must_use]
    pub fn new(inner: T, platform: Platform) -> Self {
        Self::within(inner, platform, LIMIT)
    }

    fn within(inner: T, platform: Platform, limit: Duration) -> Self {
        Self { inner: Arc::new(inner), platform, limit, silent: Mutex::default(), thread: Mutex::default() }
    }

    fn answer<R: Send + 'static>(&self, limit: Duration, ask: impl FnOnce(&T) -> R + Send + 'static) -> Option<R> {
        let (answer, answered) = mpsc::channel();
        let question: Question<T> = Box::new(move |inner| drop(answer.send(ask(inner))));
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = thread.get_or_insert_with(|| self.new_thread()).send(question);
        let answer = asked.ok().and_then(|()| answered.recv_timeout(limit).ok());
        if answer.is_none() {
            *thread = None;
        }
        answer
    }

    fn new_thread(&self) -> Sender<Question<T>> {
        let (sender, questions) = mpsc::channel::<Question<T>>();
        let inner = Arc::clone(&self.inner);
        thread::spawn(move || questions.iter().for_each(|question| question(&inner)));
        sender
    }
}

impl<T: Host + Send + 'static> Patient<T> {
    fn at<R: Send + 'static>(
        &self,
        path: &str,
        limit: Duration,
        ask: impl FnOnce(&T, &str) -> R + Send + 'static,
    ) -> Option<R> {
        if self.is_silent(path) {
            return None;
        }
        let own = path.to_owned();
        let answer = self.answer(limit, move |host| ask(host, &own));
        if answer.is_none() {
            self.find_silent(path);
        }
        answer
    }

    fn is_silent(&self, path: &str) -> bool {
        let silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.iter().any(|dir| self.platform.is_within(path, dir))
    }

    /// Remembers the first directory on the way to a path that does not answer, so that it is waited for once.
    fn find_silent(&self, path: &str) {
        let mut way: Vec<String> = self.platform.above(path).collect();
        way.reverse();
        way.push(path.to_owned());
        let silent = way.into_iter().find(|dir| {
            let dir = dir.clone();
            self.answer(self.limit, move |host| host.kind(&dir)).is_none()
        });
        self.silent.lock().unwrap_or_else(PoisonError::into_inner).extend(silent);
    }

    fn reading(&self) -> Duration {
        self.limit * FOR_READING
    }
}

fn no_answer() -> UnreadFile {
    UnreadFile::Failed("what it lies on does not answer".to_owned())
}

impl<T: Host + Send + 'static> Host for Patient<T> {
    fn kind(&self, path: &str) -> Kind {
        self.at(path, self.limit, |host, path| host.kind(path)).unwrap_or(Kind::Absent)
    }

    fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
        self.at(path, self.reading(), move |host, path| host.read(path, limit)).unwrap_or_else(|| Err(no_answer()))
    }

    fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
        let wanted = wanted.to_vec();
        let answer = self.at(path, self.reading(), move |host, path| host.holds(path, &wanted, limit));
        answer.unwrap_or_else(|| Err(no_answer()))
    }

    fn list(&self, dir: &str) -> Vec<String> {
        self.at(dir, self.reading(), |host, dir| host.list(dir)).unwrap_or_default()
    }

    fn first_file_below(&self, dir: &str) -> Option<String> {
        self.at(dir, self.reading(), |host, dir| host.first_file_below(dir)).flatten()
    }

    fn identity(&self, path: &str) -> Option<String> {
        self.at(path, self.limit, |host, path| host.identity(path)).flatten()
    }

    fn canonical(&self, path: &str) -> Option<String> {
        self.at(path, self.limit, |host, path| host.canonical(path)).flatten()
    }

    fn same_file(&self, left: &str, right: &str) -> Option<bool> {
        if self.is_silent(right) || self.kind(right) == Kind::Absent {
            return None;
        }
        let right = right.to_owned();
        self.at(left, self.limit, move |host, left| host.same_file(left, &right)).flatten()
    }

    fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
        self.inner.write(path, content)
    }

    fn replace(&self, path: &str, content: &[u8]) -> io::Result<()> {
        self.inner.replace(path, content)
    }

    fn check_writable(&self, dir: &str) -> io::Result<()> {
        let answer = self.at(dir, self.limit, |host, dir| host.check_writable(dir));
        answer.unwrap_or_else(|| Err(io::ErrorKind::TimedOut.into()))
    }

    fn ownership(&self, dir: &str) -> Option<Ownership> {
        self.at(dir, self.limit, |host, dir| host.ownership(dir)).flatten()
    }

    fn acting_user(&self) -> Option<ActingUser> {
        self.inner.acting_user()
    }

    fn rights(&self, path: &str) -> Option<Rights> {
        self.at(path, self.limit, |host, path| host.rights(path)).flatten()
    }

    fn some_of(&self, dir: &str, most: usize) -> Vec<String> {
        self.at(dir, self.reading(), move |host, dir| host.some_of(dir, most)).unwrap_or_default()
    }

    fn silent(&self) -> Vec<String> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn create_dir_all(&self, dir: &str) -> io::Result<()> {
        self.inner.create_dir_all(dir)
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.inner.remove(path)
    }
}

/// Another drive than the one that is asked about may be what does not answer, so nothing is said of who it was.
impl<T: Disks + Send + Sync + 'static> Disks for Patient<T> {
    fn drive_of(&self, path: &str) -> Option<Drive> {
        let path = path.to_owned();
        self.answer(self.limit, move |disks| disks.drive_of(&path)).flatten()
    }

    fn room(&self, path: &str) -> Option<Room> {
        let path = path.to_owned();
        self.answer(self.limit, move |disks| disks.room(&path)).flatten()
    }

    fn burst(&self, dir: &str, limit: Duration) -> io::Result<Burst> {
        self.inner.burst(dir, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::fake::FakeHost;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A machine on which one directory never answers, until the test ends.
    struct Stuck {
        host: FakeHost,
        waits: Mutex<mpsc::Receiver<()>>,
        asked: Arc<AtomicUsize>,
    }

    impl Host for Stuck {
        fn kind(&self, path: &str) -> Kind {
            if path.starts_with("/mnt/gone") {
                self.asked.fetch_add(1, Ordering::Relaxed);
                // Nobody ever sends; it ends with the test.
                let _ = self.waits.lock().unwrap_or_else(PoisonError::into_inner).recv();
            }
            self.host.kind(path)
        }
        fn read(&self, path: &str, limit: ReadLimit) -> Result<Vec<u8>, UnreadFile> {
            self.host.read(path, limit)
        }
        fn holds(&self, path: &str, wanted: &[u8], limit: ReadLimit) -> Result<bool, UnreadFile> {
            self.host.holds(path, wanted, limit)
        }
        fn list(&self, dir: &str) -> Vec<String> {
            self.host.list(dir)
        }
        fn first_file_below(&self, dir: &str) -> Option<String> {
            self.host.first_file_below(dir)
        }
        fn canonical(&self, path: &str) -> Option<String> {
            self.host.canonical(path)
        }
        fn same_file(&self, left: &str, right: &str) -> Option<bool> {
            self.host.same_file(left, right)
        }
        fn write(&self, path: &str, content: &[u8]) -> io::Result<()> {
            self.host.write(path, content)
        }
        fn replace(&self, path: &str, content: &[u8]) -> io::Result<()> {
            self.host.replace(path, content)
        }
        fn check_writable(&self, dir: &str) -> io::Result<()> {
            self.host.check_writable(dir)
        }
        fn create_dir_all(&self, dir: &str) -> io::Result<()> {
            self.host.create_dir_all(dir)
        }
        fn remove(&self, path: &str) -> io::Result<()> {
            self.host.remove(path)
        }
    }

    #[test]
    fn what_never_answers_is_waited_for_once_and_named_and_the_rest_is_answered() {
        let (keep, waits) = mpsc::channel();
        let asked = Arc::new(AtomicUsize::new(0));
        let host = FakeHost::new(Platform::Linux).file("/home/u/go.mod", "module m\n").file("/mnt/gone/x/y", "");
        let stuck = Stuck { host, waits: Mutex::new(waits), asked: Arc::clone(&asked) };
        let patient = Patient::within(stuck, Platform::Linux, Duration::from_millis(50));
        for name in ["/mnt/gone/cache/go-build", "/mnt/gone/cache", "/mnt/gone/other"] {
            assert_eq!(patient.kind(name), Kind::Absent, "{name}");
        }
        assert_eq!(patient.silent(), ["/mnt/gone"], "the first directory that does not answer");
        assert_eq!(asked.load(Ordering::Relaxed), 2, "once for the question, once to find the directory");
        assert_eq!(patient.kind("/home/u/go.mod"), Kind::File);
        assert_eq!(patient.read("/home/u/go.mod", ReadLimit::Module).unwrap(), b"module m\n");
        assert!(patient.read("/mnt/gone/x/y", ReadLimit::Module).is_err(), "what lies below is not asked for");
        drop(keep);
    }
}
