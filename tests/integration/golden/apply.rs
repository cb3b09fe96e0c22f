//! `apply` through the binary: what it prints, and what is in the command files afterwards.

use super::{Case, process::Place};

/// Leaves out what differs between machines: their drives, which are named where they have little room or are several,
/// and numbers of bytes, which depend on the length of paths.
fn without_machine(text: &str) -> String {
    let of_drives = |part: &&str| {
        let plain = anstream::adapter::strip_str(part).to_string();
        plain.starts_with("Drives\n")
            || [" on one drive", " on different drives", " are free on `"].iter().any(|said| plain.contains(said))
    };
    let parts: Vec<&str> = text.split("\n\n").filter(|part| !of_drives(part)).collect();
    parts.join("\n\n").lines().map(|line| without_bytes(line) + "\n").collect()
}

/// `3 lines (120 bytes)`.
fn without_bytes(line: &str) -> String {
    let Some(end) = line.find(" bytes)") else { return line.to_owned() };
    let Some(start) = line[..end].rfind('(') else { return line.to_owned() };
    format!("{}(⟨count⟩{}", &line[..start], &line[end..])
}

pub fn cases() -> Vec<Case> {
    let files = |place: &Place| -> String {
        ["env", "path", "output"].map(|name| format!("--- {name}\n{}", place.command_file(name))).concat()
    };
    let place = Place::new();
    let run = |args: &[&str]| without_machine(&place.step(args, &[]));
    let case =
        |name, text: String| Case { command: "apply", name, outputs: vec![("txt".to_owned(), text)], hostile: None };
    let dry = run(&["apply", "--dry-run", "--go", "1.22"]) + &files(&place);
    let first = run(&["apply"]) + &files(&place);
    let again = run(&["apply"]) + &files(&place);
    let coloured = Place::new();
    let other = Place::new();
    let json = other.step(&["apply", "--format", "json"], &[]);
    let json: String =
        json.lines().take_while(|line| !line.contains("\"drives\"")).map(|line| format!("{line}\n")).collect();
    let shells = ["bash", "pwsh", "cmd", "fish"].map(|shell| other.step(&["apply", "--shell", shell], &[])).concat();
    vec![
        case("dry-run", dry),
        case("first", first),
        case("again", again),
        case("color", without_machine(&coloured.step(&["apply", "--color", "always"], &[]))),
        case("json", json),
        case("shells", shells),
    ]
}

#[test]
fn what_is_printed_and_written_is_as_accepted() {
    super::accepted::accept(&cases().iter().collect::<Vec<_>>());
}
