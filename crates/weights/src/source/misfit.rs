//! What is said of a file in which no network fits.

use std::fmt;

use backbone::weights::TensorError;

/// Why no network in a file is a backbone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Misfit {
    /// The backbone.
    pub backbone: String,
    /// What does not fit, of what fits best.
    pub problems: Vec<TensorError>,
    /// What the file is instead.
    pub looks: Looks,
}

/// What a file looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Looks {
    /// A known backbone.
    Known {
        /// Its name.
        backbone: String,
        /// How many tensors of the file belong to it.
        n_belonging: usize,
        /// How many tensors the file has.
        n_tensors: usize,
    },
    /// None that is known.
    Unknown {
        /// What it is called, as far as that can be told.
        name: Option<String>,
        /// The known backbone with which it has most in common.
        nearest: Option<Common>,
    },
}

/// What a file has in common with a backbone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// The backbone's name.
    pub backbone: String,
    /// How many of its tensors are in the file.
    pub n_found: usize,
    /// How many tensors it has.
    pub n_wanted: usize,
}

/// Problems that are told one by one.
const TOLD: usize = 3;

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "does not fit `{}`{}: ", self.backbone, self.looks)?;
        let told: Vec<String> = self.problems.iter().take(TOLD).map(ToString::to_string).collect();
        write!(f, "{}", told.join(", "))?;
        match self.problems.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known { backbone, n_belonging, n_tensors } => {
                write!(f, ", but looks like `{backbone}` ({n_belonging} of {n_tensors} tensors)")
            }
            Self::Unknown { name, nearest } => {
                if let Some(name) = name {
                    write!(f, ", but looks like a {name}, which is not known")?;
                }
                if let Some(Common { backbone, n_found, n_wanted }) = nearest {
                    write!(f, " (nearest is `{backbone}`: {n_found} of its {n_wanted} tensors)")?;
                }
                Ok(())
            }
        }
    }
}
