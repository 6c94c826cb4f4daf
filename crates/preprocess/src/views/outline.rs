//! Where the views of an image lie in it.

use super::choose::Views;
use super::error::ViewsError;
use super::rotate::Rotation;
use super::view::View;
use crate::preset::Preset;

/// What a view shows of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Name of the view, which no other view of the image has.
    pub name: String,
    /// Corners of what the network sees, in pixels `[x, y]` of the image: those that are upper left, upper
    /// right, lower right and lower left in the view before it is mirrored. They may lie beyond the
    /// image.
    pub corners: [[f64; 2]; 4],
    /// Whether left and right are exchanged.
    pub mirrored: bool,
}

impl Views {
    /// Where the views of an image of `width` x `height` pixels lie, in their order.
    ///
    /// # Errors
    /// [`ViewsError::NoCrop`], which [`Views::check`] finds before.
    pub fn outlines(
        &self,
        width: u32,
        height: u32,
        preset: &Preset,
    ) -> Result<Vec<Outline>, ViewsError> {
        let outline = |view: View| {
            let window = view.part.window;
            let layout = view.frame.layout(window.width, window.height, preset)?;
            let x = |column: u32| {
                let share = f64::from(column) / f64::from(layout.size.0);
                window.left as f64 + share * f64::from(window.width)
            };
            let y = |row: u32| {
                let share = f64::from(row) / f64::from(layout.size.1);
                window.top as f64 + share * f64::from(window.height)
            };
            let (left, right) = (x(layout.columns.start), x(layout.columns.end));
            let (top, bottom) = (y(layout.rows.start), y(layout.rows.end));
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
            let rotation = Rotation::new(width, height, view.part.degrees);
            let corners = corners.map(|(x, y)| rotation.source(x, y));
            Ok(Outline { name: view.name, corners, mirrored: view.mirrored })
        };
        self.list(width, height).into_iter().map(outline).collect()
    }
}
