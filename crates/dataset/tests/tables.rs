use dataset::Content;
use schema::Split;
use tempfile::TempDir;

use crate::tree::{boxes, put, read, refused, rows, sets, tree};

/// A table, and beside it the images that the tests here name.
fn table(name: &str, text: &str) -> TempDir {
    let root = tree(["a.jpg", "b.jpg", "c.jpg", "p.jpg", "q.jpg", "b/2.jpg", "a/1.jpg", "a-b.jpg"]);
    put(root.path(), name, text);
    root
}

#[test]
fn a_table_of_one_label_each() {
    let root = table(
        "samples.csv",
        "\u{feff}label, path, split, x, y, width, height\n\
         dog,b/2.jpg,test,1,2,30.5,4\n\
         \"cat, black\",a.jpg,TRAIN,,,,\n\
         ,c.jpg,,,,,\n",
    );
    let manifest = read("csv", root.path());
    assert_eq!(manifest.classes, ["cat, black", "dog"]);
    assert_eq!(
        rows(&manifest),
        [
            ("a.jpg", Some(0), Split::Train),
            ("b/2.jpg", Some(1), Split::Test),
            ("c.jpg", None, Split::None)
        ]
    );
    let expected = [("a.jpg", None), ("b/2.jpg", Some([1.0, 2.0, 30.5, 4.0])), ("c.jpg", None)];
    assert_eq!(boxes(&manifest), expected);
    assert!(manifest.samples.has_boxes() && !manifest.samples.is_multilabel());
}

#[test]
fn a_table_of_several_labels_tells_what_is_neither() {
    let root = table("mine.csv", "path,labels\na.jpg,cat; ?dog\nb.jpg,dog\nc.jpg,\n");
    let manifest = read("csv:file=mine.csv", root.path());
    assert_eq!(manifest.classes, ["cat", "dog"]);
    let expected = [
        ("a.jpg", &[1, 0][..], Split::None),
        ("b.jpg", &[-1, 1], Split::None),
        ("c.jpg", &[-1, -1], Split::None),
    ];
    assert_eq!(sets(&manifest), expected);
    assert!(!manifest.samples.has_boxes());
}

#[test]
fn several_boxes_in_one_image_are_several_samples_of_one_file() {
    let root = table(
        "attributes.csv",
        "path,male,long hair,x1,y1,x2,y2,split\n\
         p.jpg,1,-1,10,20,30,60,train\n\
         q.jpg,0,,0,0,5,5,test\n\
         p.jpg,-1,1,100,20,130,60,train\n",
    );
    let manifest = read("attributes", root.path());
    assert_eq!(manifest.classes, ["male", "long hair"]);
    let expected = [
        ("p.jpg#0000001", &[1, -1][..], Split::Train),
        ("p.jpg#0000002", &[-1, 1], Split::Train),
        ("q.jpg", &[0, 0], Split::Test),
    ];
    assert_eq!(sets(&manifest), expected);
    let second = manifest.samples.get(1);
    assert_eq!(second.content(root.path()), Content::File(root.path().join("p.jpg")));
    assert_eq!(second.bounding_box.unwrap().to_array(), [100.0, 20.0, 30.0, 40.0]);
    let enlarged = read("attributes:box=+150%", root.path());
    assert_eq!(boxes(&enlarged)[2].1, Some([-3.75, -3.75, 12.5, 12.5]));
}

#[test]
fn tables_that_are_odd_are_refused_by_name_and_line() {
    for (text, words) in [
        ("label\ncat\n", "has no column `path`; it has `label`"),
        ("path,class\na.jpg,cat\n", "no column `label` or `labels`, and others: `class`"),
        ("path,label,labels\na.jpg,a,b\n", "both a column of one label and a column of several"),
        ("path,label,x,y,width,height,x1,y1,x2,y2\n", "both as sizes and as corners"),
        ("path,label,x,y\na.jpg,a,1,2\n", "has no column `width`"),
        ("path,split\na.jpg,train\nb.jpg,later\n", "line 3"),
        ("path,split\n../a.jpg,train\n", "line 2"),
        ("path,split\n/a.jpg,train\n", "names `/a.jpg` in line 2, which is not below"),
        ("path\na.jpg#0000001\n", "line 2"),
        ("path,x,y,width,height\na.jpg,1,2,3,-4\n", "line 2"),
        ("path,x,y,width,height\na.jpg,1,2,3,\n", "line 2"),
        ("path,label\na.jpg,a\na.jpg,b\n", "`a.jpg` in line 2 and, with another label, in line 3"),
        ("path,label\na.jpg\n", "1 cells in line 2, and 2 columns"),
        ("path,label\n", "no image"),
    ] {
        let root = table("samples.csv", text);
        refused("csv", root.path(), &[words]);
    }
    refused("csv", tree([]).path(), &["there is no", "samples.csv"]);
    refused("csv:file=a.csv", tree([]).path(), &["there is no", "a.csv"]);
    let attributes = |text| table("attributes.csv", text);
    refused("attributes", attributes("path,split\n").path(), &["no column of an attribute"]);
    refused(
        "attributes",
        attributes("path,male\na.jpg,2\n").path(),
        &["has `2` in line 2 of the column `male`: expected 1, -1, 0", "`attributes:ignore=male`"],
    );
}

const SYNSETS: &str = "n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\n";

#[test]
fn imagenet_has_folders_and_a_flat_validation_set() {
    let top = "ILSVRC/Data/CLS-LOC";
    let root = tree([]);
    for path in [
        "train/n01443537/n01443537_1.JPEG",
        "train/n01440764/n01440764_7.JPEG",
        "val/ILSVRC2012_val_00000001.JPEG",
        "test/ILSVRC2012_test_00000001.JPEG",
    ] {
        put(root.path(), &format!("{top}/{path}"), "");
    }
    put(root.path(), "LOC_synset_mapping.txt", SYNSETS);
    refused("imagenet", root.path(), &["there is no", "LOC_val_solution.csv"]);
    let solution =
        "ImageId,PredictionString\nILSVRC2012_val_00000001,n01443537 1 2 3 4 n01443537 5 6 7 8 \n";
    put(root.path(), "LOC_val_solution.csv", solution);
    let manifest = read("imagenet", root.path());
    assert_eq!(manifest.classes, ["n01440764 tench", "n01443537 goldfish"]);
    let found: Vec<_> = rows(&manifest).into_iter().map(|row| (row.1, row.2)).collect();
    let expected = [
        (None, Split::Test),
        (Some(0), Split::Train),
        (Some(1), Split::Train),
        (Some(1), Split::Validation),
    ];
    assert_eq!(found, expected);
    put(root.path(), &format!("{top}/train/n99999999/a.JPEG"), "");
    refused(
        "imagenet",
        root.path(),
        &["train/n99999999", "is no synset of LOC_synset_mapping.txt"],
    );
}

#[test]
fn imagenet_in_folders_follows_the_order_of_the_list() {
    let root = tree(["train/n01440764/a.jpg", "val/n01443537/b.jpg", "other/c.jpg"]);
    let reversed: String = SYNSETS.lines().rev().map(|line| format!("{line}\n")).collect();
    put(root.path(), "synset_words.txt", reversed);
    let manifest = read("imagenet", root.path());
    assert_eq!(manifest.classes[0], "n01443537 goldfish");
    assert_eq!(
        rows(&manifest),
        [
            ("train/n01440764/a.jpg", Some(1), Split::Train),
            ("val/n01443537/b.jpg", Some(0), Split::Validation),
        ]
    );
    assert_eq!(manifest.notes.len(), 1);
    put(root.path(), "synset_words.txt", "tench\n");
    refused("imagenet", root.path(), &["synset_words.txt", "line 1"]);
}

/// A list of COCO with objects (image, category), as far as it is read.
fn coco(images: &[(u64, &str)], objects: &[(u64, u64)]) -> String {
    let image = |(id, name): &(u64, &str)| {
        format!(r#"{{"license": 1, "file_name": "{name}", "id": {id}}}"#)
    };
    let object = |(image, category): &(u64, u64)| {
        format!(
            r#"{{"segmentation": [[1.5, 2]], "iscrowd": 0, "image_id": {image}, "category_id": {category}}}"#
        )
    };
    let list = |items: Vec<String>| items.join(", ");
    format!(
        r#"{{"info": {{}}, "images": [{}], "annotations": [{}], "categories": [{{"supercategory": "animal", "id": 18, "name": "dog"}}, {{"id": 1, "name": "person"}}]}}"#,
        list(images.iter().map(image).collect()),
        list(objects.iter().map(object).collect())
    )
}

#[test]
fn coco_has_a_label_for_each_category_of_which_there_is_an_object() {
    let root = tree(["train2017/", "val2017/", "train2014/", "val2014/"]);
    let train =
        coco(&[(9, "000000000009.jpg"), (25, "000000000025.jpg")], &[(9, 18), (9, 18), (9, 1)]);
    put(root.path(), "annotations/instances_train2017.json", train);
    let val = "annotations/instances_val2017.json";
    put(root.path(), val, coco(&[(139, "000000000139.jpg")], &[(139, 18)]));
    let manifest = read("coco", root.path());
    assert_eq!(manifest.classes, ["person", "dog"]);
    let expected = [
        ("train2017/000000000009.jpg", &[1, 1][..], Split::Train),
        ("train2017/000000000025.jpg", &[-1, -1], Split::Train),
        ("val2017/000000000139.jpg", &[-1, 1], Split::Validation),
    ];
    assert_eq!(sets(&manifest), expected);
    refused(
        "coco:year=2014",
        root.path(),
        &["instances_train2014.json", "annotations_trainval2017.zip"],
    );
    for (text, words) in [
        (coco(&[(139, "a.jpg")], &[(140, 18)]), "object in no image, 140"),
        (coco(&[(139, "a.jpg")], &[(139, 2)]), "no category 2"),
        (coco(&[(139, "../a.jpg")], &[]), "`../a.jpg`"),
        ("{}".to_owned(), "no list of COCO's objects"),
    ] {
        put(root.path(), val, text);
        refused("coco", root.path(), &[val, words]);
    }
}

#[test]
fn what_open_images_does_not_tell_is_no_negative() {
    let root = tree(["train/000a.jpg", "train/000b.jpg", "validation/000c.jpg"]);
    put(root.path(), "class-descriptions-boxable.csv", "/m/01g317,Person\n/m/0bt9lr,Dog\n");
    let header = "ImageID,Source,LabelName,Confidence\n";
    let train = "train-annotations-human-imagelabels-boxable.csv";
    put(
        root.path(),
        train,
        format!(
            "{header}000a,verification,/m/0bt9lr,1\n000a,verification,/m/01g317,0\nffff,verification,/m/01g317,1\n"
        ),
    );
    let validation = "validation-annotations-human-imagelabels-boxable.csv";
    refused("open-images", root.path(), &["there is no", validation]);
    put(root.path(), validation, format!("{header}000c,verification,/m/01g317,1\n"));
    let manifest = read("open-images", root.path());
    assert_eq!(manifest.classes, ["Person /m/01g317", "Dog /m/0bt9lr"]);
    let expected = [
        ("train/000a.jpg", &[-1, 1][..], Split::Train),
        ("train/000b.jpg", &[0, 0], Split::Train),
        ("validation/000c.jpg", &[1, 0], Split::Validation),
    ];
    assert_eq!(sets(&manifest), expected);
    put(root.path(), validation, format!("{header}000c,verification,/m/99,1\n"));
    refused("open-images", root.path(), &[validation, "line 2"]);
}

/// Every layout whose order could be that in which the system lists a folder.
#[test]
fn the_order_of_creation_does_not_matter() {
    let paths = [
        "full/ukbench00002.jpg",
        "full/ukbench00000.jpg",
        "full/ukbench00003.jpg",
        "full/ukbench00001.jpg",
    ];
    let mut reversed = paths;
    reversed.reverse();
    let (a, b) = (tree(paths), tree(reversed));
    let (a, b) = (read("ukbench", a.path()), read("ukbench", b.path()));
    assert_eq!((a.samples, a.ground_truth), (b.samples, b.ground_truth));
    let sorted = ["a-b.jpg", "a.jpg", "a/1.jpg"];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let lines: Vec<&str> = order.iter().map(|&i| sorted[i]).collect();
        let root = table("samples.csv", &format!("path\n{}\n", lines.join("\n")));
        let manifest = read("csv", root.path());
        assert_eq!(manifest.samples.iter().map(|s| s.path).collect::<Vec<_>>(), sorted);
    }
}
