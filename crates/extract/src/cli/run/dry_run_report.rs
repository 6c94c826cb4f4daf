//! What a run would do, for people and for programs.

use std::fmt;

use console::shown;
use extract::overview::{ClassCount, Overview};
use extract::run::{Forecast, Job};
use serde::Serialize;

use super::report::{CountsReport, UnreadableReport};

/// The result of `--dry-run`, as `--json` prints it.
#[derive(Serialize)]
pub(super) struct DryRunReport<'a> {
    format: &'static str,
    version: u32,
    out: String,
    shard: Option<String>,
    up_to_date: bool,
    n_images: usize,
    #[serde(flatten)]
    counts: CountsReport,
    class_counts: &'a [ClassCount],
    #[serde(flatten)]
    overview: &'a Overview,
    unreadable: Vec<UnreadableReport<'a>>,
    unfinished: Option<String>,
}

impl<'a> DryRunReport<'a> {
    pub(super) fn new(job: &Job, forecast: &'a Forecast) -> Self {
        Self {
            format: "offshelf-extract-dry-run",
            version: 1,
            out: job.out.display().to_string(),
            shard: job.shard.map(|shard| shard.to_string()),
            up_to_date: forecast.up_to_date,
            n_images: forecast.n_images,
            counts: forecast.counts.into(),
            class_counts: &forecast.overview.class_counts,
            overview: &forecast.overview,
            unreadable: UnreadableReport::list(&forecast.unreadable),
            unfinished: forecast.unfinished.as_ref().map(|folder| folder.display().to_string()),
        }
    }
}

impl fmt::Display for DryRunReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_images, counts, .. } = self;
        let out = shown(&self.out);
        let outlook = if self.up_to_date { "it is up to date" } else { "it would be written" };
        writeln!(f, "{out}: {n_images} images, {outlook} (dry run: nothing was)")?;
        write!(f, "{}", self.overview)?;
        writeln!(f, "  {counts}")?;
        if !self.unreadable.is_empty() {
            writeln!(f, "  {} cannot be read", self.unreadable.len())?;
        }
        if let Some(folder) = &self.unfinished {
            writeln!(
                f,
                "  what the unfinished run in `{}` holds is counted as reused",
                shown(folder)
            )?;
        }
        Ok(())
    }
}
