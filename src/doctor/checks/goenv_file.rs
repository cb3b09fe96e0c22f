//! The file of `go env -w`, which stays in force long after everybody has forgotten it.

use crate::{
    doctor::{
        Context,
        check::{Check, Hit},
        finding::FileChange,
        remedy::{edit, pattern, quoted, real_file},
        view::visible,
    },
    goenv::{
        Known,
        explanation::{Explained, Layer, UnreadSource},
        settings::{SettingsFile, Unreadable},
    },
    output::mask,
    platform::Platform,
    ports::{Kind, ReadLimit},
    status::Severity,
};
use std::collections::{BTreeSet, HashSet};

pub(super) const CHECKS: &[Check] =
    &[UNREADABLE, DIRECTORY_CLOSED, BROKEN_LINES, UNKNOWN_NAMES, CARRIAGE_RETURNS, IN_FORCE, SHADOWED, NOT_READ];

/// What a line of `go env -w` costs once it is forgotten; nothing where Go's own documentation recommends it.
fn cost(context: &Context<'_>, name: &str, value: &str) -> Option<Severity> {
    use Severity::{Note, Warning};
    match name {
        // Go's documentation: "go env -w" for private modules, proxies of a company, telemetry, credentials.
        "GOPRIVATE" | "GONOPROXY" | "GONOSUMDB" | "GOINSECURE" | "GOAUTH" | "GOTELEMETRY" => None,
        // It has checks of its own.
        "GOROOT" => None,
        "GOPROXY" => matches!(value, "off" | "direct").then_some(Warning),
        "GOSUMDB" => (value == "off").then_some(Warning),
        "GOTOOLCHAIN" if matches!(value, "auto" | "local" | "path") => Some(Note),
        "GO111MODULE" if value != "off" => Some(Note),
        "GOOS" if value == context.value("GOHOSTOS") => Some(Note),
        "GOARCH" if value == context.value("GOHOSTARCH") => Some(Note),
        // Where things are is a matter of taste; a directory that does not work has checks of its own.
        "GOBIN" | "GOPATH" | "GOCACHE" | "GOMODCACHE" => Some(Note),
        _ => Some(Warning),
    }
}

/// The file that the examined `go` reads, if it reads one.
fn file<'s>(context: &'s Context<'_>) -> Option<&'s SettingsFile> {
    context.look.goenv_file.as_ref()
}

/// What becomes of some lines of the file; every other byte stays.
struct LineEdits {
    path: String,
    before: Vec<u8>,
    drop: Vec<usize>,
    repair: Vec<(usize, String)>,
}

impl LineEdits {
    fn of(context: &Context<'_>, path: &str) -> Option<Self> {
        let before = context.host.read(path, ReadLimit::Settings).ok()?;
        Some(Self { path: path.to_owned(), before, drop: Vec::new(), repair: Vec::new() })
    }

    /// The lines of such numbers, without their ends; `None` for one that is no text.
    fn lines(&self, numbers: impl IntoIterator<Item = usize>) -> Vec<Option<&str>> {
        let all: Vec<&[u8]> = self.before.split(|byte| *byte == b'\n').collect();
        let line = |number: usize| std::str::from_utf8(all.get(number.checked_sub(1)?)?).ok();
        numbers.into_iter().map(line).collect()
    }

    /// The command for a person's shell: each line is told by what it holds, never by its number, since another fix
    /// may have taken out one above it. Nothing where that needs more than anybody reads.
    fn command(&self, context: &Context<'_>, begins: fn(&str) -> &str) -> Option<String> {
        let platform = context.platform();
        if self.drop.len() + self.repair.len() > DELETED {
            return None;
        }
        let out = self.lines(self.drop.iter().copied()).into_iter().collect::<Option<Vec<_>>>()?;
        let from = self.lines(self.repair.iter().map(|(number, _)| *number)).into_iter().collect::<Option<Vec<_>>>()?;
        let is_shown = |line: &&str| !line.trim_start_matches(BYTE_ORDER_MARK).contains(char::is_control);
        if !out.iter().chain(&from).all(is_shown) {
            return None;
        }
        let file = real_file(context, &self.path);
        let mut sed: BTreeSet<String> = BTreeSet::new();
        for line in &out {
            let part = begins(line);
            let end = if part.len() == line.len() { "$" } else { "" };
            sed.insert(format!("/^{}{end}/d", pattern(part)));
        }
        let marked = self.before.starts_with(BYTE_ORDER_MARK.to_string().as_bytes());
        for (line, (_, to)) in from.iter().zip(&self.repair) {
            let line = line.trim_start_matches(BYTE_ORDER_MARK);
            if line != to {
                sed.insert(format!("s/^{}$/{}/", pattern(line), replacement(to)));
            }
        }
        if platform == Platform::Windows {
            // One expression for all, as Windows' own shell reads the file as a whole.
            let part = |line: &&str| {
                let begins = begins(line);
                let rest = if begins.len() == line.len() { "" } else { "[^\n]*" };
                format!("{}{rest}", escaped(begins))
            };
            let all: BTreeSet<String> = out.iter().map(part).collect();
            let net = format!(r"(?m)^({})(\n|\z)", all.into_iter().collect::<Vec<_>>().join("|"));
            return self.repair.is_empty().then(|| edit(platform, &file, "", (&net, "")));
        }
        let script = quoted(platform, &sed.into_iter().collect::<Vec<_>>().join(";"));
        let path = quoted(platform, &file);
        if marked && from.iter().any(|line| line.starts_with(BYTE_ORDER_MARK)) {
            let rest = if script == "''" { String::new() } else { format!(" -e {script}") };
            return Some(format!("sed -i.bak -e \"1s/^$(printf '\\357\\273\\277')//\"{rest} {path}"));
        }
        Some(format!("sed -i.bak {script} {path}"))
    }

    /// A finding with this as its fix.
    fn on(self, context: &Context<'_>, begins: fn(&str) -> &str, hit: Hit) -> Hit {
        let command = self.command(context, begins).unwrap_or_else(|| "goenv-ci doctor --fix".to_owned());
        let Self { path, before, drop, repair, .. } = self;
        hit.fix_with(command, Some(FileChange::Lines { path, before, drop, repair, bare_ends: false }))
    }
}

/// What some programs of Windows write before the first line.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The setting that a line was meant for which Go passes over: blanks, `export` or a byte order mark stand before it.
fn repaired(context: &Context<'_>, file: &SettingsFile, line: &str) -> Option<String> {
    let bare = line.trim_start_matches(BYTE_ORDER_MARK).trim();
    let bare = bare.strip_prefix("export ").map_or(bare, str::trim_start);
    let (name, value) = bare.split_once('=')?;
    let (name, value) = (name.trim_end(), value.trim_start());
    let value = match value.as_bytes() {
        [mark @ (b'"' | b'\''), .., end] if value.len() > 1 && mark == end => &value[1..value.len() - 1],
        _ => value,
    };
    let (_, known) = Known::of(context.subject.version);
    let fits = known.has(name) && file.line(name).is_none() && !value.is_empty() && !context.refuses(name, value);
    fits.then(|| format!("{name}={value}"))
}

const UNREADABLE: Check = Check {
    id: "goenv-file-unreadable",
    severity: Severity::Error,
    title: "The file of go env -w cannot be read",
    why: "Go says nothing about it. Windows PowerShell's `>` and `Out-File` write UTF-16.",
    run: unreadable,
};

fn unreadable(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context).filter(|file| file.lines.is_empty()) else { return Vec::new() };
    let Some(why) = &file.unreadable else { return Vec::new() };
    let utf16 = *why == Unreadable::Utf16;
    let evidence = file.notes().into_iter().next().unwrap_or_else(|| format!("`{}` cannot be read", file.path));
    let platform = context.platform();
    let command = if utf16 && platform == Platform::Windows {
        let path = quoted(platform, &file.path);
        format!("[IO.File]::WriteAllText({path}, ([IO.File]::ReadAllText({path}) -replace \"`r\", ''))")
    } else if utf16 {
        // What it is copied back into keeps its mode, and a link stays one.
        let (path, new) = (quoted(platform, &file.path), quoted(platform, &format!("{}.new", file.path)));
        format!("iconv -f UTF-16 -t UTF-8 {path} | tr -d '\\r' > {new} && cat {new} > {path} && rm {new}")
    } else if context.subject.env.get_filled("GOENV").is_some() {
        // What somebody named by mistake may be anything, and stays where it is.
        context.unset("GOENV")
    } else {
        // Go itself may never answer, and nobody needs to read it to move it.
        context.set_aside(&file.path).unwrap_or_default()
    };
    let is_dir = context.host.kind(&file.path) == Kind::Dir;
    let message = match file.keeps_go_busy() {
        true => "the file of `go env -w` is not read here, and every go command reads all of it",
        false => "the file of `go env -w` cannot be read, and Go goes on as if it were empty",
    };
    let hit = Hit::new(message, evidence).fix(command).at(&file.path, None);
    // Nobody's settings are lost in a directory.
    vec![if is_dir { hit.severity(Severity::Warning) } else { hit }]
}

const DIRECTORY_CLOSED: Check = Check {
    id: "goenv-directory-not-writable",
    severity: Severity::Note,
    title: "The directory of go env -w cannot be written",
    why: "`sudo go env -w`, or a container of root with this home, leaves `~/.config/go` to root: `go env -w` then ends with `permission denied`. A file in the place of the directory does the same. What Go reads is not touched by it.",
    run: directory_closed,
};

fn directory_closed(context: &Context<'_>) -> Vec<Hit> {
    let (platform, file) = (context.platform(), context.value("GOENV"));
    if file == "off" || context.set("GOENV").is_some() {
        return Vec::new();
    }
    let Some(dir) = platform.parent(file).filter(|dir| context.is_absolute(dir)) else { return Vec::new() };
    let (evidence, fix) = match context.host.kind(&dir) {
        Kind::File => (format!("`{dir}` is a file"), context.set_aside(&dir)),
        Kind::Dir if context.host.check_writable(&dir).is_err() => {
            let word = quoted(platform, &dir);
            let owner = context.host.rights(&dir).map(|rights| rights.owner);
            let is_own = owner == context.host.acting_user().map(|user| user.id);
            let fix = match (context.is_below_home(&dir), platform, is_own) {
                (false, ..) | (_, Platform::Windows, _) => None,
                (true, _, true) => Some(format!("chmod -R u+rwX {word}")),
                (true, _, false) => Some(format!("sudo chown -R \"$(id -u)\" {word}")),
            };
            (format!("this user cannot write to `{dir}`"), fix)
        }
        _ => return Vec::new(),
    };
    let hit = Hit::new("`go env -w` and `go env -u` stop: they cannot write where they should", evidence);
    vec![hit.fix(fix.unwrap_or_default())]
}

const BROKEN_LINES: Check = Check {
    id: "goenv-file-broken-lines",
    severity: Severity::Warning,
    title: "Broken lines in the file of go env -w",
    why: "A setting is `NAME=value`, and begins with a capital letter in the first column.",
    run: broken_lines,
};

fn broken_lines(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context) else { return Vec::new() };
    let numbers = &file.ignored.numbers;
    let first = numbers.first().zip(file.ignored.first.first()).filter(|_| file.unreadable.is_none());
    let Some((first, line)) = first else { return Vec::new() };
    let message =
        format!("{} of the file of `go env -w`: no settings, which Go ignores without a word", lines(numbers));
    let evidence = format!("line {first}: `{}`", mask::masked(&visible(line)));
    let hit = Hit::new(message, evidence).at(&file.path, Some(*first));
    let Some(edits) = LineEdits::of(context, &file.path) else { return vec![hit] };
    let (mut drop, mut repair) = (Vec::new(), Vec::new());
    for (number, line) in numbers.iter().zip(edits.lines(numbers.iter().copied())) {
        // One that Go passed over for years may do harm once it is in force.
        let is_harmless = |meant: &String| {
            let (name, value) = meant.split_once('=').unwrap_or_default();
            cost(context, name, value) != Some(Severity::Warning)
        };
        match line.and_then(|line| repaired(context, file, line)).filter(is_harmless) {
            Some(meant) => repair.push((*number, meant)),
            None => drop.push(*number),
        }
    }
    vec![LineEdits { drop, repair, ..edits }.on(context, |line| line, hit)]
}

const UNKNOWN_NAMES: Check = Check {
    id: "goenv-file-unknown-names",
    severity: Severity::Warning,
    title: "Unknown names in the file of go env -w",
    why: "`go env -w` refuses them; somebody edited the file by hand, or an older Go knew the name.",
    run: unknown_names,
};

fn unknown_names(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context) else { return Vec::new() };
    let (_, known) = Known::of(context.subject.version);
    // Names of other versions, and names of none.
    let others: HashSet<&str> = file.names().filter(|name| !known.has(name)).collect();
    let of_others = file.lines.iter().filter(|line| others.contains(line.name.as_str()));
    let first_other = of_others.clone().next().map(|line| (line.number, line.name.as_str()));
    let first_unknown = file.unknown.numbers.first().copied().zip(file.unknown.first.first().map(String::as_str));
    let Some((first, name)) = first_other.into_iter().chain(first_unknown).min() else { return Vec::new() };
    let mut numbers: Vec<usize> =
        of_others.map(|line| line.number).chain(file.unknown.numbers.iter().copied()).collect();
    numbers.sort_unstable();
    let message = format!(
        "{} of the file of `go env -w` set names that Go {} does not know",
        lines(&numbers),
        context.subject.version
    );
    let hit = Hit::new(message, format!("line {first}: `{name}`")).at(&file.path, Some(first));
    let Some(edits) = LineEdits::of(context, &file.path) else { return vec![hit] };
    vec![LineEdits { drop: numbers, ..edits }.on(context, name_of, hit)]
}

/// `NAME=` of a line.
fn name_of(line: &str) -> &str {
    line.find('=').and_then(|at| line.get(..=at)).unwrap_or(line)
}

const CARRIAGE_RETURNS: Check = Check {
    id: "goenv-file-carriage-returns",
    severity: Severity::Error,
    title: "CR LF in the file of go env -w",
    why: "Go ends a line at LF alone, so a CR becomes part of the value.",
    run: carriage_returns,
};

fn carriage_returns(context: &Context<'_>) -> Vec<Hit> {
    let Some(file) = file(context) else { return Vec::new() };
    let Some((first, name)) = file.carriage_return() else { return Vec::new() };
    let change = context.host.read(&file.path, ReadLimit::Settings).ok().map(|before| FileChange::Lines {
        path: file.path.clone(),
        before,
        drop: Vec::new(),
        repair: Vec::new(),
        bare_ends: true,
    });
    let path = quoted(context.platform(), &real_file(context, &file.path));
    let command = match context.platform() {
        Platform::Windows => {
            format!("[IO.File]::WriteAllText({path}, ([IO.File]::ReadAllText({path}) -replace \"`r\", ''))")
        }
        // Not every sed knows \r.
        _ => format!("sed -i.bak \"s/$(printf '\\r')\\$//\" {path}"),
    };
    let message = "lines of the file of `go env -w` end in CR LF, and the CR is part of the value";
    vec![Hit::new(message, format!("line {first}: {name}")).fix_with(command, change).at(&file.path, Some(first))]
}

const IN_FORCE: Check = Check {
    id: "goenv-file-in-force",
    severity: Severity::Warning,
    title: "A leftover of go env -w is in force",
    why: "It applies to every shell and every job of this user, and no environment variable shows it. What changes what is built, fetched or checked is a warning; a directory, or what does nothing today, is a note; what Go's documentation recommends to set so (GOPRIVATE and its like, the proxy of a company, GOAUTH, GOTELEMETRY) is none.",
    run: in_force,
};

fn in_force(context: &Context<'_>) -> Vec<Hit> {
    let (_, known) = Known::of(context.subject.version);
    let one = |found: &Explained| {
        let name = found.name.as_str();
        // What Go refuses is told by other checks; where nothing better was meant, with the same fix.
        if context
            .look
            .wrong_values
            .iter()
            .any(|wrong| wrong.name == name && wrong.fault.stops.is_some() && wrong.fault.corrected.is_none())
        {
            return None;
        }
        let severity = cost(context, name, context.raw(name)).filter(|_| known.has(name))?;
        let message = format!(
            "{name} was set once by `go env -w` and is still in force, in every shell and every job of this user"
        );
        let hit = Hit::new(message, format!("{} ({})", secret_value(context, name), context.whence(found)));
        // It may be intended, so `--fix` leaves it alone.
        Some(context.without(name, hit).severity(severity))
    };
    let of_file = context.explanation.variables.iter().filter(|found| found.source == Layer::GoenvFile);
    of_file.filter_map(one).collect()
}

const SHADOWED: Check = Check {
    id: "goenv-file-shadowed",
    severity: Severity::Note,
    title: "A shadowed leftover of go env -w",
    why: "An empty variable does not protect from it: Go falls through to the file.",
    run: shadowed,
};

fn shadowed(context: &Context<'_>) -> Vec<Hit> {
    let one = |found: &Explained| {
        let name = found.name.as_str();
        let beneath = found.shadowed.iter().find(|held| held.source == Layer::GoenvFile)?;
        cost(context, name, &beneath.value).filter(|_| beneath.value != context.raw(name))?;
        let message =
            format!("`go env -w` left another {name}, which comes into force where the environment does not set it");
        let evidence = format!(
            "{}; beneath it `{}` ({})",
            context.shown(name),
            mask::shown(name, &beneath.value),
            beneath.at.as_deref().unwrap_or_default()
        );
        Some(context.forgotten(name, Hit::new(message, evidence)))
    };
    let of_process = context.explanation.variables.iter().filter(|found| found.source == Layer::Environment);
    of_process.filter_map(one).collect()
}

const NOT_READ: Check = Check {
    id: "source-not-read",
    severity: Severity::Warning,
    title: "A file that may set Go's variables was not read",
    why: "Only regular files up to a limit are read, and what is in the others is not known here: a device, a FIFO, a file of more than 1 MB, or one of another user. What is said of Go's variables may be incomplete.",
    run: not_read,
};

fn not_read(context: &Context<'_>) -> Vec<Hit> {
    let own = file(context).map(|file| file.path.as_str());
    // That one has a check of its own.
    let others = context.explanation.unread.iter().filter(|one| Some(one.file.as_str()) != own);
    let others: Vec<&UnreadSource> = others.collect();
    let one = |one: &UnreadSource| {
        let message = match one.keeps_go_busy {
            true => "a file that Go reads was not read here, and Go may never come to its end",
            false => "a file that may set Go's variables was not read, so what is said of them may be incomplete",
        };
        Hit::new(message, format!("`{}`: {}", one.file, one.why)).at(&one.file, None)
    };
    // One cause, as a home that may not be read, keeps many files from being read.
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut hits = Vec::new();
    for source in &others {
        let alike = others.iter().filter(|other| other.why == source.why && !other.keeps_go_busy).count();
        if source.keeps_go_busy || alike <= 3 {
            hits.push(one(source));
        } else if told.insert(&source.why) {
            let message = format!(
                "{alike} files that may set Go's variables were not read, so what is said of them may be incomplete"
            );
            hits.push(Hit::new(message, format!("`{}` and {} more: {}", source.file, alike - 1, source.why)));
        }
    }
    hits
}

fn secret_value(context: &Context<'_>, name: &str) -> String {
    format!("{name}={}", mask::shown(name, context.value(name)))
}

fn lines(numbers: &[usize]) -> String {
    let shown: Vec<String> = numbers.iter().take(5).map(ToString::to_string).collect();
    let more = numbers.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let word = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{word} {}{more}", shown.join(", "))
}

/// More than these few are no command that anybody can read.
const DELETED: usize = 100;

/// A text that takes the place of another in a command of `sed`.
fn replacement(text: &str) -> String {
    text.chars().flat_map(|c| ['\\', '/', '&'].contains(&c).then_some('\\').into_iter().chain([c])).collect()
}

/// A text as a regular expression of Windows' own shell that matches itself.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| r"\*+?|{}[]()^$.# ".contains(c).then_some('\\').into_iter().chain([c])).collect()
}
