//! Which proxy an address is asked through: a pure function of the environment, as Go has it, and on every system from
//! the environment alone. Own lines, because ureq reads one proxy for all schemes and compares whole names.
//!
//! Source: golang.org/x/net/http/httpproxy; ALL_PROXY, which Go does not read, is curl's.

use crate::system::exchange::is_loopback;
use http::{Uri, uri::Authority};
use std::net::IpAddr;
use ureq::{Proxy, ProxyProtocol};

/// What the environment says.
#[derive(Debug, Default)]
pub(crate) struct Proxies {
    http: Option<(&'static str, String)>,
    https: Option<(&'static str, String)>,
    direct: Vec<Direct>,
}

/// One entry of NO_PROXY.
#[derive(Debug, PartialEq, Eq)]
enum Direct {
    All,
    Net {
        base: IpAddr,
        bits: u8,
    },
    Address(IpAddr, Option<u16>),
    /// With `.` first; `itself`: the name without it, too.
    Name {
        suffix: String,
        itself: bool,
        port: Option<u16>,
    },
}

impl Proxies {
    pub(crate) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let filled = |name: &'static str| {
            let value = variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())?;
            Some((name, value))
        };
        let first = |names: &[&'static str]| names.iter().find_map(|name| filled(name));
        // Of a CGI program, HTTP_PROXY is what the other side sent as the header `Proxy`.
        let http: &[&str] = if filled("REQUEST_METHOD").is_some() {
            &["http_proxy", "ALL_PROXY", "all_proxy"]
        } else {
            &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
        };
        let direct = first(&["NO_PROXY", "no_proxy"]).map(|(_, list)| list).unwrap_or_default();
        Self {
            http: first(http),
            https: first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
            direct: direct.split(',').filter_map(Direct::of).collect(),
        }
    }

    /// The variable and the proxy that it names.
    pub(crate) fn of_uri(&self, uri: &Uri) -> Option<(&'static str, &str)> {
        let (proxy, port) = match uri.scheme_str() {
            Some("https") => (&self.https, 443),
            _ => (&self.http, 80),
        };
        let host = uri.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(port);
        let direct = is_loopback(&host) || self.direct.iter().any(|direct| direct.covers(&host, port));
        proxy.as_ref().filter(|_| !direct).map(|(variable, address)| (*variable, address.as_str()))
    }
}

impl Direct {
    fn of(entry: &str) -> Option<Self> {
        let entry = entry.trim().to_ascii_lowercase();
        if entry == "*" {
            return Some(Self::All);
        }
        if let Some((base, bits)) = entry.split_once('/') {
            let (base, bits) = (base.parse().ok()?, bits.parse().ok()?);
            let most = if matches!(base, IpAddr::V4(_)) { 32 } else { 128 };
            return (bits <= most).then_some(Self::Net { base, bits });
        }
        if let Ok(address) = entry.trim_matches(['[', ']']).parse() {
            return Some(Self::Address(address, None));
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (entry.as_str(), None),
        };
        if let Ok(address) = host.trim_matches(['[', ']']).parse() {
            return Some(Self::Address(address, port));
        }
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        let name = host.trim_start_matches('.');
        let suffix = format!(".{name}");
        (!name.is_empty()).then_some(Self::Name { suffix, itself: !host.starts_with('.'), port })
    }

    fn covers(&self, host: &str, port: u16) -> bool {
        let address = || host.parse::<IpAddr>().ok();
        match self {
            Self::All => true,
            Self::Net { base, bits } => address().is_some_and(|address| shares(*base, address, *bits)),
            Self::Address(one, at) => address() == Some(*one) && at.is_none_or(|at| at == port),
            Self::Name { suffix, itself, port: at } => {
                let named = host.ends_with(suffix.as_str()) || *itself && *host == suffix[1..];
                named && at.is_none_or(|at| at == port)
            }
        }
    }
}

/// Whether both begin with the same so many bits.
fn shares(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let differ = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => u128::from(one.to_bits() ^ other.to_bits()) << 96,
        (IpAddr::V6(one), IpAddr::V6(other)) => one.to_bits() ^ other.to_bits(),
        _ => return false,
    };
    differ.leading_zeros() >= u32::from(bits)
}

/// The client's own value of it. Its text may hold a password, so none of it is repeated.
///
/// # Errors
/// The variable names no proxy that is known.
pub(crate) fn parsed(variable: &str, address: &str) -> Result<Proxy, String> {
    let none = || format!("{variable} is no address of a proxy");
    let proxy = Proxy::new(address).map_err(|_| none())?;
    // A port that is no number would count as none.
    let whole =
        |authority: &Authority| authority.port_u16().is_some() || authority.as_str().ends_with(authority.host());
    if !proxy.uri().authority().is_some_and(whole) {
        return Err(none());
    }
    match proxy.protocol() {
        ProxyProtocol::Http | ProxyProtocol::Https => Ok(proxy),
        other => Err(format!("{variable} names a proxy that is not known: {other}, where http and https are")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_of(env: &[(&str, &str)], uri: &str) -> Option<String> {
        let of = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let (proxies, uri) = (Proxies::of(of), uri.parse().unwrap());
        proxies.of_uri(&uri).map(|(_, address)| address.to_owned())
    }

    #[test]
    fn each_scheme_has_its_proxy_and_this_machine_has_none() {
        let both = [("HTTP_PROXY", "a:1"), ("https_proxy", "b:2"), ("ALL_PROXY", "c:3")];
        for (uri, expected) in [
            ("http://x.example/", Some("a:1")),
            ("https://x.example/", Some("b:2")),
            ("http://localhost:80/", None),
            ("http://127.8.8.8/", None),
            ("https://[::1]/", None),
            ("https://localhost.example/", Some("b:2")),
        ] {
            assert_eq!(proxy_of(&both, uri).as_deref(), expected, "{uri}");
        }
        assert_eq!(proxy_of(&[("ALL_PROXY", "c:3"), ("HTTP_PROXY", " ")], "http://x/").as_deref(), Some("c:3"));
        assert_eq!(proxy_of(&[("HTTP_PROXY", "a:1")], "https://x/"), None);
        assert_eq!(proxy_of(&[("HTTP_PROXY", "a:1"), ("REQUEST_METHOD", "GET")], "http://x/"), None, "httpoxy");
    }

    #[test]
    fn no_proxy_names_hosts_domains_addresses_nets_and_ports() {
        for (list, uri, direct) in [
            ("*", "http://x.example/", true),
            ("x.example", "http://x.example/", true),
            ("X.Example", "http://x.eXample/", true),
            ("example", "http://x.example/", true),
            (".x.example", "http://x.example/", false),
            (".example", "http://x.example/", true),
            ("*.example", "http://x.example/", true),
            ("*.example", "http://example/", false),
            ("ample", "http://x.example/", false),
            ("y, ,x.example:8080", "http://x.example:8080/", true),
            ("x.example:8080", "http://x.example/", false),
            ("x.example:443", "https://x.example/", true),
            ("10.0.0.0/8", "http://10.1.2.3/", true),
            ("10.0.0.0/8", "http://11.1.2.3/", false),
            ("0.0.0.0/0", "http://11.1.2.3/", true),
            ("10.1.2.3/33", "http://10.1.2.3/", false),
            ("10.1.2.3", "http://10.1.2.3:99/", true),
            ("10.1.2.3:98", "http://10.1.2.3:99/", false),
            ("fd00::/8", "http://[fd00::1]/", true),
            ("[fd00::1]:80", "http://[fd00::1]/", true),
            ("fd00::1", "http://[fd00::1]:99/", true),
            ("", "http://x.example/", false),
            (".", "http://x.example/", false),
        ] {
            let found = proxy_of(&[("HTTP_PROXY", "p:1"), ("HTTPS_PROXY", "p:1"), ("NO_PROXY", list)], uri);
            assert_eq!(found.is_none(), direct, "{list} {uri}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_said_without_its_password() {
        for address in ["http://", "socks5://user:secret@h:1", "ftp://user:secret@h", "user:secret@h:port"] {
            let why = parsed("HTTPS_PROXY", address).unwrap_err();
            assert!(why.starts_with("HTTPS_PROXY ") && !why.contains("secret"), "{why}");
        }
        for address in ["h:1", "http://user:secret@h:1", "https://h"] {
            parsed("HTTPS_PROXY", address).unwrap();
        }
    }
}
