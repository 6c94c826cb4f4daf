//! Fetches one file over HTTP.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use ureq::Agent;

/// Time for finding the host, and again for connecting to it: short, since there is another source.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for the first byte of an answer, and for any single read of it.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a file could not be downloaded.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// No connection, no answer in time, an HTTP error status, or an answer cut short.
    #[error("{0}")]
    Http(#[from] ureq::Error),
    /// The connection broke, or the file could not be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Downloads `url` to `path`; `progress` gets the bytes so far and, where announced, of the whole.
pub(super) fn download(
    url: &str,
    path: &Path,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<(), DownloadError> {
    let agent: Agent = Agent::config_builder()
        .timeout_resolve(Some(CONNECT_TIMEOUT))
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_recv_response(Some(SILENCE_TIMEOUT))
        .timeout_per_read(Some(SILENCE_TIMEOUT))
        // Otherwise the announced size may be that of compressed bytes.
        .accept_encoding("identity")
        .build()
        .into();
    let mut response = agent.get(url).call()?;
    let body = response.body_mut();
    let expected = body.content_length();
    let mut reader = body.as_reader();
    let mut file = File::create(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            n => file.write_all(&buffer[..n])?,
        }
        progress(file.metadata()?.len(), expected);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_replaces_scheme_and_host() {
        let url = "https://weights.example/a/b.h5";
        assert_eq!(mirrored(url, None), url);
        assert_eq!(mirrored(url, Some("http://127.0.0.1:80/")), "http://127.0.0.1:80/a/b.h5");
    }
}
