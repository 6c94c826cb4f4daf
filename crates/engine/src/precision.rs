//! In which numbers a network computes.

use std::fmt;
use std::str::FromStr;

/// The numbers that activations and the weights of convolutions are kept in. Sums are made in f32
/// whichever it is, and so are the poolings of taps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits throughout, nowhere rounded to fewer: what features of other programs are compared with.
    #[default]
    F32,
    /// IEEE half precision: 11 bits, and nothing above 65504.
    F16,
    /// The range of f32 with 8 bits.
    Bf16,
}

/// No precision has this name.
#[derive(Debug, thiserror::Error)]
#[error("unknown precision `{0}`\nhint: write f32, f16 or bf16")]
pub struct UnknownPrecision(String);

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        })
    }
}

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(name: &str) -> Result<Self, UnknownPrecision> {
        let known = [Self::F32, Self::F16, Self::Bf16].into_iter();
        let mut named = known.filter(|precision| precision.to_string() == name);
        named.next().ok_or_else(|| UnknownPrecision(name.to_owned()))
    }
}

impl Precision {
    /// The name in the provenance of features of an engine that computes in this precision:
    /// `ENGINE`, or `ENGINE:PRECISION` where it is not f32.
    pub(crate) fn of_engine(self, engine: &str) -> String {
        match self {
            Self::F32 => engine.to_owned(),
            fewer_bits => format!("{engine}:{fewer_bits}"),
        }
    }

    /// Whether engines of these names compute in the same precision.
    ///
    /// # Examples
    /// ```
    /// use engine::Precision;
    ///
    /// assert!(Precision::is_shared("libtorch", "winograd"));
    /// assert!(!Precision::is_shared("libtorch", "libtorch:f16"));
    /// ```
    pub fn is_shared(a: &str, b: &str) -> bool {
        let precision = |engine: &str| engine.split_once(':').map(|(_, name)| name.to_owned());
        precision(a) == precision(b)
    }
}

#[cfg(test)]
mod tests {
    use super::Precision;

    #[test]
    fn names_are_read_as_they_are_written() {
        for precision in [Precision::F32, Precision::F16, Precision::Bf16] {
            assert_eq!(precision.to_string().parse::<Precision>().unwrap(), precision);
        }
        let error = "f64".parse::<Precision>().unwrap_err().to_string();
        assert_eq!(error, "unknown precision `f64`\nhint: write f32, f16 or bf16");
    }

    #[test]
    fn engines_of_fewer_bits_share_nothing_with_others() {
        let names = [Precision::F32, Precision::F16, Precision::Bf16].map(|p| p.of_engine("e"));
        assert_eq!(names, ["e", "e:f16", "e:bf16"]);
        assert!(Precision::is_shared("e", "d + e"));
        assert!(!Precision::is_shared("d + e", "e:f16"));
        assert!(!Precision::is_shared("e:f16", "e:bf16"));
    }
}
