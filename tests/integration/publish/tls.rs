//! An enterprise server with a private authority behind a proxy. Linux alone: elsewhere the
//! system's own store counts, which no test changes.

use crate::support::{
    Runner,
    forge::{TOKEN, command},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::Output,
    sync::{Arc, Mutex},
    thread,
};

const HOST: &str = "ghe.example.invalid";

/// What was asked of the proxy, and of the server behind it.
type Asked = Arc<Mutex<(Vec<String>, Vec<String>)>>;

/// A proxy whose every tunnel ends at one server, which knows nothing; its address, and its authority as PEM.
fn tunnel() -> (String, String, Asked) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![HOST.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private)
        .unwrap();
    let (config, asked) = (Arc::new(config), Asked::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            serve(stream, &config, &seen);
        }
    });
    (address, authority.pem(), asked)
}

fn head(from: &mut impl Read) -> String {
    let mut text = String::new();
    // Byte by byte, so that nothing of what follows is taken.
    let mut lines = BufReader::with_capacity(1, from);
    while lines.read_line(&mut text).is_ok_and(|read| read > 2) {}
    text
}

fn serve(mut stream: TcpStream, config: &Arc<ServerConfig>, asked: &Asked) {
    asked.lock().unwrap().0.push(head(&mut stream));
    let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    let mut secure = StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), stream);
    let request = head(&mut secure);
    if request.is_empty() {
        return;
    }
    asked.lock().unwrap().1.push(request);
    let body = r#"{"message": "Not Found"}"#;
    let answer = format!("HTTP/1.1 404 Not Found\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let _ = secure.write_all(answer.as_bytes()).and_then(|()| secure.flush());
    secure.conn.send_close_notify();
    let _ = secure.flush();
}

fn publish_by(proxy: &str, authority: Option<&Path>) -> Output {
    let runner = Runner::new();
    let mut asking = command(&runner, &format!("https://{HOST}/api/v3"), &json!({}));
    asking.env("HTTPS_PROXY", proxy).env("GITHUB_SERVER_URL", format!("https://{HOST}"));
    if let Some(file) = authority {
        asking.env("SSL_CERT_FILE", file);
    }
    asking.output().unwrap()
}

fn publish(proxy: &str, authority: Option<&str>) -> Output {
    let file = authority.map(|pem| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(pem.as_bytes()).unwrap();
        file
    });
    publish_by(proxy, file.as_ref().map(tempfile::NamedTempFile::path))
}

#[test]
fn a_device_in_the_place_of_authorities_is_not_read() {
    let (proxy, ..) = tunnel();
    let output = publish_by(&proxy, Some(Path::new("/dev/zero")));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("SSL_CERT_FILE names `/dev/zero`: it is a device"), "{said}");
}

#[test]
fn a_private_authority_counts_and_the_proxy_sees_no_token() {
    let (proxy, authority, asked) = tunnel();
    let output = publish(&proxy, Some(&authority));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("actions: read"), "the server's own answer arrived: {said}");
    let (tunnels, requests) = &*asked.lock().unwrap();
    assert!(tunnels.iter().all(|head| head.starts_with(&format!("CONNECT {HOST}:443 "))), "{tunnels:?}");
    assert!(tunnels.iter().all(|head| !head.contains(TOKEN) && !head.to_lowercase().contains("\nauthorization")));
    assert!(requests[0].starts_with("GET /api/v3/repos/org/app/actions/runs/7 "), "{requests:?}");
    assert!(requests[0].contains(TOKEN));
}

#[test]
fn an_unknown_authority_is_refused_and_the_way_out_is_said() {
    let (proxy, _, asked) = tunnel();
    let output = publish(&proxy, None);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("SSL_CERT_FILE"), "{said}");
    assert!(asked.lock().unwrap().1.is_empty(), "nothing was sent");
}
