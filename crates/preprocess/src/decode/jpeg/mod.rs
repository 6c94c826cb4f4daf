//! JPEG files, by the library that Pillow decodes them with, so that pixels equal Pillow's.

mod decode;
mod markers;
mod turbo;

pub(crate) use decode::decode;
