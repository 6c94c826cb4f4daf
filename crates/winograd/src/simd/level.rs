use std::sync::OnceLock;

/// The instructions that a network is computed with.
///
/// A value above portable exists only where the processor was found to have those instructions.
/// AVX2, AVX-512 and NEON give the same bytes; portable ones round twice where these round once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(pub(super) Instructions);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instructions {
    /// What every processor of the target has, as the compiler sees fit.
    Portable,
    /// NEON, which every AArch64 has.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The best that this processor has, unless the environment variable `OFFSHELF_SIMD` names another
    /// one that it has.
    pub fn detected() -> Self {
        static DETECTED: OnceLock<Level> = OnceLock::new();
        *DETECTED.get_or_init(|| {
            let available = Self::available();
            let wanted = std::env::var("OFFSHELF_SIMD").ok();
            let named = available.iter().find(|level| Some(level.name()) == wanted.as_deref());
            *named.or(available.last()).expect("every processor has the portable level")
        })
    }

    /// Every level that this processor has, the best one last.
    pub fn available() -> Vec<Self> {
        #[cfg_attr(
            not(any(target_arch = "x86_64", target_arch = "aarch64")),
            expect(unused_mut, reason = "other processors have the portable level alone")
        )]
        let mut levels = vec![Self(Instructions::Portable)];
        #[cfg(target_arch = "aarch64")]
        levels.push(Self(Instructions::Neon));
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

    /// `portable`, `neon`, `avx2` or `avx512`.
    pub fn name(self) -> &'static str {
        match self.0 {
            Instructions::Portable => "portable",
            #[cfg(target_arch = "aarch64")]
            Instructions::Neon => "neon",
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => "avx512",
        }
    }

    /// Numbers in a vector.
    pub(crate) fn lanes(self) -> usize {
        match self.0 {
            Instructions::Portable => 4,
            #[cfg(target_arch = "aarch64")]
            Instructions::Neon => 8,
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => 8,
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => 16,
        }
    }
}
