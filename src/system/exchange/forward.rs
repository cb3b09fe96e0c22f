//! Plain `http` through a proxy: the proxy is asked for the whole address, as Go does it and as proxies allow it
//! everywhere. ureq alone would ask for a tunnel, which many open to port 443 only.

use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    io::{Read, Write},
    sync::Arc,
};
use ureq::{
    Error, Proxy, ProxyProtocol,
    http::Uri,
    unversioned::transport::{
        Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, RustlsConnector, TcpConnector,
        Transport, TransportAdapter,
    },
};

/// Connects to the proxy where that is asked for whole addresses; all else is left to the next.
#[derive(Debug, Default)]
pub(crate) struct ForwardProxy {
    tls: RustlsConnector,
}

impl<In: Transport> Connector<In> for ForwardProxy {
    type Out = Either<In, ByWholeAddress>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        if let Some(transport) = chained {
            return Ok(Some(Either::A(transport)));
        }
        let forwards = |proxy: &&Proxy| matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https);
        let (false, Some(proxy)) = (details.needs_tls(), details.config.proxy().filter(forwards)) else {
            return Ok(None);
        };
        let there = ConnectionDetails {
            uri: proxy.uri(),
            addrs: details.resolver.resolve(proxy.uri(), details.config, details.timeout)?,
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::clone(&details.register_shutdown),
        };
        let plain = Connector::<()>::connect(&TcpConnector::default(), &there, None)?;
        let Some(to) = self.tls.connect(&there, plain)? else { return Ok(None) };
        Ok(Some(Either::B(ByWholeAddress {
            to: TransportAdapter::new(to.boxed(), Arc::clone(&details.current_time)),
            buffers: LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size()),
            origin: origin(details.uri),
            credentials: credentials(proxy),
        })))
    }
}

/// `http://host:port`, without who asks.
fn origin(uri: &Uri) -> String {
    let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority.as_str(), |(_, host)| host);
    format!("http://{host}")
}

/// The header for the proxy, with its end; empty where it asks for none.
fn credentials(proxy: &Proxy) -> String {
    let (user, password) = (proxy.username(), proxy.password());
    if user.or(password).is_none() {
        return String::new();
    }
    let pair = format!("{}:{}", user.unwrap_or_default(), password.unwrap_or_default());
    format!("Proxy-Authorization: Basic {}\r\n", BASE64_STANDARD.encode(pair))
}

/// A connection to a proxy, for one origin.
pub(crate) struct ByWholeAddress {
    to: TransportAdapter,
    buffers: LazyBuffers,
    origin: String,
    credentials: String,
}

impl std::fmt::Debug for ByWholeAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ByWholeAddress").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// A head with the whole address in its first line; `None`: this is a piece of a body.
fn amended(output: &[u8], origin: &str, credentials: &str) -> Option<Vec<u8>> {
    let end = output.windows(2).position(|two| two == b"\r\n")?;
    let line = std::str::from_utf8(&output[..end]).ok()?;
    let (method, target) = line.strip_suffix(" HTTP/1.1")?.split_once(' ')?;
    if !target.starts_with('/') {
        return None;
    }
    let first = format!("{method} {origin}{target} HTTP/1.1\r\n{credentials}");
    Some([first.as_bytes(), &output[end + 2..]].concat())
}

impl Transport for ByWholeAddress {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.to.set_timeout(timeout);
        let output = self.buffers.output()[..amount].to_vec();
        let output = amended(&output, &self.origin, &self.credentials).unwrap_or(output);
        self.to.write_all(&output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.to.set_timeout(timeout);
        let amount = self.to.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.to.get_mut().is_open()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gets_the_whole_address_and_the_proxys_credentials_and_a_body_nothing() {
        let origin = origin(&"http://u:secret@x.example:81/a".parse().unwrap());
        let credentials = credentials(&Proxy::new("http://me:it@p").unwrap());
        let sent = |output: &str| {
            amended(output.as_bytes(), &origin, &credentials).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(
            sent("GET /a?b HTTP/1.1\r\nhost: x.example\r\n\r\n").as_deref(),
            Some(
                "GET http://x.example:81/a?b HTTP/1.1\r\nProxy-Authorization: Basic bWU6aXQ=\r\nhost: x.example\r\n\r\n"
            )
        );
        for body in ["{\"a\": 1}", "a\r\nb", "GET http://x/ HTTP/1.1\r\n\r\n", ""] {
            assert_eq!(sent(body), None, "{body}");
        }
        assert_eq!(super::credentials(&Proxy::new("http://p").unwrap()), "");
    }
}
