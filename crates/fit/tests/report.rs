//! `fit report`: a page of numbers that `fit eval` gives, too.

use image::RgbImage;

use crate::fixture::{Cache, Folder, label_set};

/// The text between `begin` and `end`, of the first place where both are.
fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(begin).unwrap_or_else(|| panic!("no `{begin}`"));
    rest.split_once(end).unwrap_or_else(|| panic!("no `{end}` after `{begin}`")).0
}

fn page(folder: &Folder, line: &str) -> String {
    let run = folder.fit(&format!("report {line} --out page.html --force"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("kB written to `page.html`"), "{}", run.stderr);
    let page = String::from_utf8(folder.bytes("page.html")).unwrap();
    // A page that loads nothing and runs nothing, whatever it is about.
    for word in ["<script", "http://", "https://", "@import", "url("] {
        assert!(!page.contains(word), "`{word}`");
    }
    page
}

#[test]
fn the_numbers_are_those_of_eval() {
    let mut cache = Cache::with_splits();
    cache.noise = 4.0;
    let folder = Folder::with(&cache);
    folder.fit("train a.h5 --head softmax --out h.safetensors").ok();
    let eval = folder.fit("eval h.safetensors a.h5 --json").ok().json();
    let page = page(&folder, "h.safetensors a.h5");
    let accuracy = eval["accuracy"].as_f64().unwrap();
    assert_eq!(between(&page, "id=\"headline\" data-value=\"", "\"").parse(), Ok(accuracy));
    let percent = |value: &serde_json::Value| format!("{:.1} %", 100.0 * value.as_f64().unwrap());
    assert_eq!(
        between(&page, "<h1>", "</span>").rsplit('>').next(),
        Some(&*percent(&eval["accuracy"]))
    );
    let metric = |name: &str| between(&page, &format!("data-metric=\"{name}\">"), "<").to_owned();
    assert_eq!(metric("mean per-class accuracy"), percent(&eval["mean_class_accuracy"]));
    assert_eq!(metric("macro F1"), percent(&eval["averages"]["macro"]["f1"]));
    assert_eq!(metric("calibration error"), percent(&eval["calibration_error"]));
    assert_eq!(metric("log loss"), format!("{:.4}", eval["log_loss"].as_f64().unwrap()));
    let interval = &eval["intervals"]["accuracy"];
    let interval = format!("95 % interval {} to {}", percent(&interval[0]), percent(&interval[1]));
    assert!(page.contains(&interval), "{interval}");
    // All cells of the confusion matrix, as numbers.
    let matrix = between(&page, "<table class=\"confusion\">", "</table>");
    let cells = matrix.split(" taken for ").skip(1);
    let cells: Vec<u64> = cells.map(|cell| between(cell, ": ", "\"").parse().unwrap()).collect();
    let rows = eval["confusion"].as_array().unwrap();
    let expected = rows.iter().flat_map(|row| row.as_array().unwrap());
    assert!(expected.map(|n| n.as_u64().unwrap()).eq(cells));
    assert!(page.contains("30 images</strong> of the test split"), "{}", &page[..9000]);
    for class in eval["classes"].as_array().unwrap() {
        let precision = class["average_precision"].as_f64().unwrap();
        let name = class["name"].as_str().unwrap();
        assert!(page.contains(&format!("{name} (average precision {precision:.3})")), "{name}");
    }
}

#[test]
fn a_sweep_is_judged_by_what_it_held_out() {
    let mut cache = Cache::of(40);
    cache.noise = 4.0;
    let folder = Folder::with(&cache);
    let line = "sweep a.h5 --head softmax --c 0.01,0.1,1 --hold-out 0.25 --out heads --json";
    let sweep = folder.fit(line).ok().json();
    let page = page(&folder, "heads a.h5");
    let held_out = &sweep["winners"][0]["held_out"];
    let value: f64 = between(&page, "id=\"headline\" data-value=\"", "\"").parse().unwrap();
    assert_eq!(Some(value), held_out["accuracy"].as_f64());
    assert!(page.contains("30 images</strong> that the sweep held out"));
    assert!(!page.contains("class=\"warning\""));
    assert!(page.contains("3 candidates, scored by 5-fold cross-validation"));
    assert_eq!(page.matches("<svg").count(), 3, "accuracy against C, precision, and reliability");
    // Another cache than the one that was swept is told from it.
    cache.path = |row| format!("other/{row}.png");
    folder.write("b.h5", &cache);
    let other = folder.fit("report heads b.h5 --out other.html");
    other.refused(3, &["`b.h5` is not the cache that was swept", "was `0"]);
    folder.fit("report heads a.h5 --out page.html").refused(1, &["page.html", "--force"]);
}

#[test]
fn images_are_shown_and_names_of_strangers_are_text() {
    let mut cache = Cache::of(20);
    cache.noise = 6.0;
    cache.classes = vec!["<b>ant</b>", "bee\" onclick=\"x", "cat"];
    cache.path = |row| format!("{row:04}<i>.png");
    let folder = Folder::with(&cache);
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    std::fs::create_dir(folder.path("images")).unwrap();
    for row in 0..60 {
        let color = image::Rgb([row as u8, 0, 255 - row as u8]);
        let file = folder.path(&format!("images/{row:04}<i>.png"));
        RgbImage::from_pixel(300, 200, color).save(file).unwrap();
    }
    let line = "h.safetensors a.h5 --images images --thumbnails 5";
    let shown = page(&folder, line);
    assert_eq!(shown.matches("data:image/jpeg;base64,").count(), 5);
    assert!(shown.contains("&lt;b&gt;ant&lt;/b&gt;") && !shown.contains("<b>ant</b>"));
    assert!(!shown.contains("\" onclick") && shown.contains("bee&quot; onclick"));
    assert!(shown.contains("The head was trained on these very images"));
    assert_eq!(shown, page(&folder, line), "the same bytes each time");
    assert!(!page(&folder, "h.safetensors a.h5").contains("<img"));
}

#[test]
fn curves_of_other_commands_are_shown() {
    let taps = vec!["block4_pool:gap", crate::fixture::TAP];
    let folder = Folder::with(&Cache { taps, noise: 4.0, ..Cache::with_splits() });
    let tap = crate::fixture::TAP;
    folder.fit(&format!("train a.h5 --tap {tap} --head svm --out h.safetensors")).ok();
    let layers = folder.fit("layers a.h5 --c 1 --json").ok();
    let shots = folder.fit(&format!("shots a.h5 --tap {tap} --draws 2 --json")).ok();
    std::fs::write(folder.path("layers.json"), &layers.stdout).unwrap();
    std::fs::write(folder.path("shots.json"), &shots.stdout).unwrap();
    let line = "h.safetensors a.h5 --layers layers.json --shots shots.json";
    let shown = page(&folder, line);
    let gain: f64 = between(&shown, "data-gain=\"", "\"").parse().unwrap();
    assert_eq!(Some(gain), shots.json()["outlook"]["gain"].as_f64());
    let n_points = shots.json()["points"].as_array().unwrap().len();
    let chart = between(&shown, "aria-label=\"accuracy against the number", "</svg>");
    assert_eq!(chart.matches("<circle").count(), n_points);
    let depth = between(&shown, "<h2>By depth</h2>", "</section>");
    assert_eq!(depth.matches("class=\"track\"").count(), 2);
    let swapped = "report h.safetensors a.h5 --out b.html --layers shots.json";
    folder
        .fit(swapped)
        .refused(1, &["`shots.json` is no document of the format `offshelf-layers`"]);
}

#[test]
fn several_labels_and_many_classes_have_pages() {
    let mut cache = Cache::of(20);
    cache.label_set = Some(label_set);
    let folder = Folder::with(&cache);
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    let eval = folder.fit("eval h.safetensors a.h5 --json").ok().json();
    let shown = page(&folder, "h.safetensors a.h5");
    let value: f64 = between(&shown, "id=\"headline\" data-value=\"", "\"").parse().unwrap();
    assert_eq!(Some(value), eval["mean_average_precision"].as_f64());

    folder.fit("report h.safetensors missing.h5").refused(3, &["missing.h5", "hint: extract run"]);
    std::fs::create_dir(folder.path("empty")).unwrap();
    folder.fit("report empty a.h5").refused(1, &["sweep.json"]);
    std::fs::write(folder.path("empty/sweep.json"), "{}").unwrap();
    let parts = ["sweep.json` is no file of a finished sweep: ", "format"];
    folder.fit("report empty a.h5").refused(1, &parts);
}
