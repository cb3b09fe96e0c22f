//! One HTTP exchange on a thread of its own, so that whoever waits for it can look at its deadline and at the user
//! while a name, a handshake or a server keeps it. Proxies as the environment says, authorities as the system does.

mod forward;
pub(crate) mod proxy;

use crate::{
    ports::TransferPolicy,
    system::{
        authorities,
        exchange::forward::ForwardProxy,
        transfer::{Deadline, GaveUp},
    },
};
use http::{
    Method, Request, Uri,
    header::{CONTENT_LENGTH, LOCATION},
    response::Parts,
};
use proxy::Proxies;
use std::{
    collections::BTreeMap,
    env,
    io::Read,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};
use ureq::{
    Agent, Timeout,
    tls::{RootCerts, TlsConfig},
    unversioned::{
        resolver::DefaultResolver,
        transport::{ConnectProxyConnector, Connector, RustlsConnector, TcpConnector},
    },
};
use url::Url;

/// As many as Go follows.
const MAX_REDIRECTS: usize = 10;

/// Between two looks at the deadline and at the user.
const LOOK: Duration = Duration::from_millis(100);

const PIECE_BYTES: usize = 64 << 10;

/// Pieces that lie ready while one is taken.
const READY_PIECES: usize = 4;

/// What all exchanges share: connections that are kept, authorities, proxies.
#[derive(Clone)]
pub(crate) struct Client {
    policy: TransferPolicy,
    proxies: Arc<Proxies>,
    /// One for each proxy, and one for none.
    agents: Arc<Mutex<BTreeMap<Option<String>, Agent>>>,
}

/// What comes of it, in this order: a head, pieces of a body, and its end.
pub(crate) enum Arrival {
    /// The status and the headers.
    Head(Parts),
    /// Of the body.
    Piece(Vec<u8>),
    /// The body is whole.
    End,
    /// Nothing more comes.
    Broken(String),
}

impl Client {
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// What stands in the place of the system's authorities cannot be read.
    pub fn new(policy: TransferPolicy) -> Result<Self, String> {
        authorities::check()?;
        let proxies = Proxies::of(|name| env::var(name).ok());
        Ok(Self { policy, proxies: Arc::new(proxies), agents: Arc::default() })
    }

    /// Begins; redirects are not followed, and each status is an answer.
    pub fn send(&self, request: Request<Vec<u8>>) -> Exchange {
        let (events, received) = sync_channel(READY_PIECES);
        let (client, failed) = (self.clone(), events.clone());
        let started = thread::Builder::new().name("exchange".to_owned()).spawn(move || {
            let outcome = client.run(request, &events);
            // Where nobody listens any more, nobody is told.
            let _ = events.send(outcome.map_or_else(Arrival::Broken, |()| Arrival::End));
        });
        if let Err(why) = started {
            let _ = failed.send(Arrival::Broken(why.to_string()));
        }
        Exchange { events: received, idle: self.policy.idle, waits_since: None }
    }

    fn run(&self, request: Request<Vec<u8>>, events: &SyncSender<Arrival>) -> Result<(), String> {
        let told = |why: ureq::Error| self.told(&why);
        let (mut head, body) = request.into_parts();
        head.headers.remove(CONTENT_LENGTH);
        let agent = self.agent(&head.uri)?;
        let answer = match head.method {
            Method::GET | Method::HEAD => agent.run(Request::from_parts(head, ())),
            _ => agent.run(Request::from_parts(head, body)),
        };
        let (head, body) = answer.map_err(told)?.into_parts();
        if events.send(Arrival::Head(head)).is_err() {
            return Ok(());
        }
        let (mut body, mut buffer) = (body.into_reader(), vec![0; PIECE_BYTES]);
        loop {
            match body.read(&mut buffer).map_err(|why| told(why.into()))? {
                0 => return Ok(()),
                read if events.send(Arrival::Piece(buffer[..read].to_vec())).is_err() => return Ok(()),
                _ => {}
            }
        }
    }

    fn agent(&self, uri: &Uri) -> Result<Agent, String> {
        let proxy = self.proxies.of_uri(uri);
        let key = proxy.map(|(_, address)| address.to_owned());
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(agent) = agents.get(&key) {
            return Ok(agent.clone());
        }
        let proxy = proxy.map(|(variable, address)| proxy::parsed(variable, address)).transpose()?;
        let TransferPolicy { connect, idle, .. } = self.policy;
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .user_agent(concat!("goenv-ci/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(proxy)
            .tls_config(tls)
            .timeout_resolve(Some(connect))
            .timeout_connect(Some(connect))
            .timeout_send_request(Some(idle))
            .timeout_send_body(Some(idle))
            .timeout_recv_response(Some(idle))
            .timeout_per_read(Some(idle))
            .timeout_per_write(Some(idle))
            .build();
        let connector =
            ().chain(ForwardProxy::default())
                .chain(ConnectProxyConnector::default())
                .chain(TcpConnector::default())
                .chain(RustlsConnector::default());
        let agent = Agent::with_parts(config, connector, DefaultResolver::default());
        Ok(agents.entry(key).or_insert(agent).clone())
    }

    fn told(&self, why: &ureq::Error) -> String {
        let TransferPolicy { connect, idle, .. } = self.policy;
        match why {
            ureq::Error::Timeout(Timeout::Resolve) => {
                format!("timed out: the server's name was not found out within {} s", connect.as_secs())
            }
            ureq::Error::Timeout(Timeout::Connect) => {
                format!("timed out: no connection within {} s", connect.as_secs())
            }
            ureq::Error::Timeout(_) => silent(idle),
            ureq::Error::Io(why) => causes(why),
            why => causes(why),
        }
    }
}

fn silent(idle: Duration) -> String {
    format!("timed out: nothing came within {} s", idle.as_secs())
}

/// One that has begun. Who drops it ends it at the next piece, or when the server has been silent for too long.
pub(crate) struct Exchange {
    events: Receiver<Arrival>,
    idle: Duration,
    waits_since: Option<Instant>,
}

impl Exchange {
    /// What comes next; `None`: nothing yet, after a moment. After a `Broken` nothing comes.
    pub fn next(&mut self) -> Option<Arrival> {
        let since = *self.waits_since.get_or_insert_with(Instant::now);
        let event = match self.events.recv_timeout(LOOK.min(self.idle)) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) if since.elapsed() < self.idle => return None,
            Err(RecvTimeoutError::Timeout) => Arrival::Broken(silent(self.idle)),
            Err(RecvTimeoutError::Disconnected) => Arrival::Broken("the connection was given up".to_owned()),
        };
        self.waits_since = None;
        Some(event)
    }

    fn wait(&mut self, watch: &Lookout<'_>) -> Result<Arrival, Unreceived> {
        loop {
            watch.look()?;
            match self.next() {
                Some(Arrival::Broken(why)) => return Err(Unreceived::Broken(why)),
                Some(event) => return Ok(event),
                None => {}
            }
        }
    }
}

/// Until when an answer is waited for.
#[derive(Clone, Copy)]
pub(crate) struct Lookout<'a> {
    /// Whether the user asked to stop.
    pub stop: &'a (dyn Fn() -> bool + Sync),
    pub deadline: Deadline,
}

impl Lookout<'_> {
    /// # Errors
    /// The user asked to stop, or the time is over.
    pub fn look(&self) -> Result<(), Unreceived> {
        if (self.stop)() {
            return Err(Unreceived::Interrupted);
        }
        self.deadline.left(Instant::now()).map(drop).map_err(Unreceived::GaveUp)
    }
}

/// Why an answer, or the rest of it, did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreceived {
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// The server still sends.
    #[error("{0}")]
    GaveUp(GaveUp),
    /// It leads to where nobody follows.
    #[error("{0}")]
    Refused(String),
    /// Another attempt may help.
    #[error("{0}")]
    Broken(String),
}

/// A head that came, and the body behind it.
pub(crate) struct Received {
    pub head: Parts,
    exchange: Exchange,
}

impl Client {
    /// The answer where the redirects end.
    ///
    /// # Errors
    /// There is none.
    pub fn get(&self, url: &Url, watch: &Lookout<'_>) -> Result<Received, Unreceived> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Unreceived::Refused(format!("the scheme `{}` is not known", url.scheme())));
        }
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            at.set_fragment(None);
            let request = Request::get(at.as_str()).body(Vec::new());
            let mut exchange = self.send(request.map_err(|why| Unreceived::Refused(why.to_string()))?);
            let Arrival::Head(head) = exchange.wait(watch)? else {
                return Err(Unreceived::Broken("a body without a head".to_owned()));
            };
            let led_to = head.headers.get(LOCATION).and_then(|to| to.to_str().ok());
            match led_to.filter(|_| matches!(head.status.as_u16(), 301 | 302 | 303 | 307 | 308)) {
                Some(to) => at = followed(&at, to).map_err(Unreceived::Refused)?,
                None => return Ok(Received { head, exchange }),
            }
        }
        Err(Unreceived::Broken("too many redirects".to_owned()))
    }
}

/// Where a redirect leads; never from a secure to an insecure address.
fn followed(from: &Url, to: &str) -> Result<Url, String> {
    let to = from.join(to).map_err(|why| format!("redirected to what is no address: {why}"))?;
    match (from.scheme(), to.scheme()) {
        (_, "https") | ("http", "http") => Ok(to),
        ("https", "http") => Err("redirected from a secure to an insecure address".to_owned()),
        (_, other) => Err(format!("redirected to the scheme `{other}`")),
    }
}

impl Received {
    /// The length that it announces.
    pub fn length(&self) -> Option<u64> {
        self.head.headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }

    /// The next piece of the body; `None` at its end.
    ///
    /// # Errors
    /// It did not come.
    pub fn piece(&mut self, watch: &Lookout<'_>) -> Result<Option<Vec<u8>>, Unreceived> {
        match self.exchange.wait(watch)? {
            Arrival::Piece(bytes) => Ok(Some(bytes)),
            _ => Ok(None),
        }
    }
}

/// This machine itself, which Go never asks through a proxy either (`http.ProxyFromEnvironment`).
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The whole chain, since the outermost link alone says little.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_never_leads_from_a_secure_address_to_an_insecure_one_nor_to_a_file() {
        let led = |from: &str, to: &str| followed(&Url::parse(from).unwrap(), to).map(|url| url.to_string());
        assert_eq!(led("http://a/b/c", "../d?e").as_deref(), Ok("http://a/d?e"));
        assert_eq!(led("http://u:p@a/", "http://b/").as_deref(), Ok("http://b/"), "what is a's is not told to b");
        assert_eq!(led("http://a/", "https://b/").as_deref(), Ok("https://b/"));
        assert_eq!(led("https://a/", "//b/c").as_deref(), Ok("https://b/c"));
        for (from, to) in [("https://a/", "http://b/"), ("http://a/", "file:///etc/passwd"), ("http://a/", "http://[")]
        {
            assert!(led(from, to).is_err(), "{from} {to}");
        }
    }
}
