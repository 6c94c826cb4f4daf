//! Which engine computes.

use preprocess::Normalization;

use super::Engine;
use super::winograd::{self, Chain, NotAChain, Winograd, chain};
use crate::backbone::Backbone;
use crate::tap::Tap;
use crate::weights::Weights;

#[cfg(feature = "libtorch")]
use super::libtorch;

/// The engine that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineRequest {
    /// `winograd` on a CPU where it computes what is asked for, else `libtorch`.
    #[default]
    Auto,
    /// Every backbone, on the CPU or a GPU.
    Libtorch,
    /// The bases of the VGG networks, on the CPU.
    Winograd,
}

/// The engine that computes, with what it needs to know.
#[derive(Debug)]
pub enum Choice {
    /// On this device.
    #[cfg(feature = "libtorch")]
    Libtorch(libtorch::Device),
    /// These layers.
    Winograd(Chain),
}

/// Why no engine computes what is asked for.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// There is no such device.
    #[cfg(feature = "libtorch")]
    #[error(transparent)]
    Device(#[from] libtorch::DeviceError),
    /// The engine that was asked for does not know the network.
    #[error(transparent)]
    NotAChain(#[from] NotAChain),
    /// A GPU is asked of an engine that knows none.
    #[error(
        "the engine `winograd` works on the CPU, not on `{device}`\nhint: use `--device cpu`, or `--engine libtorch`"
    )]
    NotOnDevice {
        /// The device asked for.
        device: String,
    },
    /// Only `libtorch` could do it.
    #[cfg(not(feature = "libtorch"))]
    #[error(
        "{what} needs libtorch, and this program was built without it\n\
         hint: build it with libtorch: `scripts/setup`, then `cargo build --release -p extract`"
    )]
    WithoutLibtorch {
        /// What was asked for.
        what: String,
    },
}

impl EngineRequest {
    /// The engine called `auto`, `libtorch` or `winograd`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "libtorch" => Some(Self::Libtorch),
            "winograd" => Some(Self::Winograd),
            _ => None,
        }
    }

    /// The engine for `taps` of `backbone` on the device of that name (`auto`, `cpu`, `cuda`, `cuda:N`).
    ///
    /// # Errors
    /// When there is none. What was asked for is never replaced by something else.
    #[cfg(feature = "libtorch")]
    pub fn choose(
        self,
        device: &str,
        backbone: &'static Backbone,
        taps: &[Tap],
    ) -> Result<Choice, ChoiceError> {
        match self {
            Self::Winograd => winograd_on(device, backbone, taps),
            Self::Libtorch => Ok(Choice::Libtorch(libtorch::device(device)?)),
            Self::Auto => match libtorch::device(device)? {
                libtorch::Device::Cpu => Ok(chain(backbone, taps)
                    .map_or(Choice::Libtorch(libtorch::Device::Cpu), Choice::Winograd)),
                gpu => Ok(Choice::Libtorch(gpu)),
            },
        }
    }

    /// The engine for `taps` of `backbone` on the device of that name.
    ///
    /// # Errors
    /// When only libtorch could do it, which this build lacks.
    #[cfg(not(feature = "libtorch"))]
    pub fn choose(
        self,
        device: &str,
        backbone: &'static Backbone,
        taps: &[Tap],
    ) -> Result<Choice, ChoiceError> {
        let without = |what: String| Err(ChoiceError::WithoutLibtorch { what });
        match self {
            Self::Libtorch => without("`--engine libtorch`".to_owned()),
            Self::Auto if !is_cpu(device) => without(format!("`--device {device}`")),
            Self::Auto if chain(backbone, taps).is_err() => {
                without(format!("`{}`, as far as its taps need it,", backbone.name))
            }
            Self::Auto | Self::Winograd => winograd_on(device, backbone, taps),
        }
    }
}

impl Choice {
    /// Its name in the provenance of features.
    pub fn name(&self) -> &'static str {
        match self {
            #[cfg(feature = "libtorch")]
            Self::Libtorch(_) => libtorch::NAME,
            Self::Winograd(_) => winograd::NAME,
        }
    }

    /// The engine with its weights. `backbone` and `taps` are those that it was chosen for.
    ///
    /// # Panics
    /// When `weights` are not those of `backbone`, or lack a tensor that `taps` need.
    pub fn load(
        &self,
        #[cfg_attr(not(feature = "libtorch"), expect(unused, reason = "a chain knows its layers"))]
        backbone: &'static Backbone,
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
    ) -> Box<dyn Engine> {
        match self {
            #[cfg(feature = "libtorch")]
            Self::Libtorch(device) => {
                Box::new(libtorch::Libtorch::new(backbone, weights, taps, normalization, *device))
            }
            Self::Winograd(chain) => {
                let level = ::winograd::Level::detected();
                Box::new(Winograd::new(chain, weights, taps, normalization, level))
            }
        }
    }
}

fn winograd_on(
    device: &str,
    backbone: &'static Backbone,
    taps: &[Tap],
) -> Result<Choice, ChoiceError> {
    if !is_cpu(device) {
        return Err(ChoiceError::NotOnDevice { device: device.to_owned() });
    }
    Ok(Choice::Winograd(chain(backbone, taps)?))
}

fn is_cpu(device: &str) -> bool {
    ["auto", "cpu"].contains(&device)
}
