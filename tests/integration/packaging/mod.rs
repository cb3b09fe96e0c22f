//! What lies in `scripts/packaging` and `scripts/owner.sh`: how others get this program, and who publishes it.

mod owner;

use std::path::Path;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// `OWNER/NAME` of the repository that publishes this: Cargo.toml's `repository`, the one setting.
fn repository() -> &'static str {
    env!("CARGO_PKG_REPOSITORY").strip_prefix("https://github.com/").expect("a repository on GitHub")
}

fn root() -> &'static Path {
    Path::new(ROOT)
}
