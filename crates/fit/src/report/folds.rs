//! Which fold holds which row out, as CSV.

use console::Texts;
use learn::{Division, Rows};
use train::SweepPlan;

use results::{Csv, LABEL_SEPARATOR};

/// All rows that take part, in the order of the cache whose `paths` are given, as CSV: row number,
/// path, class (several with `|` between them), and for each seed the fold that holds the row out. A
/// row that every fold trains on has none; one that is kept for the end has `test`.
pub(super) fn folds_csv(plan: &SweepPlan, paths: &[String], texts: Texts) -> String {
    let seeds = plan.divisions.iter().map(|(seed, _)| format!("fold_of_seed_{seed}"));
    let mut csv = Csv::new(["row", "path", "class"].map(str::to_owned).into_iter().chain(seeds));
    let mut rows: Vec<(usize, String, Vec<String>)> = Vec::new();
    let classes = |rows: &Rows, position: usize| {
        rows.labels.names(position, &plan.classes).join(LABEL_SEPARATOR)
    };
    for (position, &row) in plan.divided.indices.iter().enumerate() {
        let fold = |(_, division): &(u64, Division)| {
            division.held_out_by[position].map(|fold| fold.to_string()).unwrap_or_default()
        };
        let folds = plan.divisions.iter().map(fold).collect();
        rows.push((row, classes(&plan.divided, position), folds));
    }
    let all_seeds = |text: &str| vec![text.to_owned(); plan.divisions.len()];
    let refit_only = plan.refit.indices.iter().enumerate().skip(plan.divided.len());
    rows.extend(refit_only.map(|(at, &row)| (row, classes(&plan.refit, at), all_seeds(""))));
    if let Some(held_out) = &plan.held_out {
        let indices = held_out.indices.iter().enumerate();
        rows.extend(indices.map(|(at, &row)| (row, classes(held_out, at), all_seeds("test"))));
    }
    rows.sort();
    for (row, classes, folds) in rows {
        let [path, classes] = [&paths[row], &classes].map(|text| texts.cell(text).into_owned());
        csv.line([row.to_string(), path, classes].into_iter().chain(folds));
    }
    csv.text()
}
