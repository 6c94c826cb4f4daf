//! A number that is none, which stops a run: as a feature it would spoil every head.

use std::fmt;

use schema::{Dtype, Tap, encoded_path};

/// A network gave a feature that is no finite number, or none as it is stored. No row of that image is
/// written.
#[derive(Clone, Debug, PartialEq)]
pub struct NotFinite {
    /// Where it was read.
    pub tap: String,
    /// Of which image.
    pub path: String,
    /// Of which of its views, from 0.
    pub view: usize,
    /// Views of each image.
    pub n_views: usize,
    /// What it is.
    pub value: f32,
    /// Why, as far as can be told.
    pub cause: NotFiniteCause,
}

/// Why a feature is no finite number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFiniteCause {
    /// It is one, but beyond what the type holds that features are stored in.
    Stored,
    /// The network computes in f16, which holds no number beyond 65504.
    ComputedInF16,
    /// The weights, or what they are given.
    Weights,
}

impl std::error::Error for NotFinite {}

impl fmt::Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tap, path, view, n_views, value, cause, .. } = self;
        let path = encoded_path::shown(path);
        write!(f, "the tap `{tap}` gives {value} for `{path}`")?;
        if *n_views > 1 {
            write!(f, " (view {} of {n_views})", view + 1)?;
        }
        f.write_str(match cause {
            NotFiniteCause::Stored => {
                ", and features are stored as f16, which holds no number beyond 65504"
            }
            NotFiniteCause::ComputedInF16 => {
                ": it computes in f16, which holds no number beyond 65504"
            }
            NotFiniteCause::Weights => {
                ": the weights are not finite, or made for pixels in another range"
            }
        })
    }
}

/// Of the features that `tap` gives of an image, all views, the first that cannot be stored: its view, and
/// its value.
pub(super) fn first_not_finite(tap: &Tap, features: &[f32]) -> Option<(usize, f32)> {
    let i = features.iter().position(|&feature| !is_stored_finite(feature, tap.dtype))?;
    Some((i / tap.n_features, features[i]))
}

fn is_stored_finite(feature: f32, dtype: Dtype) -> bool {
    /// From here on f16 rounds to infinity.
    const BEYOND_F16: f32 = 65520.0;
    match dtype {
        Dtype::F32 => feature.is_finite(),
        Dtype::F16 => feature.abs() < BEYOND_F16,
    }
}

/// Why `engine` gave `value`.
pub(super) fn cause(value: f32, engine: &str) -> NotFiniteCause {
    if value.is_finite() {
        NotFiniteCause::Stored
    } else if engine.contains(":f16") {
        NotFiniteCause::ComputedInF16
    } else {
        NotFiniteCause::Weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tap(dtype: Dtype) -> Tap {
        Tap { name: "fc7:flatten".to_owned(), n_views: 2, n_features: 3, dtype }
    }

    #[test]
    fn the_first_is_found_with_its_view() {
        let find = |dtype, features: &[f32]| first_not_finite(&tap(dtype), features);
        assert_eq!(find(Dtype::F32, &[0.0, -1.5, f32::MAX, f32::MIN, 1e-40, 2.0]), None);
        assert!(
            find(Dtype::F32, &[0.0, 1.0, 2.0, 3.0, f32::NAN, f32::INFINITY]).unwrap().1.is_nan()
        );
        let [max, min] = [f32::INFINITY, f32::NEG_INFINITY];
        assert_eq!(find(Dtype::F32, &[0.0, max, 2.0, 3.0, min, 1.0]), Some((0, max)));
        assert_eq!(find(Dtype::F32, &[0.0, 1.0, 2.0, min, 0.0, 1.0]), Some((1, min)));
        assert_eq!(find(Dtype::F16, &[65519.0, -65519.0, 2.0, 3.0, 4.0, 5.0]), None);
        assert_eq!(find(Dtype::F16, &[0.0, 1.0, 2.0, 3.0, 4.0, -65520.0]), Some((1, -65520.0)));
    }

    #[test]
    fn it_says_where_and_why() {
        let error = NotFinite {
            tap: "fc7:flatten".to_owned(),
            path: "cat/1.jpg".to_owned(),
            view: 1,
            n_views: 2,
            value: f32::NAN,
            cause: cause(f32::NAN, "libtorch:f16"),
        };
        assert_eq!(
            error.to_string(),
            "the tap `fc7:flatten` gives NaN for `cat/1.jpg` (view 2 of 2): it computes in f16, which holds no \
             number beyond 65504"
        );
        let cause = cause(f32::INFINITY, "libtorch");
        let error = NotFinite { n_views: 1, value: f32::INFINITY, cause, ..error };
        assert_eq!(
            error.to_string(),
            "the tap `fc7:flatten` gives inf for `cat/1.jpg`: the weights are not finite, or made for pixels in \
             another range"
        );
        let cause = super::cause(7e4, "libtorch:f16");
        let message = NotFinite { value: 7e4, cause, ..error }.to_string();
        assert!(
            message.contains("gives 70000 for") && message.contains("stored as f16"),
            "{message}"
        );
    }
}
