//! The devices that libtorch sees.

pub use tch::Device;

use crate::device_error::DeviceError;

/// The devices called `auto`, `cpu`, `cuda` or `cuda:N`, at least one: `cuda` is all GPUs, and `auto`
/// as well where there are any, else the CPU.
///
/// # Errors
/// When there is no such device. A GPU that was asked for is never replaced by the CPU.
pub fn devices(name: &str) -> Result<Vec<Device>, DeviceError> {
    let n_gpus = if tch::Cuda::is_available() { tch::Cuda::device_count() } else { 0 };
    among(n_gpus.try_into().unwrap_or(0), name)
}

fn among(n_gpus: usize, name: &str) -> Result<Vec<Device>, DeviceError> {
    let index = match name {
        "cpu" => return Ok(vec![Device::Cpu]),
        "auto" if n_gpus == 0 => return Ok(vec![Device::Cpu]),
        "auto" | "cuda" if n_gpus > 0 => return Ok((0..n_gpus).map(Device::Cuda).collect()),
        "cuda" => 0,
        _ => name
            .strip_prefix("cuda:")
            .and_then(|index| index.parse().ok())
            .ok_or_else(|| DeviceError::Unknown { name: name.to_owned() })?,
    };
    if index < n_gpus {
        Ok(vec![Device::Cuda(index)])
    } else {
        Err(DeviceError::Unavailable { name: name.to_owned(), n_gpus })
    }
}

#[cfg(test)]
mod tests {
    use super::Device::{Cpu, Cuda};
    use super::{DeviceError, among};

    #[test]
    fn cuda_is_every_gpu_and_auto_is_the_best_there_is() {
        assert_eq!(among(0, "auto").unwrap(), [Cpu]);
        assert_eq!(among(2, "auto").unwrap(), [Cuda(0), Cuda(1)]);
        assert_eq!(among(2, "cuda").unwrap(), [Cuda(0), Cuda(1)]);
        assert_eq!(among(2, "cuda:1").unwrap(), [Cuda(1)]);
        assert_eq!(among(2, "cpu").unwrap(), [Cpu]);
    }

    #[test]
    fn a_gpu_that_is_not_there_is_not_replaced() {
        for (n_gpus, name) in [(0, "cuda"), (0, "cuda:0"), (2, "cuda:2")] {
            let error = among(n_gpus, name).unwrap_err();
            assert!(matches!(error, DeviceError::Unavailable { n_gpus: n, .. } if n == n_gpus));
        }
        for name in ["cuda:", "cuda:-1", "gpu", ""] {
            let message = among(2, name).unwrap_err().to_string();
            let hint = "hint: write auto, cpu, cuda, or cuda:N";
            assert_eq!(message, format!("unknown device `{name}`\n{hint}"));
        }
    }
}
