//! MIT indoor scenes, 67 classes: `Images/<class>/<file>`, and two lists of images beside it.
//!
//! The folder holds 15,620 images, of which the protocol uses 80 a class to train and 20 to test: those
//! in the lists. What is in neither list is left out; taking all but the test list for training, as some
//! loaders do, is another protocol with more than twice the training images.

use std::collections::{BTreeMap, BTreeSet};

use schema::Split;

use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

const LISTS: [(&str, Split); 2] =
    [("TrainImages.txt", Split::Train), ("TestImages.txt", Split::Test)];
const LINE: &str = "`class/file`, as in `kitchen/int474.jpg`";
const LISTS_ORIGIN: &str =
    "TrainImages.txt and TestImages.txt are files of their own beside indoorCVPR_09.tar";

/// Reads the lists.
pub(crate) fn mit67(set: Published<'_>) -> Result<Manifest, LayoutError> {
    set.require_folder("Images", "a folder of images a class")?;
    let lists = set.from(LISTS_ORIGIN);
    let mut images: BTreeMap<String, (String, Split)> = BTreeMap::new();
    for (name, split) in LISTS {
        let text = lists.text(name, LINE)?;
        for line in text.lines() {
            let (class, _) = line.line.split_once('/').ok_or_else(|| line.odd())?;
            let path = line.sample_path("Images/", line.line)?;
            if images.insert(path.clone(), (class.to_owned(), split)).is_some() {
                return Err(lists.twice(path));
            }
        }
    }
    let classes: BTreeSet<&String> = images.values().map(|(class, _)| class).collect();
    let classes: Vec<String> = classes.into_iter().cloned().collect();

    let walk = set.walk()?;
    let n_unlisted = walk.images.iter().filter(|&path| !images.contains_key(path)).count();
    let mut gathering = Gathering::new(set, classes.clone(), Labels::One, false);
    if n_unlisted > 0 {
        gathering.notes.push(format!("{n_unlisted} images are in neither list: they are left out"));
    }
    for (path, (class, split)) in &images {
        let index = classes.binary_search(class).expect("the list was made of these classes");
        gathering.push(path, Some(label(index)), *split);
    }
    gathering.finish()
}
