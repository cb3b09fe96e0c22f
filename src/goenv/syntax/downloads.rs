//! Variables that decide where modules come from and what they are held against. Source: Go,
//! `cmd/go/internal/modfetch`: `proxy.go`, `sumdb.go`; `cmd/go/internal/vcs`, `cmd/go/internal/auth`.

use crate::goenv::{
    note::Verifier,
    patterns::matches_nothing,
    stop::Reach,
    syntax::{JudgedValue, ValueFault, address, bare, quoted},
};
use std::collections::HashSet;

/// GOPROXY.
pub(super) fn proxy(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let value = asked.value;
    let mut pieces = value.split([',', '|']).map(str::trim).filter(|piece| !piece.is_empty());
    let meant = || bare(value).filter(|bare| !bare.contains(char::is_whitespace));
    let Some(first) = pieces.next() else {
        return ValueFault::stops(Reach::Downloads, "GOPROXY list is not the empty string, but contains no entries");
    };
    let mut piece = Some(first);
    while let Some(one) = piece {
        if matches!(one, "off" | "direct") {
            let behind = pieces.next()?;
            return ValueFault::misread(format!(
                "`{one}` ends the list of GOPROXY: `{behind}` behind it is never asked"
            ));
        }
        if let Some(says) = wrong_proxy(one, asked) {
            return ValueFault::stops(Reach::Downloads, says).map(|fault| fault.meant(meant()));
        }
        piece = pieces.next();
    }
    None
}

fn wrong_proxy(text: &str, asked: &JudgedValue<'_>) -> Option<String> {
    let absolute = asked.platform.is_absolute(text) || text.starts_with('/');
    let is_host = text.contains(['.', ':', '/']) && !text.contains(":/") && !absolute;
    let text = if is_host { format!("https://{text}") } else { text.to_owned() };
    let address = match address::parse(&text, asked.minor()) {
        Ok(address) => address,
        Err(why) => {
            let shown = text.split('#').next().unwrap_or_default();
            return Some(format!("parse {}: {why}", quoted(shown)));
        }
    };
    let after = text.split_once(':').map_or("", |(_, rest)| rest);
    match address.scheme.as_str() {
        "http" | "https" if !after.starts_with("//") || after.starts_with("///") || after == "//" => {
            Some("http: no Host in request URL".to_owned())
        }
        "http" | "https" => None,
        "file" if !address.beyond_path => None,
        "file" => Some(format!("invalid file:// proxy URL with non-path elements: {text}")),
        "" => Some(format!("invalid proxy URL missing scheme: {text}")),
        _ => Some(format!("invalid proxy URL scheme (must be https, http, file): {text}")),
    }
}

/// The databases that Go knows by their names alone.
const KNOWN_DATABASES: [&str; 2] = ["sum.golang.org", "sum.golang.google.cn"];

/// GOSUMDB.
pub(super) fn sumdb(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let value = asked.value;
    if value == "off" || value == KNOWN_DATABASES[1] {
        return None;
    }
    let refused = |says: String| ValueFault::stops(Reach::Downloads, says).map(|fault| fault.meant(bare(value)));
    let words: Vec<&str> = value.split_whitespace().collect();
    let (key, address) = match words[..] {
        [] => return refused("missing GOSUMDB".to_owned()),
        [key] => (key, None),
        [key, address] => (key, Some(address)),
        _ => return refused("invalid GOSUMDB: too many fields".to_owned()),
    };
    if key != KNOWN_DATABASES[0] {
        let name = match Verifier::parse(key) {
            Ok(verifier) => verifier.name().to_owned(),
            Err(why) => {
                let why = why.split(':').next().unwrap_or_default();
                return refused(format!("invalid GOSUMDB: {why}"));
            }
        };
        let plain = !name.contains(['?', '#', '@', '%', ':']) && !name.starts_with('/') && !name.ends_with('/');
        if !plain || address::parse(&format!("https://{name}"), asked.minor()).is_err() {
            return refused(format!("invalid sumdb name (must be host[/path]): {name}"));
        }
    }
    if address == Some("*") {
        // Go escapes it, and takes it for a host.
        return refused("invalid URL escape \"%2A\"".to_owned());
    }
    let why = address.and_then(|address| Some((address, address::parse(address, asked.minor()).err()?)));
    match why {
        Some((address, why)) => refused(format!("invalid GOSUMDB URL: parse {}: {why}", quoted(address))),
        None => None,
    }
}

/// GOPRIVATE, GONOPROXY, GONOSUMDB and GOINSECURE.
pub(super) fn patterns(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    // `go help private`: "GONOPROXY=none" takes the default, GOPRIVATE, away; no module has that name.
    if asked.value == "none" && matches!(asked.name, "GONOPROXY" | "GONOSUMDB") {
        return None;
    }
    let wrong = |entry: &str| (!entry.trim().is_empty()).then(|| matches_nothing(entry)).flatten();
    let (entry, why) = asked.value.split(',').find_map(|entry| Some((entry, wrong(entry)?)))?;
    let harm = match asked.name {
        "GOINSECURE" => "what it was meant for is fetched securely or not at all",
        "GONOSUMDB" => "the checksum database is asked about what it was meant for",
        "GONOPROXY" => "the proxy is asked for what it was meant for",
        _ => "the proxy and the checksum database are asked for what it was meant for",
    };
    let says = format!("`{entry}` in {} matches no module: {why}; {harm}", asked.name);
    ValueFault::misread(says).map(|fault| fault.meant(meant_patterns(asked.value)))
}

/// The list without schemes, blanks, marks and `...`.
fn meant_patterns(list: &str) -> Option<String> {
    let one = |entry: &str| {
        let entry = entry.trim_matches(['"', '\'']);
        let entry = ["https://", "http://"].iter().find_map(|scheme| entry.strip_prefix(scheme)).unwrap_or(entry);
        entry.strip_suffix("/...").unwrap_or(entry).trim_end_matches('/').to_owned()
    };
    let separators = [',', ';', ' ', '\t', '\r', '\n'];
    let entries: Vec<String> = list.split(separators).map(one).filter(|entry| !entry.is_empty()).collect();
    let certain = !entries.is_empty() && entries.iter().all(|entry| !entry.contains(['@', ':']));
    certain.then(|| entries.join(","))
}

/// What fetches from where source code is kept.
const SYSTEMS: [&str; 7] = ["git", "hg", "svn", "bzr", "fossil", "all", "off"];

/// GOVCS.
pub(super) fn vcs(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    let refused = |says: String| ValueFault::stops(Reach::Origins, says).map(|fault| fault.meant(bare(asked.value)));
    if asked.value.trim().is_empty() {
        return None;
    }
    let mut seen: HashSet<&str> = HashSet::new();
    let mut misread = None;
    for item in asked.value.trim().split(',').map(str::trim) {
        if item.is_empty() {
            return refused("empty entry in GOVCS".to_owned());
        }
        let Some((pattern, list)) = item.split_once(':') else {
            return refused(format!("malformed entry in GOVCS (missing colon): {}", quoted(item)));
        };
        let (pattern, list) = (pattern.trim(), list.trim());
        if pattern.is_empty() {
            return refused(format!("empty pattern in GOVCS: {}", quoted(item)));
        }
        if list.is_empty() {
            return refused(format!("empty VCS list in GOVCS: {}", quoted(item)));
        }
        if matches!(pattern, "." | "..") || pattern.starts_with("./") || pattern.starts_with("../") {
            return refused(format!("relative pattern not allowed in GOVCS: {}", quoted(pattern)));
        }
        if !seen.insert(pattern) {
            return refused(format!("unreachable pattern in GOVCS: {} after", quoted(item)));
        }
        for system in list.split('|').map(str::trim) {
            if system.is_empty() {
                return refused(format!("empty VCS name in GOVCS: {}", quoted(item)));
            }
            if !SYSTEMS.contains(&system) {
                misread = misread.or(Some(format!("`{system}` in GOVCS is no version control that Go knows")));
            }
        }
        if !matches!(pattern, "private" | "public")
            && let Some(why) = matches_nothing(pattern)
        {
            misread = misread.or(Some(format!("`{pattern}` in GOVCS matches no module: {why}")));
        }
    }
    misread.and_then(ValueFault::misread)
}

/// GOAUTH.
pub(super) fn auth(asked: &JudgedValue<'_>) -> Option<ValueFault> {
    if asked.minor() < 24 || asked.value == "off" {
        return None;
    }
    let value = asked.value;
    let refused = |says: String| ValueFault::stops(Reach::SecureDownloads, says);
    let commands: Vec<&str> = value.split(';').map(str::trim).collect();
    let directory = "GOAUTH=git dir method requires an absolute path to the git working directory";
    // From the last to the first, as Go runs them.
    for command in commands.iter().rev() {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words[..] {
            [] => return refused(format!("GOAUTH encountered an empty command (GOAUTH={value})")),
            ["off", ..] if commands.len() > 1 => {
                return refused(format!(
                    "GOAUTH=off cannot be combined with other authentication commands (GOAUTH={value})"
                ));
            }
            ["git", dir] if !asked.platform.is_absolute(dir) => {
                return refused(format!("{directory}, dir is not absolute"));
            }
            ["git", _] => {}
            ["git", ..] => return refused(directory.to_owned()),
            _ => {}
        }
    }
    None
}
