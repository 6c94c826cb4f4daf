//! The steps of a transform as nodes.

use onnx::{AttributeProto, GraphBuilder};

use super::constants::{matrix, vector};
use crate::transform::{FittedStep, Transform};

/// Adds the steps to `x` `[n_samples, n_features]`; the name of what comes out.
pub(super) fn add(graph: &mut GraphBuilder<'_>, x: &str, transform: &Transform) -> String {
    let mut x = x.to_owned();
    for (place, step) in transform.0.iter().enumerate() {
        let name = format!("transform.{place}");
        x = match step {
            FittedStep::L2 => l2(graph, &x, &name),
            FittedStep::Power(exponent) => signed_power(graph, &x, *exponent as f32, &name),
            FittedStep::Project { mean, projection, .. } => {
                let mean = vector(graph, &format!("{name}.mean"), mean.view());
                let axes = matrix(graph, &format!("{name}.projection"), projection.view());
                let centered = graph.node("Sub", &[&x, &mean], &format!("{name}.centered"), vec![]);
                graph.node(
                    "Gemm",
                    &[&centered, &axes],
                    &name,
                    vec![AttributeProto::int("transB", 1)],
                )
            }
            FittedStep::Standardize { mean, scale } => {
                let mean = vector(graph, &format!("{name}.mean"), mean.view());
                let scale = vector(graph, &format!("{name}.scale"), scale.view());
                let centered = graph.node("Sub", &[&x, &mean], &format!("{name}.centered"), vec![]);
                graph.node("Div", &[&centered, &scale], &name, vec![])
            }
        };
    }
    x
}

/// Rows over their norms. They are divided by their largest value first, since squares of f32 run
/// over and under; rows of zeros stay as they are.
fn l2(graph: &mut GraphBuilder<'_>, x: &str, name: &str) -> String {
    let over_rows = || vec![AttributeProto::ints("axes", &[1]), AttributeProto::int("keepdims", 1)];
    let tiny = graph.constant(&format!("{name}.tiny"), &[], vec![f32::MIN_POSITIVE]);
    let one = graph.constant(&format!("{name}.one"), &[], vec![1.0_f32]);
    let sizes = graph.node("Abs", &[x], &format!("{name}.sizes"), vec![]);
    let largest = graph.node("ReduceMax", &[&sizes], &format!("{name}.largest"), over_rows());
    let unit = graph.node("Max", &[&largest, &tiny], &format!("{name}.unit"), vec![]);
    let scaled = graph.node("Div", &[x, &unit], &format!("{name}.scaled"), vec![]);
    let length = graph.node("ReduceL2", &[&scaled], &format!("{name}.length"), over_rows());
    // The largest value of a scaled row is 1, so that only the norm of zeros is below.
    let norm = graph.node("Max", &[&length, &one], &format!("{name}.norm"), vec![]);
    graph.node("Div", &[&scaled, &norm], name, vec![])
}

/// `sign(x) |x|^exponent`.
fn signed_power(graph: &mut GraphBuilder<'_>, x: &str, exponent: f32, name: &str) -> String {
    let exponent = graph.constant(&format!("{name}.exponent"), &[], vec![exponent]);
    let signs = graph.node("Sign", &[x], &format!("{name}.signs"), vec![]);
    let sizes = graph.node("Abs", &[x], &format!("{name}.sizes"), vec![]);
    let powers = graph.node("Pow", &[&sizes, &exponent], &format!("{name}.powers"), vec![]);
    graph.node("Mul", &[&signs, &powers], name, vec![])
}
