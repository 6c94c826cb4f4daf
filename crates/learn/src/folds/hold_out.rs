//! A held-out part.

use super::{Divisible, Division, FoldError, count};

/// Holds out about `fraction` of every class: at least one row of it, and never all.
///
/// # Errors
/// [`FoldError::BadFraction`] outside (0, 1), [`FoldError::Indivisible`] for a class of one row, or
/// one whose groups leave nothing to train on.
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

    let groups: Vec<(Vec<usize>, Vec<usize>)> = rows
        .shuffled_groups(seed)
        .into_iter()
        .map(|group| (count(n_classes, group.iter().map(|&row| rows.labels[row])), group))
        .collect();
    let mut held_out = vec![None; rows.labels.len()];
    let mut n_held_out = vec![0; n_classes];
    let mut hold = |counts: &[usize], group: &[usize], n_held_out: &mut Vec<usize>| {
        group.iter().for_each(|&row| held_out[row] = Some(0));
        n_held_out.iter_mut().zip(counts).for_each(|(held, n)| *held += n);
    };
    // Groups as they come, while every class of theirs wants so many rows.
    for (counts, group) in &groups {
        if (0..n_classes).all(|c| counts[c] == 0 || n_held_out[c] + counts[c] <= wanted[c]) {
            hold(counts, group, &mut n_held_out);
        }
    }
    // A class whose groups are all larger than what it wants gives the smallest that leaves some.
    for class in 0..n_classes {
        if n_held_out[class] > 0 {
            continue;
        }
        let leaves_some = |counts: &[usize]| {
            (0..n_classes).all(|c| counts[c] == 0 || n_held_out[c] + counts[c] < class_counts[c])
        };
        let smallest = groups
            .iter()
            .filter(|(counts, _)| counts[class] > 0 && leaves_some(counts))
            .min_by_key(|(_, group)| group.len());
        let (counts, group) = smallest.ok_or_else(|| indivisible(class))?;
        hold(counts, group, &mut n_held_out);
    }
    Ok(Division { n_folds: 1, held_out_by: held_out })
}

#[cfg(test)]
mod tests {
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
