//! Images in the order of their distance.

/// All images, the nearest first; of those that are equally near, the one that comes first in the cache.
pub fn rank(distances: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..distances.len()).collect();
    order.sort_unstable_by(|&a, &b| distances[a].total_cmp(&distances[b]).then(a.cmp(&b)));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_equals_in_row_order() {
        assert_eq!(rank(&[2.0, 0.5, 2.0, -1.0, 0.5]), [3, 1, 4, 0, 2]);
        assert!(rank(&[]).is_empty());
    }
}
