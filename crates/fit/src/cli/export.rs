//! `fit export`

use std::path::PathBuf;

use atomic_file::{check_vacant, write, write_with};
use clap::Args;
use console::{ExitCode, shown};
use head::{Target, export, load};
use network_onnx::whole_model;

use super::PROGRAM;
use super::fit_args::{existing, text, usage};
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

Examples:
  fit export birds.safetensors --to onnx --out birds.onnx
  fit export birds.safetensors --to onnx --with-network vgg16-keras-notop --out whole.onnx
  fit export birds.safetensors --to npz --out birds.npz";

pub(super) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let existing = existing(args.force);
    if args.with_network.is_some() && args.to != Target::Onnx {
        return Err(usage("`--with-network` is for `--to onnx`").into());
    }
    check_vacant(&args.out, existing)?;
    let head = load(&args.head)?;
    match &args.with_network {
        Some(name) => {
            let weights = weights::resolve(name)?;
            let model = whole_model(&head, &weights)?;
            write_with(&args.out, existing, |file| model.write(file))?;
        }
        None => write(&args.out, &export(&head, args.to)?, existing)?,
    }
    console::note(PROGRAM, &format!("written to `{}`", shown(&text(&args.out))));
    Ok(ExitCode::Done)
}
