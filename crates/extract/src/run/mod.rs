//! `extract run`: a folder of images in, a feature cache out.
//!
//! A [`Request`] becomes a `Plan` in which everything is checked and nothing is read but the list
//! of images and the weights; then the plan is carried out.

mod load;
mod pipeline;
mod plan;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use feature_cache::{Sample, Split, UnreadableImage};

use self::load::Loaded;
use self::plan::Plan;
pub use self::plan::RunError;

/// What to extract, and how.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folder of images.
    pub images: PathBuf,
    /// Where the cache goes.
    pub out: PathBuf,
    /// Name of the backbone.
    pub backbone: String,
    /// Name or path of the weights.
    pub weights: String,
    /// Taps, each `NAME[:POOL]`.
    pub taps: Vec<String>,
    /// Name of the preprocessing; by default the one that the weights were trained with.
    pub preset: Option<String>,
    /// `auto`, `cpu`, `cuda` or `cuda:N`.
    pub device: String,
    /// Images in one pass of the network.
    pub batch: usize,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Rows in the cache.
    pub n_samples: usize,
    /// Class names.
    pub classes: Vec<String>,
    /// The feature matrices in the cache.
    pub taps: Vec<feature_cache::Tap>,
    /// What could not be read: these have no row.
    pub unreadable: Vec<UnreadableImage>,
    /// Time from the first image to the finished file.
    pub elapsed: Duration,
}

/// Progress of a run, for whoever shows it.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Something the user should know.
    Warning(&'a str),
    /// The run begins.
    Start {
        /// Images to read.
        n_images: usize,
    },
    /// So many more images are done.
    Images(usize),
    /// This image could not be read.
    Unreadable(&'a UnreadableImage),
}

/// Extracts the features of every image of a folder, in the order of the manifest.
///
/// An image that cannot be read is no error: it goes into the cache's error table, and into the
/// outcome.
///
/// # Errors
/// See [`RunError`]; no cache is left behind.
pub fn run(request: &Request, report: &mut dyn FnMut(Event<'_>)) -> Result<Outcome, RunError> {
    let Plan { manifest, preset, taps, engine, mut writer, warnings } = Plan::new(request)?;
    for warning in &warnings {
        report(Event::Warning(warning));
    }

    let started = Instant::now();
    report(Event::Start { n_images: manifest.samples.len() });
    let mut unreadable: Vec<UnreadableImage> = Vec::new();
    for folder in &manifest.unreadable {
        let (path, reason) = (folder.path.clone(), folder.reason.clone());
        unreadable.push(UnreadableImage { path, reason });
        report(Event::Unreadable(&unreadable[unreadable.len() - 1]));
    }
    let mut n_samples = 0;
    pipeline::load_ahead(&manifest, &preset, request.batch, |batch| {
        let n_images = batch.len();
        let mut rows = Vec::with_capacity(n_images);
        let mut pixels = Vec::with_capacity(n_images);
        for (sample, loaded) in batch {
            match loaded {
                Ok(loaded) => {
                    rows.push(row(sample, &loaded));
                    pixels.push(loaded.pixels);
                }
                Err(error) => {
                    let (path, reason) = (sample.path.clone(), error.to_string());
                    unreadable.push(UnreadableImage { path, reason });
                    report(Event::Unreadable(&unreadable[unreadable.len() - 1]));
                }
            }
        }
        if !pixels.is_empty() {
            let features = engine.forward(&pixels);
            n_samples += rows.len();
            for (i, row) in rows.into_iter().enumerate() {
                let features: Vec<&[f32]> = features
                    .iter()
                    .zip(&taps)
                    .map(|(values, tap)| &values[i * tap.n_features..][..tap.n_features])
                    .collect();
                writer.push(row, &features)?;
            }
        }
        report(Event::Images(n_images));
        Ok(())
    })?;
    for error in &unreadable {
        writer.push_error(error.clone());
    }
    writer.finish()?;
    let classes = manifest.classes;
    Ok(Outcome { n_samples, classes, taps, unreadable, elapsed: started.elapsed() })
}

fn row(sample: &dataset::Sample, loaded: &Loaded) -> Sample {
    Sample {
        path: sample.path.clone(),
        content_hash: loaded.content_hash,
        size: loaded.size,
        mtime_ns: loaded.mtime_ns,
        label: sample.label.map_or(-1, |label| {
            i32::try_from(label).expect("classes are folders: there are fewer than 2^31")
        }),
        split: match sample.split {
            dataset::Split::None => Split::None,
            dataset::Split::Train => Split::Train,
            dataset::Split::Validation => Split::Validation,
            dataset::Split::Test => Split::Test,
        },
    }
}
