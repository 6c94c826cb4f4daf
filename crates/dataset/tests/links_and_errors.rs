use std::fs;

use dataset::{FolderError, IMAGE_EXTENSIONS, folder};
use schema::Split;

use crate::tree::{rows, tree};

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
    assert_eq!(manifest.ignored, 2);
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
    assert!(error.to_string().contains("nowhere"));
    assert!(error.to_string().contains("hint:"));
}

#[test]
fn a_file_as_root_is_an_error() {
    let root = tree(["1.jpg"]);
    let error = folder(&root.path().join("1.jpg")).unwrap_err();
    assert!(matches!(&error, FolderError::NotAFolder { .. }));
    assert!(error.to_string().contains("is a file"));
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
    let FolderError::NoImage { ignored, unreadable, .. } = &error else { panic!("{error:?}") };
    assert_eq!((*ignored, *unreadable), (2, 0));
    let message = error.to_string();
    assert!(message.contains("2 other files"));
    assert!(IMAGE_EXTENSIONS.iter().all(|extension| message.contains(extension)));

    let empty = folder(tree([]).path()).unwrap_err();
    assert!(matches!(empty, FolderError::NoImage { ignored: 0, unreadable: 0, .. }));
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
        assert!(matches!(error, FolderError::NoImage { ignored: 0, unreadable: 1, .. }));
    }

    #[test]
    fn a_socket_with_the_name_of_an_image_is_no_image() {
        let root = tree(["cat/1.jpg"]);
        let socket = root.path().join("cat/2.jpg");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        let manifest = folder(root.path()).unwrap();
        assert_eq!((manifest.samples.len(), manifest.ignored), (1, 1));
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
