use memmap2::MmapMut;
use thiserror::Error;

/// The system has not the memory for a [`Buffer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("no memory for {bytes} bytes")]
pub struct OutOfMemory {
    /// How many were asked for.
    pub bytes: usize,
}

/// A large array of numbers that begins at the start of a page, in huge pages where the system has
/// them: arrays read with large strides take a fifth longer in small ones.
///
/// # Examples
///
/// ```
/// use simd::Buffer;
///
/// let mut buffer = Buffer::zeros(1000)?;
/// buffer.as_mut_slice()[7] = 1.5;
/// assert_eq!(buffer.as_slice()[6..9], [0.0, 1.5, 0.0]);
/// # Ok::<(), simd::OutOfMemory>(())
/// ```
#[derive(Debug, Default)]
pub struct Buffer(Option<MmapMut>);

impl Buffer {
    /// `len` zeros.
    ///
    /// # Errors
    /// [`OutOfMemory`] if the system refuses.
    pub fn zeros(len: usize) -> Result<Self, OutOfMemory> {
        // The system maps no empty range.
        if len == 0 {
            return Ok(Self::default());
        }
        let bytes = len.saturating_mul(size_of::<f32>());
        let map = MmapMut::map_anon(bytes).map_err(|_| OutOfMemory { bytes })?;
        // Advice: where it is refused, the pages are small.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        Ok(Self(Some(map)))
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[f32] {
        self.0.as_deref().map_or(&[], bytemuck::cast_slice)
    }

    /// The numbers, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        self.0.as_deref_mut().map_or(&mut [], bytemuck::cast_slice_mut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_holds_zeros_at_the_start_of_a_page() {
        let mut buffer = Buffer::zeros(5000).expect("20 kB");
        assert_eq!(buffer.as_slice(), [0.0; 5000]);
        assert_eq!(buffer.as_slice().as_ptr() as usize % 4096, 0);
        buffer.as_mut_slice()[4999] = 1.0;
        assert_eq!(buffer.as_slice()[4999], 1.0);
    }

    #[test]
    fn an_empty_buffer_needs_no_memory_and_too_large_a_one_is_refused() {
        assert_eq!(Buffer::zeros(0).expect("nothing").as_slice(), [0.0; 0]);
        let error = Buffer::zeros(usize::MAX).expect_err("nobody has so much");
        assert_eq!(error.to_string(), format!("no memory for {} bytes", usize::MAX));
    }
}
