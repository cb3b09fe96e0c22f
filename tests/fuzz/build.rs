//! Compiles the counter of work, which must not be instrumented itself.

fn main() {
    println!("cargo::rerun-if-changed=src/work.c");
    cc::Build::new().file("src/work.c").opt_level(2).compile("work");
    // libFuzzer has an empty function of that name too. The first one counts, and ours is linked first.
    println!("cargo::rustc-link-arg=-Wl,--allow-multiple-definition");
}
