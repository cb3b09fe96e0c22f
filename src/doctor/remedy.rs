//! How a setting is put right, chosen by where its value comes from: the file of `go env -w`, the environment and
//! what fills it, `go.env` of the toolchain. A command works in the state that it is for, where Go may not answer.

use crate::{
    doctor::{
        Context,
        check::{Hit, between},
        finding::FileChange,
        profile_change::taken_out,
    },
    goenv::{
        Known, Reach,
        explanation::{Explained, Layer, SourcedValue},
        settings::SettingsFile,
        syntax::{JudgedValue, judge},
        user_dirs::home,
    },
    platform::Platform,
    ports::{Kind, ReadLimit},
};

/// What the toolchain's own `go.env` says as it is published. Source: Go, `go.env`.
pub(super) const PUBLISHED: [(&str, &str); 3] =
    [("GOPROXY", "https://proxy.golang.org,direct"), ("GOSUMDB", "sum.golang.org"), ("GOTOOLCHAIN", "auto")];

/// A command, what `--fix` does instead, and the place of the value.
#[derive(Debug, Default)]
pub(super) struct Remedy {
    commands: Vec<String>,
    change: Option<FileChange>,
    place: Option<(String, Option<usize>)>,
    /// Where it has to be taken out by hand.
    by_hand: Option<String>,
}

impl Remedy {
    /// The command for this platform's shell; none where there is nothing to do.
    pub(super) fn command(&self, platform: Platform) -> Option<String> {
        (!self.commands.is_empty()).then(|| self.commands.join(between(platform)))
    }

    /// A finding with this fix; `--fix` does not do it.
    fn on(self, platform: Platform, hit: Hit) -> Hit {
        let hit = match self.command(platform) {
            Some(command) => hit.fix(command),
            None => hit,
        };
        let hit = match self.by_hand {
            Some(place) => hit.also(&format!("; `{place}` sets it again until it is taken out there, by hand")),
            None => hit,
        };
        match self.place {
            Some((file, line)) => hit.or_at(&file, line),
            None => hit,
        }
    }
}

impl Context<'_> {
    /// A finding whose fix takes a variable away where it is set; a value that it hides goes too if it is the same.
    pub(super) fn without(&self, name: &str, hit: Hit) -> Hit {
        self.without_any(name, &|_| false, hit)
    }

    /// Like `without`, and a value that comes to light goes too if it is as wrong.
    pub(super) fn without_any(&self, name: &str, wrong: &dyn Fn(&str) -> bool, hit: Hit) -> Hit {
        removal(self, name, wrong).on(self.platform(), hit)
    }

    /// Like `without_any`, for several variables that are wrong together.
    pub(super) fn without_all(&self, names: &[&str], wrong: &dyn Fn(&str, &str) -> bool, hit: Hit) -> Hit {
        let mut all = Remedy::default();
        for name in names {
            let one = removal(self, name, &|held| wrong(name, held));
            all.commands.extend(one.commands);
            all.place = all.place.or(one.place);
            all.by_hand = all.by_hand.or(one.by_hand);
        }
        all.on(self.platform(), hit)
    }

    /// Like `without`, for a line of the file of `go env -w` that does nothing but harm: `--fix` takes it out.
    pub(super) fn without_safely(&self, name: &str, wrong: &dyn Fn(&str) -> bool, hit: Hit) -> Hit {
        let mut remedy = removal(self, name, wrong);
        let change = remedy.change.take().filter(|_| remedy.commands.len() == 1);
        let command = remedy.command(self.platform());
        let hit = remedy.on(self.platform(), hit);
        match (change, command) {
            (Some(change), Some(command)) => hit.fix_with(command, Some(change)),
            _ => hit,
        }
    }

    /// A finding whose fix takes a variable out of the file of `go env -w` alone.
    pub(super) fn forgotten(&self, name: &str, hit: Hit) -> Hit {
        let Some((file, _)) = filed(self, name) else { return hit };
        hit.fix(forget(self, file, name)).or_at(&file.path, file.line(name).map(|line| line.number))
    }

    /// A finding whose fix gives a variable another value where it is set, else in this shell.
    pub(super) fn with(&self, name: &str, value: &str, hit: Hit) -> Hit {
        assignment(self, name, value).on(self.platform(), hit)
    }

    /// The command that removes a variable where it is set.
    pub(crate) fn unset(&self, name: &str) -> String {
        let platform = self.platform();
        let command = removal(self, name, &|_| false).command(platform);
        let given = self.subject.env.given(name).is_some();
        command.unwrap_or_else(|| if given { String::new() } else { unset_here(platform, name) })
    }

    /// Whether Go refuses a value, or reads it otherwise than it is meant.
    pub(super) fn refuses(&self, name: &str, value: &str) -> bool {
        let goarch = self.value("GOARCH");
        let (version, platform) = (self.subject.version, self.platform());
        judge(&JudgedValue { value, name, version, in_environment: true, platform, goarch }).is_some()
    }

    /// Whether a path is surely this user's own to change: below the home directory, which itself is none of the
    /// system's. What is above it, or shared with others, no fix touches.
    pub(super) fn is_below_home(&self, path: &str) -> bool {
        let platform = self.platform();
        let Some(home) = home(self.subject.env).filter(|home| platform.is_absolute(home)) else { return false };
        let home = home.trim_end_matches(platform.separator());
        let is_systems = home.is_empty() || SYSTEM_DIRS.contains(&home) || platform.parent(home).is_none();
        let steps = path.split(['/', '\\']).any(|part| part == "..");
        !is_systems && !steps && platform.is_within(path, home) && !platform.same_path(path, home)
    }

    /// The command that takes something of the user's own out of the way, and keeps it; nothing where another one
    /// has that name, or it is not surely the user's own.
    pub(super) fn set_aside(&self, path: &str) -> Option<String> {
        let platform = self.platform();
        let aside = format!("{path}.bak");
        let fits = self.is_below_home(path) && self.host.kind(&aside) == Kind::Absent;
        let verb = if platform == Platform::Windows { "Move-Item" } else { "mv" };
        fits.then(|| format!("{verb} {} {}", quoted(platform, path), quoted(platform, &aside)))
    }

    /// The command that sets a variable where it is set, else in this shell.
    pub(crate) fn assign(&self, name: &str, value: &str) -> String {
        assignment(self, name, value).command(self.platform()).unwrap_or_default()
    }

    /// Whether a go command comes to its own work, so that `go env -u` and `-w` can be a fix.
    pub(crate) fn go_answers(&self) -> bool {
        self.subject.goroot.is_some() && !self.look.stops.iter().any(|stop| stop.reach == Reach::Every)
    }
}

/// A text as one word of the platform's shell: PowerShell on Windows.
pub(crate) fn quoted(platform: Platform, text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,+%@".contains(c);
    match platform {
        Platform::Windows => format!("'{}'", text.replace('\'', "''")),
        _ if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        _ => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Homes that accounts of services and containers have and that belong to the system. Nothing in them is anybody's own.
const SYSTEM_DIRS: [&str; 16] = [
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/mnt",
    "/opt",
    "/proc",
    "/run",
    "/sbin",
    "/srv",
    "/tmp",
    "/usr",
    "/usr/local",
    "/var",
];

/// Takes a variable out of this shell.
fn unset_here(platform: Platform, name: &str) -> String {
    match platform {
        Platform::Windows => format!("Remove-Item Env:{name}"),
        _ => format!("unset {name}"),
    }
}

/// Gives a variable a value in this shell.
pub(crate) fn set_here(platform: Platform, name: &str, value: &str) -> String {
    let value = quoted(platform, value);
    match platform {
        Platform::Windows => format!("$env:{name} = {value}"),
        _ => format!("export {name}={value}"),
    }
}

/// Replaces what a regular expression matches in a text file, line ends and all else kept.
/// Of `sed` this is what GNU and BSD have in common; Windows' own cmdlets would write CR LF, which Go does not take.
pub(crate) fn edit(platform: Platform, file: &str, sed: &str, net: (&str, &str)) -> String {
    let path = quoted(platform, file);
    match platform {
        Platform::Windows => {
            let (matched, by) = (quoted(platform, net.0), quoted(platform, net.1));
            format!("[IO.File]::WriteAllText({path}, ([IO.File]::ReadAllText({path}) -replace {matched}, {by}))")
        }
        _ => format!("sed -i.bak {} {path}", quoted(platform, sed)),
    }
}

/// The file itself where the path is a link, which `sed -i` would replace.
pub(crate) fn real_file(context: &Context<'_>, path: &str) -> String {
    match context.platform() {
        Platform::Windows => path.to_owned(),
        _ => context.host.canonical(path).unwrap_or_else(|| path.to_owned()),
    }
}

fn removal(context: &Context<'_>, name: &str, wrong: &dyn Fn(&str) -> bool) -> Remedy {
    let platform = context.platform();
    let mut remedy = Remedy::default();
    let found = context.explanation.get(name);
    let filed = filed(context, name);
    if let Some(given) = context.subject.env.given(name) {
        // It is set behind this shell, which cannot take it away.
        remedy.by_hand = Some(given.by.clone());
        remedy.place = Some((given.by.clone(), None));
        return remedy;
    }
    if let Some(value) = context.subject.env.get_filled(name) {
        if let Some(found) = found {
            at_its_origins(context, found, wrong, &mut remedy);
        }
        remedy.commands.push(unset_here(platform, name));
        if let Some((file, _)) = filed.filter(|(_, held)| *held == value || wrong(held)) {
            remedy.commands.push(forget(context, file, name));
        }
        return remedy;
    }
    match found.map(|found| found.source) {
        Some(Layer::GoenvFile) => {
            let Some(file) = context.look.goenv_file.as_ref() else { return remedy };
            let lines: Vec<usize> = numbers(file, name);
            remedy.place = Some((file.path.clone(), lines.last().copied()));
            remedy.commands.push(forget(context, file, name));
            let before = context.host.read(&file.path, ReadLimit::Settings).ok().filter(|_| !lines.is_empty());
            remedy.change = before.map(|before| FileChange::Lines {
                path: file.path.clone(),
                before,
                drop: lines,
                repair: Vec::new(),
                bare_ends: false,
            });
        }
        Some(Layer::GorootGoEnv) => {
            let published = PUBLISHED.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            restore(context, name, published, found, &mut remedy);
        }
        _ => {}
    }
    remedy
}

/// The line of a name that counts in the file of `go env -w`, with its value.
fn filed<'a>(context: &'a Context<'_>, name: &str) -> Option<(&'a SettingsFile, &'a str)> {
    let file = context.look.goenv_file.as_ref()?;
    let line = file.line(name)?;
    (!line.value.is_empty()).then_some((file, line.value.as_str()))
}

fn numbers(file: &SettingsFile, name: &str) -> Vec<usize> {
    file.lines.iter().filter(|line| line.name == name).map(|line| line.number).collect()
}

/// Takes every line of a name out of the file of `go env -w`: by `go`, where it answers and knows the name.
fn forget(context: &Context<'_>, file: &SettingsFile, name: &str) -> String {
    let (_, known) = Known::of(context.subject.version);
    let refused = !known.has(name) || known.fixed.iter().any(|fixed| fixed == name);
    if context.go_answers() && !refused {
        return format!("go env -u {name}");
    }
    let path = real_file(context, &file.path);
    edit(context.platform(), &path, &format!("/^{name}=/d"), (&format!(r"(?m)^{name}=.*(\n|\z)"), ""))
}

/// Gives a line of the toolchain's `go.env` the value back that is published with Go, or takes it out.
fn restore(context: &Context<'_>, name: &str, published: Option<&str>, found: Option<&Explained>, remedy: &mut Remedy) {
    let platform = context.platform();
    let Some((file, line)) = found.and_then(|found| place(found.at.as_deref()?)) else { return };
    let writable = platform.parent(&file).is_some_and(|dir| context.host.check_writable(&dir).is_ok());
    let path = real_file(context, &file);
    match published {
        Some(value) if writable => remedy.commands.push(edit(
            platform,
            &path,
            &format!("s|^{name}=.*|{name}={value}|"),
            (&format!(r"(?m)^{name}=[^\r\n]*"), &format!("{name}={value}")),
        )),
        Some(value) => remedy.commands.push(set_here(platform, name, value)),
        None if writable => remedy.commands.push(edit(
            platform,
            &path,
            &format!("/^{name}=/d"),
            (&format!(r"(?m)^{name}=.*(\n|\z)"), ""),
        )),
        None => {}
    }
    remedy.place = Some((file, line));
}

fn assignment(context: &Context<'_>, name: &str, value: &str) -> Remedy {
    let platform = context.platform();
    let mut remedy = Remedy::default();
    let found = context.explanation.get(name);
    // What is so already, or what Go refuses, is no fix.
    if context.raw(name) == value || context.refuses(name, value) {
        return remedy;
    }
    if let Some(given) = context.subject.env.given(name) {
        remedy.by_hand = Some(given.by.clone());
        remedy.place = Some((given.by.clone(), None));
        return remedy;
    }
    if context.subject.env.get_filled(name).is_some() {
        if let Some(origin) = found.and_then(|found| found.origin.as_ref()) {
            assign_at_origin(context, name, value, origin, &mut remedy);
        }
    } else if let Some((file, _)) = filed(context, name) {
        remedy.place = Some((file.path.clone(), file.line(name).map(|line| line.number)));
        let (_, known) = Known::of(context.subject.version);
        if context.go_answers() && known.has(name) && !known.fixed.iter().any(|fixed| fixed == name) {
            remedy.commands.push(format!("go env -w {}", quoted(platform, &format!("{name}={value}"))));
            return remedy;
        }
    } else if let Some(at) = found.and_then(|found| found.at.as_deref()) {
        remedy.place = place(at);
    }
    remedy.commands.push(set_here(platform, name, value));
    remedy
}

/// What has to happen where the environment got a value from, so that the next shell has not got another one.
fn assign_at_origin(context: &Context<'_>, name: &str, value: &str, origin: &SourcedValue, remedy: &mut Remedy) {
    if let Some(scope) = scope_of(origin.source) {
        remedy.commands.push(in_scope(context.platform(), name, &quoted(context.platform(), value), scope));
        return;
    }
    let Some(at) = origin.at.as_deref() else { return };
    remedy.by_hand = Some(at.to_owned());
    remedy.place = place(at);
}

fn scope_of(source: Layer) -> Option<&'static str> {
    match source {
        Layer::UserRegistry => Some("User"),
        Layer::MachineRegistry => Some("Machine"),
        _ => None,
    }
}

fn in_scope(platform: Platform, name: &str, value: &str, scope: &str) -> String {
    format!("[Environment]::SetEnvironmentVariable({}, {value}, '{scope}')", quoted(platform, name))
}

/// Takes a value out where the environment got it from, and out of every other profile that would set it again, or
/// another one that is as wrong.
fn at_its_origins(context: &Context<'_>, found: &Explained, wrong: &dyn Fn(&str) -> bool, remedy: &mut Remedy) {
    let Some(origin) = found.origin.as_ref() else { return };
    let is_again = |held: &&SourcedValue| {
        let of_shell = matches!(held.source, Layer::ShellProfile | Layer::Envrc);
        of_shell && (held.value == origin.value || wrong(&held.value))
    };
    for held in std::iter::once(origin).chain(found.shadowed.iter().filter(is_again)) {
        if let Some(scope) = scope_of(held.source) {
            remedy.commands.push(in_scope(context.platform(), &found.name, "$null", scope));
            continue;
        }
        let Some((at, (file, line))) = held.at.as_deref().and_then(|at| Some((at, place(at)?))) else { continue };
        let own = matches!(held.source, Layer::ShellProfile | Layer::Envrc) && context.platform() != Platform::Windows;
        match own.then(|| taken_out(context, &file, &found.name, (line, &held.value), wrong)).flatten() {
            Some(command) => remedy.commands.push(command),
            None => remedy.by_hand = remedy.by_hand.take().or_else(|| Some(at.to_owned())),
        }
        remedy.place = remedy.place.take().or(Some((file, line)));
    }
}

/// A text as a basic regular expression that matches itself, between slashes.
pub(crate) fn pattern(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if "\\/.*[]^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// `/f:12` and `/f:12, job build, step 3` are line 12 of `/f`.
fn place(at: &str) -> Option<(String, Option<usize>)> {
    let end = at.find(", ").unwrap_or(at.len());
    let (file, line) = at[..end].rsplit_once(':')?;
    Some((file.to_owned(), Some(line.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_word_of_either_shell() {
        assert_eq!(quoted(Platform::Linux, "/a/b-c.d"), "/a/b-c.d");
        assert_eq!(quoted(Platform::Linux, "~/go"), "'~/go'");
        assert_eq!(quoted(Platform::Linux, "it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(Platform::Linux, ""), "''");
        assert_eq!(quoted(Platform::Windows, r"C:\it's"), r"'C:\it''s'");
    }

    #[test]
    fn a_place_is_a_file_and_a_line() {
        assert_eq!(place("/a:b/c:12"), Some(("/a:b/c".to_owned(), Some(12))));
        assert_eq!(place("/w/ci.yml:7, job build, step 3"), Some(("/w/ci.yml".to_owned(), Some(7))));
        assert_eq!(place(r"HKCU\Environment"), None);
    }
}
