use std::cmp::Ordering;

/// A training row and how similar it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Neighbor {
    pub(super) similarity: f32,
    pub(super) row: usize,
}

impl Neighbor {
    /// Most similar first, then the first row.
    fn order(&self, other: &Self) -> Ordering {
        other.similarity.total_cmp(&self.similarity).then(self.row.cmp(&other.row))
    }
}

/// The most similar rows seen so far.
pub(super) struct Nearest {
    /// At most twice `capacity` of them, in no order.
    seen: Vec<Neighbor>,
    capacity: usize,
    /// The similarity below which a row cannot be among the nearest any more.
    threshold: f32,
}

impl Nearest {
    pub(super) fn new(capacity: usize) -> Self {
        Self { seen: Vec::with_capacity(2 * capacity), capacity, threshold: f32::NEG_INFINITY }
    }

    /// Offers a row.
    pub(super) fn offer(&mut self, similarity: f32, row: usize) {
        if similarity < self.threshold {
            return;
        }
        self.seen.push(Neighbor { similarity, row });
        if self.seen.len() == 2 * self.capacity {
            self.seen.select_nth_unstable_by(self.capacity - 1, Neighbor::order);
            self.seen.truncate(self.capacity);
            self.threshold = self.seen[self.capacity - 1].similarity;
        }
    }

    /// The nearest, most similar first.
    pub(super) fn into_sorted(mut self) -> Vec<Neighbor> {
        self.seen.sort_unstable_by(Neighbor::order);
        self.seen.truncate(self.capacity);
        self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_kept_whatever_the_order_of_offers() {
        let similarity = |row: usize| ((row * 37) % 10) as f32;
        let mut forward = Nearest::new(7);
        let mut backward = Nearest::new(7);
        for row in 0..100 {
            forward.offer(similarity(row), row);
            backward.offer(similarity(99 - row), 99 - row);
        }
        let nearest = forward.into_sorted();
        assert_eq!(nearest, backward.into_sorted());
        let mut all: Vec<_> =
            (0..100).map(|row| Neighbor { similarity: similarity(row), row }).collect();
        all.sort_by(Neighbor::order);
        assert_eq!(nearest, all[..7]);
    }

    #[test]
    fn fewer_rows_than_asked_for_are_all_of_them() {
        let mut nearest = Nearest::new(3);
        nearest.offer(0.5, 4);
        assert_eq!(nearest.into_sorted(), [Neighbor { similarity: 0.5, row: 4 }]);
    }
}
