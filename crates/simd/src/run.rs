//! Any work, compiled for several instruction sets.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "functions compiled for instructions that were looked up")
)]

use crate::{Instructions, Level};

impl Level {
    /// Runs `work`, whose loops the compiler turns into vectors of this level. What it calls is compiled
    /// for the level where it is inlined; multiplications and additions are not fused, so that all
    /// levels give the same bytes.
    #[inline]
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx2,fma")]
        fn avx512<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn avx2<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        match self.instructions() {
            Instructions::Portable => work(),
            // Every processor of the target has it: functions are compiled for it anyway.
            #[cfg(target_arch = "aarch64")]
            Instructions::Neon => work(),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `Level` holds these instructions only where they were detected.
            Instructions::Avx2 => unsafe { avx2(work) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: a `Level` holds these instructions only where they were detected.
            Instructions::Avx512 { .. } => unsafe { avx512(work) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_give_the_same_bytes() {
        let x: Vec<f32> = (0..1000_u16).map(|i| f32::from(i).sin()).collect();
        let outputs = Level::available().into_iter().map(|level| {
            level.run(
                #[inline(always)]
                || x.iter().map(|x| x * 1.1 + 0.3).collect::<Vec<f32>>(),
            )
        });
        let outputs: Vec<_> = outputs.collect();
        assert!(outputs.windows(2).all(|pair| pair[0] == pair[1]));
    }
}
