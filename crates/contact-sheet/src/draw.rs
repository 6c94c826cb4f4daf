//! The image with the outlines of its views, and beside it the views.

use preprocess::{Filter, Outline, Rgb, resample};

use crate::canvas::{Canvas, Color};

/// Longer side of the image with what its views have beyond it, in pixels.
const OVERVIEW: f64 = 480.0;

/// Longer side of a view.
const VIEW: u32 = 112;

/// Space around all that is drawn.
const MARGIN: u32 = 10;

/// How far the outline of each view is drawn within that of the view before, so that both are seen
/// where they share an edge; after so many it begins anew.
const INSET: f64 = 3.0;
const INSETS: usize = 4;

const BACKGROUND: Color = [238; 3];

/// `image` with the `outlines` of its `views`, and beside it the views, each framed in the color of its
/// outline. Mirrors have the color of what they mirror.
///
/// # Panics
/// When there is no view, or not an outline for each.
pub fn contact_sheet(image: &Rgb, views: &[Rgb], outlines: &[Outline]) -> Rgb {
    assert_eq!(views.len(), outlines.len(), "an outline for each view");
    let colors = colors(outlines);
    let overview = overview(image, outlines, &colors);
    let cell = VIEW + MARGIN;
    let n_columns = n_columns(outlines);
    let n_rows = views.len().div_ceil(n_columns);
    let length = |n: usize| u32::try_from(n).expect("some hundred views at most") * cell;
    let width = overview.width + length(n_columns) + 3 * MARGIN;
    let height = overview.height.max(length(n_rows)) + 2 * MARGIN;
    let mut canvas = Canvas::new(width, height, BACKGROUND);
    canvas.paste(&overview, MARGIN.into(), MARGIN.into());
    for (i, (view, &color)) in views.iter().zip(&colors).enumerate() {
        let view = fitted(view);
        let left = overview.width + 2 * MARGIN + length(i % n_columns) + (VIEW - view.width) / 2;
        let top = MARGIN + length(i / n_columns) + (VIEW - view.height) / 2;
        canvas.paste(&view, left.into(), top.into());
        let (left, top) = (f64::from(left), f64::from(top));
        let (right, bottom) = (left + f64::from(view.width), top + f64::from(view.height));
        canvas.outline([[left, top], [right, top], [right, bottom], [left, bottom]], color);
    }
    canvas.into_image()
}

/// The image with outlines, of what is not mirrored.
fn overview(image: &Rgb, outlines: &[Outline], colors: &[Color]) -> Rgb {
    let corners = || outlines.iter().flat_map(|outline| outline.corners);
    let bounds = |axis: usize, size: u32| {
        let places = corners().map(|corner| corner[axis]);
        let (first, last) = places.fold((0.0, f64::from(size)), |(first, last): (f64, f64), at| {
            (first.min(at), last.max(at))
        });
        (first, last - first)
    };
    let ((left, width), (top, height)) = (bounds(0, image.width), bounds(1, image.height));
    let scale = OVERVIEW / width.max(height);
    let scaled = |length: f64| (length * scale).round().max(1.0) as u32;
    // One more for lines along the border.
    let mut canvas = Canvas::new(scaled(width) + 2, scaled(height) + 2, BACKGROUND);
    let size = (scaled(f64::from(image.width)), scaled(f64::from(image.height)));
    let shown = resample(image, size.0, size.1, Filter::Bilinear);
    let place = |[x, y]: [f64; 2]| [(x - left) * scale + 1.0, (y - top) * scale + 1.0];
    let [x, y] = place([0.0, 0.0]);
    canvas.paste(&shown, x.round() as i64, y.round() as i64);
    for (i, (outline, &color)) in outlines.iter().zip(colors).enumerate() {
        if !outline.mirrored {
            let inset = (i % INSETS) as f64 * INSET;
            canvas.outline(shrunk(outline.corners.map(place), inset), color);
        }
    }
    canvas.into_image()
}

/// The corners moved by `inset` pixels along each of their two edges, but never past the center.
fn shrunk(corners: [[f64; 2]; 4], inset: f64) -> [[f64; 2]; 4] {
    let towards = |from: [f64; 2], to: [f64; 2]| {
        let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
        let share = (inset / dx.hypot(dy).max(1.0)).min(0.5);
        [dx * share, dy * share]
    };
    std::array::from_fn(|i| {
        let (corner, next, last) = (corners[i], corners[(i + 1) % 4], corners[(i + 3) % 4]);
        let (a, b) = (towards(corner, next), towards(corner, last));
        [corner[0] + a[0] + b[0], corner[1] + a[1] + b[1]]
    })
}

/// A view at the size that it is shown in.
fn fitted(view: &Rgb) -> Rgb {
    let scale = f64::from(VIEW) / f64::from(view.width.max(view.height));
    let [width, height] =
        [view.width, view.height].map(|side| (f64::from(side) * scale).round().max(1.0) as u32);
    resample(view, width, height, Filter::Bilinear)
}

/// As many views in a row as come before their mirrors; about a square where there are none.
fn n_columns(outlines: &[Outline]) -> usize {
    let first_mirror = outlines.iter().position(|outline| outline.mirrored);
    first_mirror.unwrap_or(outlines.len().isqrt()).max(2)
}

/// A color for each view, the same for the same corners.
fn colors(outlines: &[Outline]) -> Vec<Color> {
    let first = |outline: &Outline| outlines.iter().position(|o| o.corners == outline.corners);
    outlines.iter().map(|outline| hue(first(outline).unwrap_or(0))).collect()
}

/// Colors that lie far apart on the circle, whatever their number: steps of the golden ratio.
fn hue(i: usize) -> Color {
    let sixths = (i as f64 * 0.618_033_988_749_895).fract() * 6.0;
    let rise = |from: f64| {
        let distance = ((sixths - from).rem_euclid(6.0) - 3.0).abs();
        ((distance - 1.0).clamp(0.0, 1.0) * 230.0) as u8
    };
    [rise(0.0), rise(2.0), rise(4.0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(corner: f64, mirrored: bool) -> Outline {
        let (near, far) = (corner, corner + 50.0);
        let corners = [[near, near], [far, near], [far, far], [near, far]];
        Outline { name: String::new(), corners, mirrored }
    }

    fn plain(width: u32, height: u32, byte: u8) -> Rgb {
        Rgb { width, height, pixels: vec![byte; (width * height * 3) as usize] }
    }

    #[test]
    fn mirrors_have_the_color_of_what_they_mirror_and_others_their_own() {
        let colors = colors(&[outline(0.0, false), outline(9.0, false), outline(0.0, true)]);
        assert_eq!(colors[0], colors[2]);
        assert_ne!(colors[0], colors[1]);
        let mut hues: Vec<Color> = (0..60).map(hue).collect();
        hues.sort_unstable();
        hues.dedup();
        assert!(hues.len() > 55, "{}", hues.len());
    }

    #[test]
    fn outlines_and_views_are_drawn_whatever_their_proportions() {
        for (width, height) in [(100, 100), (1, 400), (3000, 2), (1, 1)] {
            let outlines = [outline(0.0, false), outline(-500.0, false), outline(0.0, true)];
            let views = [plain(224, 224, 0), plain(1, 90, 0), plain(90, 1, 0)];
            let sheet = contact_sheet(&plain(width, height, 128), &views, &outlines);
            let (pixels, _) = sheet.pixels.as_chunks::<3>();
            for color in [hue(0), hue(1), [0; 3]] {
                assert!(pixels.contains(&color), "{color:?}");
            }
            assert!(sheet.width < 1000 && sheet.height < 1000, "{}x{}", sheet.width, sheet.height);
        }
    }

    #[test]
    fn mirrors_stand_below_what_they_mirror() {
        let with = |n: usize, mirrored: usize| {
            let all = (0..n).map(|i| outline(0.0, i >= n - mirrored));
            n_columns(&all.collect::<Vec<_>>())
        };
        assert_eq!(
            [with(16, 8), with(10, 5), with(2, 1), with(30, 0), with(1, 0)],
            [8, 5, 2, 5, 2]
        );
    }
}
