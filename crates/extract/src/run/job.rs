//! What is asked for.

use std::path::PathBuf;

use dataset::Source;
use feature_cache::SegmentLimits;
use preprocess::Limits;
use schema::Shard;

/// Which images, where their features go, and what may be taken for granted.
#[derive(Clone, Debug)]
pub struct Job {
    /// The folder of images.
    pub images: PathBuf,
    /// How they lie in it.
    pub source: Source,
    /// Whether only the box of each sample is looked at; all of the image where it has none.
    pub crop_box: bool,
    /// Where the cache goes.
    pub out: PathBuf,
    /// New images in one pass of the network.
    pub batch: usize,
    /// The part of the images to extract; all of them without.
    pub shard: Option<Shard>,
    /// Read every image, even one whose size and modification time are those of its row.
    pub rehash: bool,
    /// Let a damaged cache, one of other features, or an unfinished run of other features go.
    pub replace: bool,
    /// Use rows of the last cache though another engine computed them: they differ in the last bits.
    pub any_engine: bool,
    /// Images that ask for more are not decoded.
    pub limits: Limits,
    /// When rows are put on disk, safe from what may happen to the process.
    pub segments: SegmentLimits,
}
