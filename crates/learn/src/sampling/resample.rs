//! Sampling that repeats rows or leaves some out.

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Rows to add so that every class has as many as the largest, class by class.
///
/// The rows of a class are taken in a random order, again and again, so that no row of it is repeated
/// more than once more often than another.
pub(super) fn repeated(by_class: &[Vec<usize>], rng: &mut Xoshiro256PlusPlus) -> Vec<usize> {
    let largest = by_class.iter().map(Vec::len).max().unwrap_or(0);
    let mut added = Vec::new();
    for rows in by_class.iter().filter(|rows| !rows.is_empty()) {
        let mut shuffled = rows.clone();
        shuffled.shuffle(rng);
        added.extend(shuffled.into_iter().cycle().take(largest - rows.len()));
    }
    added
}

/// Rows that stay when every class has as few as the smallest, ascending.
pub(super) fn thinned(by_class: &[Vec<usize>], rng: &mut Xoshiro256PlusPlus) -> Vec<usize> {
    let smallest = by_class.iter().map(Vec::len).min().unwrap_or(0);
    let mut stay = Vec::new();
    for rows in by_class {
        stay.extend(rows.choose_multiple(rng, smallest));
    }
    stay.sort_unstable();
    stay
}
