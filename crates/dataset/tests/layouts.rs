use dataset::folder;
use schema::Split;

use crate::tree::{rows, tree};

#[test]
fn folders_on_top_are_classes_and_nested_images_belong_to_them() {
    let root = tree(["dog/b.jpg", "cat/old/1990/z.PNG", "cat/a.jpeg", "dog/a.tif"]);
    let manifest = folder(root.path()).unwrap();
    assert_eq!(manifest.classes, ["cat", "dog"]);
    assert_eq!(
        rows(&manifest),
        [
            ("cat/a.jpeg", Some(0), Split::None),
            ("cat/old/1990/z.PNG", Some(0), Split::None),
            ("dog/a.tif", Some(1), Split::None),
            ("dog/b.jpg", Some(1), Split::None),
        ]
    );
    assert_eq!(manifest.root, root.path());
    assert!(manifest.samples.iter().all(|sample| manifest.file(sample).is_file()));
    assert_eq!(
        (manifest.passed_over.len(), manifest.unreadable, manifest.empty_folders),
        (0, vec![], vec![])
    );
}

#[test]
fn a_folder_without_folders_is_an_unlabeled_set() {
    let root = tree(["b.gif", "a.webp"]);
    let manifest = folder(root.path()).unwrap();
    assert!(manifest.classes.is_empty());
    assert_eq!(rows(&manifest), [("a.webp", None, Split::None), ("b.gif", None, Split::None)]);
}

#[test]
fn split_folders_share_one_list_of_classes() {
    for validation in ["valid", "val", "Validation"] {
        let in_validation = ["b", "c"].map(|class| format!("{validation}/{class}/1.jpg"));
        let [b, c] = &in_validation;
        let root = tree(["TRAIN/c/deep/1.jpg", "TRAIN/a/1.jpg", b, c, "test/c/2.jpg"]);
        let manifest = folder(root.path()).unwrap();
        assert_eq!(manifest.classes, ["a", "b", "c"]);
        let mut expected = vec![
            ("TRAIN/a/1.jpg", Some(0), Split::Train),
            ("TRAIN/c/deep/1.jpg", Some(2), Split::Train),
            (b.as_str(), Some(1), Split::Validation),
            (c.as_str(), Some(2), Split::Validation),
            ("test/c/2.jpg", Some(2), Split::Test),
        ];
        expected.sort_unstable_by_key(|row| row.0);
        assert_eq!(rows(&manifest), expected);
    }
}

#[test]
fn one_split_alone_is_enough() {
    let manifest = folder(tree(["train/x/1.jpg"]).path()).unwrap();
    assert_eq!(rows(&manifest), [("train/x/1.jpg", Some(0), Split::Train)]);
}

#[test]
fn images_beside_class_and_split_folders_are_unlabeled_samples() {
    let manifest = folder(tree(["loose.jpg", "cat/1.jpg"]).path()).unwrap();
    assert_eq!(
        rows(&manifest),
        [("cat/1.jpg", Some(0), Split::None), ("loose.jpg", None, Split::None)]
    );

    let manifest = folder(tree(["loose.jpg", "train/cat/1.jpg", "test/2.jpg"]).path()).unwrap();
    assert_eq!(
        rows(&manifest),
        [
            ("loose.jpg", None, Split::None),
            ("test/2.jpg", None, Split::Test),
            ("train/cat/1.jpg", Some(0), Split::Train),
        ]
    );
    assert_eq!(manifest.classes, ["cat"]);
}

#[test]
fn class_folders_without_an_image_are_reported_and_are_no_classes() {
    let root = tree(["cat/1.jpg", "dog/read.me", "emu/", "fox/deep/", "cat/empty/"]);
    let manifest = folder(root.path()).unwrap();
    assert_eq!(manifest.classes, ["cat"]);
    assert_eq!(manifest.empty_folders, ["dog", "emu", "fox"]);

    let root = tree(["train/cat/1.jpg", "test/cat/", "train/dog/", "val/"]);
    let manifest = folder(root.path()).unwrap();
    assert_eq!(manifest.classes, ["cat"]);
    assert_eq!(
        manifest.empty_folders,
        ["test", "train/dog", "val"],
        "what is below an empty one goes with it"
    );
}

#[test]
fn the_order_is_that_of_the_bytes_of_the_path_whatever_the_order_of_creation() {
    // `-` and ` ` sort before `/`, `0` after it, upper case before lower, UTF-8 last.
    let sorted =
        ["B/1.jpg", "a b/1.jpg", "a-b/1.jpg", "a/10.jpg", "a/2.jpg", "a0/1.jpg", "ä/1.jpg"];
    let mut paths = sorted.to_vec();
    for _ in 0..paths.len() {
        paths.rotate_left(3);
        paths.swap(0, 5);
        let manifest = folder(tree(paths.iter().copied()).path()).unwrap();
        assert_eq!(rows(&manifest).iter().map(|row| row.0).collect::<Vec<_>>(), sorted);
        assert_eq!(manifest.classes, ["B", "a", "a b", "a-b", "a0", "ä"]);
        assert_eq!(
            rows(&manifest).iter().map(|row| row.1.unwrap()).collect::<Vec<_>>(),
            [0, 2, 3, 1, 1, 4, 5]
        );
    }
}

#[test]
fn a_root_with_a_trailing_slash_or_a_hidden_name_is_read_like_any_other() {
    let outer = tree([".data/cat/1.jpg"]);
    let hidden = outer.path().join(".data/");
    assert_eq!(rows(&folder(&hidden).unwrap()), [("cat/1.jpg", Some(0), Split::None)]);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_utf8_and_percent_signs_are_found_again() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let root = tree(["100%/%41.jpg"]);
    let class = root.path().join(OsStr::from_bytes(b"caf\xE9"));
    std::fs::create_dir(&class).unwrap();
    std::fs::write(class.join(OsStr::from_bytes(b"\xFF\xFE.jpg")), b"").unwrap();

    let manifest = folder(root.path()).unwrap();
    assert_eq!(manifest.classes, ["100%25", "caf%E9"]);
    assert_eq!(
        rows(&manifest),
        [("100%25/%2541.jpg", Some(0), Split::None), ("caf%E9/%FF%FE.jpg", Some(1), Split::None),]
    );
    assert!(manifest.samples.iter().all(|sample| manifest.file(sample).is_file()));
}
