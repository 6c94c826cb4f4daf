//! Requests that are refused, with the reason.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::json;

use super::super::programs::program;
use super::client::{base64, form};
use super::server::Served;

/// A token as good as any.
const TOKEN: &str = "0123456789abcdef";

#[test]
fn what_cannot_be_answered_is_refused_with_its_reason() {
    let served = Served::with(&["--max-bytes", "20000", "--max-pixels", "2000"], &[]);
    let picture = fs::read(served.images().join("red/002.png")).unwrap();
    let large = image::RgbImage::new(50, 50);
    let large_file = served.folder.path().join("large.png");
    large.save(&large_file).unwrap();
    let large = fs::read(&large_file).unwrap();
    let (kind, body) = form(&[("a.png", picture.clone()), ("b.txt", b"words".to_vec())]);
    let kind = [("content-type", kind.as_str())];
    let broken = [("content-type", "multipart/form-data; boundary=other")];
    let no_edge = [("content-type", "multipart/form-data")];
    let predict = "/predict";
    for (path, headers, body, status, reason) in [
        (predict, &[][..], &b""[..], 400, "there is no picture"),
        (predict, &[], b"words", 422, "cannot read `picture`: "),
        (predict, &[], &picture[..picture.len() / 2], 422, "cannot read `picture`: "),
        (predict, &[], &large, 422, "50x50 pixels"),
        (predict, &[], &[0; 20_001], 413, "more than 20000 bytes"),
        (predict, &kind, &body, 422, "cannot read `b.txt`: "),
        (predict, &broken, &body, 400, "the form cannot be read"),
        (predict, &no_edge, &body, 400, "the form cannot be read"),
        ("/nothing", &[], b"", 404, "/openapi.json"),
        ("/v2/models/other", &[], b"", 404, "there is no model `other`, but `head`"),
        ("/neighbors/18.jpg", &[], b"", 404, "no such picture"),
        ("/neighbors/..%2Fhead.safetensors", &[], b"", 404, "no such picture"),
    ] {
        let method = if path == predict { "POST" } else { "GET" };
        let reply = served.ask(method, path, headers, body);
        assert_eq!(reply.status, status, "{path}: {reply:?}");
        assert!(reply.error().contains(reason), "{path}: {}", reply.error());
    }
    assert_eq!(served.post("/predict?top=many", &[], &picture).status, 400);
    assert_eq!(served.post("/predict?tops=1", &[], &picture).status, 400);
    assert_eq!(served.get(predict).status, 405);
    assert_eq!(served.post(predict, &[], &picture).status, 200, "it lives");
}

#[test]
fn tensors_that_are_no_pictures_are_refused_with_the_reason() {
    let served = Served::new();
    let picture = base64(&fs::read(served.images().join("red/002.png")).unwrap());
    let tensor = |changes: serde_json::Value| {
        let mut tensor =
            json!({ "name": "image", "shape": [1], "datatype": "BYTES", "data": [picture] });
        for (key, value) in changes.as_object().unwrap() {
            tensor[key] = value.clone();
        }
        json!({ "inputs": [tensor] }).to_string()
    };
    let ask = |body: &str| served.post("/v2/models/head/infer", &[], body.as_bytes());
    assert_eq!(ask(&tensor(json!({}))).status, 200);
    for (body, status, reason) in [
        ("{".to_owned(), 400, "the request is not understood"),
        (json!({ "inputs": [] }).to_string(), 400, "the inputs are one tensor, `image`"),
        (tensor(json!({ "name": "x" })), 400, "not `x` of BYTES"),
        (tensor(json!({ "datatype": "FP32" })), 400, "not `image` of FP32"),
        (tensor(json!({ "shape": [2] })), 400, "the shape is [2], and there are 1 pictures"),
        (tensor(json!({ "shape": [u64::MAX, 2] })), 400, "and there are 1 pictures"),
        (tensor(json!({ "data": ["?"] })), 400, "not base64"),
        (tensor(json!({ "data": [base64(b"x")] })), 422, "cannot read `image[0]`"),
        (tensor(json!({ "data": null })), 400, "either `data` or `binary_data_size`"),
        (
            tensor(json!({ "data": null, "parameters": { "binary_data_size": 3 } })),
            400,
            "there are 0 bytes after the JSON",
        ),
    ] {
        let reply = ask(&body);
        assert_eq!(reply.status, status, "{reason}: {reply:?}");
        assert!(reply.error().contains(reason), "{reason}: {}", reply.error());
    }
    let too_long = [("inference-header-content-length", "99")];
    let reply = served.post("/v2/models/head/infer", &too_long, b"{}");
    assert_eq!((reply.status, reply.error().contains("no number of bytes")), (400, true));
}

#[test]
fn pages_of_other_sites_are_refused() {
    let served = Served::new();
    let port = served.address.split(':').nth(1).unwrap();
    let own = format!("http://{}", served.address);
    let by_name = format!("localhost:{port}");
    for (headers, status) in [
        (vec![("origin", own.as_str())], 200),
        (vec![("host", by_name.as_str())], 200),
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("host", "evil.example")], 403),
        (vec![("host", "evil.example"), ("origin", "http://evil.example")], 403),
    ] {
        let reply = served.ask("GET", "/about", &headers, b"");
        assert_eq!(reply.status, status, "{headers:?}");
    }
}

#[test]
fn other_machines_need_the_token() {
    let without = |arguments: &[&str], token: Option<&str>| {
        let mut command = Command::new(program("serve"));
        command.arg("head.safetensors").args(arguments).env_remove("OFFSHELF_TOKEN");
        command.envs(token.map(|token| ("OFFSHELF_TOKEN", token))).assert()
    };
    without(&["--listen", "0.0.0.0:0"], None).code(2).stderr(contains("no token"));
    without(&[], Some("short")).code(2).stderr(contains("at least 16 characters"));
    without(&[], Some("with spaces and more"))
        .code(2)
        .stderr(contains("all of them letters, digits"));

    let served = Served::with(&["--listen", "0.0.0.0:0"], &[("OFFSHELF_TOKEN", TOKEN)]);
    let port = served.address.split(':').nth(1).unwrap().to_owned();
    let address = format!("127.0.0.1:{port}");
    let get = |path: &str, headers: &[(&str, &str)]| {
        super::client::ask(&address, "GET", path, headers, b"").unwrap()
    };
    let refused = get("/about", &[]);
    assert_eq!((refused.status, refused.error().contains("token is missing")), (401, true));
    assert_eq!(get("/about", &[("authorization", "Bearer 0123456789abcdeF")]).status, 401);
    assert_eq!(get("/healthz", &[]).status, 200);
    assert_eq!(get("/about", &[("authorization", &format!("Bearer {TOKEN}"))]).status, 200);
    assert_eq!(get("/?token=wrong", &[]).status, 401);
    let welcome = get(&format!("/?token={TOKEN}"), &[]);
    assert_eq!((welcome.status, welcome.header("location")), (303, "/"));
    let cookie = welcome.header("set-cookie");
    assert!(cookie.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(get("/about", &[("cookie", &format!("a=b; {cookie}"))]).status, 200);
}

#[test]
fn what_does_not_fit_is_told_before_it_listens() {
    let served = Served::new();
    let folder = served.folder.path();
    let serve = |head: &str, arguments: &[&Path]| {
        let mut command = Command::new(program("serve"));
        command.arg(folder.join(head)).args(["--listen", "127.0.0.1:0"]).args(arguments).assert()
    };
    serve("missing.safetensors", &[]).code(1).stderr(contains("missing.safetensors"));
    let missing = folder.join("missing.h5");
    serve("head.safetensors", &[Path::new("--cache"), &missing])
        .code(1)
        .stderr(contains("missing.h5"));
    let other = folder.join("other.h5");
    super::super::programs::extract_run(
        &served.images(),
        &other,
        &["--tap", "block1_pool:max", "--device", "cpu"],
    );
    let refused = serve("head.safetensors", &[Path::new("--cache"), &other]);
    refused
        .code(3)
        .stderr(contains("does not suit the head"))
        .stderr(contains("hint: name the cache"));
    let mut taken = Command::new(program("serve"));
    taken.arg(served.head()).args(["--listen", &served.address]);
    taken.assert().code(1).stderr(contains("cannot listen on")).stderr(contains("port 0"));
}
