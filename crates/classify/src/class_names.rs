//! The classes of ImageNet-1k.

use std::sync::LazyLock;

/// One of ImageNet's classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassName {
    /// WordNet's synset: `n02115641`.
    pub synset: &'static str,
    /// Its first word: `dingo`. Two pairs of classes share theirs.
    pub name: &'static str,
    /// All its words: `dingo, warrigal, warragal, Canis dingo`.
    pub words: &'static str,
}

/// See `data/make_imagenet_1k.py`.
const TABLE: &str = include_str!("../data/imagenet-1k.tsv");

static CLASSES: LazyLock<Vec<ClassName>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(synset, words)| {
            let name = words.split(',').next().unwrap_or(words);
            ClassName { synset, name, words }
        })
        .collect()
});

/// The 1000 classes, in the order of the networks' outputs.
pub fn imagenet_1k() -> &'static [ClassName] {
    &CLASSES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_a_thousand_classes_in_the_order_of_their_synsets() {
        let classes = imagenet_1k();
        assert_eq!(classes.len(), 1000);
        assert!(classes.is_sorted_by(|a, b| a.synset < b.synset));
        assert!(classes.iter().all(|class| class.synset.len() == 9 && !class.name.is_empty()));
    }

    #[test]
    fn well_known_classes_stand_where_they_should() {
        let name = |index: usize| imagenet_1k()[index].name;
        assert_eq!([name(0), name(273), name(999)], ["tench", "dingo", "toilet tissue"]);
        assert_eq!(imagenet_1k()[273].words, "dingo, warrigal, warragal, Canis dingo");
    }
}
