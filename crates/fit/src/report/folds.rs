//! Which fold holds which row out, as CSV.

use super::csv;
use crate::folds::Division;
use crate::sweep::SweepPlan;

/// All rows that take part, in the order of the cache whose `paths` are given, as CSV: row number,
/// path, class, and for each seed the fold that holds the row out. A row that every fold trains on
/// has none; one that is kept for the end has `test`.
pub fn folds_csv(plan: &SweepPlan, paths: &[String]) -> String {
    let seeds = plan.divisions.iter().map(|(seed, _)| format!("fold_of_seed_{seed}"));
    let mut text = csv::line(["row", "path", "class"].map(str::to_owned).into_iter().chain(seeds));
    let mut rows: Vec<(usize, usize, Vec<String>)> = Vec::new();
    let divided = plan.divided.len();
    for (position, (&row, &label)) in
        plan.divided.indices.iter().zip(&plan.divided.labels).enumerate()
    {
        let fold = |(_, division): &(u64, Division)| {
            division.held_out_by[position].map(|fold| fold.to_string()).unwrap_or_default()
        };
        rows.push((row, label, plan.divisions.iter().map(fold).collect()));
    }
    let all_seeds = |text: &str| vec![text.to_owned(); plan.divisions.len()];
    let refit_only = plan.refit.indices.iter().zip(&plan.refit.labels).skip(divided);
    rows.extend(refit_only.map(|(&row, &label)| (row, label, all_seeds(""))));
    if let Some(held_out) = &plan.held_out {
        let held_out = held_out.indices.iter().zip(&held_out.labels);
        rows.extend(held_out.map(|(&row, &label)| (row, label, all_seeds("test"))));
    }
    rows.sort();
    for (row, label, folds) in rows {
        let named = [row.to_string(), paths[row].clone(), plan.classes[label].clone()];
        text += &csv::line(named.into_iter().chain(folds));
    }
    text
}
