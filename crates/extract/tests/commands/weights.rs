//! `extract weights fetch`, stopped and killed, and `extract weights list`.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{extract, json};

/// The only source of these weights is the publisher, so that no pip is asked.
const NAME: &str = "vgg11-torchvision";

/// Starts a fetch, and answers its request with one byte of a thousand. The connection stays open.
fn fetch_that_waits(listener: &TcpListener, cache: &Path) -> (Child, TcpStream) {
    let child = Command::new(env!("CARGO_BIN_EXE_extract"))
        .args(["weights", "fetch", NAME])
        .env("OFFSHELF_CACHE", cache)
        .env("OFFSHELF_MIRROR", format!("http://{}", listener.local_addr().unwrap()))
        .env("NO_PROXY", "127.0.0.1")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|line| line.is_empty()), "the end of the request");
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\na").unwrap();
    (child, stream)
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn kept(cache: &Path) -> Vec<String> {
    let entries = fs::read_dir(cache.join("weights")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_fetch_that_is_stopped_leaves_nothing_and_one_that_is_killed_nothing_for_long() {
    let cache = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut killed, _open) = fetch_that_waits(&listener, cache.path());
    send("-KILL", &killed);
    killed.wait().unwrap();
    let left = kept(cache.path());
    assert!(left.len() == 1 && left[0].starts_with("fetching-"), "{left:?}");

    for signal in ["-TERM", "-INT"] {
        let (mut stopped, _open) = fetch_that_waits(&listener, cache.path());
        let under_way = kept(cache.path());
        assert!(under_way.len() == 1 && under_way != left, "not swept: {under_way:?}");
        send(signal, &stopped);
        let mut said = String::new();
        stopped.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(stopped.wait().unwrap().code(), Some(130), "{said}");
        assert!(said.contains("nothing of it is left"), "{said}");
        assert!(said.contains("is not encrypted"), "{said}");
        assert_eq!(kept(cache.path()), [""; 0]);
    }
}

#[test]
fn the_list_says_what_is_trusted_on_first_use_and_what_was_recorded() {
    let cache = tempfile::tempdir().unwrap();
    let sha256 = "0123456789abcdef".repeat(4);
    let record = cache.path().join("weights/vgg11-8a719046.pth.sha256");
    fs::create_dir(cache.path().join("weights")).unwrap();
    fs::write(record, format!("{sha256}  vgg11-8a719046.pth\n")).unwrap();

    let list = |arguments: &[&str]| {
        let output = extract()
            .args(["weights", "list"])
            .args(arguments)
            .env("OFFSHELF_CACHE", cache.path())
            .assert()
            .success();
        output.get_output().stdout.clone()
    };
    let text = String::from_utf8(list(&[])).unwrap();
    assert_eq!(text.matches("trusted on first use").count(), 4, "{text}");
    assert!(text.contains(&format!("recorded then: {sha256}")), "{text}");

    let document = json(&list(&["--json"]));
    let row = |name: &str| {
        let rows = document["weights"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    assert_eq!(row(NAME)["trust"], "first-use");
    assert_eq!(row(NAME)["recorded_sha256"], sha256);
    assert_eq!(row("vgg13-torchvision")["recorded_sha256"], serde_json::Value::Null);
    assert_eq!(row("vgg16-torchvision")["trust"], "pinned");
}

/// Without a home folder, and so without a cache folder, only what is kept there is out of reach.
#[test]
fn a_file_of_weights_needs_no_home() {
    let folder = tempfile::tempdir().unwrap();
    let of = |arguments: &[&str]| {
        let mut command = extract();
        for variable in ["HOME", "OFFSHELF_CACHE", "XDG_CACHE_HOME"] {
            command.env_remove(variable);
        }
        let output = command.args(arguments).current_dir(folder.path()).assert().failure();
        String::from_utf8(output.get_output().stderr.clone()).unwrap()
    };
    fs::create_dir(folder.path().join("images")).unwrap();
    // The first bytes of what torch.save wrote before 1.6.
    fs::write(folder.path().join("a.pth"), b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.").unwrap();
    let run = |weights| of(&["run", "images", "--weights", weights, "--out", "cache.h5"]);
    let said = run("a.pth");
    assert!(said.contains("`a.pth` must be converted first"), "{said}");
    for said in
        [run("vgg16-keras-notop"), of(&["weights", "list"]), of(&["weights", "fetch", NAME])]
    {
        assert!(said.contains("hint: set `OFFSHELF_CACHE` to a folder"), "{said}");
    }
    let said =
        of(&["weights", "convert", "a.pth", "--backbone", "vgg16", "--out", "out.safetensors"]);
    assert!(said.contains("`a.pth` is damaged: its pickle is truncated"), "{said}");
}
