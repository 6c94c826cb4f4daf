use std::fs;

use dataset::{FolderError, FolderOptions, IMAGE_EXTENSIONS, Source, folder};
use schema::{PassedOver, Split};

use crate::tree::{put, rows, tree};

fn passed_over(counts: &[(&str, usize)]) -> PassedOver {
    counts.iter().map(|(extension, n)| ((*extension).to_owned(), *n)).collect()
}

#[test]
fn files_without_an_extension_are_images_by_their_first_bytes() {
    let root = tree(["cat/notes"]);
    let png = b"\x89PNG\r\n\x1a\n";
    for name in ["photo", "scan.0001", "a.jpg?w=300", "photo.jpg#0000001"] {
        put(root.path(), &format!("cat/{name}"), png);
    }
    put(root.path(), "cat/photo.txt", png);
    let manifest = folder(root.path()).unwrap();
    let paths: Vec<&str> = rows(&manifest).iter().map(|row| row.0).collect();
    assert_eq!(paths, ["cat/a.jpg?w=300", "cat/photo", "cat/scan.0001"]);
    let expected = passed_over(&[("", 2), ("txt", 1)]);
    assert_eq!(manifest.passed_over, expected, "one is called like a part of another file");
}

#[test]
fn what_is_asked_for_and_not_there_is_an_error() {
    let root = tree(["cat/1.jpg", "dog/a/2.jpg"]);
    let refused = |splits: Option<&str>, classes: Option<&str>| {
        let options = FolderOptions {
            splits: splits.map(|splits| splits.parse().unwrap()),
            classes: classes.map(|classes| classes.parse().unwrap()),
        };
        Source::folder_as(options).read(root.path()).unwrap_err().to_string()
    };
    for (message, words) in [
        (refused(Some("top"), None), "no folder in"),
        (refused(Some("class"), None), "called like a split"),
        (refused(Some("trn=train"), None), "a folder `trn`"),
        (refused(Some("a=train,b=test"), None), "a folder `b`"),
        (refused(Some("dog/b=train"), None), "a folder `dog/b`"),
        (
            refused(None, Some("depth=3")),
            "lies 3 folders deep, where the classes were said to be: the deepest lies 2 deep",
        ),
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
}

#[test]
fn other_files_are_counted_and_hidden_ones_are_not() {
    let root = tree([
        "cat/1.jpg",
        "cat/notes.txt",
        "Thumbs.db",
        "cat/.DS_Store",
        "cat/._1.jpg",
        ".hidden/2.jpg",
        "__MACOSX/cat/._1.jpg",
        "__MACOSX/cat/3.jpg",
    ]);
    let manifest = folder(root.path()).unwrap();
    assert_eq!(rows(&manifest), [("cat/1.jpg", Some(0), Split::None)]);
    assert_eq!(manifest.passed_over, passed_over(&[("db", 1), ("txt", 1)]));
    assert!(manifest.empty_folders.is_empty());
}

#[test]
fn a_folder_with_the_name_of_an_image_is_a_folder() {
    let manifest = folder(tree(["cat.jpg/1.jpg"]).path()).unwrap();
    assert_eq!(manifest.classes, ["cat.jpg"]);
}

#[test]
fn a_missing_root_is_an_error() {
    let root = tree([]);
    let missing = root.path().join("nowhere");
    let error = folder(&missing).unwrap_err();
    assert!(matches!(&error, FolderError::Missing { root } if *root == missing));
    let message = error.to_string();
    assert!(
        message.starts_with("no folder at `") && message.contains("nowhere`\nhint: check the path")
    );
}

#[test]
fn a_file_as_root_is_an_error() {
    let root = tree(["1.jpg"]);
    let error = folder(&root.path().join("1.jpg")).unwrap_err();
    assert!(matches!(&error, FolderError::NotAFolder { .. }));
    assert!(error.to_string().contains("` is a file, expected a folder of images\nhint: "));
}

#[test]
fn a_root_that_the_system_refuses_is_an_error_with_its_reason() {
    // Longer than any file system allows: refused for another reason than its absence.
    let name = "x".repeat(5000);
    let error = folder(name.as_ref()).unwrap_err();
    assert!(matches!(error, FolderError::Unreadable { .. }), "{error:?}");
}

#[test]
fn no_image_is_an_error_that_says_what_was_there_and_what_is_recognized() {
    let error = folder(tree(["cat/1.txt", "dog/2.svg", "dog/.3.jpg"]).path()).unwrap_err();
    let FolderError::NoImage { unreadable, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*unreadable, 0);
    let message = error.to_string();
    assert!(message.contains("2 other files: 1 .svg, 1 .txt"), "{message}");
    assert!(IMAGE_EXTENSIONS.iter().all(|extension| message.contains(extension)));

    let empty = folder(tree([]).path()).unwrap_err();
    let message = empty.to_string();
    assert!(message.contains("(0 other files, 0 folders or links unreadable)"), "{message}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_to_files_and_folders_are_followed() {
        let elsewhere = tree(["photo.jpg", "more/2.jpg"]);
        let root = tree(["cat/1.jpg"]);
        symlink(elsewhere.path().join("photo.jpg"), root.path().join("cat/3.jpg")).unwrap();
        symlink(elsewhere.path().join("more"), root.path().join("dog")).unwrap();
        let manifest = folder(root.path()).unwrap();
        assert_eq!(
            rows(&manifest),
            [
                ("cat/1.jpg", Some(0), Split::None),
                ("cat/3.jpg", Some(0), Split::None),
                ("dog/2.jpg", Some(1), Split::None),
            ]
        );
    }

    #[test]
    fn the_root_may_be_a_link() {
        let root = tree(["cat/1.jpg"]);
        let outer = tree([]);
        let link = outer.path().join("link");
        symlink(root.path(), &link).unwrap();
        assert_eq!(rows(&folder(&link).unwrap()), [("cat/1.jpg", Some(0), Split::None)]);
    }

    #[test]
    fn loops_and_dangling_links_are_reported_and_the_rest_is_read() {
        let root = tree(["cat/1.jpg"]);
        symlink(root.path(), root.path().join("cat/loop")).unwrap();
        symlink(root.path().join("cat"), root.path().join("cat/self")).unwrap();
        symlink("nowhere", root.path().join("cat/dangling.jpg")).unwrap();
        symlink("nowhere", root.path().join("cat/.hidden")).unwrap();
        let manifest = folder(root.path()).unwrap();
        assert_eq!(rows(&manifest), [("cat/1.jpg", Some(0), Split::None)]);
        let paths: Vec<_> = manifest.unreadable.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["cat/dangling.jpg", "cat/loop", "cat/self"]);
        assert!(!manifest.unreadable[0].reason.is_empty());
        assert_eq!(manifest.unreadable[1].reason, "a link back to the root");
        assert_eq!(manifest.unreadable[2].reason, "a link back to `cat`");
    }

    #[test]
    fn nothing_but_a_dangling_link_says_that_something_was_unreadable() {
        let root = tree([]);
        symlink("nowhere", root.path().join("1.jpg")).unwrap();
        let error = folder(root.path()).unwrap_err();
        assert!(matches!(error, FolderError::NoImage { unreadable: 1, .. }));
    }

    #[test]
    fn a_socket_with_the_name_of_an_image_is_no_image() {
        let root = tree(["cat/1.jpg"]);
        let socket = root.path().join("cat/2.jpg");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let manifest = folder(root.path()).unwrap();
        assert_eq!((manifest.samples.len(), manifest.passed_over), (1, passed_over(&[("", 1)])));
    }

    #[test]
    fn a_folder_without_permission_is_reported_and_the_rest_is_read() {
        let root = tree(["cat/1.jpg", "dog/2.jpg"]);
        let locked = root.path().join("dog");
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
        // The superuser may read everything: then there is nothing to see here.
        let enforced = fs::read_dir(&locked).is_err();
        let manifest = folder(root.path());
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
        if enforced {
            let manifest = manifest.unwrap();
            assert_eq!(rows(&manifest), [("cat/1.jpg", Some(0), Split::None)]);
            assert_eq!(manifest.unreadable[0].path, "dog");
        }
    }
}
