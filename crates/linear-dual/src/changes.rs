use crate::{gram::TILE, kernels::Entry};

/// Positions of a group: so much of a tile row of the matrix stays in the cache while all columns
/// use it.
const GROUP: usize = 8 * TILE;

/// A sparse change of a column's variables, in groups of neighboring positions.
#[derive(Debug, Default)]
pub(super) struct Changes {
    entries: Vec<Entry>,
    /// Where each group ends.
    ends: Vec<usize>,
}

impl Changes {
    /// Number of groups of a whole column.
    pub(super) fn n_groups(n_positions: usize) -> usize {
        n_positions.div_ceil(GROUP)
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.ends.clear();
    }

    /// Replaces the change by one group.
    pub(super) fn set_group(&mut self, entries: impl Iterator<Item = Entry>) {
        self.clear();
        self.entries.extend(entries.filter(|entry| entry.value != 0.0));
        self.ends.push(self.entries.len());
    }

    /// Replaces the change by entries of a whole column, ascending in position.
    pub(super) fn set(&mut self, entries: impl Iterator<Item = Entry>) {
        self.clear();
        for entry in entries.filter(|entry| entry.value != 0.0) {
            while entry.position as usize >= (self.ends.len() + 1) * GROUP {
                self.ends.push(self.entries.len());
            }
            self.entries.push(entry);
        }
        self.ends.push(self.entries.len());
    }

    /// The entries of a group.
    pub(super) fn group(&self, group: usize) -> &[Entry] {
        let start = if group == 0 { 0 } else { self.end(group - 1) };
        &self.entries[start..self.end(group)]
    }

    fn end(&self, group: usize) -> usize {
        self.ends.get(group).copied().unwrap_or(self.entries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_in_the_group_of_their_position() {
        let entry = |position: usize| Entry { position: position as u32, value: 1.0 };
        let positions = [3, GROUP - 1, 2 * GROUP, 2 * GROUP + 7];
        let mut changes = Changes::default();
        changes.set(positions.into_iter().map(entry));
        let of_group = |group| changes.group(group).iter().map(|e| e.position as usize).collect();
        let groups: Vec<Vec<usize>> = (0..4).map(of_group).collect();
        assert_eq!(groups, [vec![3, GROUP - 1], vec![], vec![2 * GROUP, 2 * GROUP + 7], vec![]]);
    }

    #[test]
    fn zeros_are_no_changes() {
        let mut changes = Changes::default();
        changes.set_group([0.0, 2.0].into_iter().map(|value| Entry { position: 5, value }));
        assert_eq!(changes.group(0).len(), 1);
        changes.clear();
        assert!(changes.group(0).is_empty());
    }
}
