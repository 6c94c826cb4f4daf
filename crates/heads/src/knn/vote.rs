use super::nearest::Neighbor;
use crate::ParamError;

/// What the vote of a neighbor weighs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum KnnVote {
    /// 1.
    Uniform,
    /// The similarity, 0 where it is negative. Where no neighbor has any, all weigh the same.
    Similarity,
    /// `exp(similarity / temperature)`; the evaluation of DINOv2 has a temperature of 0.07.
    Exponential {
        /// The similarity that multiplies a vote by e.
        temperature: f64,
    },
}

impl KnnVote {
    /// Refuses a temperature that is not positive and finite.
    pub(super) fn check(self) -> Result<(), ParamError> {
        match self {
            Self::Exponential { temperature }
                if !(temperature.is_finite() && temperature > 0.0) =>
            {
                Err(ParamError::Temperature { got: temperature })
            }
            _ => Ok(()),
        }
    }

    /// Writes each class's part of the votes of `neighbors`, the most similar first.
    pub(super) fn write_shares(self, neighbors: &[Neighbor], labels: &[usize], shares: &mut [f32]) {
        let highest = neighbors.first().map_or(0.0, |neighbor| neighbor.similarity);
        let weight = |similarity: f32| -> f64 {
            match self {
                // Where the most similar has no similarity, votes by similarity count alike.
                Self::Similarity if highest > 0.0 => f64::from(similarity.max(0.0)),
                Self::Uniform | Self::Similarity => 1.0,
                // Shares do not change when all weights are divided by the largest.
                Self::Exponential { temperature } => {
                    ((f64::from(similarity) - f64::from(highest)) / temperature).exp()
                }
            }
        };
        let mut votes = vec![0.0; shares.len()];
        for neighbor in neighbors {
            votes[labels[neighbor.row]] += weight(neighbor.similarity);
        }
        let total: f64 = votes.iter().sum();
        for (share, vote) in shares.iter_mut().zip(votes) {
            *share = (vote / total) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(vote: KnnVote, similarities: [f32; 3]) -> [f32; 2] {
        let mut shares = [0.0; 2];
        let neighbors = [0, 1, 2].map(|row| Neighbor { similarity: similarities[row], row });
        vote.write_shares(&neighbors, &[0, 1, 1], &mut shares);
        shares
    }

    #[test]
    fn votes_are_weighted() {
        let similarities = [0.75, 0.25, -0.5];
        assert_eq!(shares(KnnVote::Uniform, similarities), [1.0 / 3.0, 2.0 / 3.0]);
        assert_eq!(shares(KnnVote::Similarity, similarities), [0.75, 0.25]);
        let [first, second] = shares(KnnVote::Exponential { temperature: 0.5 }, similarities);
        let expected = ((-0.5_f32) / 0.5).exp() + (-1.25_f32 / 0.5).exp();
        assert!((second / first - expected).abs() < 1e-6);
    }

    #[test]
    fn neighbors_without_similarity_vote_alike() {
        assert_eq!(shares(KnnVote::Similarity, [0.0, -0.5, -1.0]), [1.0 / 3.0, 2.0 / 3.0]);
    }

    #[test]
    fn low_temperatures_do_not_overflow() {
        let exact = KnnVote::Exponential { temperature: 1e-30 };
        assert_eq!(shares(exact, [0.5, 0.4, 0.3]), [1.0, 0.0]);
    }
}
