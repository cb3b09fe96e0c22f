//! `http`, `https` and `file` URLs. Proxies and private authorities as the
//! environment says: HTTPS_PROXY, NO_PROXY; SSL_CERT_FILE and SSL_CERT_DIR
//! where the system keeps its authorities in files (rustls-native-certs), the
//! system's own store on Windows and macOS, just as Go does.

use crate::ports::{Fetch, FetchError};
use crate::system::{bounded_read, retry::pause_for};
use reqwest::{
    StatusCode, Url,
    blocking::{Client, Response},
    header::CONTENT_TYPE,
    redirect::Policy,
};
use std::{
    fs,
    io::{self, Read, Write},
    net::IpAddr,
    sync::OnceLock,
    time::Duration,
};

/// For connecting, and for each wait for more bytes.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);

/// Pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// Of a refusal's text.
const MAX_SAID_BYTES: u64 = 1024;

/// As many as Go follows.
const MAX_REDIRECTS: usize = 10;

/// The network and the local files; the HTTP client is made on first use.
pub struct Web<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    client: OnceLock<Result<Client, String>>,
    /// For this machine itself, which Go never asks through a proxy either (`http.ProxyFromEnvironment`).
    loopback_client: OnceLock<Result<Client, String>>,
}

impl<'a> Web<'a> {
    /// `stop` says whether the user asked to stop.
    #[must_use]
    pub fn new(stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self { stop, client: OnceLock::new(), loopback_client: OnceLock::new() }
    }

    fn client(&self, url: &Url) -> Result<&Client, String> {
        let loopback = is_loopback(url);
        let made = if loopback { &self.loopback_client } else { &self.client }.get_or_init(|| {
            install_provider();
            let client = Client::builder()
                .user_agent(concat!("goenv-ci/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(SILENCE_LIMIT)
                .timeout(SILENCE_LIMIT)
                .redirect(secure());
            let client = if loopback { client.no_proxy() } else { client };
            client.build().map_err(|why| causes(&why))
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// Copies the body to `to`, or says whether another attempt may help.
    fn attempt(&self, url: &Url, limit_bytes: u64, to: &mut dyn Write) -> Result<(), (FetchError, Again)> {
        let shown = redacted(url);
        let failed = |reason: String, again| (FetchError::Failed { url: shown.clone(), reason }, again);
        let mut body: Box<dyn Read> = if url.scheme() == "file" {
            open(url).map_err(|why| (why, Again::No))?
        } else {
            let client = self.client(url).map_err(|reason| failed(reason, Again::No))?;
            let answer =
                client.get(url.clone()).send().map_err(|why| failed(causes(&why.without_url()), Again::Yes))?;
            Box::new(accepted(answer, &shown)?)
        };
        let (mut buffer, mut left) = (vec![0; 64 << 10], limit_bytes);
        loop {
            if (self.stop)() {
                return Err((FetchError::Interrupted, Again::No));
            }
            let read = body.read(&mut buffer).map_err(|why| failed(causes(&why), Again::Yes))?;
            if read == 0 {
                return Ok(());
            }
            left = left
                .checked_sub(read as u64)
                .ok_or_else(|| failed(format!("longer than {limit_bytes} bytes"), Again::No))?;
            to.write_all(&buffer[..read]).map_err(|why| failed(format!("could not be stored: {why}"), Again::No))?;
        }
    }

    /// Own lines and no crate: three attempts with two pauses are all there is to it.
    fn attempts<T>(
        &self,
        url: &str,
        mut once: impl FnMut(&Url) -> Result<T, (FetchError, Again)>,
    ) -> Result<T, FetchError> {
        let parsed =
            Url::parse(url).map_err(|why| FetchError::Failed { url: url.to_owned(), reason: why.to_string() })?;
        let mut pauses = PAUSES.iter();
        loop {
            match (once(&parsed), pauses.as_slice().first()) {
                (Err((_, Again::Yes)), Some(pause)) => {
                    if !pause_for(*pause, self.stop) {
                        return Err(FetchError::Interrupted);
                    }
                }
                (outcome, _) => return outcome.map_err(|(why, _)| why),
            }
            pauses.next();
        }
    }
}

/// Whether another attempt may succeed.
#[derive(Clone, Copy)]
enum Again {
    Yes,
    No,
}

impl Fetch for Web<'_> {
    fn get(&self, url: &str, limit_bytes: u64) -> Result<Vec<u8>, FetchError> {
        self.attempts(url, |url| {
            let mut body = Vec::new();
            self.attempt(url, limit_bytes, &mut body).map(|()| body)
        })
    }

    fn download(&self, url: &str, file: &str, limit_bytes: u64) -> Result<(), FetchError> {
        let outcome = self.attempts(url, |parsed| {
            let unwritten =
                |why: io::Error| FetchError::Failed { url: redacted(parsed), reason: format!("`{file}`: {why}") };
            let mut to = fs::File::create(file).map_err(|why| (unwritten(why), Again::No))?;
            self.attempt(parsed, limit_bytes, &mut to)
        });
        if outcome.is_err() {
            // It may not exist; the error that counts is the fetch's.
            let _ = fs::remove_file(file);
        }
        outcome
    }
}

/// Go takes 404 and 410 for "not here, ask the next"; all else ends the search.
fn accepted(answer: Response, url: &str) -> Result<Response, (FetchError, Again)> {
    let (status, url) = (answer.status(), url.to_owned());
    match status {
        StatusCode::OK => Ok(answer),
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Err((FetchError::NotFound { url, reason: status.to_string() }, Again::No))
        }
        _ => {
            let passing = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
            let again = if passing { Again::Yes } else { Again::No };
            Err((FetchError::Failed { url, reason: format!("{status}{}", said(answer)) }, again))
        }
    }
}

/// What a refusing server says in plain text, as Go shows it; a page of HTML says nothing to anybody.
fn said(answer: Response) -> String {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let mut text = String::new();
    if kind.starts_with("text/plain") {
        // Cut off or not text: then the status alone must do.
        let _ = answer.take(MAX_SAID_BYTES).read_to_string(&mut text);
    }
    match text.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!(", server response: {line}"),
        None => String::new(),
    }
}

fn open(url: &Url) -> Result<Box<dyn Read + Send>, FetchError> {
    let path = url
        .to_file_path()
        .map_err(|()| FetchError::Failed { url: redacted(url), reason: "not the path of a local file".to_owned() })?;
    bounded_read::open_stream(&path).map_err(|why| {
        let (url, reason) = (redacted(url), why.to_string());
        if why.kind() == io::ErrorKind::NotFound {
            FetchError::NotFound { url, reason }
        } else {
            FetchError::Failed { url, reason }
        }
    })
}

/// Follows redirects, but not from https to plain http.
pub(crate) fn secure() -> Policy {
    Policy::custom(|attempt| {
        let from_secure = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if from_secure && attempt.url().scheme() != "https" {
            return attempt.error("redirected from a secure to an insecure address");
        }
        if attempt.previous().len() > MAX_REDIRECTS { attempt.error("too many redirects") } else { attempt.follow() }
    })
}

/// This machine itself, which Go never asks through a proxy either.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn redacted(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        // Fails only for URLs that cannot have a password.
        let _ = url.set_password(Some("xxxxx"));
    }
    url.to_string()
}

/// One cryptography for every client.
pub(crate) fn install_provider() {
    // An error means that one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The whole chain, since the outermost link alone says only `error sending request`.
pub(crate) fn causes(why: &dyn std::error::Error) -> String {
    let mut text = why.to_string();
    let mut source = why.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    if text.contains("UnknownIssuer") {
        text.push_str(" (on Linux, SSL_CERT_FILE names a file of private authorities)");
    }
    text
}
