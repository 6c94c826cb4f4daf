//! `fit export`

use std::path::PathBuf;

use atomic_file::{check_vacant, write};
use clap::Args;
use console::{ExitCode, shown};
use head::{CombineViews, Target, export, load};
use train::{FeaturesRequest, features};

use super::PROGRAM;
use super::fit_args::{ChecksumsArg, existing, text, usage};
use super::words::{COMBINED_VIEWS, EXPORTS, one_of};
use crate::report::features::write_features;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportArgs {
    /// The head, made by `fit train` or `fit sweep --out`; for `--to parquet` a feature cache
    #[arg(value_name = "HEAD.safetensors|CACHE.h5")]
    subject: PathBuf,

    /// What to write
    #[arg(long, value_parser = one_of(EXPORTS))]
    to: Export,

    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    /// Of a cache, the taps to write, in this order: repeat the option [default: all]
    #[arg(long, value_name = "NAME")]
    tap: Vec<String>,

    /// Of a cache of several views, make one row of the views of an image
    #[arg(long, value_parser = one_of(COMBINED_VIEWS))]
    views: Option<CombineViews>,

    #[command(flatten)]
    checksums: ChecksumsArg,
}

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Export {
    /// A head, for other programs.
    Head(Target),
    /// The features of a cache, as a table.
    Features,
}

const EXAMPLES: &str = "\
onnx: a model that takes `features` as the cache has them, and transforms them itself. It gives
`label` (an index into the metadata entry `classes`; not of heads of several labels an image),
`scores`, and `probabilities` where the head has them. Linear heads (one score a class) and
networks have it.

npz: the arrays `coef`, `intercept`, `classes`, `link` and `transform` of a linear head, and those
of its transform and calibration.

parquet: the images of a cache, a row each: `path` (relative to the folder of the images), `label` and
`label_index` (null where there is none; several labels have a `|` between them, and no index),
`split` (`train`, `validation`, `test` or null), and a column of lists of 32-bit floats for each tap,
of its name, such as `block5_pool:gap`. pandas, Polars, DuckDB and embedding-atlas read it as it is;
docs/audit.md has the lines for FiftyOne.

Examples:
  fit export birds.safetensors --to onnx --out birds.onnx
  fit export birds.safetensors --to npz --out birds.npz
  fit export birds.h5 --to parquet --out birds.parquet";

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let existing = existing(args.force);
    match args.to {
        Export::Head(_) if !args.tap.is_empty() || args.views.is_some() => {
            return Err(usage("`--tap` and `--views` are for `--to parquet`").into());
        }
        Export::Head(target) => {
            check_vacant(&args.out, existing)?;
            let head = load(&args.subject)?;
            write(&args.out, &export(&head, target)?, existing)?;
        }
        Export::Features => {
            check_vacant(&args.out, existing)?;
            let report = features(&FeaturesRequest {
                cache: args.subject.clone(),
                taps: args.tap.clone(),
                views: args.views,
                checksums: args.checksums.checksums(),
            })?;
            write_features(&report, &args.out, existing)?;
        }
    }
    console::note(PROGRAM, &format!("written to `{}`", shown(&text(&args.out))));
    Ok(ExitCode::Done)
}
