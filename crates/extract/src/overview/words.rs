//! A data set in a few lines.

use std::fmt;

use console::shown;
use schema::passed_over_in_words;

use super::{ClassCount, Overview};

/// Classes that are all shown.
const SHOWN: usize = 10;
/// Of more classes, how many of the largest and of the smallest.
const EXTREMES: usize = 3;

impl fmt::Display for Overview {
    /// Splits, classes, and what has no label or was passed over: an indented line for each that there is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.splits.is_empty() {
            let order = ["train", "validation", "test"];
            let split = |name: &&str| Some(format!("{name} {}", self.splits.get(*name)?));
            let splits: Vec<String> = order.iter().filter_map(split).collect();
            writeln!(f, "  splits: {}", splits.join(", "))?;
        }
        if !self.class_counts.is_empty() {
            writeln!(f, "  {}", classes(&self.class_counts))?;
        }
        if self.n_unlabelled > 0 {
            writeln!(f, "  without a label: {}", self.n_unlabelled)?;
        }
        if let Some(files) = self.passed_over() {
            writeln!(f, "  passed over: {files}")?;
        }
        Ok(())
    }
}

impl Overview {
    /// The files that were passed over, by extension, in words; `None` when there are none.
    pub fn passed_over(&self) -> Option<String> {
        let words = passed_over_in_words(&self.source.passed_over);
        (!words.is_empty()).then(|| shown(&words).into_owned())
    }
}

/// The classes with their images, the largest first where there are many.
fn classes(classes: &[ClassCount]) -> String {
    let word = |class: &&ClassCount| format!("{} {}", shown(&class.name), class.n_samples);
    let mut by_size: Vec<&ClassCount> = classes.iter().collect();
    let n = classes.len();
    let classes = if n == 1 { "class" } else { "classes" };
    if n <= SHOWN {
        let all: Vec<String> = by_size.iter().map(word).collect();
        return format!("{n} {classes}: {}", all.join(", "));
    }
    by_size.sort_by_key(|class| std::cmp::Reverse(class.n_samples));
    let largest: Vec<String> = by_size[..EXTREMES].iter().map(word).collect();
    let smallest: Vec<String> = by_size[n - EXTREMES..].iter().map(word).collect();
    format!("{n} {classes}: {}, ..., {}", largest.join(", "), smallest.join(", "))
}
