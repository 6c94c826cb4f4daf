//! What the page says: numbers and pictures.

use std::collections::{BTreeMap, HashMap};

use head::{Description, LabelKind, Part};
use learn::Labels;
use metrics::{Evaluation, Ranking, ReliabilityBin, reliability};
use schema::Split;
use train::{Applied, EvaluateRequest, apply_to};

use crate::curves::Curves;
use crate::pictures::Pictures;
use crate::request::{ReportError, ReportRequest};
use crate::subject::{Subject, SweepRecord};

/// What the page says.
pub(crate) struct Findings {
    /// Name of the head's file.
    pub(crate) head: String,
    /// What the head is.
    pub(crate) description: Description,
    /// The images evaluated on, in words.
    pub(crate) evaluated_on: String,
    /// Whether the head was trained on them.
    pub(crate) trained_on_them: bool,
    /// How good it is.
    pub(crate) evaluation: Evaluation,
    /// Where a guess would be.
    pub(crate) guesses: Option<Guesses>,
    /// Probability and success of each row, where there are probabilities of one class.
    pub(crate) reliability: Option<Vec<ReliabilityBin>>,
    /// Precision against recall of all classes together, then of those that are found least well.
    pub(crate) precision_recall: Vec<ClassCurve>,
    /// The sweep that chose the head.
    pub(crate) sweep: Option<SweepRecord>,
    /// How good heads are by depth, and by the number of images.
    pub(crate) curves: Curves,
    /// Images and what is said of them.
    pub(crate) pictures: Pictures,
    /// What the cache is.
    pub(crate) cache: CacheFacts,
}

/// How well the images of a class are found by its score.
pub(crate) struct ClassCurve {
    pub(crate) name: String,
    pub(crate) average_precision: f64,
    /// Recall and precision, at some of the scores.
    pub(crate) points: Vec<(f64, f64)>,
}

/// Accuracies that need no head.
pub(crate) struct Guesses {
    /// A class by lot.
    pub(crate) chance: f64,
    /// The largest class of the images evaluated on, always.
    pub(crate) majority: f64,
    /// That class.
    pub(crate) largest: String,
}

/// What a cache is.
pub(crate) struct CacheFacts {
    pub(crate) path: String,
    pub(crate) n_samples: usize,
    /// Rows by split, and those that are unlabelled.
    pub(crate) splits: Vec<(&'static str, usize)>,
    pub(crate) n_unlabelled: usize,
    /// Rows by class, in the order of the cache.
    pub(crate) classes: Vec<(String, usize)>,
    /// Images whose content another one has.
    pub(crate) n_repeated: usize,
    pub(crate) unreadable: Vec<schema::Unreadable>,
    /// What made the features, field by field.
    pub(crate) provenance: Vec<(&'static str, String)>,
}

/// Bins of the reliability diagram.
const N_BINS: usize = 10;

/// Classes that have a curve of precision against recall.
const N_CURVES: usize = 5;

/// Points of such a curve, about.
const N_POINTS: usize = 60;

impl Findings {
    pub(crate) fn of(request: &ReportRequest, subject: Subject) -> Result<Self, ReportError> {
        let Subject { head, sweep } = subject;
        let evaluate = EvaluateRequest {
            split: request.split,
            engines: request.engines,
            checksums: request.checksums,
            ..EvaluateRequest::new(&head, &request.cache)
        };
        let mut applied = apply_to(&evaluate)?;
        let paths = applied.cache.paths()?;
        let mut evaluated_on = in_words(applied.split).to_owned();
        let mut trained_on_them = saw(&applied, request);
        if let (Some(sweep), None) = (&sweep, request.split)
            && !sweep.held_out.is_empty()
        {
            check_paths(&sweep.held_out, &paths, request)?;
            applied = applied.only(&sweep.held_out.keys().copied().collect());
            evaluated_on = "that the sweep held out".to_owned();
            trained_on_them = false;
        }
        Ok(Self {
            head: head.display().to_string(),
            description: applied.head.description.clone(),
            evaluated_on,
            trained_on_them,
            evaluation: applied.evaluation(request.bootstrap),
            guesses: guesses(&applied),
            reliability: reliability_of(&applied),
            precision_recall: precision_recall(&applied),
            cache: CacheFacts::of(&applied)?,
            pictures: Pictures::of(&applied, &paths, request),
            sweep,
            curves: Curves::of(request)?,
        })
    }
}

fn in_words(part: Part) -> &'static str {
    match part {
        Part::All => "with a label",
        Part::Train => "of the training split",
        Part::Validation => "of the validation split",
        Part::Test => "of the test split",
    }
}

/// Whether the head was trained on rows of the part that it is evaluated on, as far as its file says.
fn saw(applied: &Applied, request: &ReportRequest) -> bool {
    let training = &applied.head.description.origin.training;
    let is_same_cache = training.cache == request.cache.display().to_string();
    is_same_cache && training.parts.contains(&applied.split)
}

/// Refuses rows of another cache than the one that was swept.
fn check_paths(
    held_out: &BTreeMap<usize, String>,
    paths: &[String],
    request: &ReportRequest,
) -> Result<(), ReportError> {
    // With `--spreadsheet-safe` a path may have a `'` before it.
    let is_other = |(row, path): &(&usize, &String)| {
        let found = paths.get(**row).map_or("", String::as_str);
        found != *path && format!("'{found}") != **path
    };
    match held_out.iter().find(is_other) {
        Some((row, path)) => Err(ReportError::OtherCache {
            cache: request.cache.clone(),
            problem: format!("row {row} was `{path}`"),
        }),
        None => Ok(()),
    }
}

fn guesses(applied: &Applied) -> Option<Guesses> {
    let Labels::Classes(labels) = &applied.rows.labels else { return None };
    let classes = applied.classes();
    let mut counts = vec![0_usize; classes.len()];
    labels.iter().for_each(|&label| counts[label] += 1);
    let largest =
        (0..counts.len()).max_by_key(|&class| (counts[class], std::cmp::Reverse(class)))?;
    Some(Guesses {
        chance: 1.0 / classes.len() as f64,
        majority: counts[largest] as f64 / labels.len() as f64,
        largest: classes[largest].clone(),
    })
}

fn reliability_of(applied: &Applied) -> Option<Vec<ReliabilityBin>> {
    let Labels::Classes(labels) = &applied.rows.labels else { return None };
    let logs = applied.predictions.log_probabilities()?;
    let rows = labels.iter().zip(applied.predictions.classes()).enumerate();
    let rows = rows
        .map(|(row, (label, prediction))| (logs[[row, *prediction]].exp(), label == prediction));
    Some(reliability(rows, N_BINS))
}

/// The curve of all classes together, and those of the classes of least average precision.
fn precision_recall(applied: &Applied) -> Vec<ClassCurve> {
    let classes = applied.classes();
    // Of several labels, 0 stands for a class that does not count.
    let is_positive = |row: usize, class: usize| match &applied.rows.labels {
        Labels::Classes(labels) => Some(labels[row] == class),
        Labels::MultiLabel(labels) => match labels[[row, class]] {
            0 => None,
            label => Some(label > 0),
        },
    };
    let counted = |class: usize| {
        let rows = applied.predictions.ranked_by(class).enumerate();
        rows.filter_map(move |(row, score)| Some((score, is_positive(row, class)?)))
    };
    let curve = |name: &str, ranking: &Ranking| {
        let average_precision = ranking.average_precision()?;
        let points = thinned(&where_recall_grows(ranking));
        Some(ClassCurve { name: name.to_owned(), average_precision, points })
    };
    let together = Ranking::new((0..classes.len()).flat_map(counted));
    let of_class = |class: usize| curve(&classes[class], &Ranking::new(counted(class)));
    let mut curves: Vec<ClassCurve> = (0..classes.len()).filter_map(of_class).collect();
    curves.sort_by(|a, b| a.average_precision.total_cmp(&b.average_precision));
    curves.truncate(N_CURVES);
    curve("all classes", &together).into_iter().chain(curves).collect()
}

/// The points at which one more image of the class is found: between them precision only falls.
fn where_recall_grows(ranking: &Ranking) -> Vec<(f64, f64)> {
    let mut points = ranking.precision_recall();
    points.retain(|(recall, _)| *recall > 0.0);
    points.dedup_by_key(|(recall, _)| *recall);
    points
}

/// About [`N_POINTS`] of the points, the first and the last among them.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let step = points.len().div_ceil(N_POINTS).max(1);
    let last = points.len().saturating_sub(1);
    let some = points.iter().enumerate().filter(|(i, _)| i % step == 0 || *i == last);
    some.map(|(_, point)| *point).collect()
}

impl CacheFacts {
    fn of(applied: &Applied) -> Result<Self, ReportError> {
        let cache = &applied.cache;
        let of_split = |split: Split| cache.splits().iter().filter(|&&s| s == split).count();
        let named = [
            ("train", Split::Train),
            ("validation", Split::Validation),
            ("test", Split::Test),
            ("no split", Split::None),
        ];
        let splits = named.map(|(name, split)| (name, of_split(split)));
        let is_multilabel = applied.head.description.origin.labels == LabelKind::MultiLabel;
        let of_class = |class: usize| {
            cache.labels().iter().filter(|&&label| usize::try_from(label) == Ok(class)).count()
        };
        let classes = cache.classes().iter().enumerate();
        let mut contents: HashMap<[u8; 32], usize> = HashMap::new();
        cache
            .content_hashes()?
            .into_iter()
            .for_each(|hash| *contents.entry(hash).or_default() += 1);
        let provenance = cache.provenance();
        Ok(Self {
            path: cache.path().display().to_string(),
            n_samples: cache.n_samples(),
            splits: splits.into_iter().filter(|(_, n)| *n > 0).collect(),
            n_unlabelled: cache
                .labels()
                .iter()
                .filter(|&&label| label < 0 && !is_multilabel)
                .count(),
            classes: if is_multilabel {
                Vec::new()
            } else {
                classes.map(|(class, name)| (name.clone(), of_class(class))).collect()
            },
            n_repeated: contents.values().filter(|&&n| n > 1).map(|n| n - 1).sum(),
            unreadable: cache.errors()?,
            provenance: vec![
                ("backbone", provenance.backbone.clone()),
                ("weights", provenance.weights.name.clone()),
                ("digest of the weights", provenance.weights.digest.clone()),
                ("taps", provenance.taps.join(", ")),
                ("preprocessing", preprocessing(&provenance.preprocessing)),
                ("views", provenance.views.clone()),
                ("engine", provenance.engine.clone()),
                ("numbers", provenance.dtype.to_string()),
            ],
        })
    }
}

/// The name of a preset, or all of its JSON.
fn preprocessing(value: &serde_json::Value) -> String {
    value["name"].as_str().map_or_else(|| value.to_string(), str::to_owned)
}
