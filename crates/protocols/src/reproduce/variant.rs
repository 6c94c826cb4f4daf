//! The ways from features to scores.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way from features to scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// Razavian et al. 2014: L2, linear SVM with hinge loss; pairs of classes that vote, or each
    /// class against the rest where images have several labels.
    CnnSvm,
    /// Razavian et al. 2014: sixteen views of each image train as images of their own; L2, signed
    /// power 2, squared hinge, responses summed over the views of a test image.
    CnnaugSvm,
    /// Simonyan and Zisserman 2015, appendix B: views averaged, or scales stacked; L2, linear SVM,
    /// C chosen on a fifth of the training images.
    Vgg,
    /// VISSL's benchmark of VOC 2007: C chosen for each class by 3 folds, positives weigh 2,
    /// difficult objects are trained as negatives, all-point AP; not the official evaluation.
    Vissl,
    /// Kornblith et al. 2019: multinomial logistic regression, 45 regularizers, chosen on validation.
    Kornblith,
}

impl Variant {
    /// All variants.
    pub const ALL: [Self; 5] =
        [Self::CnnSvm, Self::CnnaugSvm, Self::Vgg, Self::Vissl, Self::Kornblith];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::CnnSvm => "cnn-svm",
            Self::CnnaugSvm => "cnnaug-svm",
            Self::Vgg => "vgg",
            Self::Vissl => "vissl",
            Self::Kornblith => "kornblith",
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
