//! Times a path of linear SVMs on generated features that are as hard as real ones.
//!
//! ```text
//! cargo run --release -p heads --example path_bench -- [hinge|squared_hinge|agreement|single|ovo] [d] [tol] [n_cs]
//! ```
//!
//! 5360 rows of 67 classes: the positive part of a linear image of class means in a space of low
//! rank with noise, rows of length 1, a tenth of the labels wrong. Five folds; the first `n_cs` of ten
//! values of C from 1e-3 to 1e2. `single` is one fit at C = 0.167, `agreement` compares predictions
//! with those of a path that is a hundred times as precise.

#![expect(clippy::print_stdout, reason = "a measurement's result")]

use std::{ops::ControlFlow, time::Instant};

use heads::{
    ClassWeight, FeatureRows, FitError, Folds, HingeLoss, LinearSvm, OneVsOnePoint, PathLoss,
    PathOptions, PathPoint, PathProblem, Targets, solve_one_vs_one_path, solve_path,
};
use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_xoshiro::Xoshiro256PlusPlus;

const N_SAMPLES: usize = 5360;
const N_CLASSES: usize = 67;
const N_FOLDS: usize = 5;

/// Distance of the class means, in units of the noise: best cross-validated accuracy near 0.6.
const SEPARATION: f32 = 0.27;

fn main() -> Result<(), FitError> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let what = args.first().map_or("hinge", String::as_str);
    let d = args.get(1).and_then(|d| d.parse().ok()).unwrap_or(512);
    let tol = args.get(2).and_then(|tol| tol.parse().ok()).unwrap_or(1e-3);
    let n_cs = args.get(3).and_then(|n| n.parse().ok()).unwrap_or(10);
    let (x, labels) = hard(d, 0);
    let held_out_by = stratified(&labels, 1);
    let view: ArrayView2<'_, f32> = x.view();
    let problem = PathProblem {
        rows: &view as &dyn FeatureRows,
        targets: Targets::Classes(&labels),
        n_classes: N_CLASSES,
        folds: Folds { n_folds: N_FOLDS, held_out_by: &held_out_by },
    };
    let options = PathOptions {
        cs: (0..n_cs).map(|i| 10_f64.powf(-3.0 + 5.0 * f64::from(i) / 9.0)).collect(),
        tol,
        max_iter: 1000,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads: false,
    };
    let start = Instant::now();
    let mut last = start;
    if what == "single" {
        let training = DatasetBase::new(x.view(), Array1::from_vec(labels.clone()));
        let start = Instant::now();
        let fitted = LinearSvm::params().c(0.167).tol(tol).fit(&training)?;
        println!(
            "single d {d} tol {tol}: {:.2} s {:?}",
            start.elapsed().as_secs_f64(),
            fitted.report
        );
        return Ok(());
    }
    if what == "ovo" {
        let mut on_point = |point: OneVsOnePoint| {
            let accuracy = accuracy(&point.held_out_scores, &labels);
            println!(
                "C {:9.4}  {:6.2} s  {:?}  accuracy {accuracy:.4}",
                point.c,
                last.elapsed().as_secs_f64(),
                point.reports[0]
            );
            last = Instant::now();
            ControlFlow::Continue(())
        };
        solve_one_vs_one_path(&problem, &options, &mut on_point)?;
        println!("ovo d {d} tol {tol}: {:.2} s", start.elapsed().as_secs_f64());
        return Ok(());
    }
    // The same path, a hundred times as precise, to compare predictions with.
    let mut precise: Vec<Vec<usize>> = Vec::new();
    if what == "agreement" {
        let options = PathOptions { tol: tol / 100.0, ..options.clone() };
        solve_path(&problem, PathLoss::Svm(HingeLoss::Hinge), &options, &mut |point| {
            println!("precise {} {:?}", point.c, point.reports[0]);
            precise.push(predictions(&point.held_out_scores));
            ControlFlow::Continue(())
        })?;
    }
    let mut precise = precise.into_iter();
    let mut on_point = |point: PathPoint| {
        if let Some(precise) = precise.next() {
            let got = predictions(&point.held_out_scores);
            let equal = got.iter().zip(&precise).filter(|(a, b)| a == b).count();
            println!("C {:9.4}  {:.2} % of predictions", point.c, equal as f64 / 53.6);
        }
        let worst = point.reports.iter().map(|report| report.residual).fold(0.0, f64::max);
        println!(
            "C {:9.4}  {:6.2} s  iterations {:3}  residual {worst:.1e}  objective {:.4}  accuracy {:.4}",
            point.c,
            last.elapsed().as_secs_f64(),
            point.reports.iter().map(|report| report.n_iter).max().unwrap_or(0),
            point.reports[0].objective,
            accuracy(&point.held_out_scores, &labels),
        );
        last = Instant::now();
        ControlFlow::Continue(())
    };
    let loss = match what {
        "squared_hinge" => HingeLoss::SquaredHinge,
        _ => HingeLoss::Hinge,
    };
    solve_path(&problem, PathLoss::Svm(loss), &options, &mut on_point)?;
    println!("{what} d {d} tol {tol}: {:.2} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Features of unit length, most of them alike, and their labels.
fn hard(d: usize, seed: u64) -> (Array2<f32>, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let rank = d.min(512);
    let mut normal = |shape| Array2::from_shape_simple_fn(shape, || gaussian(&mut rng));
    let means = normal((N_CLASSES, rank));
    let mut latent = normal((N_SAMPLES, rank));
    for (row, mut latent) in latent.rows_mut().into_iter().enumerate() {
        latent.scaled_add(SEPARATION, &means.row(row % N_CLASSES));
    }
    let scales = Array1::from_shape_fn(rank, |i| 1.0 / ((i + 1) as f32).sqrt());
    let scales = &scales / scales.dot(&scales).sqrt();
    let mut x = (latent * scales).dot(&normal((rank, d)));
    let bias = normal((1, d)).mapv(|value| 0.5 * value - 0.25);
    x = x + normal((N_SAMPLES, d)) * 0.3 - &bias;
    x.mapv_inplace(|value| value.max(0.0));
    for mut row in x.rows_mut() {
        let norm = row.dot(&row).sqrt();
        row /= norm;
    }
    let label = |row| if rng.gen_bool(0.1) { rng.gen_range(0..N_CLASSES) } else { row % N_CLASSES };
    (x, (0..N_SAMPLES).map(label).collect())
}

fn gaussian(rng: &mut Xoshiro256PlusPlus) -> f32 {
    let radius = (-2.0 * (1.0 - rng.r#gen::<f32>()).ln()).sqrt();
    radius * (std::f32::consts::TAU * rng.r#gen::<f32>()).cos()
}

/// A fold for each row, every class spread evenly.
fn stratified(labels: &[usize], seed: u64) -> Vec<Option<usize>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut folds = vec![None; labels.len()];
    for class in 0..N_CLASSES {
        let mut rows: Vec<usize> = (0..labels.len()).filter(|&row| labels[row] == class).collect();
        rows.shuffle(&mut rng);
        for (at, row) in rows.into_iter().enumerate() {
            folds[row] = Some(at % N_FOLDS);
        }
    }
    folds
}

fn predictions(scores: &Array2<f32>) -> Vec<usize> {
    let best = |row: ndarray::ArrayView1<'_, f32>| {
        (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap_or(0)
    };
    scores.axis_iter(Axis(0)).map(best).collect()
}

fn accuracy(scores: &Array2<f32>, labels: &[usize]) -> f64 {
    let right = predictions(scores).iter().zip(labels).filter(|(a, b)| a == b).count();
    right as f64 / labels.len() as f64
}
