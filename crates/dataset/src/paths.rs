//! A list of paths in little memory.

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

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
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
}
