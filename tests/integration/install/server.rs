//! A module proxy on this machine that serves a folder, and fails on demand.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

#[derive(Clone, Copy)]
pub enum Fault {
    /// This status instead of the file.
    Status(u16),
    /// Half of the bytes that were announced.
    Half,
}

/// What fails: a part of the path, how, and how often.
type Faults = Arc<Mutex<Vec<(String, Fault, usize)>>>;

pub struct Server {
    pub url: String,
    pub asked: Arc<Mutex<Vec<String>>>,
    faults: Faults,
}

impl Server {
    pub fn start(root: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, faults) = (Arc::new(Mutex::new(Vec::new())), Faults::default());
        let (root, seen, failing) = (root.to_owned(), asked.clone(), faults.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (root, seen, failing) = (root.clone(), seen.clone(), failing.clone());
                thread::spawn(move || answer(stream, root, &seen, &failing));
            }
        });
        Self { url, asked, faults }
    }

    pub fn fail(self, part: &str, fault: Fault, times: usize) -> Self {
        self.faults.lock().unwrap().push((part.to_owned(), fault, times));
        self
    }

    pub fn asked_for(&self, part: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|path| path.contains(part)).count()
    }
}

fn answer(
    mut stream: TcpStream,
    root: PathBuf,
    seen: &Mutex<Vec<String>>,
    faults: &Mutex<Vec<(String, Fault, usize)>>,
) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let Some(request) = lines.next() else { return };
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    seen.lock().unwrap().push(path.clone());
    let fault =
        faults.lock().unwrap().iter_mut().find(|(part, _, left)| path.contains(part.as_str()) && *left > 0).map(
            |found| {
                found.2 -= 1;
                found.1
            },
        );
    let (status, body) = match (fault, fs::read(root.join(path.trim_start_matches('/')))) {
        (Some(Fault::Status(status)), _) => (status, Vec::new()),
        (_, Ok(body)) => (200, body),
        (_, Err(_)) => (404, Vec::new()),
    };
    let sent = if matches!(fault, Some(Fault::Half)) { &body[..body.len() / 2] } else { &body[..] };
    // The client may be gone; that is its affair.
    let _ = write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(sent);
}
