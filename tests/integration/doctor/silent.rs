//! A directory on a server that is gone: a file system in user space that never answers.

use super::desk::{Desk, can_be_root};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Mounted until it goes.
struct Silent(Child);

impl Silent {
    /// Nothing where this machine forbids it.
    fn mount(at: &str) -> Option<Self> {
        let script = "exec 3<>/dev/fuse || exit 1; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0,allow_other \
                      silent \"$1\" || exit 1; echo mounted; read -r _; exec 3>&-; umount -l \"$1\"";
        let mut command = Command::new(if rustix::process::geteuid().is_root() { "bash" } else { "sudo" });
        if !rustix::process::geteuid().is_root() {
            command.args(["-n", "bash"]);
        }
        let child = command.args(["-c", script, "bash", at]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = child.stderr(Stdio::null()).spawn().ok()?;
        let mut said = String::new();
        BufReader::new(child.stdout.take()?).read_line(&mut said).ok()?;
        (said.trim() == "mounted").then_some(Self(child))
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[test]
fn a_cache_on_a_mount_that_never_answers_is_named_and_the_rest_is_judged() {
    let Some(mut desk) = Desk::new().filter(|_| can_be_root()) else { return };
    desk.write("silent/.keep", "");
    let Some(_mount) = Silent::mount(&desk.text("silent")) else {
        return eprintln!("skipped: no file system in user space can be mounted here");
    };
    desk.set_to("GOCACHE", "silent/cache");
    desk.set_to("GOMODCACHE", "silent/mod");
    desk.set("GOBIN", "relative");
    let (code, said, stderr) = desk.doctor(&[]);
    assert_eq!(code, 1, "{said}{stderr}");
    assert_eq!(said.matches("(place-does-not-answer)").count(), 1, "{said}");
    assert!(said.contains("(gobin-relative)"), "{said}");
}
