//! The kernels, compiled for several levels of vector instructions. All unsafe code of the crate is
//! below this module.

#![expect(unsafe_code, reason = "functions compiled for instructions that were looked up")]

mod level;
mod product;
mod tile;
mod vector;

#[cfg(target_arch = "aarch64")]
use std::arch::aarch64::float32x4_t;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256, __m512};

use level::Instructions;
pub use level::Level;
pub(crate) use product::Product;
pub(crate) use tile::{InputTile, OutputTile};
use vector::Four;
#[cfg(target_arch = "aarch64")]
use vector::Pair;

#[cfg(target_arch = "aarch64")]
type Neon = Pair<float32x4_t>;

/// Defines a function that runs `$body` compiled for a level.
macro_rules! compiled_for_levels {
    ($(#[$doc:meta])* $name:ident, $argument:ident: $type:ty,
     $portable:expr, $neon:expr, $avx2:expr, $avx512:expr) => {
        $(#[$doc])*
        pub(crate) fn $name(level: Level, $argument: $type) {
            #[cfg(target_arch = "aarch64")]
            #[target_feature(enable = "neon")]
            fn neon($argument: $type) {
                $neon
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx2,fma")]
            fn avx512($argument: $type) {
                $avx512
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($argument: $type) {
                $avx2
            }
            match level.0 {
                Instructions::Portable => $portable,
                #[cfg(target_arch = "aarch64")]
                // SAFETY: a `Level` holds these instructions only where the target has them.
                Instructions::Neon => unsafe { neon($argument) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a `Level` holds these instructions only where they were detected.
                Instructions::Avx2 => unsafe { avx2($argument) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: a `Level` holds these instructions only where they were detected.
                Instructions::Avx512 => unsafe { avx512($argument) },
            }
        }
    };
}

// The second argument is the most rows of a product at a time: two vectors of each stay in
// registers, of which AVX-512 has 32 and the others 16 (NEON 16 pairs), beside two of the panel.
compiled_for_levels!(
    /// Computes a [`Product`].
    multiply, product: Product<'_>,
    product::product_body::<Four>(product, 6),
    product::product_body::<Neon>(product, 6),
    product::product_body::<__m256>(product, 6),
    product::product_body::<__m512>(product, 14)
);
compiled_for_levels!(
    /// Transforms the activations of a tile, see [`InputTile`].
    transform_input, tile: InputTile<'_>,
    tile::transform_input_body::<Four>(tile),
    tile::transform_input_body::<Neon>(tile),
    tile::transform_input_body::<__m256>(tile),
    tile::transform_input_body::<__m512>(tile)
);
compiled_for_levels!(
    /// Activations of a tile from its products, see [`OutputTile`].
    transform_output, tile: OutputTile<'_>,
    tile::transform_output_body::<Four, false>(tile),
    tile::transform_output_body::<Neon, false>(tile),
    tile::transform_output_body::<__m256, false>(tile),
    tile::transform_output_body::<__m512, false>(tile)
);
compiled_for_levels!(
    /// Maxima of the 2 x 2 blocks of the activations of a tile, see [`OutputTile`].
    transform_and_pool_output, tile: OutputTile<'_>,
    tile::transform_output_body::<Four, true>(tile),
    tile::transform_output_body::<Neon, true>(tile),
    tile::transform_output_body::<__m256, true>(tile),
    tile::transform_output_body::<__m512, true>(tile)
);
