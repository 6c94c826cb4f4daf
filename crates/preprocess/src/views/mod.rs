//! Views: the several inputs of a network that one image gives.
//!
//! [`Views`] says which parts of an image are looked at. Each is cut out of the decoded image and goes
//! through a [`Preset`](crate::Preset), except that `ten-crop` takes its crops where torchvision does,
//! between the preset's resize and its crop, and that `scales` brings a resize of its own. Mirrors are
//! made last, of the pixels that go into the network.
//!
//! `docs/views.md` has the geometry in formulas and a drawing.

mod choose;
mod cut;
mod error;
mod frame;
mod outline;
mod parse;
mod part;
mod render;
mod rotate;
mod view;

pub use choose::Views;
pub use error::ViewsError;
pub use outline::Outline;
pub use render::MAX_VIEW_PIXELS;
