//! Trees of all kinds: what is shown for a choice is what the choice leads to.

use super::*;
use crate::reading::distinct;

/// Names of folders, so that trees have splits, containers and classes wherever they can stand.
const NAMES: [&str; 9] =
    ["train", "test", "val", "test1", "cat", "dog", "images", "unlabeled", "x"];

/// Numbers that look like random ones.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    /// Paths of some images.
    fn paths(&mut self) -> Vec<String> {
        let n_names = 2 + self.below(NAMES.len() - 1);
        let n_images = 1 + self.below(9);
        let path = |i| {
            let n_folders = self.below(5).max(self.below(3));
            let folders = (0..n_folders).map(|_| NAMES[self.below(n_names)]);
            let folders: Vec<&str> = folders.collect();
            join(&folders.join("/"), &format!("{i}.jpg"))
        };
        (0..n_images).map(path).collect()
    }
}

fn options(choices: &[Choice]) -> Option<FolderOptions> {
    let mut options = FolderOptions::default();
    for choice in choices {
        match choice {
            Choice::Splits(splits) if options.splits.is_none() => {
                options.splits = Some(splits.clone());
            }
            Choice::Classes(classes) if options.classes.is_none() => {
                options.classes = Some(*classes);
            }
            Choice::Folder(_) => return None,
            _ => panic!("{choices:?} says one thing twice"),
        }
    }
    Some(options)
}

fn readings_of(tree: &Tree, paths: &[String], options: &FolderOptions) -> Vec<Reading> {
    distinct(Chooser::new(tree, options).readings(), paths.iter().map(String::as_str))
}

/// What a reading makes of each image.
fn meanings<'p>(reading: &'p Reading, paths: &'p [String]) -> Vec<(Option<&'p str>, Split)> {
    paths.iter().map(|path| reading.meaning(path)).collect()
}

#[test]
fn each_of_several_readings_is_the_only_one_of_its_choice() {
    let mut random = Random(1);
    let (mut n_certain, mut n_ambiguous) = (0, 0);
    for _ in 0..2000 {
        let paths = random.paths();
        let tree = Tree::new(paths.iter().map(String::as_str));
        let readings = readings_of(&tree, &paths, &FolderOptions::default());
        assert!(!readings.is_empty(), "{paths:?}");
        if readings.len() == 1 {
            n_certain += 1;
            continue;
        }
        n_ambiguous += 1;
        for reading in &readings {
            let Some(options) = options(&reading.choices) else { continue };
            let chosen = readings_of(&tree, &paths, &options);
            assert_eq!(chosen.len(), 1, "{paths:#?}: {:?}: {chosen:#?}", reading.choices);
            let found = meanings(&chosen[0], &paths);
            assert_eq!(found, meanings(reading, &paths), "{paths:#?}: {:?}", reading.choices);
        }
    }
    assert!(n_certain > 100 && n_ambiguous > 100, "{n_certain} and {n_ambiguous}");
}
