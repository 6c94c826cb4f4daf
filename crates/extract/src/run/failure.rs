//! An engine that failed under way, and what lets the run go on.

use std::fmt;
use std::path::PathBuf;

use engine::EngineError;

/// An engine failed under way. What engines had finished by then is kept.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: EngineError,
    /// The batch that was asked for.
    pub batch: usize,
    /// Images whose features are kept.
    pub n_rows: usize,
    /// Images in all.
    pub n_images: usize,
    /// The folder that they are kept in.
    pub folder: PathBuf,
}

impl std::error::Error for Failure {}

impl Failure {
    /// A batch of at most half the images, which takes less memory; `None` where none is smaller.
    pub fn smaller_batch(&self) -> Option<usize> {
        // Of small views there may be more in a pass than were asked for, and of large ones fewer.
        let n_images = self.error.n_images?.min(self.batch);
        (n_images > 1).then_some(n_images / 2)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { error, n_rows, n_images, folder, .. } = self;
        write!(f, "{error}")?;
        if *n_rows > 0 {
            let folder = folder.display();
            write!(
                f,
                "\nhint: the features of {n_rows} images are kept in `{folder}`, of {n_images} images in all: \
                 the same command goes on from there"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(n_images: Option<usize>, batch: usize, device: &str) -> Failure {
        let error = EngineError {
            engine: "libtorch",
            device: device.to_owned(),
            n_images,
            is_out_of_memory: true,
            message: "no more".to_owned(),
        };
        Failure { error, batch, n_rows: 12, n_images: 30, folder: "a.h5.partial".into() }
    }

    #[test]
    fn the_smaller_batch_is_at_most_half_of_what_was_tried_and_of_what_was_asked_for() {
        let smaller = |n_images, batch| failure(n_images, batch, "cpu").smaller_batch();
        assert_eq!([smaller(Some(16), 16), smaller(Some(5), 16)], [Some(8), Some(2)]);
        assert_eq!(smaller(Some(64), 16), Some(8), "small views");
        assert_eq!([smaller(Some(1), 16), smaller(Some(4), 1), smaller(None, 16)], [None; 3]);
    }

    #[test]
    fn it_says_what_is_kept() {
        let message = failure(Some(16), 16, "cuda:0").to_string();
        assert_eq!(
            message,
            "the engine `libtorch` ran out of memory on `cuda:0`, with a batch of 16: no more\n\
             hint: the features of 12 images are kept in `a.h5.partial`, of 30 images in all: the same \
             command goes on from there"
        );
        let message = Failure { n_rows: 0, ..failure(Some(1), 16, "cpu") }.to_string();
        assert!(message.ends_with("no more"));
    }
}
