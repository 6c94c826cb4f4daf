//! An HTTP server for one file, as small as the tests need.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server answers to every request.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) status: &'static str,
    pub(crate) body: Vec<u8>,
    /// The length that it announces, whatever it sends.
    pub(crate) announced: usize,
}

impl Answer {
    pub(crate) fn ok(body: Vec<u8>) -> Self {
        Self { status: "200 OK", announced: body.len(), body }
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
    let Answer { status, body, announced } = answer;
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {announced}\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream.write_all(body).unwrap();
}
