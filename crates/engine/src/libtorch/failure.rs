//! What libtorch says when it fails.

use tch::{Device, TchError};

use super::NAME;
use super::place::Place;
use crate::error::EngineError;

/// Words in what libtorch says when there is no memory; it has no other sign of it. They are those of its
/// allocators for the CPU ("DefaultCPUAllocator: can't allocate memory: you tried to allocate ..."; on
/// Windows "not enough memory") and for GPUs ("CUDA out of memory. Tried to allocate ..."), of CUDA ("CUDA
/// error: out of memory", for pinned memory as well), of cuDNN and cuBLAS, and of C++. What oneDNN says
/// ("could not create a primitive") may mean this or something else, and is taken for the latter.
const OUT_OF_MEMORY: [&str; 5] = [
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "STATUS_ALLOC_FAILED",
    "std::bad_alloc",
];

/// `error` as that of an engine, which was loading its network, or had a batch of `n_images`.
pub(super) fn failure(error: &TchError, place: Place, n_images: Option<usize>) -> EngineError {
    let text = match error {
        TchError::Torch(text) => text.clone(),
        other => other.to_string(),
    };
    // Below it, the stack of C++.
    let message = text.lines().next().unwrap_or_default().to_owned();
    EngineError {
        engine: NAME,
        device: match place.device {
            Device::Cuda(index) => format!("cuda:{index}"),
            other => format!("{other:?}").to_lowercase(),
        },
        n_images,
        is_out_of_memory: OUT_OF_MEMORY.iter().any(|words| message.contains(words)),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Place, TchError, failure};
    use crate::precision::Precision;

    fn message(text: &str, device: Device, n_images: Option<usize>) -> String {
        let place = Place { device, precision: Precision::F32 };
        failure(&TchError::Torch(text.to_owned()), place, n_images).to_string()
    }

    #[test]
    fn it_names_what_was_tried_and_says_the_first_line_of_libtorch() {
        let text = "CUDA out of memory. Tried to allocate 20.00 GiB.\nException raised from malloc";
        assert_eq!(
            message(text, Device::Cuda(1), Some(128)),
            "the engine `libtorch` ran out of memory on `cuda:1`, with a batch of 128: \
             CUDA out of memory. Tried to allocate 20.00 GiB."
        );
        let text = "CUDA error: an illegal memory access was encountered";
        assert_eq!(
            message(text, Device::Cuda(0), None),
            format!("the engine `libtorch` failed on `cuda:0`, loading its network: {text}")
        );
    }

    /// The first text is libtorch 2.11's as it came; no GPU was at hand for the others.
    #[test]
    fn every_library_says_in_its_own_words_that_there_is_no_memory() {
        for text in [
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: \
             you tried to allocate 1 bytes. Error code 12 (Cannot allocate memory)",
            "CUDA error: out of memory",
            "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            "std::bad_alloc",
        ] {
            let message = message(text, Device::Cpu, Some(1));
            assert!(message.contains("ran out of memory on `cpu`, with a batch of 1"), "{message}");
        }
    }
}
