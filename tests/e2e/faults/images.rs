//! Trees of tiny generated images.

use std::fs;
use std::path::Path;

use image::RgbImage;
use rand::RngCore as _;
use rand::SeedableRng as _;
use rand_xoshiro::Xoshiro256PlusPlus;

/// Writes picture number `i` to `path`: 16x16 pixels of noise, others for each number.
pub(super) fn write(path: &Path, i: usize) {
    let mut pixels = vec![0; 16 * 16 * 3];
    Xoshiro256PlusPlus::seed_from_u64(i as u64).fill_bytes(&mut pixels);
    RgbImage::from_raw(16, 16, pixels).unwrap().save(path).unwrap();
}

/// `n` different pictures in three classes, numbered in the order of their paths.
pub(super) fn write_tree(root: &Path, n: usize) {
    for class in 0..3 {
        fs::create_dir_all(root.join(format!("class-{class}"))).unwrap();
    }
    (0..n).for_each(|i| write(&path(root, n, i), i));
}

/// Where picture `i` of a tree of `n` lies.
pub(super) fn path(root: &Path, n: usize, i: usize) -> std::path::PathBuf {
    root.join(format!("class-{}/{i:06}.png", 3 * i / n))
}

/// A tree of `n` different pictures; every tenth is there twice, and beside every twentieth lies a
/// file that is no image.
pub(super) fn write_messy_tree(root: &Path, n: usize) {
    write_tree(root, n);
    for i in (0..n).step_by(10) {
        fs::copy(path(root, n, i), path(root, n, n - 1 - i).with_extension("copy.png")).unwrap();
    }
    for i in (5..n).step_by(20) {
        fs::write(path(root, n, i).with_extension("broken.png"), "no image").unwrap();
    }
}
