//! What folders are read as: tables of layouts. A line of a table is one of
//!
//! ```text
//! ## a name                                begins a layout
//! : splits train=train,holdout=test        what a user says (`splits` or `classes`)
//! path/of/an/image.jpg    class split      what an image is, `-` for no class; nothing after the path where the
//!                                          layout is refused. With `*` behind the path the file is another than
//!                                          those of its name
//! path/of/a/file.txt      over             it is passed over and counted
//! path/of/an/image.jpg    copy             it is passed over with a folder that is a copy
//! path/of/.a_file         hidden           it is neither read nor counted
//! path/of/a/folder/       folder           an empty folder
//! unlabelled: N in FOLDER                  images without a class are told there; `/` is the root
//! empty: FOLDER                            it is told to be empty
//! note: words                              a note has these words
//! ? splits none & classes depth=2          the layout is refused, and this leads to one of the ways that are shown
//! ```

use std::collections::BTreeMap;

use dataset::{Choice, FolderError, FolderOptions, LayoutError, Manifest, Source};
use schema::Split;

use crate::tree::{put, tree};

#[derive(Default)]
struct Layout {
    name: String,
    options: FolderOptions,
    files: Vec<String>,
    /// Path, class and split of the samples.
    samples: Vec<(String, String, String)>,
    n_passed_over: usize,
    unlabelled: Vec<String>,
    empty: Vec<String>,
    notes: Vec<String>,
    choices: Vec<String>,
}

impl Layout {
    fn add(&mut self, line: &str) {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        match first {
            ":" => self.say(rest),
            "?" => self.choices.push(rest.to_owned()),
            "note:" => self.notes.push(rest.to_owned()),
            "empty:" => self.empty.push(rest.to_owned()),
            "unlabelled:" => self.unlabelled.push(rest.to_owned()),
            _ => self.add_file(line),
        }
    }

    fn say(&mut self, words: &str) {
        for words in words.split(" & ") {
            self.say_one(words);
        }
    }

    fn say_one(&mut self, words: &str) {
        match words.split_once(' ').unwrap() {
            ("splits", splits) => self.options.splits = Some(splits.parse().unwrap()),
            ("classes", classes) => self.options.classes = Some(classes.parse().unwrap()),
            _ => panic!("{words}"),
        }
    }

    fn add_file(&mut self, line: &str) {
        let (path, meaning) = line.split_once("  ").unwrap_or((line, ""));
        self.files.push(path.to_owned());
        let path = path.trim_end_matches('*').to_owned();
        match meaning.trim() {
            "over" => self.n_passed_over += 1,
            "copy" | "hidden" | "folder" | "" => {}
            meaning => {
                let (class, split) = meaning.rsplit_once(' ').unwrap();
                self.samples.push((path, class.to_owned(), split.to_owned()));
            }
        }
    }

    fn read(&self) -> Result<Manifest, LayoutError> {
        let root = tree([]);
        for file in &self.files {
            let path = file.trim_end_matches('*');
            let name = path.rsplit('/').next().unwrap();
            put(root.path(), path, if path == file { name.to_owned() } else { path.to_owned() });
        }
        Source::folder_as(self.options.clone()).read(root.path())
    }

    fn check(&self) {
        let Self { name, .. } = self;
        match self.read() {
            Ok(manifest) => self.check_manifest(&manifest),
            Err(LayoutError::Folder(FolderError::Ambiguous { readings, .. })) => {
                let found: Vec<String> = readings.iter().map(|way| shown(&way.choices)).collect();
                assert_eq!(found, self.choices, "{name}: {readings:#?}");
            }
            Err(error) => panic!("{name}: {error}"),
        }
    }

    fn check_manifest(&self, manifest: &Manifest) {
        let Self { name, .. } = self;
        let class =
            |label: Option<u32>| label.map_or("-", |label| &manifest.classes[label as usize]);
        let found: Vec<(String, String, String)> = (manifest.samples.iter())
            .map(|sample| {
                (sample.path.into(), class(sample.label).into(), sample.split.name().into())
            })
            .collect();
        let mut expected = self.samples.clone();
        expected.sort();
        assert_eq!(found, expected, "{name}: {:?}", manifest.notes);
        assert!(self.choices.is_empty(), "{name}: read, and expected to be refused");
        assert_eq!(manifest.passed_over.values().sum::<usize>(), self.n_passed_over, "{name}");
        let mut unlabelled: Vec<String> = (manifest.unlabelled.iter())
            .map(|place| {
                let folder = if place.folder.is_empty() { "/" } else { &place.folder };
                format!("{} in {folder}", place.n_images)
            })
            .collect();
        let mut told = self.unlabelled.clone();
        unlabelled.sort();
        told.sort();
        assert_eq!(unlabelled, told, "{name}");
        assert_eq!(manifest.empty_folders, self.empty, "{name}");
        for words in &self.notes {
            assert!(
                manifest.notes.iter().any(|note| note.contains(words)),
                "{name}: {:?}",
                manifest.notes
            );
        }
    }
}

fn layouts(table: &str) -> Vec<Layout> {
    let mut layouts = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        match line.strip_prefix("## ") {
            Some(name) => layouts.push(Layout { name: name.to_owned(), ..Layout::default() }),
            None => layouts.last_mut().unwrap().add(line),
        }
    }
    layouts
}

const POPULAR: &str = include_str!("folders/popular.txt");
const MADE_UP: &str = include_str!("folders/made_up.txt");

#[test]
fn popular_data_sets_are_read_as_what_they_are() {
    layouts(POPULAR).iter().for_each(Layout::check);
}

#[test]
fn layouts_of_each_kind_are_read_or_refused() {
    layouts(MADE_UP).iter().for_each(Layout::check);
}

/// What a refusal shows for a reading is what one gets who says so.
#[test]
fn each_way_that_is_shown_leads_to_a_reading() {
    let mut n_ways = 0;
    for layout in
        layouts(POPULAR).iter().chain(&layouts(MADE_UP)).filter(|layout| !layout.choices.is_empty())
    {
        for choice in layout.choices.iter().filter(|choice| !choice.starts_with("folder ")) {
            let mut chosen = Layout { files: layout.files.clone(), ..Layout::default() };
            chosen.say(choice);
            let manifest =
                chosen.read().unwrap_or_else(|error| panic!("{}: {choice}: {error}", layout.name));
            let Err(LayoutError::Folder(FolderError::Ambiguous { readings, .. })) = layout.read()
            else {
                panic!("{}: not refused", layout.name);
            };
            let words = &readings.iter().find(|way| shown(&way.choices) == *choice).unwrap().words;
            let n_classes = manifest.classes.len();
            let classes = match n_classes {
                0 => "no classes".to_owned(),
                1 => "one class".to_owned(),
                n => format!("{n} classes"),
            };
            assert!(
                words.starts_with(&classes),
                "{}: {choice}: {words}: {:?}",
                layout.name,
                manifest.classes
            );
            let mut splits: BTreeMap<u8, (Split, usize)> = BTreeMap::new();
            for sample in manifest.samples.iter().filter(|sample| sample.split != Split::None) {
                splits.entry(sample.split.code()).or_insert((sample.split, 0)).1 += 1;
            }
            for (split, n) in splits.values() {
                assert!(words.contains(&format!("{} {n}", split.name())), "{words}");
            }
            n_ways += 1;
        }
    }
    assert!(n_ways > 30, "{n_ways}");
}

fn shown(choices: &[Choice]) -> String {
    let word = |choice: &Choice| match choice {
        Choice::Splits(splits) => format!("splits {splits}"),
        Choice::Classes(classes) => format!("classes {classes}"),
        Choice::Folder(folder) => format!("folder {folder}"),
    };
    choices.iter().map(word).collect::<Vec<_>>().join(" & ")
}
