//! Hides what opens a door: user names and passwords in addresses, tokens by
//! their shape, and the arguments of GOAUTH. Whoever shows a value of somebody's
//! environment passes it through here first, whatever the format.

use std::borrow::Cow;

/// What stands for a secret.
pub const MASK: &str = "xxxxx";

/// What tokens begin with, and the fewest characters that follow.
/// Source: the providers' own lists for secret scanning.
const TOKENS: [(&str, usize); 14] = [
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("npm_", 20),
    ("pypi-", 20),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("AKIA", 16),
    ("AIza", 30),
    ("eyJ", 30),
];

/// Parts of names of parameters and variables whose values are secrets.
const SECRET_NAMES: [&str; 11] = [
    "token",
    "password",
    "passwd",
    "secret",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "auth",
    "credential",
    "sig",
];

/// A variable's value as it may be shown.
#[must_use]
pub fn shown<'a>(name: &str, value: &'a str) -> Cow<'a, str> {
    if name.eq_ignore_ascii_case("GOAUTH") {
        return goauth(value);
    }
    // Go's own names are none, GOAUTH apart: GONOSUMDB has no secret for holding a `sum`.
    if !name.to_ascii_uppercase().starts_with("GO") && !value.is_empty() && is_secret_name(name) {
        return Cow::Borrowed(MASK);
    }
    masked(value)
}

/// A text in which addresses keep their host, and tokens their kind.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains("://") && !TOKENS.iter().any(|(start, _)| text.contains(start)) && !text.contains("earer ") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(bearers(&tokens(&addresses(text))))
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// `git DIR`, `netrc` and `off` are no secrets, the arguments of a command may be.
/// Source: Go, `cmd/go/internal/auth`.
fn goauth(value: &str) -> Cow<'_, str> {
    let commands = value.split(';').map(|command| {
        let trimmed = command.trim();
        match trimmed.split_once(char::is_whitespace) {
            Some((program, _)) if program != "git" => format!("{program} {MASK}"),
            _ => masked(trimmed).into_owned(),
        }
    });
    Cow::Owned(commands.collect::<Vec<_>>().join("; "))
}

/// `scheme://user:password@host/?token=x` without what stands before the `@`, and without secret parameters.
fn addresses(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, behind) = rest.split_at(at + 3);
        shown.push_str(before);
        let (address, following) = behind.split_at(end_of_address(behind));
        let authority = address.find(['/', '?', '#']).unwrap_or(address.len());
        match address[..authority].rfind('@') {
            Some(user) => {
                shown.push_str(MASK);
                shown.push_str(&parameters(&address[user..]));
            }
            None => shown.push_str(&parameters(address)),
        }
        rest = following;
    }
    shown + rest
}

/// Where the address at the beginning of a text ends: before what no address holds, or before the scheme of the next
/// one. Nothing behind that is looked at, so that a long list of addresses is read once.
fn end_of_address(text: &str) -> usize {
    let mut scheme = 0;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() || ",|\"'<>`".contains(c) {
            return at;
        }
        if text[at..].starts_with("://") {
            return scheme;
        }
        if !c.is_ascii_alphanumeric() {
            scheme = at + c.len_utf8();
        }
    }
    text.len()
}

fn parameters(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let shown = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, value)) if is_secret_name(name) && !value.is_empty() => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    });
    format!("{path}?{}", shown.collect::<Vec<_>>().join("&"))
}

fn tokens(text: &str) -> String {
    let of_token = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c| !of_token(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(word);
        let kind =
            TOKENS.iter().find(|(start, least)| run.strip_prefix(start).is_some_and(|rest| rest.len() >= *least));
        match kind {
            Some((start, _)) => {
                shown.push_str(start);
                shown.push_str(MASK);
            }
            None => shown.push_str(run),
        }
        let next = behind.find(of_token).unwrap_or(behind.len());
        shown.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    shown
}

fn bearers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    // As long as the text itself, byte for byte.
    let lower = text.to_ascii_lowercase();
    let mut rest = text;
    while let Some(at) = lower[text.len() - rest.len()..].find("bearer ") {
        let (before, behind) = rest.split_at(at + "bearer ".len());
        shown.push_str(before);
        let end = behind.find(|c: char| c.is_whitespace() || "\"'`,;".contains(c)).unwrap_or(behind.len());
        // The word twice: the token is behind the second one.
        let token = if behind[..end].eq_ignore_ascii_case("bearer") { 0 } else { end };
        if token > 0 {
            shown.push_str(MASK);
        }
        rest = &behind[token..];
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_users_and_keep_their_hosts() {
        for (text, want) in [
            ("https://u:p@h/x,direct", "https://xxxxx@h/x,direct"),
            ("https://token@h|off", "https://xxxxx@h|off"),
            ("https://h/a@b", "https://h/a@b"),
            ("https://u:p@h/?x=1&Token=abc#f", "https://xxxxx@h/?x=1&Token=xxxxx"),
            ("http://a:b@c,http://d:e@f", "http://xxxxx@c,http://xxxxx@f"),
            ("proxy failed: Get \"https://u:p@h/\": EOF", "proxy failed: Get \"https://xxxxx@h/\": EOF"),
            ("https://h/x?next=https://u:p@g/", "https://h/x?next=https://xxxxx@g/"),
            ("a://b://c://d:e@f", "a://b://c://xxxxx@f"),
            ("://://u:p@h x://y", "://://xxxxx@h x://y"),
            ("file:///C:/proxy", "file:///C:/proxy"),
            ("http://h/ü://u:p@g", "http://h/ü://xxxxx@g"),
            ("://://u:p@g", "://://xxxxx@g"),
            ("no address", "no address"),
        ] {
            assert_eq!(masked(text), want, "{text}");
        }
    }

    #[test]
    fn tokens_are_known_by_their_shape() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        assert_eq!(masked(&format!("-ldflags=-X=main.t={token}")), "-ldflags=-X=main.t=ghp_xxxxx");
        assert_eq!(masked("Authorization: Bearer abc.def, x"), "Authorization: Bearer xxxxx, x");
        assert_eq!(masked("Bearer bearer abc"), "Bearer bearer xxxxx");
        assert_eq!(masked("ghp_short npm_config"), "ghp_short npm_config");
    }

    #[test]
    fn what_a_name_says_is_secret_is_hidden_and_go_s_own_settings_are_not() {
        assert_eq!(shown("GITHUB_TOKEN", "x"), MASK);
        assert_eq!(shown("Artifactory_Password", "x"), MASK);
        assert_eq!(shown("GONOSUMDB", "example.com"), "example.com");
        assert_eq!(shown("GOAUTH", "netrc; git /srv/auth; helper --secret abc"), "netrc; git /srv/auth; helper xxxxx");
        assert_eq!(shown("GOAUTH", "off"), "off");
        assert_eq!(shown("PATH", "/usr/bin"), "/usr/bin");
    }
}
