//! The images of a benchmark: which are trained on, which tested, and what they are.

use feature_cache::{Cache, ReadError};
use head::LabelKind;
use learn::Labels;
use ndarray::Axis;
use schema::Split;
use train::multilabel_labels;

/// The images of a benchmark, by their numbers in the cache.
pub(super) struct Task {
    pub(super) classes: Vec<String>,
    pub(super) train: Vec<usize>,
    pub(super) validation: Vec<usize>,
    pub(super) test: Vec<usize>,
    /// Classes of the cache that none of these images has; they are not among `classes`.
    pub(super) n_absent: usize,
    truth: Labels,
}

/// Why a cache is not of the benchmark.
pub(super) enum TaskError {
    Read(ReadError),
    /// A sentence for people.
    Unfit(String),
}

impl Task {
    /// The images of `cache`, whose validation split is trained on, or not.
    pub(super) fn of(
        cache: &Cache,
        labels: LabelKind,
        trains_on_validation: bool,
    ) -> Result<Self, TaskError> {
        let unfit = |problem: &str| Err(TaskError::Unfit(problem.to_owned()));
        let classes = cache.classes().to_vec();
        let truth = match (labels, multilabel_labels(cache).map_err(TaskError::Read)?) {
            (LabelKind::OneClass, Some(_)) => {
                return unfit("its images have several labels each, and this needs one class");
            }
            (LabelKind::MultiLabel, None) => {
                return unfit(
                    "its images have one class each, and this needs a label for every class",
                );
            }
            (LabelKind::OneClass, None) => {
                // An image without a class gets none that is looked at: no split has it.
                Labels::Classes(
                    cache.labels().iter().map(|&l| usize::try_from(l).unwrap_or(0)).collect(),
                )
            }
            (LabelKind::MultiLabel, Some(labels)) => Labels::MultiLabel(labels),
        };
        let is_labelled = |image: &usize| cache.is_multilabel() || cache.labels()[*image] >= 0;
        let of_split = |split: Split| -> Vec<usize> {
            let images = (0..cache.n_samples()).filter(is_labelled);
            images.filter(|&image| cache.splits()[image] == split).collect()
        };
        let [train, validation, test] =
            [Split::Train, Split::Validation, Split::Test].map(of_split);
        if train.is_empty() || test.is_empty() {
            let missing = if train.is_empty() { "training" } else { "test" };
            return Err(TaskError::Unfit(format!("it has no {missing} images")));
        }
        let task = Self { classes, train, validation, test, truth, n_absent: 0 };
        task.of_present_classes(trains_on_validation)
    }

    /// The same images, without the classes that none of them has.
    fn of_present_classes(mut self, trains_on_validation: bool) -> Result<Self, TaskError> {
        let training = self.training(trains_on_validation);
        let n_classes = self.classes.len();
        let has = |class: usize, images: &[usize]| match &self.truth {
            Labels::Classes(labels) => images.iter().any(|&image| labels[image] == class),
            Labels::MultiLabel(labels) => images.iter().any(|&image| labels[[image, class]] > 0),
        };
        let (trained, untrained): (Vec<usize>, Vec<usize>) =
            (0..n_classes).partition(|&class| has(class, &training));
        if let Some(&class) = untrained.iter().find(|&&class| has(class, &self.test)) {
            let problem = format!("no training image is of class `{}`", self.classes[class]);
            return Err(TaskError::Unfit(problem));
        }
        self.truth = match self.truth {
            Labels::Classes(labels) => {
                // Labels of images in no split are not looked at, whatever becomes of them.
                let new = |label| trained.binary_search(&label).unwrap_or(0);
                Labels::Classes(labels.into_iter().map(new).collect())
            }
            Labels::MultiLabel(labels) => Labels::MultiLabel(labels.select(Axis(1), &trained)),
        };
        self.classes = trained.iter().map(|&class| self.classes[class].clone()).collect();
        self.n_absent = n_classes - trained.len();
        match (&self.truth, self.classes.as_slice()) {
            (Labels::Classes(_), [_]) => {
                Err(TaskError::Unfit("all its training images are of one class".to_owned()))
            }
            (Labels::MultiLabel(_), []) => {
                Err(TaskError::Unfit("no training image has any of its classes".to_owned()))
            }
            _ => Ok(self),
        }
    }

    /// The images that are trained on, with the validation split or without.
    pub(super) fn training(&self, with_validation: bool) -> Vec<usize> {
        let validation: &[usize] = if with_validation { &self.validation } else { &[] };
        let mut images = [self.train.as_slice(), validation].concat();
        images.sort_unstable();
        images
    }

    /// What `images` are labelled with.
    pub(super) fn truth_of(&self, images: &[usize]) -> Labels {
        self.truth.at(images)
    }
}
