//! The two programs end to end: what their users see, on real weights. The tests are in `main.rs`.
