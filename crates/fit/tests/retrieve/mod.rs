//! `fit retrieve`: equality with NumPy, by committed reference values; what it writes, and refuses.

mod caches;
mod outputs;
mod reference;
mod refusals;
