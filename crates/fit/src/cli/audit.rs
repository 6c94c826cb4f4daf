//! `fit audit`

use std::num::NonZeroUsize;

use audit::{AuditRequest, audit};
use clap::Args;
use console::ExitCode;
use head::{CombineViews, HeadSpec, Steps};
use train::{CGrid, GroupBy};

use super::fit_args::CacheArg;
use super::results_folder::FolderArgs;
use super::unconverged::warn_unconverged;
use super::words::{COMBINED_VIEWS, one_of};
use crate::report;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    cache: CacheArg,

    /// The tap to use; needed when the cache has several
    #[arg(long, value_name = "NAME")]
    tap: Option<String>,

    /// Make one row of the views of an image, in caches of several
    #[arg(long, value_parser = one_of(COMBINED_VIEWS))]
    views: Option<CombineViews>,

    /// Hold images out together that lie in one folder (`dir`), or in one group of a CSV file, as in
    /// `fit train`; images of equal content are held out together anyway
    #[arg(long, value_name = "dir|FILE.csv[:OPTIONS]")]
    group_by: Option<GroupBy>,

    /// Folds that hold images out; a class of fewer images is not checked for wrong labels
    #[arg(long, value_name = "K", default_value = "5", value_parser = folds)]
    folds: usize,

    /// Values of C of the softmax heads, a list or `FROM..TO:COUNT`: the one that makes the labels of
    /// held-out images likeliest is taken
    #[arg(long, value_name = "GRID", default_value = "1,10,100,1000")]
    c: CGrid,

    /// An image is an outlier if it is far from its neighbor of this number
    #[arg(long, value_name = "N", default_value = "10")]
    neighbors: NonZeroUsize,

    /// Images are near duplicates from this cosine similarity on, above 0 and at most 1
    #[arg(long, value_name = "S", default_value = "0.95", value_parser = similarity)]
    similarity: f32,

    /// Name classes that have fewer images
    #[arg(long, value_name = "N", default_value_t = 20)]
    small_class: usize,

    /// Seed of the folds
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// The most images of each list that are shown; `--out` and `--json` have all
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,

    #[command(flatten)]
    folder: FolderArgs,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Looks through all images of the cache, whatever their split, and lists what a person should look at:

labels that are likely wrong: softmax heads give each image probabilities without having seen it, and
  confident learning (Northcutt et al. 2021, pruned by noise rate) tells which labels these do not
  bear out, the least likely first; not where images have several labels
outliers: images whose 10th neighbor is far (cosine distance), beyond the upper quartile and 1.5
  distances of the quartiles
near duplicates: images above a similarity, and what a chain of such pairs joins
exact duplicates: images that are equal to the byte
small classes

--out writes audit.json, label-errors.csv, outliers.csv, near-duplicates.csv, exact-duplicates.csv,
small-classes.csv, and probabilities.csv, the held-out probabilities of each image.

Examples:
  fit audit birds.h5
  fit audit birds.h5 --similarity 0.98 --out birds-audit
  fit audit birds.h5 --json";

pub(super) fn run(args: &AuditArgs) -> anyhow::Result<ExitCode> {
    args.folder.check(&report::audit::FILES)?;
    let report = audit(&AuditRequest {
        cache: args.cache.cache.clone(),
        tap: args.tap.clone(),
        views: args.views,
        group_by: args.group_by.clone(),
        folds: args.folds,
        cs: args.c.values().to_vec(),
        n_neighbors: args.neighbors.get(),
        similarity: args.similarity,
        small_class: args.small_class,
        seed: args.seed,
        checksums: args.cache.checksums.checksums(),
    })?;
    if args.json {
        console::document(&report::audit::document(&report))?;
    } else {
        console::result(&report::audit::text(&report, args.top))?;
    }
    args.folder.write(&report::audit::files(&report, args.folder.texts()))?;
    let unconverged = report.labels.filter(|labels| !labels.converged);
    let unconverged = unconverged.map(|labels| HeadSpec::Softmax { c: labels.c });
    Ok(warn_unconverged(unconverged, &[Steps::unit_rows()]))
}

fn folds(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(folds) if folds >= 2 => Ok(folds),
        _ => Err("must be a whole number of at least 2".to_owned()),
    }
}

fn similarity(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(similarity) if similarity > 0.0 && similarity <= 1.0 => Ok(similarity),
        _ => Err("must be above 0 and at most 1".to_owned()),
    }
}
