//! What is set for the whole process, before libtorch is used: things that tch has no call for.

use std::env;

/// "0" keeps cuDNN and cuBLAS from rounding the factors of products in f32 to TF32, which has 11 bits.
/// libtorch lets cuDNN do that unless it is told otherwise. NVIDIA's libraries read it when they start.
const NO_TF32: (&str, &str) = ("NVIDIA_TF32_OVERRIDE", "0");

/// Prepares the process for libtorch: strict f32 on GPUs, and an allocator that keeps its memory.
///
/// # Safety
/// This is the process' only thread: another one might read the environment meanwhile.
#[expect(unsafe_code, reason = "the environment is all that NVIDIA's libraries read")]
pub unsafe fn prepare_process() {
    let (name, value) = NO_TF32;
    // SAFETY: the caller's.
    unsafe { env::set_var(name, value) };
    keep_memory();
}

/// Lets the allocator keep what libtorch gives back. Activations of a batch take some 100 MB each, which
/// the allocator of glibc asks of the system one by one, to be filled with zeros page by page: with
/// VGG16 on a CPU, 8 % of the time of its network. Threads share one arena: others hold 64 MB at most.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "a function of C")]
fn keep_memory() {
    let settings = [
        (libc::M_MMAP_THRESHOLD, i32::MAX),
        (libc::M_TRIM_THRESHOLD, i32::MAX),
        (libc::M_ARENA_MAX, 1),
    ];
    for (parameter, value) in settings {
        // SAFETY: it takes any numbers, and any thread may call it. A parameter that it does not know
        // changes nothing.
        unsafe { libc::mallopt(parameter, value) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_memory() {}

/// Whether products in f32 are computed in f32 on a GPU.
pub(super) fn is_strict() -> bool {
    let (name, value) = NO_TF32;
    env::var(name).is_ok_and(|found| found == value)
}
