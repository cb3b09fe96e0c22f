//! GitHub's REST API through octocrab: one request at a time, with its retries. The only
//! asynchronous code; the runtime does not leave this file. The requests are in `api`, their
//! answers in `wire`, what carries them in `bridge`, and whether one is made again in `system/transfer/attempts`.

use crate::ports::TransferPolicy;
use crate::system::{
    exchange::{Client, Lookout, Received, Unreceived, causes},
    github::{Connection, bridge::Bridge},
    retry::pause_for,
    transfer::{
        Deadline, GaveUp, Meter,
        attempts::{Next, Said, next, now, retry_after},
    },
};
use crate::{
    output::{mask::masked, sanitize::clip},
    ports::forge::ForgeError,
};
use http::{HeaderValue, Uri};
use http_body_util::BodyExt;
use octocrab::{
    AuthState, Octocrab, OctocrabBuilder,
    service::middleware::{auth_header::AuthHeaderLayer, base_uri::BaseUriLayer},
};
use serde_json::Value;
use std::{
    fs,
    future::{Future, poll_fn},
    io::Write,
    pin::pin,
    time::{Duration, Instant},
};
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// An answer of the API; a page of a hundred comments stays far below.
const ANSWER_LIMIT_BYTES: u64 = 64 << 20;

/// Of a repository that was renamed.
const MAX_REDIRECTS: usize = 5;

/// Of what a refusing server says.
const SAID_CHARS: usize = 300;

/// One repository there.
pub struct GitHub<'a> {
    runtime: Runtime,
    octocrab: Octocrab,
    /// For storage: it knows no token.
    storage: Client,
    api: Url,
    pub(crate) repository: String,
    token: String,
    pub(crate) policy: TransferPolicy,
    stop: &'a (dyn Fn() -> bool + Sync),
}

/// A request, and what may go wrong with it.
pub(crate) struct Ask<'r> {
    pub method: http::Method,
    /// Behind the API's address, with `/` first.
    pub route: String,
    pub body: Option<Value>,
    /// Doing it twice does no harm.
    pub harmless: bool,
    /// `list the artifacts of run 7`.
    pub doing: &'r str,
    /// What the token needs: `actions: read`.
    pub permission: &'r str,
}

/// Why nothing came back.
struct Broken {
    reason: String,
    /// Whether another attempt may help.
    again: bool,
}

/// What came back.
pub(crate) struct Response {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl<'a> GitHub<'a> {
    /// `stop` says whether the user asked to stop. Nothing is sent yet.
    ///
    /// # Errors
    /// The address is none, the token cannot be sent, or the system's certificates cannot be read.
    pub fn new(connection: Connection, stop: &'a (dyn Fn() -> bool + Sync)) -> Result<Self, ForgeError> {
        Self::with_policy(connection, TransferPolicy::STANDARD, stop)
    }

    /// With other limits than users get.
    ///
    /// # Errors
    /// As [`GitHub::new`].
    pub fn with_policy(
        connection: Connection,
        policy: TransferPolicy,
        stop: &'a (dyn Fn() -> bool + Sync),
    ) -> Result<Self, ForgeError> {
        let wrong = |reason: String| ForgeError::Failed { doing: "reach the API".to_owned(), reason };
        let Connection { api, repository, token } = connection;
        let api = Url::parse(api.trim_end_matches('/')).map_err(|why| wrong(format!("GITHUB_API_URL: {why}")))?;
        if !matches!(api.scheme(), "https" | "http") || api.host_str().is_none() {
            return Err(wrong("GITHUB_API_URL is no http or https address".to_owned()));
        }
        // octocrab takes for granted that it fits into a header.
        if token.chars().any(|c| !c.is_ascii_graphic()) {
            return Err(wrong("GITHUB_TOKEN holds a blank, a line end or another character of no token".to_owned()));
        }
        let storage = Client::new(policy).map_err(wrong)?;
        let runtime = Builder::new_current_thread().build().map_err(|why| wrong(why.to_string()))?;
        let uri: Uri = api.as_str().parse().map_err(|_| wrong("GITHUB_API_URL is no address".to_owned()))?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|why| wrong(why.to_string()))?;
        bearer.set_sensitive(true);
        let octocrab = {
            let _inside = runtime.enter();
            let bridge = OctocrabBuilder::new_empty()
                .with_service(Bridge::new(storage.clone()))
                .with_layer(&BaseUriLayer::new(uri.clone()))
                .with_layer(&AuthHeaderLayer::new(Some(bearer), uri.clone(), uri))
                .with_auth(AuthState::None);
            bridge.build().unwrap_or_else(|never| match never {})
        };
        Ok(Self { runtime, octocrab, storage, api, repository, token, policy, stop })
    }

    /// One answer of the API with a status below 300, after as many attempts as may help.
    pub(crate) fn ask(&self, ask: &Ask<'_>) -> Result<Response, ForgeError> {
        let answer = self.answer(ask, Deadline::of(&self.policy))?;
        if answer.status < 300 { Ok(answer) } else { Err(self.refusal(ask, &answer)) }
    }

    /// The archive behind a redirect, into a file. The token stays here.
    pub(crate) fn fetch(&self, ask: &Ask<'_>, file: &str, limit_bytes: u64) -> Result<(), ForgeError> {
        let (mut last, deadline) = (None, Deadline::of(&self.policy));
        // A signed address counts for a minute: each attempt asks for its own.
        for attempt in 1.. {
            let answer = self.answer(ask, deadline)?;
            let location = answer.headers.get(http::header::LOCATION).and_then(|value| value.to_str().ok());
            let Some(location) = location.filter(|_| matches!(answer.status, 301 | 302 | 303 | 307 | 308)) else {
                return Err(self.refusal(ask, &answer));
            };
            let address = self.api.join(location).map_err(|_| self.failed(ask, "its address is none"))?;
            if self.api.scheme() == "https" && address.scheme() != "https" {
                return Err(self.failed(ask, "redirected from a secure to an insecure address"));
            }
            let (said, why) = match self.store(&address, file, limit_bytes, deadline) {
                Ok(()) => return Ok(()),
                Err(why) => why,
            };
            // It may not exist.
            let _ = fs::remove_file(file);
            if (self.stop)() {
                return Err(ForgeError::Interrupted);
            }
            match said.map(|said| next(&self.policy, attempt, true, &said, now())) {
                Some(Next::Again(pause)) if deadline.left(Instant::now() + pause).is_ok() => self.pause(pause)?,
                _ => {
                    last = Some(why);
                    break;
                }
            }
        }
        Err(self.failed(ask, &format!("its storage: {}", last.unwrap_or_default())))
    }

    /// Streams into the file; an error says whether trying again may help.
    fn store(
        &self,
        address: &Url,
        file: &str,
        limit_bytes: u64,
        deadline: Deadline,
    ) -> Result<(), (Option<Said>, String)> {
        let watch = Lookout { stop: self.stop, deadline };
        let unreceived = |why: Unreceived| {
            let again = matches!(why, Unreceived::Broken(_)).then(Said::default);
            (again, why.to_string())
        };
        let gave_up = |why: GaveUp| (None, why.to_string());
        let mut answer = self.storage.get(address, &watch).map_err(unreceived)?;
        if let Some(refusal) = storage_refusal(&answer) {
            return Err(refusal);
        }
        let unwritten = |why: std::io::Error| (None, format!("could not be stored: {why}"));
        let mut meter = Meter::new(self.policy, deadline, limit_bytes, Instant::now());
        meter.announced(answer.length()).map_err(gave_up)?;
        let mut to = fs::File::create(file).map_err(unwritten)?;
        while let Some(bytes) = answer.piece(&watch).map_err(unreceived)? {
            meter.take(bytes.len(), Instant::now()).map_err(gave_up)?;
            to.write_all(&bytes).map_err(unwritten)?;
        }
        Ok(())
    }

    /// Waits for it until the deadline, or until the user asks to stop: what it waits for looks up by itself.
    async fn within<T>(&self, deadline: Deadline, wanted: impl Future<Output = T>) -> Result<T, String> {
        let (mut wanted, watch) = (pin!(wanted), Lookout { stop: self.stop, deadline });
        poll_fn(|context| match watch.look() {
            Ok(()) => wanted.as_mut().poll(context).map(Ok),
            Err(why) => std::task::Poll::Ready(Err(why.to_string())),
        })
        .await
    }

    /// Any answer, redirects within the API followed for reading.
    fn answer(&self, ask: &Ask<'_>, deadline: Deadline) -> Result<Response, ForgeError> {
        let (mut route, mut redirects, mut attempt) = (ask.route.clone(), 0, 0);
        loop {
            if (self.stop)() {
                return Err(ForgeError::Interrupted);
            }
            attempt += 1;
            let outcome = self.runtime.block_on(self.once(ask, &route, deadline));
            let said = outcome.as_ref().map_or(Said::default(), said);
            let outcome = match outcome {
                Err(_) if (self.stop)() => return Err(ForgeError::Interrupted),
                Err(Broken { reason, again: false }) => {
                    return Err(ForgeError::Lost { doing: ask.doing.to_owned(), reason });
                }
                outcome => outcome.map_err(|broken| broken.reason),
            };
            match (next(&self.policy, attempt, ask.harmless, &said, now()), outcome) {
                (Next::Again(pause), _) if deadline.left(Instant::now() + pause).is_ok() => self.pause(pause)?,
                (Next::Again(_), Err(reason)) => {
                    return Err(ForgeError::Lost { doing: ask.doing.to_owned(), reason });
                }
                (Next::Again(_), Ok(answer)) => return Ok(answer),
                (Next::TooLong(pause), outcome) => {
                    let said = outcome.as_ref().map_or_else(String::clone, |answer| self.said(answer));
                    return Err(ForgeError::Limited { doing: ask.doing.to_owned(), seconds: pause.as_secs(), said });
                }
                (Next::Take, Err(reason)) => {
                    return Err(ForgeError::Lost { doing: ask.doing.to_owned(), reason });
                }
                (Next::Take, Ok(answer)) => match self.moved(ask, &answer) {
                    Some(_) if redirects == MAX_REDIRECTS => return Err(self.failed(ask, "too many redirects")),
                    Some(elsewhere) => (route, redirects, attempt) = (elsewhere, redirects + 1, 0),
                    None => return Ok(answer),
                },
            }
        }
    }

    /// Where the same API has it now, as for a repository that was renamed.
    fn moved(&self, ask: &Ask<'_>, answer: &Response) -> Option<String> {
        let location = answer.headers.get(http::header::LOCATION)?.to_str().ok()?;
        let here = matches!(answer.status, 301 | 307 | 308) && ask.method == http::Method::GET;
        let address = self.api.join(location).ok().filter(|address| here && address.origin() == self.api.origin())?;
        Some(address.to_string())
    }

    async fn once(&self, ask: &Ask<'_>, route: &str, deadline: Deadline) -> Result<Response, Broken> {
        let lost = |reason: String| Broken { reason, again: true };
        let over = |reason: String| Broken { reason, again: false };
        let gave_up = |why: GaveUp| over(why.to_string());
        let request = http::Request::builder().method(ask.method.clone()).uri(route);
        let request = self.octocrab.build_request(request, ask.body.as_ref()).map_err(|why| lost(self.cause(&why)))?;
        let answer = self.within(deadline, self.octocrab.execute(request)).await.map_err(over)?;
        let (head, mut body) = answer.map_err(|why| lost(self.cause(&why)))?.into_parts();
        let mut meter = Meter::new(self.policy, deadline, ANSWER_LIMIT_BYTES, Instant::now());
        let length = head.headers.get(http::header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        meter.announced(length).map_err(gave_up)?;
        let mut bytes = Vec::new();
        while let Some(frame) = self.within(deadline, body.frame()).await.map_err(over)? {
            let Ok(piece) = frame.map_err(|why| lost(self.cause(&why)))?.into_data() else { continue };
            meter.take(piece.len(), Instant::now()).map_err(gave_up)?;
            bytes.extend_from_slice(&piece);
        }
        Ok(Response { status: head.status.as_u16(), headers: head.headers, body: bytes })
    }

    fn cause(&self, why: &dyn std::error::Error) -> String {
        self.harmless(&causes(why))
    }

    /// Without the token, other secrets and signed addresses.
    fn harmless(&self, text: &str) -> String {
        // Shorter ones are none, and would take letters out of every word.
        let text = if self.token.len() < 8 { text.to_owned() } else { text.replace(&self.token, "xxxxx") };
        clip(&masked(&text), SAID_CHARS).into_owned()
    }

    fn failed(&self, ask: &Ask<'_>, reason: &str) -> ForgeError {
        ForgeError::Failed { doing: ask.doing.to_owned(), reason: self.harmless(reason) }
    }

    pub(crate) fn unreadable(&self, ask: &Ask<'_>, why: &serde_json::Error) -> ForgeError {
        self.failed(ask, &format!("the answer is not what the API promises: {why}"))
    }

    fn said(&self, answer: &Response) -> String {
        let status =
            http::StatusCode::from_u16(answer.status).map_or_else(|_| answer.status.to_string(), |s| s.to_string());
        let message = serde_json::from_slice::<Value>(&answer.body).ok();
        match message.as_ref().and_then(|value| value.get("message")).and_then(Value::as_str) {
            Some(message) => format!("{status}: {}", self.harmless(message)),
            None => status,
        }
    }

    fn refusal(&self, ask: &Ask<'_>, answer: &Response) -> ForgeError {
        let (doing, said) = (ask.doing.to_owned(), self.said(answer));
        // The server knows best; several that would do are separated by `;`.
        let accepted = answer.headers.get("x-accepted-github-permissions").and_then(|value| value.to_str().ok());
        let accepted = accepted.map(|text| self.harmless(&text.replace('=', ": ").replace('_', "-")));
        let permission = accepted.filter(|text| !text.is_empty()).unwrap_or_else(|| ask.permission.to_owned());
        match answer.status {
            401 => ForgeError::Unknown { doing, said },
            403 => ForgeError::Denied { doing, permission, said },
            404 => ForgeError::Missing { doing, permission, said },
            410 => ForgeError::Expired { doing },
            500.. => ForgeError::Lost { doing, reason: said },
            _ => ForgeError::Failed { doing, reason: said },
        }
    }

    fn pause(&self, pause: Duration) -> Result<(), ForgeError> {
        if pause_for(pause, self.stop) { Ok(()) } else { Err(ForgeError::Interrupted) }
    }
}

fn said(answer: &Response) -> Said {
    let header = |name: &str| answer.headers.get(name)?.to_str().ok();
    let number = |name: &str| header(name)?.trim().parse().ok();
    let text = String::from_utf8_lossy(&answer.body);
    Said {
        status: Some(answer.status),
        retry_after: header("retry-after").and_then(|text| retry_after(text, now())),
        remaining: number("x-ratelimit-remaining"),
        reset: number("x-ratelimit-reset"),
        names_limit: text.contains("secondary rate limit"),
    }
}

/// What the storage says instead of an archive, if it does, and whether trying again may help.
fn storage_refusal(answer: &Received) -> Option<(Option<Said>, String)> {
    let status = answer.head.status;
    if status.is_success() {
        return None;
    }
    // A signed address that counts no more is asked for again.
    let again = status.is_server_error() || matches!(status.as_u16(), 403 | 429);
    let asked = answer.head.headers.get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let asked = asked.and_then(|text| retry_after(text, now()));
    let said = Said { status: Some(503), retry_after: asked, ..Said::default() };
    Some((again.then_some(said), status.to_string()))
}
