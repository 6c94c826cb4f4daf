//! Published protocols on feature caches.
//!
//! [`reproduce`] computes the numbers of papers that classify images, [`retrieve`] those of papers that search
//! for them.

pub mod reproduce;
pub mod retrieve;
mod view_name;
