//! What a module proxy says about golang.org/toolchain: its versions and their
//! archives. Source: Go, `cmd/go/internal/modfetch`: `proxy.go`, `repo.go: lookup`,
//! `toolchain.go: dlToGo`; golang.org/x/mod, `module.go: EscapePath`.

use crate::install::{
    proxy_list::{
        GoproxyError, Proxy, ProxyEntry, ProxyFailure, matches_prefix, no_proxy_patterns, proxy_list, try_proxies,
    },
    sumdb::MODULE,
};
use crate::{
    goenv::{settings::GoSettings, version::GoVersion},
    platform::Platform,
    ports::{Fetch, FetchError},
};

/// A list of versions, or a page about a module.
const MAX_LIST_BYTES: u64 = 4 << 20;

/// The page that says where the module really comes from (`go-import` with the kind `mod`).
const ORIGIN_PAGE: &str = "https://golang.org/toolchain?go-get=1";

/// The proxies that GOPROXY names, asked for toolchains.
pub struct ModuleProxy<'a> {
    /// In their order.
    pub entries: Vec<ProxyEntry>,
    /// GONOPROXY exempts the module: only its origin is asked.
    past_proxies: bool,
    fetch: &'a dyn Fetch,
}

impl<'a> ModuleProxy<'a> {
    /// The proxies in force.
    ///
    /// # Errors
    /// GOPROXY cannot be used.
    pub fn new(settings: &GoSettings<'_>, platform: Platform, fetch: &'a dyn Fetch) -> Result<Self, GoproxyError> {
        let past_proxies = no_proxy_patterns(settings).is_some_and(|patterns| matches_prefix(patterns, MODULE));
        Ok(Self { entries: proxy_list(settings, platform)?, past_proxies, fetch })
    }

    /// The Go versions that there are, for whatever platform, as Go counts them.
    ///
    /// # Errors
    /// No proxy gave the list.
    pub fn versions(&self) -> Result<Vec<GoVersion>, ProxyFailure> {
        let list = self.ask("list", |url| self.fetch.get(url, MAX_LIST_BYTES))?;
        Ok(String::from_utf8_lossy(&list).lines().filter_map(go_version).collect())
    }

    /// The archive of one version of the module, into a file.
    ///
    /// # Errors
    /// No proxy gave it.
    pub fn download(&self, version: &str, file: &str, limit_bytes: u64) -> Result<(), ProxyFailure> {
        self.ask(&format!("{}.zip", escaped(version)), |url| self.fetch.download(url, file, limit_bytes))
    }

    fn ask<T>(&self, file: &str, get: impl Fn(&str) -> Result<T, FetchError>) -> Result<T, ProxyFailure> {
        let from = |base: &str| get(&format!("{base}/{}/@v/{file}", escaped(MODULE))).map_err(ProxyFailure::from);
        try_proxies(&self.entries, |proxy| match (proxy, self.past_proxies) {
            (Proxy::Direct, _) | (Proxy::Exempted, true) => from(&self.origin()?),
            (Proxy::Off, false) => Err(ProxyFailure::NotFound("module lookup disabled by GOPROXY=off".to_owned())),
            (Proxy::Url(base), false) => from(base),
            (_, true) => Err(ProxyFailure::NotFound(format!("GONOPROXY exempts {MODULE} from proxies"))),
            (Proxy::Exempted, false) => Err(ProxyFailure::NotFound(format!("GONOPROXY does not match {MODULE}"))),
        })
    }

    /// The proxy that golang.org itself runs for the module: what `direct` means for it.
    fn origin(&self) -> Result<String, ProxyFailure> {
        let page = self.fetch.get(ORIGIN_PAGE, MAX_LIST_BYTES)?;
        origin_in(&String::from_utf8_lossy(&page))
            .ok_or_else(|| ProxyFailure::NotFound(format!("`{ORIGIN_PAGE}` names no origin for {MODULE}")))
    }
}

fn origin_in(page: &str) -> Option<String> {
    let at = page.find(&format!("content=\"{MODULE} mod https://"))?;
    let content = page[at..].split('"').nth(1)?;
    content.split_whitespace().nth(2).map(|url| url.trim_end_matches('/').to_owned())
}

/// `v0.0.1-go1.21.13.linux-amd64` is 1.21.13.
fn go_version(line: &str) -> Option<GoVersion> {
    let (_, rest) = line.split_whitespace().next()?.split_once('-')?;
    let (version, target) = rest.rsplit_once('.')?;
    version.strip_prefix("go").filter(|_| target.contains('-'))?.parse().ok()
}

/// Upper case as `!` and lower case, for file systems that do not tell them apart.
fn escaped(text: &str) -> String {
    let escape = |c: char| {
        let mark = c.is_ascii_uppercase().then_some('!');
        mark.into_iter().chain([c.to_ascii_lowercase()])
    };
    text.chars().flat_map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_versions_are_read_as_go_versions() {
        let read = |line| go_version(line).map(|version| version.to_string());
        assert_eq!(read("v0.0.1-go1.21.13.linux-amd64").as_deref(), Some("1.21.13"));
        assert_eq!(read("v0.0.1-go1.24rc1.windows-arm64").as_deref(), Some("1.24rc1"));
        for wrong in ["", "v1.2.3", "v0.0.1-go1.21.13", "v0.0.1-1.21.13.linux-amd64"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_origin_is_what_the_page_names() {
        let page = r#"<meta name="go-import" content="golang.org/toolchain mod https://go.dev/dl/mod">"#;
        assert_eq!(origin_in(page).as_deref(), Some("https://go.dev/dl/mod"));
        assert_eq!(origin_in(&page.replace("https", "http")), None, "never without TLS");
        assert_eq!(origin_in(&page.replace(" mod ", " git ")), None);
    }

    #[test]
    fn upper_case_is_escaped_as_go_escapes_it() {
        assert_eq!(escaped("github.com/Azure/X"), "github.com/!azure/!x");
    }
}
