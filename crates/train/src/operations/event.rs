//! What an operation tells while it works.

/// Something that is worth telling people who wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Work of so many parts begins, after what was begun before.
    Started(Work, usize),
    /// So many more of its parts are done.
    Advanced(usize),
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Heads are fitted on folds.
    Fits,
    /// Chosen heads are fitted again.
    Refits,
    /// Images are searched, a query for each part.
    Queries,
}
