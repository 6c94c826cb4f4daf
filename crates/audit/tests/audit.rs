//! The lists of a cache that has something of everything.

use audit::{AuditReport, AuditRequest, AuditedImage, DuplicateGroup, audit};
use ndarray::Array2;
use rand::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;
use schema::Split;

use crate::fixture::{Row, cache};

const N_ROWS: usize = 90;

/// Three classes of 30 rows around their axes, by row number modulo 3, of which
/// - row 4, near the axis of class 1, is labelled 0,
/// - row 8 points elsewhere,
/// - rows 10 and 13 differ little, and lie in different splits,
/// - rows 20 and 23 are the same picture, of different labels,
///
/// and a class of three rows, 87 to 89, more.
fn odd_rows() -> (Array2<f32>, Vec<Row>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut features = Array2::from_shape_fn((N_ROWS, 12), |(row, column)| {
        let axis = if row >= 87 { 3 } else { row % 3 };
        rng.gen_range(-0.4..0.4) + if column == axis { 2.0 } else { 0.0 }
    });
    features.row_mut(8).fill(0.0);
    features[[8, 11]] = -5.0;
    for (copy, original) in [(13, 10), (23, 20)] {
        let row = features.row(original).to_owned();
        features.row_mut(copy).assign(&row);
    }
    features[[13, 5]] += 0.01;
    let mut rows: Vec<Row> = (0..N_ROWS)
        .map(|row| Row {
            label: if row >= 87 { 3 } else { row as i32 % 3 },
            split: if row % 2 == 0 { Split::Train } else { Split::Test },
            content: row,
        })
        .collect();
    rows[4].label = 0;
    rows[23].content = 20;
    rows[23].label = 0;
    (features, rows)
}

fn report(change: impl FnOnce(&mut Vec<Row>, &mut AuditRequest)) -> AuditReport {
    let (features, mut rows) = odd_rows();
    let mut request = AuditRequest { similarity: 0.999, n_neighbors: 2, ..AuditRequest::new("") };
    change(&mut rows, &mut request);
    let (_folder, path) = cache(&features, &rows, &["ant", "bee", "cat", "dog", "elk"]);
    let report = audit(&AuditRequest { cache: path, ..request }).unwrap();
    // The folder has another name each time.
    AuditReport { cache: String::new(), ..report }
}

fn rows_of(group: &DuplicateGroup) -> Vec<usize> {
    group.images.iter().map(|duplicate| duplicate.image.row).collect()
}

#[test]
fn every_oddity_is_in_its_list() {
    let report = report(|_, _| {});
    let labels = report.labels.unwrap();
    assert_eq!(labels.unchecked_classes, ["dog"], "three rows are fewer than five folds");
    assert_eq!(labels.n_checked, N_ROWS - 3);
    let mut first: Vec<usize> = labels.errors[..2].iter().map(|error| error.image.row).collect();
    first.sort_unstable();
    assert_eq!(first, [4, 23]);
    let error = labels.errors.iter().find(|error| error.image.row == 4).unwrap();
    let image = AuditedImage {
        row: 4,
        path: "0004.png".to_owned(),
        split: Split::Train,
        labels: vec!["ant".to_owned()],
    };
    assert_eq!((&error.image, error.suggestion.as_str()), (&image, "bee"));
    assert!(error.probability < 0.1 && error.suggestion_probability > 0.8);
    assert_eq!(labels.probabilities.classes, ["ant", "bee", "cat"]);
    assert_eq!(labels.probabilities.probabilities.dim(), (N_ROWS - 3, 3));

    let farthest = &report.outliers.images[0];
    assert_eq!(farthest.image.row, 8);
    assert!(farthest.distance > 0.7 && farthest.distance > report.outliers.fence);

    let [near] = report.near_duplicates.as_slice() else { panic!("{:?}", report.near_duplicates) };
    assert_eq!(rows_of(near), [10, 13]);
    assert!(near.across_splits && !near.different_labels);
    assert!(near.images.iter().all(|image| image.similarity.unwrap() > 0.9999));

    let [exact] = report.exact_duplicates.as_slice() else {
        panic!("{:?}", report.exact_duplicates)
    };
    assert_eq!(rows_of(exact), [20, 23]);
    assert!(exact.across_splits && exact.different_labels);

    let small: Vec<_> =
        report.small_classes.iter().map(|of| (of.class.as_str(), of.images)).collect();
    assert_eq!(small, [("elk", 0), ("dog", 3)]);
}

#[test]
fn what_is_alike_and_not_equal_stands_with_what_is_equal() {
    let report = report(|rows, _| rows[13].content = 20);
    let near: Vec<_> = report.near_duplicates.iter().map(rows_of).collect();
    // Row 13 has the content of row 20, and the features of row 10.
    assert_eq!(near, [[10, 13]]);
    assert_eq!(rows_of(&report.exact_duplicates[0]), [13, 20, 23]);
}

#[test]
fn images_without_labels_have_all_other_lists() {
    let report = report(|rows, _| rows.iter_mut().for_each(|row| row.label = -1));
    assert_eq!(report.labels, None);
    assert_eq!((report.near_duplicates.len(), report.exact_duplicates.len()), (1, 1));
    assert!(!report.exact_duplicates[0].different_labels);
    assert_eq!(report.small_classes.len(), 5);
}

#[test]
fn the_seed_divides_and_nothing_else_is_random() {
    let with_seed = |seed| report(|_, request| request.seed = seed);
    assert_eq!(with_seed(1), with_seed(1));
    let loss = |seed| with_seed(seed).labels.unwrap().log_loss;
    assert_ne!(loss(1), loss(2));
}
