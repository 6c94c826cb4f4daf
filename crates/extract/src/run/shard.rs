//! Which images belong to a shard.

use schema::Shard;

/// Whether the image at `path` (as the manifest writes it) belongs to `shard`.
///
/// The path alone decides, by its BLAKE3: where an image goes does not change when others come.
pub(super) fn holds(shard: Shard, path: &str) -> bool {
    let hash = blake3::hash(path.as_bytes());
    let (first, _) = hash.as_bytes().split_first_chunk().expect("a hash has 32 bytes");
    u64::from_le_bytes(*first) % u64::from(shard.count) == u64::from(shard.index - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_in_one_shard_and_the_shards_are_about_equal() {
        let mut sizes = [0; 4];
        for i in 0..1000 {
            let path = format!("class/{i}.png");
            let indices = (1..=4).filter(|&index| holds(Shard { index, count: 4 }, &path));
            let indices: Vec<u32> = indices.collect();
            assert_eq!(indices.len(), 1, "{path}");
            sizes[indices[0] as usize - 1] += 1;
        }
        assert!(sizes.iter().all(|size| (200..300).contains(size)), "{sizes:?}");
    }

    /// Shards extracted by different versions of the program must still fit together.
    #[test]
    fn the_rule_does_not_change() {
        let index = |path| (1..=7).find(|&index| holds(Shard { index, count: 7 }, path));
        assert_eq!(["a.png", "cat/b.jpg", "ü/c.gif"].map(index), [Some(4), Some(5), Some(4)]);
    }
}
