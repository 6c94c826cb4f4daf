//! Values made by Pillow, torchvision and PyTorch, and the image that they were made of.

use std::collections::BTreeMap;

use preprocess::Rgb;
use safetensors::SafeTensors;

/// A file of tensors with its notes.
pub(crate) struct Reference {
    tensors: SafeTensors<'static>,
    about: BTreeMap<String, String>,
}

impl Reference {
    pub(crate) fn read(file: &'static [u8]) -> Self {
        let (_, metadata) = SafeTensors::read_metadata(file).unwrap();
        let about = &metadata.metadata().as_ref().unwrap()["about"];
        Self {
            tensors: SafeTensors::deserialize(file).unwrap(),
            about: serde_json::from_str(about).unwrap(),
        }
    }

    pub(crate) fn bytes(&self, name: &str) -> &[u8] {
        self.tensors.tensor(name).unwrap().data()
    }

    pub(crate) fn floats(&self, name: &str) -> Vec<f32> {
        let (numbers, _) = self.bytes(name).as_chunks();
        numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    }

    pub(crate) fn image(&self, name: &str) -> Rgb {
        let tensor = self.tensors.tensor(name).unwrap();
        let &[height, width, 3] = tensor.shape() else { panic!("`{name}` is no image") };
        Rgb { width: width as u32, height: height as u32, pixels: tensor.data().to_vec() }
    }

    /// What is before `suffix` in the names that end with it.
    pub(crate) fn names(&self, suffix: &str) -> Vec<&str> {
        self.tensors.names().into_iter().filter_map(|name| name.strip_suffix(suffix)).collect()
    }

    /// The note of this name.
    pub(crate) fn about(&self, name: &str) -> &str {
        &self.about[name]
    }

    /// Names and words of the notes whose name begins with `prefix`.
    pub(crate) fn cases(&self, prefix: &str) -> Vec<(&str, Vec<&str>)> {
        self.about
            .iter()
            .filter(|(name, _)| name.starts_with(prefix))
            .map(|(name, words)| (name.as_str(), words.split(' ').collect()))
            .collect()
    }
}

/// Noise, the same as `source_image` in `make.py`.
pub(crate) fn source_image(width: u32, height: u32) -> Rgb {
    let noise = |i: u32| {
        let h = i.wrapping_mul(0x9E37_79B1);
        ((h ^ (h >> 15)).wrapping_mul(0x85EB_CA77) >> 24) as u8
    };
    Rgb { width, height, pixels: (0..width * height * 3).map(noise).collect() }
}
