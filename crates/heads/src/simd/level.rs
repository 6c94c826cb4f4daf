use std::sync::OnceLock;

/// The instructions that the kernels are compiled for.
///
/// A value above portable exists only where the processor was found to have those instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(pub(super) Instructions);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    /// What every processor of the target has.
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Whether the environment variable `OFFSHELF_SIMD` is `portable`.
pub(crate) fn portable_is_forced() -> bool {
    std::env::var_os("OFFSHELF_SIMD").is_some_and(|set| set == "portable")
}

impl Level {
    /// What every processor of the target has.
    pub(crate) const PORTABLE: Self = Self(Instructions::Portable);

    /// The best that this processor has, looked up once; portable where the environment variable
    /// `OFFSHELF_SIMD` is `portable`.
    pub(crate) fn detected() -> Self {
        static DETECTED: OnceLock<Level> = OnceLock::new();
        *DETECTED.get_or_init(|| {
            let best = Self::available().last().copied();
            if portable_is_forced() { Self::PORTABLE } else { best.unwrap_or(Self::PORTABLE) }
        })
    }

    /// Every level that this processor has, the best one last.
    pub(crate) fn available() -> Vec<Self> {
        #[cfg_attr(
            not(target_arch = "x86_64"),
            expect(unused_mut, reason = "other processors have the portable level alone")
        )]
        let mut levels = vec![Self::PORTABLE];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                levels.push(Self(Instructions::Avx2));
            }
            if is_x86_feature_detected!("avx512f") {
                levels.push(Self(Instructions::Avx512));
            }
        }
        levels
    }
}
