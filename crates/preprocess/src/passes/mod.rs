//! The two passes of a resampling, compiled for several instruction sets, one of them chosen when
//! the program runs. All of them give the same bytes.
//!
//! A weight has 22 fraction bits and a sign: too many for the instructions that multiply and add
//! several pixels at once. These take a weight apart into digits that fit, sum up each digit on its
//! own, and put the sums together. Nothing is rounded on the way, so this is no approximation of
//! the sum, it is the sum.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod digits;
mod horizontal;
mod portable;
#[cfg(target_arch = "x86_64")]
mod rows;
mod vertical;

pub(crate) use horizontal::horizontal;
pub(crate) use vertical::vertical;
