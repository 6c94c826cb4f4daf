//! A path over classes, folds and C, or one fit, timed; `scripts/bench fit` compares it with others.
//!
//! ```sh
//! cargo run --release --package heads --example path_sweep -- sweep LOSS FOLDER TOL C,C,... [heads]
//! cargo run --release --package heads --example path_sweep -- fit LOSS FOLDER TOL C
//! ```
//!
//! `LOSS` is `hinge`, `squared-hinge`, `softmax`, or in sweeps `one-vs-one` (hinge loss) or `ridge`,
//! which leaves rows out one by one, whatever the folds; these two keep no heads. `FOLDER` holds little-endian numbers without a
//! header: `x.f32` `[n_samples, n_features]`, `labels.u32` `[n_samples]`, and `folds.i32`
//! `[n_samples]`, the fold that holds a row out or -1.
//!
//! `sweep` writes `scores.f32` `[n_cs, n_samples, n_classes]` to the folder, and with `heads`
//! `coef.f32` `[n_cs, n_folds, n_classes, n_features]` and `intercept.f32`. `fit` trains on the rows
//! that fold 0 does not hold out, and writes the three files for that one C and fold.
//!
//! Standard output is one JSON document: seconds, without reading and writing the files; the peak of
//! resident memory where the system tells it; and a report for each C and fold.

use std::{
    error::Error,
    fs::File,
    io::{Read as _, Write as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Instant,
};

use heads::{
    ClassWeight, FitReport, Folds, HingeLoss, LinearSvm, PathLoss, PathOptions, PathPoint,
    PathProblem, Softmax, Targets, ridge_leave_one_out, solve_one_vs_one_path, solve_path,
};
use linfa::{DatasetBase, traits::Fit};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use serde_json::{Value, json};

const MAX_ITER: usize = 10_000;

/// What is fitted.
enum Loss {
    Path(PathLoss),
    OneVsOne,
    RidgeLeaveOneOut,
}

/// What a folder holds.
struct Data {
    folder: PathBuf,
    x: Array2<f32>,
    labels: Vec<usize>,
    held_out_by: Vec<Option<usize>>,
    n_classes: usize,
    n_folds: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [command, loss, folder, tol, cs, ref flags @ ..] = arguments[..] else {
        return Err("usage: sweep|fit LOSS FOLDER TOL C[,C...] [heads]".into());
    };
    let loss = parse_loss(loss)?;
    let data = read(Path::new(folder))?;
    let cs = cs.split(',').map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let (points, seconds) = match (command, flags) {
        ("sweep", []) => sweep(&data, loss, tol.parse()?, cs, false)?,
        ("sweep", ["heads"]) => sweep(&data, loss, tol.parse()?, cs, true)?,
        ("fit", []) => fit(&data, loss, tol.parse()?, cs[0])?,
        _ => return Err(format!("`{command}` {flags:?} is not known").into()),
    };
    // Before the results are written, which takes memory too.
    let peak = peak_resident_bytes();
    write(&data.folder, &points)?;
    let report = json!({
        "seconds": seconds,
        "peak_resident_bytes": peak,
        "points": points.iter().map(describe).collect::<Vec<Value>>(),
    });
    Ok(writeln!(std::io::stdout(), "{report}")?)
}

fn parse_loss(name: &str) -> Result<Loss, String> {
    match name {
        "hinge" => Ok(Loss::Path(PathLoss::Svm(HingeLoss::Hinge))),
        "squared-hinge" => Ok(Loss::Path(PathLoss::Svm(HingeLoss::SquaredHinge))),
        "softmax" => Ok(Loss::Path(PathLoss::Softmax)),
        "one-vs-one" => Ok(Loss::OneVsOne),
        "ridge" => Ok(Loss::RidgeLeaveOneOut),
        _ => Err(format!("`{name}` is no loss that has a path")),
    }
}

fn sweep(
    data: &Data,
    loss: Loss,
    tol: f64,
    cs: Vec<f64>,
    keep_heads: bool,
) -> Result<(Vec<PathPoint>, f64), Box<dyn Error>> {
    let x = data.x.view();
    let problem = PathProblem {
        rows: &x,
        targets: Targets::Classes(&data.labels),
        n_classes: data.n_classes,
        folds: Folds { n_folds: data.n_folds, held_out_by: &data.held_out_by },
    };
    let options = PathOptions {
        cs,
        tol,
        max_iter: MAX_ITER,
        class_weight: ClassWeight::Uniform,
        seed: 0,
        keep_heads,
    };
    let mut points = Vec::new();
    let start = Instant::now();
    match loss {
        Loss::Path(loss) => solve_path(&problem, loss, &options, &mut |point| {
            points.push(point);
            ControlFlow::Continue(())
        })?,
        Loss::OneVsOne => solve_one_vs_one_path(&problem, &options, &mut |point| {
            points.push(headless(point.c, point.reports, point.held_out_scores));
            ControlFlow::Continue(())
        })?,
        Loss::RidgeLeaveOneOut => {
            let PathOptions { cs, class_weight, .. } = &options;
            let scores =
                ridge_leave_one_out(&x, problem.targets, data.n_classes, cs, class_weight)?;
            points
                .extend(cs.iter().zip(scores).map(|(&c, scores)| headless(c, Vec::new(), scores)));
        }
    }
    Ok((points, start.elapsed().as_secs_f64()))
}

fn headless(c: f64, reports: Vec<FitReport>, held_out_scores: Array2<f32>) -> PathPoint {
    PathPoint { c, reports, held_out_scores, heads: Vec::new() }
}

fn fit(data: &Data, loss: Loss, tol: f64, c: f64) -> Result<(Vec<PathPoint>, f64), Box<dyn Error>> {
    let rows: Vec<usize> =
        (0..data.labels.len()).filter(|&row| data.held_out_by[row] != Some(0)).collect();
    let labels: Array1<usize> = rows.iter().map(|&row| data.labels[row]).collect();
    let training = DatasetBase::new(data.x.select(Axis(0), &rows), labels);
    let start = Instant::now();
    let fitted = match loss {
        Loss::Path(PathLoss::Svm(loss)) => {
            LinearSvm::params().loss(loss).c(c).tol(tol).max_iter(MAX_ITER).fit(&training)?
        }
        Loss::Path(PathLoss::Softmax) => {
            Softmax::params().c(c).tol(tol).max_iter(MAX_ITER).fit(&training)?
        }
        Loss::OneVsOne | Loss::Path(PathLoss::Ridge) | Loss::RidgeLeaveOneOut => {
            return Err("only sweeps know this loss".into());
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    let held_out_scores = fitted.head.decision_function(data.x.view());
    let point =
        PathPoint { c, reports: vec![fitted.report], held_out_scores, heads: vec![fitted.head] };
    Ok((vec![point], seconds))
}

fn describe(point: &PathPoint) -> Value {
    let reports = point.reports.iter().map(|report| {
        json!({
            "n_iter": report.n_iter,
            "converged": report.converged,
            "objective": report.objective,
            "residual": report.residual,
        })
    });
    json!({ "c": point.c, "folds": reports.collect::<Vec<Value>>() })
}

fn read(folder: &Path) -> Result<Data, Box<dyn Error>> {
    let labels: Vec<u32> = read_numbers(&folder.join("labels.u32"))?;
    let labels: Vec<usize> = labels.into_iter().map(|label| label as usize).collect();
    let folds: Vec<i32> = read_numbers(&folder.join("folds.i32"))?;
    let held_out_by: Vec<Option<usize>> =
        folds.into_iter().map(|fold| usize::try_from(fold).ok()).collect();
    let x: Vec<f32> = read_numbers(&folder.join("x.f32"))?;
    let n_features = x.len() / labels.len().max(1);
    Ok(Data {
        folder: folder.to_owned(),
        x: Array2::from_shape_vec((labels.len(), n_features), x)?,
        n_classes: labels.iter().max().map_or(0, |label| label + 1),
        n_folds: held_out_by.iter().flatten().max().map_or(1, |fold| fold + 1),
        labels,
        held_out_by,
    })
}

/// The numbers of a file, read in place: a second copy would count as peak memory.
fn read_numbers<T: bytemuck::Pod>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let mut file = File::open(path)?;
    let n_bytes = usize::try_from(file.metadata()?.len())?;
    let mut numbers = vec![T::zeroed(); n_bytes / size_of::<T>()];
    file.read_exact(bytemuck::cast_slice_mut(&mut numbers))?;
    Ok(numbers)
}

fn write(folder: &Path, points: &[PathPoint]) -> Result<(), Box<dyn Error>> {
    let heads = || points.iter().flat_map(|point| &point.heads);
    write_rows(
        &folder.join("scores.f32"),
        points.iter().map(|point| point.held_out_scores.view()),
    )?;
    write_rows(&folder.join("coef.f32"), heads().map(heads::LinearHead::coef))?;
    write_rows(
        &folder.join("intercept.f32"),
        heads().map(|head| head.intercept().insert_axis(Axis(0))),
    )
}

/// Matrices, one after the other, in row order.
fn write_rows<'a>(
    path: &Path,
    matrices: impl Iterator<Item = ArrayView2<'a, f32>>,
) -> Result<(), Box<dyn Error>> {
    let mut file = File::create(path)?;
    for matrix in matrices {
        let rows = matrix.as_standard_layout();
        file.write_all(bytemuck::cast_slice(rows.as_slice().expect("it is in row order")))?;
    }
    Ok(())
}

/// What Linux calls VmHWM.
fn peak_resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
