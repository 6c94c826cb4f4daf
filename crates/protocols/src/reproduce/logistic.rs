//! Logistic regression for each class of images that have several labels.
//!
//! ```text
//! min_{w,b}  1/2 ||w||^2 + C sum_i log(1 + exp(-s_i (w.x_i + b)))
//! ```
//!
//! A softmax of two classes has weights `w/2` and `-w/2`, whose penalty is half of this one: with `C/2`
//! it is the same problem.

use std::ops::ControlFlow;

use heads::{
    FitError, Folds, Head, LinearHead, Link, PathLoss, PathOptions, PathProblem, Targets,
    solve_path,
};
use ndarray::{Array1, Array2, Axis, concatenate, stack};

use super::point::Point;

/// Solves a path of one fold. A label of 0 leaves the row out of the problem of that class.
///
/// # Errors
/// [`FitError`].
///
/// # Panics
/// If there are several folds, or one class a row.
pub(super) fn solve_logistic_path(
    problem: &PathProblem<'_>,
    options: &PathOptions,
    on_point: &mut dyn FnMut(Point),
) -> Result<(), FitError> {
    assert_eq!(problem.folds.n_folds, 1, "ignored rows are held out of the one fold");
    let Targets::MultiLabel(truth) = problem.targets else {
        panic!("rows of one class have a softmax")
    };
    let n = problem.rows.n_samples();
    let mut points: Vec<PointOfClasses> =
        options.cs.iter().map(|&c| PointOfClasses::new(c)).collect();
    let halved =
        PathOptions { cs: options.cs.iter().map(|c| c / 2.0).collect(), ..options.clone() };
    for class in truth.columns() {
        let labels: Vec<usize> = class.iter().map(|&label| usize::from(label > 0)).collect();
        let out = problem.folds.held_out_by.iter().zip(class);
        let held_out_by: Vec<_> =
            out.map(|(&out, &label)| out.or((label == 0).then_some(0))).collect();
        let of_class = PathProblem {
            rows: problem.rows,
            targets: Targets::Classes(&labels),
            n_classes: 2,
            folds: Folds { n_folds: 1, held_out_by: &held_out_by },
        };
        let mut index = 0;
        solve_path(&of_class, PathLoss::Softmax, &halved, &mut |point| {
            let all = &mut points[index];
            let scores = point.held_out_scores;
            all.columns.push(&scores.column(1) - &scores.column(0));
            all.converged &= point.reports[0].converged;
            if let Some(head) = point.heads.first() {
                let (coef, intercept) = (head.coef(), head.intercept());
                all.coefs.push(&coef.row(1) - &coef.row(0));
                all.intercepts.push(intercept[1] - intercept[0]);
            }
            index += 1;
            ControlFlow::Continue(())
        })?;
    }
    for point in points {
        on_point(point.assemble(n));
    }
    Ok(())
}

/// What is known of one value of C, class by class.
struct PointOfClasses {
    c: f64,
    converged: bool,
    columns: Vec<Array1<f32>>,
    coefs: Vec<Array1<f32>>,
    intercepts: Vec<f32>,
}

impl PointOfClasses {
    fn new(c: f64) -> Self {
        let (columns, coefs, intercepts) = (Vec::new(), Vec::new(), Vec::new());
        Self { c, converged: true, columns, coefs, intercepts }
    }

    fn assemble(self, n_rows: usize) -> Point {
        let columns: Vec<_> = self.columns.iter().map(Array1::view).collect();
        let held_out_scores =
            stack(Axis(1), &columns).unwrap_or_else(|_| Array2::zeros((n_rows, 0)));
        let coefs: Vec<_> = self.coefs.iter().map(|row| row.view().insert_axis(Axis(0))).collect();
        let head = concatenate(Axis(0), &coefs).ok().map(|coef| {
            let head = LinearHead::new(coef, Array1::from(self.intercepts), Link::Margin);
            Head::from(head.expect("an intercept a class"))
        });
        Point { c: self.c, converged: self.converged, held_out_scores, head }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;
    use crate::reproduce::solve::{Method, kept};

    #[test]
    fn the_optimum_is_that_of_the_problem_and_ignored_rows_have_no_part() {
        let x = array![[1.0_f32, 0.2], [0.8, -0.1], [-1.0, 0.3], [-0.7, -0.4], [9.0, 9.0]];
        let truth = array![[1_i8], [1], [-1], [-1], [0]];
        let problem = PathProblem {
            rows: &x.view(),
            targets: Targets::MultiLabel(truth.view()),
            n_classes: 1,
            folds: Folds { n_folds: 1, held_out_by: &[None; 5] },
        };
        let c = 3.0;
        let mut head = None;
        let options = PathOptions { tol: 1e-9, ..kept(Method::Logistic, c) };
        solve_logistic_path(&problem, &options, &mut |point| head = point.head).unwrap();
        let Some(Head::Linear(head)) = head else { panic!() };
        let (w, b) = (head.coef().row(0).to_owned(), head.intercept()[0]);
        // The gradient vanishes: w = C sum_i s_i x_i / (1 + exp(s_i f_i)).
        let mut gradient = w.mapv(f64::from);
        let mut gradient_b = 0.0;
        for (row, side) in x.rows().into_iter().zip([1.0, 1.0, -1.0, -1.0]) {
            let score = f64::from(row.dot(&w) + b);
            let pull = c * side / (1.0 + (side * score).exp());
            gradient.scaled_add(-pull, &row.mapv(f64::from));
            gradient_b -= pull;
        }
        assert!(gradient.iter().all(|g| g.abs() < 1e-3) && gradient_b.abs() < 1e-3, "{gradient}");
    }
}
