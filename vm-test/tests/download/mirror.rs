// SPDX-License-Identifier: BSD-2-Clause
//! A mirror on this machine that answers as it is told to.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What it answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The file, or the part of it that is asked for.
    File(Vec<u8>),
    /// The file from its beginning, whatever is asked for.
    WithoutRanges(Vec<u8>),
    /// As `File`, but the line breaks after so many bytes.
    Cut(Vec<u8>, usize),
    /// As `File`, but after so many bytes nothing more comes.
    Stalled(Vec<u8>, usize),
    /// As `File`, one piece of this many bytes every 20 ms.
    Slow(Vec<u8>, usize),
    /// This again and again, for as long as somebody listens.
    Endless(Vec<u8>),
    /// Nothing at all, not even a status.
    Silent,
    Status(u16),
    Redirect(String),
}

/// How a request to a proxy begins.
pub const CONNECT: &str = "CONNECT ";

/// A request that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// As in the first line; of one to a proxy, all of that line.
    pub target: String,
    /// The position asked for, if any is.
    pub from: Option<usize>,
}

pub struct Mirror {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
}

impl Mirror {
    /// `answer` is given a target and how often it was asked for before.
    pub fn new(answer: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let mirror = Mirror {
            address: listener.local_addr().expect("bound"),
            requests: Arc::default(),
            stop: Arc::default(),
        };
        let (requests, stop) = (Arc::clone(&mirror.requests), Arc::clone(&mirror.stop));
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (answer, requests) = (Arc::clone(&answer), Arc::clone(&requests));
                thread::spawn(move || serve(stream, &*answer, &requests));
            }
        });
        mirror
    }

    /// Files by their targets, anything else is not there.
    pub fn of(files: HashMap<String, Vec<u8>>) -> Self {
        Self::new(move |target, _| match files.get(target) {
            Some(file) => Reply::File(file.clone()),
            None => Reply::Status(404),
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }

    /// So many requests, or those that have come after a minute: whoever gave up waiting does not wait until the mirror
    /// has read what was sent.
    pub fn requests_at_last(&self, count: usize) -> Vec<Request> {
        for _ in 0..600 {
            if self.requests().len() >= count {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        self.requests()
    }

    /// Requests whose target ends so.
    pub fn asked_for(&self, end: &str) -> Vec<Request> {
        let mut requests = self.requests();
        requests.retain(|request| request.target.ends_with(end));
        requests
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(stream: TcpStream, answer: &dyn Fn(&str, usize) -> Reply, requests: &Mutex<Vec<Request>>) {
    let Some(mut request) = read(&stream) else {
        return;
    };
    if let Some(host) = request.target.strip_prefix(CONNECT) {
        // A proxy: whoever that is, here it is.
        let target = format!("{CONNECT}{host}");
        requests
            .lock()
            .expect("no panic")
            .push(Request { target, from: None });
        let connected = (&stream).write_all(b"HTTP/1.1 200 x\r\n\r\n");
        let Some(next) = connected.ok().and_then(|()| read(&stream)) else {
            return;
        };
        request = next;
    }
    let before = {
        let mut requests = requests.lock().expect("no panic");
        let same = |earlier: &&Request| earlier.target == request.target;
        let before = requests.iter().filter(same).count();
        requests.push(request.clone());
        before
    };
    let reply = answer(&request.target, before);
    // The other side may be gone already: that is what some tests are about.
    let _ = send(&stream, &request, reply);
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next()?;
    let target = match first.strip_prefix(CONNECT) {
        Some(_) => first,
        None => first.split(' ').nth(1)?.to_owned(),
    };
    let mut from = None;
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("range") {
            from = Some(
                value
                    .trim()
                    .strip_prefix("bytes=")?
                    .strip_suffix('-')?
                    .parse()
                    .ok()?,
            );
        }
    }
    Some(Request { target, from })
}

fn send(mut stream: &TcpStream, request: &Request, reply: Reply) -> std::io::Result<()> {
    let (file, ranges) = match &reply {
        Reply::Silent => return wait_for_end(stream),
        Reply::Endless(text) => {
            stream.write_all(b"HTTP/1.1 200 x\r\nConnection: close\r\n\r\n")?;
            loop {
                stream.write_all(text)?;
            }
        }
        Reply::Status(code) => {
            let text = "HTTP/1.1 {} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            return stream.write_all(text.replace("{}", &code.to_string()).as_bytes());
        }
        Reply::Redirect(to) => {
            let head = "HTTP/1.1 302 x\r\nContent-Length: 0\r\nConnection: close\r\nLocation: ";
            return stream.write_all(format!("{head}{to}\r\n\r\n").as_bytes());
        }
        Reply::WithoutRanges(file) => (file, false),
        Reply::File(file)
        | Reply::Cut(file, _)
        | Reply::Stalled(file, _)
        | Reply::Slow(file, _) => (file, true),
    };
    let length = file.len();
    let from = request.from.filter(|_| ranges);
    if from.is_some_and(|from| from >= length) {
        let head =
            "HTTP/1.1 416 x\r\nContent-Length: 0\r\nConnection: close\r\nContent-Range: bytes */";
        return stream.write_all(format!("{head}{length}\r\n\r\n").as_bytes());
    }
    let (status, range) = match from {
        Some(from) => (
            "206 x",
            format!("Content-Range: bytes {from}-{}/{length}\r\n", length - 1),
        ),
        None => ("200 x", String::new()),
    };
    let body = &file[from.unwrap_or(0)..];
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{range}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    match reply {
        Reply::Cut(_, after) => stream.write_all(&body[..after.min(body.len())]),
        Reply::Stalled(_, after) => {
            stream.write_all(&body[..after.min(body.len())])?;
            wait_for_end(stream)
        }
        Reply::Slow(_, size) => body.chunks(size).try_for_each(|piece| {
            thread::sleep(Duration::from_millis(20));
            stream.write_all(piece)
        }),
        _ => stream.write_all(body),
    }
}

/// Says nothing until the other side hangs up.
fn wait_for_end(mut stream: &TcpStream) -> std::io::Result<()> {
    stream.read(&mut [0; 64]).map(|_| ())
}
