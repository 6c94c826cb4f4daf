//! Servers and packages that do not end, that are not what they say, and fetches that are stopped: nothing is
//! waited for without an end, and nothing is left.

use std::fs;
use std::time::Duration;

use weights::{AttemptError, DownloadError, FetchError, Pace, PackageError};

use super::fetch::{Try, URL, entry, package, program, served};
use super::server::{Answer, Server, Then};
use super::tiny::reference;

/// A pace that no server of the tests below has.
const BRISK: Pace = Pace { window: Duration::from_millis(200), bytes: 1 << 20 };

fn released() -> Vec<u8> {
    fs::read(reference("keras_released.h5")).unwrap()
}

#[test]
fn a_server_that_falls_silent_is_given_up() {
    for body in [Vec::new(), vec![b'a']] {
        let (announced, got) = (Some(1000), body.len() as u64);
        let answer = Answer { announced, then: Then::Silence, ..Answer::ok(body) };
        let mut attempt = Try::new(&Server::start(answer).address, "no-python");
        attempt.settings.pace = BRISK;
        let reason = attempt.reason(&entry(&[URL]));
        let AttemptError::Download(DownloadError::Slow(slow)) = reason else { panic!("{reason}") };
        assert_eq!(slow.got, got);
    }
}

/// Without an announced length only the pace and the largest size end it; that one is a unit test of the
/// downloader, since it takes a gigabyte.
#[test]
fn a_server_that_announces_too_much_is_not_listened_to() {
    let answer = Answer { announced: Some(1 << 40), ..Answer::ok(released()) };
    let mut attempt = Try::new(&Server::start(answer).address, "no-python");
    let reason = attempt.reason(&entry(&[URL]));
    let message = "the file is larger than 1073741824 bytes, as no published one is";
    assert_eq!(reason.to_string(), message);
    assert_eq!(attempt.done, 0);
}

/// HTTP ends a body where its announced length does; what follows is not taken, however long it goes on.
#[test]
fn what_follows_the_announced_length_is_not_taken() {
    let body = released();
    let n = body.len() as u64;
    let answer = Answer { then: Then::Repeat, ..Answer::ok(body.clone()) };
    let mut attempt = Try::new(&Server::start(answer).address, "no-python");
    attempt.fetch(&entry(&[URL])).unwrap();
    assert_eq!(attempt.done, n);

    let announced = Some(n - 1);
    let answer = Answer { announced, then: Then::Repeat, ..Answer::ok(body) };
    let mut attempt = Try::new(&Server::start(answer).address, "no-python");
    attempt.reason(&entry(&[URL]));
    assert_eq!(attempt.done, n - 1);
}

#[test]
fn a_file_without_an_announced_length_is_taken() {
    let answer = Answer { announced: None, ..Answer::ok(released()) };
    let mut attempt = Try::new(&Server::start(answer).address, "no-python");
    attempt.fetch(&entry(&[URL])).unwrap();
}

#[test]
fn a_fetch_that_is_stopped_ends_at_once_and_leaves_nothing() {
    let answer = Answer { announced: Some(1000), then: Then::Silence, ..Answer::ok(vec![b'a']) };
    let mut attempt = Try::new(&Server::start(answer).address, "no-python");
    attempt.stops_at_first_bytes = true;
    let error = attempt.fetch(&entry(&[URL, URL])).unwrap_err();
    assert!(matches!(error, FetchError::Stopped { .. }), "{error}");
    assert_eq!(attempt.kept(), [""; 0]);

    // Whole files are not kept either when the stop came before.
    let mut attempt = Try::new(&served("keras_released.h5").address, "no-python");
    attempt.stops_at_first_bytes = true;
    let error = attempt.fetch(&entry(&[URL])).unwrap_err();
    assert!(matches!(error, FetchError::Stopped { .. }), "{error}");
    assert_eq!(attempt.kept(), [""; 0]);
}

#[test]
fn a_pip_that_hangs_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    // `exec`, since what the shell started would live on.
    let python = program(folder.path(), "#!/bin/sh\nexec sleep 1000000\n");
    let mut attempt = Try::new("http://127.0.0.1:9", python.clone());
    attempt.settings.pace = BRISK;
    let reason = attempt.reason(&package("", "", ""));
    assert!(matches!(reason, AttemptError::Package(PackageError::Slow(_))), "{reason}");

    let mut attempt = Try::new("http://127.0.0.1:9", python);
    attempt.stop = true.into();
    let error = attempt.fetch(&package("", "", "")).unwrap_err();
    assert!(matches!(error, FetchError::Stopped { .. }), "{error}");
    assert_eq!(attempt.kept(), [""; 0]);
}

/// The file has no blocks on the disk.
#[test]
fn a_pip_that_downloads_without_end_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let script = "#!/bin/sh\ntruncate -s 5G \"$TMPDIR/wheel\"\nexec sleep 1000000\n";
    let mut attempt = Try::new("http://127.0.0.1:9", program(folder.path(), script));
    let reason = attempt.reason(&package("", "", "")).to_string();
    assert!(reason.starts_with("pip downloaded more than "), "{reason}");
}

/// What pip leaves when it is ended lies where it goes with the rest.
#[test]
fn pip_works_in_a_folder_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let python =
        program(folder.path(), "#!/bin/sh\necho \"$TMPDIR\" >&2\n: >\"$TMPDIR/left\"\nexit 1\n");
    let mut attempt = Try::new("http://127.0.0.1:9", python);
    let reason = attempt.reason(&package("", "", "")).to_string();
    let work = format!("pip failed: {}/fetching-", attempt.settings.folder.display());
    assert!(reason.starts_with(&work), "{reason}");
}

#[test]
fn the_next_fetch_sweeps_what_a_killed_one_left() {
    let mut attempt = Try::new(&served("keras_released.h5").address, "no-python");
    let left = attempt.settings.folder.join("fetching-a1B2c3");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("source"), "half a file").unwrap();
    let theirs = attempt.settings.folder.join("fetching");
    fs::create_dir_all(&theirs).unwrap();
    attempt.fetch(&entry(&[URL])).unwrap();
    assert_eq!(attempt.kept(), ["fetching", "tiny.h5.sha256", "tiny.safetensors"]);

    fs::create_dir_all(&left).unwrap();
    assert!(attempt.fetch(&entry(&[URL])).unwrap().was_there);
    assert!(!left.exists());
}

#[test]
fn the_origin_is_the_address_that_served_it_in_the_end_without_its_secrets() {
    let server = served("keras_released.h5");
    let target = format!("{}/elsewhere/tiny.h5?signature=secret", server.address);
    let moved = Answer::status(format!("302 Found\r\nLocation: {target}"));
    let first = Server::start(moved);
    let host = first.address.replace("http://", "http://ada:secret@");
    let mut attempt = Try::new(&host, "no-python");
    let fetched = attempt.fetch(&entry(&[URL])).unwrap();
    let origin = &fetched.weights.metadata().origin;
    assert!(origin.starts_with(&format!("{}/elsewhere/tiny.h5 (SHA", server.address)), "{origin}");
    assert_eq!(server.requested(), ["/elsewhere/tiny.h5?signature=secret"]);
    assert!(attempt.log.iter().all(|line| !line.contains("secret")), "{:?}", attempt.log);
}

#[test]
fn a_mirror_that_is_no_address_is_named() {
    for mirror in ["127.0.0.1:8000", "ftp://127.0.0.1", "file:///tmp"] {
        let reason = Try::new(mirror, "no-python").reason(&entry(&[URL]));
        assert!(matches!(reason, AttemptError::Download(DownloadError::Scheme { .. })), "{reason}");
        assert!(reason.to_string().contains(mirror), "{reason}");
    }
}
