//! What a run survives. All but `signals`, `memory` and `low_memory` run the product's pipeline behind a
//! network that costs nothing and counts the images it is given (`cheap-extract`).
//!
//! - `kills`: SIGKILL at random moments; `OFFSHELF_KILLS=100` for more of them.
//! - `kills_of_results`: the same of what is made of caches.
//! - `injection`: each system call on a file fails in turn; `OFFSHELF_FAULTS=all` for all of them.
//! - `cuts`: a cache is cut short while it is used.
//! - `swaps`: another cache takes the place of one, before each call that names it.
//! - `signals`: Ctrl-C and SIGTERM, on `extract` itself.
//! - `full_disk`: no space, at any stage; a folder that cannot be written.
//! - `changing_images`: images replaced while they are read, clocks that go backwards.
//! - `hostile_files`: damaged files and decompression bombs, and the memory that they take.
//! - `two_processes`: the same cache written twice at once.
//! - `random_trees`: each row is of the image of its path, as h5py reads it; `OFFSHELF_TREES=100` for
//!   more trees, `OFFSHELF_SEED` for others.
//! - `low_memory`: batches that libtorch has no memory for.
//! - `memory`: what `extract` itself takes; `OFFSHELF_SCALE=10000` for a thousand images and ten times as
//!   many.
//! - `scale`: what a second run costs; `OFFSHELF_SCALE=100000` for the full size.

mod cases;
mod changing_images;
mod cheap_run;
mod cuts;
mod disturb;
mod files;
mod full_disk;
mod hostile_files;
mod images;
mod injection;
mod kills;
mod kills_of_results;
mod low_memory;
mod memory;
mod peak;
mod random_trees;
mod scale;
mod signals;
mod swaps;
mod tmpfs;
mod two_processes;

/// A number that the environment may set, for a longer form of a test.
fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}
