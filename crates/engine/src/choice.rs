//! Which engine computes.

use backbone::{Backbone, Tap, Weights};
use preprocess::Normalization;
use simd::Level;

use super::device_error::DeviceError;
use super::engine::Engine;
use super::error::EngineError;
use super::precision::Precision;
use super::winograd::{self, Chain, NotAChain, Winograd, chain};

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

/// The engine that was chosen, with what it needs to know.
#[derive(Debug)]
pub enum Choice {
    /// A network at each of these places, at least one; all of one precision.
    #[cfg(feature = "libtorch")]
    Libtorch(Vec<libtorch::Place>),
    /// The layers that it computes.
    Winograd(Chain),
}

/// Why no engine computes what is asked for.
#[derive(Debug, thiserror::Error)]
pub enum ChoiceError {
    /// There is no such device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// The engine that was asked for does not know the network.
    #[error(transparent)]
    NotAChain(#[from] NotAChain),
    /// A GPU was asked for, and the engine computes on the CPU only.
    #[error("the engine `winograd` works on the CPU, not on `{device}`")]
    NotOnDevice {
        /// The device asked for.
        device: String,
    },
    /// A smaller precision was asked for, and the engine computes in f32 only.
    #[error("the engine `winograd` computes in f32, not in {precision}")]
    NotInPrecision {
        /// The precision asked for.
        precision: Precision,
    },
    /// Only `libtorch` could do it, and it was not built in.
    #[error("{0} needs libtorch, and this program was built without it")]
    WithoutLibtorch(NeedsLibtorch),
}

/// What no engine but `libtorch` does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NeedsLibtorch {
    /// The engine itself.
    #[error("the engine `libtorch`")]
    Engine,
    /// Computing on this device.
    #[error("the device `{0}`")]
    Device(String),
    /// Computing in this precision.
    #[error("the precision `{0}`")]
    Precision(Precision),
    /// The part of this backbone that taps need.
    #[error("`{0}`, as far as its taps need it,")]
    Backbone(String),
}

impl EngineRequest {
    /// The engine called `auto`, `libtorch` or `winograd`; `None` for any other name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "libtorch" => Some(Self::Libtorch),
            "winograd" => Some(Self::Winograd),
            _ => None,
        }
    }

    /// The engine, and its precision, of features whose provenance names it so; `None` for a name that no engine
    /// has.
    pub fn recorded(name: &str) -> Option<(Self, Precision)> {
        let (engine, precision) = name.split_once(':').unwrap_or((name, "f32"));
        let request = Self::named(engine).filter(|request| *request != Self::Auto)?;
        Some((request, precision.parse().ok()?))
    }

    /// The engine for `taps` of `backbone` on the device of that name (`auto`, `cpu`, `cuda`, `cuda:N`),
    /// in this precision.
    ///
    /// # Errors
    /// [`ChoiceError`] when there is none. What was asked for is never replaced by something else.
    #[cfg(feature = "libtorch")]
    pub fn choose(
        self,
        device: &str,
        precision: Precision,
        backbone: &Backbone,
        taps: &[Tap],
    ) -> Result<Choice, ChoiceError> {
        if self == Self::Winograd {
            return winograd_on(device, precision, backbone, taps);
        }
        let devices = libtorch::devices(device)?;
        let libtorch = Choice::Libtorch(libtorch::Place::on(&devices, precision));
        let may_be_winograd =
            self == Self::Auto && devices == [libtorch::Device::Cpu] && precision == Precision::F32;
        Ok(if may_be_winograd {
            chain(backbone, taps).map_or(libtorch, Choice::Winograd)
        } else {
            libtorch
        })
    }

    /// The engine for `taps` of `backbone` on the device of that name (`auto` or `cpu`), in this precision.
    ///
    /// # Errors
    /// [`ChoiceError`] when there is none, or none but libtorch, which was not built in.
    #[cfg(not(feature = "libtorch"))]
    pub fn choose(
        self,
        device: &str,
        precision: Precision,
        backbone: &Backbone,
        taps: &[Tap],
    ) -> Result<Choice, ChoiceError> {
        let without = |what| Err(ChoiceError::WithoutLibtorch(what));
        match self {
            Self::Libtorch => without(NeedsLibtorch::Engine),
            Self::Auto if !is_cpu(device) => without(NeedsLibtorch::Device(device.to_owned())),
            Self::Auto if precision != Precision::F32 => {
                without(NeedsLibtorch::Precision(precision))
            }
            Self::Auto if chain(backbone, taps).is_err() => {
                without(NeedsLibtorch::Backbone(backbone.name.clone()))
            }
            Self::Auto | Self::Winograd => winograd_on(device, precision, backbone, taps),
        }
    }
}

impl Choice {
    /// Its name in the provenance of features: `winograd`, `libtorch`, or `libtorch:f16` where the precision is
    /// not f32.
    pub fn name(&self) -> String {
        match self {
            #[cfg(feature = "libtorch")]
            Self::Libtorch(places) => places[0].precision.of_engine(libtorch::NAME),
            Self::Winograd(_) => Precision::F32.of_engine(winograd::NAME),
        }
    }

    /// How many engines work side by side.
    pub fn n_engines(&self) -> usize {
        match self {
            #[cfg(feature = "libtorch")]
            Self::Libtorch(places) => places.len(),
            // It uses all cores by itself.
            Self::Winograd(_) => 1,
        }
    }

    /// Engine number `index` (from 0) of [`n_engines`](Self::n_engines), with its weights. `weights` are of the
    /// backbone that it was chosen for, and `taps` are those that it was chosen for.
    ///
    /// # Errors
    /// [`EngineError`] when its device fails, or has too little memory for the network.
    ///
    /// # Panics
    /// When `weights` lack a tensor that `taps` need, or there is no such engine.
    pub fn load(
        &self,
        #[cfg_attr(not(feature = "libtorch"), expect(unused, reason = "there is one engine"))]
        index: usize,
        weights: &Weights,
        taps: &[Tap],
        normalization: &Normalization,
    ) -> Result<Box<dyn Engine>, EngineError> {
        Ok(match self {
            #[cfg(feature = "libtorch")]
            Self::Libtorch(places) => {
                let place = places[index];
                Box::new(libtorch::Libtorch::new(weights, taps, normalization, place)?)
            }
            Self::Winograd(chain) => {
                let level = Level::detected();
                Box::new(Winograd::new(chain, weights, taps, normalization, level))
            }
        })
    }
}

fn winograd_on(
    device: &str,
    precision: Precision,
    backbone: &Backbone,
    taps: &[Tap],
) -> Result<Choice, ChoiceError> {
    if !is_cpu(device) {
        return Err(ChoiceError::NotOnDevice { device: device.to_owned() });
    }
    if precision != Precision::F32 {
        return Err(ChoiceError::NotInPrecision { precision });
    }
    Ok(Choice::Winograd(chain(backbone, taps)?))
}

fn is_cpu(device: &str) -> bool {
    ["auto", "cpu"].contains(&device)
}

#[cfg(not(feature = "libtorch"))]
#[cfg(test)]
mod tests {
    use super::*;

    /// Why there is no engine for the tap of a network.
    fn refused(
        request: EngineRequest,
        device: &str,
        precision: Precision,
        (backbone, tap): (&str, &str),
    ) -> String {
        let backbone = Backbone::named(backbone).unwrap();
        let taps = [Tap::parse(tap, &backbone).unwrap()];
        request.choose(device, precision, &backbone, &taps).unwrap_err().to_string()
    }

    #[test]
    fn what_needs_libtorch_says_so_where_it_was_not_built_in() {
        use EngineRequest::{Auto, Libtorch};
        use Precision::{F16, F32};
        let (vgg16, resnet18) = (("vgg16", "block5_pool"), ("resnet18", "layer1"));
        let needs = "needs libtorch, and this program was built without it";
        for (request, device, precision, tap, what) in [
            (Libtorch, "cpu", F32, vgg16, "the engine `libtorch`"),
            (Auto, "cuda:1", F32, vgg16, "the device `cuda:1`"),
            (Auto, "cpu", F16, vgg16, "the precision `f16`"),
            (Auto, "cpu", F32, resnet18, "`resnet18`, as far as its taps need it,"),
        ] {
            assert_eq!(refused(request, device, precision, tap), format!("{what} {needs}"));
        }
    }
}
