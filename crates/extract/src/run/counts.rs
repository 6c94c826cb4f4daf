//! Where the rows of a cache come from.

/// Where the rows of a cache come from, and what became of the rows of the last one. Of `n` rows, `n` are
/// computed, reused, or duplicates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Images that go through the network.
    pub computed: usize,
    /// Images whose content is known, from the last cache or from an interrupted run.
    pub reused: usize,
    /// Images whose content another one has, too.
    pub duplicates: usize,
    /// Images that lay under another path in the last cache.
    pub moved: usize,
    /// Rows of the last cache whose images are there no more, under any path.
    pub dropped: usize,
}

impl Counts {
    /// `n_computed` of the distinct ones among the `contents` of all rows are computed. `removed` are
    /// the contents of paths that only the last cache has, `added` those of paths that it does not
    /// have.
    pub(super) fn new<'a>(
        contents: impl ExactSizeIterator<Item = &'a [u8; 32]>,
        n_computed: usize,
        removed: &[[u8; 32]],
        added: &[[u8; 32]],
    ) -> Self {
        let n_rows = contents.len();
        let n_contents = sorted(contents).chunk_by(PartialEq::eq).count();
        let moved = n_common(removed, added);
        Self {
            computed: n_computed,
            reused: n_contents - n_computed,
            duplicates: n_rows - n_contents,
            moved,
            dropped: removed.len() - moved,
        }
    }
}

fn sorted<'a>(contents: impl Iterator<Item = &'a [u8; 32]>) -> Vec<&'a [u8; 32]> {
    let mut contents: Vec<_> = contents.collect();
    contents.sort_unstable();
    contents
}

/// How many elements `a` has in common with `b`, each counted as often as it is in both.
fn n_common(a: &[[u8; 32]], b: &[[u8; 32]]) -> usize {
    let mut b = sorted(b.iter()).into_iter().peekable();
    let is_in_b = |a: &&[u8; 32]| {
        while b.next_if(|b| b < a).is_some() {}
        b.next_if_eq(a).is_some()
    };
    sorted(a.iter()).into_iter().filter(is_in_b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_is_common_as_often_as_both_have_it() {
        let list = |bytes: &[u8]| bytes.iter().map(|&byte| [byte; 32]).collect::<Vec<_>>();
        assert_eq!(n_common(&list(&[3, 1, 1, 5]), &list(&[1, 2, 3, 3])), 2);
        assert_eq!(n_common(&list(&[1, 1, 1]), &list(&[1, 1])), 2);
        assert_eq!(n_common(&list(&[]), &list(&[1])), 0);
    }
}
