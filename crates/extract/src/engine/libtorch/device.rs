//! The devices that libtorch sees.

pub use tch::Device;

/// Why the device cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Not the name of a device.
    #[error("unknown device `{name}`\nhint: write auto, cpu, cuda, or cuda:N")]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// libtorch sees no such GPU.
    #[error(
        "there is no device `{name}`: libtorch sees {n_gpus} CUDA GPUs\n\
         hint: {}",
        if *n_gpus == 0 {
            "install the NVIDIA driver and run `scripts/setup --cuda`, or use `--device cpu`"
        } else {
            "GPUs are counted from 0"
        }
    )]
    Unavailable {
        /// The name asked for.
        name: String,
        /// How many GPUs there are.
        n_gpus: i64,
    },
}

/// The device called `auto`, `cpu`, `cuda` or `cuda:N`; `auto` is the first GPU, else the CPU.
///
/// # Errors
/// When there is no such device. A GPU that was asked for is never replaced by the CPU.
pub fn device(name: &str) -> Result<Device, DeviceError> {
    let n_gpus = if tch::Cuda::is_available() { tch::Cuda::device_count() } else { 0 };
    let index = match name {
        "cpu" => return Ok(Device::Cpu),
        "auto" if n_gpus == 0 => return Ok(Device::Cpu),
        "auto" | "cuda" => 0,
        _ => name
            .strip_prefix("cuda:")
            .and_then(|index| index.parse().ok())
            .ok_or_else(|| DeviceError::Unknown { name: name.to_owned() })?,
    };
    if i64::try_from(index).is_ok_and(|index: i64| index < n_gpus) {
        Ok(Device::Cuda(index))
    } else {
        Err(DeviceError::Unavailable { name: name.to_owned(), n_gpus })
    }
}
