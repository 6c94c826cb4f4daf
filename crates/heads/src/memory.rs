use memmap2::MmapMut;

use crate::FitError;

/// Large memory for numbers, in huge pages where the system has them: the matrix is read with jumps
/// of a row, and small pages cost a fifth of the time.
pub(crate) struct Numbers(MmapMut);

impl Numbers {
    /// `len` zeros.
    ///
    /// # Errors
    /// [`FitError::OutOfMemory`] if the system refuses.
    pub(crate) fn zeros(len: usize) -> Result<Self, FitError> {
        let bytes = len.saturating_mul(size_of::<f32>());
        let map = MmapMut::map_anon(bytes).map_err(|_| FitError::OutOfMemory { bytes })?;
        // Advice: where it is refused, the pages are small.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(Self(map))
    }

    pub(crate) fn as_slice(&self) -> &[f32] {
        bytemuck::cast_slice(&self.0)
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [f32] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}
