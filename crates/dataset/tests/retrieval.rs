use schema::{Query, RetrievalProtocol, Split};
use tempfile::TempDir;

use crate::tree::{put, read, refused, rows, tree};

fn oxford() -> TempDir {
    let root = tree([
        "oxbuild_images/all_souls_000013.jpg",
        "oxbuild_images/all_souls_000026.jpg",
        "oxbuild_images/christ_church_000179.jpg",
        "oxbuild_images/oxford_002985.jpg",
        "oxbuild_images/oxford_003410.jpg",
    ]);
    let put = |name: &str, text: &str| put(root.path(), &format!("gt_files_170407/{name}"), text);
    put("all_souls_1_query.txt", "oxc1_all_souls_000013 136.5 34.1 648.5 955.7\n");
    put("all_souls_1_good.txt", "all_souls_000026\noxford_002985\n");
    put("all_souls_1_ok.txt", "oxford_003410\n");
    put("all_souls_1_junk.txt", "christ_church_000179\n");
    put("christ_church_1_query.txt", "oxc1_christ_church_000179 0 0 10 20\n");
    put("christ_church_1_good.txt", "");
    put("christ_church_1_ok.txt", "");
    put("christ_church_1_junk.txt", "");
    root
}

fn query<'q>(queries: &'q [Query], name: &str) -> &'q Query {
    queries.iter().find(|query| query.name == name).unwrap()
}

#[test]
fn oxford_queries_lose_their_prefix_and_their_boxes_are_two_corners() {
    let manifest = read("oxford5k", oxford().path());
    let truth = manifest.ground_truth.as_ref().unwrap();
    assert_eq!(truth.protocol, RetrievalProtocol::Buildings);
    assert_eq!(truth.queries.len(), 2);
    let souls = query(&truth.queries, "all_souls_1");
    assert_eq!(souls.image, "oxbuild_images/all_souls_000013.jpg");
    // Read as width and height, the box would leave the image.
    let [x, y, width, height] = souls.bounding_box.unwrap().to_array();
    assert_eq!((x, y), (136.5, 34.1));
    assert!((width - 512.0).abs() < 1e-3 && (height - 921.6).abs() < 1e-3, "{width} {height}");
    assert_eq!(manifest.samples.len(), 5);
    assert!(manifest.samples.iter().all(|s| s.label.is_none() && s.split == Split::None));
}

/// Junk is neither an answer nor a mistake, so that it is kept apart from both.
#[test]
fn good_ok_and_junk_are_kept_apart() {
    let manifest = read("oxford5k", oxford().path());
    let queries = manifest.ground_truth.unwrap().queries;
    let souls = query(&queries, "all_souls_1");
    let good = ["oxbuild_images/all_souls_000026.jpg", "oxbuild_images/oxford_002985.jpg"];
    assert_eq!(souls.good, good);
    assert_eq!(souls.ok, ["oxbuild_images/oxford_003410.jpg"]);
    assert_eq!(souls.junk, ["oxbuild_images/christ_church_000179.jpg"]);
    assert!(query(&queries, "christ_church_1").good.is_empty());
}

#[test]
fn the_boxes_of_queries_are_samples_when_asked_for() {
    let root = oxford();
    put(
        root.path(),
        "gt_files_170407/all_souls_2_query.txt",
        "oxc1_all_souls_000013 5 6 105 206\n",
    );
    for kind in ["good", "ok", "junk"] {
        put(root.path(), &format!("gt_files_170407/all_souls_2_{kind}.txt"), "");
    }
    let manifest = read("oxford5k:queries,gt=gt_files_170407", root.path());
    let queries = manifest.ground_truth.as_ref().unwrap().queries.as_slice();
    let images: Vec<&str> = queries.iter().map(|query| &*query.image).collect();
    // Two boxes in one image are two samples; one alone keeps the path of its image.
    let expected = [
        "oxbuild_images/all_souls_000013.jpg#0000001",
        "oxbuild_images/all_souls_000013.jpg#0000002",
        "oxbuild_images/christ_church_000179.jpg",
    ];
    assert_eq!(images, expected);
    assert!(queries.iter().all(|query| query.good.is_empty() && query.junk.is_empty()));
    let samples: Vec<_> = manifest.samples.iter().collect();
    assert_eq!(samples.iter().map(|sample| sample.path).collect::<Vec<_>>(), expected);
    for (sample, query) in samples.iter().zip(queries) {
        assert_eq!(sample.bounding_box, query.bounding_box);
    }
    assert_eq!(samples[1].bounding_box.unwrap().to_array(), [5.0, 6.0, 100.0, 200.0]);
    let file = samples[0].file(root.path());
    assert_eq!(file, root.path().join("oxbuild_images/all_souls_000013.jpg"));
}

#[test]
fn the_folder_of_ground_truth_is_found_or_told() {
    let root = oxford();
    std::fs::rename(root.path().join("gt_files_170407"), root.path().join("lists")).unwrap();
    assert_eq!(read("oxford5k", root.path()), read("oxford5k:gt=lists", root.path()));
    refused(
        "oxford5k:gt=gt_files_170407",
        root.path(),
        &["gt_files_170407", "gt_files_170407.tgz"],
    );
    std::fs::remove_dir_all(root.path().join("lists")).unwrap();
    refused("oxford5k", root.path(), &["gt_files", "_query.txt", "gt_files_170407.tgz"]);
}

#[test]
fn ground_truth_that_is_odd_is_refused_by_name() {
    for (name, text, words) in [
        ("all_souls_1_query.txt", "oxc1_all_souls_000013 136.5 34.1 648.5\n", "x1 y1 x2 y2"),
        ("all_souls_1_query.txt", "oxc1_nowhere_000013 1 2 3 4\n", "oxc1_nowhere_000013"),
        ("all_souls_1_query.txt", "oxc1_all_souls_000013 500 34.1 20 955.7\n", "corners"),
        ("all_souls_1_query.txt", "", "is empty"),
        ("all_souls_1_junk.txt", "nowhere_000001\n", "nowhere_000001"),
    ] {
        let root = oxford();
        put(root.path(), &format!("gt_files_170407/{name}"), text);
        refused("oxford5k", root.path(), &[name, words]);
    }
    let root = oxford();
    std::fs::remove_file(root.path().join("gt_files_170407/all_souls_1_ok.txt")).unwrap();
    refused("oxford5k", root.path(), &["there is no", "all_souls_1_ok.txt"]);
}

#[test]
fn corrupt_files_of_paris_are_left_out_of_images_and_lists() {
    let root = tree([
        "paris/defense/paris_defense_000605.jpg",
        "paris/louvre/paris_louvre_000136.jpg",
        "paris/louvre/paris_louvre_000001.jpg",
    ]);
    let gt = |name: &str, text: &str| put(root.path(), &format!("paris_120310/{name}"), text);
    gt("defense_1_query.txt", "paris_defense_000605 0.0 0.0 50.5 60.0");
    gt("defense_1_good.txt", "paris_louvre_000136\nparis_louvre_000001\n");
    gt("defense_1_ok.txt", "");
    gt("defense_1_junk.txt", "");
    let manifest = read("paris6k", root.path());
    assert_eq!(manifest.samples.len(), 2);
    assert_eq!(manifest.notes, ["1 files that are known to be corrupt are left out"]);
    let truth = manifest.ground_truth.unwrap();
    assert_eq!(truth.queries[0].good, ["paris/louvre/paris_louvre_000001.jpg"]);
    assert_eq!(truth.queries[0].image, "paris/defense/paris_defense_000605.jpg");
    // Oxford has no such list.
    assert_eq!(read("oxford5k", root.path()).samples.len(), 3);
}

#[test]
fn the_first_image_of_a_scene_is_the_query_and_no_answer() {
    let root = tree([
        "jpg/100001.jpg",
        "jpg/100000.jpg",
        "jpg/100002.jpg",
        "jpg/149901.jpg",
        "jpg/149900.jpg",
        "jpg/cover.jpg",
    ]);
    let manifest = read("holidays", root.path());
    let truth = manifest.ground_truth.as_ref().unwrap();
    assert_eq!(truth.protocol, RetrievalProtocol::Holidays);
    let found: Vec<_> = truth.queries.iter().map(|q| (&*q.name, &*q.image, q.good.len())).collect();
    assert_eq!(found, [("100000", "jpg/100000.jpg", 2), ("149900", "jpg/149900.jpg", 1)]);
    assert_eq!(truth.queries[0].good, ["jpg/100001.jpg", "jpg/100002.jpg"]);
    assert_eq!(manifest.classes, ["1000", "1499"]);
    assert_eq!(rows(&manifest)[4], ("jpg/149901.jpg", Some(1), Split::None));
    assert_eq!(manifest.notes.len(), 1);
}

#[test]
fn a_scene_without_query_or_answers_is_refused() {
    refused("holidays", tree(["100001.jpg", "100002.jpg"]).path(), &["100000.jpg", "jpg1.tar.gz"]);
    refused("holidays", tree(["100000.jpg"]).path(), &["100000.jpg", "no other image"]);
    refused("holidays", tree(["a/100000.jpg", "b/100000.jpg"]).path(), &["another image"]);
    refused("holidays", tree(["photo.jpg"]).path(), &["no image"]);
}

#[test]
fn four_images_after_another_are_an_object_and_each_asks_for_all_four() {
    let names: Vec<String> = (4..12).map(|n| format!("full/ukbench{n:05}.jpg")).collect();
    let root = tree(names.iter().map(String::as_str));
    let manifest = read("ukbench", root.path());
    let truth = manifest.ground_truth.as_ref().unwrap();
    assert_eq!((truth.protocol, truth.queries.len()), (RetrievalProtocol::Ukbench, 8));
    for (i, query) in truth.queries.iter().enumerate() {
        assert_eq!(query.image, names[i]);
        // Number 7 belongs to 4, 5 and 6, not to 8.
        assert_eq!(query.good, names[i / 4 * 4..][..4]);
    }
    assert_eq!(manifest.classes, ["0001", "0002"]);
    assert_eq!(rows(&manifest)[3].1, Some(0));

    std::fs::remove_file(root.path().join(&names[5])).unwrap();
    refused("ukbench", root.path(), &["full/ukbench00009.jpg", "four images"]);
}
