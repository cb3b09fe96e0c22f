//! How this process ends before its time: Ctrl-C, Ctrl-Break, SIGTERM and a
//! closed console interrupt it; where it is killed, what it started dies too.
//! What a limit would end is told as an error instead.

use crate::system::process::Processes;
use std::sync::Arc;

/// Interrupts the programs that run when somebody asks for the end.
///
/// ctrlc answers every event of a console, but at once, and Windows ends a
/// process whose console is closed when the answer is there: so that one is
/// answered here, and late enough to remove the scratch directory.
pub fn listen(processes: Arc<Processes>) {
    #[cfg(target_os = "linux")]
    processes.adopt();
    #[cfg(windows)]
    let closing = Arc::clone(&processes);
    // Only a second handler in one process could make this fail, and the first one does the same.
    let _ = ctrlc::set_handler(move || processes.interrupt());
    // The handler that came last is asked first.
    #[cfg(windows)]
    windows::on_close(move || closing.interrupt());
}

/// A file that grows over its limit (`ulimit -f`) is an error that is told, not the end without a word. Programs that
/// this one starts are ended by the signal as before: what a handler catches is given back to them, and what the
/// caller ignores stays ignored. Rust's own start does the same for a pipe that nobody reads.
pub fn outlive_limits() {
    #[cfg(unix)]
    unix::catch(libc::SIGXFSZ);
}

/// Where the caller ignores the end of its children, as some service managers do, the system would forget how those
/// of this process end.
pub fn hear_of_children() {
    #[cfg(unix)]
    unix::reset(libc::SIGCHLD);
}

#[cfg(unix)]
#[allow(unsafe_code, reason = "no safe binding has handlers that do nothing, or resets one")]
mod unix {
    use std::{mem, ptr};

    pub(super) fn reset(signal: libc::c_int) {
        // SAFETY: no handler is installed.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }

    pub(super) fn catch(signal: libc::c_int) {
        // SAFETY: both structures are plain data, and all zero is an action without flags or a mask; the handler does
        // nothing, so it may come at any time.
        unsafe {
            let mut now: libc::sigaction = mem::zeroed();
            if libc::sigaction(signal, ptr::null(), &raw mut now) != 0 || now.sa_sigaction != libc::SIG_DFL {
                return;
            }
            let mut action: libc::sigaction = mem::zeroed();
            action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
            action.sa_flags = libc::SA_RESTART;
            libc::sigaction(signal, &raw const action, ptr::null_mut());
        }
    }

    extern "C" fn nothing(_: libc::c_int) {}
}

/// From now on everything that this process starts ends with it, however it
/// ends. Elsewhere than on Windows nothing does that for a whole tree.
#[cfg(windows)]
pub(crate) use windows::end_together;

#[cfg(windows)]
#[allow(unsafe_code, reason = "jobs and console events have no safe binding that closes with the process")]
mod windows {
    use std::{
        ptr,
        sync::{Once, OnceLock},
        thread,
        time::Duration,
    };
    use windows_sys::{
        Win32::{
            Foundation::{CloseHandle, FALSE, TRUE},
            System::{
                Console::{CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT, SetConsoleCtrlHandler},
                JobObjects::{
                    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
                    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation, SetInformationJobObject,
                },
                Threading::GetCurrentProcess,
            },
        },
        core::BOOL,
    };

    /// Longer than Windows waits for an answer (5 s): this process is gone by then.
    const LONG: Duration = Duration::from_secs(10);

    static CLOSING: OnceLock<Box<dyn Fn() + Send + Sync>> = OnceLock::new();

    pub(crate) fn on_close(action: impl Fn() + Send + Sync + 'static) {
        if CLOSING.set(Box::new(action)).is_ok() {
            // SAFETY: the handler is a function of this program, which outlives every event.
            unsafe { SetConsoleCtrlHandler(Some(handler), TRUE) };
        }
    }

    /// Windows calls it on a thread of its own.
    unsafe extern "system" fn handler(event: u32) -> BOOL {
        match (event, CLOSING.get()) {
            (CTRL_CLOSE_EVENT | CTRL_LOGOFF_EVENT | CTRL_SHUTDOWN_EVENT, Some(action)) => {
                action();
                thread::sleep(LONG);
                TRUE
            }
            _ => FALSE,
        }
    }

    /// process-wrap's own jobs end when they are told to, not when this process is killed.
    pub(crate) fn end_together() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
            limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
            let size = u32::try_from(size_of_val(&limits)).unwrap_or_default();
            // SAFETY: a job without a name and with default rights; the limits are of the type that is
            // named and live until the call returns. The handle stays open on purpose: the system closes
            // it with this process, and that ends the job.
            unsafe {
                let job = CreateJobObjectW(ptr::null(), ptr::null());
                if job.is_null() {
                    return;
                }
                let limited =
                    SetInformationJobObject(job, JobObjectExtendedLimitInformation, (&raw const limits).cast(), size);
                if limited == FALSE || AssignProcessToJobObject(job, GetCurrentProcess()) == FALSE {
                    CloseHandle(job);
                }
            }
        });
    }
}
