use std::ops::{ControlFlow, Range};

use faer::{Accum, MatMut, MatRef, Par, linalg::matmul::matmul};
use linear_problem::{FitError, FitReport, HingeLoss, PathOptions, PathProblem, Targets};
use ndarray::{Array1, Array2, s};
use rayon::prelude::*;
use simd::Level;

use super::{
    OneVsOneHead, n_pairs,
    pair::{Pair, PairMemory, PairSettings},
    pair_index, pairs,
    vote::{Ballot, ROWS},
};
use crate::{
    form::check_matrix,
    gram::{Gram, Layout},
    price::Price,
};

/// Rows that are multiplied at a time for the weights, in f32; their sums are added in f64.
const BLOCK: usize = 256;

/// One value of C on a path of one-vs-one heads.
#[derive(Debug, Clone, PartialEq)]
pub struct OneVsOnePoint {
    /// C.
    pub c: f64,
    /// The fit of each fold, `[n_folds]`: the slowest and the worst of its pairs, the objective
    /// their sum.
    pub reports: Vec<FitReport>,
    /// Scores of each row by the pairs of the fold that holds it out, `[n_samples, n_classes]`;
    /// zeros for rows that no fold holds out.
    pub held_out_scores: Array2<f32>,
    /// The head of each fold, `[n_folds]`; empty unless they were asked for.
    pub heads: Vec<OneVsOneHead>,
}

/// Solves a path of one-vs-one heads with hinge loss: every pair of classes and every fold, C after
/// C.
///
/// Each point goes to `on_point` as soon as it is solved; the path ends early when that breaks.
/// `options.max_iter` is compared with the rounds of a pair, of which there are twenty at most.
///
/// # Examples
///
/// ```
/// use std::ops::ControlFlow;
///
/// use linear_dual::solve_one_vs_one_path;
/// use linear_problem::{ClassWeight, Folds, PathOptions, PathProblem, Targets};
/// use ndarray::array;
///
/// let x = array![[0.0_f32, 1.0], [0.1, 0.9], [0.9, 0.1], [1.0, 0.0]];
/// let problem = PathProblem {
///     rows: &x.view(),
///     targets: Targets::Classes(&[0, 0, 1, 1]),
///     n_classes: 2,
///     folds: Folds { n_folds: 1, held_out_by: &[None; 4] },
/// };
/// let options = PathOptions {
///     cs: vec![1.0],
///     tol: 1e-4,
///     max_iter: 1000,
///     class_weight: ClassWeight::Uniform,
///     seed: 0,
///     keep_heads: true,
/// };
/// solve_one_vs_one_path(&problem, &options, &mut |point| {
///     assert!(point.heads[0].decision_function(x.view())[[0, 0]] > 1.0);
///     ControlFlow::Continue(())
/// })?;
/// # Ok::<(), linear_problem::FitError>(())
/// ```
///
/// # Errors
/// [`FitError::OneVsOneMultiLabel`] for several labels a row; another [`FitError`] if features,
/// labels or options cannot be used.
pub fn solve_one_vs_one_path(
    problem: &PathProblem<'_>,
    options: &PathOptions,
    on_point: &mut dyn FnMut(OneVsOnePoint) -> ControlFlow<()>,
) -> Result<(), FitError> {
    options.check()?;
    check_matrix(problem.rows.n_samples())?;
    let Targets::Classes(labels) = problem.targets else {
        return Err(FitError::OneVsOneMultiLabel);
    };
    let sorted = Sorted::new(problem, labels)?;
    let weights = sorted.weights(problem, options)?;
    let level = Level::detected();
    let gram = Gram::new(problem.rows, &sorted.layout, level)?;
    let mut solved: Vec<Pair> = pairs(problem.n_classes)
        .map(|(a, b)| {
            let ranges = [sorted.classes[a].clone(), sorted.classes[b].clone()];
            Pair::new(ranges, problem.folds.n_folds)
        })
        .collect();
    let mut previous_c = None;
    for &c in &options.cs {
        let settings = PairSettings {
            gram: &gram,
            level,
            weights: &weights,
            price: Price { loss: HingeLoss::Hinge, c },
            previous_c,
            tol: options.tol,
            max_iter: options.max_iter,
        };
        solved
            .par_iter_mut()
            .with_max_len(8)
            .for_each_init(PairMemory::default, |memory, pair| pair.advance(&settings, memory));
        previous_c = Some(c);

        let mut held_out_scores = Array2::zeros((problem.rows.n_samples(), problem.n_classes));
        let mut heads = Vec::new();
        for fold in 0..problem.folds.n_folds {
            let betas = sorted.betas_of_fold(&solved, fold);
            sorted.vote(&gram, &betas, fold, &mut held_out_scores);
            if options.keep_heads {
                heads.push(sorted.head(problem, &betas));
            }
        }
        let report = |fold: usize| {
            FitReport::of_all(solved.iter().map(|pair| pair.folds[fold].report(options.tol)))
        };
        let reports = (0..problem.folds.n_folds).map(report).collect();
        if on_point(OneVsOnePoint { c, reports, held_out_scores, heads }).is_break() {
            break;
        }
    }
    Ok(())
}

/// Rows sorted by class.
struct Sorted<'a> {
    layout: Layout,
    labels: &'a [usize],
    held_out_by: &'a [Option<usize>],
    /// Positions of each class.
    classes: Vec<Range<usize>>,
}

impl<'a> Sorted<'a> {
    fn new(problem: &PathProblem<'a>, labels: &'a [usize]) -> Result<Self, FitError> {
        problem.check()?;
        let (n, held_out_by) = (problem.rows.n_samples(), problem.folds.held_out_by);
        if problem.n_classes < 2 {
            return Err(FitError::OneClass);
        }
        let mut rows: Vec<usize> = (0..n).collect();
        rows.sort_by_key(|&row| (labels[row], held_out_by[row], row));
        let first_of = |class| rows.partition_point(|&row| labels[row] < class);
        let classes = (0..problem.n_classes).map(|class| first_of(class)..first_of(class + 1));
        let classes = classes.collect();
        Ok(Self { layout: Layout::in_order(rows), labels, held_out_by, classes })
    }

    /// The weight of each position's class in each fold, 0 where it is held out.
    fn weights(
        &self,
        problem: &PathProblem<'_>,
        options: &PathOptions,
    ) -> Result<Vec<Vec<f32>>, FitError> {
        let of_fold = |fold: usize| {
            let trains = |row: usize| self.held_out_by[row] != Some(fold);
            let mut counts = vec![0; problem.n_classes];
            for (row, &label) in self.labels.iter().enumerate() {
                counts[label] += usize::from(trains(row));
            }
            if let Some(class) = counts.iter().position(|&count| count == 0) {
                return Err(FitError::MissingClass { class });
            }
            let weights = options.class_weight.weights(&counts)?;
            let weight = |row: &Option<usize>| match *row {
                Some(row) if trains(row) => weights[self.labels[row]] as f32,
                _ => 0.0,
            };
            Ok(self.layout.rows().iter().map(weight).collect())
        };
        (0..problem.folds.n_folds).map(of_fold).collect()
    }

    /// The dual variables of a fold, `[n_positions, n_classes]`: of each position in its class's pair
    /// with each other class.
    fn betas_of_fold(&self, solved: &[Pair], fold: usize) -> Array2<f32> {
        let k = self.classes.len();
        let mut betas = Array2::zeros((self.layout.n_positions(), k));
        for ((a, b), pair) in pairs(k).zip(solved) {
            let [first, second] = &pair.ranges;
            let (of_first, of_second) = pair.folds[fold].beta.split_at(first.len());
            for (range, other, values) in [(first, b, of_first), (second, a, of_second)] {
                for (position, &value) in range.clone().zip(values) {
                    betas[[position, other]] = value;
                }
            }
        }
        betas
    }

    /// Lets the pairs of a fold vote on the rows that it holds out.
    fn vote(&self, gram: &Gram, betas: &Array2<f32>, fold: usize, scores: &mut Array2<f32>) {
        let k = self.classes.len();
        let rows = self.layout.rows().iter().enumerate();
        let held_out: Vec<(usize, usize)> = rows
            .filter_map(|(position, row)| row.map(|row| (position, row)))
            .filter(|&(_, row)| self.held_out_by[row] == Some(fold))
            .collect();
        let ballots: Vec<Ballot> = held_out
            .par_chunks(ROWS)
            .map(|rows| {
                let positions = rows.iter().map(|&(position, _)| position);
                self.ballot(gram, betas, positions)
            })
            .collect();
        for (rows, ballot) in held_out.chunks(ROWS).zip(&ballots) {
            for (at, &(_, row)) in rows.iter().enumerate() {
                for class in 0..k {
                    scores[[row, class]] = ballot.score(class, at);
                }
            }
        }
    }

    /// The vote on at most [`ROWS`] positions.
    fn ballot(
        &self,
        gram: &Gram,
        betas: &Array2<f32>,
        positions: impl Iterator<Item = usize>,
    ) -> Ballot {
        let (n, k) = (gram.n_positions(), self.classes.len());
        let mut products = vec![0.0; n * ROWS];
        for (position, column) in positions.zip(products.chunks_exact_mut(n)) {
            gram.copy_column(position, 0..n, column);
        }
        let products = MatRef::from_column_major_slice(&products, n, ROWS);
        let betas = betas.as_slice().expect("zeros are row-major");
        let betas = MatRef::from_row_major_slice(betas, n, k);
        // What the rows of each class add to the margins of its pairs, `[n_classes, n_classes]` of
        // `ROWS` values.
        let mut parts = vec![0.0; k * k * ROWS];
        for (class, part) in self.classes.iter().zip(parts.chunks_exact_mut(k * ROWS)) {
            matmul(
                MatMut::from_column_major_slice_mut(part, ROWS, k),
                Accum::Replace,
                products.subrows(class.start, class.len()).transpose(),
                betas.subrows(class.start, class.len()),
                1.0,
                Par::Seq,
            );
        }
        let (parts, _) = parts.as_chunks::<ROWS>();
        let mut ballot = Ballot::new(k);
        for (a, b) in pairs(k) {
            let (of_a, of_b) = (&parts[a * k + b], &parts[b * k + a]);
            ballot.count(a, b, &std::array::from_fn(|row| of_a[row] + of_b[row]));
        }
        ballot
    }

    /// The head of a fold: `w = sum_i beta_i x_i` for each pair.
    fn head(&self, problem: &PathProblem<'_>, betas: &Array2<f32>) -> OneVsOneHead {
        let (k, d) = (self.classes.len(), problem.rows.n_features());
        let mut coef = Array2::<f64>::zeros((n_pairs(k), d));
        let mut intercept = Array1::<f64>::zeros(n_pairs(k));
        let mut buffer = Vec::new();
        for (a, class) in self.classes.iter().enumerate() {
            for first in class.clone().step_by(BLOCK) {
                let block = first..class.end.min(first + BLOCK);
                let mut x = Array2::zeros((block.len(), d));
                for (position, mut out) in block.clone().zip(x.rows_mut()) {
                    let row =
                        self.layout.rows()[position].expect("classes are of rows, not padding");
                    out.assign(&problem.rows.block(row..row + 1, &mut buffer).row(0));
                }
                let betas = betas.slice(s![block, ..]);
                let weights = betas.t().dot(&x);
                for b in (0..k).filter(|&b| b != a) {
                    let pair = pair_index(k, a.min(b), a.max(b));
                    coef.row_mut(pair).zip_mut_with(&weights.row(b), |w, &v| *w += f64::from(v));
                    intercept[pair] += betas.column(b).iter().copied().map(f64::from).sum::<f64>();
                }
            }
        }
        let (coef, intercept) = (coef.mapv(|w| w as f32), intercept.mapv(|b| b as f32));
        OneVsOneHead::new(k, coef, intercept).expect("a row for each pair")
    }
}
