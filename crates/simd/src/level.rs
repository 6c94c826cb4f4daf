use std::ffi::OsStr;
use std::sync::OnceLock;

use thiserror::Error;

/// A set of instructions that kernels are compiled for.
///
/// A value above portable exists only where the processor was found to have the instructions.
/// Kernels that use fused multiply-add round once where portable ones round twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level(Instructions);

/// The instructions of a [`Level`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instructions {
    /// What every processor of the target has, as the compiler sees fit.
    Portable,
    /// NEON, which every AArch64 has.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F, besides AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx512 {
        /// Whether the processor has AVX-512 BW and VNNI as well.
        vnni: bool,
    },
}

/// `OFFSHELF_SIMD` names no level that this processor has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`OFFSHELF_SIMD` is `{word}`, but the levels of this processor are {}", available_names())]
pub struct UnknownLevel {
    /// What it names.
    pub word: String,
}

impl Level {
    /// What every processor of the target has.
    pub const PORTABLE: Self = Self(Instructions::Portable);

    /// The level that the environment variable `OFFSHELF_SIMD` names, looked up once; the best one of this
    /// processor where it is not set or empty.
    ///
    /// # Errors
    /// [`UnknownLevel`]. Programs check for it when they start.
    pub fn from_env() -> Result<Self, UnknownLevel> {
        static LEVEL: OnceLock<Result<Level, UnknownLevel>> = OnceLock::new();
        LEVEL
            .get_or_init(|| Self::named(&std::env::var_os("OFFSHELF_SIMD").unwrap_or_default()))
            .clone()
    }

    /// As [`from_env`](Self::from_env), and the best level of this processor where that is an error.
    pub fn detected() -> Self {
        Self::from_env().unwrap_or_else(|_| Self::best())
    }

    /// Every level that this processor has, the best one last.
    pub fn available() -> Vec<Self> {
        #[cfg_attr(
            not(any(target_arch = "x86_64", target_arch = "aarch64")),
            expect(unused_mut, reason = "other processors have the portable level alone")
        )]
        let mut levels = vec![Self::PORTABLE];
        #[cfg(target_arch = "aarch64")]
        levels.push(Self(Instructions::Neon));
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            levels.push(Self(Instructions::Avx2));
            if is_x86_feature_detected!("avx512f") {
                let vnni =
                    is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni");
                levels.push(Self(Instructions::Avx512 { vnni }));
            }
        }
        levels
    }

    /// The instructions, to choose a kernel by.
    pub fn instructions(self) -> Instructions {
        self.0
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
            Instructions::Avx512 { .. } => "avx512",
        }
    }

    fn named(word: &OsStr) -> Result<Self, UnknownLevel> {
        if word.is_empty() {
            return Ok(Self::best());
        }
        let level = Self::available().into_iter().find(|level| word == level.name());
        level.ok_or_else(|| UnknownLevel { word: word.to_string_lossy().into_owned() })
    }

    fn best() -> Self {
        *Self::available().last().expect("every processor has the portable level")
    }
}

fn available_names() -> String {
    let names: Vec<_> =
        Level::available().into_iter().map(|level| format!("`{}`", level.name())).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_found_by_its_name_and_no_word_is_the_best() {
        for level in Level::available() {
            assert_eq!(Level::named(level.name().as_ref()), Ok(level));
        }
        assert_eq!(Level::named("".as_ref()).ok().as_ref(), Level::available().last());
    }

    #[test]
    fn an_unknown_word_is_said_with_those_that_are_known() {
        let error = Level::named("avx3".as_ref()).expect_err("there is no such level");
        let expected = "`OFFSHELF_SIMD` is `avx3`, but the levels of this processor are `portable`";
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
