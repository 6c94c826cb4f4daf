//! `serve`: what it answers, whom it refuses, and what it bears.

#[cfg(unix)]
mod browser;
mod client;
#[cfg(unix)]
mod load;
mod refusals;
mod server;

use std::fs;

use serde_json::{Value, json};

use client::{Reply, form};
use server::Served;

use super::programs::extract;

/// What `extract classify` says of pictures of the fixture.
fn classified(served: &Served, pictures: &[&str]) -> Value {
    let mut command = extract();
    command.current_dir(served.images()).arg("classify").args(pictures);
    let assert = command.arg("--head").arg(served.head()).arg("--json").assert().success();
    serde_json::from_slice(&assert.get_output().stdout).unwrap()
}

/// The scores of a prediction of the service, in the order of the classes.
fn scores(prediction: &Value, classes: &Value) -> Vec<Value> {
    let found = prediction["classes"].as_array().unwrap();
    let of = |class: &Value| {
        let entry = found.iter().find(|entry| entry["class"] == *class).unwrap();
        entry["score"].clone()
    };
    classes.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn answers_are_those_of_extract_classify_digit_by_digit() {
    let served = Served::new();
    let pictures = ["blue/001.png", "green/003.png", "red/002.png"];
    let expected = classified(&served, &pictures);
    let files = pictures.map(|name| (name, fs::read(served.images().join(name)).unwrap()));

    let (kind, body) = form(&files);
    let together = served.post("/predict?top=0", &[("content-type", &kind)], &body).json();
    let alone = files
        .iter()
        .map(|(_, file)| served.post("/predict?top=0", &[], file).json()["predictions"][0].clone());
    let alone: Vec<Value> = alone.collect();
    let n = pictures.len();
    for i in 0..n {
        let expected = &expected["predictions"][i];
        for found in [&together["predictions"][i], &alone[i]] {
            assert_eq!(found["prediction"], expected["prediction"]);
            assert_eq!(json!(scores(found, &together_classes(&served))), expected["scores"]);
        }
        assert_eq!(together["predictions"][i]["name"], pictures[i]);
    }
    assert_eq!(together["engine"], expected["engine"]);
    assert_eq!(together["kind"], expected["kind"]);
    let best = served.post("/predict?top=1", &[], &files[2].1).json();
    assert_eq!(best["predictions"][0]["classes"].as_array().unwrap().len(), 1);
    assert_eq!(best["predictions"][0]["classes"][0]["class"], "red");
}

fn together_classes(served: &Served) -> Value {
    served.get("/about").json()["classes"].clone()
}

#[test]
fn kserve_clients_are_answered_in_json_and_in_binary() {
    let served = Served::new();
    let pictures = ["blue/001.png", "red/002.png"];
    let expected = classified(&served, &pictures);
    let files = pictures.map(|name| fs::read(served.images().join(name)).unwrap());
    let model = served.get("/v2/models/head").json();
    assert_eq!(model["inputs"][0], json!({ "name": "image", "datatype": "BYTES", "shape": [-1] }));
    assert_eq!(model["outputs"][1]["parameters"]["labels"], json!(["blue", "green", "red"]));

    let data: Vec<String> = files.iter().map(|file| client::base64(file)).collect();
    let tensor = json!({ "name": "image", "shape": [2], "datatype": "BYTES", "data": data });
    let request = json!({ "id": "7", "inputs": [tensor] }).to_string();
    let infer = "/v2/models/head/infer";
    let in_json = served.post(infer, &[], request.as_bytes()).json();

    let binary: Vec<u8> = files
        .iter()
        .flat_map(|file| [&(file.len() as u32).to_le_bytes()[..], file].concat())
        .collect();
    let parameters = json!({ "binary_data_size": binary.len() });
    let tensor =
        json!({ "name": "image", "shape": [2], "datatype": "BYTES", "parameters": parameters });
    let request = json!({ "id": "7", "inputs": [tensor] }).to_string();
    let length = request.len().to_string();
    let body = [request.as_bytes(), &binary].concat();
    let in_binary =
        served.post(infer, &[("inference-header-content-length", &length)], &body).json();

    assert_eq!(in_json, in_binary);
    assert_eq!((&in_json["id"], &in_json["model_name"]), (&json!("7"), &json!("head")));
    assert_eq!(in_json["outputs"][0]["data"], json!(["blue", "red"]));
    assert_eq!(in_json["outputs"][1]["shape"], json!([2, 3]));
    let all: Vec<Value> = (0..2)
        .flat_map(|i| expected["predictions"][i]["scores"].as_array().unwrap().clone())
        .collect();
    assert_eq!(in_json["outputs"][1]["data"], json!(all));
}

#[test]
fn the_page_can_ask_for_a_heat_map_and_for_the_nearest_training_pictures() {
    let served = Served::new();
    let file = fs::read(served.images().join("red/002.png")).unwrap();
    let answer = served.post("/predict?heat_map=true&neighbors=4", &[], &file).json();
    let found = &answer["predictions"][0];

    let map = found["heat_map"].as_str().unwrap().strip_prefix("data:image/png;base64,").unwrap();
    let map = image::load_from_memory(&client::from_base64(map)).unwrap().to_rgb8();
    let folder = served.folder.path().join("maps");
    let mut command = extract();
    command.current_dir(served.images()).args(["classify", "red/002.png", "--heat-map"]);
    command.arg(&folder).arg("--head").arg(served.head()).assert().success();
    let drawn = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let drawn = image::open(drawn).unwrap().to_rgb8();
    let (width, height) = map.dimensions();
    assert_eq!(drawn.dimensions(), (2 * width, height));
    assert!(map.enumerate_pixels().all(|(x, y, pixel)| pixel == drawn.get_pixel(width + x, y)));

    let neighbors = found["neighbors"].as_array().unwrap();
    assert_eq!(neighbors.len(), 4);
    assert_eq!(
        (&neighbors[0]["path"], &neighbors[0]["class"]),
        (&json!("red/002.png"), &json!("red"))
    );
    assert!((neighbors[0]["similarity"].as_f64().unwrap() - 1.0).abs() < 1e-5);
    let similarities = neighbors.iter().map(|neighbor| neighbor["similarity"].as_f64().unwrap());
    assert!(similarities.is_sorted_by(|a, b| a >= b));
    let picture = served.get(neighbors[0]["picture"].as_str().unwrap());
    assert_eq!(picture.header("content-type"), "image/jpeg");
    let picture = image::load_from_memory(&picture.body).unwrap();
    assert_eq!((picture.width(), picture.height()), (40, 30));

    let plain = served.post("/predict", &[], &file).json();
    assert_eq!(plain["predictions"][0]["heat_map"], Value::Null);
    assert_eq!(plain["predictions"][0]["neighbors"], json!([]));
}

#[test]
fn the_document_names_what_is_answered_and_what_is_counted_is_true() {
    let served = Served::new();
    let document = served.get("/openapi.json").json();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.replace("{model}", "head").replace("{file}", "0.jpg");
        for method in methods.as_object().unwrap().keys() {
            let reply = served.ask(method, &path, &[], if method == "post" { b"x" } else { b"" });
            assert!(![404, 405].contains(&reply.status), "{method} {path}: {}", reply.status);
        }
    }
    let schemas = &document["components"]["schemas"];
    let required = |schema: &str| {
        let mut names: Vec<&str> = schemas[schema]["required"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        names.sort_unstable();
        names
    };
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort_unstable();
        keys
    };
    let file = fs::read(served.images().join("red/002.png")).unwrap();
    let answer = served.post("/predict?neighbors=1", &[], &file).json();
    assert_eq!(keys(&answer), required("Response"));
    assert_eq!(keys(&answer["predictions"][0]), required("Prediction"));
    assert_eq!(keys(&answer["predictions"][0]["neighbors"][0]), required("Neighbor"));
    assert_eq!(keys(&served.get("/nothing").json()), required("Error"));

    served.post("/predict", &[], b"x");
    let Reply { body, .. } = served.get("/metrics");
    let text = String::from_utf8(body).unwrap();
    for line in [
        r#"offshelf_requests_total{path="/predict",status="200"} 1"#,
        // One by the document, one by hand.
        r#"offshelf_requests_total{path="/predict",status="422"} 2"#,
        r#"offshelf_batch_pictures_count 1"#,
        "offshelf_waiting_pictures 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    for address in ["/", "/style.css", "/page.js", "/icon.svg"] {
        let reply = served.get(address);
        assert_eq!(reply.status, 200, "{address}");
        assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
        let text = String::from_utf8(reply.body).unwrap();
        let elsewhere = text.match_indices("//").filter(|(at, _)| text[..*at].ends_with(':'));
        let names: Vec<&str> =
            elsewhere.map(|(at, _)| &text[at..(at + 14).min(text.len())]).collect();
        // The name of the language of pictures, and an example in words, are no requests.
        assert!(
            names.iter().all(|name| name.starts_with("//www.w3.org") || name.starts_with("//…")),
            "{names:?}"
        );
    }
}
