//! From an image to the pixels of its views.

use std::borrow::Cow;

use super::choose::Views;
use super::cut::{cut, mirror};
use super::error::ViewsError;
use super::frame::Frame;
use super::part::Part;
use super::rotate::rotated;
use super::view::View;
use crate::decode::Limits;
use crate::preset::Preset;
use crate::resample::resample_part;
use crate::rgb::Rgb;

/// The most pixels of a view of `scales`: a network needs some hundred bytes for each.
pub const MAX_VIEW_PIXELS: u64 = 1 << 22;

impl Views {
    /// The views of `image` in their order, as they go into the network, not yet normalized: all of
    /// [`Preset::output_size`] but for `scales`.
    ///
    /// # Errors
    /// [`ViewsError::NoCrop`], which [`Views::check`] finds before, and [`ViewsError::TooLarge`] for an
    /// image of such proportions that a view of it would have more than [`MAX_VIEW_PIXELS`] or, in a square
    /// around it, more pixels than `limits` allow an image.
    ///
    /// # Panics
    /// As [`Preset::pixels`].
    ///
    /// # Examples
    /// ```
    /// use preprocess::{Limits, Preset, Rgb, Views};
    ///
    /// let image = Rgb { width: 2, height: 1, pixels: vec![255, 0, 0, 0, 0, 255] };
    /// let views: Views = "flip".parse()?;
    /// let pixels = views.pixels(&image, &Preset::named("keras")?, &Limits::default())?;
    /// assert_eq!(pixels.len(), views.n_views());
    /// assert_eq!(pixels[0].pixels[..3], pixels[1].pixels[223 * 3..224 * 3]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pixels(
        &self,
        image: &Rgb,
        preset: &Preset,
        limits: &Limits,
    ) -> Result<Vec<Rgb>, ViewsError> {
        let views = self.list(image.width, image.height);
        let mut rendered: Vec<Rgb> = Vec::with_capacity(views.len());
        for view in &views {
            let twin = views[..rendered.len()].iter().position(|other| view.mirrors(other));
            let pixels = match twin {
                Some(twin) => mirror(&rendered[twin]),
                None if view.mirrored => mirror(&render(view, image, preset, limits)?),
                None => render(view, image, preset, limits)?,
            };
            rendered.push(pixels);
        }
        Ok(rendered)
    }
}

/// A view, not mirrored.
fn render(view: &View, image: &Rgb, preset: &Preset, limits: &Limits) -> Result<Rgb, ViewsError> {
    let Part { window, degrees } = view.part;
    let part = if view.part == Part::whole(image.width, image.height) {
        Cow::Borrowed(image)
    } else if degrees == 0.0 {
        view.check_size(window.width, window.height, limits.max_pixels)?;
        Cow::Owned(cut(image, window, preset.normalization.mean_color()))
    } else {
        Cow::Owned(rotated(image, window, degrees))
    };
    let layout = view.frame.layout(part.width, part.height, preset)?;
    if let Frame::ShorterSide(_) = view.frame {
        let (width, height) = layout.size;
        view.check_size(width, height, MAX_VIEW_PIXELS.min(limits.max_pixels))?;
    }
    Ok(resample_part(&part, layout.size, layout.columns, layout.rows, preset.filter))
}
