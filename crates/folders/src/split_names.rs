//! Which of the folders that lie side by side are splits, by their names.

use std::collections::{BTreeMap, BTreeSet};

use schema::Split;

/// Words that say nothing of what a folder is for, in the name of a split such as `test_images`.
const FILLERS: [&str; 26] = [
    "all", "archive", "data", "dataset", "dir", "files", "final", "folder", "full", "image",
    "images", "img", "imgs", "jpeg", "jpg", "part", "photos", "pics", "pictures", "png", "samples",
    "seg", "set", "split", "subset", "zip",
];

/// Names of folders that hold the images, and are no class.
const CONTAINERS: [&str; 15] = [
    "data",
    "dataset",
    "image",
    "images",
    "img",
    "imgs",
    "jpeg",
    "jpegimages",
    "jpegs",
    "jpg",
    "photos",
    "pics",
    "pictures",
    "png",
    "pngs",
];

/// Names that are told to be splits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum SplitNames {
    /// By the words in them.
    #[default]
    Usual,
    /// None of them.
    None,
    /// These alone.
    Given(BTreeMap<String, Split>),
}

/// The splits among folders that lie side by side.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Splits<'n> {
    /// The split of each folder that is one.
    pub(crate) by_name: BTreeMap<&'n str, Split>,
    /// Whether nothing but the split tells their names apart.
    pub(crate) are_of_one_set: bool,
}

impl Splits<'_> {
    /// How many different splits there are.
    pub(crate) fn n_distinct(&self) -> usize {
        let codes: BTreeSet<u8> = self.by_name.values().map(|split| split.code()).collect();
        codes.len()
    }
}

impl SplitNames {
    /// The splits among `names`.
    pub(crate) fn among<'n>(&self, names: impl Iterator<Item = &'n str>) -> Splits<'n> {
        match self {
            Self::None => Splits::default(),
            Self::Given(given) => {
                let named = |name: &'n str| Some((name, *given.get(name)?));
                Splits { by_name: names.filter_map(named).collect(), are_of_one_set: true }
            }
            Self::Usual => usual(names),
        }
    }
}

/// Whether a folder of this name holds the images, and is no class.
pub(crate) fn is_container(name: &str) -> bool {
    CONTAINERS.contains(&name.to_lowercase().as_str())
}

/// Whether a folder of this name holds images in contrast to others beside it, such as masks.
pub(crate) fn is_image_container(name: &str) -> bool {
    ["image", "images", "img", "imgs", "jpegimages"].contains(&name.to_lowercase().as_str())
}

/// Whether a folder of this name says that its images have no label.
pub(crate) fn says_unlabelled(name: &str) -> bool {
    words(name).iter().any(|word| ["unlabeled", "unlabelled", "unlabel"].contains(&word.as_str()))
}

/// What a word says of a split.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Split(Split),
    /// `eval`: for validation or for the test, whichever there is no other folder for.
    Evaluation,
}

/// A name of the usual words is that of a split when it has no other words, or when the same other words are
/// those of another split: `seg_train` beside `seg_test`.
fn usual<'n>(names: impl Iterator<Item = &'n str>) -> Splits<'n> {
    let mut sets: BTreeMap<Vec<String>, Vec<(&'n str, Word)>> = BTreeMap::new();
    for name in names {
        if let Some((word, others)) = parse(name) {
            sets.entry(others).or_default().push((name, word));
        }
    }
    let is_split = |others: &[String], members: &[(&str, Word)]| {
        others.is_empty() || members.iter().any(|(_, word)| *word != members[0].1)
    };
    sets.retain(|others, members| is_split(others, members));
    let are_of_one_set = sets.len() == 1;
    let words: Vec<(&str, Word)> = sets.into_values().flatten().collect();
    let has_validation = words.iter().any(|(_, word)| *word == Word::Split(Split::Validation));
    let evaluation = if has_validation { Split::Test } else { Split::Validation };
    let split = |word| match word {
        Word::Split(split) => split,
        Word::Evaluation => evaluation,
    };
    let by_name = words.into_iter().map(|(name, word)| (name, split(word))).collect();
    Splits { by_name, are_of_one_set }
}

/// The word for a split in a name, and the other words that are no fillers.
fn parse(name: &str) -> Option<(Word, Vec<String>)> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    for word in words(name) {
        match split_word(&word) {
            Some(split) if !found.contains(&split) => found.push(split),
            Some(_) => {}
            None if is_filler(&word) => {}
            None => others.push(word),
        }
    }
    let is = |split| found.contains(&Word::Split(split));
    match found[..] {
        [word] => Some((word, others)),
        [_, _] if is(Split::Train) && is(Split::Validation) => {
            Some((Word::Split(Split::Train), others))
        }
        _ => None,
    }
}

/// The words of a name in lower case, as signs, digits and capitals divide them.
fn words(name: &str) -> Vec<String> {
    let mut divided = String::new();
    let mut follows_lower = false;
    for letter in name.chars() {
        if follows_lower && letter.is_uppercase() {
            divided.push(' ');
        }
        follows_lower = letter.is_lowercase();
        divided.push(if letter.is_alphabetic() { letter } else { ' ' });
    }
    divided.split_whitespace().map(str::to_lowercase).collect()
}

fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// The split that a word stands for, also where a filler is written together with it.
fn split_word(word: &str) -> Option<Word> {
    let exact = |word: &str| match word {
        "eval" | "evaluation" => Some(Word::Evaluation),
        _ => Split::named(word).map(Word::Split),
    };
    let without_filler = || {
        FILLERS.iter().find_map(|filler| {
            let rest = word.strip_suffix(filler).or_else(|| word.strip_prefix(filler))?;
            exact(rest)
        })
    };
    exact(word).or_else(without_filler)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splits<const N: usize>(names: [&str; N]) -> Vec<Option<Split>> {
        let found = SplitNames::Usual.among(names.into_iter());
        names.iter().map(|name| found.by_name.get(name).copied()).collect()
    }

    #[test]
    fn usual_spellings_of_splits() {
        for (split, names) in [
            (
                Split::Train,
                "train Train TRAIN training Training training_set train_set trainset TrainSet trn train2017 \
                 train-1 train_images trainImages imgs_train Final_Training seg_train trainval train_val \
                 train.zip",
            ),
            (
                Split::Validation,
                "val valid validation Validation_Set val2017 dev DEV devset validate val_images eval",
            ),
            (
                Split::Test,
                "test Test testing Testing test_set testset test1 TestImages tst seg_test",
            ),
        ] {
            for name in names.split_whitespace() {
                assert_eq!(splits([name]), [Some(split)], "{name}");
            }
        }
    }

    #[test]
    fn names_of_other_things() {
        for name in [
            "cat",
            "blood_test",
            "protest",
            "trains",
            "contest",
            "value",
            "device",
            "testament",
            "train_test",
            "images",
            "set",
            "2017",
            "",
            "test-multiple_fruits",
            "valley",
            "intrain",
        ] {
            assert_eq!(splits([name]), [None], "{name}");
        }
    }

    #[test]
    fn other_words_are_no_hindrance_where_they_are_those_of_another_split() {
        use Split::{Test, Train, Validation};
        assert_eq!(splits(["seg_train", "seg_test", "seg_pred"]), [Some(Train), Some(Test), None]);
        assert_eq!(splits(["asl_alphabet_train", "asl_alphabet_test"]), [Some(Train), Some(Test)]);
        assert_eq!(
            splits(["dogs-val", "dogs-Train", "cats-test"]),
            [Some(Validation), Some(Train), None]
        );
        assert_eq!(splits(["blood_test", "urine_test"]), [None, None]);
        let two = SplitNames::Usual.among(["a_train", "a_test", "b_train", "b_test"].into_iter());
        assert!(!two.are_of_one_set && two.by_name.len() == 4);
    }

    #[test]
    fn an_evaluation_is_what_there_is_no_other_folder_for() {
        use Split::{Test, Train, Validation};
        assert_eq!(
            splits(["training", "validation", "evaluation"]),
            [Some(Train), Some(Validation), Some(Test)]
        );
        assert_eq!(splits(["train", "eval", "test"]), [Some(Train), Some(Validation), Some(Test)]);
    }

    #[test]
    fn names_that_are_given_are_the_only_ones() {
        let given = BTreeMap::from([("mine".to_owned(), Split::Test)]);
        let found = SplitNames::Given(given).among(["train", "mine"].into_iter());
        assert_eq!(found.by_name, BTreeMap::from([("mine", Split::Test)]));
        assert_eq!(SplitNames::None.among(["train"].into_iter()), Splits::default());
    }
}
