//! Integration tests of `extract`.

mod weights;
