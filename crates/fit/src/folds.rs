//! Stratified division of rows: k folds, or one held-out part.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

/// One division of rows into those fitted on and those scored.
///
/// Both lists hold ascending positions into the labels that were divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Rows that the head is fitted on.
    pub train: Vec<usize>,
    /// Rows that the head is scored on.
    pub held_out: Vec<usize>,
}

/// Why rows cannot be divided.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum FoldError {
    /// Cross-validation needs something to hold out.
    #[error("cross-validation needs at least 2 folds, got {0}")]
    TooFewFolds(usize),
    /// Some fold would miss a class.
    #[error(
        "{folds} folds need {folds} rows of each class, but class `{class}` has {rows}\nhint: {}",
        fewer_folds(*rows)
    )]
    SmallClass {
        /// Number of folds asked for.
        folds: usize,
        /// The smallest class.
        class: String,
        /// Its number of rows.
        rows: usize,
    },
    /// The held-out part must be a part.
    #[error("the held-out fraction must lie between 0 and 1, got {0}")]
    BadFraction(f64),
    /// A class of one row cannot be on both sides.
    #[error(
        "cannot hold out a part of class `{0}`, which has a single row\nhint: add images of it, \
         or leave the class out"
    )]
    SingleRow(String),
}

fn fewer_folds(rows: usize) -> String {
    match rows {
        0 | 1 => "add images of it, or leave the class out".to_owned(),
        _ => format!("use `--folds {rows}` or fewer"),
    }
}

/// Divides rows into `n_folds` parts and gives each in turn as the held-out one.
///
/// The rows of every class are shuffled with `seed` and dealt to the folds in turn, each class
/// going on where the one before it stopped: within a class, as in total, folds differ by at most
/// one row. `labels` index `classes`.
///
/// # Errors
/// [`FoldError::TooFewFolds`] below 2, [`FoldError::SmallClass`] when a class has fewer rows than
/// there are folds.
pub fn stratified_k_fold(
    labels: &[usize],
    classes: &[String],
    n_folds: usize,
    seed: u64,
) -> Result<Vec<Fold>, FoldError> {
    if n_folds < 2 {
        return Err(FoldError::TooFewFolds(n_folds));
    }
    let by_class = shuffled_by_class(labels, classes.len(), seed);
    if let Some((class, rows)) = by_class.iter().enumerate().min_by_key(|(_, rows)| rows.len())
        && rows.len() < n_folds
    {
        let class = classes[class].clone();
        return Err(FoldError::SmallClass { folds: n_folds, class, rows: rows.len() });
    }
    let mut fold_of = vec![0; labels.len()];
    for (turn, row) in by_class.into_iter().flatten().enumerate() {
        fold_of[row] = turn % n_folds;
    }
    Ok((0..n_folds).map(|fold| divide(labels.len(), |row| fold_of[row] == fold)).collect())
}

/// Holds out about `fraction` of every class: at least one row of it, and never all.
///
/// # Errors
/// [`FoldError::BadFraction`] outside (0, 1), [`FoldError::SingleRow`] for a class of one row.
pub fn stratified_hold_out(
    labels: &[usize],
    classes: &[String],
    fraction: f64,
    seed: u64,
) -> Result<Fold, FoldError> {
    if !(fraction > 0.0 && fraction < 1.0) {
        return Err(FoldError::BadFraction(fraction));
    }
    let mut held_out = vec![false; labels.len()];
    for (class, rows) in shuffled_by_class(labels, classes.len(), seed).into_iter().enumerate() {
        if rows.len() < 2 {
            return Err(FoldError::SingleRow(classes[class].clone()));
        }
        let wanted = (rows.len() as f64 * fraction).round() as usize;
        for row in &rows[..wanted.clamp(1, rows.len() - 1)] {
            held_out[*row] = true;
        }
    }
    Ok(divide(labels.len(), |row| held_out[row]))
}

fn shuffled_by_class(labels: &[usize], n_classes: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut by_class = vec![Vec::new(); n_classes];
    for (row, &label) in labels.iter().enumerate() {
        by_class[label].push(row);
    }
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    for rows in &mut by_class {
        rows.shuffle(&mut rng);
    }
    by_class
}

fn divide(n_rows: usize, is_held_out: impl Fn(usize) -> bool) -> Fold {
    let (held_out, train) = (0..n_rows).partition(|&row| is_held_out(row));
    Fold { train, held_out }
}

#[cfg(test)]
mod tests {
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

    fn count(rows: &[usize], labels: &[usize], class: usize) -> usize {
        rows.iter().filter(|&&row| labels[row] == class).count()
    }

    #[test]
    fn folds_partition_the_rows_and_spread_every_class() {
        let labels = labels();
        let folds = stratified_k_fold(&labels, &classes(3), 5, 3).unwrap();
        let mut all: Vec<usize> = folds.iter().flat_map(|fold| fold.held_out.clone()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..42).collect::<Vec<_>>());
        for fold in &folds {
            assert_eq!(fold.train.len() + fold.held_out.len(), 42);
            assert!(fold.held_out.iter().all(|row| !fold.train.contains(row)));
            assert!((8..=9).contains(&fold.held_out.len()));
            for (class, rows) in [7usize, 10, 25].into_iter().enumerate() {
                let here = count(&fold.held_out, &labels, class);
                assert!((rows / 5..=rows.div_ceil(5)).contains(&here), "{here} of {rows}");
            }
        }
    }

    #[test]
    fn the_seed_decides() {
        let folds = |seed| stratified_k_fold(&labels(), &classes(3), 5, seed).unwrap();
        assert_eq!(folds(1), folds(1));
        assert_ne!(folds(1), folds(2));
    }

    #[test]
    fn too_many_folds_name_the_smallest_class() {
        let error = stratified_k_fold(&labels(), &classes(3), 8, 0).unwrap_err();
        let small = FoldError::SmallClass { folds: 8, class: "class 0".into(), rows: 7 };
        assert_eq!(error, small);
        assert!(error.to_string().contains("hint: use `--folds 7` or fewer"));
        let single = stratified_k_fold(&[0, 0, 1], &classes(2), 2, 0).unwrap_err();
        assert!(single.to_string().contains("hint: add images"));
        assert_eq!(
            stratified_k_fold(&labels(), &classes(3), 1, 0).unwrap_err(),
            FoldError::TooFewFolds(1)
        );
    }

    #[test]
    fn hold_out_takes_its_part_of_every_class() {
        let labels = labels();
        let fold = stratified_hold_out(&labels, &classes(3), 0.2, 0).unwrap();
        let held_out: Vec<usize> = (0..3).map(|c| count(&fold.held_out, &labels, c)).collect();
        assert_eq!(held_out, [1, 2, 5]);
        assert_eq!(fold.train.len(), 42 - 8);
    }

    #[test]
    fn hold_out_leaves_every_class_on_both_sides() {
        for fraction in [0.01, 0.99] {
            let fold = stratified_hold_out(&[0, 0, 1, 1], &classes(2), fraction, 0).unwrap();
            assert_eq!((fold.train.len(), fold.held_out.len()), (2, 2));
        }
    }

    #[test]
    fn impossible_hold_outs_are_refused() {
        let single = stratified_hold_out(&[0, 0, 1], &classes(2), 0.2, 0).unwrap_err();
        assert_eq!(single, FoldError::SingleRow("class 1".into()));
        for fraction in [0.0, 1.0, -1.0, f64::NAN] {
            let error = stratified_hold_out(&[0, 0], &classes(1), fraction, 0).unwrap_err();
            assert!(matches!(error, FoldError::BadFraction(_)));
        }
    }
}
