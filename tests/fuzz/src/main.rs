//! Fuzz targets for everything that reads foreign bytes, and for what shows them. One program, so that it is linked
//! once: GOENV_CI_FUZZ_TARGET names the target. `scripts/fuzz.sh` builds and runs it.
#![no_main]

mod input;
mod machine;
mod meter;
mod reference;
mod targets;

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

#[global_allocator]
static ALLOCATOR: meter::Counting = meter::Counting;

unsafe extern "C" {
    fn _exit(code: i32) -> !;
}

static TARGET: LazyLock<targets::Run> = LazyLock::new(|| {
    let name = std::env::var("GOENV_CI_FUZZ_TARGET").unwrap_or_default();
    let found = targets::ALL.iter().find(|(known, _)| *known == name);
    let Some((_, run)) = found else {
        let names: Vec<&str> = targets::ALL.iter().map(|(known, _)| *known).collect();
        println!("{}", names.join("\n"));
        // libFuzzer would take a plain exit for a crash.
        unsafe { _exit(i32::from(name != "list")) };
    };
    *run
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
