//! Rows that take part, with their labels.

use crate::labels::Labels;

/// Selected rows: their row numbers in the cache, and the labels of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Row numbers in the cache.
    pub indices: Vec<usize>,
    /// Labels of the rows, for the classes that the rows were selected for.
    pub labels: Labels,
}

impl Rows {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.indices.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The rows at `positions`.
    pub fn at(&self, positions: &[usize]) -> Self {
        Self {
            indices: positions.iter().map(|&position| self.indices[position]).collect(),
            labels: self.labels.at(positions),
        }
    }

    /// These rows followed by `others`, which are labelled for the same classes.
    pub fn followed_by(&self, others: &Self) -> Self {
        Self {
            indices: [self.indices.as_slice(), &others.indices].concat(),
            labels: self.labels.followed_by(&others.labels),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_picked_and_joined() {
        let rows = Rows { indices: vec![3, 5, 8], labels: Labels::Classes(vec![0, 1, 0]) };
        assert_eq!(
            rows.at(&[0, 2]),
            Rows { indices: vec![3, 8], labels: Labels::Classes(vec![0, 0]) }
        );
        let joined = rows.at(&[1]).followed_by(&rows.at(&[0]));
        assert_eq!(joined, Rows { indices: vec![5, 3], labels: Labels::Classes(vec![1, 0]) });
    }
}
