//! Names and constants of the format, shared by writer and reader.

/// Value of the attribute `format`.
pub(crate) const FORMAT: &str = "offshelf";
/// Value of the attribute `format_version`.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// Blocks of raw data of at least this size begin at a multiple of it.
pub(crate) const ALIGNMENT: u64 = 4096;

pub(crate) const ROOT: &str = "/";
pub(crate) const FEATURES: &str = "/features";
pub(crate) const SAMPLES: &str = "/samples";
pub(crate) const CLASSES: &str = "/classes";
pub(crate) const ERRORS: &str = "/errors";
pub(crate) const CHECKSUMS: &str = "/checksums";
pub(crate) const PATH: &str = "/samples/path";
pub(crate) const CONTENT_HASH: &str = "/samples/content_hash";
pub(crate) const SIZE: &str = "/samples/size";
pub(crate) const MTIME: &str = "/samples/mtime";
pub(crate) const LABEL: &str = "/samples/label";
pub(crate) const SPLIT: &str = "/samples/split";
pub(crate) const LABELS: &str = "/samples/labels";
pub(crate) const BOX: &str = "/samples/box";
pub(crate) const CLASS_NAME: &str = "/classes/name";
pub(crate) const ERROR_PATH: &str = "/errors/path";
pub(crate) const ERROR_REASON: &str = "/errors/reason";
pub(crate) const GROUND_TRUTH: &str = "/ground_truth";
pub(crate) const SOURCE: &str = "/source";
pub(crate) const PROVENANCE: &str = "/provenance";
pub(crate) const CREATED_BY: &str = "/created_by";
pub(crate) const SHARD: &str = "/shard";
pub(crate) const CHECKSUM_NAME: &str = "/checksums/name";
pub(crate) const CHECKSUM_BLAKE3: &str = "/checksums/blake3";

/// Whether a dataset is that of a tap.
pub(crate) fn is_feature(item: &str) -> bool {
    item.starts_with(FEATURES)
}

/// Path of a tap's dataset.
pub(crate) fn features_path(tap: &str) -> String {
    format!("{FEATURES}/{tap}")
}
