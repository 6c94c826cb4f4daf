//! Why there is no such device.

/// Why a device cannot be used.
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
        "there is no device `{name}`: libtorch sees {n_gpus} CUDA GPUs{}",
        if *n_gpus == 0 { "" } else { "\nhint: GPUs are counted from 0" }
    )]
    Unavailable {
        /// The name asked for.
        name: String,
        /// How many GPUs there are.
        n_gpus: usize,
    },
}
