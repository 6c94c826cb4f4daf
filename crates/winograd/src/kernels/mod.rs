//! The kernels, compiled for several levels of vector instructions. All unsafe code of the crate is
//! below this module.

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

/// Evaluates `$body` compiled for a level, with `$V` as its type of vectors.
macro_rules! with_vectors {
    ($level:expr, $V:ident => $body:expr) => {
        match $level.instructions() {
            Instructions::Portable => with_vectors!($level, $V = Four => $body),
            #[cfg(target_arch = "aarch64")]
            Instructions::Neon => with_vectors!($level, $V = vector::Pair<float32x4_t> => $body),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => with_vectors!($level, $V = __m256 => $body),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 { .. } => with_vectors!($level, $V = __m512 => $body),
        }
    };
    ($level:expr, $V:ident = $vector:ty => $body:expr) => {{
        type $V = $vector;
        $level.run(
            #[inline(always)]
            || $body,
        )
    }};
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
