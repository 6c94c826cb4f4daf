//! `fit audit`.

use schema::Split;

use crate::fixture::{CLASSES, Cache, Folder, TAP, label_set};

const FILES: [&str; 7] = [
    "audit.json",
    "label-errors.csv",
    "outliers.csv",
    "near-duplicates.csv",
    "exact-duplicates.csv",
    "small-classes.csv",
    "probabilities.csv",
];

/// Three classes that are easily told apart; row 109 has the content of row 2, of another label and in another split.
fn odd_cache() -> Cache {
    let mut cache = Cache::with_splits();
    cache.copies = vec![(109, 2)];
    cache.path = |row| if row == 4 { "=4,\".png".to_owned() } else { format!("{row:04}.png") };
    cache
}

#[test]
fn lists_go_to_a_folder_the_terminal_and_json() {
    let folder = Folder::with(&odd_cache());
    let run = folder.fit("audit a.h5 --out audit --spreadsheet-safe");
    assert_eq!((run.code, run.stderr.trim()), (0, "fit: 7 files written to `audit`"));
    for part in [
        &*format!("120 images of a.h5 (tap: {TAP})\n"),
        "labels: 0 of 120 likely wrong (softmax C=",
        "exact duplicates: 1 group of 2 images (1 across splits, 1 with different labels)\n",
        "0002.png = 0109.png",
        "classes of fewer than 20 images: 0\n",
    ] {
        assert!(run.stdout.contains(part), "no `{part}` in:\n{}", run.stdout);
    }
    let text = |name: &str| String::from_utf8(folder.bytes(&format!("audit/{name}"))).unwrap();
    assert_eq!(
        text("exact-duplicates.csv"),
        "group,row,path,split,label,similarity,across_splits,different_labels\n\
         0,2,0002.png,train,cat,,true,true\n\
         0,109,0109.png,test,bee,,true,true\n"
    );
    let probabilities = text("probabilities.csv");
    let mut lines = probabilities.lines();
    let header = "row,path,split,label,probability:ant,probability:bee,probability:cat";
    assert_eq!(lines.next(), Some(header));
    assert_eq!(lines.clone().count(), 120);
    assert!(lines.nth(4).unwrap().starts_with("4,\"'=4,\"\".png\",train,bee,"), "{probabilities}");
    assert_eq!(text("label-errors.csv").lines().count(), 1);
    assert_eq!(text("small-classes.csv"), "class,images\n");

    let json = folder.fit("audit a.h5 --json").ok().json();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text("audit.json")).unwrap(), json);
    assert_eq!((&json["format"], &json["version"]), (&"offshelf-audit".into(), &1.into()));
    assert_eq!(json["exact_duplicates"][0]["images"][1]["split"], "test");
    assert_eq!(json["labels"]["n_checked"], 120);

    folder.fit("audit a.h5 --out audit").refused(1, &["audit.json", "--force"]);
    assert_eq!(folder.fit("audit a.h5 --out audit --force").code, 0);
    FILES.iter().for_each(|name| assert!(!folder.bytes(&format!("audit/{name}")).is_empty()));
}

#[test]
fn small_classes_are_named_and_long_lists_are_cut() {
    let mut cache = Cache::of(12);
    cache.rows.push((0, Split::None));
    let folder = Folder::with(&cache);
    let text = folder.fit("audit a.h5 --small-class 13 --top 1").ok().stdout;
    assert!(text.contains("classes of fewer than 13 images: 2: bee (12), cat (12)\n"), "{text}");
    // Everything resembles everything at a low similarity.
    let text = folder.fit("audit a.h5 --similarity 0.001 --neighbors 1 --top 1").ok().stdout;
    assert!(text.contains("near duplicates: 1 group of 37 images of similarity 0.001"), "{text}");
    assert!(text.contains("0000.png = 0001.png = 0002.png, ..."), "{text}");
    // Without noise the images of a class are one.
    folder.write("b.h5", &Cache { noise: 0.0, ..Cache::of(12) });
    let text = folder.fit("audit b.h5 --top 1").ok().stdout;
    assert!(text.contains("near duplicates: 3 groups of 36 images"), "{text}");
    assert!(text.contains("\n... and 2 more\n"), "{text}");
}

#[test]
fn what_cannot_be_checked_is_said() {
    let mut cache = Cache { label_set: Some(label_set), ..Cache::of(20) };
    let folder = Folder::with(&cache);
    let text = folder.fit("audit a.h5").ok().stdout;
    assert!(text.contains("labels: not checked (images have several labels, or none"), "{text}");

    cache = Cache::of(20);
    cache.rows.iter_mut().filter(|(label, _)| *label == 2).skip(3).for_each(|row| row.0 = 1);
    folder.write("b.h5", &cache);
    let text = folder.fit("audit b.h5").ok().stdout;
    assert!(
        text.contains(&format!("not checked, fewer images than folds: {}\n", CLASSES[2])),
        "{text}"
    );
}

#[test]
fn wrong_requests_are_refused() {
    let folder = Folder::new();
    folder.fit("audit a.h5").refused(3, &["a.h5", "extract run"]);
    let cache = Cache { taps: vec![TAP, "block4_pool:gap"], ..Cache::of(10) };
    folder.write("a.h5", &cache);
    folder.fit("audit a.h5").refused(2, &["several taps", "--tap NAME"]);
    for (options, part) in [
        ("--folds 1", "at least 2"),
        ("--similarity 0", "above 0"),
        ("--similarity 1.1", "at most 1"),
        ("--neighbors 0", "--neighbors"),
        ("--c 0", "C must be positive"),
        ("--force", "--out"),
    ] {
        folder.fit(&format!("audit a.h5 --tap {TAP} {options}")).refused(2, &[part]);
    }
    folder.write("b.h5", &Cache { n_views: 2, views: "flip", ..Cache::of(10) });
    folder.fit("audit b.h5").refused(3, &["2 views", "--views average"]);
    assert_eq!(folder.fit("audit b.h5 --views average").code, 0);
}
