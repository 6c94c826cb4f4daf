//! Where a network computes, and in which numbers.

use tch::{Cuda, Device, Kind};

use super::process;
use crate::precision::Precision;

/// A device, and the numbers that are kept on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The device.
    pub device: Device,
    /// Of activations, and of the weights of convolutions.
    pub precision: Precision,
}

impl Place {
    /// Networks that work side by side on one GPU: while one waits for its features, the other's
    /// batch is put together and its kernels are queued, so that the GPU never waits for either.
    const ON_A_GPU: usize = 2;

    /// A place for each of the networks that together keep `devices` busy.
    pub(crate) fn on(devices: &[Device], precision: Precision) -> Vec<Self> {
        let n = if devices.iter().all(|device| device.is_cuda()) { Self::ON_A_GPU } else { 1 };
        // The first batches go to different devices.
        devices.repeat(n).into_iter().map(|device| Self { device, precision }).collect()
    }

    pub(super) fn kind(self) -> Kind {
        match self.precision {
            Precision::F32 => Kind::Float,
            Precision::F16 => Kind::Half,
            Precision::Bf16 => Kind::BFloat16,
        }
    }

    /// Whether batches are filled up to one size. cuDNN looks for the fastest convolution of each
    /// shape that it meets, which takes longer than a batch.
    pub(super) fn has_fixed_shapes(self) -> bool {
        self.device.is_cuda()
    }

    /// Lets cuDNN time its convolutions and take the fastest, except where features are compared to the
    /// last bit: which one that is may differ from run to run.
    ///
    /// # Panics
    /// For f32 on a GPU, when [`prepare_process`](super::prepare_process) was not called.
    pub(super) fn prepare(self) {
        if self.device.is_cuda() {
            let is_f32 = self.precision == Precision::F32;
            assert!(!is_f32 || process::is_strict(), "the process is prepared");
            Cuda::cudnn_set_benchmark(!is_f32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Place, Precision};

    #[test]
    fn the_cpu_has_one_network_and_each_gpu_two_in_turn() {
        let devices = |devices: &[Device]| {
            let places = Place::on(devices, Precision::Bf16);
            assert!(places.iter().all(|place| place.precision == Precision::Bf16));
            places.iter().map(|place| place.device).collect::<Vec<_>>()
        };
        assert_eq!(devices(&[Device::Cpu]), [Device::Cpu]);
        let (first, second) = (Device::Cuda(0), Device::Cuda(1));
        assert_eq!(devices(&[first, second]), [first, second, first, second]);
    }
}
