//! Views on their way through the network: as many in one pass as it may take.

use engine::{Engine, EngineError};
use preprocess::Rgb;

/// How views are divided into passes of the network.
#[derive(Clone, Copy, Debug)]
pub struct Passes {
    /// Views of the preset's size in one pass.
    batch: usize,
    /// Pixels that these have.
    n_pixels: u64,
    n_views: usize,
}

impl Passes {
    /// `batch` views of this width and height in one pass, of larger ones fewer, at least one; of each image there
    /// are `n_views`.
    pub fn new(batch: usize, (width, height): (u32, u32), n_views: usize) -> Self {
        let n_pixels = batch as u64 * u64::from(width) * u64::from(height);
        Self { batch, n_pixels, n_views }
    }

    /// How many images are forwarded together: as many as fill a pass with their views, at least one.
    pub fn n_images(&self) -> usize {
        (self.batch / self.n_views).max(1)
    }

    /// How many images are loaded together. Those of many views take the memory of a full batch, however
    /// few, but no core is left idle.
    pub fn n_images_loaded(&self) -> usize {
        self.n_images().max(rayon::current_num_threads().min(self.batch))
    }

    /// The features of all `views`, in their order: for each tap the rows [n, n_features].
    ///
    /// # Errors
    /// The first [`EngineError`].
    pub fn forward(
        &self,
        engine: &mut dyn Engine,
        views: Vec<Rgb>,
    ) -> Result<Vec<Vec<f32>>, EngineError> {
        let size = |view: &Rgb| (view.width, view.height);
        let is_one_pass = views.len() <= self.len(&views[0])
            && views.iter().all(|view| size(view) == size(&views[0]));
        if is_one_pass {
            return engine.forward(&views);
        }
        let n = views.len();
        let mut by_size: Vec<(usize, Rgb)> = views.into_iter().enumerate().collect();
        by_size.sort_by_key(|(_, view)| size(view));
        let (places, views): (Vec<usize>, Vec<Rgb>) = by_size.into_iter().unzip();
        let mut features: Vec<Vec<f32>> = Vec::new();
        let mut first = 0;
        for of_a_size in views.chunk_by(|a, b| size(a) == size(b)) {
            for pass in of_a_size.chunks(self.len(&of_a_size[0])) {
                let rows = engine.forward(pass)?;
                features.resize(rows.len(), Vec::new());
                let places = &places[first..first + pass.len()];
                first += pass.len();
                for (features, rows) in features.iter_mut().zip(rows) {
                    let row_len = rows.len() / pass.len();
                    features.resize(n * row_len, 0.0);
                    for (place, row) in places.iter().zip(rows.chunks_exact(row_len)) {
                        features[place * row_len..][..row_len].copy_from_slice(row);
                    }
                }
            }
        }
        Ok(features)
    }

    /// Views of this one's size in a pass.
    fn len(&self, view: &Rgb) -> usize {
        let n_pixels = u64::from(view.width) * u64::from(view.height);
        usize::try_from(self.n_pixels / n_pixels).unwrap_or(usize::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two taps: the first byte, and twice the width. Keeps the sizes of passes.
    #[derive(Default)]
    struct Recorder {
        passes: Vec<(usize, u32, u32)>,
    }

    impl Engine for Recorder {
        fn forward(&mut self, images: &[Rgb]) -> Result<Vec<Vec<f32>>, EngineError> {
            let (width, height) = (images[0].width, images[0].height);
            assert!(images.iter().all(|image| (image.width, image.height) == (width, height)));
            self.passes.push((images.len(), width, height));
            let bytes = images.iter().map(|image| f32::from(image.pixels[0]));
            let widths = images.iter().flat_map(|image| [image.width as f32; 2]);
            Ok(vec![bytes.collect(), widths.collect()])
        }
    }

    fn view(i: u8, (width, height): (u32, u32)) -> Rgb {
        Rgb { width, height, pixels: vec![i; (width * height * 3) as usize] }
    }

    fn forward(batch: usize, sizes: &[(u32, u32)]) -> Vec<(usize, u32, u32)> {
        let passes = Passes { batch, n_pixels: batch as u64 * 16, n_views: 1 };
        let mut engine = Recorder::default();
        let views = sizes.iter().enumerate().map(|(i, &size)| view(i as u8, size)).collect();
        let features = passes.forward(&mut engine, views).unwrap();
        let bytes: Vec<f32> = (0..sizes.len()).map(|i| i as f32).collect();
        let widths: Vec<f32> = sizes.iter().flat_map(|&(width, _)| [width as f32; 2]).collect();
        assert_eq!(features, [bytes, widths]);
        engine.passes
    }

    #[test]
    fn views_of_one_size_fill_passes() {
        assert_eq!(forward(4, &[(4, 4); 3]), [(3, 4, 4)]);
        assert_eq!(forward(4, &[(4, 4); 9]), [(4, 4, 4), (4, 4, 4), (1, 4, 4)]);
        assert_eq!(forward(1, &[(4, 4); 2]), [(1, 4, 4), (1, 4, 4)]);
    }

    #[test]
    fn views_of_different_sizes_never_share_a_pass_and_large_ones_are_fewer() {
        let (small, large, high) = ((4, 4), (8, 4), (4, 8));
        let sizes = [large, small, high, large, small, large, (40, 40)];
        assert_eq!(forward(4, &sizes), [(2, 4, 4), (1, 4, 8), (2, 8, 4), (1, 8, 4), (1, 40, 40)]);
    }

    #[test]
    fn images_are_as_many_as_their_views_fill_a_pass() {
        let n_images = |batch, n_views| Passes { batch, n_pixels: 1, n_views }.n_images();
        assert_eq!(
            [n_images(16, 1), n_images(16, 2), n_images(16, 10), n_images(16, 30)],
            [16, 8, 1, 1]
        );
    }
}
