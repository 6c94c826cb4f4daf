use linear_problem::HingeLoss;

/// What a loss costs at one value of C.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Price {
    pub(crate) loss: HingeLoss,
    pub(crate) c: f64,
}

impl Price {
    /// `s_i U_i` of a sample whose class weight, with the sign of its side, is given.
    #[inline]
    pub(crate) fn signed_upper(self, signed_weight: f32) -> f32 {
        match self.loss {
            HingeLoss::Hinge => self.c as f32 * signed_weight,
            HingeLoss::SquaredHinge if signed_weight == 0.0 => 0.0,
            HingeLoss::SquaredHinge => f32::INFINITY.copysign(signed_weight),
        }
    }

    /// `beta` held to its bounds, and put on the upper one where rounding keeps it away.
    #[inline]
    pub(crate) fn clamp(self, beta: f32, signed_weight: f32) -> f32 {
        let upper = self.signed_upper(signed_weight);
        if beta.abs() >= upper.abs() * (1.0 - 1e-6) { upper } else { beta }
    }

    /// `D_ii` of a sample.
    #[inline]
    pub(crate) fn ridge(self, signed_weight: f32) -> f32 {
        match self.loss {
            HingeLoss::SquaredHinge if signed_weight != 0.0 => {
                0.5 / (self.c as f32 * signed_weight.abs())
            }
            _ => 0.0,
        }
    }
}
