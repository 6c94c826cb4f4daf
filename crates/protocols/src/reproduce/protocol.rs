//! The benchmarks: data sets with their metrics.

use std::fmt;
use std::str::FromStr;

use head::LabelKind;
use metrics::Metric;

/// A benchmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Protocol {
    /// Its name.
    pub name: &'static str,
    /// The data set, for people.
    pub data_set: &'static str,
    /// What its images are labelled with.
    pub labels: LabelKind,
    /// Number of classes of the published data set.
    pub n_classes: usize,
    /// What is reported.
    pub metric: Metric,
    /// Whether features are of the box of each image; `None` where the paper does not say.
    pub boxed: Option<bool>,
    /// Whether the validation split is trained on, too.
    pub trains_on_validation: bool,
    /// C of Razavian et al. (section 3.1), where they have one.
    pub c: Option<f64>,
    /// What `extract` calls the source of its images.
    pub source: &'static str,
}

/// All benchmarks.
pub const PROTOCOLS: [Protocol; 9] = [
    Protocol {
        name: "voc2007",
        data_set: "PASCAL VOC 2007",
        labels: LabelKind::MultiLabel,
        n_classes: 20,
        metric: Metric::ElevenPointMap,
        boxed: Some(false),
        trains_on_validation: true,
        c: Some(0.2),
        source: "voc2007",
    },
    Protocol {
        name: "mit67",
        data_set: "MIT 67 indoor scenes",
        labels: LabelKind::OneClass,
        n_classes: 67,
        metric: Metric::MeanClassAccuracy,
        boxed: Some(false),
        trains_on_validation: true,
        c: Some(2.0),
        source: "mit67",
    },
    Protocol {
        name: "cub200",
        data_set: "CUB-200-2011, whole images",
        labels: LabelKind::OneClass,
        n_classes: 200,
        metric: Metric::MeanClassAccuracy,
        boxed: Some(false),
        trains_on_validation: true,
        c: Some(2.0),
        source: "cub200",
    },
    Protocol {
        name: "cub200-box",
        data_set: "CUB-200-2011, boxes",
        labels: LabelKind::OneClass,
        n_classes: 200,
        metric: Metric::MeanClassAccuracy,
        boxed: Some(true),
        trains_on_validation: true,
        c: Some(2.0),
        source: "cub200:box=1.5",
    },
    Protocol {
        name: "flowers102",
        data_set: "Oxford Flowers 102",
        labels: LabelKind::OneClass,
        n_classes: 102,
        metric: Metric::MeanClassAccuracy,
        boxed: Some(false),
        // With the source `flowers102:trainval` both parts are the training split.
        trains_on_validation: false,
        c: Some(2.0),
        source: "flowers102",
    },
    Protocol {
        name: "uiuc-attributes",
        data_set: "UIUC object attributes",
        labels: LabelKind::MultiLabel,
        n_classes: 64,
        metric: Metric::MeanRocAuc,
        boxed: None,
        trains_on_validation: true,
        c: Some(0.2),
        source: "attributes",
    },
    Protocol {
        name: "h3d",
        data_set: "H3D human attributes",
        labels: LabelKind::MultiLabel,
        n_classes: 9,
        metric: Metric::AllPointMap,
        boxed: Some(true),
        trains_on_validation: true,
        c: Some(0.2),
        source: "attributes:box=1.5",
    },
    Protocol {
        name: "caltech101",
        data_set: "Caltech-101",
        labels: LabelKind::OneClass,
        n_classes: 102,
        metric: Metric::MeanClassAccuracy,
        boxed: Some(false),
        trains_on_validation: true,
        c: None,
        source: "caltech101",
    },
    Protocol {
        name: "caltech256",
        data_set: "Caltech-256",
        labels: LabelKind::OneClass,
        n_classes: 256,
        metric: Metric::MeanClassAccuracy,
        boxed: Some(false),
        trains_on_validation: true,
        c: None,
        source: "caltech256",
    },
];

/// No benchmark has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown protocol `{0}`\nhint: one of {known}, or `all` with a folder of caches", known = names())]
pub struct UnknownProtocol(pub String);

fn names() -> String {
    PROTOCOLS.map(|protocol| protocol.name).join(", ")
}

impl FromStr for &'static Protocol {
    type Err = UnknownProtocol;

    fn from_str(text: &str) -> Result<Self, UnknownProtocol> {
        let found = PROTOCOLS.iter().find(|protocol| protocol.name == text);
        found.ok_or_else(|| UnknownProtocol(text.to_owned()))
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
