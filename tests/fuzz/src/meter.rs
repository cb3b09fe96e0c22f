//! What an input costs: memory by the allocator, work by the edges that were executed. Both are the same in each run,
//! so that a limit is a property of the code and not of the machine.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// Counts what Rust code allocates.
pub struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" {
    /// Of `work.c`. Threads race for it, and lose a few counts at most.
    static goenv_ci_fuzz_work: u64;
}

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
}

// SAFETY: each call is the system allocator's own; the counters beside it touch no memory of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        grow(new_size);
        LIVE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(memory, layout, new_size) }
    }
}

/// What something cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// The most that was allocated at one time, beyond what was before.
    pub bytes: usize,
    /// Edges that were executed.
    pub edges: u64,
}

fn edges() -> u64 {
    // SAFETY: a plain number, which threads of the code under test may increment meanwhile.
    unsafe { (&raw const goenv_ci_fuzz_work).read_volatile() }
}

/// Does it, and says what it cost.
pub fn measured<T>(work: impl FnOnce() -> T) -> (T, Cost) {
    let (live, before) = (LIVE.load(Relaxed), edges());
    PEAK.store(live, Relaxed);
    let done = work();
    (done, Cost { bytes: PEAK.load(Relaxed).saturating_sub(live), edges: edges() - before })
}

/// What an input of a length may cost at most.
#[derive(Clone, Copy)]
pub struct Limit {
    pub bytes: usize,
    pub bytes_each: usize,
    pub edges: u64,
    pub edges_each: u64,
}

impl Limit {
    /// For readers of lines and words.
    pub const READER: Self = Self { bytes: 1 << 20, bytes_each: 400, edges: 1 << 20, edges_each: 3_000 };
    /// For whole answers about a machine, which say the same of each variable of Go.
    pub const ANSWER: Self = Self { bytes: 16 << 20, bytes_each: 20_000, edges: 60 << 20, edges_each: 60_000 };
}

/// Does it within the limit.
pub fn within<T>(limit: Limit, input: usize, work: impl FnOnce() -> T) -> T {
    let (done, cost) = measured(work);
    let bytes = limit.bytes + limit.bytes_each * input;
    assert!(
        cost.bytes <= bytes,
        "an input of {input} bytes took {} bytes of memory, and {bytes} are the limit",
        cost.bytes
    );
    let edges = limit.edges + limit.edges_each * input as u64;
    assert!(cost.edges <= edges, "an input of {input} bytes took {} edges, and {edges} are the limit", cost.edges);
    done
}
