//! `extract run`.

mod dry_run_report;
mod report;

use std::path::PathBuf;

use clap::Args;
use console::{Advised, ExitCode, Progress, shown};
use dataset::{ClassDepth, FolderOptions, Source, SplitFolders};
use engine::{EngineRequest, Precision};
use extract::overview::Overview;
use extract::run::{Event, Job};
use feature_cache::SegmentLimits;
use network::{Network, NetworkRequest};
use preprocess::Views;
use schema::{Dtype, Shard, Unreadable, encoded_path};

use self::dry_run_report::DryRunReport;
use self::report::Report;
use super::limit_arguments::LimitArguments;
use super::preset_arguments::PresetArguments;
use super::{PROGRAM, network_warning};

/// Extract the features of a folder of images into a cache.
///
/// Each sub-folder is a class; folders such as `train`, `val` and `test` are splits, at the top or in
/// each class; a folder without sub-folders gives unlabelled features. What was read is shown, and
/// where folders can be read in several ways, the ways are shown, with the options that choose.
/// Published data sets are read in their own layouts, with --source. JPEG, PNG, GIF, BMP, WebP, TIFF,
/// JPEG 2000, PBM, PGM and PPM files are read.
///
/// Run again, the same command goes on where it was interrupted, and computes only what is new or
/// changed once the cache is there. Images are known by their content: what was renamed, moved or
/// copied is not computed again.
#[derive(Args)]
#[command(
    after_help = "\
Examples:
  extract run photos --out cache/photos.h5 --tap block5_pool:gap --tap block4_pool:max
  extract run flowers --source flowers102:swapped --out cache/flowers.h5",
    after_long_help = long_help()
)]
pub(crate) struct RunArguments {
    /// Folder of images
    images: PathBuf,
    /// How the images lie in the folder: a data set and its options, as in caltech101:seed=1,train=15.
    /// `--help` lists them
    #[arg(long, value_name = "NAME[:OPTIONS]", default_value = "folder")]
    source: Source,
    /// Which folders are splits: none of them, those on top or those in each class (by their names), or
    /// folders of your own by name or path, as in fit=train,judge=test
    #[arg(long, value_name = "none|top|class|FOLDER=SPLIT,...")]
    splits: Option<SplitFolders>,
    /// Which folder of each path names the class: 1 is that on top
    #[arg(long, value_name = "depth=N")]
    classes: Option<ClassDepth>,
    /// Look only at the box of each image, where the source has one; the source's option box=...
    /// enlarges it
    #[arg(long)]
    crop_box: bool,
    /// The cache to write, or to bring up to date
    #[arg(long, value_name = "FILE.h5")]
    out: PathBuf,
    /// The network [default: the one that the weights are for]
    #[arg(long)]
    backbone: Option<String>,
    /// Name of fetched weights, or a converted file
    #[arg(long, value_name = "NAME|PATH", default_value = "vgg16-keras-notop")]
    weights: String,
    /// Layer to read, and how its map becomes a vector: any layer by the name that Keras or torchvision
    /// has for it, with gap, max, gem:P, flatten or spp:N,N,...; repeat for several [default: the last
    /// layer before the classifier, with gap]
    #[arg(long = "tap", value_name = "NAME[:POOL]")]
    taps: Vec<String>,
    /// Inputs of the network that are made of each image: center, flip (2), ten-crop (10),
    /// razavian16[:ANGLE] (16), patches[:LEVELS] (30), scales:N,N,... (2 each). `--help` explains them
    #[arg(long, value_name = "NAME[:OPTIONS]", default_value = "center")]
    views: Views,
    /// Element type of the stored features
    #[arg(long, value_name = "f32|f16", default_value = "f32", value_parser = dtype)]
    dtype: Dtype,
    /// What computes: libtorch, winograd (VGG networks up to block5_pool, on the CPU), or auto, which
    /// takes winograd where it can
    #[arg(long, value_name = "auto|libtorch|winograd", default_value = "auto", value_parser = engine)]
    engine: EngineRequest,
    /// Keep rows of the cache that another engine computed: they differ in the last bits
    #[arg(long)]
    any_engine: bool,
    /// Where the network computes: auto, cpu, cuda (all GPUs) or cuda:N
    #[arg(long, default_value = "auto")]
    device: String,
    /// Numbers that libtorch computes in: f16 and bf16 are for GPUs, which are faster with them; poolings
    /// and what is stored stay as --tap and --dtype say
    #[arg(long, value_name = "f32|f16|bf16", default_value = "f32", value_parser = precision)]
    precision: Precision,
    /// Images, or views of them, in one pass of the network; some hundred keep a GPU busy
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=4096))]
    batch: u32,
    /// Extract only part I of N, for `extract merge` to join
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Read every image again, also those whose size and modification time have not changed
    #[arg(long)]
    rehash: bool,
    /// Replace a damaged cache, or one (or an unfinished run) of other features
    #[arg(long)]
    replace: bool,
    /// Say what would be computed, reused and dropped, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Exit with 0 even when images could not be read
    #[arg(long)]
    skip_unreadable: bool,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    preset: PresetArguments,
    #[command(flatten)]
    limits: LimitArguments,
}

pub(crate) fn run(arguments: &RunArguments) -> anyhow::Result<ExitCode> {
    let job = arguments.job()?;
    let network = Network::resolve(&arguments.network_request())?;
    network.warnings().iter().for_each(network_warning);
    if arguments.dry_run {
        let forecast = extract::run::dry_run(&network.recipe(), &job, &mut show())?;
        print(arguments.json, &DryRunReport::new(&job, &forecast))?;
        return Ok(ExitCode::Done);
    }
    let stop = console::stop_flag(PROGRAM, "images")?;
    let outcome = extract::run(&network, &job, &stop, &mut show())?;
    print(arguments.json, &Report::new(&job, &outcome))?;
    let unreadable = !outcome.unreadable.is_empty() && !arguments.skip_unreadable;
    Ok(if unreadable { ExitCode::Incomplete } else { ExitCode::Done })
}

impl RunArguments {
    fn network_request(&self) -> NetworkRequest {
        NetworkRequest {
            backbone: self.backbone.clone(),
            weights: self.weights.clone(),
            taps: self.taps.clone(),
            preset: self.preset.request(),
            views: self.views.clone(),
            dtype: self.dtype,
            engine: self.engine,
            device: self.device.clone(),
            precision: self.precision,
        }
    }

    fn job(&self) -> anyhow::Result<Job> {
        Ok(Job {
            images: self.images.clone(),
            source: self.source()?,
            crop_box: self.crop_box,
            out: self.out.clone(),
            batch: self.batch as usize,
            shard: self.shard,
            rehash: self.rehash,
            replace: self.replace,
            any_engine: self.any_engine,
            limits: self.limits.limits(),
            segments: SegmentLimits::default(),
        })
    }

    fn source(&self) -> anyhow::Result<Source> {
        let Self { source, splits, classes, .. } = self;
        if splits.is_none() && classes.is_none() {
            return Ok(source.clone());
        }
        if !source.is_folder() {
            let message =
                format!("the source `{source}` has its splits and classes from the data set");
            let hint = "leave `--splits` and `--classes` out, or `--source`";
            return Err(Advised::new(message, hint).into());
        }
        let (splits, classes) = (splits.clone(), *classes);
        Ok(Source::folder_as(FolderOptions { splits, classes }))
    }
}

/// The views, for `--help`: in lines that fit into 80 columns, since longer ones lose their alignment.
const VIEWS: &str = "  center              the image, as the preset has it
  flip                the image, and its mirror
  ten-crop            four corners and the center, and those of the mirror, in
                      place of the preset's crop
  razavian16[:ANGLE]  the image, five crops of 2/3 of each side, the image
                      turned by -ANGLE and +ANGLE degrees [10], and the mirrors
                      of these eight
  patches[:LEVELS]    1 + 4 + 9 + ... squares around overlapping patches
                      [4 levels: 30]
  scales:N,N,...      all of the image with the shorter side at each N, and its
                      mirror; not for flatten";

fn engine(name: &str) -> Result<EngineRequest, String> {
    EngineRequest::named(name).ok_or_else(|| "write auto, libtorch or winograd".to_owned())
}

fn precision(name: &str) -> Result<Precision, String> {
    name.parse().map_err(|_| "write f32, f16 or bf16".to_owned())
}

/// The sources and the views, after the options.
fn long_help() -> String {
    format!(
        "Sources (--source), options with their defaults in brackets:\n{}\n\n\
         Views (--views), of the box of each image with --crop-box; `extract views` draws them:\n{VIEWS}\n\n\
         Examples:\n  \
         extract run photos --out cache/photos.h5 --tap block5_pool:gap --tap block4_pool:max\n  \
         extract run flowers --source flowers102:swapped --out cache/flowers.h5\n  \
         extract run birds --source cub200:box=1.5 --crop-box --out cache/birds.h5\n  \
         extract run mnist/raw --source idx --out cache/mnist.h5\n  \
         extract run scenes --source mit67 --views razavian16 --out cache/mit67-16.h5",
        Source::HELP
    )
}

fn dtype(name: &str) -> Result<Dtype, String> {
    [Dtype::F32, Dtype::F16]
        .into_iter()
        .find(|dtype| dtype.to_string() == name)
        .ok_or_else(|| "write f32 or f16".to_owned())
}

/// Shows events on standard error. What is drawn goes when the result is dropped.
fn show() -> impl FnMut(Event<'_>) {
    let mut progress = None;
    move |event| match event {
        Event::Overview(overview) => tell(overview),
        Event::Warning(warning) => warn(warning),
        Event::Resumed { n_rows, folder } => {
            let folder = folder.to_string_lossy();
            let folder = shown(&folder);
            console::note(
                PROGRAM,
                &format!("going on: the features of {n_rows} images are in `{folder}`"),
            );
        }
        Event::Start { n_images } => {
            progress = Some(Progress::start(PROGRAM, "images", n_images));
        }
        Event::Images(n_images) => progress.iter().for_each(|shown| shown.advance(n_images)),
        Event::Unreadable(Unreadable { path, reason }) => {
            let path = encoded_path::shown(path);
            progress
                .iter()
                .for_each(|bar| bar.note(&format!("cannot read `{}`: {reason}", shown(&path))));
        }
    }
}

/// Shows on standard error what a data set is read as, while there is time to stop.
fn tell(overview: &Overview) {
    for line in overview.to_string().lines() {
        console::note(PROGRAM, line.trim_start());
    }
    overview.warnings.iter().for_each(|warning| warn(warning));
}

fn warn(warning: &str) {
    console::note(PROGRAM, &format!("warning: {}", shown(warning)));
}

fn print<T: serde::Serialize + std::fmt::Display>(json: bool, report: &T) -> anyhow::Result<()> {
    if json {
        console::document(&format!("{:#}\n", serde_json::to_value(report)?))?;
    } else {
        console::result(&report.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_keep_their_alignment_in_80_columns() {
        for line in VIEWS.lines().chain(Source::HELP.lines()) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(VIEWS.lines().all(|line| line.starts_with("  ")), "all names begin in one column");
    }
}
