//! The part of a data set that a sample belongs to.

/// The part of a data set that a sample belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Split {
    /// The data set is not divided, or says nothing about this sample.
    None,
    /// For training.
    Train,
    /// For choosing hyper-parameters.
    Validation,
    /// For the final figures.
    Test,
}

impl Split {
    /// The number that a feature cache stores.
    pub fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Train => 1,
            Self::Validation => 2,
            Self::Test => 3,
        }
    }

    /// The split of a stored number; `None` for a number that stands for no split.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::None, Self::Train, Self::Validation, Self::Test]
            .into_iter()
            .find(|split| split.code() == code)
    }

    /// The split of a usual name, in any case: `train`, `training`, `trn` or `trainval`; `valid`, `val`,
    /// `validation`, `validate` or `dev`; `test`, `testing` or `tst`.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "train" | "training" | "trn" | "trainval" => Some(Self::Train),
            "valid" | "val" | "validation" | "validate" | "dev" => Some(Self::Validation),
            "test" | "testing" | "tst" => Some(Self::Test),
            _ => None,
        }
    }

    /// The usual name, in a word; `none` where there is no split.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}
