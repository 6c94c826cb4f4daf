//! The pretrained network as it is: which of ImageNet's classes pictures show.

use engine::{EngineRequest, Precision};
use preprocess::{Limits, Views};
use schema::{Dtype, Unreadable};

use crate::class_names::{ClassName, imagenet_1k};
use crate::error::ClassifyError;
use crate::forward::{Forwarder, Pixels};
use crate::pictures::Picture;
use network::{Network, NetworkRequest, NetworkWarning, PresetRequest};

/// Which network classifies, and how.
#[derive(Clone, Debug)]
pub struct ClassifyRequest {
    /// Name of the backbone; by default the one that the weights are for.
    pub backbone: Option<String>,
    /// Name or path of the weights.
    pub weights: String,
    /// The preprocessing.
    pub preset: PresetRequest,
    /// Pictures that ask for more are not decoded.
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

/// A picture and its likeliest classes.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassifiedPicture {
    /// Name of the picture.
    pub name: String,
    /// The classes, the likeliest first.
    pub guesses: Vec<Guess>,
}

/// Classifies `pictures`, and gives them in their order; those that cannot be read come second.
///
/// Where a picture is larger than the network's, a network with fully connected layers on maps (VGG,
/// AlexNet) gives the mean of the probabilities of every window.
///
/// # Errors
/// See [`ClassifyError`]. A picture that cannot be read is no error. `warn` is told what is odd about the
/// request.
pub fn classify(
    request: &ClassifyRequest,
    pictures: &[Picture],
    warn: &mut dyn FnMut(&NetworkWarning),
) -> Result<(Vec<ClassifiedPicture>, Vec<Unreadable>), ClassifyError> {
    let network = Network::resolve(&NetworkRequest {
        backbone: request.backbone.clone(),
        weights: request.weights.clone(),
        taps: vec!["probabilities".to_owned()],
        preset: request.preset.clone(),
        views: Views::Center,
        dtype: Dtype::F32,
        engine: EngineRequest::Auto,
        device: request.device.clone(),
        precision: Precision::F32,
    })?;
    network.warnings().iter().for_each(warn);
    let mut forwarder = Forwarder::new(&network)?;
    let n_classes = network.weights.backbone().classes().map_or(1, |(_, n_classes)| n_classes);
    let mut all = Vec::new();
    let pixels = Pixels::new(&network, &request.limits);
    let unreadable = pixels.in_passes(pictures, |names, views| {
        let features = forwarder.forward(views)?;
        for (name, row) in names.iter().zip(features[0].chunks_exact(n_classes)) {
            all.push(classified(name, row, request.top)?);
        }
        Ok::<(), ClassifyError>(())
    })?;
    Ok((all, unreadable))
}

/// A picture by the probabilities that the network gives.
///
/// # Errors
/// [`ClassifyError::NotFinite`].
fn classified(
    name: &str,
    probabilities: &[f32],
    top: usize,
) -> Result<ClassifiedPicture, ClassifyError> {
    let name = name.to_owned();
    match probabilities.iter().find(|probability| !probability.is_finite()) {
        Some(&value) => Err(ClassifyError::NotFinite { picture: name, value }),
        None => Ok(ClassifiedPicture { name, guesses: guesses(probabilities, top) }),
    }
}

/// The `top` classes of greatest probability; of equal ones the first. As many as ImageNet has are ImageNet's.
fn guesses(probabilities: &[f32], top: usize) -> Vec<Guess> {
    let names = imagenet_1k();
    let is_imagenet = probabilities.len() == names.len();
    let guess = |index: usize| Guess {
        index,
        class: is_imagenet.then(|| names[index]),
        probability: probabilities[index],
    };
    results::best_classes(probabilities, top).into_iter().map(guess).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_their_names() {
        let mut probabilities = vec![0.0; 1000];
        (probabilities[273], probabilities[5]) = (0.5, 0.25);
        let guesses = guesses(&probabilities, 2);
        assert_eq!(guesses.iter().map(|guess| guess.index).collect::<Vec<_>>(), [273, 5]);
        assert_eq!((guesses[0].class.unwrap().name, guesses[0].probability), ("dingo", 0.5));
    }

    #[test]
    fn what_is_no_probability_is_an_error_with_its_picture() {
        assert!(classified("a.png", &[0.001; 1000], 1).is_ok());
        let error = classified("a.png", &[0.5, f32::NAN], 1).unwrap_err();
        assert!(error.to_string().starts_with("the network gives NaN for `a.png`"), "{error}");
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
