//! The part of a backbone that this engine computes: a chain of layers without branches.

use backbone::{Backbone, BatchNorm, Convolution, Kernel, Node, NodeId, Operation, Tap, Window};

/// The layers up to the deepest tap, each fed by the one before.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What is computed, and the node whose output it is.
    pub(super) links: Vec<(Link, NodeId)>,
}

/// One layer of a chain.
#[derive(Clone, Debug)]
pub(super) enum Link {
    /// A convolution with ReLU, and the batch normalization between the two.
    Convolution(Box<Convolution>, Option<Box<BatchNorm>>),
    MaxPool,
}

/// What makes a backbone, as far as taps need it, something else than a chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the engine `winograd` knows 3x3 convolutions with ReLU and 2x2 maxima; `{backbone}` has `{node}`"
)]
pub struct NotAChain {
    /// The backbone.
    pub backbone: String,
    /// The first node that it does not know.
    pub node: String,
}

const POOL: Window = Window { size: 2, stride: 2, padding: 0 };

/// The chain that `taps` of `backbone` need.
///
/// # Errors
/// [`NotAChain`] when some of it is something else, or a tap lies within a layer.
pub(crate) fn chain(backbone: &Backbone, taps: &[Tap]) -> Result<Chain, NotAChain> {
    let needed = backbone.needed(taps.iter().map(|tap| tap.node));
    let nodes = backbone.nodes.iter().enumerate().filter(|(id, _)| needed[*id]);
    let nodes: Vec<(NodeId, &Node)> = nodes.collect();
    let follows = |at: usize| nodes[at].1.inputs == [nodes[at - 1].0];
    let is_read = |at: usize| taps.iter().any(|tap| tap.node == nodes[at].0);
    let mut links = Vec::new();
    // The first node is the input.
    let mut at = 1;
    while at < nodes.len() {
        let known = follows(at).then(|| link(&nodes[at..])).flatten();
        let (link, len) = known.ok_or_else(|| unknown(backbone, nodes[at].1))?;
        if let Some(inside) =
            (at..at + len - 1).find(|&inside| is_read(inside) || !follows(inside + 1))
        {
            return Err(unknown(backbone, nodes[inside].1));
        }
        at += len;
        links.push((link, nodes[at - 1].0));
    }
    Ok(Chain { links })
}

/// The layer that `nodes` begin with, and how many of them it consists of.
fn link(nodes: &[(NodeId, &Node)]) -> Option<(Link, usize)> {
    let operation = |at: usize| nodes.get(at).map(|&(_, node)| &node.operation);
    match (operation(0)?, operation(1), operation(2)) {
        (Operation::MaxPool(window), ..) if *window == POOL => Some((Link::MaxPool, 1)),
        (Operation::Convolution(convolution), Some(Operation::Relu), _) if fits(convolution) => {
            Some((Link::Convolution(Box::new(convolution.clone()), None), 2))
        }
        (
            Operation::Convolution(convolution),
            Some(Operation::BatchNorm(norm)),
            Some(Operation::Relu),
        ) if fits(convolution) => {
            let norm = Some(Box::new(norm.clone()));
            Some((Link::Convolution(Box::new(convolution.clone()), norm), 3))
        }
        _ => None,
    }
}

fn fits(convolution: &Convolution) -> bool {
    convolution.kernel == Kernel::square(3)
        && ::winograd::computes(convolution.inputs, convolution.outputs)
}

fn unknown(backbone: &Backbone, node: &Node) -> NotAChain {
    let layer = || node.operation.layer().map(|layer| layer.name.clone());
    let node = node.names.first().cloned().or_else(layer).unwrap_or_else(|| "a branch".to_owned());
    NotAChain { backbone: backbone.name.clone(), node }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain_of(backbone: &str, tap: &str) -> Result<Chain, NotAChain> {
        let backbone = Backbone::named(backbone).unwrap();
        chain(&backbone, &[Tap::parse(tap, &backbone).unwrap()])
    }

    #[test]
    fn the_bases_of_all_vgg_networks_are_chains() {
        for (name, n_convolutions) in
            [("vgg11", 8), ("vgg13_bn", 10), ("vgg16", 13), ("vgg19_bn", 16)]
        {
            let links = chain_of(name, "block5_pool").unwrap().links;
            assert_eq!(links.len(), n_convolutions + 5, "{name}");
            let norms = links.iter().filter(|(l, _)| matches!(l, Link::Convolution(_, Some(_))));
            assert_eq!(norms.count(), if name.ends_with("_bn") { n_convolutions } else { 0 });
        }
        assert_eq!(chain_of("vgg16", "block3_conv1").unwrap().links.len(), 7);
    }

    #[test]
    fn what_is_no_chain_is_named() {
        let error = |backbone, tap| chain_of(backbone, tap).unwrap_err().to_string();
        assert!(error("vgg16", "fc7_relu").contains("`vgg16` has `fc6`"));
        assert!(error("resnet18", "layer1").contains("`resnet18` has `conv1`"));
        // Before the ReLU: that output is never there by itself.
        assert!(error("vgg16", "features.0").contains("`vgg16` has `features.0`"));
    }
}
