//! The distance of every query to every image, a part of the matrix at a time.

use std::ops::Range;

use ndarray::Array2;
use rayon::prelude::*;

use super::codes::Codes;
use super::distance::{Distance, Vectors};

/// Vectors in a side of the products that a thread makes. Tiles are the same however much memory there is,
/// and whatever thread takes them, so that the distances are, too.
const TILE: usize = 256;

/// A transform made numbers of features that are too large to be compared.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "transformed features are not finite\nhint: begin the transform with `l2`, or leave `power` out"
)]
pub struct NotFinite;

/// Gives `judge` the number of each query with its distances to all images, and collects what it makes of
/// them, in the order of the queries.
///
/// As many queries are at work at a time as have their distances and vectors in `memory` bytes, but a
/// tile of them at least. `progress` is told how many are done. The number of threads and the bytes of
/// memory change nothing in the results.
///
/// # Errors
/// [`NotFinite`].
pub fn search<T: Send>(
    queries: &Codes<'_>,
    images: &Codes<'_>,
    distance: Distance,
    memory: usize,
    progress: &mut dyn FnMut(usize),
    judge: impl Fn(usize, &[f32]) -> T + Sync,
) -> Result<Vec<T>, NotFinite> {
    let (query_tile, image_tile) = (images_in_tile(queries), images_in_tile(images));
    let tiles = tiles(0..images.n_images(), image_tile);
    let mut judged = Vec::with_capacity(queries.n_images());
    for group in self::tiles(0..queries.n_images(), at_a_time(queries, images, memory)) {
        let query_tiles: Vec<Vectors> = self::tiles(group.clone(), query_tile)
            .into_par_iter()
            .map(|tile| Vectors::new(queries.block(tile)).ok_or(NotFinite))
            .collect::<Result<_, _>>()?;
        // For each tile of images, the distances of all queries of the group.
        let distances: Vec<Vec<Array2<f32>>> = tiles
            .par_iter()
            .map(|tile| {
                let vectors = Vectors::new(images.block(tile.clone())).ok_or(NotFinite)?;
                let images = (&vectors, images.n_views());
                let between = |tile| distance.between((tile, queries.n_views()), images);
                Ok(query_tiles.iter().map(between).collect())
            })
            .collect::<Result<_, _>>()?;
        let of_group: Vec<T> = group
            .clone()
            .into_par_iter()
            .map(|query| {
                let (tile, row) =
                    ((query - group.start) / query_tile, (query - group.start) % query_tile);
                let row: Vec<f32> =
                    distances.iter().flat_map(|tiles| tiles[tile].row(row).to_vec()).collect();
                judge(query, &row)
            })
            .collect();
        judged.extend(of_group);
        progress(group.len());
    }
    Ok(judged)
}

/// Queries whose distances and vectors fit into `memory` bytes: whole tiles, and one at least.
fn at_a_time(queries: &Codes<'_>, images: &Codes<'_>, memory: usize) -> usize {
    let distances = images.n_images() * size_of::<f32>();
    let vectors = queries.n_views() * queries.n_features() * size_of::<f64>();
    let tile = images_in_tile(queries);
    (memory / (distances + vectors) / tile).max(1) * tile
}

fn images_in_tile(codes: &Codes<'_>) -> usize {
    (TILE / codes.n_views()).max(1)
}

/// `range` in pieces of `size`; the last one may be smaller.
fn tiles(range: Range<usize>, size: usize) -> Vec<Range<usize>> {
    range.clone().step_by(size).map(|start| start..(start + size).min(range.end)).collect()
}

#[cfg(test)]
mod tests {
    use head::Transform;

    use super::*;
    use learn::RowSource;

    /// All distances as bits, and how many queries were done at a time.
    fn distances(memory: usize, threads: usize, n_views: usize) -> (Vec<Vec<u32>>, Vec<usize>) {
        let features = Array2::from_shape_fn((600 * n_views, 7), |(row, column)| {
            ((row * 31 + column * 17) as f32 * 0.1).sin()
        });
        let (rows, none) = ((0..600 * n_views).collect::<Vec<_>>(), Transform::default());
        let codes = || Codes { rows: RowSource::new(features.view(), &rows, &none), n_views };
        let mut groups = Vec::new();
        let mut progress = |n| groups.push(n);
        let bits = |_, distances: &[f32]| distances.iter().map(|d| d.to_bits()).collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| {
            search(&codes(), &codes(), Distance::L2, memory, &mut progress, bits).unwrap()
        });
        (found, groups)
    }

    #[test]
    fn neither_memory_nor_threads_change_a_distance() {
        for n_views in [1, 3] {
            let (all, at_once) = distances(usize::MAX, 1, n_views);
            assert_eq!(at_once, [600]);
            assert!(all.iter().all(|row| row.len() == 600));
            let (parts, groups) = distances(0, 3, n_views);
            assert_eq!(groups[0], TILE / n_views);
            assert_eq!(groups.iter().sum::<usize>(), 600);
            assert_eq!(all, parts);
        }
    }

    #[test]
    fn queries_are_held_as_memory_allows() {
        // 600 distances of 4 bytes, and a vector of 7 numbers of 8 bytes.
        let of_query = 600 * 4 + 7 * 8;
        assert_eq!(distances(2 * TILE * of_query, 1, 1).1, [2 * TILE, 600 - 2 * TILE]);
        assert_eq!(distances(2 * TILE * of_query - 1, 1, 1).1[0], TILE);
    }

    #[test]
    fn every_query_gets_its_own_distances_in_the_order_of_images() {
        let features = Array2::from_shape_fn((600, 1), |(row, _)| row as f32);
        let (rows, none) = ((0..600).collect::<Vec<_>>(), Transform::default());
        let codes = || Codes { rows: RowSource::new(features.view(), &rows, &none), n_views: 1 };
        let is_right = |query: usize, distances: &[f32]| {
            let expected = (0..600).map(|image: usize| query.abs_diff(image) as f32);
            distances.iter().copied().eq(expected)
        };
        let all = search(&codes(), &codes(), Distance::L2, 1 << 20, &mut |_| {}, is_right);
        assert_eq!(all, Ok(vec![true; 600]));
    }
}
