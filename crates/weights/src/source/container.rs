//! What every reader offers: a list of the tensors of a file, and the values of those that are asked for.

use super::error::SourceError;
use super::graph::GraphLayer;
use super::numbers::Numbers;

/// A file with tensors.
pub(super) trait Container {
    /// What the file has, without the values.
    fn list(&mut self) -> Result<Listing, SourceError>;

    /// The values of the tensor at `index` of the list, in the order of a weight file: a kernel's is [outputs,
    /// inputs, height, width], and `shape` is what it shall have.
    fn values(&mut self, index: usize, shape: &[usize]) -> Result<Numbers, SourceError>;
}

/// What a file has.
#[derive(Debug)]
pub(super) struct Listing {
    /// Its tensors.
    pub(super) tensors: Vec<Listed>,
    /// What their order says.
    pub(super) order: Order,
    /// Who wrote it, as far as that says how images were prepared.
    pub(super) writer: Writer,
    /// The layers of the graph with how they hang together, where the file has a graph.
    pub(super) graph: Vec<GraphLayer>,
}

/// A tensor in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// What the file calls it.
    pub(super) name: String,
    /// Its name as PyTorch would have it: components with dots between them, the last of which is that of the
    /// parameter, without those of wrappers.
    pub(super) path: String,
    /// Its shape, in the order of a weight file.
    pub(super) shape: Vec<usize>,
}

/// What the order of a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// It is that of the network.
    OfLayers,
    /// Nothing: the file sorts by name. Numbers in names may say more.
    OfNames,
}

/// Who wrote a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// Keras, which expects images prepared in its own way.
    Keras,
    /// PyTorch.
    PyTorch,
    /// Any program.
    Unknown,
}

/// Components of names that programs put around a network: the data-parallel, compiled and sharded modules of
/// PyTorch.
const WRAPPERS: [&str; 5] = [
    "module",
    "_orig_mod",
    "_forward_module",
    "_fsdp_wrapped_module",
    "_checkpoint_wrapped_module",
];

impl Listed {
    /// A tensor with PyTorch's kind of name.
    pub(super) fn new(name: impl Into<String>, shape: Vec<usize>) -> Self {
        let name = name.into();
        let path = without_wrappers(&name);
        Self { name, path, shape }
    }
}

fn without_wrappers(name: &str) -> String {
    let components = name.split('.').filter(|component| !WRAPPERS.contains(component));
    components.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_left_out_wherever_they_stand() {
        for name in ["features.0.weight", "module.features.0.weight", "features.module.0.weight"] {
            assert_eq!(without_wrappers(name), "features.0.weight");
        }
        let name = "_forward_module._orig_mod.module.module.submodule.modules";
        assert_eq!(without_wrappers(name), "submodule.modules");
    }
}
