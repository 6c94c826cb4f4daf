//! Caltech-101 and Caltech-256: a folder of images a class, and no split of their own.
//!
//! A random split of `train` and `test` images a class, as published results use it, is made here: the
//! images of a class are ordered by the SHA-256 of `SEED/CLASS/FILE`, the first are trained on, the next
//! tested on. It depends on nothing but seed and names, so that it can be made again anywhere. Images
//! beyond are in the manifest, but in no split: another seed needs no other features.

use std::collections::BTreeMap;
use std::path::absolute;

use schema::Split;
use sha2::{Digest as _, Sha256};

use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaltechSet {
    Caltech101,
    Caltech256,
}

/// How the classes are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caltech {
    /// Images of a class to train on.
    pub(crate) train: usize,
    /// Images of a class to test on; all the others without.
    pub(crate) test: Option<usize>,
    /// Which random split.
    pub(crate) seed: u64,
    /// Whether images of nothing in particular are a class.
    pub(crate) background: bool,
}

impl CaltechSet {
    /// The folder of the classes.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Caltech101 => "101_ObjectCategories",
            Self::Caltech256 => "256_ObjectCategories",
        }
    }

    /// The class of images of nothing in particular.
    fn background(self) -> &'static str {
        match self {
            Self::Caltech101 => "BACKGROUND_Google",
            Self::Caltech256 => "257.clutter",
        }
    }

    /// The protocol of Simonyan and Zisserman (arXiv 1409.1556v6, appendix B) for the first, and the
    /// usual one for the second.
    pub(crate) fn defaults(self) -> Caltech {
        match self {
            Self::Caltech101 => Caltech { train: 30, test: Some(50), seed: 0, background: true },
            Self::Caltech256 => Caltech { train: 60, test: None, seed: 0, background: false },
        }
    }
}

/// Reads the folders, and divides the images.
pub(crate) fn caltech(
    set: Published<'_>,
    which: CaltechSet,
    options: Caltech,
) -> Result<Manifest, LayoutError> {
    let top = top(set, which)?;
    let walk = set.walk()?;
    let mut images: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut n_elsewhere = 0;
    for path in walk.images.iter() {
        match path.strip_prefix(&top).and_then(|below| below.split_once('/')) {
            Some((class, _)) if class == which.background() && !options.background => {}
            Some((class, _)) => images.entry(class).or_default().push(path),
            None => n_elsewhere += 1,
        }
    }
    let classes = images.keys().map(|&class| class.to_owned()).collect();
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    if n_elsewhere > 0 {
        gathering
            .notes
            .push(format!("{n_elsewhere} images lie in no class folder: they are left out"));
    }
    for (index, (class, mut paths)) in images.into_iter().enumerate() {
        if paths.len() <= options.train {
            let (n, train) = (paths.len(), options.train);
            let problem =
                format!("has {n} images, too few for {train} to train on and one to test on");
            return Err(set.odd(&format!("{top}{class}"), problem));
        }
        paths.sort_by_cached_key(|path| key(options.seed, &path[top.len()..]));
        let n_used = options.test.map_or(paths.len(), |test| options.train.saturating_add(test));
        for (rank, path) in paths.into_iter().enumerate() {
            let split = match rank {
                rank if rank < options.train => Split::Train,
                rank if rank < n_used => Split::Test,
                _ => Split::None,
            };
            gathering.push(path, Some(label(index)), split);
        }
    }
    gathering.unreadable = walk.unreadable;
    gathering.passed_over = walk.passed_over;
    gathering.finish()
}

/// The folder of the classes, with a `/` at its end when it is not the root itself. Some archives have it
/// within one of its own name.
fn top(set: Published<'_>, which: CaltechSet) -> Result<String, LayoutError> {
    let folder = which.folder();
    let root = absolute(set.root()).unwrap_or_default();
    let mut top = if root.ends_with(folder) && !set.has(folder) {
        String::new()
    } else {
        let tops = ["caltech101", "caltech-101", "caltech256", ""];
        format!("{}{folder}/", set.top(&tops, folder, "a folder a class")?)
    };
    while set.has(&format!("{top}{folder}")) {
        top = format!("{top}{folder}/");
    }
    Ok(top)
}

fn key(seed: u64, class_and_file: &str) -> [u8; 32] {
    Sha256::digest(format!("{seed}/{class_and_file}")).into()
}
