//! An expectation held against what was seen.

use crate::verify::step;
use crate::{
    platform::{Platform, env::EnvBlock},
    ports::{Host, Kind},
    probe::Expectation,
};

/// What is there after the last step.
pub(crate) struct LastStep<'a> {
    /// Its exit code.
    pub exit: i32,
    /// Its output as text.
    pub stdout: String,
    /// Its messages as text.
    pub stderr: String,
    /// Standard output of each step so far; the first step's comes first.
    pub earlier: Vec<String>,
    /// The directory of this run, which no two runs share.
    pub scratch: String,
    /// What relative paths are seen from.
    pub work: String,
    /// The environment it ran in.
    pub env: &'a EnvBlock,
    /// The files as they are now.
    pub host: &'a dyn Host,
}

/// What was expected and what was seen, where they differ.
pub(crate) struct Mismatch {
    /// What must be seen.
    pub expected: String,
    /// What was seen instead.
    pub observed: String,
}

impl Mismatch {
    pub(crate) fn new(expected: impl Into<String>, observed: impl Into<String>) -> Self {
        Self { expected: expected.into(), observed: observed.into() }
    }
}

/// `None`: it holds.
pub(crate) fn mismatch(expectation: &Expectation, seen: &LastStep<'_>) -> Option<Mismatch> {
    use Expectation as E;
    let same_place = |left: &str, right: &str| same_place(seen.env.platform(), seen.host, left, right);
    let differs = |holds: bool, expected: String, observed: String| (!holds).then(|| Mismatch::new(expected, observed));
    // As everywhere in a probe, a relative path is seen from its work directory.
    let at = |path: &str| match seen.env.platform().is_absolute(path) {
        true => path.to_owned(),
        false => seen.env.platform().join(&seen.work, path),
    };
    match expectation {
        E::Exit(code) => differs(seen.exit == *code, format!("exit code {code}"), said(seen)),
        E::FileExists(path) => {
            differs(seen.host.kind(&at(path)) == Kind::File, format!("a file `{path}`"), place(seen, &at(path)))
        }
        E::FileAbsent(path) => {
            differs(seen.host.kind(&at(path)) == Kind::Absent, format!("nothing at `{path}`"), place(seen, &at(path)))
        }
        E::DirEmpty(dir) => {
            let found = seen.host.first_file_below(&at(dir));
            differs(found.is_none(), format!("no file below `{dir}`"), format!("`{}`", found.unwrap_or_default()))
        }
        E::DirFilled(dir) => differs(
            seen.host.first_file_below(&at(dir)).is_some(),
            format!("a file below `{dir}`"),
            format!("none; {}", said(seen)),
        ),
        E::StdoutIs(text) => differs(seen.stdout.trim() == text.trim(), format!("output `{text}`"), said(seen)),
        E::StdoutContains(text) => differs(seen.stdout.contains(text), format!("output with `{text}`"), said(seen)),
        E::StdoutLacks(text) => differs(!seen.stdout.contains(text), format!("output without `{text}`"), said(seen)),
        E::StderrContains(text) => differs(seen.stderr.contains(text), format!("a message with `{text}`"), said(seen)),
        E::StderrLacks(text) => differs(!seen.stderr.contains(text), format!("messages without `{text}`"), said(seen)),
        E::StdoutSameAs(number) => {
            let before = seen.earlier.get(number.wrapping_sub(1)).map_or("", |text| text.trim());
            differs(
                seen.stdout.trim() == before,
                format!("the output of step {number}, {}", listing(before, &seen.scratch)),
                listing(seen.stdout.trim(), &seen.scratch),
            )
        }
        E::StdoutPath(path) => differs(same_place(seen.stdout.trim(), path), format!("the path `{path}`"), said(seen)),
        E::StdoutPathIn(dir) => {
            let printed = seen.stdout.trim();
            let holds = seen.host.kind(printed) != Kind::Absent && lies_within(seen, printed, dir);
            differs(holds, format!("a path below `{dir}` of something that is there"), said(seen))
        }
        E::EnvPath(wanted) => wanted.iter().find_map(|(name, path)| {
            let held = seen.env.get_filled(name);
            let observed = held.map_or_else(|| format!("{name} is not set"), |value| format!("{name}=`{value}`"));
            differs(held.is_some_and(|value| same_place(value, path)), format!("{name}=`{path}`"), observed)
        }),
        E::OnPath(wanted) => wanted.iter().find_map(|(name, path)| {
            let found = step::resolve(name, seen.env, seen.host);
            let observed =
                found.as_ref().map_or_else(|| format!("no `{name}` on PATH"), |file| format!("`{name}` is `{file}`"));
            differs(
                found.is_some_and(|file| same_place(&file, path)),
                format!("`{name}` on PATH is `{path}`"),
                observed,
            )
        }),
    }
}

/// The last step in one line: exit code, and the first line of what it said.
pub(crate) fn said(seen: &LastStep<'_>) -> String {
    let exit = format!("exit code {}", seen.exit);
    // `# probe` is only the heading above the compiler's messages, and of a download the end counts.
    let telling = |line: &&str| !line.is_empty() && !line.starts_with("# ") && !line.starts_with("go: downloading ");
    let line = |text: &str| text.lines().map(str::trim).find(telling).unwrap_or_default().to_owned();
    match (line(&seen.stdout), line(&seen.stderr)) {
        (out, err) if out.is_empty() && err.is_empty() => format!("{exit}, no output"),
        (out, err) if err.is_empty() => format!("{exit}, output `{out}`"),
        (out, err) if out.is_empty() => format!("{exit}, message `{err}`"),
        (out, err) => format!("{exit}, output `{out}`, message `{err}`"),
    }
}

/// Lines as a list, with a hash to compare at a glance: caches are told apart by such a hash. It is taken with the
/// run's own directory under its placeholder, so that it is the same on every run.
fn listing(output: &str, scratch: &str) -> String {
    let named = output.replace(scratch, "${SCRATCH}");
    let lines: Vec<&str> = named.lines().map(str::trim).collect();
    let hash = ring::digest::digest(&ring::digest::SHA256, lines.join("|").as_bytes());
    let short: String = hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("`{}` (SHA-256 {short}…)", lines.join("`, `"))
}

fn place(seen: &LastStep<'_>, path: &str) -> String {
    match seen.host.kind(path) {
        Kind::File => format!("a file at `{path}`"),
        Kind::Dir => format!("a folder at `{path}`"),
        Kind::Absent => format!("nothing there; {}", said(seen)),
    }
}

/// Whether two paths lead to the same file or directory; compared as text where one of them leads nowhere.
pub(crate) fn same_place(platform: Platform, host: &dyn Host, left: &str, right: &str) -> bool {
    // A relative path would be looked up from this process's working directory, which is not meant.
    let on_disk = || host.same_file(left, right).unwrap_or(false);
    platform.same_path(left, right) || (platform.is_absolute(left) && platform.is_absolute(right) && on_disk())
}

fn lies_within(seen: &LastStep<'_>, inner: &str, outer: &str) -> bool {
    let platform = seen.env.platform();
    platform.is_within(inner, outer)
        || matches!((seen.host.canonical(inner), seen.host.canonical(outer)), (Some(i), Some(o)) if platform.is_within(&i, &o))
}
