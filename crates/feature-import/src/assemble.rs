//! From what is known of rows to the samples of a cache.

use std::collections::{BTreeSet, HashMap};

use schema::{Sample, Split};

use crate::error::ImportError;

/// The label of each row, and the names of the classes.
pub(crate) struct Labels {
    pub(crate) of_rows: Vec<i32>,
    pub(crate) classes: Vec<String>,
}

impl Labels {
    pub(crate) fn none(n_rows: usize) -> Self {
        Self { of_rows: vec![-1; n_rows], classes: Vec::new() }
    }

    /// Classes by name, sorted, or by number. An empty text is no label, and neither is -1 among numbers.
    pub(crate) fn of_texts(texts: &[String]) -> Self {
        let is_label = |text: &&String| !text.is_empty();
        let numbers: Option<BTreeSet<i64>> =
            texts.iter().filter(is_label).map(|text| text.parse().ok()).collect();
        let classes: Vec<String> = match numbers {
            Some(numbers) if numbers.iter().all(|&number| number >= -1) => {
                numbers.into_iter().filter(|&n| n >= 0).map(|n| n.to_string()).collect()
            }
            _ => {
                let names: BTreeSet<&String> = texts.iter().filter(is_label).collect();
                names.into_iter().cloned().collect()
            }
        };
        let places: HashMap<&str, i32> =
            classes.iter().zip(0..).map(|(name, at)| (name.as_str(), at)).collect();
        let canonical = |text: &String| match text.parse::<i64>() {
            Ok(number) if !places.contains_key(text.as_str()) => number.to_string(),
            _ => text.clone(),
        };
        let of_rows =
            texts.iter().map(|text| places.get(canonical(text).as_str()).copied().unwrap_or(-1));
        Self { of_rows: of_rows.collect(), classes }
    }

    /// Numbers of `names`, from 0 on. -1 and an empty text are no label.
    ///
    /// # Errors
    /// When a label is none of these numbers, or two names are equal.
    pub(crate) fn numbered(texts: &[String], names: Vec<String>) -> Result<Self, ImportError> {
        let mut known = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !known.insert(*name)) {
            return Err(ImportError::ClassTwice(twice.clone()));
        }
        let label = |(row, text): (usize, &String)| match text.parse::<i64>() {
            _ if text.is_empty() => Ok(-1),
            Ok(label) if (-1..names.len() as i64).contains(&label) => Ok(label as i32),
            _ => Err(ImportError::Label { row, label: text.clone(), n_classes: names.len() }),
        };
        let of_rows = texts.iter().enumerate().map(label).collect::<Result<_, _>>()?;
        Ok(Self { of_rows, classes: names })
    }
}

/// The splits that texts name.
pub(crate) fn splits(texts: &[String]) -> Result<Vec<Split>, ImportError> {
    let split = |(row, text): (usize, &String)| match text.trim() {
        "" => Ok(Split::None),
        name => {
            Split::named(name).ok_or_else(|| ImportError::Split { row, found: name.to_owned() })
        }
    };
    texts.iter().enumerate().map(split).collect()
}

/// The names of rows where none are given: their numbers, of equal length, so that their order stays.
pub(crate) fn row_numbers(n_rows: usize) -> Vec<String> {
    let width = n_rows.saturating_sub(1).to_string().len();
    (0..n_rows).map(|row| format!("{row:0width$}")).collect()
}

/// The order of rows by path, each path once.
pub(crate) fn order(paths: &[String]) -> Result<Vec<usize>, ImportError> {
    if let Some(row) = paths.iter().position(String::is_empty) {
        return Err(ImportError::NoPath(row));
    }
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by(|&a, &b| paths[a].cmp(&paths[b]).then(a.cmp(&b)));
    match order.array_windows().find(|[a, b]| paths[*a] == paths[*b]) {
        Some(&[first, second]) => {
            Err(ImportError::PathTwice { path: paths[first].clone(), first, second })
        }
        None => Ok(order),
    }
}

/// A row. Rows of equal features are equal contents: the images are not there to be compared.
pub(crate) fn sample(path: &str, row: &[f32], label: i32, split: Split) -> Sample {
    let mut hasher = blake3::Hasher::new();
    let bytes: Vec<u8> = row.iter().flat_map(|number| number.to_le_bytes()).collect();
    hasher.update(&bytes);
    Sample {
        // As caches write paths; `%` begins an escape there.
        path: path.replace('%', "%25"),
        content_hash: hasher.finalize().into(),
        size: bytes.len() as u64,
        mtime_ns: 0,
        label,
        split,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn numbers_are_classes_in_their_own_order_and_texts_in_theirs() {
        let labels = Labels::of_texts(&texts(&["10", "9", "-1", "", "10"]));
        assert_eq!(labels.classes, ["9", "10"]);
        assert_eq!(labels.of_rows, [1, 0, -1, -1, 1]);
        let labels = Labels::of_texts(&texts(&["10", "9", "b", ""]));
        assert_eq!(labels.classes, ["10", "9", "b"]);
        assert_eq!(labels.of_rows, [0, 1, 2, -1]);
    }

    #[test]
    fn rows_are_ordered_by_their_paths() {
        assert_eq!(order(&texts(&["b", "a", "c"])).unwrap(), [1, 0, 2]);
        let twice = order(&texts(&["b", "a", "b"])).unwrap_err().to_string();
        assert_eq!(twice, "rows 0 and 2 both have the path `b`: a path names one row");
        assert_eq!(row_numbers(11)[..3], ["00", "01", "02"]);
    }
}
