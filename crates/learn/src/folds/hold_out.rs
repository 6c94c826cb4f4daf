//! A held-out part.

use std::collections::BTreeMap;

use super::{Divisible, Division, FoldError};

/// Holds out about `fraction` of every class: at least one row of it, and never all.
///
/// # Errors
/// [`FoldError::BadFraction`] outside (0, 1), [`FoldError::Indivisible`] for a class of one row, or
/// one whose groups leave nothing to train on.
///
/// # Examples
///
/// ```
/// use learn::{Divisible, stratified_hold_out};
///
/// let classes = ["owl", "wren"].map(str::to_owned);
/// let rows = Divisible { labels: &[0, 0, 1, 1], groups: &[0, 1, 2, 3], classes: &classes };
/// let division = stratified_hold_out(rows, 0.5, 0)?;
/// assert_eq!((division.train(0).len(), division.held_out(0).len()), (2, 2));
/// # Ok::<(), learn::FoldError>(())
/// ```
pub fn stratified_hold_out(
    rows: Divisible<'_>,
    fraction: f64,
    seed: u64,
) -> Result<Division, FoldError> {
    if !(fraction > 0.0 && fraction < 1.0) {
        return Err(FoldError::BadFraction(fraction));
    }
    let n_classes = rows.classes.len();
    let class_counts = rows.class_counts();
    let indivisible = |class: usize| FoldError::Indivisible {
        class: rows.classes[class].clone(),
        rows: class_counts[class],
    };
    if let Some(class) = class_counts.iter().position(|&rows| rows < 2) {
        return Err(indivisible(class));
    }
    let wanted = class_counts.iter().map(|&rows| {
        let wanted = (rows as f64 * fraction).round() as usize;
        wanted.clamp(1, rows - 1)
    });
    let wanted: Vec<usize> = wanted.collect();

    // Each group with the classes that it has and their rows.
    let groups: Vec<(BTreeMap<usize, usize>, Vec<usize>)> = rows
        .shuffled_groups(seed)
        .into_iter()
        .map(|group| {
            let mut counts = BTreeMap::new();
            group.iter().for_each(|&row| *counts.entry(rows.labels[row]).or_default() += 1);
            (counts, group)
        })
        .collect();
    let mut groups_of = vec![Vec::new(); n_classes];
    for (place, (counts, _)) in groups.iter().enumerate() {
        counts.keys().for_each(|&class| groups_of[class].push(place));
    }
    let mut held_out = vec![None; rows.labels.len()];
    let mut n_held_out = vec![0; n_classes];
    let mut hold = |place: usize, n_held_out: &mut Vec<usize>| {
        let (counts, group) = &groups[place];
        group.iter().for_each(|&row| held_out[row] = Some(0));
        counts.iter().for_each(|(&class, n)| n_held_out[class] += n);
    };
    // Groups as they come, while every class of theirs wants so many rows.
    for (place, (counts, _)) in groups.iter().enumerate() {
        if counts.iter().all(|(&class, n)| n_held_out[class] + n <= wanted[class]) {
            hold(place, &mut n_held_out);
        }
    }
    // A class whose groups are all larger than what it wants gives the smallest that leaves some.
    for class in 0..n_classes {
        if n_held_out[class] > 0 {
            continue;
        }
        let leaves_some = |place: &&usize| {
            let mut counts = groups[**place].0.iter();
            counts.all(|(&class, n)| n_held_out[class] + n < class_counts[class])
        };
        let of_class = groups_of[class].iter().filter(leaves_some);
        let smallest = of_class.min_by_key(|place| groups[**place].1.len());
        hold(*smallest.ok_or_else(|| indivisible(class))?, &mut n_held_out);
    }
    Ok(Division { n_folds: 1, held_out_by: held_out })
}

#[cfg(test)]
mod tests {
    use super::super::count;
    use super::*;

    fn hold_out(labels: &[usize], groups: &[usize], fraction: f64) -> Result<Division, FoldError> {
        let classes = ["a", "b", "c"].map(str::to_owned);
        let n_classes = labels.iter().max().unwrap() + 1;
        let rows = Divisible { labels, groups, classes: &classes[..n_classes] };
        stratified_hold_out(rows, fraction, 0)
    }

    #[test]
    fn it_takes_its_part_of_every_class() {
        let labels: Vec<usize> = [[0; 7].as_slice(), &[1; 10], &[2; 25]].concat();
        let division = hold_out(&labels, &(0..42).collect::<Vec<_>>(), 0.2).unwrap();
        let held_out = division.held_out(0);
        assert_eq!(count(3, held_out.iter().map(|&row| labels[row])), [1, 2, 5]);
        assert_eq!(division.train(0).len(), 42 - 8);
    }

    #[test]
    fn it_leaves_every_class_on_both_sides() {
        for fraction in [0.01, 0.99] {
            let division = hold_out(&[0, 0, 1, 1], &[0, 1, 2, 3], fraction).unwrap();
            assert_eq!((division.train(0).len(), division.held_out(0).len()), (2, 2));
        }
    }

    #[test]
    fn groups_stay_together_even_when_they_are_larger_than_the_part() {
        let labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
        let groups = [0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
        let division = hold_out(&labels, &groups, 0.2).unwrap();
        let held_out = division.held_out(0);
        assert_eq!(held_out[..2], [0, 1], "the smaller group of class 0");
        assert!(held_out[2..] == [5, 6, 7] || held_out[2..] == [8, 9, 10]);
    }

    #[test]
    fn impossible_hold_outs_are_refused() {
        let single = hold_out(&[0, 0, 1], &[0, 1, 2], 0.2).unwrap_err();
        assert_eq!(single, FoldError::Indivisible { class: "b".into(), rows: 1 });
        assert!(single.to_string().contains("a single row"));
        let grouped = hold_out(&[0, 0, 1, 1], &[0, 1, 2, 2], 0.2).unwrap_err();
        assert_eq!(grouped, FoldError::Indivisible { class: "b".into(), rows: 2 });
        for fraction in [0.0, 1.0, -1.0, f64::NAN] {
            let error = hold_out(&[0, 0], &[0, 1], fraction).unwrap_err();
            assert!(matches!(error, FoldError::BadFraction(_)));
        }
    }
}
