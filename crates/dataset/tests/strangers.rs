//! Files that are damaged, or made to do harm.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use ::hostile::{damaged, with_memory};
use dataset::{Content, LayoutError, RecordError, content, folder};

use crate::tree::{put, read, refused, tree, try_read};
use crate::voc::CLASSES;

/// A process of these tests takes some 50 MiB for itself.
const MIB: u64 = 512;

/// Files of one data set in miniature, and the source that reads them.
struct Set {
    source: &'static str,
    files: Vec<(String, Vec<u8>)>,
}

fn set<const N: usize>(source: &'static str, files: [(&str, &[u8]); N]) -> Set {
    Set { source, files: files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).to_vec() }
}

const COCO: &[u8] =
    br#"{"images": [{"file_name": "a.jpg", "id": 9}, {"file_name": "b.jpg", "id": 25}],
    "annotations": [{"image_id": 9, "category_id": 18, "segmentation": [[1.5, 2]]}],
    "categories": [{"id": 18, "name": "dog"}, {"id": 1, "name": "person"}]}"#;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// Every format of a list that is read.
fn sets() -> Vec<Set> {
    let reference = |name: &str| {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name)).unwrap()
    };
    let idx = [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3][..], &[7; 12]].concat();
    let cifar = [[0; 3074], [1; 3074]].concat();
    let voc = CLASSES.into_iter().flat_map(|name| {
        ["train", "val"].map(|part| {
            let list = format!("a{part} 1\nb{part} -1\n").into_bytes();
            (format!("ImageSets/Main/{name}_{part}.txt"), list)
        })
    });
    vec![
        set("csv", [("samples.csv", b"path,label,split,x,y,width,height\na.jpg,dog,train,1,2,30.5,4\n\"b,c.jpg\",\"a \"\"cat\"\"\",test,1,1,5,5\na.jpg,x,,0,0,9,9\n"), ("a.jpg", b"")]),
        set("csv", [("samples.csv", b"path,labels\na.jpg,cat; ?dog\nb.jpg,dog\nc.jpg,\n"), ("b.jpg", b"")]),
        set("attributes", [("attributes.csv", b"path,male,hair,x1,y1,x2,y2,split\np.jpg,1,-1,10,20,30,60,train\nq.jpg,0,,0,0,5,5,test\n"), ("q.jpg", b"")]),
        set("coco", [
            ("annotations/instances_train2017.json", COCO),
            ("annotations/instances_val2017.json", COCO),
            ("train2017/a.jpg", b""),
            ("val2017/a.jpg", b""),
        ]),
        set("open-images", [
            ("class-descriptions-boxable.csv", b"/m/01g317,Person\n/m/0bt9lr,Dog\n"),
            ("train-annotations-human-imagelabels-boxable.csv", b"ImageID,Source,LabelName,Confidence\n000a,verification,/m/0bt9lr,1\n000b,verification,/m/01g317,0\n"),
            ("train/000a.jpg", b""),
            ("train/000b.jpg", b""),
        ]),
        set("idx", [
            ("train-images-idx3-ubyte", &idx),
            ("train-labels-idx1-ubyte", &[0, 0, 8, 1, 0, 0, 0, 2, 5, 7]),
        ]),
        set("idx", [
            ("train-images-idx3-ubyte.gz", &packed(&idx)),
            ("train-labels-idx1-ubyte.gz", &packed(&[0, 0, 8, 1, 0, 0, 0, 2, 5, 7])),
        ]),
        set("idx", [
            ("emnist-letters-train-images-idx3-ubyte", &idx),
            ("emnist-letters-train-labels-idx1-ubyte", &[0, 0, 8, 1, 0, 0, 0, 2, 1, 2]),
            ("emnist-letters-mapping.txt", b"1 65 97\n2 66 98\n"),
        ]),
        set("cifar100", [
            ("fine_label_names.txt", b"apple\nbaby\n"),
            ("train.bin", &cifar),
            ("test.bin", &[1; 3074]),
        ]),
        set("flowers102", [
            ("imagelabels.mat", &reference("uint8-compressed.mat")),
            ("setid.mat", &reference("uint8-compressed.mat")),
            ("jpg/a.jpg", b""),
        ]),
        set("flowers102", [
            ("imagelabels.mat", &reference("float64.mat")),
            ("setid.mat", &reference("int16.mat")),
            ("jpg/a.jpg", b""),
        ]),
        Set {
            source: "voc2007",
            files: voc.chain([("JPEGImages/a.jpg".to_owned(), Vec::new())]).collect(),
        },
        set("cub200", [
            ("images.txt", b"1 001.A/a.jpg\n2 002.B/b.jpg\n"),
            ("classes.txt", b"1 001.A\n2 002.B\n"),
            ("image_class_labels.txt", b"1 1\n2 2\n"),
            ("train_test_split.txt", b"1 1\n2 0\n"),
            ("bounding_boxes.txt", b"1 60.0 27.0 325.0 304.0\n2 1.0 2.0 3.0 4.0\n"),
            ("images/001.A/a.jpg", b""),
        ]),
        set("mit67", [
            ("TrainImages.txt", b"kitchen/a.jpg\nbar/b.jpg\n"),
            ("TestImages.txt", b"kitchen/c.jpg\n"),
            ("Images/kitchen/a.jpg", b""),
        ]),
        set("oxford5k", [
            ("all_souls_1_query.txt", b"oxc1_all_souls_1 136.5 34.1 648.5 955.7\n"),
            ("all_souls_1_good.txt", b"all_souls_2\n"),
            ("all_souls_1_ok.txt", b"all_souls_1\n"),
            ("all_souls_1_junk.txt", b""),
            ("all_souls_1.jpg", b""),
            ("all_souls_2.jpg", b""),
        ]),
        set("imagenet", [
            ("synset_words.txt", b"n01440764 tench, Tinca tinca\nn01443537 goldfish\n"),
            ("LOC_val_solution.csv", b"ImageId,PredictionString\nv1,n01440764 111 108 366 301\n"),
            ("train/n01440764/a.JPEG", b""),
            ("val/v1.JPEG", b""),
        ]),
    ]
}

/// Whether a damaged set is read; then its samples lie below the folder, and its records are looked at.
fn is_read(source: &str, root: &Path) -> bool {
    let Ok(manifest) = try_read(source, root) else { return false };
    for sample in manifest.samples.iter() {
        match sample.content(root) {
            Content::File(file) => assert!(file.starts_with(root)),
            Content::Record(place) => {
                assert!(place.file.starts_with(root));
                // A damaged table may name a file that is not there.
                if let Ok(record) = place.read(1 << 20) {
                    let n_pixels = record.width * record.height * record.channels;
                    assert_eq!(record.pixels.len(), n_pixels as usize);
                }
            }
        }
    }
    true
}

#[test]
fn damaged_lists_are_refused_or_read() {
    with_memory("strangers::damaged_lists_are_refused_or_read", MIB, || {
        for Set { source, files } in sets() {
            let root = tree([]);
            files.iter().for_each(|(name, bytes)| put(root.path(), name, bytes));
            let listed: Vec<_> = files.iter().filter(|(_, bytes)| !bytes.is_empty()).collect();
            for (name, bytes) in listed {
                let file = root.path().join(name);
                damaged(std::slice::from_ref(bytes), 200, |damaged| {
                    fs::write(&file, damaged).unwrap();
                    is_read(source, root.path())
                });
                fs::write(&file, bytes).unwrap();
            }
        }
    });
}

/// A file of any length that takes no room on the disk.
fn sparse(root: &Path, name: &str, start: &[u8], len: u64) {
    put(root, name, start);
    File::options().write(true).open(root.join(name)).unwrap().set_len(len).unwrap();
}

#[test]
fn lists_without_end_are_refused_before_they_are_in_memory() {
    with_memory("strangers::lists_without_end_are_refused_before_they_are_in_memory", MIB, || {
        let root = tree([]);
        // A row of zeros.
        sparse(root.path(), "samples.csv", b"path\n", 1 << 40);
        refused("csv", root.path(), &["samples.csv", "a row from line 2 on with more than"]);
        put(root.path(), "samples.csv", b"");
        // An image of 2^20 x 2^20 pixels.
        let header = [0, 0, 8, 3, 0, 0, 0, 1, 0, 16, 0, 0, 0, 16, 0, 0];
        sparse(root.path(), "train-images-idx3-ubyte", &header, (1 << 40) + 16);
        put(root.path(), "train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 1, 0]);
        let manifest = read("idx", root.path());
        let Content::Record(place) = manifest.samples.get(0).content(root.path()) else { panic!() };
        let error = place.read(178_956_970).unwrap_err();
        assert!(matches!(error, RecordError::TooLarge { width: 0x10_0000, .. }), "{error}");
        let root = tree(["train2017/", "val2017/"]);
        let file = "annotations/instances_train2017.json";
        sparse(root.path(), file, b"{", 1 << 40);
        refused("coco", root.path(), &[file, "has more than 1073741824 bytes"]);
        let root = tree(["jpg/"]);
        sparse(root.path(), "imagelabels.mat", b"", 1 << 40);
        refused("flowers102", root.path(), &["imagelabels.mat", "has more than 16777216 bytes"]);
    });
}

/// 40,000 images with as many labels would be 1.6 GB, and with 80,000 too many.
#[test]
fn labels_for_all_classes_are_counted_before_there_is_a_table() {
    with_memory(
        "strangers::labels_for_all_classes_are_counted_before_there_is_a_table",
        MIB,
        || {
            let table = |n: usize| -> String {
                (0..n)
                    .fold("path,labels\n".to_owned(), |table, i| table + &format!("{i}.jpg,{i}\n"))
            };
            let too_many = |result: Result<_, LayoutError>| {
                assert!(matches!(result, Err(LayoutError::TooManyLabels { .. })), "{result:?}");
            };
            for n in [40_000, 80_000] {
                let root = tree(["0.jpg"]);
                put(root.path(), "samples.csv", table(n));
                too_many(try_read("csv", root.path()));
            }
            let root = tree(["train2017/", "val2017/"]);
            let list =
                |one: &dyn Fn(usize) -> String| (0..80_000).map(one).collect::<Vec<_>>().join(",");
            let json = format!(
                r#"{{"images": [{}], "categories": [{}], "annotations": []}}"#,
                list(&|i| format!(r#"{{"id": {i}, "file_name": "{i}.jpg"}}"#)),
                list(&|i| format!(r#"{{"id": {i}, "name": "{i}"}}"#)),
            );
            for part in ["train", "val"] {
                put(root.path(), &format!("annotations/instances_{part}2017.json"), &json);
            }
            too_many(try_read("coco", root.path()));
        },
    );
}

/// An array of zeros is a thousandth of its size when it is compressed.
#[test]
fn matlab_files_unpack_to_no_more_than_their_limit() {
    with_memory("strangers::matlab_files_unpack_to_no_more_than_their_limit", MIB, || {
        let zeros = |n_bytes: usize| {
            let mut packed =
                flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
            let piece = vec![0; 1 << 20];
            (0..n_bytes >> 20).for_each(|_| packed.write_all(&piece).unwrap());
            packed.finish().unwrap()
        };
        let mut header = vec![b' '; 124];
        header.extend(b"\x00\x01IM");
        let element = |data: &[u8]| {
            [&15_u32.to_le_bytes()[..], &(data.len() as u32).to_le_bytes(), data].concat()
        };
        let root = tree(["jpg/"]);
        // One that is too large, and several that are together.
        for (elements, word) in [(vec![1 << 30], "16 MB"), (vec![12 << 20; 2], "16 MB")] {
            let elements: Vec<u8> = elements.into_iter().flat_map(|n| element(&zeros(n))).collect();
            put(root.path(), "imagelabels.mat", [&header[..], &elements].concat());
            refused("flowers102", root.path(), &["imagelabels.mat", word]);
        }
    });
}

#[test]
fn a_path_of_a_stranger_stays_below_the_root() {
    let root = Path::new("/images");
    for path in
        ["../../etc/passwd", "/etc/passwd", "a/%2E%2E/b", "..%2F..%2Fetc", "a//b", "..#0000001"]
    {
        assert_eq!(content(path, root), None, "{path}");
    }
    let file = Content::File("/images/a%/b.jpg".into());
    assert_eq!(content("a%25/b.jpg", root), Some(file.clone()));
    assert_eq!(content("a%25/b.jpg#0000001", root), Some(file));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn pipe(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    /// Every file that a source names may be a pipe: who opens that waits for ever.
    #[test]
    fn a_pipe_in_the_place_of_a_list_is_refused() {
        for Set { source, files } in sets() {
            let root = tree([]);
            files.iter().for_each(|(name, bytes)| put(root.path(), name, bytes));
            for (name, bytes) in files.iter().filter(|(_, bytes)| !bytes.is_empty()) {
                let file = root.path().join(name);
                fs::remove_file(&file).unwrap();
                pipe(&file);
                // Some are not even seen, as a table that need not be there.
                if let Err(error) = try_read(source, root.path()) {
                    assert!(error.to_string().contains(root.path().to_str().unwrap()), "{error}");
                }
                fs::remove_file(&file).unwrap();
                fs::write(&file, bytes).unwrap();
            }
        }
        let root = tree([]);
        pipe(&root.path().join("samples.csv"));
        let error = try_read("csv", root.path()).unwrap_err().to_string();
        assert!(error.contains("it is a pipe, expected a regular file"), "{error}");
        let place = dataset::RecordPlace { file: root.path().join("samples.csv"), index: 0 };
        assert!(matches!(place.read(1).unwrap_err(), RecordError::Read(_)));
    }

    /// 24 folders with two links each to the next: 2^24 paths, and no loop.
    #[test]
    fn a_maze_of_links_is_refused_by_name() {
        let root = tree(["0/1.jpg"]);
        for level in 1..24 {
            fs::create_dir(root.path().join(level.to_string())).unwrap();
            for name in ["a", "b"] {
                let target = format!("../{}", level - 1);
                symlink(target, root.path().join(level.to_string()).join(name)).unwrap();
            }
        }
        let error = folder(root.path()).unwrap_err().to_string();
        assert!(error.contains("more than 100 ways of links lead to `"), "{error}");
        let error = try_read("ukbench", root.path()).unwrap_err().to_string();
        assert!(error.contains("more than 100 ways of links lead to `"), "{error}");
    }

    #[test]
    fn a_folder_that_some_links_lead_to_is_read_each_time() {
        let root = tree(["0/1.jpg"]);
        for name in 1..100 {
            symlink("0", root.path().join(name.to_string())).unwrap();
        }
        assert_eq!(folder(root.path()).unwrap().samples.len(), 100);
    }
}
