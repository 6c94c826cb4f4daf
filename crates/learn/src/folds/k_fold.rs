//! Cross-validation folds.

use super::{Divisible, Division, FoldError};

/// Divides rows into `n_folds` parts, each of which is held out in turn.
///
/// Groups of several rows are placed first, the largest first, then single rows class by class, each
/// in the fold that has the fewest rows of its class, and among those the fewest rows. The order
/// among equals is random by `seed`. Without groups, folds differ by at most one row within a class,
/// as in total.
///
/// # Errors
/// [`FoldError::TooFewFolds`] below 2, [`FoldError::SmallClass`] when a class is in fewer groups than
/// there are folds, [`FoldError::ClassInOneFold`].
///
/// # Examples
///
/// ```
/// use learn::{Divisible, stratified_k_fold};
///
/// let classes = ["owl", "wren"].map(str::to_owned);
/// let rows = Divisible { labels: &[0, 0, 1, 1], groups: &[0, 1, 2, 3], classes: &classes };
/// let division = stratified_k_fold(rows, 2, 0)?;
/// // Each fold holds an owl and a wren out.
/// assert!((0..2).all(|fold| division.held_out(fold).len() == 2));
/// # Ok::<(), learn::FoldError>(())
/// ```
pub fn stratified_k_fold(
    rows: Divisible<'_>,
    n_folds: usize,
    seed: u64,
) -> Result<Division, FoldError> {
    if n_folds < 2 {
        return Err(FoldError::TooFewFolds(n_folds));
    }
    let n_classes = rows.classes.len();
    let class_counts = rows.class_counts();
    let mut groups = rows.shuffled_groups(seed);
    check_spread(rows, &groups, &class_counts, n_folds)?;

    // A stable sort: groups of one size stay in their random order.
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut in_fold = vec![vec![0; n_classes]; n_folds];
    let mut fold_sizes = vec![0; n_folds];
    let mut held_out_by = vec![None; rows.labels.len()];
    for group in groups {
        let labels = || group.iter().map(|&row| rows.labels[row]);
        let crowding = |fold: &usize| -> (usize, usize) {
            let in_fold: &Vec<usize> = &in_fold[*fold];
            (labels().map(|label| in_fold[label]).sum(), fold_sizes[*fold])
        };
        let fold = (0..n_folds).min_by_key(crowding).expect("there are at least two folds");
        fold_sizes[fold] += group.len();
        for (&row, label) in group.iter().zip(labels()) {
            held_out_by[row] = Some(fold);
            in_fold[fold][label] += 1;
        }
    }
    let in_one_fold =
        |class: &usize| in_fold.iter().any(|fold| fold[*class] == class_counts[*class]);
    match (0..n_classes).find(in_one_fold) {
        Some(class) => Err(FoldError::ClassInOneFold(rows.classes[class].clone())),
        None => Ok(Division { n_folds, held_out_by }),
    }
}

fn check_spread(
    rows: Divisible<'_>,
    groups: &[Vec<usize>],
    class_counts: &[usize],
    n_folds: usize,
) -> Result<(), FoldError> {
    let mut in_groups = vec![0; rows.classes.len()];
    for group in groups {
        let mut classes: Vec<usize> = group.iter().map(|&row| rows.labels[row]).collect();
        classes.sort_unstable();
        classes.dedup();
        classes.into_iter().for_each(|class| in_groups[class] += 1);
    }
    match in_groups.iter().enumerate().min_by_key(|(_, groups)| **groups) {
        Some((class, &groups)) if groups < n_folds => Err(FoldError::SmallClass {
            folds: n_folds,
            class: rows.classes[class].clone(),
            rows: class_counts[class],
            groups,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::count;
    use super::*;

    fn classes(n: usize) -> Vec<String> {
        (0..n).map(|class| format!("class {class}")).collect()
    }

    /// 7, 10 and 25 rows of three classes, interleaved.
    fn labels() -> Vec<usize> {
        let mut labels: Vec<usize> = (0..42).map(|row| row * 5 % 42).collect();
        for label in &mut labels {
            *label = if *label < 7 { 0 } else { 1 + usize::from(*label >= 17) };
        }
        labels
    }

    fn divide(
        labels: &[usize],
        groups: &[usize],
        n_folds: usize,
        seed: u64,
    ) -> Result<Division, FoldError> {
        let classes = classes(3);
        stratified_k_fold(Divisible { labels, groups, classes: &classes }, n_folds, seed)
    }

    fn singles(seed: u64) -> Division {
        divide(&labels(), &(0..42).collect::<Vec<_>>(), 5, seed).unwrap()
    }

    #[test]
    fn folds_partition_the_rows_and_spread_every_class() {
        let (division, labels) = (singles(3), labels());
        assert!(division.held_out_by.iter().all(Option::is_some));
        for fold in 0..5 {
            let (train, held_out) = (division.train(fold), division.held_out(fold));
            assert_eq!(train.len() + held_out.len(), 42);
            assert!(held_out.iter().all(|row| !train.contains(row)));
            assert!((8..=9).contains(&held_out.len()));
            let here = count(3, held_out.iter().map(|&row| labels[row]));
            for (here, rows) in here.into_iter().zip([7usize, 10, 25]) {
                assert!((rows / 5..=rows.div_ceil(5)).contains(&here), "{here} of {rows}");
            }
        }
    }

    #[test]
    fn the_seed_decides() {
        assert_eq!(singles(1), singles(1));
        assert_ne!(singles(1), singles(2));
    }

    #[test]
    fn groups_stay_together_and_classes_are_still_spread() {
        let labels: Vec<usize> = (0..60).map(|row| row % 3).collect();
        // Pairs of two classes, a triple of one, and single rows.
        let mut groups: Vec<usize> = (0..60).collect();
        for (row, with) in [(1, 0), (4, 3), (7, 6), (12, 9), (15, 9)] {
            groups[row] = with;
        }
        let division = divide(&labels, &renumbered(&groups), 5, 0).unwrap();
        for (row, &group) in groups.iter().enumerate() {
            assert_eq!(division.held_out_by[row], division.held_out_by[group]);
        }
        for fold in 0..5 {
            let here = count(3, division.held_out(fold).iter().map(|&row| labels[row]));
            assert_eq!(here, [4; 3]);
        }
    }

    /// The same groups, numbered without gaps.
    fn renumbered(groups: &[usize]) -> Vec<usize> {
        let mut numbers: Vec<usize> = groups.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        groups.iter().map(|group| numbers.binary_search(group).unwrap()).collect()
    }

    #[test]
    fn too_many_folds_name_the_smallest_class() {
        let apart: Vec<usize> = (0..42).collect();
        let error = divide(&labels(), &apart, 8, 0).unwrap_err();
        let small = FoldError::SmallClass { folds: 8, class: "class 0".into(), rows: 7, groups: 7 };
        assert_eq!(error, small);
        assert!(error.to_string().ends_with("has 7"));
        let one = divide(&labels(), &apart, 1, 0).unwrap_err().to_string();
        assert_eq!(one, "cross-validation needs at least 2 folds, got 1");
        let grouped = divide(&[0, 0, 0, 1, 1, 2, 2], &[0, 0, 1, 2, 3, 4, 5], 3, 0).unwrap_err();
        assert!(grouped.to_string().ends_with("has 3 in 2 groups"), "{grouped}");
        let grouped = divide(&[0, 0, 0, 1, 1, 2, 2], &[0, 0, 0, 1, 2, 3, 4], 2, 0).unwrap_err();
        assert!(grouped.to_string().ends_with("has 3 in 1 groups"), "{grouped}");
    }

    #[test]
    fn a_class_that_groups_put_into_one_fold_is_refused() {
        // The large group of class 1 crowds fold 0, so both groups with class 0 go to fold 1.
        let labels = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1];
        let groups = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2];
        let classes = classes(2);
        let rows = Divisible { labels: &labels, groups: &groups, classes: &classes };
        let error = stratified_k_fold(rows, 2, 0).unwrap_err();
        let message = "the groups put all rows of class `class 0` into one fold\nhint: use fewer";
        assert!(error.to_string().starts_with(message), "{error}");
    }
}
