//! Programs that a test writes and somebody then starts.
//!
//! Another process writes them. A file that this process has open for writing is open for a moment in
//! every child that another test starts meanwhile too, and what is open for writing cannot be started.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Puts goenv-ci itself there.
pub fn copy_program(to: &Path) {
    copy_another_program(env!("CARGO_BIN_EXE_goenv-ci").as_ref(), to);
}

/// Puts another program there.
pub fn copy_another_program(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg(from).arg(to).status();
    assert!(copied.unwrap().success(), "{}", to.display());
}

/// Writes a script that everybody may start, and the directory that it is in.
pub fn write_program(to: &Path, script: &str) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    let mut writer = Command::new("sh")
        .args(["-c", "cat >\"$1\" && chmod 755 \"$1\"", "sh"])
        .arg(to)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writer.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(writer.wait().unwrap().success(), "{}", to.display());
}
