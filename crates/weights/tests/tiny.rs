//! The small network that `reference/make_weights.py` writes in every format.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use backbone::{Backbone, Builder, INPUT, Kernel, Layer};
use serde::Deserialize;
use weights::{Classifier, ConvertError, ConvertRequest, Converted, convert};

pub(crate) static TINY: LazyLock<Arc<Backbone>> = LazyLock::new(|| {
    let mut graph = Builder::new();
    let layer = |name, module| Layer::new(name, module).keras(name);
    let kernel = Kernel::square(3);
    let first = graph.convolution(INPUT, layer("block1_conv1", "features.0"), 4, kernel, true);
    graph.convolution(first, layer("block1_conv2", "features.2"), 8, kernel, true);
    Arc::new(graph.finish("tiny", 224, "torchvision"))
});

#[derive(Deserialize)]
pub(crate) struct Expected {
    pub(crate) digest: String,
    pub(crate) tensors: BTreeMap<String, ExpectedTensor>,
}

#[derive(Deserialize)]
pub(crate) struct ExpectedTensor {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f32>,
}

/// What the script computed, digest included, without any code of ours.
pub(crate) fn expected() -> Expected {
    let json = std::fs::read(reference("expected.json")).unwrap();
    serde_json::from_slice(&json).unwrap()
}

/// A file that the script wrote.
pub(crate) fn reference(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/weights").join(name)
}

/// Converts `source` to `out` as weights of the tiny network.
pub(crate) fn convert_tiny(source: &Path, out: &Path) -> Result<Converted, ConvertError> {
    convert(&request(source, &TINY, out))
}

/// Asks for a conversion of `source` to `out`, and for nothing else.
pub(crate) fn request<'a>(
    source: &'a Path,
    backbone: &'a Arc<Backbone>,
    out: &'a Path,
) -> ConvertRequest<'a> {
    let (preset, name, licence, entry) = (None, None, None, None);
    let classifier = Classifier::Keep;
    ConvertRequest { source, backbone, preset, name, licence, classifier, entry, out }
}

/// A folder with a converted file in it.
pub(crate) fn converted() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.safetensors");
    convert_tiny(&reference("keras.safetensors"), &path).unwrap();
    (folder, path)
}
