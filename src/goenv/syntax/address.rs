//! Addresses as Go reads them. Source: Go, `net/url/url.go: Parse`.

/// The parts of an address that decide whether it may be a proxy's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// In lower case; empty where there is none.
    pub scheme: String,
    /// Whether there is anything but a scheme and a path.
    pub beyond_path: bool,
}

/// What a text is for Go 1.`minor`; the error is what Go says behind `parse "...": `.
pub(crate) fn parse(text: &str, minor: u64) -> Result<Address, String> {
    let (text, fragment) = text.split_once('#').map_or((text, ""), |(text, fragment)| (text, fragment));
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    if text == "*" {
        return Ok(Address { scheme: String::new(), beyond_path: false });
    }
    let (scheme, rest) = scheme(text)?;
    let scheme = scheme.to_lowercase();
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let mut beyond_path = query.is_some();
    if !rest.starts_with('/') {
        if !scheme.is_empty() {
            let beyond_path = beyond_path || !rest.is_empty() || !fragment.is_empty();
            return finished(fragment, Address { scheme, beyond_path });
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let mut path = rest;
    if (!scheme.is_empty() || !rest.starts_with("///")) && rest.starts_with("//") {
        let authority = &rest[2..];
        let (authority, behind) = authority.split_at(authority.find('/').unwrap_or(authority.len()));
        path = behind;
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        self::host(host, &scheme, minor)?;
        if let Some(user) = user {
            let fine = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
            if !user.chars().all(fine) {
                return Err("net/url: invalid userinfo".to_owned());
            }
            unescape(user, Part::Other)?;
        }
        beyond_path |= !authority.is_empty();
    } else if !scheme.is_empty() && rest.starts_with('/') {
        // `file:/p` is not what Go writes itself, and it refuses it for a proxy.
        beyond_path = true;
    }
    unescape(path, Part::Other)?;
    finished(fragment, Address { scheme, beyond_path: beyond_path || !fragment.is_empty() })
}

fn finished(fragment: &str, address: Address) -> Result<Address, String> {
    unescape(fragment, Part::Other).map(|()| address)
}

fn scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            ':' => return Ok((&text[..at], &text[at + 1..])),
            _ => return Ok(("", text)),
        }
    }
    Ok(("", text))
}

/// Since Go 1.24 what is in brackets must be an address of IPv6, since Go 1.26 a host has one colon at most.
fn host(host: &str, scheme: &str, minor: u64) -> Result<(), String> {
    let port = |port: &str| {
        let fine = port.is_empty() || port.strip_prefix(':').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        if fine { Ok(()) } else { Err(format!("invalid port {} after host", super::quoted(port))) }
    };
    if minor >= 26 && host.rfind('[').is_some_and(|at| at > 0) {
        return Err("invalid IP-literal".to_owned());
    }
    if host.starts_with('[') {
        let end = host.rfind(']').ok_or("missing ']' in host")?;
        port(&host[end + 1..])?;
        let inside = &host[1..end];
        let (address, zone) = inside.split_at(inside.find("%25").unwrap_or(inside.len()));
        unescape(address, Part::Host)?;
        unescape(zone, Part::Zone)?;
        unescape(&host[end..], Part::Host)?;
        if minor >= 24 {
            match address.parse::<core::net::IpAddr>() {
                Ok(address) if address.is_ipv6() => {}
                Ok(_) => return Err("invalid IP-literal".to_owned()),
                Err(_) => return Err(format!("invalid host: ParseAddr({})", super::quoted(address))),
            }
        }
        return Ok(());
    }
    let strict = minor >= 26 && matches!(scheme, "http" | "https");
    if let Some(at) = if strict { host.find(':') } else { host.rfind(':') } {
        port(&host[at..])?;
    }
    unescape(host, Part::Host)
}

/// Where in an address a piece stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Host,
    Zone,
    Other,
}

fn unescape(text: &str, part: Part) -> Result<(), String> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'%' {
            if part != Part::Other && bytes[at] < 0x80 && !may_stand_in_host(bytes[at]) {
                let shown = super::quoted(&char::from(bytes[at]).to_string());
                return Err(format!("invalid character {shown} in host name"));
            }
            at += 1;
            continue;
        }
        let digits = bytes.get(at + 1..at + 3).filter(|two| two.iter().all(u8::is_ascii_hexdigit));
        let wrong = |end: usize| {
            let shown = String::from_utf8_lossy(&bytes[at..end.min(bytes.len())]).into_owned();
            Err(format!("invalid URL escape {}", super::quoted(&shown)))
        };
        let Some(digits) = digits else { return wrong(at + 3) };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|n| u8::try_from(n).ok()).unwrap_or_default();
        let byte = digit(digits[0]) << 4 | digit(digits[1]);
        if part == Part::Host && byte < 0x80 && byte != b'%' {
            return wrong(at + 3);
        }
        if part == Part::Zone && byte != b'%' && byte != b' ' && (byte >= 0x80 || !may_stand_in_host(byte)) {
            return wrong(at + 3);
        }
        at += 3;
    }
    Ok(())
}

fn may_stand_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_by_the_rules_of_each_version() {
        for (text, minor, wrong) in [
            ("https://a.b/c?d#e", 22, ""),
            ("https://a b", 22, "invalid character \" \" in host name"),
            ("https://a:x", 22, "invalid port \":x\" after host"),
            ("https://::1/", 22, ""),
            ("https://::1/", 26, "invalid port \"::1\" after host"),
            ("https://[::1]:80/", 26, ""),
            ("https://[a]/", 22, ""),
            ("https://[a]/", 24, "invalid host: ParseAddr(\"a\")"),
            ("https://a/%zz", 22, "invalid URL escape \"%zz\""),
            ("\"https://a\"", 22, "first path segment in URL cannot contain colon"),
            ("://a", 22, "missing protocol scheme"),
            ("https://u v@a", 22, "net/url: invalid userinfo"),
        ] {
            assert_eq!(parse(text, minor).err().unwrap_or_default(), wrong, "{text} on 1.{minor}");
        }
        assert_eq!(parse("FILE:///p", 22), Ok(Address { scheme: "file".into(), beyond_path: false }));
        assert!(parse("file://h/p", 22).unwrap().beyond_path);
    }
}
