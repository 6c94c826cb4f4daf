//! Memory that pixels pass through on their way to a device, and features on their way back.

use preprocess::Rgb;
use tch::{Device, Kind, TchError, Tensor};

/// Images of one size in one block of memory, used again for each batch. That of a GPU is pinned, so
/// that the GPU fetches it by itself while this thread goes on.
pub(super) struct Staging {
    device: Device,
    /// Whether batches that are not full are filled up with what the memory holds.
    fixed_shapes: bool,
    /// [n, height, width, 3] u8, for the largest batch so far.
    pixels: Option<Tensor>,
}

impl Staging {
    pub(super) fn new(device: Device, fixed_shapes: bool) -> Self {
        Self { device, fixed_shapes, pixels: None }
    }

    /// `images`, which have one size, on the device: [n, height, width, 3] u8. There are at least as
    /// many as images, and what lies behind these has no meaning.
    ///
    /// What was given for the last batch must be done with: its memory is written over.
    pub(super) fn load(&mut self, images: &[Rgb]) -> Result<Tensor, TchError> {
        let (width, height) = (images[0].width, images[0].height);
        assert!(images.iter().all(|image| (image.width, image.height) == (width, height)));
        let n = images.len() as i64;
        let shape = [n, i64::from(height), i64::from(width), 3];
        let fits = |held: &Tensor| held.size()[0] >= n && held.size()[1..] == shape[1..];
        let pixels = match self.pixels.take().filter(fits) {
            Some(held) => self.pixels.insert(held),
            None => self.pixels.insert(page_locked(shape, Kind::Uint8, self.device)?),
        };
        let bytes = bytes_mut(pixels);
        for (to, image) in bytes.chunks_exact_mut(bytes_of_one(&shape)).zip(images) {
            to.copy_from_slice(&image.pixels);
        }
        let batch = if self.fixed_shapes { pixels.shallow_clone() } else { pixels.narrow(0, 0, n) };
        // The CPU's is used where it lies.
        batch.f_to_device_(self.device, Kind::Uint8, true, false)
    }
}

fn bytes_of_one(shape: &[i64; 4]) -> usize {
    shape[1..].iter().product::<i64>() as usize
}

/// Memory of the CPU; where it is for a GPU, memory that stays where it is.
fn page_locked(shape: [i64; 4], kind: Kind, device: Device) -> Result<Tensor, TchError> {
    let memory = Tensor::f_zeros(shape, (kind, Device::Cpu))?;
    if device.is_cuda() { memory.f_pin_memory(device) } else { Ok(memory) }
}

/// The bytes of a tensor in the memory of the CPU.
fn bytes_mut(tensor: &mut Tensor) -> &mut [u8] {
    assert!(tensor.device() == Device::Cpu && tensor.kind() == Kind::Uint8);
    assert!(tensor.is_contiguous());
    #[expect(unsafe_code, reason = "tch copies into a tensor only from another one")]
    // SAFETY: the tensor is a contiguous one of `numel` bytes in the memory of the CPU, and lives as
    // long as the slice, which borrows it mutably. Its memory was written when it was made. Of other
    // tensors that share it (those that `load` gave) none is read while the slice lives: the
    // slice ends within `load`, whose caller is done with them.
    unsafe {
        std::slice::from_raw_parts_mut(tensor.data_ptr().cast::<u8>(), tensor.numel())
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Rgb, Staging, Tensor};

    fn image(value: u8, width: u32) -> Rgb {
        Rgb { width, height: 2, pixels: vec![value; width as usize * 2 * 3] }
    }

    /// The first byte of each image.
    fn firsts(batch: &Tensor) -> Vec<i64> {
        let images = batch.size()[0];
        (0..images).map(|i| batch.int64_value(&[i, 0, 0, 0])).collect()
    }

    #[test]
    fn the_pixels_lie_as_they_are_given() {
        let pixels: Vec<u8> = (0..18).collect();
        let image = Rgb { width: 3, height: 2, pixels };
        let batch = Staging::new(Device::Cpu, false).load(&[image.clone(), image]).unwrap();
        assert_eq!(batch.size(), [2, 2, 3, 3]);
        for (i, value) in Vec::<u8>::try_from(batch.flatten(0, -1)).unwrap().iter().enumerate() {
            assert_eq!(usize::from(*value), i % 18);
        }
    }

    #[test]
    fn memory_is_used_again() {
        let mut staging = Staging::new(Device::Cpu, false);
        let first = staging.load(&[image(1, 4), image(2, 4)]).unwrap();
        assert_eq!(firsts(&first), [1, 2]);
        let second = staging.load(&[image(3, 4)]).unwrap();
        assert_eq!(firsts(&second), [3]);
        assert_eq!(first.data_ptr(), second.data_ptr());
        let larger = staging.load(&[image(4, 5)]).unwrap();
        assert_eq!((larger.size(), firsts(&larger)), (vec![1, 2, 5, 3], vec![4]));
    }

    #[test]
    fn with_fixed_shapes_a_batch_is_filled_up() {
        let mut staging = Staging::new(Device::Cpu, true);
        assert_eq!(
            firsts(&staging.load(&[image(1, 4), image(2, 4), image(3, 4)]).unwrap()),
            [1, 2, 3]
        );
        assert_eq!(firsts(&staging.load(&[image(4, 4)]).unwrap()), [4, 2, 3]);
        let four = [image(5, 4), image(6, 4), image(7, 4), image(8, 4)];
        assert_eq!(firsts(&staging.load(&four).unwrap()), [5, 6, 7, 8]);
    }

    #[test]
    #[should_panic = "assertion failed"]
    fn images_of_two_sizes_are_refused() {
        let _batch = Staging::new(Device::Cpu, false).load(&[image(1, 4), image(2, 5)]);
    }
}
