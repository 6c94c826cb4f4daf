//! From a map of activations to a vector.

use std::fmt;

use super::error::TapError;

/// How an activation map [channels, height, width] becomes a feature vector.
#[derive(Clone, Debug, PartialEq)]
pub enum Pooling {
    /// Global average: the mean of each channel, `[channels]`.
    Gap,
    /// Global maximum: the largest activation of each channel, `[channels]`.
    Max,
    /// Generalized mean of each channel, `mean(max(x, 1e-6)^p)^(1/p)`, `[channels]`: Radenovic et al.,
    /// "Fine-tuning CNN Image Retrieval with No Human Annotation" (2019), equation 3. With p = 1 the
    /// mean of what is positive, with large p nearly the maximum.
    Gem(f32),
    /// Everything, [height * width * channels] in that order, as Keras' `Flatten` has it.
    Flatten,
    /// Spatial pyramid: for each n the maxima of n x n parts of the map, [n * n * channels] in that
    /// order, grid after grid. Part i of n goes from `floor(i * size / n)` to `ceil((i + 1) * size /
    /// n)`: He et al., "Spatial Pyramid Pooling in Deep Convolutional Networks" (2014), section 2.3.
    Spp(Vec<usize>),
}

impl Pooling {
    /// Smallest number that the generalized mean computes with, as in its authors' code.
    pub const GEM_FLOOR: f64 = 1e-6;

    /// The largest grid of a spatial pyramid: no map of an ordinary image is larger.
    const MAX_GRID: usize = 64;

    /// Parses what stands after the colon of `tap`: `gap`, `max`, `gem:3`, `flatten`, `spp:1,2,4`.
    ///
    /// # Errors
    /// [`TapError`] when there is no such pooling, or its numbers are out of range.
    ///
    /// # Examples
    /// ```
    /// use backbone::Pooling;
    ///
    /// let pyramid = Pooling::parse("spp:1,2", "block5_pool")?;
    /// assert_eq!(pyramid.n_features(512, 7, 7), (1 + 4) * 512);
    /// # Ok::<(), backbone::TapError>(())
    /// ```
    pub fn parse(text: &str, tap: &str) -> Result<Self, TapError> {
        let (name, numbers) = match text.split_once(':') {
            Some((name, numbers)) => (name, Some(numbers)),
            None => (text, None),
        };
        match (name, numbers) {
            ("gap", None) => Ok(Self::Gap),
            ("max", None) => Ok(Self::Max),
            ("flatten", None) => Ok(Self::Flatten),
            ("gem", Some(exponent)) => gem(exponent),
            ("spp", Some(grids)) => spp(grids),
            _ => Err(TapError::UnknownPooling { name: text.to_owned(), tap: tap.to_owned() }),
        }
    }

    /// Length of the vector that a map becomes.
    pub fn n_features(&self, channels: usize, height: usize, width: usize) -> usize {
        match self {
            Self::Gap | Self::Max | Self::Gem(_) => channels,
            Self::Flatten => channels * height * width,
            Self::Spp(grids) => channels * grids.iter().map(|n| n * n).sum::<usize>(),
        }
    }
}

fn gem(text: &str) -> Result<Pooling, TapError> {
    let exponent = text.parse().ok().filter(|p: &f32| p.is_finite() && *p > 0.0);
    exponent.map(Pooling::Gem).ok_or_else(|| TapError::Exponent { text: text.to_owned() })
}

fn spp(text: &str) -> Result<Pooling, TapError> {
    let mut grids = Vec::new();
    for number in text.split(',') {
        match number.parse() {
            Ok(n) if (1..=Pooling::MAX_GRID).contains(&n) && !grids.contains(&n) => grids.push(n),
            _ => return Err(TapError::Grids { text: text.to_owned() }),
        }
    }
    Ok(Pooling::Spp(grids))
}

impl fmt::Display for Pooling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap => f.write_str("gap"),
            Self::Max => f.write_str("max"),
            Self::Gem(exponent) => write!(f, "gem:{exponent}"),
            Self::Flatten => f.write_str("flatten"),
            Self::Spp(grids) => {
                let grids: Vec<String> = grids.iter().map(usize::to_string).collect();
                write!(f, "spp:{}", grids.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for text in ["gap", "max", "gem:3", "gem:2.5", "flatten", "spp:1,2,4", "spp:7"] {
            assert_eq!(Pooling::parse(text, "pool").unwrap().to_string(), text);
        }
        assert_eq!(Pooling::parse("gem:3.0", "pool").unwrap().to_string(), "gem:3");
    }

    #[test]
    fn what_is_not_understood_is_refused_with_an_example() {
        let error = |text: &str| Pooling::parse(text, "pool5").unwrap_err().to_string();
        for text in ["mean", "gem", "spp", "gap:2", ""] {
            assert!(error(text).contains("as in `pool5:gap`"), "{text}");
        }
        for text in ["gem:0", "gem:-1", "gem:nan", "gem:inf", "gem:three", "gem:"] {
            let exponent = text.trim_start_matches("gem:");
            let message = format!("`{exponent}` is no exponent of a generalized mean\nhint: ");
            assert!(error(text).starts_with(&message), "{text}");
            assert!(error(text).contains("as in `gem:3`"), "{text}");
        }
        for text in ["spp:0", "spp:1,1", "spp:65", "spp:1,,2", "spp:1;2", "spp:"] {
            assert!(error(text).contains("as in `spp:1,2,4`"), "{text}");
        }
    }

    #[test]
    fn lengths() {
        let n = |text| Pooling::parse(text, "pool5").unwrap().n_features(512, 7, 6);
        assert_eq!([n("gap"), n("max"), n("gem:3")], [512; 3]);
        assert_eq!((n("flatten"), n("spp:1,2,4")), (512 * 42, 512 * 21));
    }
}
