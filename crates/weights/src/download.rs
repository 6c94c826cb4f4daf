//! Fetches one file over HTTP.
//!
//! A thread of its own waits for the network and hands on what comes. So the caller can stop at any moment,
//! whatever the server does; the thread ends when it next has something to hand on, or hears nothing for long.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ureq::{Agent, ResponseExt as _};

use super::pace::{Pace, Pacer, TooSlow};

/// Time for finding the host, and again for connecting to it: short, since there is another source.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How often it is asked whether to stop, and whether it goes fast enough.
pub(super) const TICK: Duration = Duration::from_millis(50);
/// The largest file that is fetched, in bytes. The largest published one has 575 million.
pub(super) const LARGEST: u64 = 1 << 30;
/// Chunks that may wait to be written, of 64 KiB.
const N_WAITING: usize = 8;

/// Why a file could not be downloaded.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The address is none that can be fetched.
    #[error("`{url}` is no address that begins with `https://` or `http://`")]
    Scheme {
        /// The address.
        url: String,
    },
    /// No connection, no answer in time, an HTTP error status, or an answer cut short. A redirection from
    /// https to an address without encryption is one of them.
    #[error("{0}")]
    Http(#[from] ureq::Error),
    /// The connection broke, or the file could not be written.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The server was too slow.
    #[error("{0}")]
    Slow(#[from] TooSlow),
    /// The file is larger than any published one.
    #[error("the file is larger than {LARGEST} bytes, as no published one is")]
    TooLarge,
    /// The server sent more or less than it had announced.
    #[error("the server announced {announced} bytes, but sent {got}")]
    Length {
        /// What it had announced.
        announced: u64,
        /// What came until it was given up.
        got: u64,
    },
    /// It was stopped.
    #[error("stopped")]
    Stopped,
}

/// How to download, and when to give up.
#[derive(Clone, Copy)]
pub(super) struct Limits<'a> {
    pub(super) pace: Pace,
    pub(super) stop: &'a AtomicBool,
}

impl Limits<'_> {
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// What the thread hands on.
enum Part {
    /// The answer begins: the address that gave it, after all redirections, and the length that it announces.
    Begin {
        served_by: String,
        announced: Option<u64>,
    },
    Bytes(Vec<u8>),
    End,
}

/// Downloads `url` to `path`, and gives the address that served it, as [`shown`]. `progress` gets the bytes so
/// far and, where announced, of the whole.
pub(super) fn download(
    url: &str,
    path: &Path,
    limits: Limits<'_>,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<String, DownloadError> {
    let (sender, parts) = sync_channel(N_WAITING);
    let (agent, address) = (agent(url, limits.pace)?, url.to_owned());
    thread::spawn(move || {
        // Nobody listens any more when an error cannot be handed on.
        let _ = transfer(&agent, &address, &sender).or_else(|error| sender.send(Err(error)));
    });

    let mut file = File::create(path)?;
    let mut pacer = Pacer::start(limits.pace);
    let (mut done, mut served_by, mut expected) = (0, String::new(), None);
    loop {
        if limits.is_stopped() {
            return Err(DownloadError::Stopped);
        }
        match parts.recv_timeout(TICK) {
            Ok(part) => match part? {
                Part::Begin { served_by: address, announced } => {
                    (served_by, expected) = (shown(&address), announced);
                    if announced.is_some_and(|bytes| bytes > LARGEST) {
                        return Err(DownloadError::TooLarge);
                    }
                }
                Part::Bytes(bytes) => {
                    done += bytes.len() as u64;
                    check_length(done, expected)?;
                    file.write_all(&bytes)?;
                    progress(done, expected);
                }
                Part::End => break,
            },
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("the download ended without a reason").into());
            }
        }
        pacer.check(done)?;
    }
    match expected {
        Some(announced) if announced != done => Err(DownloadError::Length { announced, got: done }),
        _ => Ok(served_by),
    }
}

/// Refuses more bytes than were announced, or, where nothing was, than any file has.
fn check_length(done: u64, announced: Option<u64>) -> Result<(), DownloadError> {
    match announced {
        Some(announced) if done > announced => Err(DownloadError::Length { announced, got: done }),
        _ if done > LARGEST => Err(DownloadError::TooLarge),
        _ => Ok(()),
    }
}

/// What asks for `url`. Where that is encrypted, all that it is redirected to must be.
fn agent(url: &str, pace: Pace) -> Result<Agent, DownloadError> {
    if !is_encrypted(url) && !has_scheme(url, "http://") {
        return Err(DownloadError::Scheme { url: shown(url) });
    }
    // The pace is what ends a slow download; this ends the thread that waits for it.
    let silence = Some(pace.window * 2);
    Ok(Agent::config_builder()
        .https_only(is_encrypted(url))
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_recv_response(silence)
        .timeout_per_read(silence)
        // Otherwise the announced size may be that of compressed bytes.
        .accept_encoding("identity")
        .build()
        .into())
}

/// Whether nobody on the way to `url` can read or change what comes.
pub(super) fn is_encrypted(url: &str) -> bool {
    has_scheme(url, "https://")
}

fn has_scheme(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Hands the answer on, part by part, until there is no more or nobody who takes it.
fn transfer(
    agent: &Agent,
    url: &str,
    parts: &SyncSender<Result<Part, DownloadError>>,
) -> Result<(), DownloadError> {
    let mut response = agent.get(url).call()?;
    let served_by = response.get_uri().to_string();
    let body = response.body_mut();
    let begin = Part::Begin { served_by, announced: body.content_length() };
    let mut is_wanted = parts.send(Ok(begin)).is_ok();
    let mut reader = body.as_reader();
    while is_wanted {
        let mut buffer = vec![0; 1 << 16];
        let length = reader.read(&mut buffer)?;
        buffer.truncate(length);
        let part = if length == 0 { Part::End } else { Part::Bytes(buffer) };
        is_wanted = parts.send(Ok(part)).is_ok() && length > 0;
    }
    Ok(())
}

/// `url` with scheme and host replaced by `mirror`, for tests and for sites with a mirror.
pub(super) fn mirrored(url: &str, mirror: Option<&str>) -> String {
    let path = url.splitn(4, '/').nth(3);
    match (mirror, path) {
        (Some(mirror), Some(path)) => format!("{}/{path}", mirror.trim_end_matches('/')),
        _ => url.to_owned(),
    }
}

/// `url` without what may be secret: the name and password before its host, and the query, which can be a
/// signature. This is what is told and recorded.
pub(super) fn shown(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{path}")
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_replaces_scheme_and_host() {
        let url = "https://weights.example/a/b.h5";
        assert_eq!(mirrored(url, None), url);
        assert_eq!(mirrored(url, Some("http://127.0.0.1:80/")), "http://127.0.0.1:80/a/b.h5");
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = "https://ada:pass@cdn.example:8443/a/b.h5?signature=0123#part";
        assert_eq!(shown(secret), "https://cdn.example:8443/a/b.h5");
        assert_eq!(shown("http://h"), "http://h");
        assert_eq!(shown("http://h/a@b"), "http://h/a@b");
        assert_eq!(shown("no address"), "no address");
    }

    /// ureq asks this of every address that it goes to, the ones that it is redirected to as well.
    #[test]
    fn what_asks_for_an_encrypted_address_goes_to_no_other() {
        for encrypted in ["https://weights.example/a", "HTTPS://weights.example/a"] {
            let agent = agent(encrypted, Pace::default()).unwrap();
            let refused = agent.get("http://127.0.0.1:9/a").call().unwrap_err();
            assert!(matches!(refused, ureq::Error::RequireHttpsOnly(_)), "{refused}");
        }
        assert!(!agent("http://127.0.0.1:9/a", Pace::default()).unwrap().config().https_only());
    }

    #[test]
    fn other_schemes_are_refused() {
        for url in ["ftp://weights.example/a", "file:///etc/passwd", "127.0.0.1:8000/a", "ü", ""] {
            let refused = agent(url, Pace::default()).unwrap_err();
            assert!(matches!(refused, DownloadError::Scheme { .. }), "{refused}");
        }
    }

    #[test]
    fn more_than_was_announced_is_refused_and_more_than_any_file_has() {
        assert!(check_length(10, Some(10)).is_ok() && check_length(LARGEST, None).is_ok());
        let longer = check_length(11, Some(10)).unwrap_err();
        assert_eq!(longer.to_string(), "the server announced 10 bytes, but sent 11");
        assert!(matches!(check_length(LARGEST + 1, None), Err(DownloadError::TooLarge)));
    }
}
