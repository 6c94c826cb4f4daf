use std::sync::OnceLock;

/// The instructions that the passes are compiled for.
///
/// A value above portable exists only where the processor was found to have those instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(pub(super) Instructions);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    /// What every processor of the target has.
    Portable,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F, BW and VNNI.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Instructions {
    /// What the environment variable `OFFSHELF_SIMD` calls them.
    fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
        }
    }
}

impl Level {
    /// What every processor of the target has.
    pub(super) const PORTABLE: Self = Self(Instructions::Portable);

    /// The best that this processor has, looked up once; or the one that the environment variable
    /// `OFFSHELF_SIMD` names (`portable`, `avx2`, `avx512`) where the processor has that.
    pub(crate) fn detected() -> Self {
        static DETECTED: OnceLock<Level> = OnceLock::new();
        *DETECTED.get_or_init(|| {
            let available = Self::available();
            let forced = std::env::var_os("OFFSHELF_SIMD");
            let named = |level: &&Self| forced.as_ref().is_some_and(|name| name == level.0.name());
            let best = available.last();
            available.iter().find(named).or(best).copied().unwrap_or(Self::PORTABLE)
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
            if is_x86_feature_detected!("avx2") {
                levels.push(Self(Instructions::Avx2));
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vnni")
            {
                levels.push(Self(Instructions::Avx512));
            }
        }
        levels
    }
}
