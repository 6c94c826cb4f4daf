use std::ops::Range;

use super::objective::Objective;

/// Neighboring columns that belong to the same fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The fold, `None` where no row is held out.
    pub(super) fold: Option<usize>,
    pub(super) columns: Range<usize>,
}

/// The columns of each fold.
pub(super) fn groups(objective: &Objective, problems: &[usize]) -> Vec<Group> {
    let width = objective.width();
    let mut groups: Vec<Group> = Vec::new();
    for (index, &problem) in problems.iter().enumerate() {
        let fold = Some(objective.fold_of(problem));
        let end = (index + 1) * width;
        match groups.last_mut() {
            Some(group) if group.fold == fold => group.columns.end = end,
            _ => groups.push(Group { fold, columns: index * width..end }),
        }
    }
    groups
}
