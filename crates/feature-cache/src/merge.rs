//! From the shards of one set of images to the cache of all of it.

use std::path::{Path, PathBuf};

use atomic_file::{Existing, folder_of};
use schema::{Difference, Provenance, Sample, Shard, Tap, Unreadable};

use crate::annotations::Annotations;
use crate::assemble::{Target, assemble};
use crate::error::ReadError;
use crate::header::Header;
use crate::reader::Cache;
use crate::rows::{RowPlace, gather};
use crate::verify::{Finding, verify};
use crate::write_error::WriteError;

/// Missing shards that an error names: a damaged file may claim four billion.
const NAMED: usize = 10;

/// Why parts cannot be merged. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// Nothing to merge.
    #[error("there are no parts to merge")]
    NoParts,
    /// A cache that is no part of anything.
    #[error("`{}` is no shard: it holds all images", path.display())]
    NotAShard {
        /// The cache.
        path: PathBuf,
    },
    /// A shard of another number of shards.
    #[error(
        "`{}` is shard {shard}, but `{}` is one of {}\nhint: merge shards of one N only",
        path.display(),
        first.display(),
        first_shard.count
    )]
    OtherCount {
        /// The part.
        path: PathBuf,
        /// Its shard.
        shard: Shard,
        /// The part that it is compared with.
        first: PathBuf,
        /// The shard of that.
        first_shard: Shard,
    },
    /// A part of other features.
    #[error(
        "`{}` does not belong with `{}`:{}",
        path.display(),
        first.display(),
        Difference::lines(differences)
    )]
    Foreign {
        /// The part.
        path: PathBuf,
        /// The part that it is compared with.
        first: PathBuf,
        /// Every field in which they differ.
        differences: Vec<Difference>,
        /// What made the features of the part that it is compared with.
        expected: Box<Provenance>,
    },
    /// A part of other classes.
    #[error(
        "`{}` has other classes than `{}`: {}, not {}\nhint: extract all shards from the same folder",
        path.display(),
        first.display(),
        found.join(", "),
        expected.join(", ")
    )]
    OtherClasses {
        /// The part.
        path: PathBuf,
        /// Its classes.
        found: Vec<String>,
        /// The part that it is compared with.
        first: PathBuf,
        /// The classes of that.
        expected: Vec<String>,
    },
    /// A part with other annotations.
    #[error(
        "`{}` has not the labels, boxes or queries that `{}` has",
        path.display(),
        first.display()
    )]
    OtherAnnotations {
        /// The part.
        path: PathBuf,
        /// The part that it is compared with.
        first: PathBuf,
    },
    /// Two parts that are the same shard.
    #[error(
        "`{}` and `{}` are both shard {shard}\nhint: leave one of them out",
        a.display(),
        b.display()
    )]
    Twice {
        /// The shard.
        shard: Shard,
        /// One part.
        a: PathBuf,
        /// The other.
        b: PathBuf,
    },
    /// Shards that no part is.
    #[error(
        "shards {}{} are missing",
        missing.iter().map(Shard::to_string).collect::<Vec<_>>().join(", "),
        if *n_missing > missing.len() { ", ..." } else { "" }
    )]
    Missing {
        /// How many.
        n_missing: usize,
        /// The first of them, at least one and at most ten.
        missing: Vec<Shard>,
    },
    /// A part that is not what was written.
    #[error(
        "`{}` is damaged: {}\nhint: extract it again",
        path.display(),
        findings.iter().map(Finding::to_string).collect::<Vec<_>>().join("; ")
    )]
    Damaged {
        /// The part.
        path: PathBuf,
        /// All that is wrong with it.
        findings: Vec<Finding>,
    },
    /// One image in two parts.
    #[error(
        "the image `{image}` is in `{}` and in `{}`\nhint: extract all shards from the same folder",
        a.display(),
        b.display()
    )]
    ImageTwice {
        /// Path of the image.
        image: String,
        /// One part.
        a: PathBuf,
        /// The other.
        b: PathBuf,
    },
    /// A part could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The merged cache could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Merges the shards 1 to N of one set of images, given in any order, into the cache that a run over
/// all images would have written, byte for byte.
///
/// Parts are verified first, so that no damage gets a new checksum; features that are not finite are
/// no damage. Rows are copied in pieces: what is in memory is one record a sample.
///
/// # Examples
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use feature_cache::{Cache, merge};
///
/// let parts = [Cache::open("part-1.h5".as_ref())?, Cache::open("part-2.h5".as_ref())?];
/// merge("photos.h5".as_ref(), &parts)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When `out` exists; when a shard is missing, there twice, damaged, or of other features, classes
/// or number of shards than the first part; when two parts have one image; when the system refuses.
pub fn merge(out: &Path, parts: &[Cache]) -> Result<(), MergeError> {
    if out.symlink_metadata().is_ok() {
        return Err(WriteError::Exists { path: out.to_owned() }.into());
    }
    let parts = complete(parts)?;
    for part in &parts {
        let mut findings = verify(part)?;
        findings.retain(|finding| !matches!(finding, Finding::NotFinite { .. }));
        if !findings.is_empty() {
            return Err(MergeError::Damaged { path: part.path().to_owned(), findings });
        }
    }
    let (samples, places) = all_samples(&parts)?;
    let errors = all_errors(&parts, &samples, &places)?;
    let annotations = all_annotations(&parts, &places)?;
    let files: Vec<_> = parts.iter().map(|part| part.row_file()).collect();
    let header = Header {
        provenance: parts[0].provenance().clone(),
        classes: parts[0].classes().to_vec(),
        created_by: parts[0].created_by().to_owned(),
        taps: parts[0].taps().to_vec(),
        shard: None,
    };
    let target = Target { path: out, workplace: folder_of(out), existing: Existing::Refuse };
    let rows = samples.iter().map(Sample::borrowed);
    assemble(&target, &header, rows, &annotations, &errors, &|tap, samples, bytes| {
        gather(&files, &places, tap, samples, bytes)
    })?;
    Ok(())
}

/// The parts by shard, when they are all shards of one set.
fn complete(parts: &[Cache]) -> Result<Vec<&Cache>, MergeError> {
    let shard_of = |part: &Cache| {
        part.shard().ok_or_else(|| MergeError::NotAShard { path: part.path().to_owned() })
    };
    let first = parts.first().ok_or(MergeError::NoParts)?;
    let first_shard = shard_of(first)?;
    let mut by_shard: Vec<(u32, &Cache)> = Vec::new();
    for part in parts {
        let shard = shard_of(part)?;
        let (path, first_path) = (part.path().to_owned(), first.path().to_owned());
        if shard.count != first_shard.count {
            return Err(MergeError::OtherCount { path, shard, first: first_path, first_shard });
        }
        let mut differences = first.provenance().differences(part.provenance());
        differences.extend(shape_differences(first, part));
        if !differences.is_empty() {
            let expected = Box::new(first.provenance().clone());
            return Err(MergeError::Foreign { path, first: first_path, differences, expected });
        }
        if part.classes() != first.classes() {
            let (found, expected) = (part.classes().to_vec(), first.classes().to_vec());
            return Err(MergeError::OtherClasses { path, found, first: first_path, expected });
        }
        by_shard.push((shard.index, part));
    }
    by_shard.sort_by_key(|&(index, _)| index);
    let shard = |index| Shard { index, count: first_shard.count };
    if let Some([(index, a), (_, b)]) = by_shard.array_windows().find(|[a, b]| a.0 == b.0) {
        let (a, b) = (a.path().to_owned(), b.path().to_owned());
        return Err(MergeError::Twice { shard: shard(*index), a, b });
    }
    let n_missing = first_shard.count as usize - by_shard.len();
    if n_missing > 0 {
        let is_there = |index: &u32| by_shard.iter().any(|(there, _)| there == index);
        let missing = (1..=first_shard.count).filter(|index| !is_there(index)).map(shard);
        return Err(MergeError::Missing { n_missing, missing: missing.take(NAMED).collect() });
    }
    Ok(by_shard.into_iter().map(|(_, part)| part).collect())
}

/// Rows of one provenance have one length, unless somebody else wrote the file.
fn shape_differences(first: &Cache, part: &Cache) -> impl Iterator<Item = Difference> {
    let shape = |tap: &Tap| format!("{} [{}, {}]", tap.name, tap.n_views, tap.n_features);
    let shapes = first.taps().iter().map(shape).zip(part.taps().iter().map(shape));
    let differing = shapes.filter(|(expected, found)| expected != found);
    differing.map(|(expected, found)| Difference::new("shape", expected, found))
}

/// The samples of all parts by path, and where their rows lie.
fn all_samples(parts: &[&Cache]) -> Result<(Vec<Sample>, Vec<RowPlace>), MergeError> {
    let mut placed: Vec<(Sample, RowPlace)> = Vec::new();
    for (file, part) in (0..).zip(parts) {
        for (row, sample) in (0..).zip(part.samples()) {
            placed.push((sample?, RowPlace { file, row }));
        }
    }
    placed.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    if let Some([a, b]) = placed.array_windows().find(|[a, b]| a.0.path == b.0.path) {
        let [path_a, path_b] =
            [a, b].map(|(_, place)| parts[place.file as usize].path().to_owned());
        return Err(MergeError::ImageTwice { image: a.0.path.clone(), a: path_a, b: path_b });
    }
    Ok(placed.into_iter().unzip())
}

/// The annotations of the samples at `places`.
fn all_annotations(parts: &[&Cache], places: &[RowPlace]) -> Result<Annotations, MergeError> {
    let of_parts: Vec<Annotations> =
        parts.iter().map(|part| part.annotations()).collect::<Result<_, _>>()?;
    let first = &of_parts[0];
    let is_like_first = |other: &Annotations| {
        other.labels.is_some() == first.labels.is_some()
            && other.boxes.is_some() == first.boxes.is_some()
            && other.ground_truth == first.ground_truth
    };
    if let Some((part, _)) = parts.iter().zip(&of_parts).find(|(_, other)| !is_like_first(other)) {
        let (path, first) = (part.path().to_owned(), parts[0].path().to_owned());
        return Err(MergeError::OtherAnnotations { path, first });
    }
    let n_classes = parts[0].classes().len();
    let rows = || places.iter().map(|place| (&of_parts[place.file as usize], place.row as usize));
    let mut annotations = Annotations {
        ground_truth: first.ground_truth.clone(),
        source: first.source.clone(),
        ..Default::default()
    };
    if first.labels.is_some() {
        let labels = rows().flat_map(|(part, row)| {
            let labels = part.labels.as_deref().unwrap_or_default();
            &labels[row * n_classes..][..n_classes]
        });
        annotations.labels = Some(labels.copied().collect());
    }
    if first.boxes.is_some() {
        let boxes = rows().map(|(part, row)| part.boxes.as_deref().unwrap_or_default()[row]);
        annotations.boxes = Some(boxes.collect());
    }
    Ok(annotations)
}

/// The errors of all parts by path: of images that are not among the samples.
fn all_errors(
    parts: &[&Cache],
    samples: &[Sample],
    places: &[RowPlace],
) -> Result<Vec<Unreadable>, MergeError> {
    let mut errors: Vec<(Unreadable, &Path)> = Vec::new();
    for part in parts {
        for error in part.errors()? {
            if let Ok(row) = samples.binary_search_by(|sample| sample.path.cmp(&error.path)) {
                let a = parts[places[row].file as usize].path().to_owned();
                let b = part.path().to_owned();
                return Err(MergeError::ImageTwice { image: error.path, a, b });
            }
            errors.push((error, part.path()));
        }
    }
    errors.sort_by(|(a, _), (b, _)| a.path.cmp(&b.path));
    if let Some([a, b]) = errors.array_windows().find(|[a, b]| a.0.path == b.0.path) {
        let [path_a, path_b] = [a, b].map(|(_, part)| part.to_path_buf());
        return Err(MergeError::ImageTwice { image: a.0.path.clone(), a: path_a, b: path_b });
    }
    Ok(errors.into_iter().map(|(error, _)| error).collect())
}
