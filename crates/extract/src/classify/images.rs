//! Images in, classes out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use atomic_file::read_regular;
use engine::{Engine, EngineError, EngineRequest, Precision};
use preprocess::{Limits, Preset, PresetChanges, Rgb, Views};
use rayon::prelude::*;
use schema::Dtype;

use super::class_names::{ClassName, imagenet_1k};
use crate::network::{Network, NetworkError, NetworkRequest, NetworkWarning};

/// Images in one pass of the network.
const BATCH: usize = 16;

/// Which network classifies, and how.
#[derive(Clone, Debug)]
pub struct ClassifyRequest {
    /// Name of the backbone; by default the one that the weights are for.
    pub backbone: Option<String>,
    /// Name or path of the weights.
    pub weights: String,
    /// Name of the preprocessing; by default the one that the weights were trained with.
    pub preset: Option<String>,
    /// What is to be different from that.
    pub preset_changes: PresetChanges,
    /// Images that ask for more are not decoded.
    pub limits: Limits,
    /// `auto`, `cpu`, `cuda` or `cuda:N`.
    pub device: String,
    /// How many classes to give, the likeliest first.
    pub top: usize,
}

/// A class, and how likely the network finds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// Number of the class.
    pub index: usize,
    /// The class; `None` where the network was trained for others than ImageNet's.
    pub class: Option<ClassName>,
    /// Its probability.
    pub probability: f32,
}

/// What became of one image: its likeliest classes, or why it could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassifiedImage {
    /// The file.
    pub path: PathBuf,
    /// The classes.
    pub result: Result<Vec<Guess>, String>,
}

/// Why nothing is classified.
#[derive(Debug, thiserror::Error)]
pub enum ClassifyError {
    /// There is no such network, or its weights have no classifier.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The network failed.
    #[error("nothing was classified")]
    Engine(#[from] EngineError),
    /// What the network gives is no number.
    #[error(
        "the network gives {value} for `{}`: its weights are not finite, or made for pixels in another range",
        path.display()
    )]
    NotFinite {
        /// The image.
        path: PathBuf,
        /// Instead of a probability.
        value: f32,
    },
}

/// Classifies the files `paths`, which are told of in their order.
///
/// Where an image is larger than the network's, a network with fully connected layers on maps (VGG,
/// AlexNet) gives the mean of the probabilities of every window.
///
/// # Errors
/// See [`ClassifyError`]. An image that cannot be read is no error. `warn` is told what is odd about the
/// request.
pub fn classify(
    request: &ClassifyRequest,
    paths: &[PathBuf],
    warn: &mut dyn FnMut(&NetworkWarning),
) -> Result<Vec<ClassifiedImage>, ClassifyError> {
    let network = Network::resolve(&NetworkRequest {
        backbone: request.backbone.clone(),
        weights: request.weights.clone(),
        taps: vec!["probabilities".to_owned()],
        preset: request.preset.clone(),
        preset_changes: request.preset_changes,
        views: Views::Center,
        dtype: Dtype::F32,
        engine: EngineRequest::Auto,
        device: request.device.clone(),
        precision: Precision::F32,
    })?;
    network.warnings().iter().for_each(warn);
    let mut engine = network.load(0)?;
    let mut images = Vec::with_capacity(paths.len());
    for paths in paths.chunks(BATCH) {
        images.extend(batch(&mut engine, &network, request, paths)?);
    }
    Ok(images)
}

/// One pass of the network.
fn batch(
    engine: &mut dyn Engine,
    network: &Network,
    request: &ClassifyRequest,
    paths: &[PathBuf],
) -> Result<Vec<ClassifiedImage>, ClassifyError> {
    let preset = &network.preset;
    let loaded: Vec<Result<Rgb, String>> =
        paths.par_iter().map(|path| load(path, preset, &request.limits)).collect();
    let pixels: Vec<Rgb> = loaded.iter().filter_map(|image| image.as_ref().ok()).cloned().collect();
    let probabilities =
        if pixels.is_empty() { Vec::new() } else { engine.forward(&pixels)?.remove(0) };
    let n_classes = network.weights.backbone().classes().map_or(1, |(_, n_classes)| n_classes);
    let mut rows = probabilities.chunks_exact(n_classes);
    let mut classify = |path: &PathBuf| {
        let row = rows.next().expect("a row for each image");
        match row.iter().find(|probability| !probability.is_finite()) {
            Some(&value) => Err(ClassifyError::NotFinite { path: path.clone(), value }),
            None => Ok(guesses(row, request.top)),
        }
    };
    let image = |(path, image): (&PathBuf, Result<Rgb, String>)| {
        let result = match image {
            Ok(_) => Ok(classify(path)?),
            Err(reason) => Err(reason),
        };
        Ok(ClassifiedImage { path: path.clone(), result })
    };
    paths.iter().zip(loaded).map(image).collect()
}

fn load(path: &Path, preset: &Preset, limits: &Limits) -> Result<Rgb, String> {
    let unreadable = |error: io::Error| format!("cannot read the file: {error}");
    let size = fs::metadata(path).map_err(unreadable)?.len();
    limits.check_bytes(size).map_err(|error| error.to_string())?;
    let bytes = read_regular(path, limits.max_bytes).map_err(unreadable)?;
    let image = preset.decode(&bytes, limits).map_err(|error| error.to_string())?;
    Ok(preset.pixels(&image))
}

/// The `top` classes of greatest probability; of equal ones the first. As many as ImageNet has are ImageNet's.
fn guesses(probabilities: &[f32], top: usize) -> Vec<Guess> {
    let names = imagenet_1k();
    let is_imagenet = probabilities.len() == names.len();
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|&a, &b| probabilities[b].total_cmp(&probabilities[a]));
    let guess = |index: usize| Guess {
        index,
        class: is_imagenet.then(|| names[index]),
        probability: probabilities[index],
    };
    order.into_iter().take(top).map(guess).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The probabilities that it has for every image.
    struct Fixed(Vec<f32>);

    impl Engine for Fixed {
        fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
            Ok(vec![self.0.repeat(images.len())])
        }
    }

    #[test]
    fn what_is_no_probability_is_an_error_with_its_image() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ppm");
        fs::write(&path, b"P6 1 1 255 abc").unwrap();
        let preset = Preset::named("keras").unwrap();
        let request = ClassifyRequest {
            backbone: None,
            weights: String::new(),
            preset: None,
            preset_changes: PresetChanges::default(),
            limits: Limits::default(),
            device: "cpu".to_owned(),
            top: 1,
        };
        let paths = [folder.path().join("none.png"), path.clone()];
        let classify = |probabilities| batch(&mut Fixed(probabilities), &preset, &request, &paths);
        let images = classify(vec![0.001; 1000]).unwrap();
        assert!(images[0].result.is_err() && images[1].result.is_ok());
        let error = classify([vec![0.5; 999], vec![f32::NAN]].concat()).unwrap_err();
        let ClassifyError::NotFinite { path: found, value } = &error else { panic!("{error}") };
        assert!(*found == path && value.is_nan());
        assert!(error.to_string().starts_with("the network gives NaN for `"), "{error}");
    }

    #[test]
    fn the_likeliest_classes_come_first_and_of_equal_ones_the_lower() {
        let mut probabilities = vec![0.0; 1000];
        (probabilities[273], probabilities[5], probabilities[9]) = (0.5, 0.25, 0.25);
        let guesses = guesses(&probabilities, 3);
        assert_eq!(guesses.iter().map(|guess| guess.index).collect::<Vec<_>>(), [273, 5, 9]);
        assert_eq!((guesses[0].class.unwrap().name, guesses[0].probability), ("dingo", 0.5));
    }

    #[test]
    fn other_classes_have_no_names() {
        let guesses = guesses(&[0.25, 0.75], 5);
        let expected = [(1, 0.75), (0, 0.25)].map(|(index, probability)| Guess {
            index,
            class: None,
            probability,
        });
        assert_eq!(guesses, expected);
    }
}
