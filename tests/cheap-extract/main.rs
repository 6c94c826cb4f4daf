//! `extract run` with a network that costs nothing and counts what it is asked for: all else is the
//! product's own pipeline. The fault tests run it, kill it, and starve it.

mod cheap_engine;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::Parser;
use extract::run::{Event, Job, Outcome, Source, run_with};
use feature_cache::SegmentLimits;
use preprocess::{Limits, MAX_PIXELS};
use schema::Shard;
use serde_json::json;

use self::cheap_engine::CheapEngine;

const PROGRAM: &str = "cheap-extract";

/// `extract run` with a network that costs nothing.
#[derive(Parser)]
struct Arguments {
    /// Folder of images
    images: PathBuf,
    /// The cache to write
    #[arg(long)]
    out: PathBuf,
    /// Gets a line for each image that goes through the network
    #[arg(long)]
    forwarded: PathBuf,
    /// Numbers a row
    #[arg(long, default_value_t = 64)]
    n_features: usize,
    /// Images in one pass of the network
    #[arg(long, default_value_t = 16)]
    batch: usize,
    /// Milliseconds that a pass takes
    #[arg(long, default_value_t = 0)]
    batch_ms: u64,
    /// Rows in a segment [default: as `extract`]
    #[arg(long)]
    segment_rows: Option<usize>,
    /// Do not decode images of more pixels
    #[arg(long, default_value_t = MAX_PIXELS)]
    max_pixels: u64,
    /// Read every image, even one that looks unchanged
    #[arg(long)]
    rehash: bool,
    /// Take part I of N alone
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes = error.chain().map(console::Told::of);
            console::raw_note(&console::render_error(PROGRAM, causes));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    let pause = Duration::from_millis(arguments.batch_ms);
    let engine = CheapEngine::new(arguments.n_features, pause, &arguments.forwarded)?;
    let limits = SegmentLimits::default();
    let job = Job {
        images: arguments.images,
        source: Source::folder(),
        crop_box: false,
        out: arguments.out,
        batch: arguments.batch,
        shard: arguments.shard,
        rehash: arguments.rehash,
        replace: false,
        any_engine: false,
        limits: Limits { max_pixels: arguments.max_pixels, ..Limits::default() },
        segments: SegmentLimits { rows: arguments.segment_rows.unwrap_or(limits.rows), ..limits },
    };
    let outcome = run_with(
        &engine.recipe(),
        vec![Box::new(engine)],
        &job,
        &AtomicBool::new(false),
        &mut |event| {
            if let Event::Warning(warning) = event {
                console::note(PROGRAM, warning);
            }
        },
    )?;
    Ok(console::result(&report(&outcome)?)?)
}

/// What became of the run, and the memory that it took, as one JSON document.
fn report(outcome: &Outcome) -> anyhow::Result<String> {
    let unreadable: Vec<&str> = outcome.unreadable.iter().map(|image| &*image.path).collect();
    let document = json!({
        "up_to_date": outcome.up_to_date,
        "n_samples": outcome.n_samples,
        "computed": outcome.counts.computed,
        "unreadable": unreadable,
        "seconds": outcome.elapsed.as_secs_f64(),
        "peak_rss_kib": peak_rss_kib()?,
    });
    Ok(format!("{document}\n"))
}

/// The most memory that this process had at any time, as Linux tells it.
fn peak_rss_kib() -> anyhow::Result<Option<u64>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()))
}
