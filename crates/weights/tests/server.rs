//! An HTTP server for one file, as small as the tests need.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server answers to every request.
#[derive(Clone)]
pub(crate) struct Answer {
    /// As in `200 OK`, and after it further lines of the head.
    pub(crate) status: String,
    pub(crate) body: Vec<u8>,
    /// The length that it announces, whatever it sends.
    pub(crate) announced: Option<u64>,
    /// What it does when the body is sent.
    pub(crate) then: Then,
}

/// What follows the body.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Then {
    Close,
    /// Nothing at all, for as long as the client waits.
    Silence,
    /// The body again and again, for as long as the client takes it.
    Repeat,
}

impl Answer {
    pub(crate) fn ok(body: Vec<u8>) -> Self {
        let announced = Some(body.len() as u64);
        Self { status: "200 OK".to_owned(), announced, body, then: Then::Close }
    }

    /// An answer without a body.
    pub(crate) fn status(status: impl Into<String>) -> Self {
        Self { status: status.into(), ..Self::ok(Vec::new()) }
    }
}

/// A server on the loopback interface, for as long as the test process lives.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    paths: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let paths = Arc::new(Mutex::new(Vec::new()));
        let requested = Arc::clone(&paths);
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &answer, &requested);
            }
        });
        Self { address, paths }
    }

    /// The paths that were asked for so far.
    pub(crate) fn requested(&self) -> Vec<String> {
        self.paths.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answer: &Answer, requested: &Mutex<Vec<String>>) {
    let lines = BufReader::new(&stream).lines();
    let head: Vec<String> = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
    requested.lock().unwrap().push(head[0].split(' ').nth(1).unwrap().to_owned());
    let Answer { status, body, announced, then } = answer;
    let length =
        announced.map(|length| format!("Content-Length: {length}\r\n")).unwrap_or_default();
    write!(stream, "HTTP/1.1 {status}\r\n{length}Connection: close\r\n\r\n").unwrap();
    // A client that has had enough closes the connection.
    let mut is_taken = stream.write_all(body).is_ok();
    while is_taken && *then == Then::Repeat {
        is_taken = stream.write_all(body).is_ok();
    }
    if *then == Then::Silence {
        let _ = BufReader::new(&stream).read_line(&mut String::new());
    }
}
