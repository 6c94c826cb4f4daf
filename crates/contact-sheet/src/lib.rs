//! A picture of an image, where its views lie in it, and what the network sees of them.

mod canvas;
mod draw;

pub use draw::contact_sheet;
