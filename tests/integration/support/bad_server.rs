//! Servers that never come to an end, or come to the wrong one.

use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A server's connection lasts no longer than this, so that no thread outlives its test for long.
const LIFE: Duration = Duration::from_secs(60);

/// What it does with each request.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Takes connections, reads nothing and says nothing.
    NeverAnswers,
    /// One byte of the head at a time, for ever.
    DripsItsHead,
    /// Another line of the head, for ever.
    EndlessHead,
    /// `100 Continue`, for ever.
    Continues,
    /// A head, and nothing more.
    StallsAfterItsHead,
    /// One byte of the body at a time, for ever.
    Drips,
    /// A body without an end.
    Endless,
    /// Says that there will be a terabyte, and begins with it.
    AnnouncesTooMuch,
    /// Closes the connection in the middle of the body, every time.
    CutsAlways,
    /// Closes the connection in the middle of the first body.
    CutsOnce,
    /// Leads to itself.
    RedirectsForEver,
    /// A refusal whose reason drips.
    RefusesSlowly,
    /// 503, and then the body.
    BusyOnce,
    /// 503 with a pause of an hour.
    BusyForAnHour,
    /// More than was announced.
    SendsMore,
    /// A small body that says of itself that it is a large one, packed.
    Packed,
}

/// One of them, and how often it was asked.
pub struct BadServer {
    pub url: String,
    asked: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

/// What the better ones send.
pub const BODY: &[u8] = b"{\"id\": 7, \"workflow_id\": 3, \"head_sha\": \"abc\"}";

impl BadServer {
    pub fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, ended): (Arc<AtomicUsize>, Arc<AtomicUsize>) = Default::default();
        let (counted, over, own) = (Arc::clone(&asked), Arc::clone(&ended), url.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (nth, own) = (counted.fetch_add(1, Ordering::SeqCst), own.clone());
                let over = Arc::clone(&over);
                thread::spawn(move || {
                    // The other side gives up: that is what is tested.
                    let _ = answer(stream, fault, nth, &own);
                    over.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Self { url, asked, ended }
    }

    /// How many connections there were.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// How many of them are over on its side.
    pub fn ended(&self) -> usize {
        self.ended.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request, whatever its sender takes to write it: what is unread when a connection is closed takes
/// the answer with it.
fn read_head(stream: &mut TcpStream, end: Instant) -> std::io::Result<()> {
    let (mut head, mut piece) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|four| four == b"\r\n\r\n") && Instant::now() < end {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => head.extend_from_slice(&piece[..length]),
            // A read that takes too long is the first on Unix, the second on Windows.
            Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(())
}

fn answer(mut stream: TcpStream, fault: Fault, nth: usize, url: &str) -> std::io::Result<()> {
    let end = Instant::now() + LIFE;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    let for_ever = |stream: &mut TcpStream, piece: &[u8], pause: u64| -> std::io::Result<()> {
        while Instant::now() < end {
            stream.write_all(piece)?;
            thread::sleep(Duration::from_millis(pause));
        }
        Ok(())
    };
    if !matches!(fault, Fault::NeverAnswers) {
        read_head(&mut stream, end)?;
    }
    let head = |stream: &mut TcpStream, status: &str, length: usize, more: &str| {
        write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{more}\r\n")
    };
    let whole = |stream: &mut TcpStream| {
        head(stream, "200 OK", BODY.len(), "")?;
        stream.write_all(BODY)
    };
    let chunked = "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    match fault {
        Fault::NeverAnswers => for_ever(&mut stream, b"", 100),
        Fault::DripsItsHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
            for_ever(&mut stream, b"x", 20)
        }
        Fault::EndlessHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
            for_ever(&mut stream, &b"X: 0123456789\r\n".repeat(1_000), 0)
        }
        Fault::Continues => for_ever(&mut stream, b"HTTP/1.1 100 Continue\r\n\r\n", 5),
        Fault::StallsAfterItsHead => {
            head(&mut stream, "200 OK", 10, "")?;
            for_ever(&mut stream, b"", 100)
        }
        Fault::Drips => {
            stream.write_all(chunked.as_bytes())?;
            for_ever(&mut stream, b"1\r\nx\r\n", 20)
        }
        Fault::Endless => {
            stream.write_all(chunked.as_bytes())?;
            let piece = [format!("{:x}\r\n", 1 << 16).into_bytes(), vec![b'x'; 1 << 16], b"\r\n".to_vec()].concat();
            for_ever(&mut stream, &piece, 0)
        }
        Fault::AnnouncesTooMuch => {
            head(&mut stream, "200 OK", 1 << 40, "")?;
            for_ever(&mut stream, b"x", 20)
        }
        Fault::CutsOnce if nth > 0 => whole(&mut stream),
        Fault::CutsAlways | Fault::CutsOnce => {
            head(&mut stream, "200 OK", BODY.len(), "")?;
            stream.write_all(&BODY[..BODY.len() / 2])
        }
        Fault::RedirectsForEver => head(&mut stream, "302 Found", 0, &format!("Location: {url}/{nth}\r\n")),
        Fault::RefusesSlowly => {
            head(&mut stream, "403 Forbidden", 10_000, "Content-Type: text/plain\r\n")?;
            for_ever(&mut stream, b"x", 20)
        }
        Fault::BusyOnce if nth > 0 => whole(&mut stream),
        Fault::BusyOnce => head(&mut stream, "503 Service Unavailable", 0, "Retry-After: 0\r\n"),
        Fault::BusyForAnHour => head(&mut stream, "503 Service Unavailable", 0, "Retry-After: 3600\r\n"),
        Fault::SendsMore => {
            whole(&mut stream)?;
            stream.write_all(b"and more")
        }
        Fault::Packed => {
            head(&mut stream, "200 OK", BODY.len(), "Content-Encoding: gzip\r\n")?;
            stream.write_all(BODY)
        }
    }
}
