//! The poolings of taps.

use std::ops::Range;

use backbone::{Pooling, Shape};
use onnx::{AttributeProto, GraphBuilder};

/// Height and width of `[n, channels, height, width]`.
const SPACE: [i64; 2] = [2, 3];

/// Adds what becomes of a map `[n, channels, height, width]`, a vector `[n, n_features]`; its name, which `tap` is the
/// end of.
pub(crate) fn add(
    graph: &mut GraphBuilder<'_>,
    map: &str,
    shape: Shape,
    pooling: &Pooling,
    tap: &str,
) -> String {
    let name = format!("features/{tap}");
    match pooling {
        Pooling::Gap => reduce(graph, "ReduceMean", map, &name),
        Pooling::Max => reduce(graph, "ReduceMax", map, &name),
        Pooling::Gem(exponent) => generalized_mean(graph, map, *exponent, &name),
        Pooling::Flatten => flatten(graph, map, &name),
        Pooling::Spp(grids) => pyramid(graph, map, shape, grids, &name),
    }
}

fn reduce(graph: &mut GraphBuilder<'_>, op_type: &str, map: &str, name: &str) -> String {
    let over_space = vec![AttributeProto::ints("axes", &SPACE), AttributeProto::int("keepdims", 0)];
    graph.node(op_type, &[map], name, over_space)
}

fn generalized_mean(graph: &mut GraphBuilder<'_>, map: &str, exponent: f32, name: &str) -> String {
    let floor = graph.constant(&format!("{name}/floor"), &[], vec![Pooling::GEM_FLOOR as f32]);
    let inverse = vec![(1.0 / f64::from(exponent)) as f32];
    let exponent = graph.constant(&format!("{name}/exponent"), &[], vec![exponent]);
    let inverse = graph.constant(&format!("{name}/inverse"), &[], inverse);
    let positive = graph.node("Max", &[map, &floor], &format!("{name}/positive"), vec![]);
    let powers = graph.node("Pow", &[&positive, &exponent], &format!("{name}/powers"), vec![]);
    let mean = reduce(graph, "ReduceMean", &powers, &format!("{name}/mean"));
    graph.node("Pow", &[&mean, &inverse], name, vec![])
}

/// To rows in the order height, width, channels.
fn flatten(graph: &mut GraphBuilder<'_>, map: &str, name: &str) -> String {
    let channels_last = vec![AttributeProto::ints("perm", &[0, 2, 3, 1])];
    let turned = graph.node("Transpose", &[map], &format!("{name}/channels_last"), channels_last);
    graph.node("Flatten", &[&turned], name, vec![AttributeProto::int("axis", 1)])
}

/// The maxima of the cells of each grid, of its rows first and then of their columns.
fn pyramid(
    graph: &mut GraphBuilder<'_>,
    map: &str,
    shape: Shape,
    grids: &[usize],
    name: &str,
) -> String {
    let mut levels = Vec::new();
    for &n in grids {
        let name = format!("{name}/{n}");
        let rows = maxima(graph, map, 2, &cells(shape.height, n), &format!("{name}/rows"));
        let grid = maxima(graph, &rows, 3, &cells(shape.width, n), &format!("{name}/columns"));
        levels.push(flatten(graph, &grid, &name));
    }
    join(graph, &levels, 1, name)
}

/// The maxima of parts of an axis, side by side in their place.
fn maxima(
    graph: &mut GraphBuilder<'_>,
    map: &str,
    axis: i64,
    parts: &[Range<usize>],
    name: &str,
) -> String {
    let axes = graph.integers(&format!("{name}/axis"), &[axis]);
    let mut maximum = |(place, part): (usize, &Range<usize>)| {
        let name = format!("{name}/{place}");
        let start = graph.integers(&format!("{name}/start"), &[part.start as i64]);
        let end = graph.integers(&format!("{name}/end"), &[part.end as i64]);
        let slice = [map, &start, &end, &axes];
        let slice = graph.node("Slice", &slice, &format!("{name}/part"), vec![]);
        let over_axis =
            vec![AttributeProto::ints("axes", &[axis]), AttributeProto::int("keepdims", 1)];
        graph.node("ReduceMax", &[&slice], &name, over_axis)
    };
    let maxima: Vec<String> = parts.iter().enumerate().map(&mut maximum).collect();
    join(graph, &maxima, axis, name)
}

/// `values` one after the other along `axis`.
pub(crate) fn join(
    graph: &mut GraphBuilder<'_>,
    values: &[String],
    axis: i64,
    name: &str,
) -> String {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    graph.node("Concat", &values, name, vec![AttributeProto::int("axis", axis)])
}

/// The `n` parts of a line of `length`, which share a place where they do not come out even: PyTorch's adaptive pooling.
fn cells(length: usize, n: usize) -> Vec<Range<usize>> {
    (0..n).map(|cell| cell * length / n..((cell + 1) * length).div_ceil(n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_the_line_and_none_is_empty() {
        assert_eq!((cells(7, 1).len(), cells(7, 1)[0].clone()), (1, 0..7));
        assert_eq!(cells(7, 2), [0..4, 3..7]);
        assert_eq!(cells(7, 4), [0..2, 1..4, 3..6, 5..7]);
        assert_eq!(cells(2, 3), [0..1, 0..2, 1..2]);
    }
}
