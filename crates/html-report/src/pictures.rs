//! The images of the page: the worst, the least sure, and those of each confusion.

use std::collections::BTreeMap;

use learn::Labels;
use metrics::worst_rows;
use rayon::prelude::*;
use schema::encoded_path::shown;
use train::Applied;

use crate::request::ReportRequest;
use thumbnail::thumbnail;

/// Images of each list, at most.
const LIST: usize = 24;

/// Bytes of all thumbnails together, at most.
const MAX_BYTES: usize = 2 << 20;

/// An image, and what was said of it.
#[derive(Clone)]
pub(crate) struct Picture {
    /// As it is on disk.
    pub(crate) path: String,
    /// What it is labelled with.
    pub(crate) label: String,
    pub(crate) prediction: String,
    /// What the head gives its label; a probability, or a margin over the best other class.
    pub(crate) certainty: String,
    /// A JPEG file, where there was room and it could be read.
    pub(crate) thumbnail: Option<Vec<u8>>,
}

/// The images of the page.
pub(crate) struct Pictures {
    /// Those that the head gets most wrong.
    pub(crate) worst: Vec<Picture>,
    /// Those whose two best classes are closest.
    pub(crate) least_sure: Vec<Picture>,
    /// Those of each pair of label and other prediction, by class numbers.
    pub(crate) confused: BTreeMap<(usize, usize), Vec<Picture>>,
    /// Wrong images in all, of which some pairs may show fewer.
    pub(crate) n_wrong: usize,
}

/// A row among those evaluated, with what its line says.
struct Chosen {
    position: usize,
    certainty: String,
}

impl Pictures {
    /// The images of `applied`, whose cache has `paths`. Images of several labels have no lists.
    pub(crate) fn of(applied: &Applied, paths: &[String], request: &ReportRequest) -> Self {
        let Labels::Classes(labels) = &applied.rows.labels else {
            return Self {
                worst: Vec::new(),
                least_sure: Vec::new(),
                confused: BTreeMap::new(),
                n_wrong: 0,
            };
        };
        let predictions = &applied.predictions;
        let mut shelf =
            Shelf { applied, labels, paths, request, left: request.thumbnails, bytes: 0 };
        let all = worst_rows(predictions, labels, labels.len());
        let certainty = |probability: Option<f64>, margin: f64| match probability {
            Some(probability) => format!("{:.1} %", 100.0 * probability),
            None => format!("margin {margin:+.3}"),
        };
        let is_wrong = |row: &&metrics::WorstRow| row.label != row.prediction;
        let chosen = |row: &metrics::WorstRow| Chosen {
            position: row.position,
            certainty: certainty(row.probability, row.margin),
        };
        let worst = all.iter().filter(is_wrong).take(LIST).map(chosen).collect();
        let worst = shelf.pictures(worst);
        let mut by_margin: Vec<_> = all.iter().collect();
        by_margin.sort_by(|a, b| a.margin.abs().total_cmp(&b.margin.abs()));
        let least_sure = shelf.pictures(by_margin.into_iter().take(LIST).map(chosen).collect());
        let mut pairs: BTreeMap<(usize, usize), Vec<Chosen>> = BTreeMap::new();
        for row in all.iter().filter(is_wrong) {
            let pair = pairs.entry((row.label, row.prediction)).or_default();
            if pair.len() < LIST {
                pair.push(chosen(row));
            }
        }
        // The fullest first, since thumbnails may not suffice for all.
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by_key(|(pair, chosen)| (std::cmp::Reverse(chosen.len()), *pair));
        let confused = pairs.into_iter().map(|(pair, rows)| (pair, shelf.pictures(rows))).collect();
        Self { worst, least_sure, confused, n_wrong: all.iter().filter(is_wrong).count() }
    }
}

/// Makes pictures as long as there is room for thumbnails.
struct Shelf<'a> {
    applied: &'a Applied,
    labels: &'a [usize],
    paths: &'a [String],
    request: &'a ReportRequest,
    /// Thumbnails that may still be made.
    left: usize,
    /// Bytes of those that were.
    bytes: usize,
}

impl Shelf<'_> {
    fn pictures(&mut self, chosen: Vec<Chosen>) -> Vec<Picture> {
        let n = chosen.len().min(self.left);
        let images = self.request.images.as_deref().filter(|_| self.bytes < MAX_BYTES);
        let path = |chosen: &Chosen| &self.paths[self.applied.rows.indices[chosen.position]];
        let thumbnails: Vec<Option<Vec<u8>>> = match images {
            Some(root) => {
                chosen[..n].par_iter().map(|chosen| thumbnail(root, path(chosen))).collect()
            }
            None => Vec::new(),
        };
        let mut thumbnails = thumbnails.into_iter();
        let classes = self.applied.classes();
        let picture = |chosen: Chosen| {
            let thumbnail = thumbnails.next().flatten();
            let thumbnail = thumbnail.filter(|bytes| self.bytes + bytes.len() <= MAX_BYTES);
            self.bytes += thumbnail.as_ref().map_or(0, Vec::len);
            self.left -= usize::from(thumbnail.is_some());
            let position = chosen.position;
            Picture {
                path: shown(&self.paths[self.applied.rows.indices[position]]).into_owned(),
                label: classes[self.labels[position]].clone(),
                prediction: classes[self.applied.predictions.classes()[position]].clone(),
                certainty: chosen.certainty,
                thumbnail,
            }
        };
        chosen.into_iter().map(picture).collect()
    }
}
