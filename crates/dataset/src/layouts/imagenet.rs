//! ImageNet (ILSVRC 2012 to 2017, classification): a folder a synset, and a list of the synsets.
//!
//! `train/n01440764/*.JPEG`; `val/` either has folders, too, or is flat, and then `LOC_val_solution.csv`
//! tells the synset of each image; `test/` has no labels. The list gives the order of the classes.

use std::collections::BTreeMap;

use ::table::Format;
use schema::Split;

use super::table::Table;
use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

const SYNSET_LINE: &str = "a synset and what it is, as in `n01440764 tench, Tinca tinca`";
/// Where the list may be, relative to the root.
const LISTS: [&str; 3] = ["LOC_synset_mapping.txt", "synset_words.txt", "synsets.txt"];
const SOLUTION: &str = "LOC_val_solution.csv";
const SOLUTION_COLUMNS: [&str; 2] = ["ImageId", "PredictionString"];
const SOLUTION_ROW: &str = "the name of an image, and its synset with boxes";

/// Reads the folders. A class is called by its synset and the first of its words.
pub(crate) fn imagenet(set: Published<'_>) -> Result<Manifest, LayoutError> {
    let top = set.top(&["ILSVRC/Data/CLS-LOC", ""], "train", "a folder of images a synset")?;
    let list = LISTS.into_iter().find(|name| set.has(name)).unwrap_or(LISTS[0]);
    let text = set.text(list, SYNSET_LINE)?;
    let mut synsets = BTreeMap::new();
    let mut classes = Vec::new();
    for line in text.lines() {
        let (synset, words) = line.first_and_rest().unwrap_or((line.line, ""));
        let is_synset = synset.len() == 9
            && synset
                .strip_prefix('n')
                .is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        if !is_synset || synsets.insert(synset, label(classes.len())).is_some() {
            return Err(line.odd());
        }
        let word = words.split(',').next().unwrap_or_default();
        classes.push(format!("{synset} {word}").trim_end().to_owned());
    }
    let solution = solution(set, &synsets)?;

    let walk = set.walk()?;
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    let mut n_elsewhere = 0;
    for path in walk.images.iter() {
        let Some((part, below)) = path.strip_prefix(&top).and_then(|below| below.split_once('/'))
        else {
            n_elsewhere += 1;
            continue;
        };
        let split = match part {
            "train" => Split::Train,
            "val" => Split::Validation,
            "test" => Split::Test,
            _ => {
                n_elsewhere += 1;
                continue;
            }
        };
        let class = match (split, below.split_once('/')) {
            (Split::Test, _) => None,
            (_, Some((synset, _))) => {
                let odd =
                    || set.odd(&format!("{top}{part}/{synset}"), format!("is no synset of {list}"));
                Some(*synsets.get(synset).ok_or_else(odd)?)
            }
            (_, None) => {
                let stem = below.rsplit_once('.').map_or(below, |(stem, _)| stem);
                let unknown = || match &solution {
                    None => set.missing(SOLUTION, "the synsets of the validation images"),
                    Some(_) => set.odd(path, format!("is not in {SOLUTION}")),
                };
                let known = solution.as_ref().and_then(|solution| solution.get(stem));
                Some(*known.ok_or_else(unknown)?)
            }
        };
        gathering.push(path, class, split);
    }
    if n_elsewhere > 0 {
        gathering
            .notes
            .push(format!("{n_elsewhere} images are not in train, val or test: left out"));
    }
    gathering.unreadable = walk.unreadable;
    gathering.passed_over = walk.passed_over;
    gathering.finish()
}

/// The class of each validation image by name, when there is such a table.
fn solution(
    set: Published<'_>,
    synsets: &BTreeMap<&str, u32>,
) -> Result<Option<BTreeMap<String, u32>>, LayoutError> {
    if !set.has(SOLUTION) {
        return Ok(None);
    }
    let mut table =
        Table::open(set, SOLUTION, &Format::default(), &SOLUTION_COLUMNS, SOLUTION_ROW)?;
    let [image, prediction] = SOLUTION_COLUMNS.map(|name| table.require(name));
    let (image, prediction) = (image?, prediction?);
    let mut classes = BTreeMap::new();
    while let Some(row) = table.next()? {
        let synset = row.cell(prediction).split_whitespace().next().unwrap_or_default();
        let class = *synsets.get(synset).ok_or_else(|| table.odd_row(&row))?;
        classes.insert(row.cell(image).to_owned(), class);
    }
    Ok(Some(classes))
}
