//! Heads as nodes.

use heads::{Head, MlpStep};
use onnx::{AttributeProto, GraphBuilder};

use super::constants::{matrix, vector};

/// Adds the scores of `x` `[n_samples, n_features]`; the name of what comes out, `scores`. `None` for
/// heads that are neither linear nor a network.
pub(super) fn add(graph: &mut GraphBuilder<'_>, x: &str, head: &Head) -> Option<String> {
    match head {
        Head::Linear(head) => {
            let coef = matrix(graph, "coef", head.coef());
            let intercept = vector(graph, "intercept", head.intercept());
            let transposed = vec![AttributeProto::int("transB", 1)];
            Some(graph.node("Gemm", &[x, &coef, &intercept], "scores", transposed))
        }
        Head::Mlp(head) => Some(network(graph, x, &head.steps())),
        Head::OneVsOne(_) | Head::Knn(_) | Head::Kernel(_) => None,
    }
}

fn network(graph: &mut GraphBuilder<'_>, x: &str, steps: &[MlpStep<'_>]) -> String {
    let mut x = x.to_owned();
    for (place, step) in steps.iter().enumerate() {
        let layer = format!("layer.{place}");
        // The last layer is dense.
        let name = if place + 1 == steps.len() { "scores" } else { &layer };
        x = match step {
            MlpStep::Dense { weights, bias } => {
                let weights = matrix(graph, &format!("{layer}.weights"), weights.view());
                let bias = vector(graph, &format!("{layer}.bias"), bias.view());
                graph.node("Gemm", &[&x, &weights, &bias], name, vec![])
            }
            MlpStep::Relu => graph.node("Relu", &[&x], name, vec![]),
            MlpStep::Affine { scale, shift } => {
                let scale = vector(graph, &format!("{layer}.scale"), scale.view());
                let shift = vector(graph, &format!("{layer}.shift"), shift.view());
                let scaled = graph.node("Mul", &[&x, &scale], &format!("{layer}.scaled"), vec![]);
                graph.node("Add", &[&scaled, &shift], name, vec![])
            }
        };
    }
    x
}
