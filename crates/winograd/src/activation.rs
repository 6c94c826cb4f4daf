//! What a network shows of itself.

/// What one layer gives for one image: [height, width, channels].
#[derive(Clone, Copy, Debug)]
pub struct Activation<'a> {
    /// Index of the layer.
    pub layer: usize,
    /// Index of the image in its batch.
    pub image: usize,
    /// Number of rows.
    pub height: usize,
    /// Number of columns.
    pub width: usize,
    /// Number of channels.
    pub channels: usize,
    /// Rows with padding at their ends.
    pub(crate) rows: &'a [f32],
    pub(crate) row_stride: usize,
}

impl<'a> Activation<'a> {
    /// The channels at one position, for all positions row by row.
    pub fn pixels(&self) -> impl Iterator<Item = &'a [f32]> + use<'a> {
        let (width, channels) = (self.width, self.channels);
        let rows = self.rows.chunks(self.row_stride).take(self.height);
        rows.flat_map(move |row| row[channels..].chunks_exact(channels).take(width))
    }
}
