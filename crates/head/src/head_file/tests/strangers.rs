//! Head files of strangers: changed, endless, no files, or with sizes beyond all bounds.

use super::*;

#[test]
fn a_changed_byte_anywhere_is_found_and_the_file_is_named() {
    let whole = head_bytes(&saved());
    let (_folder, path) = place();
    let name = path.display().to_string();
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(load(&path).unwrap_err().to_string().contains(&name), "byte {place}");
    }
    // The texts of strangers in the metadata are not taken for the digest.
    let mut head = saved();
    let field = format!("\"blake3\":\"{}", digest::NO_DIGEST);
    head.description.created_by = field.clone();
    head.description.origin.classes[0] = format!("\\{field}");
    assert_eq!(load_bytes(&head_bytes(&head)).unwrap(), head);
    let mut parts = Parts::new();
    parts.metadata().as_object_mut().unwrap().remove("blake3");
    assert!(matches!(parts.load(), LoadError::Changed { .. }), "one without a digest, too");
}

#[test]
fn endless_files_pipes_and_sizes_beyond_bounds_are_refused() {
    let (folder, path) = place();
    fs::File::create(&path).unwrap().set_len(MAX_HEAD_BYTES + 1).unwrap();
    assert!(matches!(load(&path), Err(LoadError::Io { .. })));
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(matches!(load(&pipe), Err(LoadError::Io { .. })));
    assert!(matches!(load(folder.path()), Err(LoadError::Io { .. })));
    let [.., neighbors, _] = other_heads();
    let mut parts = Parts::of(&neighbors);
    let rows = parts.tensor("training.features");
    (rows.2, rows.3) = (vec![0, usize::MAX], Vec::new());
    assert!(matches!(parts.load(), LoadError::TensorShape { .. }));
}

#[test]
fn many_classes_are_compared_without_a_loop_over_pairs() {
    let mut head = saved();
    let n = 200_000;
    head.description.origin.classes = (0..n).map(|class| format!("class {class:0200}")).collect();
    // The tensors are of two classes: they are looked at after the names.
    assert!(matches!(load_bytes(&head_bytes(&head)), Err(LoadError::TensorShape { .. })));
}
