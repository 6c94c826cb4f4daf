//! What became of a run, for people and for programs.

use std::fmt;

use console::shown;
use extract::overview::{ClassCount, Overview};
use extract::run::{Counts, Job, Outcome, Spent};
use schema::Unreadable;
use serde::Serialize;

/// The result of a run, as `--json` prints it.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    format: &'static str,
    version: u32,
    out: String,
    shard: Option<String>,
    up_to_date: bool,
    n_samples: usize,
    #[serde(flatten)]
    counts: CountsReport,
    exif_orientation_ignored: usize,
    classes: &'a [String],
    class_counts: &'a [ClassCount],
    #[serde(flatten)]
    overview: &'a Overview,
    taps: Vec<TapReport<'a>>,
    unreadable: Vec<UnreadableReport<'a>>,
    seconds: f64,
    images_per_second: f64,
    seconds_of: SpentReport,
}

#[derive(Serialize)]
struct TapReport<'a> {
    name: &'a str,
    n_views: usize,
    n_features: usize,
}

/// An image that could not be read.
#[derive(Serialize)]
pub(super) struct UnreadableReport<'a> {
    path: &'a str,
    reason: &'a str,
}

/// See [`Spent`].
#[derive(Serialize)]
struct SpentReport {
    loading: f64,
    waiting: f64,
    copying: f64,
    forward: f64,
    writing: f64,
}

impl From<Spent> for SpentReport {
    fn from(spent: Spent) -> Self {
        Self {
            loading: spent.loading.as_secs_f64(),
            waiting: spent.waiting.as_secs_f64(),
            copying: spent.copying.as_secs_f64(),
            forward: spent.forward.as_secs_f64(),
            writing: spent.writing.as_secs_f64(),
        }
    }
}

/// See [`Counts`].
#[derive(Serialize)]
pub(super) struct CountsReport {
    computed: usize,
    reused: usize,
    duplicates: usize,
    moved: usize,
    dropped: usize,
}

impl From<Counts> for CountsReport {
    fn from(counts: Counts) -> Self {
        let Counts { computed, reused, duplicates, moved, dropped } = counts;
        Self { computed, reused, duplicates, moved, dropped }
    }
}

impl<'a> UnreadableReport<'a> {
    pub(super) fn list(images: &'a [Unreadable]) -> Vec<Self> {
        images.iter().map(|i| Self { path: &i.path, reason: &i.reason }).collect()
    }
}

impl<'a> Report<'a> {
    pub(super) fn new(job: &Job, outcome: &'a Outcome) -> Self {
        let seconds = outcome.elapsed.as_secs_f64();
        let tap = |tap: &'a schema::Tap| TapReport {
            name: &tap.name,
            n_views: tap.n_views,
            n_features: tap.n_features,
        };
        Self {
            format: "offshelf-extract-run",
            version: 1,
            out: job.out.display().to_string(),
            shard: job.shard.map(|shard| shard.to_string()),
            up_to_date: outcome.up_to_date,
            n_samples: outcome.n_samples,
            counts: outcome.counts.into(),
            exif_orientation_ignored: outcome.n_left_turned,
            classes: &outcome.classes,
            class_counts: &outcome.overview.class_counts,
            overview: &outcome.overview,
            taps: outcome.taps.iter().map(tap).collect(),
            unreadable: UnreadableReport::list(&outcome.unreadable),
            seconds,
            images_per_second: outcome.n_samples as f64 / seconds,
            seconds_of: outcome.spent.into(),
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_samples, seconds, images_per_second, .. } = self;
        let up_to_date = if self.up_to_date { " (up to date)" } else { "" };
        let n_classes = self.classes.len();
        writeln!(f, "{}: {n_samples} images, {n_classes} classes{up_to_date}", shown(&self.out))?;
        for TapReport { name, n_views, n_features } in &self.taps {
            match n_views {
                1 => writeln!(f, "  {} [{n_samples}, {n_features}]", shown(name))?,
                _ => writeln!(f, "  {} [{n_samples}, {n_views}, {n_features}]", shown(name))?,
            }
        }
        write!(f, "{}", self.overview)?;
        writeln!(f, "  {}", self.counts)?;
        fmt_left_turned(f, self.exif_orientation_ignored)?;
        writeln!(f, "  {seconds:.1} s, {images_per_second:.1} images/s")?;
        if self.counts.computed > 0 {
            let SpentReport { loading, waiting, copying, forward, writing } = &self.seconds_of;
            writeln!(
                f,
                "  the network: {forward:.1} s at work, {copying:.1} s copying, {waiting:.1} s waiting for \
                 images; meanwhile {loading:.1} s of all threads loading images, {writing:.1} s writing"
            )?;
        }
        if !self.unreadable.is_empty() {
            writeln!(f, "  {} could not be read (listed in /errors)", self.unreadable.len())?;
        }
        Ok(())
    }
}

/// Says how many of the images that were decoded are to be turned by their EXIF data, and were not.
fn fmt_left_turned(f: &mut fmt::Formatter<'_>, n: usize) -> fmt::Result {
    match n {
        0 => Ok(()),
        _ => writeln!(
            f,
            "  {n} of these lie turned or mirrored, by their EXIF data, and were taken as they lie: \
             `--exif-orientation apply` turns them upright"
        ),
    }
}

impl fmt::Display for CountsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { computed, reused, duplicates, moved, dropped } = self;
        write!(f, "{computed} computed, {reused} reused, {duplicates} duplicates")?;
        if *moved > 0 {
            write!(f, ", {moved} moved")?;
        }
        if *dropped > 0 {
            write!(f, ", {dropped} dropped")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct LeftTurned(usize);

    impl fmt::Display for LeftTurned {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            fmt_left_turned(f, self.0)
        }
    }

    #[test]
    fn images_that_were_left_turned_are_told_with_what_turns_them() {
        assert_eq!(LeftTurned(0).to_string(), "");
        assert_eq!(
            LeftTurned(3).to_string(),
            "  3 of these lie turned or mirrored, by their EXIF data, and were taken as they lie: \
             `--exif-orientation apply` turns them upright\n"
        );
    }
}
