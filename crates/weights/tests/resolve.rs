//! Finding weights by name or path.

use std::fs;

use backbone::weights::OpenError;
use weights::{FetchSettings, Pace, ResolveError, State, list, resolve_in};

use super::tiny::{converted, reference};

const NAME: &str = "vgg16-keras-notop";

fn settings(folder: &tempfile::TempDir) -> FetchSettings {
    let (folder, python) = (folder.path().to_owned(), "no-python".into());
    FetchSettings { folder, mirror: None, python, pace: Pace::default() }
}

#[test]
fn a_known_name_that_was_not_fetched_is_told_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let error = resolve_in(NAME, &settings(&folder)).unwrap_err();
    assert_eq!(error.to_string(), format!("the weights `{NAME}` are not here yet"));
    assert!(list(&settings(&folder)).iter().all(|listing| listing.state == State::Absent));
}

#[test]
fn a_damaged_file_under_a_known_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder);
    fs::write(settings.path_of(NAME), "half a file").unwrap();
    let error = resolve_in(NAME, &settings).unwrap_err();
    assert!(matches!(error, ResolveError::Open(OpenError::Damaged { .. })), "{error}");
    let listings = list(&settings);
    let listing = listings.iter().find(|listing| listing.entry.name == NAME).unwrap();
    assert_eq!(listing.state, State::Damaged);
}

#[test]
fn neither_name_nor_path_lists_the_names() {
    let folder = tempfile::tempdir().unwrap();
    let error = resolve_in("vgg61", &settings(&folder)).unwrap_err();
    assert!(error.to_string().contains("`vgg61` is neither a file nor"), "{error}");
    assert!(error.to_string().contains(&format!("`{NAME}`")), "{error}");
}

#[test]
fn a_published_file_must_be_converted_first() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["keras_released.h5", "torchvision.pth", "legacy.pth", "keras.onnx", "keras.safetensors"]
    {
        let path = reference(name);
        let error = resolve_in(path.to_str().unwrap(), &settings(&folder)).unwrap_err();
        let says_so = match &error {
            ResolveError::Open(error) => matches!(error, OpenError::NotConverted { .. }),
            error => matches!(error, ResolveError::NotConverted { .. }),
        };
        assert!(says_so, "{name}: {error}");
    }
}

#[test]
fn a_path_is_opened_whatever_it_is_called() {
    // The tiny network is no backbone of the program; saying so takes having read the file.
    let folder = tempfile::tempdir().unwrap();
    let (_converted, path) = converted();
    let renamed = path.with_extension("weights");
    fs::rename(path, &renamed).unwrap();
    let error = resolve_in(renamed.to_str().unwrap(), &settings(&folder)).unwrap_err();
    assert!(matches!(error, ResolveError::Open(OpenError::Backbone { .. })), "{error}");
}
