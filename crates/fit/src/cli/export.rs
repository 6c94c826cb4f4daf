//! `fit export`

use std::path::PathBuf;

use atomic_file::{check_vacant, write, write_with};
use clap::Args;
use console::{ExitCode, shown};
use head::{CombineViews, Target, export, load};
use network_onnx::whole_model;
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

    /// Put the network before the head: with `--to onnx`, a model that takes pixels. These are the weights
    /// that the head was trained on features of, a name of `extract weights list` or a file
    #[arg(long, value_name = "WEIGHTS")]
    with_network: Option<String>,

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
networks have it. With `--with-network` it takes `pixels` instead, [n, height, width, 3] of u8 in
the order red, green, blue and of the size that the metadata entry `preprocessing` says, and
normalizes them itself: docs/take-away.md has a program of Python that uses it.

npz: the arrays `coef`, `intercept`, `classes`, `link` and `transform` of a linear head, and those
of its transform and calibration.

parquet: the images of a cache, a row each: `path` (relative to the folder of the images), `label` and
`label_index` (null where there is none; several labels have a `|` between them, and no index),
`split` (`train`, `validation`, `test` or null), and a column of lists of 32-bit floats for each tap,
of its name, such as `block5_pool:gap`. pandas, Polars, DuckDB and embedding-atlas read it as it is;
docs/audit.md has the lines for FiftyOne.

Examples:
  fit export birds.safetensors --to onnx --out birds.onnx
  fit export birds.safetensors --to onnx --with-network vgg16-keras-notop --out whole.onnx
  fit export birds.safetensors --to npz --out birds.npz
  fit export birds.h5 --to parquet --out birds.parquet";

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    if args.with_network.is_some() && args.to != Export::Head(Target::Onnx) {
        return Err(usage("`--with-network` is for `--to onnx`").into());
    }
    let of_a_cache = !args.tap.is_empty() || args.views.is_some();
    if of_a_cache && args.to != Export::Features {
        return Err(usage("`--tap` and `--views` are for `--to parquet`").into());
    }
    let existing = existing(args.force);
    check_vacant(&args.out, existing)?;
    match (args.to, &args.with_network) {
        (Export::Head(_), Some(name)) => {
            let head = load(&args.subject)?;
            let weights = weights::resolve(name)?;
            let model = whole_model(&head, &weights)?;
            write_with(&args.out, existing, |file| model.write(file))?;
        }
        (Export::Head(target), None) => {
            write(&args.out, &export(&load(&args.subject)?, target)?, existing)?;
        }
        (Export::Features, _) => {
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
