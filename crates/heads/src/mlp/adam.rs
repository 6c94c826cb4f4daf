use rayon::prelude::*;

/// Parameters that one thread moves.
const CHUNK: usize = 32_768;
/// What is kept of the mean of gradients at each step.
const BETA_1: f32 = 0.9;
/// What is kept of the mean of squared gradients at each step.
const BETA_2: f32 = 0.999;
/// Added to the root of the mean of squares.
const EPSILON: f32 = 1e-7;

/// Adam's moments of the gradients of all parameters.
pub(super) struct Adam {
    learning_rate: f32,
    n_steps: i32,
    /// Mean and mean square of each gradient, an array of parameters after the other.
    moments: Vec<Vec<(f32, f32)>>,
}

impl Adam {
    /// For arrays of parameters of these lengths.
    pub(super) fn new(learning_rate: f32, lengths: impl Iterator<Item = usize>) -> Self {
        let moments = lengths.map(|length| vec![(0.0, 0.0); length]).collect();
        Self { learning_rate, n_steps: 0, moments }
    }

    /// One step of all parameters, given as many arrays of gradients.
    pub(super) fn step(&mut self, parameters: Vec<&mut [f32]>, gradients: &[Vec<f32>]) {
        self.n_steps += 1;
        let unbiased = (1.0 - f64::from(BETA_2).powi(self.n_steps)).sqrt()
            / (1.0 - f64::from(BETA_1).powi(self.n_steps));
        let rate = (f64::from(self.learning_rate) * unbiased) as f32;
        for ((parameters, gradients), moments) in
            parameters.into_iter().zip(gradients).zip(&mut self.moments)
        {
            let chunks = parameters.par_chunks_mut(CHUNK).zip(gradients.par_chunks(CHUNK));
            chunks.zip(moments.par_chunks_mut(CHUNK)).for_each(
                |((parameters, gradients), moments)| {
                    move_parameters(rate, parameters, gradients, moments);
                },
            );
        }
    }
}

fn move_parameters(
    rate: f32,
    parameters: &mut [f32],
    gradients: &[f32],
    moments: &mut [(f32, f32)],
) {
    for ((parameter, &gradient), (mean, square)) in
        parameters.iter_mut().zip(gradients).zip(moments)
    {
        *mean += (1.0 - BETA_1) * (gradient - *mean);
        *square += (1.0 - BETA_2) * (gradient * gradient - *square);
        *parameter -= rate * *mean / (square.sqrt() + EPSILON);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_step_is_the_learning_rate() {
        let mut parameters = [1.0, 1.0];
        let mut adam = Adam::new(0.1, [2].into_iter());
        adam.step(vec![&mut parameters], &[vec![5.0, -0.01]]);
        // Up to epsilon beside a gradient of 0.01, which is scaled by sqrt(1 - beta_2) = 0.032.
        assert!((parameters[0] - 0.9).abs() < 1e-6 && (parameters[1] - 1.1).abs() < 1e-4);
    }
}
