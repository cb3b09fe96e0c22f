//! GOPROXY as a list: which entry is asked after which failure, and whose
//! failure is told in the end. Source: Go, `cmd/go/internal/modfetch/proxy.go`,
//! `proxyList`, `TryProxies`.

pub use crate::goenv::patterns::matches_prefix;
use crate::{goenv::settings::GoSettings, platform::Platform, ports::FetchError};

/// Where Go's own default points.
const DEFAULT: &str = "https://proxy.golang.org,direct";

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// `http`, `https` or `file`, without a trailing slash.
    Url(String),
    /// The origin, past any proxy.
    Direct,
    /// Nothing is to be asked.
    Off,
    /// Stands first where GONOPROXY is set: past any proxy for what matches it.
    Exempted,
}

/// An entry, and when the one after it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyEntry {
    /// Which server.
    pub proxy: Proxy,
    /// `|` follows: after any failure; else only after "not found".
    pub any_failure: bool,
}

/// Why GOPROXY cannot be used, in one sentence without passwords.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct GoproxyError(String);

/// Why a proxy did not serve a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyFailure {
    /// The proxy does not have it; the next may be asked.
    NotFound(String),
    /// Any other failure.
    Failed(String),
    /// The user asked to stop.
    Interrupted,
}

impl From<FetchError> for ProxyFailure {
    fn from(why: FetchError) -> Self {
        match why {
            FetchError::NotFound { .. } => Self::NotFound(why.to_string()),
            FetchError::Failed { .. } => Self::Failed(why.to_string()),
            FetchError::Interrupted => Self::Interrupted,
        }
    }
}

/// The list in force.
///
/// # Errors
/// An entry is no address that Go takes, or there is none.
pub fn proxy_list(settings: &GoSettings<'_>, platform: Platform) -> Result<Vec<ProxyEntry>, GoproxyError> {
    let text = settings.get("GOPROXY").unwrap_or(DEFAULT);
    let mut list = Vec::new();
    if no_proxy_patterns(settings).is_some() && text != "direct" {
        list.push(ProxyEntry { proxy: Proxy::Exempted, any_failure: false });
    }
    let own = list.len();
    for piece in text.split_inclusive([',', '|']) {
        let any_failure = piece.ends_with('|');
        let proxy = match piece.trim_end_matches([',', '|']).trim() {
            "" => continue,
            "off" => Proxy::Off,
            "direct" => Proxy::Direct,
            url => Proxy::Url(address(url, platform)?),
        };
        let last = proxy == Proxy::Off || proxy == Proxy::Direct;
        list.push(ProxyEntry { proxy, any_failure: any_failure && !last });
        if last {
            break;
        }
    }
    if list.len() == own {
        return Err(GoproxyError(format!("GOPROXY holds no entry: `{text}`")));
    }
    Ok(list)
}

/// GONOPROXY, whose default is GOPRIVATE.
pub fn no_proxy_patterns<'s>(settings: &'s GoSettings<'_>) -> Option<&'s str> {
    settings.get("GONOPROXY").or_else(|| settings.get("GOPRIVATE"))
}

fn address(text: &str, platform: Platform) -> Result<String, GoproxyError> {
    let absolute = platform.is_absolute(text) || text.starts_with('/');
    let full = if text.contains(['.', ':', '/']) && !text.contains(":/") && !absolute {
        format!("https://{text}")
    } else {
        text.to_owned()
    };
    let wrong = |why: &str| Err(GoproxyError(format!("GOPROXY entry `{}`: {why}", without_password(&full))));
    match full.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) if !rest.trim_end_matches('/').is_empty() => {
            Ok(format!("{scheme}://{}", rest.trim_end_matches('/')))
        }
        // The root itself is the empty path: what is asked for begins with a slash.
        Some(("file", rest)) if rest.starts_with('/') && !rest.contains(['?', '#']) => {
            Ok(format!("file://{}", rest.trim_end_matches('/')))
        }
        Some(("file", _)) => wrong("a file:// address must be a path only: file:///folder"),
        _ => wrong("must begin with https://, http:// or file:///"),
    }
}

/// An address as it may be shown.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}:xxxxx@{host}{path}", user.split(':').next().unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// Asks one after the other until one answers or the list says to stop; the
/// failure told is the origin's, else a proxy's that is no mere "not found".
///
/// # Errors
/// That failure.
pub fn try_proxies<T>(
    list: &[ProxyEntry],
    mut ask: impl FnMut(&Proxy) -> Result<T, ProxyFailure>,
) -> Result<T, ProxyFailure> {
    let mut told = (0, ProxyFailure::NotFound("GOPROXY holds no entry".to_owned()));
    for entry in list {
        let why = match ask(&entry.proxy) {
            Err(ProxyFailure::Interrupted) => return Err(ProxyFailure::Interrupted),
            Err(why) => why,
            answer => return answer,
        };
        let not_found = matches!(why, ProxyFailure::NotFound(_));
        let rank = match (&entry.proxy, not_found) {
            (Proxy::Direct, _) | (Proxy::Exempted, false) => 2,
            (_, false) => 1,
            (_, true) => 0,
        };
        if rank >= told.0 {
            told = (rank, why);
        }
        if !entry.any_failure && !not_found {
            break;
        }
    }
    Err(told.1)
}

#[cfg(test)]
mod tests {
    //! GOPROXY's rules, entry by entry.

    use super::*;
    use crate::{platform::env::EnvBlock, ports::fake::FakeHost};

    fn list(pairs: &[(&str, &str)]) -> Result<Vec<ProxyEntry>, GoproxyError> {
        let env = EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied());
        proxy_list(
            &GoSettings::read(&crate::goenv::Known::newest_version(), &env, "/w", &FakeHost::new(Platform::Linux)),
            Platform::Linux,
        )
    }

    fn entry(proxy: Proxy, any_failure: bool) -> ProxyEntry {
        ProxyEntry { proxy, any_failure }
    }

    fn url(text: &str) -> Proxy {
        Proxy::Url(text.to_owned())
    }

    #[test]
    fn separators_say_when_the_next_entry_is_asked() {
        assert_eq!(
            list(&[("GOPROXY", "https://a/ | b.example,direct,https://never")]).unwrap(),
            [entry(url("https://a"), true), entry(url("https://b.example"), false), entry(Proxy::Direct, false)]
        );
        assert_eq!(list(&[]).unwrap(), [entry(url("https://proxy.golang.org"), false), entry(Proxy::Direct, false)]);
        assert_eq!(list(&[("GOPROXY", "off,https://a")]).unwrap(), [entry(Proxy::Off, false)]);
        assert_eq!(
            list(&[("GOPROXY", "file:///p"), ("GOPRIVATE", "x.example")]).unwrap(),
            [entry(Proxy::Exempted, false), entry(url("file:///p"), false)]
        );
        assert_eq!(list(&[("GOPROXY", "file:///")]).unwrap(), [entry(url("file://"), false)], "and `/file` behind it");
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for wrong in [",", " ", "ftp://a", "/srv/proxy", "word", "file://host/p", "https://", "https:///"] {
            assert!(list(&[("GOPROXY", wrong)]).is_err(), "{wrong:?}");
        }
        let why = list(&[("GOPROXY", "ftp://me:secret@a/b")]).unwrap_err().to_string();
        assert!(why.contains("ftp://me:xxxxx@a/b"), "{why}");
    }

    fn asked(text: &str, answers: &[Result<(), ProxyFailure>]) -> (usize, Result<(), ProxyFailure>) {
        let mut given = answers.iter();
        let outcome = try_proxies(&list(&[("GOPROXY", text)]).unwrap(), |_| given.next().unwrap().clone());
        (answers.len() - given.len(), outcome)
    }

    #[test]
    fn a_comma_passes_on_after_not_found_only_and_a_bar_after_anything() {
        let not_found = |text: &str| Err(ProxyFailure::NotFound(text.to_owned()));
        let failed = |text: &str| Err(ProxyFailure::Failed(text.to_owned()));
        assert_eq!(asked("https://a,https://b", &[not_found("404"), Ok(())]), (2, Ok(())));
        assert_eq!(asked("https://a,https://b", &[failed("403"), Ok(())]), (1, failed("403")));
        assert_eq!(asked("https://a|https://b", &[failed("503"), Ok(())]), (2, Ok(())));
        assert_eq!(asked("https://a|https://b", &[failed("503"), not_found("404")]), (2, failed("503")));
        assert_eq!(asked("https://a,direct", &[not_found("404"), not_found("origin")]), (2, not_found("origin")));
        assert_eq!(asked("https://a,https://b", &[not_found("1"), not_found("2")]), (2, not_found("2")));
    }

    #[test]
    fn patterns_match_leading_parts_of_a_module_path() {
        for pattern in [
            "golang.org",
            "golang.org/toolchain",
            "*.org",
            "golang.*/tool*",
            "x,golang.org/",
            "g[n-p]lang.or?",
            "g[]-]lang.org,g[\\o]lang.org",
            r"golang.org\/toolchain",
        ] {
            assert!(matches_prefix(pattern, "golang.org/toolchain"), "{pattern}");
        }
        for pattern in
            ["", "golang.org/x", "*", "lang.org", "golang.org/toolchain/x", "[^g]olang.org", "g[o", "[]g]olang.org"]
        {
            assert_eq!(matches_prefix(pattern, "golang.org/toolchain"), pattern == "*", "{pattern}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_does_not_take_for_ever() {
        // Tried in every way it would take longer than the universe is old.
        let stars = "*o".repeat(200_000);
        assert!(!matches_prefix(&format!("{stars}x"), &"o".repeat(300)));
        assert!(matches_prefix(&"*".repeat(200_000), "golang.org"));
    }
}
