//! The single numbers that benchmarks report, with intervals.

use ndarray::ArrayView2;
use rayon::prelude::*;
use serde::Serialize;

use super::all_point_ap::all_point_ap;
use super::bootstrap::bootstrap_interval;
use super::class_counts::ClassCounts;
use super::eleven_point_ap::eleven_point_ap;
use super::ranked_rows::RankedRows;
use super::ranking::{Ranking, mean};
use super::{Bootstrap, Interval, Truth, argmax_rows};

/// What a benchmark reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Mean over classes of the fraction of their rows that are predicted as them: the mean of the
    /// diagonal of the confusion matrix.
    MeanClassAccuracy,
    /// Mean over classes of [`Ranking::average_precision`], without interpolation.
    MeanAveragePrecision,
    /// Mean over classes of the average precision of PASCAL VOC up to 2009: the mean over eleven recalls
    /// of the highest precision that is reached at that recall or beyond.
    ElevenPointMap,
    /// Mean over classes of the average precision of PASCAL VOC from 2010 on: the area under the
    /// precision-recall curve, each precision raised to the highest one at that recall or beyond.
    AllPointMap,
    /// Mean over classes of the area under the ROC curve, equal scores counting half.
    MeanRocAuc,
}

/// A metric of some rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The metric, 0 to 1.
    pub value: f64,
    /// Its 95 % interval over draws of the rows.
    pub interval: Option<Interval>,
    /// What each class adds, `[n_classes]`; `None` for classes that are left out of the mean because
    /// they have no positive row (for the area under the ROC curve, no row of one of both kinds).
    pub classes: Vec<Option<f64>>,
}

impl Metric {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::MeanClassAccuracy => "mean per-class accuracy",
            Self::MeanAveragePrecision => "mAP",
            Self::ElevenPointMap => "mAP (11-point)",
            Self::AllPointMap => "mAP (all-point)",
            Self::MeanRocAuc => "mean ROC-AUC",
        }
    }

    /// Measures `scores` `[n_samples, n_classes]` against the truth; `None` where every class is left
    /// out. Labels of 0 count neither as right nor as wrong. No score may be NaN.
    ///
    /// # Panics
    /// If the mean per-class accuracy of multilabel rows is asked for.
    ///
    /// # Examples
    ///
    /// ```
    /// use metrics::{Metric, Truth};
    /// use ndarray::array;
    ///
    /// let scores = array![[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]];
    /// let truth = array![[1, -1], [-1, 1], [0, 1]];
    /// let truth = Truth::MultiLabel(truth.view());
    /// let measured = Metric::MeanAveragePrecision.measure(scores.view(), truth, None);
    /// assert_eq!(measured.map(|measured| measured.value), Some(1.0));
    /// ```
    pub fn measure(
        self,
        scores: ArrayView2<'_, f32>,
        truth: Truth<'_>,
        bootstrap: Option<Bootstrap>,
    ) -> Option<Measured> {
        let n_samples = scores.nrows();
        let per_class: PerClass<'_> = match self {
            Self::MeanClassAccuracy => {
                let Truth::Classes(labels) = truth else {
                    panic!("accuracy is of rows of one class")
                };
                let predictions = argmax_rows(scores);
                let n_classes = scores.ncols();
                Box::new(move |times| recalls(n_classes, labels, &predictions, times))
            }
            Self::MeanAveragePrecision => of_rankings(scores, truth, |rows, times| {
                Ranking::new(rows.repeated(times)).average_precision()
            }),
            Self::ElevenPointMap => of_rankings(scores, truth, |rows, times| {
                eleven_point_ap(rows.repeated(times).map(|row| row.1))
            }),
            Self::AllPointMap => of_rankings(scores, truth, |rows, times| {
                all_point_ap(rows.repeated(times).map(|row| row.1))
            }),
            Self::MeanRocAuc => of_rankings(scores, truth, |rows, times| {
                Ranking::new(rows.repeated(times)).roc_auc()
            }),
        };
        let classes = per_class(&vec![1; n_samples]);
        let value = mean(classes.iter().flatten().copied())?;
        let of_draw = |times: &[u32]| mean(per_class(times).into_iter().flatten());
        let interval =
            bootstrap.and_then(|options| bootstrap_interval(n_samples, options, of_draw));
        Some(Measured { value, interval, classes })
    }
}

/// The fraction of the rows of each class that are predicted as it.
fn recalls(
    n_classes: usize,
    labels: &[usize],
    predictions: &[usize],
    times: &[u32],
) -> Vec<Option<f64>> {
    let pairs = labels.iter().copied().zip(predictions.iter().copied());
    let drawn = pairs.zip(times).flat_map(|(pair, &n)| std::iter::repeat_n(pair, n as usize));
    let counts = ClassCounts::count(n_classes, drawn);
    let recall = |class| (counts.support[class] > 0).then(|| counts.recall(class));
    (0..n_classes).map(recall).collect()
}

type PerClass<'a> = Box<dyn Fn(&[u32]) -> Vec<Option<f64>> + Sync + 'a>;

/// The metric of each class, from rankings that are made once.
fn of_rankings<'a>(
    scores: ArrayView2<'_, f32>,
    truth: Truth<'_>,
    metric: impl Fn(&RankedRows, &[u32]) -> Option<f64> + Sync + 'a,
) -> PerClass<'a> {
    let rank = |class: usize| match truth {
        Truth::Classes(labels) => RankedRows::new(
            scores.column(class),
            labels.iter().map(|&label| if label == class { 1 } else { -1 }),
        ),
        Truth::MultiLabel(labels) => {
            RankedRows::new(scores.column(class), labels.column(class).iter().copied())
        }
    };
    let rankings: Vec<RankedRows> = (0..scores.ncols()).into_par_iter().map(rank).collect();
    Box::new(move |times| rankings.iter().map(|rows| metric(rows, times)).collect())
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn a_class_without_positive_rows_is_left_out_of_the_mean() {
        let scores = array![[0.9, 0.1], [0.8, 0.2], [0.7, 0.3]];
        let truth = array![[1, -1], [-1, 0], [1, -1]];
        let truth = Truth::MultiLabel(truth.view());
        let measured = Metric::AllPointMap.measure(scores.view(), truth, None).unwrap();
        assert_eq!(measured.classes[1], None);
        assert_eq!(Some(measured.value), measured.classes[0]);
        let nothing = array![[0, 0], [0, -1], [0, -1]];
        let nothing = Truth::MultiLabel(nothing.view());
        assert_eq!(Metric::MeanRocAuc.measure(scores.view(), nothing, None), None);
    }

    #[test]
    fn intervals_hold_the_value_and_vanish_where_every_draw_is_equal() {
        let scores = array![[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.6, 0.4], [0.1, 0.9]];
        let draws = Some(Bootstrap { resamples: 200, seed: 0 });
        for metric in [Metric::MeanClassAccuracy, Metric::ElevenPointMap, Metric::MeanRocAuc] {
            let truth = Truth::Classes(&[0, 1, 1, 0, 0]);
            let measured = metric.measure(scores.view(), truth, draws).unwrap();
            let [low, high] = measured.interval.unwrap();
            assert!(low < measured.value && measured.value <= high, "{metric:?} {measured:?}");
            let perfect = Truth::Classes(&[0, 1, 0, 0, 1]);
            let perfect = metric.measure(scores.view(), perfect, draws).unwrap();
            assert_eq!((perfect.value, perfect.interval), (1.0, Some([1.0, 1.0])));
        }
    }
}
