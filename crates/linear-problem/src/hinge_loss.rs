/// The loss of a sample as a function of its margin `m`, the signed score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum HingeLoss {
    /// `max(0, 1 - m)`, LIBLINEAR's L1-loss.
    Hinge,
    /// `max(0, 1 - m)^2`, LIBLINEAR's L2-loss.
    SquaredHinge,
}

impl HingeLoss {
    /// The loss of a sample whose margin is `1 - slack`.
    #[inline]
    pub fn of_slack(self, slack: f64) -> f64 {
        match self {
            Self::Hinge => slack.max(0.0),
            Self::SquaredHinge => slack.max(0.0).powi(2),
        }
    }
}
