//! For tests alone: what readers of other people's files must bear. Damaged files ([`damaged`]), and
//! a process that has little memory ([`with_memory`]), in which a reader that believes a wild size does not
//! come through.

mod damage;
mod memory;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use self::damage::{Random, damage};
pub use self::memory::with_memory;

/// Gives `read` some thousand files, each a `sound` one with damage in one to three places, and asserts that
/// it does not panic. `read` says whether it took the file; most must be refused, or the cases are idle.
///
/// The cases are the same in every run: `OFFSHELF_FUZZ_SEED` asks for others, `OFFSHELF_FUZZ_CASES` for
/// another number than `n_cases`. A hang is seen by whoever waits.
///
/// # Panics
/// When `read` does, with number and seed of the case; when nothing is refused; when a variable holds no
/// number.
pub fn damaged(sound: &[Vec<u8>], n_cases: u64, mut read: impl FnMut(&[u8]) -> bool) {
    let number = |variable: &str| {
        let text = std::env::var(variable).ok()?;
        Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number")))
    };
    let seed: u64 = number("OFFSHELF_FUZZ_SEED").unwrap_or(0);
    let n_cases = number("OFFSHELF_FUZZ_CASES").unwrap_or(n_cases);
    let mut n_taken = 0;
    for case in 0..n_cases {
        let mut random = Random::new(seed.wrapping_add(case << 32));
        let file = damage(&sound[case as usize % sound.len()], &mut random);
        let taken = catch_unwind(AssertUnwindSafe(|| read(&file)));
        n_taken +=
            u64::from(taken.unwrap_or_else(|_| panic!("panic in case {case} of seed {seed}")));
    }
    assert!(n_taken < n_cases, "none of {n_cases} damaged files was refused");
}
