//! Taps by depth.

/// `taps` from the input of the network on.
///
/// A cache says in which order its taps were asked for, not how deep they lie. Layers named
/// `blockN_...`, as Keras does, tell; where some name does not, the order of the cache stays.
pub fn by_depth(taps: &[String]) -> Vec<String> {
    let mut taps = taps.to_vec();
    if taps.iter().all(|tap| block(tap).is_some()) {
        // A stable sort: poolings of one layer stay in the order of the cache.
        taps.sort_by_key(|tap| block(tap));
    }
    taps
}

fn block(tap: &str) -> Option<u32> {
    let (number, _) = tap.strip_prefix("block")?.split_once('_')?;
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_sorted_by_number_and_other_names_left_alone() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let asked =
            names(&["block5_pool:gap", "block10_add:gap", "block2_pool:max", "block2_pool:gap"]);
        let sorted = ["block2_pool:max", "block2_pool:gap", "block5_pool:gap", "block10_add:gap"];
        assert_eq!(by_depth(&asked), names(&sorted));
        let other = names(&["block5_pool:gap", "fc1:flatten", "block4_pool:gap"]);
        assert_eq!(by_depth(&other), other);
    }
}
