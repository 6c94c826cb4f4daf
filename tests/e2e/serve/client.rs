//! A client that says exactly what a test wants said.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What the service replied.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// The reason of a refusal.
    pub(super) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
            .unwrap_or("")
    }
}

/// Sends one request, whose `headers` replace those that every request has.
pub(super) fn ask(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(&request(address, method, path, headers, body.len()))?;
    // A service that refuses a long body does not read it.
    let _ = stream.write_all(body);
    reply(&mut stream)
}

/// The head of a request.
pub(super) fn request(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    length: usize,
) -> Vec<u8> {
    let length = length.to_string();
    let usual = [("host", address), ("connection", "close"), ("content-length", &length)];
    let is_replaced = |name: &str| headers.iter().any(|(other, _)| *other == name);
    let usual = usual.into_iter().filter(|(name, _)| !is_replaced(name));
    let lines =
        usual.chain(headers.iter().copied()).map(|(name, value)| format!("{name}: {value}\r\n"));
    let method = method.to_uppercase();
    format!("{method} {path} HTTP/1.1\r\n{}\r\n", lines.collect::<String>()).into_bytes()
}

/// What comes until the service closes the connection.
pub(super) fn reply(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes);
    let odd = || io::Error::other(format!("no reply: {}", String::from_utf8_lossy(&bytes)));
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let Some(at) = at else { return Err(end.err().unwrap_or_else(odd)) };
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(odd)?;
    Ok(Reply { status, head, body: bytes[at + 4..].to_vec() })
}

/// Files as the parts of a form: its content type and its bytes.
pub(super) fn form(files: &[(&str, Vec<u8>)]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, file) in files {
        let head = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend([head.as_bytes(), file, b"\r\n"].concat());
    }
    body.extend(b"--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn from_base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}
