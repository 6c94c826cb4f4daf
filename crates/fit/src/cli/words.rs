//! The words that an option may have, with the help of each: types of the library know nothing of the
//! command line.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use head::{Algorithm, CombineViews, Kernel, MultiClass, Part, SvmLoss, Target};

/// A word, its help, and what it stands for.
type Word<T> = (&'static str, &'static str, T);

pub(super) const LOSSES: &[Word<SvmLoss>] = &[
    ("hinge", "`max(0, 1 - margin)`", SvmLoss::Hinge),
    ("squared-hinge", "`max(0, 1 - margin)^2`", SvmLoss::SquaredHinge),
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

pub(super) const TARGETS: &[Word<Target>] = &[
    ("onnx", "A model for ONNX Runtime and its like, transform included", Target::Onnx),
    ("npz", "Arrays for numpy and scikit-learn", Target::Npz),
    ("safetensors", "The head file as it is", Target::Safetensors),
];

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
