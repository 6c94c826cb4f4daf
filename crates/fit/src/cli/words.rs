//! The words that an option may have, with the help of each: types of the library know nothing of the
//! command line.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use head::{Algorithm, CombineViews, HingeLoss, Kernel, MultiClass, Part, Target};
use protocols::reproduce::{Scales, Variant};
use protocols::retrieve::distance::Distance;
use protocols::retrieve::views::Search;
use schema::Dtype;

use super::export::Export;

/// A word, its help, and what it stands for.
type Word<T> = (&'static str, &'static str, T);

pub(super) const LOSSES: &[Word<HingeLoss>] = &[
    ("hinge", "`max(0, 1 - margin)`", HingeLoss::Hinge),
    ("squared-hinge", "`max(0, 1 - margin)^2`", HingeLoss::SquaredHinge),
];

pub(super) const MULTI_CLASSES: &[Word<MultiClass>] = &[
    ("ovr", "Each class against all others", MultiClass::Ovr),
    ("ovo", "Each pair of classes, with a vote among the pairs", MultiClass::Ovo),
];

pub(super) const KERNELS: &[Word<Kernel>] = &[
    ("linear", "The features themselves", Kernel::Linear),
    ("gaussian", "`exp(-gamma |x - z|^2)`, for little data", Kernel::Gaussian),
];

pub(super) const ALGORITHMS: &[Word<Algorithm>] = &[
    ("auto", "The one that suits the head", Algorithm::Auto),
    (
        "smo",
        "Sequential minimal optimization by linfa-svm: hinge SVMs on little data",
        Algorithm::Smo,
    ),
];

pub(super) const PARTS: &[Word<Part>] = &[
    ("all", "All labelled rows, whatever their split", Part::All),
    ("train", "The training split", Part::Train),
    ("validation", "The validation split", Part::Validation),
    ("test", "The test split", Part::Test),
];

pub(super) const COMBINED_VIEWS: &[Word<CombineViews>] = &[
    ("average", "Their mean, feature by feature", CombineViews::Average),
    ("stack", "One after the other", CombineViews::Stack),
];

pub(super) const DTYPES: &[Word<Dtype>] =
    &[("f32", "Single precision", Dtype::F32), ("f16", "Half precision", Dtype::F16)];

pub(super) const EXPORTS: &[Word<Export>] = &[
    (
        "onnx",
        "A model for ONNX Runtime and its like, transform included",
        Export::Head(Target::Onnx),
    ),
    ("npz", "Arrays for numpy and scikit-learn", Export::Head(Target::Npz)),
    ("safetensors", "The head file as it is", Export::Head(Target::Safetensors)),
    ("parquet", "The features, labels and paths of a cache, as a table", Export::Features),
];

pub(super) const SEARCHES: &[Word<Search>] = &[
    ("global", "One vector an image: that of the whole of it", Search::Global),
    (
        "spatial",
        "Vectors of several views: the nearest of an image to each of the query",
        Search::Spatial,
    ),
];

pub(super) const DISTANCES: &[Word<Distance>] = &[
    ("l2", "Euclidean distance", Distance::L2),
    (
        "inner-product",
        "The negative of the inner product; the cosine, where vectors have unit length",
        Distance::InnerProduct,
    ),
];

pub(super) const VARIANTS: &[Word<Variant>] = &[
    (
        "cnn-svm",
        "Razavian et al. 2014: L2, linear SVM with hinge loss; pairs of classes that vote, or each class \
         against the rest where images have several labels",
        Variant::CnnSvm,
    ),
    (
        "cnnaug-svm",
        "Razavian et al. 2014: sixteen views of each image train as images of their own; L2, signed power \
         2, squared hinge, responses summed over the views of a test image",
        Variant::CnnaugSvm,
    ),
    (
        "vgg",
        "Simonyan and Zisserman 2015, appendix B: views averaged, or scales stacked; L2, linear SVM, C \
         chosen on a fifth of the training images",
        Variant::Vgg,
    ),
    (
        "vissl",
        "VISSL's benchmark of VOC 2007: C chosen for each class by 3 folds, positives weigh 2, difficult \
         objects are trained as negatives, all-point AP; not the official evaluation",
        Variant::Vissl,
    ),
    (
        "kornblith",
        "Kornblith et al. 2019: multinomial logistic regression, 45 regularizers, chosen on validation",
        Variant::Kornblith,
    ),
];

pub(super) const SCALES: &[Word<Scales>] = &[
    ("average", "All views are averaged", Scales::Average),
    (
        "stack",
        "An image and its mirror are averaged at each scale, and the scales stacked",
        Scales::Stack,
    ),
];

/// The word for `value`, which is one of `words`.
pub(super) fn word_of<T: PartialEq>(words: &[Word<T>], value: T) -> &'static str {
    words.iter().find(|word| word.2 == value).expect("every value has a word").0
}

/// Takes one of `words`.
pub(super) fn one_of<T: Copy + Send + Sync>(
    words: &'static [Word<T>],
) -> impl TypedValueParser<Value = T> {
    let values = words.iter().map(|&(name, help, _)| PossibleValue::new(name).help(help));
    let meaning = move |name: String| {
        let word = words.iter().find(|word| word.0 == name);
        word.expect("no other word is possible").2
    };
    PossibleValuesParser::new(values).map(meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_have_their_names() {
        assert_eq!(VARIANTS.len(), Variant::ALL.len());
        assert!(VARIANTS.iter().all(|(word, _, variant)| *word == variant.name()));
    }
}
