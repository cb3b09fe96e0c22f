//! GOPROXY's rules, entry by entry.

use super::*;
use crate::{platform::env::EnvBlock, ports::fake::FakeHost};

fn list(pairs: &[(&str, &str)]) -> Result<Vec<ProxyEntry>, GoproxyError> {
    let env = EnvBlock::from_pairs(Platform::Linux, pairs.iter().copied());
    proxy_list(
        &Settings::read(&crate::goenv::Known::newest_version(), &env, "/w", &FakeHost::new(Platform::Linux)),
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
}

#[test]
fn what_is_no_address_is_refused_without_its_password() {
    for wrong in [",", " ", "ftp://a", "/srv/proxy", "word", "file://host/p"] {
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
    for pattern in ["golang.org", "golang.org/toolchain", "*.org", "golang.*/tool*", "x,golang.org/", "g[n-p]lang.or?"]
    {
        assert!(matches_prefix(pattern, "golang.org/toolchain"), "{pattern}");
    }
    for pattern in ["", "golang.org/x", "*", "lang.org", "golang.org/toolchain/x", "[^g]olang.org"] {
        assert_eq!(matches_prefix(pattern, "golang.org/toolchain"), pattern == "*", "{pattern}");
    }
}
