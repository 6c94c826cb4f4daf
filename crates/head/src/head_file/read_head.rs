//! Heads from their tensors; see [`SavedHead`](super::SavedHead) for the names.

use heads::{
    Head, KernelHead, KnnHead, KnnVote, LinearHead, Link, MlpHead, MlpLayer, OneVsOneHead,
};
use ndarray::ArrayD;

use super::tensor_file::TensorFile;
use super::{Description, LoadError};
use crate::link::LinkName;
use crate::network::Layers;
use crate::spec::HeadSpec;

/// The head that `description` describes.
pub(super) fn read_head(
    file: &TensorFile<'_>,
    description: &Description,
) -> Result<Head, LoadError> {
    let n_classes = description.origin.classes.len();
    match &description.spec {
        HeadSpec::Softmax { .. } | HeadSpec::Svm { .. } | HeadSpec::Ridge { .. } => {
            linear(file, description, n_classes)
        }
        HeadSpec::OneVsOne { .. } => one_vs_one(file, n_classes),
        HeadSpec::Gaussian { .. } => kernel(file, n_classes),
        HeadSpec::Knn { n_neighbors } => neighbors(file, description, *n_neighbors, n_classes),
        HeadSpec::Mlp { layers, .. } => network(file, layers, n_classes),
    }
}

fn linear(
    file: &TensorFile<'_>,
    description: &Description,
    n_classes: usize,
) -> Result<Head, LoadError> {
    let coef = file.matrix_of_rows("coef", n_classes)?;
    let intercept = file.vector("intercept", n_classes)?;
    let is_softmax = description.link == LinkName::Softmax;
    let link = if is_softmax { Link::Softmax } else { Link::Margin };
    let head = LinearHead::new(coef, intercept, link).expect("both have a row for each class");
    Ok(head.into())
}

fn one_vs_one(file: &TensorFile<'_>, n_classes: usize) -> Result<Head, LoadError> {
    let n_pairs = n_classes * (n_classes - 1) / 2;
    let coef = file.matrix_of_rows("pairs.coef", n_pairs)?;
    let intercept = file.vector("pairs.intercept", n_pairs)?;
    let head = OneVsOneHead::new(n_classes, coef, intercept);
    Ok(head.expect("both have a row for each pair").into())
}

fn kernel(file: &TensorFile<'_>, n_classes: usize) -> Result<Head, LoadError> {
    let dual_coef = file.matrix_of_rows("dual_coef", n_classes)?;
    let support_vectors = file.matrix_of_rows("support_vectors", dual_coef.ncols())?;
    let intercept = file.vector("intercept", n_classes)?;
    let gamma = file.scalar("gamma")?;
    let head = KernelHead::from_parts(support_vectors, dual_coef, intercept, gamma);
    Ok(head.map_err(|source| LoadError::Parts { path: file.path.to_owned(), source })?.into())
}

fn neighbors(
    file: &TensorFile<'_>,
    description: &Description,
    n_neighbors: usize,
    n_classes: usize,
) -> Result<Head, LoadError> {
    let path = || file.path.to_owned();
    let Some(temperature) = description.origin.settings.temperature else {
        return Err(LoadError::Unsuited { path: path() });
    };
    let vote = KnnVote::Exponential { temperature };
    let rows = file.matrix("training.features")?;
    let labels = file.labels("training.labels", n_classes)?;
    let head = KnnHead::from_parts(rows, labels, n_classes, n_neighbors, vote);
    Ok(head.map_err(|source| LoadError::Parts { path: path(), source })?.into())
}

fn network(
    file: &TensorFile<'_>,
    Layers(layers): &Layers,
    n_classes: usize,
) -> Result<Head, LoadError> {
    let n_layers = layers.layers().len();
    let mut names = Vec::new();
    let output = MlpLayer::Dense { units: n_classes };
    for (place, layer) in layers.layers().iter().chain([&output]).enumerate() {
        let of_layer: &[&str] = match layer {
            MlpLayer::Dense { .. } => &["weights", "bias"],
            MlpLayer::BatchNorm => &["gamma", "beta", "moving_mean", "moving_variance"],
            MlpLayer::Relu | MlpLayer::Dropout { .. } => &[],
        };
        names.extend(of_layer.iter().map(|name| format!("layers.{place}.{name}")));
    }
    let array = |name: &String| -> Result<ArrayD<f32>, LoadError> {
        let (shape, numbers) = file.numbers(name)?;
        if name.ends_with("moving_variance") && numbers.iter().any(|&variance| variance < 0.0) {
            return Err(LoadError::Scale { path: file.path.to_owned(), name: name.clone() });
        }
        file.array(name, &shape, &*shape, numbers)
    };
    let arrays = names.iter().map(array).collect::<Result<Vec<_>, _>>()?;
    // The first array has a row, or a number, for each feature.
    let n_features = arrays[0].shape().first().copied().unwrap_or(0);
    let bias = arrays.last().expect("the output has a bias");
    let n_outputs = bias.len();
    let head = MlpHead::from_parts(layers.clone(), n_features, n_outputs, arrays)
        .map_err(|source| LoadError::Parts { path: file.path.to_owned(), source })?;
    if head.n_classes() != n_classes {
        let name = format!("layers.{n_layers}.bias");
        return Err(file.misshapen(&name, format!("[{n_classes}]"), vec![n_outputs]));
    }
    Ok(head.into())
}
