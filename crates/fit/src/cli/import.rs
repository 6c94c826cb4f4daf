//! `fit import`

use std::path::PathBuf;

use clap::Args;
use console::{ExitCode, quote_for_shell};
use feature_import::{ImportRequest, import};
use schema::Dtype;

use super::words::{DTYPES, one_of};
use crate::report;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ImportArgs {
    /// The features: .npy, .npz, .h5 (or .hdf5, .mat of version 7.3), .parquet or .csv
    #[arg(value_name = "FEATURES")]
    source: PathBuf,

    /// What made the features, in your words, such as \"CLIP ViT-B/32, image encoder, 224 px\": heads are
    /// applied only to features that were imported with the same words
    #[arg(long, value_name = "TEXT")]
    made_by: String,

    /// The cache to write
    #[arg(long, value_name = "CACHE.h5")]
    out: PathBuf,

    /// The features in the file: a key, a dataset, or columns (repeat it, or write `f*` for all that begin
    /// with `f`) [default: the only matrix, or all columns of numbers that are not named below]
    #[arg(long, value_name = "NAME")]
    features: Vec<String>,

    /// Take the columns of the matrix for samples, and its rows for features
    #[arg(long)]
    transpose: bool,

    /// Labels of the rows, texts or whole numbers: a name in the file, or a file beside it (.npy, or .txt
    /// with a line a row); empty, or -1, is unlabelled
    #[arg(long, value_name = "NAME|FILE")]
    labels: Option<String>,

    /// Names of the classes, where labels are numbers from 0 on
    #[arg(long, value_name = "NAME|FILE")]
    class_names: Option<String>,

    /// Paths of the images, or any names that tell rows apart [default: the numbers of the rows]
    #[arg(long, value_name = "NAME|FILE")]
    paths: Option<String>,

    /// Splits of the rows: `train`, `val`, `test`, or nothing
    #[arg(long, value_name = "NAME|FILE")]
    splits: Option<String>,

    /// Name of the tap in the cache
    #[arg(long, value_name = "NAME", default_value = "features")]
    tap: String,

    /// Element type of the features in the cache
    #[arg(long, value_parser = one_of(DTYPES), default_value = "f32")]
    dtype: Dtype,

    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Makes a feature cache of features that another program computed. All other commands take it, and
`extract run` adds nothing to it: there is no network to compute more with.

Numbers are stored in single precision, or in half. NaN and infinity are refused, with their row.
Rows of equal features count as equal images: folds keep them together.

Examples:
  fit import clip.npy --labels labels.npy --class-names names.txt --made-by CLIP --out clip.h5
  fit import clip.npz --features emb --labels y --paths files --made-by CLIP --out clip.h5
  fit import dino.parquet --features emb --labels label --made-by DINOv2 --out dino.h5
  fit import table.csv --features 'f*' --labels species --paths file --made-by mine --out mine.h5";

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let report = import(&ImportRequest {
        source: args.source.clone(),
        out: args.out.clone(),
        made_by: args.made_by.clone(),
        features: args.features.clone(),
        transpose: args.transpose,
        labels: args.labels.clone(),
        class_names: args.class_names.clone(),
        paths: args.paths.clone(),
        splits: args.splits.clone(),
        tap: args.tap.clone(),
        dtype: args.dtype,
    })?;
    if args.json {
        console::document(&report::document("offshelf-import", &report))?;
    } else {
        console::result(&report::import::text(&report, &quote_for_shell(&args.out)))?;
    }
    Ok(ExitCode::Done)
}
