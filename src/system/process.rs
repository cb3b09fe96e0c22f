//! Runs programs, each at the head of a process group (a Job Object on
//! Windows), so that a whole tree can be ended: on time-out, and when interrupted.

use crate::ports::{Completed, Ended, Executor, Invocation, NotRun};
use crate::system::{code_page, retry::retried};
use process_wrap::std::{ChildWrapper, CommandWrap};
use std::{
    collections::HashMap,
    io::{self, Read},
    process::{Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

/// More output than any probe has; the rest is read and dropped.
const LARGEST_OUTPUT: usize = 1 << 20;

/// Between two looks at whether the user asked to stop.
const INTERRUPT_POLL: Duration = Duration::from_millis(100);

type Running = Arc<Mutex<Box<dyn ChildWrapper>>>;

/// Starts programs and knows those that run.
#[derive(Debug, Default)]
pub struct Processes {
    running: Mutex<HashMap<u64, Running>>,
    /// Commands that are being started or run. What a command left behind is ended when it is the last one: while
    /// others run, it may be theirs.
    live: Mutex<usize>,
    /// Whether all children of this process are what these commands started.
    #[cfg(target_os = "linux")]
    adopts: AtomicBool,
    next: AtomicU64,
    stop: AtomicBool,
}

impl Processes {
    /// From now on nothing is started any more, and what runs is ended with its tree.
    pub fn interrupt(&self) {
        self.stop.store(true, Ordering::SeqCst);
        for child in locked(&self.running).values() {
            end(child);
        }
    }

    /// From now on what a command leaves behind is ended with it, in whatever session it is. Only for a process that
    /// starts nothing by other means.
    #[cfg(target_os = "linux")]
    pub fn adopt(&self) {
        crate::system::descendants::adopt();
        self.adopts.store(true, Ordering::Relaxed);
    }

    /// Whether one of the two pipes was closed before the deadline. After an
    /// interruption nobody waits for a grandchild that left the group and holds one open.
    fn closed(&self, receiver: &mpsc::Receiver<()>, deadline: Instant) -> bool {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match receiver.recv_timeout(left.min(INTERRUPT_POLL)) {
                Ok(()) => return true,
                Err(mpsc::RecvTimeoutError::Disconnected) => return false,
                Err(mpsc::RecvTimeoutError::Timeout) if left.is_zero() || self.interrupted() => return false,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Executor for Processes {
    fn run(&self, invocation: &Invocation<'_>) -> Result<Completed, NotRun> {
        #[cfg(windows)]
        crate::system::signals::end_together();
        let started = Instant::now();
        let _live = CountedRun::new(self);
        let mut child = retried(|| spawn(invocation)).map_err(NotRun::NotStarted)?;
        let (sender, receiver) = mpsc::channel();
        let stdout = drain(child.stdout().take(), sender.clone());
        let stderr = drain(child.stderr().take(), sender);
        let child: Running = Arc::new(Mutex::new(child));
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        locked(&self.running).insert(id, Arc::clone(&child));
        if self.interrupted() {
            end(&child);
        }
        let deadline = started + invocation.limit;
        let both_closed = (0..2).all(|_| self.closed(&receiver, deadline));
        let status = if both_closed { wait(&child, deadline) } else { Ok(None) };
        // What it left running would hold its directory on Windows: Go 1.23's telemetry works on in the background.
        end(&child);
        if !matches!(status, Ok(Some(_))) {
            // That it does not go changes nothing of what is known of it.
            let _ = wait(&child, Instant::now() + Duration::from_secs(10));
        }
        locked(&self.running).remove(&id);
        let ended = match status.map_err(NotRun::Unread)? {
            _ if self.interrupted() => Ended::Interrupted,
            None => Ended::TimedOut,
            Some(status) => ended(status),
        };
        let [stdout, stderr] = [taken(&stdout)?, taken(&stderr)?];
        Ok(Completed { ended, stdout, stderr, duration: started.elapsed() })
    }

    fn interrupted(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}

/// Counts a command while it is started and runs.
struct CountedRun<'a>(&'a Processes);

impl<'a> CountedRun<'a> {
    fn new(processes: &'a Processes) -> Self {
        *locked(&processes.live) += 1;
        Self(processes)
    }
}

impl Drop for CountedRun<'_> {
    fn drop(&mut self) {
        // Nothing is started meanwhile.
        let mut count = locked(&self.0.live);
        *count -= 1;
        #[cfg(target_os = "linux")]
        if *count == 0 && self.0.adopts.load(Ordering::Relaxed) {
            crate::system::descendants::end_all();
        }
    }
}

fn spawn(invocation: &Invocation<'_>) -> io::Result<Box<dyn ChildWrapper>> {
    let (program, args) = invocation.argv.split_first().ok_or_else(|| io::Error::other("an empty command line"))?;
    let mut command = Command::new(program);
    command.args(args).current_dir(invocation.dir).env_clear().envs(invocation.env.iter());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(target_os = "linux")]
    crate::system::before_exec::prepare(&mut command, invocation)?;
    let mut command = CommandWrap::from(command);
    #[cfg(unix)]
    command.wrap(process_wrap::std::ProcessGroup::leader());
    #[cfg(windows)]
    command.wrap(process_wrap::std::JobObject);
    command.spawn()
}

/// What came out of a pipe so far, or why it could not be read to its end.
type Output = Arc<Mutex<io::Result<Vec<u8>>>>;

/// Reads to the end on a thread of its own. A grandchild that outlives its
/// parent can hold a pipe open for ever, so the thread itself is not waited for.
fn drain(pipe: Option<impl Read + Send + 'static>, closed: mpsc::Sender<()>) -> Output {
    let output = Arc::new(Mutex::new(Ok(Vec::new())));
    let kept = Arc::clone(&output);
    thread::spawn(move || {
        if let Some(Err(why)) = pipe.map(|pipe| keep(pipe, &kept)) {
            *locked(&kept) = Err(why);
        }
        let _ = closed.send(());
    });
    output
}

fn keep(mut pipe: impl Read, kept: &Mutex<io::Result<Vec<u8>>>) -> io::Result<()> {
    let mut chunk = [0; 8192];
    loop {
        match pipe.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                if let Ok(kept) = &mut *locked(kept) {
                    let room = LARGEST_OUTPUT.saturating_sub(kept.len());
                    kept.extend_from_slice(&chunk[..count.min(room)]);
                }
            }
            // By a signal that ends nothing.
            Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
            Err(why) => return Err(why),
        }
    }
}

fn taken(output: &Output) -> Result<Vec<u8>, NotRun> {
    let read = std::mem::replace(&mut *locked(output), Ok(Vec::new()));
    read.map(|bytes| code_page::utf8(&bytes)).map_err(NotRun::Unread)
}

/// Of the command alone: a whole group is waited for without the command's status where one that it left behind has
/// become a child of ours.
#[cfg(unix)]
fn try_wait(child: &mut dyn ChildWrapper) -> io::Result<Option<ExitStatus>> {
    child.inner_mut().try_wait()
}

#[cfg(windows)]
fn try_wait(child: &mut dyn ChildWrapper) -> io::Result<Option<ExitStatus>> {
    child.try_wait()
}

/// The exit status, or `None` at the deadline. The lock is not held in
/// between, so that an interruption can end the child.
fn wait(child: &Running, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_micros(100);
    loop {
        if let Some(status) = try_wait(&mut **locked(child))? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

/// The child and all that it started. Fails only where all have ended already.
fn end(child: &Running) {
    drop(locked(child).start_kill());
}

fn ended(status: ExitStatus) -> Ended {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ended::Signal(signal);
    }
    Ended::Code(status.code().unwrap_or(-1))
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// A pipe of which each read comes to this.
    struct Pipe(VecDeque<Result<&'static str, io::ErrorKind>>);

    impl Read for Pipe {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.pop_front().unwrap_or(Ok(""))?.as_bytes();
            into[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    fn said<const N: usize>(reads: [Result<&'static str, io::ErrorKind>; N]) -> Result<String, NotRun> {
        let (sender, receiver) = mpsc::channel();
        let output = drain(Some(Pipe(reads.into())), sender);
        receiver.recv().unwrap();
        taken(&output).map(|bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn a_read_that_a_signal_interrupts_loses_nothing() {
        use io::ErrorKind::Interrupted;
        let all = said([Err(Interrupted), Ok("go version "), Err(Interrupted), Ok("go1.22.1")]);
        assert_eq!(all.unwrap(), "go version go1.22.1");
    }

    #[test]
    fn half_of_what_a_command_says_is_not_taken_for_all() {
        let cut = said([Ok("go version "), Err(io::ErrorKind::ConnectionReset)]);
        assert!(matches!(cut, Err(NotRun::Unread(why)) if why.kind() == io::ErrorKind::ConnectionReset));
    }
}
