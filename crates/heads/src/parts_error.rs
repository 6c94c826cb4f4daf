use thiserror::Error;

use crate::ParamError;

/// The parts of a head, as they may come from a file, do not make one.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PartsError {
    /// A part has another shape than the other parts say.
    #[error("`{part}` has shape `{got:?}`, expected `{expected:?}`")]
    Shape {
        /// Name of the part.
        part: &'static str,
        /// The shape that it must have.
        expected: Vec<usize>,
        /// The shape that it has.
        got: Vec<usize>,
    },
    /// There are more or fewer arrays than the description of the head asks for.
    #[error("`{got}` arrays, expected `{expected}`")]
    Count {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A label is no class.
    #[error("label `{got}` of `{n_classes}` classes")]
    Label {
        /// Number of classes.
        n_classes: usize,
        /// The label.
        got: usize,
    },
    /// A parameter is outside its range.
    #[error(transparent)]
    Param(#[from] ParamError),
}

impl PartsError {
    /// Refuses a part of another shape.
    pub(crate) fn check_shape(
        part: &'static str,
        got: &[usize],
        expected: &[usize],
    ) -> Result<(), Self> {
        if got == expected {
            Ok(())
        } else {
            Err(Self::Shape { part, expected: expected.to_vec(), got: got.to_vec() })
        }
    }
}
