/// Rows that vote together, so that counting is vectorized.
pub(super) const ROWS: usize = 64;

/// What the pairs say of some rows.
#[derive(Debug)]
pub(super) struct Ballot {
    /// Pairs won by each class, `[n_classes]`.
    votes: Vec<[f32; ROWS]>,
    /// Sum of each class's margins, `[n_classes]`.
    confidences: Vec<[f32; ROWS]>,
}

impl Ballot {
    pub(super) fn new(n_classes: usize) -> Self {
        Self { votes: vec![[0.0; ROWS]; n_classes], confidences: vec![[0.0; ROWS]; n_classes] }
    }

    /// Counts the pair `a < b`, whose margins are positive for `a`.
    pub(super) fn count(&mut self, a: usize, b: usize, margins: &[f32; ROWS]) {
        let [votes_a, votes_b] = pair_of(&mut self.votes, a, b);
        let [confidences_a, confidences_b] = pair_of(&mut self.confidences, a, b);
        for row in 0..ROWS {
            let for_a = if margins[row] >= 0.0 { 1.0 } else { 0.0 };
            votes_a[row] += for_a;
            votes_b[row] += 1.0 - for_a;
            confidences_a[row] += margins[row];
            confidences_b[row] -= margins[row];
        }
    }

    /// Votes, and less than a third of one for the sum of margins.
    pub(super) fn score(&self, class: usize, row: usize) -> f32 {
        let confidence = self.confidences[class][row];
        self.votes[class][row] + confidence / (3.0 * (confidence.abs() + 1.0))
    }
}

fn pair_of<T>(values: &mut [T], a: usize, b: usize) -> [&mut T; 2] {
    values.get_disjoint_mut([a, b]).expect("a pair is of two classes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_order_classes_of_equal_votes() {
        let mut ballot = Ballot::new(3);
        // A cycle: each class wins once.
        ballot.count(0, 1, &[0.5; ROWS]);
        ballot.count(0, 2, &[-0.25; ROWS]);
        ballot.count(1, 2, &[2.0; ROWS]);
        let scores = [0, 1, 2].map(|class| ballot.score(class, 7));
        let squashed = |sum: f32| 1.0 + sum / (3.0 * (sum.abs() + 1.0));
        assert_eq!(scores, [squashed(0.25), squashed(1.5), squashed(-1.75)]);
    }
}
