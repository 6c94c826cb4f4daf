//! `extract verify`.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use atomic_file::open_regular;
use clap::Args;
use console::{Advised, ExitCode, Progress, shown};
use dataset::{Content, RecordError, RecordFiles};
use feature_cache::{Cache, Checksums, Finding, OpenError, ReadError, hash_boxed};
use rayon::prelude::*;
use schema::{BoundingBox, Sample, encoded_path, views_are_boxed};
use serde::Serialize;

use super::PROGRAM;

/// Images read at a time, in parallel.
const PIECE: usize = 1024;

/// Check a cache, and that its images are still the same.
///
/// The structure of the cache is checked, every checksum, and that all features are finite; with --images, the
/// images that it was extracted from as well.
#[derive(Args)]
#[command(after_help = "\
Exit codes: 0 all is well; 1 could not check; 3 something is wrong, and all of it is listed.")]
pub(crate) struct VerifyArguments {
    /// The cache to check
    #[arg(value_name = "FILE.h5")]
    cache: PathBuf,
    /// Check, too, that the images below this folder are still those that were extracted
    #[arg(long, value_name = "ROOT")]
    images: Option<PathBuf>,
    /// Print the result as one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn verify(arguments: &VerifyArguments) -> anyhow::Result<ExitCode> {
    if let Some(root) = &arguments.images
        && !root.is_dir()
    {
        let message = format!("`{}` is no folder", root.display());
        let hint = "`--images` names the folder that was extracted";
        return Err(Advised::new(message, hint).into());
    }
    let mut report = Report {
        format: "offshelf-extract-verify",
        version: 1,
        file: arguments.cache.display().to_string(),
        n_samples: None,
        images: arguments.images.as_ref().map(|root| root.display().to_string()),
        findings: Vec::new(),
    };
    // Nothing is believed twice: all checksums are looked at below.
    match Cache::open_with(&arguments.cache, Checksums::Ignore) {
        Ok(cache) => {
            report.n_samples = Some(cache.n_samples());
            report.check(&cache, arguments.images.as_deref());
        }
        Err(missing @ OpenError::Missing { .. }) => return Err(missing.into()),
        Err(error) => report.unreadable(&error),
    }
    if arguments.json {
        console::document(&format!("{:#}\n", serde_json::to_value(&report)?))?;
    } else {
        console::result(&report.to_string())?;
    }
    Ok(if report.findings.is_empty() { ExitCode::Done } else { ExitCode::Cache })
}

/// The result, as `--json` prints it.
#[derive(Serialize)]
struct Report {
    format: &'static str,
    version: u32,
    file: String,
    /// None when the file cannot be opened.
    n_samples: Option<usize>,
    /// The folder of images that were checked, too.
    images: Option<String>,
    findings: Vec<Wrong>,
}

/// One thing that is wrong.
#[derive(Serialize)]
#[serde(untagged)]
enum Wrong {
    File(FileFinding),
    Cache(Finding),
    Image(ImageFinding),
}

/// The file is no cache, or cannot be read to its end.
#[derive(Serialize)]
#[serde(tag = "kind", rename = "unreadable")]
struct FileFinding {
    problem: String,
}

/// An image is not the one that was extracted.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind")]
enum ImageFinding {
    #[serde(rename = "image_missing")]
    Missing { path: String },
    #[serde(rename = "image_changed")]
    Changed { path: String },
    #[serde(rename = "image_unreadable")]
    Unreadable { path: String, problem: String },
}

impl Report {
    fn check(&mut self, cache: &Cache, images: Option<&Path>) {
        match feature_cache::verify(cache) {
            Ok(findings) => self.findings.extend(findings.into_iter().map(Wrong::Cache)),
            Err(error) => self.unreadable(&error),
        }
        if let Some(root) = images
            && let Err(error) = self.check_images(cache, root)
        {
            self.unreadable(&error);
        }
    }

    fn check_images(&mut self, cache: &Cache, root: &Path) -> Result<(), ReadError> {
        let progress = Progress::start(PROGRAM, "images", cache.n_samples());
        let boxes = if views_are_boxed(&cache.provenance().views) {
            cache.annotations()?.boxes.unwrap_or_default()
        } else {
            Vec::new()
        };
        let records = RecordFiles::default();
        let of_row = |row: usize| boxes.get(row).copied().flatten();
        let mut samples = (0..).map(of_row).zip(cache.samples());
        loop {
            let piece: Vec<(Option<BoundingBox>, Sample)> = samples
                .by_ref()
                .take(PIECE)
                .map(|(in_box, sample)| Ok((in_box, sample?)))
                .collect::<Result<_, ReadError>>()?;
            if piece.is_empty() {
                return Ok(());
            }
            let check = |(in_box, sample)| {
                let finding = check_image((root, &records), in_box, sample);
                progress.advance(1);
                finding
            };
            let findings: Vec<_> = piece.into_par_iter().filter_map(check).collect();
            self.findings.extend(findings.into_iter().map(Wrong::Image));
        }
    }

    /// The error and what caused it, on one line: hints are about one command, not about a list.
    fn unreadable(&mut self, error: &(dyn std::error::Error + 'static)) {
        let causes = std::iter::successors(Some(error), |error| error.source());
        let first_lines = causes.map(|cause| {
            let text = cause.to_string();
            text.lines().next().unwrap_or_default().to_owned()
        });
        let problem = first_lines.collect::<Vec<_>>().join(": ");
        self.findings.push(Wrong::File(FileFinding { problem }));
    }
}

/// `in_box` is the box that the features of the sample are of, if they are of one.
fn check_image(
    (root, records): (&Path, &RecordFiles),
    in_box: Option<BoundingBox>,
    Sample { path, size, content_hash, .. }: Sample,
) -> Option<ImageFinding> {
    let is_same = || -> io::Result<bool> {
        let file = match dataset::content(&path, root) {
            // The cache may be anybody's.
            None => return Err(io::Error::other("its path leads out of the folder of images")),
            Some(Content::File(file)) => open_regular(&file)?,
            // A record of more pixels than its size in bytes is another one.
            Some(Content::Record(place)) => match records.read(&place, size) {
                Err(RecordError::TooLarge { .. }) => return Ok(false),
                record => {
                    let record = record.map_err(io::Error::other)?.to_netpbm();
                    return Ok(blake3::hash(&record) == content_hash);
                }
            },
        };
        // An image of another size need not be read.
        if file.metadata()?.len() != size {
            return Ok(false);
        }
        let Some(in_box) = in_box else {
            return Ok(blake3::Hasher::new().update_reader(file)?.finalize() == content_hash);
        };
        let mut bytes = Vec::new();
        file.take(size).read_to_end(&mut bytes)?;
        Ok(hash_boxed(&bytes, in_box) == content_hash)
    };
    match is_same() {
        Ok(true) => None,
        Ok(false) => Some(ImageFinding::Changed { path }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Some(ImageFinding::Missing { path })
        }
        Err(error) => Some(ImageFinding::Unreadable { path, problem: error.to_string() }),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", shown(&self.file))?;
        if let Some(n_samples) = self.n_samples {
            write!(f, "{n_samples} images, ")?;
        }
        match self.findings.len() {
            0 => writeln!(f, "all is well")?,
            n => writeln!(f, "{n} {} wrong", if n == 1 { "thing is" } else { "things are" })?,
        }
        let findings = self.findings.iter();
        findings.map(Wrong::to_string).try_for_each(|finding| writeln!(f, "  {}", shown(&finding)))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on_disk = encoded_path::shown;
        match self {
            Self::File(FileFinding { problem }) => f.write_str(problem),
            Self::Cache(finding) => finding.fmt(f),
            Self::Image(ImageFinding::Missing { path }) => {
                write!(f, "the image `{}` is missing", on_disk(path))
            }
            Self::Image(ImageFinding::Changed { path }) => {
                write!(f, "the image `{}` has changed", on_disk(path))
            }
            Self::Image(ImageFinding::Unreadable { path, problem }) => {
                write!(f, "the image `{}` cannot be read: {problem}", on_disk(path))
            }
        }
    }
}
