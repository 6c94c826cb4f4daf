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

    /// The split of a usual name, in any case: `train`, `valid`, `val` or `validation`, `test`.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "train" => Some(Self::Train),
            "valid" | "val" | "validation" => Some(Self::Validation),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}
