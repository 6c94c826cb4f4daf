//! `fit reproduce`

use schema::Split;
use serde_json::Value;

use crate::fixture::{Cache, Folder, TAP, label_set};

fn one_class() -> Cache {
    Cache { noise: 2.0, ..Cache::with_splits() }
}

fn several() -> Cache {
    Cache { label_set: Some(label_set), ..one_class() }
}

fn razavian16(cache: Cache) -> Cache {
    Cache { n_views: 16, views: "razavian16:10", ..cache }
}

/// The one row of a document.
#[track_caller]
fn row(folder: &Folder, line: &str) -> Value {
    let mut document = folder.fit(&format!("reproduce {line} --json")).ok().json();
    assert_eq!(document["format"], "offshelf-reproduce");
    assert_eq!(document["rows"].as_array().unwrap().len(), 1);
    document["rows"][0].take()
}

#[track_caller]
fn assert_between(value: &Value, low: f64, high: f64) {
    let value = value.as_f64().unwrap();
    assert!(low <= value && value <= high, "{value} is not within {low} to {high}");
}

#[test]
fn a_row_says_all_that_is_needed_to_believe_it() {
    let folder = Folder::with(&one_class());
    let row = row(&folder, "mit67 a.h5");
    for (field, expected) in [
        ("data_set", "MIT 67 indoor scenes"),
        ("protocol", "mit67"),
        ("variant", "cnn-svm"),
        ("backbone", "vgg16"),
        ("tap", TAP),
        ("views", "center"),
        ("metric", "mean_class_accuracy"),
        ("command", "fit reproduce mit67 a.h5 --variant cnn-svm --bootstrap 1000 --seed 0"),
    ] {
        assert_eq!(row[field], expected);
    }
    assert_between(&row["value"], 0.6, 1.0);
    let [low, high] = [0, 1].map(|end| row["interval"][end].as_f64().unwrap());
    assert!(low < high);
    assert_between(&row["value"], low, high);
    assert_eq!(row["published"]["percent"], 58.4);
    let difference = 100.0 * row["value"].as_f64().unwrap() - 58.4;
    assert_between(&row["difference"], difference - 1e-9, difference + 1e-9);
    assert_eq!(row["c"].as_array().unwrap(), &[2.0]);
    // The validation split is trained on.
    assert_eq!((&row["n_train"], &row["n_test"]), (&90.into(), &30.into()));
    assert_eq!(row["notes"][0], "3 classes have images, MIT 67 indoor scenes has 67");
    for digest in ["cache_digest", "command_digest"] {
        assert_eq!(row[digest].as_str().unwrap().len(), 64);
    }
    let text = folder.fit("reproduce mit67 a.h5").ok().stdout;
    for part in ["published: Razavian", "C 2, given", "90 images trained on (90 rows), 30 tested"] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

#[test]
fn equal_commands_give_equal_bytes_and_the_digest_is_that_of_the_contents() {
    let folder = Folder::with(&one_class());
    folder.write("same.h5", &one_class());
    folder.write("other.h5", &Cache { noise: 1.9, ..one_class() });
    let line = "reproduce mit67 a.h5 --c 0.1,1 --json";
    assert_eq!(folder.fit(line).ok().stdout, folder.fit(line).ok().stdout);
    let digest =
        |cache: &str| row(&folder, &format!("mit67 {cache} --bootstrap 0"))["cache_digest"].clone();
    assert_eq!(digest("a.h5"), digest("same.h5"));
    assert_ne!(digest("a.h5"), digest("other.h5"));
}

#[test]
fn c_is_chosen_on_training_images_alone() {
    let folder = Folder::with(&one_class());
    let chosen = row(&folder, "mit67 a.h5 --c 0.01..100:5 --folds 3");
    assert_eq!(chosen["tried"].as_array().unwrap().len(), 5);
    // Other test images leave the choice as it is.
    let mut other = one_class();
    for (row, (label, split)) in other.rows.iter_mut().enumerate() {
        *label = if *split == Split::Test { row as i32 / 3 % 3 } else { *label };
    }
    folder.write("other.h5", &other);
    let tried = |cache: &str| row(&folder, &format!("mit67 {cache} --c 0.01..100:5 --folds 3"));
    // Features are drawn around labels, so that training rows are the same in both.
    assert_eq!(tried("other.h5")["tried"], chosen["tried"]);
    assert_ne!(tried("other.h5")["value"], chosen["value"]);
}

#[test]
fn the_views_of_an_image_train_apart_and_are_summed() {
    let folder = Folder::with(&razavian16(one_class()));
    let aug = row(&folder, "mit67 a.h5 --variant cnnaug-svm");
    assert_eq!((&aug["n_train"], &aug["n_train_rows"]), (&90.into(), &1440.into()));
    // Sixteen noisy views together say more than the first alone.
    let first = row(&folder, "mit67 a.h5");
    assert!(aug["value"].as_f64() > first["value"].as_f64(), "{} {}", aug["value"], first["value"]);
    assert_eq!(first["notes"][0], "of the views `razavian16:10` the first is used");
    let turned = row(&folder, "mit67 a.h5 --variant cnnaug-svm --power-first");
    assert!(turned["command"].as_str().unwrap().contains("--power-first"));
    folder.write("several.h5", &razavian16(several()));
    let several = row(&folder, "voc2007 several.h5 --variant cnnaug-svm");
    assert_eq!(several["published"]["percent"], 77.2);
    assert_between(&several["value"], 0.8, 1.0);
}

#[test]
fn several_labels_are_ranked_and_those_ignored_do_not_count() {
    let folder = Folder::with(&several());
    let voc = row(&folder, "voc2007 a.h5");
    assert_eq!((&voc["metric"], &voc["c"][0]), (&"eleven_point_map".into(), &0.2.into()));
    assert_between(&voc["value"], 0.6, 1.0);
    let attributes = row(&folder, "uiuc-attributes a.h5");
    assert_eq!(attributes["metric"], "mean_roc_auc");
    // Whoever takes the ignored rows for negatives gets another number.
    let strict = Cache {
        label_set: Some(|row, label| label_set(row, label).map(|l| if l == 0 { -1 } else { l })),
        ..several()
    };
    folder.write("strict.h5", &strict);
    assert_ne!(row(&folder, "voc2007 strict.h5")["value"], voc["value"]);
}

#[test]
fn a_class_without_test_positives_is_left_out_and_named() {
    let cache = Cache {
        label_set: Some(|row, label| {
            let mut labels = label_set(row, label);
            labels[2] = if row >= 90 { -1 } else { labels[2] };
            labels
        }),
        ..several()
    };
    let folder = Folder::with(&cache);
    let row = row(&folder, "voc2007 a.h5");
    assert_eq!(row["classes"][2]["value"], Value::Null);
    let mean =
        (0..2).map(|class| row["classes"][class]["value"].as_f64().unwrap()).sum::<f64>() / 2.0;
    assert_between(&row["value"], mean - 1e-12, mean + 1e-12);
    let note = "left out of the mean, since the test images do not show both sides: cat";
    assert_eq!(row["notes"][1], note);
}

#[test]
fn classes_without_any_image_are_left_out_and_one_class_is_no_task() {
    let mut cache = one_class();
    cache.rows.retain(|(label, _)| *label != 1);
    let folder = Folder::with(&cache);
    let two = row(&folder, "mit67 a.h5");
    let names = [0, 1].map(|class| two["classes"][class]["name"].as_str().unwrap());
    assert_eq!((names, two["classes"].as_array().unwrap().len()), (["ant", "cat"], 2));
    assert_eq!(two["notes"][0], "1 classes of the cache have no image and are left out");
    assert_between(&two["value"], 0.6, 1.0);
    cache.rows.retain(|(label, _)| *label == 2);
    folder.write("one.h5", &cache);
    folder.fit("reproduce mit67 one.h5").refused(3, &["all its training images are of one class"]);
    let nothing = Cache { label_set: Some(|_, _| [-1; 3]), ..several() };
    folder.write("nothing.h5", &nothing);
    let refused = folder.fit("reproduce voc2007 nothing.h5");
    refused.refused(3, &["no training image has any of its classes"]);
}

#[test]
fn scales_are_averaged_or_stacked() {
    let scales = Cache { n_views: 4, views: "scales:64,96", noise: 5.0, ..one_class() };
    let folder = Folder::with(&scales);
    let stacked = row(&folder, "caltech101 a.h5 --variant vgg");
    assert_eq!(stacked["published"]["deviation"], 1.0);
    assert_eq!(stacked["tried"].as_array().unwrap().len(), 11);
    let averaged = row(&folder, "caltech101 a.h5 --variant vgg --scales average");
    for row in [&stacked, &averaged] {
        assert_between(&row["value"], 0.5, 1.0);
    }
    assert_ne!(stacked["tried"], averaged["tried"]);
    folder.write("one.h5", &several());
    let one = row(&folder, "voc2007 one.h5 --variant vgg");
    assert!(one["notes"].to_string().contains("nothing to average"));
}

#[test]
fn vissl_chooses_c_for_each_class_and_trains_what_is_ignored_as_absent() {
    let folder = Folder::with(&several());
    let vissl = row(&folder, "voc2007 a.h5 --variant vissl");
    assert_eq!(
        (&vissl["metric"], vissl["c"].as_array().unwrap().len()),
        (&"all_point_map".into(), 3)
    );
    assert_between(&vissl["value"], 0.6, 1.0);
    // In training 0 is -1; test rows are the same.
    let strict = Cache {
        label_set: Some(|row, label| {
            label_set(row, label).map(|l| if l == 0 && row < 90 { -1 } else { l })
        }),
        ..several()
    };
    folder.write("strict.h5", &strict);
    assert_eq!(row(&folder, "voc2007 strict.h5 --variant vissl")["value"], vissl["value"]);
    let given = row(&folder, "voc2007 a.h5 --variant vissl --c 1");
    assert_eq!(given["c"].as_array().unwrap(), &[1.0; 3]);
}

#[test]
fn logistic_regression_is_chosen_on_the_validation_split() {
    let folder = Folder::with(&one_class());
    folder.write("several.h5", &several());
    for line in ["flowers102 a.h5", "voc2007 several.h5"] {
        let row = row(&folder, &format!("{line} --variant kornblith"));
        assert_eq!(row["tried"].as_array().unwrap().len(), 45);
        // Flowers trains on its training split alone in other variants.
        assert_eq!(row["n_train"], 90);
        assert_between(&row["value"], 0.6, 1.0);
    }
    assert_eq!(row(&folder, "flowers102 a.h5")["n_train"], 60);
}

#[test]
fn what_does_not_fit_is_code_3_with_the_command_that_does() {
    let folder = Folder::with(&one_class());
    folder.write("several.h5", &several());
    folder.write("no-test.h5", &Cache::of(9));
    folder.write("boxes.h5", &Cache { views: "box, center", ..one_class() });
    let ten = Cache { n_views: 10, views: "ten-crop", ..one_class() };
    folder.write("ten.h5", &ten);
    let mut untrained = one_class();
    untrained.rows.retain(|(label, split)| *label != 2 || *split == Split::Test);
    folder.write("untrained.h5", &untrained);
    for (line, problem) in [
        ("voc2007 a.h5", "one class each"),
        ("mit67 several.h5", "several labels each"),
        ("mit67 no-test.h5", "no training images"),
        ("mit67 untrained.h5", "no training image is of class `cat`"),
        ("mit67 boxes.h5", "of boxes"),
        ("cub200-box a.h5", "of whole images"),
        ("mit67 ten.h5", "`ten-crop`, and none is of the whole"),
        ("mit67 a.h5 --variant cnnaug-svm", "`center`, and this needs `razavian16`"),
        ("caltech101 a.h5 --variant vgg", "scales can be stacked of `scales:...` only"),
    ] {
        let protocol = line.split(' ').next().unwrap();
        let hint =
            format!("\nhint: extract run IMAGES --source {}", protocol.replace("-box", ":box"));
        folder.fit(&format!("reproduce {line}")).refused(3, &[protocol, problem, &hint]);
    }
    folder.fit("reproduce mit67 missing.h5").refused(3, &["`missing.h5`", "\nhint: "]);
    folder.fit("reproduce mit67 a.h5 --tap fc6").refused(3, &["`fc6`", TAP]);
}

#[test]
fn what_is_not_there_is_a_matter_of_usage() {
    let folder = Folder::with(&one_class());
    let two = Cache { taps: vec![TAP, "block4_pool:gap"], ..one_class() };
    folder.write("two.h5", &two);
    folder.fit("reproduce mit68 a.h5").refused(2, &["unknown protocol `mit68`", "caltech256"]);
    let variant = "vissl is a variant of voc2007, not of mit67";
    folder.fit("reproduce mit67 a.h5 --variant vissl").refused(2, &[variant]);
    folder.fit("reproduce mit67 two.h5").refused(2, &["several taps", "--tap"]);
    folder.fit("reproduce all a.h5").refused(2, &["`all` takes a folder"]);
}

#[test]
fn the_whole_table_marks_what_is_missing_and_how_to_get_it() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("caches")).unwrap();
    folder.write("caches/mit67.h5", &razavian16(one_class()));
    folder.write("caches/voc2007-vissl.h5", &several());
    let document = folder.fit("reproduce all caches --out table --json").ok().json();
    let names = |list: &str| -> Vec<String> {
        let rows = document[list].as_array().unwrap().iter();
        let name = |row: &Value, field: &str| row[field].as_str().unwrap().to_owned();
        rows.map(|row| name(row, "protocol") + " " + &name(row, "variant")).collect()
    };
    assert_eq!(names("rows"), ["voc2007 vissl", "mit67 cnn-svm", "mit67 cnnaug-svm"]);
    assert!(names("missing").contains(&"voc2007 cnn-svm".to_owned()));
    assert_eq!(names("missing").len(), 13);
    let markdown = String::from_utf8(folder.bytes("table/table.md")).unwrap();
    assert_eq!(markdown.lines().count(), 2 + 16);
    let missing = "missing: `extract run IMAGES --source voc2007 --weights vgg16-torchvision";
    assert!(markdown.contains(missing), "{markdown}");
    folder
        .fit("reproduce all caches --out table")
        .refused(1, &["`table/table.json` exists", "--force"]);
    folder.fit("reproduce all caches --out table --force").ok();

    // A cache that does not serve costs its own row only.
    folder.write("caches/flowers102-cnn-svm.h5", &several());
    let run = folder.fit("reproduce all caches --json");
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("no row of flowers102 cnn-svm"), "{}", run.stderr);
    assert_eq!(run.json()["rows"].as_array().unwrap().len(), 3);
}

#[test]
fn a_row_is_written_under_its_name() {
    let folder = Folder::with(&one_class());
    let run = folder.fit("reproduce mit67 a.h5 --out table --json").ok();
    assert_eq!(folder.bytes("table/mit67-cnn-svm.json"), run.stdout.as_bytes());
    let markdown = String::from_utf8(folder.bytes("table/mit67-cnn-svm.md")).unwrap();
    assert!(markdown.starts_with("| data set | protocol |"), "{markdown}");
    assert!(markdown.lines().nth(2).unwrap().contains("| 58.4 | "), "{markdown}");
}
