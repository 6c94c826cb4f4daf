//! Features on their way back from a device.

use tch::{Device, Kind, TchError, Tensor};

/// Memory that the features of a tap come back to, used again for each batch; that of a GPU is pinned.
pub(super) struct ReadBack {
    device: Device,
    /// [n, n_features] f32.
    rows: Option<Tensor>,
}

impl ReadBack {
    pub(super) fn new(device: Device) -> Self {
        Self { device, rows: None }
    }

    /// The numbers of the first `n` of `features` [at least n, n_features], row after row. Returns
    /// when they are there, and all that was asked of the device before.
    pub(super) fn rows(&mut self, features: &Tensor, n: usize) -> Result<Vec<f32>, TchError> {
        let features = features.narrow(0, 0, n as i64);
        let on_cpu = if self.device.is_cuda() {
            let fits = |held: &Tensor| held.size() == features.size();
            let rows = match self.rows.take().filter(fits) {
                Some(held) => self.rows.insert(held),
                None => {
                    let memory = Tensor::f_zeros(features.size(), (Kind::Float, Device::Cpu))?;
                    self.rows.insert(memory.f_pin_memory(self.device)?)
                }
            };
            // Waits for the device.
            rows.f_copy_(&features)?;
            rows.shallow_clone()
        } else {
            features.f_contiguous()?
        };
        let mut values = vec![0_f32; on_cpu.numel()];
        on_cpu.f_copy_data(&mut values, on_cpu.numel())?;
        Ok(values)
    }
}
