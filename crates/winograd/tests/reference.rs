//! Convolutions and maxima as they are defined, in f64.

/// [height, width, channels].
#[derive(Clone)]
pub(crate) struct Map {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    pub(crate) values: Vec<f64>,
}

impl Map {
    fn at(&self, y: isize, x: isize, channel: usize) -> f64 {
        let inside = |at: isize, size: usize| usize::try_from(at).ok().filter(|&at| at < size);
        match (inside(y, self.height), inside(x, self.width)) {
            (Some(y), Some(x)) => self.values[(y * self.width + x) * self.channels + channel],
            _ => 0.0,
        }
    }

    /// `relu(weight * self + bias)`, weight [outputs, inputs, 3, 3].
    pub(crate) fn convolve(&self, weight: &[f32], bias: &[f32]) -> Self {
        let mut values = Vec::new();
        for y in 0..self.height as isize {
            for x in 0..self.width as isize {
                for (output, &bias) in bias.iter().enumerate() {
                    let mut sum = f64::from(bias);
                    for input in 0..self.channels {
                        for i in 0..9 {
                            let weight = weight[(output * self.channels + input) * 9 + i];
                            let (dy, dx) = (i as isize / 3 - 1, i as isize % 3 - 1);
                            sum += f64::from(weight) * self.at(y + dy, x + dx, input);
                        }
                    }
                    values.push(sum.max(0.0));
                }
            }
        }
        Self { channels: bias.len(), values, ..*self }
    }

    /// Maxima of 2x2 windows.
    pub(crate) fn max_pool(&self) -> Self {
        let (height, width) = (self.height / 2, self.width / 2);
        let mut values = Vec::new();
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y as isize, x as isize))) {
            for channel in 0..self.channels {
                let at = |dy, dx| self.at(2 * y + dy, 2 * x + dx, channel);
                values.push(at(0, 0).max(at(0, 1)).max(at(1, 0)).max(at(1, 1)));
            }
        }
        Self { height, width, channels: self.channels, values }
    }
}
