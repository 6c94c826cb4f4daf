//! `extract run` behind its engine: what is computed, what is kept, what is refused.

mod engine;
mod failures;
mod fixture;
mod incremental;
mod interrupted;
mod orientation;
mod overview;
mod random_trees;
mod refusals;
mod shards;
mod side_by_side;
mod sources;
mod unreadable;
mod views;
