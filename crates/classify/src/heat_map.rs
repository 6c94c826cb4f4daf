//! Where in a picture the score of a class comes from.

use backbone::Pooling;
use head::{NotLinear, SavedHead};
use image::imageops::{FilterType, resize};
use image::{ImageBuffer, Luma};
use ndarray::{Array1, Array2, ArrayView2};
use preprocess::{Rgb, Views};

/// What each place of a map adds to the score of a class: Zhou et al., "Learning Deep Features for Discriminative
/// Localization" (2016), equation 2, for a head on globally averaged features.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Name of the picture.
    pub picture: String,
    /// The class.
    pub class: String,
    /// What each place adds, `[height, width]`.
    pub places: Array2<f64>,
    /// What is in the score besides: places and constant together are the score.
    pub constant: f64,
    /// What the network saw of the picture.
    pub input: Rgb,
}

/// Why the score of a head is no sum over places.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoHeatMap {
    /// Features are no averages of a map.
    #[error(
        "its features are not averages over the places of a map: their tap is `{0}`, not one with `:gap`"
    )]
    Pooling(String),
    /// Several views are one row.
    #[error("its rows are of several views of a picture: `{0}`")]
    Views(String),
    /// Scores are no weighted sums of features.
    #[error(transparent)]
    NotLinear(#[from] NotLinear),
}

/// The tap of the whole map whose averages a head takes.
///
/// # Errors
/// [`NoHeatMap`].
pub(crate) fn map_tap_of(head: &SavedHead, views: &Views) -> Result<String, NoHeatMap> {
    let tap = map_tap(&head.description.origin.provenance.tap, views)?;
    // Whether its steps are linear does not depend on the row.
    head.pipeline.linear_score(Array1::zeros(head.pipeline.n_features()).view(), 0)?;
    Ok(tap)
}

fn map_tap(tap: &str, views: &Views) -> Result<String, NoHeatMap> {
    if views.n_views() > 1 {
        return Err(NoHeatMap::Views(views.to_string()));
    }
    match tap.rsplit_once(':') {
        Some((layer, pooling)) if pooling == Pooling::Gap.to_string() => {
            Ok(format!("{layer}:{}", Pooling::Flatten))
        }
        _ => Err(NoHeatMap::Pooling(tap.to_owned())),
    }
}

/// What the places of a map `[height * width * n_features]` add to the score of `class`.
///
/// # Errors
/// [`NotLinear`].
pub(crate) fn places(
    head: &SavedHead,
    class: usize,
    map: &[f32],
    (width, height): (usize, usize),
) -> Result<(Array2<f64>, f64), NotLinear> {
    let n_places = width * height;
    let map =
        ArrayView2::from_shape((n_places, map.len() / n_places), map).expect("rows of places");
    let map = map.mapv(f64::from);
    let mean = map.mean_axis(ndarray::Axis(0)).expect("a map has places");
    let score = head.pipeline.linear_score(mean.mapv(|value| value as f32).view(), class)?;
    let places = map.dot(&score.weights) / n_places as f64;
    let places = places.into_shape_with_order((height, width)).expect("one number a place");
    Ok((places, score.constant))
}

impl HeatMap {
    /// What the network saw, and beside it the same under the map ([`Self::cover`]).
    pub fn draw(&self) -> Rgb {
        let Rgb { width, height, pixels } = &self.input;
        let row_len = 3 * *width as usize;
        let rows = pixels.chunks_exact(row_len);
        let covered = self.cover().pixels;
        let pixels =
            rows.zip(covered.chunks_exact(row_len)).flat_map(|(row, covered)| [row, covered]);
        Rgb { width: 2 * width, height: *height, pixels: pixels.flatten().copied().collect() }
    }

    /// What the network saw, under the map: red where a place adds to the score, blue where it takes from it, the
    /// more the denser; the densest is the place that does most.
    pub fn cover(&self) -> Rgb {
        let Rgb { width, height, pixels } = &self.input;
        let most = self.places.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let scale = if most > 0.0 { most.recip() } else { 0.0 };
        let (rows, columns) = self.places.dim();
        let share = |x: u32, y: u32| (self.places[[y as usize, x as usize]] * scale) as f32;
        let small = ImageBuffer::from_fn(columns as u32, rows as u32, |x, y| Luma([share(x, y)]));
        let large = resize(&small, *width, *height, FilterType::Triangle);
        let (pixels, _) = pixels.as_chunks::<3>();
        let covered =
            pixels.iter().zip(large.iter()).flat_map(|(&pixel, &share)| covered(pixel, share));
        Rgb { width: *width, height: *height, pixels: covered.collect() }
    }
}

/// A pixel in grey under red or blue; `share` is -1 to 1.
fn covered([red, green, blue]: [u8; 3], share: f32) -> [u8; 3] {
    const RED: [f32; 3] = [215.0, 48.0, 39.0];
    const BLUE: [f32; 3] = [49.0, 84.0, 165.0];
    // The luma of Rec. 601.
    let grey = 0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue);
    let (color, density) = (if share > 0.0 { RED } else { BLUE }, 0.75 * share.abs());
    color.map(|color| (grey + density * (color - grey)).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_that_adds_most_is_red_and_nothing_stays_grey() {
        let input = Rgb { width: 2, height: 1, pixels: vec![100; 6] };
        let places = Array2::from_shape_vec((1, 2), vec![2.0, 0.0]).unwrap();
        let heat_map =
            HeatMap { picture: String::new(), class: String::new(), places, constant: 0.0, input };
        let drawn = heat_map.draw();
        assert_eq!((drawn.width, drawn.height), (4, 1));
        assert_eq!(drawn.pixels, [100, 100, 100, 100, 100, 100, 186, 61, 54, 100, 100, 100]);
    }

    #[test]
    fn only_averages_of_one_view_have_a_map() {
        let tap = map_tap("block5_pool:gap", &Views::Center);
        assert_eq!(tap, Ok("block5_pool:flatten".to_owned()));
        for tap in ["block5_pool:max", "block5_pool:gem:3", "block5_pool:flatten", "block5_pool"] {
            let refused = map_tap(tap, &Views::Center);
            let message = refused.unwrap_err().to_string();
            assert!(message.contains("not averages over the places of a map"), "{message}");
            assert!(message.ends_with(&format!("their tap is `{tap}`, not one with `:gap`")));
        }
        let views = map_tap("block5_pool:gap", &Views::Flip).unwrap_err().to_string();
        assert_eq!(views, "its rows are of several views of a picture: `flip`");
    }
}
