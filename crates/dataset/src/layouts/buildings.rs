//! Oxford5k and Paris6k: photographs of buildings, with five queries for each of eleven landmarks.
//!
//! Query `all_souls_1` is the file `all_souls_1_query.txt`: the name of an image, and two corners (x1, y1,
//! x2, y2) of the part that is asked about. `..._good.txt`, `..._ok.txt` and `..._junk.txt` list images, a
//! name a line, without extension. Oxford's query files put `oxc1_` before the name.
//!
//! Samples are the photographs, or the boxes of the queries: what is asked with has features of its own.

use std::collections::BTreeMap;
use std::path::Path;

use schema::{BoundingBox, GroundTruth, Query, RetrievalProtocol, Split};

use crate::gathering::{Gathering, Labels};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::numbered_path;
use crate::published::Published;

const QUERY_LINE: &str = "the name of an image, and the corners x1 y1 x2 y2 of a box";
const LIST_LINE: &str = "the name of one image";
const QUERY: &str = "_query.txt";

/// Files of Paris6k that are no images: `corrupt.txt` beside the archives lists them.
const CORRUPT: [&str; 20] = [
    "paris_louvre_000136",
    "paris_louvre_000146",
    "paris_moulinrouge_000422",
    "paris_museedorsay_001059",
    "paris_notredame_000188",
    "paris_pantheon_000284",
    "paris_pantheon_000960",
    "paris_pantheon_000974",
    "paris_pompidou_000195",
    "paris_pompidou_000196",
    "paris_pompidou_000201",
    "paris_pompidou_000467",
    "paris_pompidou_000640",
    "paris_sacrecoeur_000299",
    "paris_sacrecoeur_000330",
    "paris_sacrecoeur_000353",
    "paris_triomphe_000662",
    "paris_triomphe_000833",
    "paris_triomphe_000863",
    "paris_triomphe_000867",
];

/// How the buildings are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Buildings {
    /// The folder of ground truth; found by its files without.
    pub(crate) ground_truth: Option<String>,
    /// Whether the samples are the boxes of the queries, and not all images.
    pub(crate) queries: bool,
}

/// Reads Oxford5k.
pub(crate) fn oxford5k(set: Published<'_>, options: &Buildings) -> Result<Manifest, LayoutError> {
    let lists = set.from("the ground truth is in gt_files_170407.tgz");
    buildings(set, lists, options, "oxc1_", &[])
}

/// Reads Paris6k, without its corrupt files.
pub(crate) fn paris6k(set: Published<'_>, options: &Buildings) -> Result<Manifest, LayoutError> {
    let lists = set.from("the ground truth is in paris_120310.tgz");
    buildings(set, lists, options, "", &CORRUPT)
}

fn buildings(
    set: Published<'_>,
    lists: Published<'_>,
    options: &Buildings,
    prefix: &str,
    corrupt: &[&str],
) -> Result<Manifest, LayoutError> {
    let walk = set.walk()?;
    let mut gathering = Gathering::new(set, Vec::new(), Labels::One, options.queries);
    let mut paths: BTreeMap<&str, &str> = BTreeMap::new();
    let mut n_corrupt = 0;
    for path in walk.images.iter() {
        let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or(path);
        if corrupt.contains(&stem) {
            n_corrupt += 1;
            continue;
        }
        if paths.insert(stem, path).is_some() {
            return Err(set.odd(path, "has the name of another image".to_owned()));
        }
        if !options.queries {
            gathering.push(path, None, Split::None);
        }
    }
    if n_corrupt > 0 {
        gathering
            .notes
            .push(format!("{n_corrupt} files that are known to be corrupt are left out"));
    }

    let folder = folder_of_lists(lists, options)?;
    let mut queries = Vec::new();
    for name in query_names(lists, &folder)? {
        let text = lists.text(&format!("{folder}{name}{QUERY}"), QUERY_LINE)?;
        let mut lines = text.lines();
        let line = lines.next().ok_or_else(|| text.odd("is empty".to_owned()))?;
        let [image, corners @ ..] = line.words::<5>()?;
        let mut numbers = [0.0; 4];
        for (number, word) in numbers.iter_mut().zip(corners) {
            *number = line.number(word)?;
        }
        let bounding_box = BoundingBox::from_corners(numbers).ok_or_else(|| line.odd())?;
        let image = image.strip_prefix(prefix).unwrap_or(image);
        let image = *paths.get(image).ok_or_else(|| line.odd())?;
        let list = |kind: &str| -> Result<Vec<String>, LayoutError> {
            let text = lists.text(&format!("{folder}{name}_{kind}.txt"), LIST_LINE)?;
            let known = text.lines().filter(|line| !corrupt.contains(&line.line));
            known
                .map(|line| {
                    paths.get(line.line).map(|&path| path.to_owned()).ok_or_else(|| line.odd())
                })
                .collect()
        };
        queries.push(Query {
            image: image.to_owned(),
            bounding_box: Some(bounding_box),
            good: list("good")?,
            ok: list("ok")?,
            junk: list("junk")?,
            name,
        });
    }
    if options.queries {
        queries = alone(queries);
        for Query { image, bounding_box, .. } in &queries {
            gathering.push_boxed(image, None, Split::None, *bounding_box);
        }
    }
    gathering.ground_truth = Some(GroundTruth { protocol: RetrievalProtocol::Buildings, queries });
    gathering.unreadable = walk.unreadable;
    gathering.passed_over = walk.passed_over;
    gathering.finish()
}

/// The queries as samples, without the images that answer them, which are none: several boxes in one
/// image are numbered from 1 on, in the order of their names.
fn alone(queries: Vec<Query>) -> Vec<Query> {
    let mut boxes_of: BTreeMap<String, usize> = BTreeMap::new();
    for query in &queries {
        *boxes_of.entry(query.image.clone()).or_default() += 1;
    }
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let sample = |query: Query| {
        let number = numbers.entry(query.image.clone()).or_default();
        *number += 1;
        let image = match boxes_of[&query.image] {
            1 => query.image,
            _ => numbered_path::numbered(&query.image, *number),
        };
        Query { image, good: Vec::new(), ok: Vec::new(), junk: Vec::new(), ..query }
    };
    queries.into_iter().map(sample).collect()
}

/// The folder of the query files, with a `/` at its end when it is not the root.
fn folder_of_lists(set: Published<'_>, options: &Buildings) -> Result<String, LayoutError> {
    if let Some(folder) = &options.ground_truth {
        set.require_folder(folder, "a folder of files such as `all_souls_1_query.txt`")?;
        return Ok(format!("{}/", folder.trim_end_matches('/')));
    }
    let folders = set.folders()?.into_iter().map(|folder| format!("{folder}/"));
    for folder in std::iter::once(String::new()).chain(folders) {
        if !query_names(set, &folder)?.is_empty() {
            return Ok(folder);
        }
    }
    Err(set.missing("gt_files", "a folder of files such as `all_souls_1_query.txt`"))
}

/// Names of the queries whose files lie in a folder, in byte order.
fn query_names(set: Published<'_>, folder: &str) -> Result<Vec<String>, LayoutError> {
    let names = set.file_names(folder)?;
    Ok(names.iter().filter_map(|name| name.strip_suffix(QUERY)).map(str::to_owned).collect())
}
