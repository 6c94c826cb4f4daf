//! The kernels, compiled for several levels of vector instructions. All unsafe code of the crate is in
//! this folder.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "functions compiled for instructions that were looked up")
)]

mod product;
mod tile;
mod vector;

#[cfg(target_arch = "aarch64")]
use std::arch::aarch64::float32x4_t;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256, __m512};

use simd::{Instructions, Level};

pub(crate) use product::Product;
pub(crate) use tile::{InputTile, OutputTile};
use vector::{Four, Vector};

/// Evaluates `$body` compiled for a level, with `$V` as its type of vectors. (`Level::run` would compile the body with
/// the vectors of each level for the instructions of every level.)
macro_rules! with_vectors {
    ($level:expr, $V:ident => $body:expr) => {
        match $level.instructions() {
            Instructions::Portable => {
                type $V = Four;
                $body
            }
            // Every processor of the target has it: functions are compiled for it anyway.
            #[cfg(target_arch = "aarch64")]
            Instructions::Neon => {
                type $V = vector::Pair<float32x4_t>;
                $body
            }
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => {
                type $V = __m256;
                // SAFETY: a `Level` holds these instructions only where they were detected.
                unsafe {
                    avx2(
                        #[inline(always)]
                        || $body,
                    )
                }
            }
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 { .. } => {
                type $V = __m512;
                // SAFETY: a `Level` holds these instructions only where they were detected.
                unsafe {
                    avx512(
                        #[inline(always)]
                        || $body,
                    )
                }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx2,fma")]
fn avx512<R>(work: impl FnOnce() -> R) -> R {
    work()
}

/// Numbers in a vector of the level.
pub(crate) fn lanes(level: Level) -> usize {
    with_vectors!(level, V => V::LANES)
}

/// Computes a [`Product`].
pub(crate) fn multiply(level: Level, product: Product<'_>) {
    with_vectors!(level, V => product::product_body::<V>(product));
}

/// Transforms the activations of a tile, see [`InputTile`].
pub(crate) fn transform_input(level: Level, tile: InputTile<'_>) {
    with_vectors!(level, V => tile::transform_input_body::<V>(tile));
}

/// Activations of a tile from its products, see [`OutputTile`].
pub(crate) fn transform_output(level: Level, tile: OutputTile<'_>) {
    with_vectors!(level, V => tile::transform_output_body::<V, false>(tile));
}

/// Maxima of the 2 x 2 blocks of the activations of a tile, see [`OutputTile`].
pub(crate) fn transform_and_pool_output(level: Level, tile: OutputTile<'_>) {
    with_vectors!(level, V => tile::transform_output_body::<V, true>(tile));
}
