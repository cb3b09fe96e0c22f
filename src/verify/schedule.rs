//! A bounded pool of workers over tasks of which some wait for another.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    thread,
};

/// Runs every task once, on at most `workers` threads, in the given order
/// except that a task waits until its predecessors have ended.
///
/// `after[i]` names the predecessors of task `i`, which must be smaller than `i`.
pub(crate) fn run(tasks: usize, workers: usize, after: &[Vec<usize>], task: impl Fn(usize) + Sync) {
    let state = Mutex::new((vec![State::Waiting; tasks], 0_usize));
    let changed = Condvar::new();
    let work = || {
        let mut guard = state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let ready = |states: &[State], i: usize| {
                states[i] == State::Waiting && after[i].iter().all(|p| states[*p] == State::Done)
            };
            while guard.1 < tasks && guard.0[guard.1] == State::Done {
                guard.1 += 1;
            }
            let Some(next) = (guard.1..tasks).find(|&i| ready(&guard.0, i)) else {
                if guard.0.iter().all(|s| *s != State::Waiting) {
                    return;
                }
                guard = changed.wait(guard).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            guard.0[next] = State::Running;
            drop(guard);
            task(next);
            guard = state.lock().unwrap_or_else(PoisonError::into_inner);
            guard.0[next] = State::Done;
            changed.notify_all();
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers.clamp(1, tasks.max(1)) {
            scope.spawn(work);
        }
    });
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Done,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_runs_once_and_after_its_predecessors() {
        for workers in [1, 2, 7] {
            let log = Mutex::new(Vec::new());
            let after: Vec<Vec<usize>> = (0..50).map(|i| if i < 10 { vec![] } else { vec![i % 10, i % 3] }).collect();
            run(50, workers, &after, |i| log.lock().unwrap().push(i));
            let log = log.into_inner().unwrap();
            let place = |task: usize| log.iter().position(|i| *i == task).unwrap();
            assert_eq!(log.len(), 50);
            assert!((10..50).all(|i| place(i % 10) < place(i) && place(i % 3) < place(i)));
        }
    }

    #[test]
    fn no_task_is_no_work() {
        run(0, 4, &[], |_| unreachable!());
    }
}
