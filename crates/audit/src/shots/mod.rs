//! How good a head is by the number of images that it is trained on.

mod draw;
mod fits;
mod outlook;
mod point;
mod request;

use feature_cache::Cache;
use head::{HeadSpec, Part, Steps};
use learn::{Rows, check_settings};
use serde::Serialize;
use train::{ChosenRows, Event, Samples, TapFeatures, Work, group_rows, training_rows};

pub use draw::Draw;
pub use outlook::{Fraction, Outlook};
pub use point::ShotPoint;
pub use request::{ShotsError, ShotsRequest};

use draw::draws;
use fits::Fits;
use outlook::{FRACTIONS, outlook};

/// The fraction of each class that is held out where a cache has no splits and none is asked for.
const HOLD_OUT: f64 = 0.2;

/// How good a head is by the number of images of each class that it is trained on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShotsReport {
    /// The cache.
    pub cache: String,
    /// The tap.
    pub tap: String,
    /// The head.
    #[serde(flatten)]
    pub spec: HeadSpec,
    /// Transform.
    pub transform: Steps,
    /// Classes.
    pub n_classes: usize,
    /// Rows there are to train on.
    pub n_train: usize,
    /// The split that is scored on; absent where rows were held out at random.
    pub scored_on: Option<Part>,
    /// The fraction of each class that was held out at random.
    pub hold_out: Option<f64>,
    /// Rows scored on.
    pub n_scored: usize,
    /// What was left out.
    pub rows: ChosenRows,
    /// The curve, from few images to all.
    pub points: Vec<ShotPoint>,
    /// What twice as many images are likely to bring.
    pub outlook: Outlook,
    /// Whether all fits met their tolerance.
    pub converged: bool,
    /// The order in which each draw takes the training rows.
    #[serde(skip)]
    pub draws: Vec<Draw>,
    /// Names of the classes.
    #[serde(skip)]
    pub classes: Vec<String>,
    /// Paths of all samples of the cache, as they are on disk.
    #[serde(skip)]
    pub paths: Vec<String>,
}

/// Fits a head on 1, 2, 5, ... images of each class, drawn several times, and on all of them, and scores it on rows
/// that it never sees: the test split, else the validation split, else a part that is held out.
///
/// # Errors
/// [`ShotsError`].
///
/// # Examples
///
/// ```
/// # mod cache { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../train/doc/birds.rs")); }
/// # let (folder, birds) = cache::birds();
/// use audit::{ShotsRequest, shots};
/// use head::HeadSpec;
///
/// let report = shots(&ShotsRequest::new(&birds, HeadSpec::Softmax { c: 100.0 }), &mut |_| {})?;
/// let last = report.points.last().expect("all images are a point of the curve");
/// assert_eq!((last.per_class, last.n_rows, last.accuracy), (None, 32, 1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shots(
    request: &ShotsRequest,
    on_event: &mut dyn FnMut(Event),
) -> Result<ShotsReport, ShotsError> {
    let ShotsRequest { settings, spec, .. } = request;
    let path = || request.cache.clone();
    if request.draws == 0 {
        return Err(ShotsError::NoDraws);
    }
    let cache = Cache::open_with(&request.cache, request.checksums)?;
    let tap = TapFeatures::open(&cache, request.tap.as_deref(), settings.views)?;
    let (samples, chosen) = Samples::chosen(&cache, &request.rows)
        .map_err(|source| ShotsError::Choice { cache: path(), source })?;
    if !samples.label_kind().is_one_class() {
        return Err(ShotsError::SeveralLabels(path()));
    }
    check_settings(samples.label_kind(), std::slice::from_ref(spec), settings, false)
        .map_err(|source| ShotsError::Settings { cache: path(), source })?;
    let Division { train, classes, scored, scored_on, hold_out } =
        divide(request, &cache, &samples)?;
    let (train, scored) = (tap.examples(train)?, tap.examples(scored)?);
    let draws = draws(&train.rows, classes.len(), request.draws, settings.seed);

    let sizes = sizes(&request.sizes, &draws[0]);
    let n_partial = (sizes.len() + FRACTIONS.len()) * draws.len();
    on_event(Event::Started(Work::Fits, n_partial + 1));
    let fits = Fits { train: &train, scored: &scored, classes: &classes, request };
    let mut fit = |draws: &[Draw], limit: &(dyn Fn(usize) -> usize + Sync)| {
        let fitted = fits.fitted(draws, limit)?;
        on_event(Event::Advanced(draws.len()));
        Ok::<_, ShotsError>(fitted)
    };
    let mut points = Vec::new();
    for &size in &sizes {
        points.push(ShotPoint::new(Some(size), &fit(&draws, &|_| size)?));
    }
    let all = fit(&draws[..1], &|size| size)?;
    points.push(ShotPoint::new(None, &all));
    let mut parts = Vec::new();
    for fraction in FRACTIONS {
        parts.push((fraction, fit(&draws, &|size| part_of(size, fraction))?));
    }
    parts.push((1.0, all));
    let converged = points.iter().all(|point| point.converged)
        && parts.iter().all(|(_, fitted)| fitted.converged);
    Ok(ShotsReport {
        cache: cache.path().display().to_string(),
        tap: tap.name().to_owned(),
        spec: spec.clone(),
        transform: request.transform.clone(),
        n_classes: classes.len(),
        n_train: train.rows.len(),
        scored_on,
        hold_out,
        n_scored: scored.rows.len(),
        rows: chosen,
        points,
        outlook: outlook(&parts, settings.seed),
        converged,
        draws,
        classes,
        paths: cache
            .paths()?
            .iter()
            .map(|path| schema::encoded_path::shown(path).into_owned())
            .collect(),
    })
}

/// The rows to train on and those to score on.
struct Division {
    train: Rows,
    classes: Vec<String>,
    scored: Rows,
    scored_on: Option<Part>,
    hold_out: Option<f64>,
}

fn divide(
    request: &ShotsRequest,
    cache: &Cache,
    samples: &Samples<'_>,
) -> Result<Division, ShotsError> {
    let error = |source| ShotsError::Rows { cache: request.cache.clone(), source };
    let has_splits = samples.training_part() != Part::All;
    let hold_out = request.hold_out.or((!has_splits).then_some(HOLD_OUT));
    let groups = |rows: &Rows| group_rows(cache, request.group_by.as_ref(), rows);
    let (train, classes, held_out) =
        training_rows(samples, &groups, hold_out, request.settings.seed).map_err(error)?;
    if let Some(scored) = held_out {
        return Ok(Division { train, classes, scored, scored_on: None, hold_out });
    }
    let part = [Part::Test, Part::Validation].into_iter().find(|&part| samples.has(part));
    let part = part.ok_or_else(|| ShotsError::NothingHeldOut(request.cache.clone()))?;
    let scored = samples.select(part, &classes).map_err(|source| error(source.into()))?;
    Ok(Division { train, classes, scored, scored_on: Some(part), hold_out })
}

/// The sizes asked for, or 1, 2, 5, 10, 20, 50, ...: ascending, those alone that leave something of some class out.
fn sizes(asked: &[usize], draw: &Draw) -> Vec<usize> {
    let largest = draw.by_class.iter().map(Vec::len).max().unwrap_or(0);
    let steps =
        (0..).flat_map(|power: u32| [1, 2, 5].map(|step| step * 10_usize.saturating_pow(power)));
    let mut sizes: Vec<usize> = if asked.is_empty() {
        steps.take_while(|&size| size < largest).collect()
    } else {
        asked.iter().copied().filter(|&size| size > 0 && size < largest).collect()
    };
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

/// The rows that a fraction of a class has: one at least.
fn part_of(size: usize, fraction: f64) -> usize {
    ((size as f64 * fraction).round() as usize).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_end_below_the_largest_class() {
        let draw = Draw { seed: 0, by_class: vec![vec![0; 3], vec![0; 21]] };
        assert_eq!(sizes(&[], &draw), [1, 2, 5, 10, 20]);
        assert_eq!(sizes(&[21, 7, 0, 3, 7], &draw), [3, 7]);
        assert_eq!([8, 3, 1].map(|size| part_of(size, 0.25)), [2, 1, 1]);
    }
}
