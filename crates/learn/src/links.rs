//! What belongs together, told pair by pair.

use std::collections::HashMap;

/// Rows in groups that grow as pairs of them are joined: a row belongs to all that a chain of pairs leads to.
///
/// # Examples
///
/// ```
/// use learn::Links;
///
/// let mut links = Links::new(4);
/// links.join(3, 1);
/// assert!(!links.join(1, 3), "they are together");
/// assert_eq!(links.groups(), [0, 1, 2, 1]);
/// ```
#[derive(Clone, Debug)]
pub struct Links(
    /// For each row an earlier row of its group, or itself when it is the first.
    Vec<usize>,
);

impl Links {
    /// As many rows, each a group of its own.
    pub fn new(n_rows: usize) -> Self {
        Self((0..n_rows).collect())
    }

    /// Joins the groups of two rows; says whether they were two.
    pub fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
        a != b
    }

    /// The first row of the group of a row.
    pub fn first(&mut self, row: usize) -> usize {
        let mut first = row;
        while self.0[first] != first {
            // Every other row of the way is led further, which keeps ways short.
            let further = self.0[self.0[first]];
            self.0[first] = further;
            first = further;
        }
        first
    }

    /// A group for each row, numbered from 0 in the order of their first rows.
    pub fn groups(mut self) -> Vec<usize> {
        let (n_rows, mut number_of) = (self.0.len(), HashMap::new());
        let group = |row| {
            let next = number_of.len();
            *number_of.entry(self.first(row)).or_insert(next)
        };
        (0..n_rows).map(group).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_of_pairs_make_one_group_whatever_their_order() {
        let mut links = Links::new(6);
        for (a, b) in [(4, 5), (2, 3), (5, 2)] {
            assert!(links.join(a, b));
        }
        assert!(!links.join(3, 4));
        assert_eq!((links.first(5), links.first(1)), (2, 1));
        assert_eq!(links.groups(), [0, 1, 2, 2, 2, 2]);
        assert!(Links::new(0).groups().is_empty());
    }
}
