//! What NVIDIA's libraries take from the environment alone.

use std::env;

/// "0" keeps cuDNN and cuBLAS from rounding the factors of products in f32 to TF32, which has 11 bits.
/// libtorch lets cuDNN do that unless it is told otherwise, which tch has no call for.
const NO_TF32: (&str, &str) = ("NVIDIA_TF32_OVERRIDE", "0");

/// Sets what must be there before the first use of a GPU.
///
/// # Safety
/// This is the process' only thread: another one might read the environment meanwhile.
#[expect(unsafe_code, reason = "NVIDIA's libraries read the environment, and nothing else")]
pub unsafe fn prepare_environment() {
    let (name, value) = NO_TF32;
    // SAFETY: the caller's.
    unsafe { env::set_var(name, value) };
}

/// Whether products in f32 are computed in f32 on a GPU.
pub(super) fn is_strict() -> bool {
    let (name, value) = NO_TF32;
    env::var(name).is_ok_and(|found| found == value)
}
