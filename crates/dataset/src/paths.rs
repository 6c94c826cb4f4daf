//! A list of paths in little memory.

use std::ops::Range;

/// Paths one behind the other: each takes its text and one number, in one block for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paths {
    text: String,
    /// Where each path ends in `text`.
    ends: Vec<usize>,
}

impl Paths {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Path number `i`.
    pub(crate) fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.text[start..self.ends[i]]
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The paths that `keeps` accepts, in their order.
    pub(crate) fn retained(&self, keeps: impl Fn(&str) -> bool) -> Self {
        let mut kept = Self::default();
        self.iter().filter(|path| keeps(path)).for_each(|path| kept.push(path));
        kept
    }

    /// Whether `path` is among them, which are in byte order.
    pub(crate) fn contains(&self, path: &str) -> bool {
        let start = self.n_before(path);
        start < self.len() && self.get(start) == path
    }

    /// The numbers of the paths below a folder; they are in byte order.
    pub(crate) fn range_below(&self, folder: &str) -> Range<usize> {
        // `0` is what comes after `/`.
        self.n_before(&format!("{folder}/"))..self.n_before(&format!("{folder}0"))
    }

    /// How many of the paths, which are in byte order, come before `path`.
    fn n_before(&self, path: &str) -> usize {
        let (mut start, mut end) = (0, self.len());
        while start < end {
            let middle = start.midpoint(end);
            if self.get(middle) < path { start = middle + 1 } else { end = middle }
        }
        start
    }

    pub(crate) fn push(&mut self, path: &str) {
        self.text.push_str(path);
        self.ends.push(self.text.len());
    }

    /// The same paths in byte order, with no memory to spare.
    pub(crate) fn sorted(&self) -> Self {
        let mut order: Vec<&str> = self.iter().collect();
        order.sort_unstable();
        let mut sorted = Self {
            text: String::with_capacity(self.text.len()),
            ends: Vec::with_capacity(self.len()),
        };
        order.into_iter().for_each(|path| sorted.push(path));
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_again_and_sorted() {
        let mut paths = Paths::default();
        ["b/2", "", "ä", "b/10"].iter().for_each(|path| paths.push(path));
        assert_eq!((paths.get(0), paths.get(1), paths.get(2)), ("b/2", "", "ä"));
        assert_eq!(paths.sorted().iter().collect::<Vec<_>>(), ["", "b/10", "b/2", "ä"]);
        assert_eq!(Paths::default().sorted(), Paths::default());
    }

    #[test]
    fn sorted_paths_are_searched() {
        let mut paths = Paths::default();
        ["a-b/1", "a/1", "a/b/1", "a0/1", "b"].iter().for_each(|path| paths.push(path));
        assert_eq!((paths.range_below("a"), paths.range_below("a/b")), (1..3, 2..3));
        assert!(paths.range_below("c").is_empty() && paths.range_below("b").is_empty());
        assert!(paths.contains("a/b/1") && !paths.contains("a") && !paths.contains("c"));
        assert_eq!(paths.retained(|path| path.len() < 2).iter().collect::<Vec<_>>(), ["b"]);
        assert!(!Paths::default().contains(""));
    }
}
