//! Class names that a person takes for the same.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

/// The names that differ from another one in case, spaces or the form of letters only, those of a kind together.
pub(super) fn similar_names(names: &[String]) -> Vec<Vec<&str>> {
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let lower: String = name.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        let spaced = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        kinds.entry(spaced).or_default().push(name);
    }
    kinds.into_values().filter(|kind| kind.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_forms_of_letters_make_no_difference() {
        let names = ["Café", "Cafe\u{301}", "dog", "Dog ", "emu", "ﬁsh", "fish", "cafe"];
        let names = names.map(str::to_owned);
        let found = similar_names(&names);
        assert_eq!(
            found,
            [vec!["Café", "Cafe\u{301}"], vec!["dog", "Dog "], vec!["ﬁsh", "fish"]]
                .into_iter()
                .collect::<Vec<_>>()
        );
    }
}
