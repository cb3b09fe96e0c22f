//! What a command leaves behind that left its process group: on Linux it becomes a child of this process, which ends it.

use crate::system::directory::listed;
use rustix::{
    io::Errno,
    process::{
        Pid, Signal, WaitId, WaitIdOptions, WaitOptions, getpid, kill_process, set_child_subreaper, waitid, waitpid,
    },
};
use std::{fs, path::Path, sync::Once};

/// More generations than anything has that ends.
const ROUNDS: usize = 64;

/// From now on a process whose parent ends becomes a child of this one, in whatever group or session it is.
pub(crate) fn adopt() {
    static ONCE: Once = Once::new();
    // The number counts for nothing but not being absent. Without it they go to the system's first process, as before.
    ONCE.call_once(|| {
        let _ = set_child_subreaper(Some(getpid()));
    });
}

/// Ends every child of this process, and what becomes a child by that. Only for when nothing of its own runs.
pub(crate) fn end_all() {
    for _ in 0..ROUNDS {
        if !has_children() {
            return;
        }
        let adopted = children();
        for pid in &adopted {
            let _ = kill_process(*pid, Signal::KILL);
        }
        for pid in adopted {
            // Killed, it ends: one that cannot, in a call of a dead disk, is not waited for by anything else either.
            let _ = waitpid(Some(pid), WaitOptions::empty());
        }
    }
}

/// Asked of the system itself: that a look at `/proc` finds none may be for want of a `/proc`.
fn has_children() -> bool {
    let only_look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::All, only_look), Err(Errno::CHILD))
}

/// The children of this process, of which there are some.
fn children() -> Vec<Pid> {
    let found = found_among_all();
    if found.is_empty() { named_by_the_first_thread() } else { found }
}

/// Source: Linux, `proc_pid_stat(5)`: the parent is the second word behind the name, which is in parentheses and may
/// hold any.
fn found_among_all() -> Vec<Pid> {
    let own = getpid().as_raw_nonzero().to_string();
    let is_child =
        |stat: &str| stat.rsplit_once(')').is_some_and(|(_, rest)| rest.split_whitespace().nth(1) == Some(&own));
    let pids = listed(Path::new("/proc")).filter_map(|entry| entry.name().to_str()?.parse::<i32>().ok());
    let children = pids.filter(|pid| fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| is_child(&stat)));
    children.filter_map(Pid::from_raw).collect()
}

/// For where the processes cannot be listed. What is adopted becomes a child of the first thread. Not every Linux has
/// this file. Source: Linux, `proc_tid_children(5)`, `kernel/exit.c: find_new_reaper`.
fn named_by_the_first_thread() -> Vec<Pid> {
    let own = getpid().as_raw_nonzero();
    let named = fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap_or_default();
    named.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}
