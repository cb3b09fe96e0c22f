//! What a command leaves behind that left its process group: on Linux it becomes a child of this process, which ends it.

use crate::system::directory::listed;
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, waitpid};
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
        let adopted = children();
        if adopted.is_empty() {
            return;
        }
        for pid in &adopted {
            let _ = kill_process(*pid, Signal::KILL);
        }
        for pid in adopted {
            // Killed, it ends: one that cannot, in a call of a dead disk, is not waited for by anything else either.
            let _ = waitpid(Some(pid), WaitOptions::empty());
        }
    }
}

/// The children of this process. Source: Linux, `proc_pid_stat(5)`: the parent is the second word behind the name,
/// which is in parentheses and may hold any.
fn children() -> Vec<Pid> {
    let own = getpid().as_raw_nonzero().to_string();
    let is_child =
        |stat: &str| stat.rsplit_once(')').is_some_and(|(_, rest)| rest.split_whitespace().nth(1) == Some(&own));
    let pids = listed(Path::new("/proc")).filter_map(|entry| entry.name().to_str()?.parse::<i32>().ok());
    let children = pids.filter(|pid| fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| is_child(&stat)));
    children.filter_map(Pid::from_raw).collect()
}
