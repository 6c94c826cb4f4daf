//! Documents of `fit layers` and `fit shots`, as far as the page shows them.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::request::{ReportError, ReportRequest};
use crate::subject::read;

/// How good heads are by depth, and by the number of images.
#[derive(Default)]
pub(crate) struct Curves {
    /// By depth.
    pub(crate) layers: Option<Layers>,
    /// By the number of images.
    pub(crate) shots: Option<Shots>,
}

/// A document of `fit layers`.
#[derive(Deserialize)]
pub(crate) struct Layers {
    pub(crate) taps: Vec<Tap>,
}

/// A tap, from the input of the network on.
#[derive(Deserialize)]
pub(crate) struct Tap {
    pub(crate) tap: String,
    #[serde(alias = "mean_average_precision")]
    pub(crate) mean_accuracy: f64,
    pub(crate) standard_error: f64,
    pub(crate) best: bool,
}

/// A document of `fit shots`.
#[derive(Deserialize)]
pub(crate) struct Shots {
    pub(crate) points: Vec<ShotPoint>,
    pub(crate) outlook: Outlook,
}

/// How good a head is on so many images.
#[derive(Deserialize)]
pub(crate) struct ShotPoint {
    pub(crate) per_class: Option<usize>,
    pub(crate) n_rows: usize,
    pub(crate) accuracy: f64,
    pub(crate) spread: f64,
}

/// What twice as many images are likely to bring.
#[derive(Deserialize)]
pub(crate) struct Outlook {
    pub(crate) gain: f64,
    pub(crate) gain_interval: [f64; 2],
    pub(crate) last_gain: f64,
}

impl Curves {
    /// Reads the documents that are asked for.
    pub(crate) fn of(request: &ReportRequest) -> Result<Self, ReportError> {
        let layers = request.layers.as_deref().map(|path| document(path, "offshelf-layers"));
        let shots = request.shots.as_deref().map(|path| document(path, "offshelf-shots"));
        Ok(Self { layers: layers.transpose()?, shots: shots.transpose()? })
    }
}

fn document<T: DeserializeOwned>(path: &Path, format: &'static str) -> Result<T, ReportError> {
    let odd =
        |problem: String| ReportError::NotADocument { path: path.to_owned(), format, problem };
    let value: serde_json::Value =
        serde_json::from_slice(&read(path)?).map_err(|error| odd(error.to_string()))?;
    if value["format"] != format {
        return Err(odd(format!(
            "its format is `{}`",
            value["format"].as_str().unwrap_or_default()
        )));
    }
    serde_json::from_value(value).map_err(|error| odd(error.to_string()))
}
