//! `fit export`

use std::path::PathBuf;

use atomic_file::{check_vacant, write};
use clap::Args;
use console::{ExitCode, shown};
use head::{Target, export, load};

use super::PROGRAM;
use super::fit_args::{existing, text};
use super::words::{TARGETS, one_of};

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ExportArgs {
    /// The head, made by `fit train` or `fit sweep --out`
    #[arg(value_name = "HEAD.safetensors")]
    head: PathBuf,

    /// What to write
    #[arg(long, value_parser = one_of(TARGETS))]
    to: Target,

    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
onnx: a model that takes `features` as the cache has them, and transforms them itself. It gives
`label` (an index into the metadata entry `classes`; not of heads of several labels an image),
`scores`, and `probabilities` where the head has them. Linear heads (one score a class) and
networks have it.

npz: the arrays `coef`, `intercept`, `classes`, `link` and `transform` of a linear head, and those
of its transform and calibration.

Examples:
  fit export birds.safetensors --to onnx --out birds.onnx
  fit export birds.safetensors --to npz --out birds.npz";

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let existing = existing(args.force);
    check_vacant(&args.out, existing)?;
    let head = load(&args.head)?;
    write(&args.out, &export(&head, args.to)?, existing)?;
    console::note(PROGRAM, &format!("written to `{}`", shown(&text(&args.out))));
    Ok(ExitCode::Done)
}
