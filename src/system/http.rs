//! `http`, `https` and `file` URLs. Proxies and private authorities as the environment says: HTTPS_PROXY, NO_PROXY;
//! SSL_CERT_FILE and SSL_CERT_DIR where the system keeps its authorities in files (rustls-native-certs), the
//! system's own store on Windows and macOS, just as Go does.

use crate::output::trouble::system;
use crate::ports::{Fetch, FetchError, TransferPolicy, UnreadFile};
use crate::system::{
    bounded_read,
    exchange::{Client, Lookout, Received, Unreceived},
    retry::pause_for,
    transfer::{
        Deadline, Meter,
        attempts::{Next, Said, next, now, retry_after},
    },
};
use http::{
    StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};
use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Write},
    sync::OnceLock,
    time::{Duration, Instant},
};
use url::Url;

/// Of a refusal's text.
const MAX_SAID_BYTES: usize = 1024;

/// The network and the local files; the HTTP client is made on first use.
pub struct Web<'a> {
    stop: &'a (dyn Fn() -> bool + Sync),
    policy: TransferPolicy,
    client: OnceLock<Result<Client, String>>,
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
        Self { stop, policy, client: OnceLock::new() }
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
        let unreceived = |why: Unreceived| match why {
            Unreceived::Interrupted => (FetchError::Interrupted, None),
            Unreceived::Broken(why) => failed(why, Some(Said::default())),
            why => failed(why.to_string(), None),
        };
        let watch = Lookout { stop: self.stop, deadline };
        watch.look().map_err(unreceived)?;
        let (mut body, length) = if url.scheme() == "file" {
            match open(url).map_err(|why| (why, None))? {
                Some((file, found)) => (Body::File(file), Some(found.len())),
                None => return Ok(()),
            }
        } else {
            let client = self.client.get_or_init(|| Client::new(self.policy));
            let client = client.as_ref().map_err(|reason| failed(reason.clone(), None))?;
            let answer = client.get(url, &watch).map_err(unreceived)?;
            let answer = self.accepted(answer, &shown, &watch)?;
            let length = answer.length();
            (Body::Received(answer), length)
        };
        let gave_up = |why| unreceived(Unreceived::GaveUp(why));
        let mut meter = Meter::new(self.policy, deadline, limit_bytes, Instant::now());
        meter.announced(length).map_err(gave_up)?;
        while let Some(piece) = body.piece(&watch).map_err(unreceived)? {
            meter.take(piece.len(), Instant::now()).map_err(gave_up)?;
            to.write_all(&piece).map_err(|why| failed(format!("could not be stored: {why}"), None))?;
        }
        Ok(())
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

    /// Go takes 404 and 410 for "not here, ask the next"; all else ends the search.
    fn accepted(&self, answer: Received, url: &str, watch: &Lookout<'_>) -> Result<Received, FailedAttempt> {
        let (status, url) = (answer.head.status, url.to_owned());
        match status {
            StatusCode::OK => Ok(answer),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err((FetchError::NotFound { url, reason: status.to_string() }, None))
            }
            _ => {
                let asked = answer.head.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
                let asked = asked.and_then(|text| retry_after(text, now()));
                let passing = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                // Not as GitHub's, whose limits take a minute where it does not say how long.
                let said = Said { status: Some(503), retry_after: asked, ..Said::default() };
                let reason = format!("{status}{}", said_by(answer, self.policy.idle, watch));
                Err((FetchError::Failed { url, reason }, passing.then_some(said)))
            }
        }
    }
}

/// What is behind a URL.
enum Body {
    File(File),
    Received(Received),
}

impl Body {
    fn piece(&mut self, watch: &Lookout<'_>) -> Result<Option<Vec<u8>>, Unreceived> {
        let file = match self {
            Self::Received(answer) => return answer.piece(watch),
            Self::File(file) => file,
        };
        watch.look()?;
        let mut piece = vec![0; 64 << 10];
        let read = file.read(&mut piece).map_err(|why| Unreceived::Broken(why.to_string()))?;
        piece.truncate(read);
        Ok(Some(piece).filter(|piece| !piece.is_empty()))
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

/// What a refusing server says in plain text, as Go shows it; a page of HTML says nothing to anybody. It is not worth a
/// long wait.
fn said_by(mut answer: Received, limit: Duration, watch: &Lookout<'_>) -> String {
    let kind = answer.head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let (mut text, end) = (Vec::new(), Instant::now() + limit);
    if kind.starts_with("text/plain") {
        // Cut off: then what there is must do.
        while let Ok(Some(piece)) = answer.piece(watch) {
            text.extend_from_slice(&piece);
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

fn redacted(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        // Fails only for URLs that cannot have a password.
        let _ = url.set_password(Some("xxxxx"));
    }
    url.to_string()
}
