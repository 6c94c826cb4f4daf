//! Heads as nodes.

use heads::{Head, MlpStep};

use super::graph::{Graph, int};

/// Adds the scores of `x` `[n_samples, n_features]`; the name of what comes out, `scores`. `None` for
/// heads that are neither linear nor a network.
pub(super) fn add(graph: &mut Graph, x: &str, head: &Head) -> Option<String> {
    match head {
        Head::Linear(head) => {
            let coef = graph.constant("coef", head.coef().shape(), head.coef().iter());
            let intercept = graph.vector("intercept", head.intercept());
            Some(graph.node("Gemm", [x, &coef, &intercept], "scores", vec![int("transB", 1)]))
        }
        Head::Mlp(head) => Some(network(graph, x, &head.steps())),
        Head::OneVsOne(_) | Head::Knn(_) | Head::Kernel(_) => None,
    }
}

fn network(graph: &mut Graph, x: &str, steps: &[MlpStep<'_>]) -> String {
    let mut x = x.to_owned();
    for (place, step) in steps.iter().enumerate() {
        let layer = format!("layer.{place}");
        // The last layer is dense.
        let name = if place + 1 == steps.len() { "scores" } else { &layer };
        x = match step {
            MlpStep::Dense { weights, bias } => {
                let weights_name = format!("{layer}.weights");
                let weights = graph.constant(&weights_name, weights.shape(), weights.iter());
                let bias = graph.vector(&format!("{layer}.bias"), bias.view());
                graph.node("Gemm", [&x, &weights, &bias], name, vec![])
            }
            MlpStep::Relu => graph.node("Relu", [&x], name, vec![]),
            MlpStep::Affine { scale, shift } => {
                let scale = graph.vector(&format!("{layer}.scale"), scale.view());
                let shift = graph.vector(&format!("{layer}.shift"), shift.view());
                let scaled = graph.node("Mul", [&x, &scale], &format!("{layer}.scaled"), vec![]);
                graph.node("Add", [&scaled, &shift], name, vec![])
            }
        };
    }
    x
}
