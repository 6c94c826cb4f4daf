//! [`HeadSpec`] in JSON.

use heads::HingeLoss;
use serde::{Deserialize, Serialize};

use super::{HeadSpec, Kernel, MultiClass};
use crate::network::Layers;

/// [`HeadSpec`] in JSON.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Fields {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) head: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) loss: Option<HingeLoss>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) multi_class: Option<MultiClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kernel: Option<Kernel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) layers: Option<Layers>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) c: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) n_neighbors: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) learning_rate: Option<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Name {
    Softmax,
    Svm,
    Ridge,
    Knn,
    Mlp,
}

impl From<HeadSpec> for Fields {
    fn from(spec: HeadSpec) -> Self {
        let of = |name, c| Self { head: Some(name), c, ..Self::default() };
        let hinge = |c| Self { loss: Some(HingeLoss::Hinge), ..of(Name::Svm, Some(c)) };
        match spec {
            HeadSpec::Softmax { c } => of(Name::Softmax, Some(c)),
            HeadSpec::Svm { loss, c } => Self { loss: Some(loss), ..hinge(c) },
            HeadSpec::OneVsOne { c } => Self { multi_class: Some(MultiClass::Ovo), ..hinge(c) },
            HeadSpec::Gaussian { c } => Self { kernel: Some(Kernel::Gaussian), ..hinge(c) },
            HeadSpec::Ridge { c } => of(Name::Ridge, Some(c)),
            HeadSpec::Knn { n_neighbors } => {
                Self { n_neighbors: Some(n_neighbors), ..of(Name::Knn, None) }
            }
            HeadSpec::Mlp { layers, learning_rate } => Self {
                layers: Some(layers),
                learning_rate: Some(learning_rate),
                ..of(Name::Mlp, None)
            },
        }
    }
}

impl TryFrom<Fields> for HeadSpec {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        let Fields { head, loss, multi_class, kernel, layers, c, n_neighbors, learning_rate } =
            fields;
        let c = c.ok_or("a head without its C");
        match head.ok_or("no kind of head")? {
            Name::Softmax => Ok(Self::Softmax { c: c? }),
            Name::Svm => {
                let loss = loss.ok_or("a support vector machine without its loss")?;
                let multi_class = multi_class.unwrap_or(MultiClass::Ovr);
                Self::svm(loss, multi_class, kernel.unwrap_or(Kernel::Linear), c?)
                    .ok_or("there is no such support vector machine")
            }
            Name::Ridge => Ok(Self::Ridge { c: c? }),
            Name::Knn => {
                let n_neighbors = n_neighbors.ok_or("neighbors without their number")?;
                Ok(Self::Knn { n_neighbors })
            }
            Name::Mlp => Ok(Self::Mlp {
                layers: layers.ok_or("a network without its layers")?,
                learning_rate: learning_rate.ok_or("a network without its learning rate")?,
            }),
        }
    }
}
