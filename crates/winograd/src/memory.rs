//! Large memory for numbers.

use memmap2::MmapMut;

/// Numbers in memory of their own, in huge pages where the system has them: weights and activations
/// are read with large strides.
pub(crate) struct Numbers(Option<MmapMut>);

impl Numbers {
    /// `len` zeros.
    ///
    /// # Panics
    /// When the system has not so much memory.
    pub(crate) fn zeros(len: usize) -> Self {
        if len == 0 {
            return Self(None);
        }
        let map = MmapMut::map_anon(len * size_of::<f32>()).expect("memory for a network");
        // Advice: where it is refused, the pages are small.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Self(Some(map))
    }

    pub(crate) fn as_slice(&self) -> &[f32] {
        self.0.as_deref().map_or(&[], bytemuck::cast_slice)
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [f32] {
        self.0.as_deref_mut().map_or(&mut [], bytemuck::cast_slice_mut)
    }
}
