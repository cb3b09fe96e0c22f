//! `http`, `https` and `file` URLs. Proxies and private authorities as the
//! environment says: HTTPS_PROXY, NO_PROXY; SSL_CERT_FILE and SSL_CERT_DIR
//! where the system keeps its authorities in files (rustls-native-certs), the
//! system's own store on Windows and macOS, just as Go does.

use crate::output::trouble::system;
use crate::ports::{Fetch, FetchError, TransferPolicy, UnreadFile};
use crate::system::{
    authorities, bounded_read,
    retry::pause_for,
    transfer::{
        Deadline, GaveUp, Meter,
        attempts::{Next, Said, next, now, retry_after},
    },
};
use reqwest::{
    StatusCode, Url,
    blocking::{Client, Response},
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect::Policy,
};
use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Write},
    net::IpAddr,
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Of a refusal's text.
const MAX_SAID_BYTES: usize = 1024;

/// As many as Go follows.
const MAX_REDIRECTS: usize = 10;

/// The network and the local files; the HTTP client is made on first use.
pub struct Web<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    policy: TransferPolicy,
    client: OnceLock<Result<Client, String>>,
    /// For this machine itself, which Go never asks through a proxy either (`http.ProxyFromEnvironment`).
    loopback_client: OnceLock<Result<Client, String>>,
}

impl<'a> Web<'a> {
    /// `stop` says whether the user asked to stop.
    #[must_use]
    pub fn new(stop: &'a (dyn Fn() -> bool + Sync)) -> Self {
        Self::with_policy(stop, TransferPolicy::STANDARD)
    }

    /// With other limits than users get.
    #[must_use]
    pub fn with_policy(stop: &'a (dyn Fn() -> bool + Sync), policy: TransferPolicy) -> Self {
        Self { stop, policy, client: OnceLock::new(), loopback_client: OnceLock::new() }
    }

    fn client(&self, url: &Url) -> Result<&Client, String> {
        let loopback = is_loopback(url);
        let made = if loopback { &self.loopback_client } else { &self.client }.get_or_init(|| {
            install_provider();
            authorities::check()?;
            let client = Client::builder()
                .user_agent(concat!("goenv-ci/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(self.policy.connect)
                // Of the blocking client: for the head of an answer, and for each wait for more of its body.
                .timeout(self.policy.idle)
                .redirect(secure());
            let client = if loopback { client.no_proxy() } else { client };
            client.build().map_err(|why| causes(&why))
        });
        made.as_ref().map_err(Clone::clone)
    }

    /// Copies the body to `to`.
    fn attempt(
        &self,
        url: &Url,
        limit_bytes: u64,
        deadline: Deadline,
        to: &mut dyn Write,
    ) -> Result<(), FailedAttempt> {
        let shown = redacted(url);
        let failed = |reason: String, said| (FetchError::Failed { url: shown.clone(), reason }, said);
        let gave_up = |why: GaveUp| failed(why.to_string(), None);
        deadline.left(Instant::now()).map_err(gave_up)?;
        let (mut body, length): (Box<dyn Read>, _) = if url.scheme() == "file" {
            match open(url).map_err(|why| (why, None))? {
                Some((file, found)) => (Box::new(file), Some(found.len())),
                None => (Box::new(io::empty()), Some(0)),
            }
        } else {
            let client = self.client(url).map_err(|reason| failed(reason, None))?;
            let answer = client
                .get(url.clone())
                .send()
                .map_err(|why| failed(causes(&why.without_url()), Some(Said::default())))?;
            let answer = accepted(answer, &shown, self.policy.idle)?;
            let length = answer.content_length();
            (Box::new(answer), length)
        };
        let mut meter = Meter::new(self.policy, deadline, limit_bytes, Instant::now());
        meter.announced(length).map_err(gave_up)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            if (self.stop)() {
                return Err((FetchError::Interrupted, None));
            }
            let read = body.read(&mut buffer).map_err(|why| failed(causes(&why), Some(Said::default())))?;
            if read == 0 {
                return Ok(());
            }
            meter.take(read, Instant::now()).map_err(gave_up)?;
            to.write_all(&buffer[..read]).map_err(|why| failed(format!("could not be stored: {why}"), None))?;
        }
    }

    fn attempts<T>(
        &self,
        url: &str,
        mut once: impl FnMut(&Url, Deadline) -> Result<T, FailedAttempt>,
    ) -> Result<T, FetchError> {
        let parsed =
            Url::parse(url).map_err(|why| FetchError::Failed { url: url.to_owned(), reason: why.to_string() })?;
        let deadline = Deadline::of(&self.policy);
        for attempt in 1.. {
            let (why, said) = match once(&parsed, deadline) {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            match said.map(|said| next(&self.policy, attempt, true, &said, now())) {
                Some(Next::Again(pause)) => {
                    if deadline.left(Instant::now() + pause).is_err() {
                        return Err(why);
                    }
                    if !pause_for(pause, self.stop) {
                        return Err(FetchError::Interrupted);
                    }
                }
                Some(Next::TooLong(pause)) => return Err(why.and(&format!("asks to wait {} s", pause.as_secs()))),
                Some(Next::Take) | None => return Err(why),
            }
        }
        Err(FetchError::Interrupted)
    }
}

/// Why an attempt failed, and what was said about another one; `None`: it would not help.
type FailedAttempt = (FetchError, Option<Said>);

/// A file whose errors name it.
struct StoredFile<'f> {
    file: fs::File,
    path: &'f str,
}

impl StoredFile<'_> {
    fn named(&self, why: &io::Error) -> io::Error {
        io::Error::new(why.kind(), format!("`{}`: {}", self.path, system(why)))
    }
}

impl Write for StoredFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map_err(|why| self.named(&why))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|why| self.named(&why))
    }
}

impl Fetch for Web<'_> {
    fn get(&self, url: &str, limit_bytes: u64) -> Result<Vec<u8>, FetchError> {
        self.attempts(url, |url, deadline| {
            let mut body = Vec::new();
            self.attempt(url, limit_bytes, deadline, &mut body).map(|()| body)
        })
    }

    fn download(&self, url: &str, file: &str, limit_bytes: u64) -> Result<(), FetchError> {
        let outcome = self.attempts(url, |parsed, deadline| {
            let unwritten =
                |why: io::Error| FetchError::Failed { url: redacted(parsed), reason: format!("`{file}`: {why}") };
            let made = fs::File::create(file).map_err(|why| (unwritten(why), None))?;
            let mut to = StoredFile { file: made, path: file };
            self.attempt(parsed, limit_bytes, deadline, &mut to)
        });
        if outcome.is_err() {
            // It may not exist; the error that counts is the fetch's.
            let _ = fs::remove_file(file);
        }
        outcome
    }
}

/// Go takes 404 and 410 for "not here, ask the next"; all else ends the search.
fn accepted(answer: Response, url: &str, patience: Duration) -> Result<Response, FailedAttempt> {
    let (status, url) = (answer.status(), url.to_owned());
    match status {
        StatusCode::OK => Ok(answer),
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Err((FetchError::NotFound { url, reason: status.to_string() }, None))
        }
        _ => {
            let asked = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            let asked = asked.and_then(|text| retry_after(text, now()));
            let passing = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
            // Not as GitHub's, whose limits take a minute where it does not say how long.
            let said = Said { status: Some(503), retry_after: asked, ..Said::default() };
            Err((
                FetchError::Failed { url, reason: format!("{status}{}", said_by(answer, patience)) },
                passing.then_some(said),
            ))
        }
    }
}

/// What a refusing server says in plain text, as Go shows it; a page of HTML says nothing to anybody. It is not worth a
/// long wait.
fn said_by(mut answer: Response, limit: Duration) -> String {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (mut text, mut piece, end) = (Vec::new(), [0; MAX_SAID_BYTES], Instant::now() + limit);
    if kind.starts_with("text/plain") {
        // Cut off: then what there is must do.
        while let Ok(read @ 1..) = answer.read(&mut piece) {
            text.extend_from_slice(&piece[..read]);
            if text.len() >= MAX_SAID_BYTES || Instant::now() >= end {
                break;
            }
        }
    }
    text.truncate(MAX_SAID_BYTES);
    match String::from_utf8_lossy(&text).lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!(", server response: {line}"),
        None => String::new(),
    }
}

fn open(url: &Url) -> Result<Option<(File, Metadata)>, FetchError> {
    let path = url
        .to_file_path()
        .map_err(|()| FetchError::Failed { url: redacted(url), reason: "not the path of a local file".to_owned() })?;
    bounded_read::open(&path).map_err(|why| {
        let (url, reason) = (redacted(url), why.to_string());
        match why {
            UnreadFile::Absent => FetchError::NotFound { url, reason },
            _ => FetchError::Failed { url, reason },
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
