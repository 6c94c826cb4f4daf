use std::fs;
use std::path::Path;

use schema::Split::{self, Test, Train, Validation};
use tempfile::TempDir;

use crate::tree::{boxes, put, read, refused, rows, tree};

fn mit67() -> TempDir {
    let root = tree([
        "Images/kitchen/a.jpg",
        "Images/kitchen/b.jpg",
        "Images/kitchen/unlisted.jpg",
        "Images/bar/c.jpg",
        "Images/casino/unlisted.gif",
    ]);
    put(root.path(), "TrainImages.txt", "kitchen/b.jpg\r\nbar/c.jpg\r\n");
    put(root.path(), "TestImages.txt", "kitchen/a.jpg");
    root
}

/// Everything but the test list would be more than twice the training images of the protocol.
#[test]
fn mit67_trains_on_the_list_and_not_on_everything_but_test() {
    let manifest = read("mit67", mit67().path());
    assert_eq!(manifest.classes, ["bar", "kitchen"]);
    assert_eq!(
        rows(&manifest),
        [
            ("Images/bar/c.jpg", Some(0), Train),
            ("Images/kitchen/a.jpg", Some(1), Test),
            ("Images/kitchen/b.jpg", Some(1), Train),
        ]
    );
    assert_eq!(manifest.notes, ["2 images are in neither list: they are left out"]);
}

#[test]
fn mit67_without_its_lists_or_with_odd_ones_is_refused() {
    let root = mit67();
    put(root.path(), "TestImages.txt", "../../etc/passwd\n");
    refused("mit67", root.path(), &["TestImages.txt", "line 1", "`class/file`"]);
    put(root.path(), "TestImages.txt", "kitchen/b.jpg\n");
    refused("mit67", root.path(), &["`Images/kitchen/b.jpg` is listed twice"]);
    fs::remove_file(root.path().join("TrainImages.txt")).unwrap();
    refused("mit67", root.path(), &["there is no", "TrainImages.txt", "indoorCVPR_09.tar"]);
    fs::remove_dir_all(root.path().join("Images")).unwrap();
    refused("mit67", root.path(), &["Images", "indoorCVPR_09.tar"]);
}

fn reference(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    fs::read(folder.join(name)).unwrap()
}

/// A miniature of Flowers, with both lists in the file `name` that SciPy wrote.
pub(crate) fn flowers(name: &str) -> TempDir {
    let root = tree(["jpg/"]);
    for file in ["imagelabels.mat", "setid.mat"] {
        put(root.path(), file, reference(name));
    }
    root
}

/// Splits of images 1 to 12 by what becomes of the three parts.
fn flower_splits([trnid, valid, tstid]: [Split; 3]) -> [Split; 12] {
    [trnid, valid, tstid, trnid, valid, tstid, trnid, valid, tstid, tstid, tstid, tstid]
}

#[test]
fn flowers_are_numbered_from_one_and_the_official_parts_are_the_default() {
    let root = flowers("uint8-compressed.mat");
    let manifest = read("flowers102", root.path());
    let labels = [0, 0, 0, 1, 1, 1, 101, 101, 101, 4, 4, 4];
    let splits = flower_splits([Train, Validation, Test]);
    for (i, row) in rows(&manifest).into_iter().enumerate() {
        let path = format!("jpg/image_{:05}.jpg", i + 1);
        assert_eq!(row, (path.as_str(), Some(labels[i]), splits[i]));
    }
    assert_eq!((manifest.samples.len(), manifest.classes.len()), (12, 102));
    let [first, last] = [0, 101].map(|class| manifest.classes[class].as_str());
    assert_eq!((first, last), ("pink primrose", "blackberry lily"));
    assert_eq!(manifest, read("flowers102:official", root.path()));
}

#[test]
fn flowers_have_three_readings_of_their_parts() {
    let root = flowers("uint8-compressed.mat");
    let splits = |source| -> Vec<Split> {
        read(source, root.path()).samples.iter().map(|sample| sample.split).collect()
    };
    assert_eq!(splits("flowers102"), flower_splits([Train, Validation, Test]));
    assert_eq!(splits("flowers102:trainval"), flower_splits([Train, Train, Test]));
    assert_eq!(splits("flowers102:swapped"), flower_splits([Test, Validation, Train]));
}

/// What SciPy writes, in every number type, compressed and not, is one and the same.
#[test]
fn matlab_files_are_read_in_every_type() {
    let expected = rows(&read("flowers102", flowers("uint8-compressed.mat").path()))
        .into_iter()
        .map(|(path, label, split)| (path.to_owned(), label, split))
        .collect::<Vec<_>>();
    for kind in
        ["uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
    {
        for end in [".mat", "-compressed.mat"] {
            let root = flowers(&format!("{kind}{end}"));
            let manifest = read("flowers102", root.path());
            let found = rows(&manifest);
            let same = |(a, b): (&(String, _, _), &(&str, _, _))| (a.0.as_str(), a.1, a.2) == *b;
            assert!(found.len() == 12 && expected.iter().zip(&found).all(same), "{kind}{end}");
        }
    }
}

#[test]
fn matlab_files_that_are_odd_are_refused_by_name() {
    let root = flowers("uint8.mat");
    put(root.path(), "imagelabels.mat", reference("odd.mat"));
    refused("flowers102", root.path(), &["imagelabels.mat", "2.5 in `labels`"]);
    put(root.path(), "imagelabels.mat", reference("uint8.mat"));
    put(root.path(), "setid.mat", reference("odd.mat"));
    refused("flowers102", root.path(), &["setid.mat", "`trnid` that is no array of real numbers"]);
    let whole = reference("uint8.mat");
    put(root.path(), "setid.mat", &whole[..whole.len() / 2]);
    refused("flowers102", root.path(), &["setid.mat"]);
    put(root.path(), "setid.mat", "MATLAB 7.3 MAT-file, and so on");
    refused("flowers102", root.path(), &["setid.mat", "version 7.3"]);
    put(root.path(), "setid.mat", [0; 200]);
    refused("flowers102", root.path(), &["setid.mat", "no MATLAB file"]);
    fs::remove_file(root.path().join("setid.mat")).unwrap();
    refused("flowers102", root.path(), &["there is no", "setid.mat", "102flowers.tgz"]);
}

#[test]
fn matlab_files_cut_anywhere_are_refused_and_never_misread() {
    for name in ["uint8.mat", "uint8-compressed.mat"] {
        let whole = reference(name);
        let root = flowers(name);
        let expected = read("flowers102", root.path()).samples;
        for len in 0..whole.len() {
            put(root.path(), "setid.mat", &whole[..len]);
            let found = crate::tree::try_read("flowers102", root.path());
            // Padding at the very end may go.
            assert!(found.map_or(true, |manifest| manifest.samples == expected), "{name} {len}");
        }
    }
}

fn cub() -> TempDir {
    let root = tree(["CUB_200_2011/images/"]);
    let put = |name: &str, text: &str| put(root.path(), &format!("CUB_200_2011/{name}"), text);
    put("classes.txt", "1 001.Black_footed_Albatross\n2 002.Laysan_Albatross\n");
    put("images.txt", "1 002.Laysan_Albatross/B.jpg\n2 001.Black_footed_Albatross/A.jpg\n");
    put("image_class_labels.txt", "1 2\n2 1\n");
    put("train_test_split.txt", "1 0\n2 1\n");
    put("bounding_boxes.txt", "1 60.0 27.0 325.0 304.0\n2 139.0 30.0 153.0 264.0\n");
    root
}

const ALBATROSS: &str = "CUB_200_2011/images/001.Black_footed_Albatross/A.jpg";
const LAYSAN: &str = "CUB_200_2011/images/002.Laysan_Albatross/B.jpg";

/// Read as two corners, 139 30 153 264 would be a strip of 14 pixels.
#[test]
fn boxes_of_birds_are_corner_and_size() {
    let manifest = read("cub200", cub().path());
    assert_eq!(rows(&manifest), [(ALBATROSS, Some(0), Train), (LAYSAN, Some(1), Test)]);
    let expected = [
        (ALBATROSS, Some([139.0, 30.0, 153.0, 264.0])),
        (LAYSAN, Some([60.0, 27.0, 325.0, 304.0])),
    ];
    assert_eq!(boxes(&manifest), expected);
}

#[test]
fn boxes_of_birds_are_enlarged_in_either_reading() {
    let root = cub();
    let first = |source| boxes(&read(source, root.path()))[0].1.unwrap();
    assert_eq!(first("cub200:box=1.5"), [100.75, -36.0, 229.5, 396.0]);
    assert_eq!(first("cub200:box=+150%"), [24.25, -168.0, 382.5, 660.0]);
}

#[test]
fn lists_of_birds_that_are_odd_are_refused_by_name() {
    for (name, text, words) in [
        ("images.txt", "2 x/a.jpg\n1 x/b.jpg\n", "line 1"),
        ("images.txt", "1 /etc/passwd\n2 x/b.jpg\n", "line 1"),
        ("image_class_labels.txt", "1 2\n2 3\n", "line 2"),
        ("train_test_split.txt", "1 0\n", "has 1 lines, but images.txt has 2"),
        ("train_test_split.txt", "1 0\n2 2\n", "1 (training) or 0 (test)"),
        ("bounding_boxes.txt", "1 60 27 325 304\n2 1 2 3\n", "x, y, width, height"),
        ("bounding_boxes.txt", "1 60 27 325 304\n2 1 2 0 4\n", "line 2"),
    ] {
        let root = cub();
        put(root.path(), &format!("CUB_200_2011/{name}"), text);
        refused("cub200", root.path(), &[name, words, "CUB_200_2011.tgz"]);
    }
    let root = cub();
    fs::remove_file(root.path().join("CUB_200_2011/bounding_boxes.txt")).unwrap();
    refused("cub200", root.path(), &["there is no", "bounding_boxes.txt", "CUB_200_2011.tgz"]);
    refused("cub200", tree([]).path(), &["CUB_200_2011/images.txt"]);
}
