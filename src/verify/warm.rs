//! The compiled runtime of a toolchain, kept from one run to the next as one file: what it was made from, a
//! digest, and the files of Go's build cache. It is taken whole or not at all, and copied for each run, so that no
//! `go` that is judged can write to what is kept.

use crate::{
    goenv::toolchain::Toolchain,
    ports::{Host, KeptFiles, ReadLimit, event::Event},
    verify::{Machine, Ports, sandbox::warm_cache},
};
use ring::digest::{Context, Digest, SHA256, digest};
use std::{
    collections::BTreeSet,
    io,
    sync::{Mutex, PoisonError},
};

/// The first line of a file; another layout gets another number.
const MAGIC: &str = "goenv-ci warm cache 1";

/// The programs that decide what is compiled.
const TOOLS: [&str; 3] = ["compile", "link", "asm"];

/// What a kept cache of one toolchain is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WarmKey {
    /// `go1.22.10-linux-amd64-0123456789abcdef.warm`
    pub name: String,
    key: String,
}

impl WarmKey {
    /// Of version, platform, and the content of the programs: another build of the same version has another key.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(crate) fn of(toolchain: &Toolchain, machine: &Machine, host: &dyn Host) -> io::Result<Self> {
        let platform = machine.platform;
        let (goos, goarch) = (platform.goos(), &machine.goarch);
        let go = format!("go{}-{goos}-{goarch}", toolchain.version);
        let mut text = format!("{MAGIC} {go}");
        let tools = TOOLS.map(|tool| format!("pkg/tool/{goos}_{goarch}/{tool}"));
        for program in ["bin/go".to_owned()].iter().chain(&tools) {
            let path = platform.join(&toolchain.goroot, &format!("{program}{}", platform.exe_suffix()));
            text += &format!(" {}", hex(&digest(&SHA256, &host.read(&path, ReadLimit::Program)?)));
        }
        let key = hex(&digest(&SHA256, text.as_bytes()));
        Ok(Self { name: format!("{go}-{}.warm", &key[..16]), key })
    }
}

/// The kept runtimes of one run.
#[derive(Debug)]
pub(crate) struct Runtimes<'a> {
    kept: Option<&'a dyn KeptFiles>,
    /// What was said already: three toolchains can be left out for one reason.
    said: Mutex<BTreeSet<String>>,
}

impl<'a> Runtimes<'a> {
    pub(crate) fn new(kept: Option<&'a dyn KeptFiles>) -> Self {
        Self { kept, said: Mutex::default() }
    }

    /// Fills the build cache of the probes that link, by what is kept or by `compile`, which is kept if it succeeds.
    /// What is kept only saves time: where there is something wrong with it, that is said, and it is left out.
    pub(crate) fn fill<E>(
        &self,
        toolchain: &Toolchain,
        machine: &Machine,
        ports: &Ports<'_>,
        compile: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        let stage = |what: &str| ports.observer.event(&Event::Stage(format!("{what} Go {}", toolchain.version)));
        // A toolchain without these programs fails in a moment, and says more about it.
        let kept = self.kept.and_then(|kept| Some((kept, WarmKey::of(toolchain, machine, ports.host).ok()?)));
        let dir = warm_cache(machine, toolchain);
        let loaded = kept.as_ref().map(|(kept, key)| load(key, &dir, machine, ports.host, *kept));
        match loaded {
            Some(Ok(true)) => stage("taking the compiled runtime of"),
            _ => stage("compiling the runtime of"),
        }
        if let Some(Err(why)) = &loaded {
            self.warn("what an earlier run compiled is left out", why, ports);
        }
        compile()?;
        if let (Some((kept, key)), Some(Ok(false) | Err(_))) = (kept, loaded)
            && let Err(why) = store(&key, &dir, machine, ports.host, kept)
        {
            self.warn("what was compiled is not kept for other runs", &why, ports);
        }
        Ok(())
    }

    fn warn(&self, what: &str, why: &str, ports: &Ports<'_>) {
        if self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(why.to_owned()) {
            ports.observer.event(&Event::Warning(format!("{what}: {why}")));
        }
    }
}

/// A copy of what is kept, below `dir`; whether there was one.
///
/// # Errors
/// Why what is there is left out.
pub(crate) fn load(
    key: &WarmKey,
    dir: &str,
    machine: &Machine,
    host: &dyn Host,
    kept: &dyn KeptFiles,
) -> Result<bool, String> {
    let Some(content) = kept.read(&key.name)? else { return Ok(false) };
    let entries = unpacked(&content, key).map_err(|flaw| format!("`{}` {flaw}", kept.path(&key.name)))?;
    for (name, bytes) in entries {
        let path = machine.platform.join(dir, &format!("{}/{name}", &name[..2]));
        host.write(&path, bytes).map_err(|error| format!("`{path}` could not be written: {error}"))?;
    }
    Ok(true)
}

/// Keeps the build cache in `dir`.
///
/// # Errors
/// Why it is not kept.
pub(crate) fn store(
    key: &WarmKey,
    dir: &str,
    machine: &Machine,
    host: &dyn Host,
    kept: &dyn KeptFiles,
) -> Result<(), String> {
    let mut entries = Vec::new();
    for part in host.list(dir).into_iter().filter(|part| is_hex(part, 2)) {
        let part = machine.platform.join(dir, &part);
        for name in host.list(&part).into_iter().filter(|name| entry(name).is_some()) {
            let path = machine.platform.join(&part, &name);
            // A directory of this form holds a linked program (Go 1.24 and newer), which no probe asks for.
            if let Ok(bytes) = host.read(&path, ReadLimit::Program) {
                entries.push((name, bytes));
            }
        }
    }
    let whole = packed(&entries, key);
    // What would be refused is not kept.
    unpacked(&whole, key).map_err(|flaw| format!("the build cache in `{dir}` is not kept: it {flaw}"))?;
    kept.keep(&key.name, &whole)
}

/// The first line, the key, the digest of all that follows; then for each file a line with name and length, and its
/// bytes.
fn packed(entries: &[(String, Vec<u8>)], key: &WarmKey) -> Vec<u8> {
    let heads: Vec<String> = entries.iter().map(|(name, bytes)| format!("{name} {}\n", bytes.len())).collect();
    let mut context = Context::new(&SHA256);
    for (head, (_, bytes)) in heads.iter().zip(entries) {
        context.update(head.as_bytes());
        context.update(bytes);
    }
    let mut whole = format!("{MAGIC}\n{}\n{}\n", key.key, hex(&context.finish())).into_bytes();
    for (head, (_, bytes)) in heads.iter().zip(entries) {
        whole.extend_from_slice(head.as_bytes());
        whole.extend_from_slice(bytes);
    }
    whole
}

/// The files, each as Go would take it. The error follows the name of what is looked at: `is cut short`.
fn unpacked<'a>(content: &'a [u8], key: &WarmKey) -> Result<Vec<(&'a str, &'a [u8])>, &'static str> {
    let (magic, rest) = line(content).ok_or("is not a kept cache of this goenv-ci")?;
    if magic != MAGIC {
        return Err("is not a kept cache of this goenv-ci");
    }
    let (of, rest) = line(rest).ok_or("is cut short")?;
    let (sum, mut rest) = line(rest).ok_or("is cut short")?;
    if of != key.key {
        return Err("was made from another Go");
    }
    if sum != hex(&digest(&SHA256, rest)) {
        return Err("is damaged or cut short: its digest is another one");
    }
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    while !rest.is_empty() {
        let (head, after) = line(rest).ok_or("does not say what it holds")?;
        let (name, length) = head.split_once(' ').ok_or("does not say what it holds")?;
        let length: usize = length.parse().map_err(|_| "does not say what it holds")?;
        let (bytes, after) = after.split_at_checked(length).ok_or("holds less than it says")?;
        if entry(name).is_none() {
            return Err("holds a file that is none of a build cache");
        }
        entries.push((name, bytes));
        rest = after;
    }
    if entries.is_empty() {
        return Err("is empty");
    }
    for (name, bytes) in &entries {
        let holds = match entry(name) {
            Some((id, 'd')) => hex(&digest(&SHA256, bytes)) == id,
            Some((id, _)) => leads(bytes, id, &entries),
            None => false,
        };
        if !holds {
            return Err("holds a file that is not what its name says");
        }
    }
    Ok(entries)
}

/// Id and kind of a file of Go's build cache. Source: Go, `cmd/go/internal/cache/cache.go: fileName`.
fn entry(name: &str) -> Option<(&str, char)> {
    let (id, kind) = name.split_once('-')?;
    match kind {
        "a" => Some((id, 'a')),
        "d" => Some((id, 'd')),
        _ => None,
    }
    .filter(|(id, _)| is_hex(id, 64))
}

/// Whether the record of an action is about it and leads to an output of the same size that is there.
/// Source: Go, `cache.go: get`: `v1 <action> <output> <size> <time>`.
fn leads(record: &[u8], action: &str, entries: &[(&str, &[u8])]) -> bool {
    let text = std::str::from_utf8(record).unwrap_or_default();
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let ["v1", of, output, size, _] = words[..] else { return false };
    let output = entries.iter().find(|(name, _)| entry(name) == Some((output, 'd')));
    of == action && output.is_some_and(|(_, bytes)| size.parse() == Ok(bytes.len()))
}

fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(256).position(|byte| *byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn hex(digest: &Digest) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(of: &str) -> WarmKey {
        let key = hex(&digest(&SHA256, of.as_bytes()));
        WarmKey { name: format!("{of}.warm"), key }
    }

    /// An action with its output, and a whole file of both.
    fn good() -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
        let output = b"compiled".to_vec();
        let id = hex(&digest(&SHA256, &output));
        let action = hex(&digest(&SHA256, b"action"));
        let record = format!("v1 {action} {id} {:20} {:20}\n", output.len(), 1_795_699_070_783_265_027_u64);
        let entries = vec![(format!("{action}-a"), record.into_bytes()), (format!("{id}-d"), output)];
        let whole = packed(&entries, &key("go"));
        (entries, whole)
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let (entries, whole) = good();
        let found = unpacked(&whole, &key("go")).unwrap();
        assert_eq!(found, entries.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>());
    }

    #[test]
    fn cut_at_any_length_it_is_refused() {
        let (_, whole) = good();
        for length in 0..whole.len() {
            assert!(unpacked(&whole[..length], &key("go")).is_err(), "{length} of {}", whole.len());
        }
    }

    #[test]
    fn with_any_byte_changed_it_is_refused() {
        let (_, whole) = good();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            assert!(unpacked(&changed, &key("go")).is_err(), "byte {at}");
        }
    }

    #[test]
    fn that_of_another_go_is_refused() {
        assert_eq!(unpacked(&good().1, &key("another")), Err("was made from another Go"));
    }

    /// Names and contents of a cache's files.
    type Entries = Vec<(String, Vec<u8>)>;

    #[test]
    fn a_right_digest_over_wrong_files_is_refused() {
        let (entries, _) = good();
        let changed = |change: &dyn Fn(&mut Entries)| {
            let mut entries = entries.clone();
            change(&mut entries);
            unpacked(&packed(&entries, &key("go")), &key("go")).map(|found| found.len())
        };
        assert_eq!(changed(&|_| {}), Ok(2));
        let lies = Err("holds a file that is not what its name says");
        assert_eq!(changed(&|all| all[1].1.push(0)), lies, "an output");
        assert_eq!(changed(&|all| all[0].1[3] ^= 1), lies, "a record of another action");
        assert_eq!(changed(&|all| drop(all.pop())), lies, "a record without its output");
        let foreign = Err("holds a file that is none of a build cache");
        for name in ["../../.bashrc", "trim.txt", "-d", "ab-d"] {
            assert_eq!(changed(&|all| all[1].0 = name.to_owned()), foreign, "{name}");
        }
        assert_eq!(changed(&Vec::clear), Err("is empty"));
    }

    #[test]
    fn a_length_beyond_the_end_is_refused() {
        let body = format!("{}-d 99999999999999999999\n", "0".repeat(64));
        let short = format!("{}-d 5\nab", "0".repeat(64));
        for (body, flaw) in [(body, "does not say what it holds"), (short, "holds less than it says")] {
            let sum = hex(&digest(&SHA256, body.as_bytes()));
            let whole = format!("{MAGIC}\n{}\n{sum}\n{body}", key("go").key);
            assert_eq!(unpacked(whole.as_bytes(), &key("go")), Err(flaw));
        }
    }
}
