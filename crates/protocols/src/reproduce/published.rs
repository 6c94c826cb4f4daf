//! Numbers of the papers, in percent. Those that could not be checked are not here.

use serde::Serialize;

use super::{Protocol, Variant};

/// A published number. In JSON without what it is of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Published {
    /// Name of the protocol.
    #[serde(skip)]
    pub protocol: &'static str,
    /// The variant.
    #[serde(skip)]
    pub variant: Variant,
    /// The number, in percent.
    pub percent: f64,
    /// Deviation over random splits, in percent, where one is given.
    pub deviation: Option<f64>,
    /// The network, and the layer of it.
    pub network: &'static str,
    /// The paper.
    pub source: &'static str,
}

const OVERFEAT: &str = "OverFeat, first fully connected layer";
const RAZAVIAN: &str =
    "Razavian et al., CNN features off-the-shelf, CVPR workshops 2014 (arXiv 1403.6382v3)";
const VGG16: &str = "VGG-16, second fully connected layer, dense, five scales averaged";
const VGG16_STACKED: &str = "VGG-16, second fully connected layer, dense, three scales stacked";
const VGG: &str = "Simonyan and Zisserman, Very deep convolutional networks, 2015 (arXiv 1409.1556v6), appendix B";

/// The published numbers.
pub const PUBLISHED: [Published; 15] = [
    razavian("voc2007", Variant::CnnSvm, 73.9),
    razavian("voc2007", Variant::CnnaugSvm, 77.2),
    razavian("mit67", Variant::CnnSvm, 58.4),
    razavian("mit67", Variant::CnnaugSvm, 69.0),
    razavian("cub200-box", Variant::CnnSvm, 53.3),
    razavian("cub200-box", Variant::CnnaugSvm, 61.8),
    razavian("flowers102", Variant::CnnSvm, 74.7),
    razavian("flowers102", Variant::CnnaugSvm, 86.8),
    razavian("uiuc-attributes", Variant::CnnSvm, 89.0),
    razavian("uiuc-attributes", Variant::CnnaugSvm, 91.5),
    razavian("h3d", Variant::CnnSvm, 70.8),
    razavian("h3d", Variant::CnnaugSvm, 73.0),
    vgg("voc2007", 89.3, None, VGG16),
    vgg("caltech101", 91.8, Some(1.0), VGG16_STACKED),
    vgg("caltech256", 85.0, Some(0.2), VGG16_STACKED),
];

const fn razavian(protocol: &'static str, variant: Variant, percent: f64) -> Published {
    Published { protocol, variant, percent, deviation: None, network: OVERFEAT, source: RAZAVIAN }
}

const fn vgg(
    protocol: &'static str,
    percent: f64,
    deviation: Option<f64>,
    network: &'static str,
) -> Published {
    Published { protocol, variant: Variant::Vgg, percent, deviation, network, source: VGG }
}

/// The published number of a protocol in a variant, where there is one.
pub fn published(protocol: &Protocol, variant: Variant) -> Option<&'static Published> {
    let is_it = |p: &&Published| p.protocol == protocol.name && p.variant == variant;
    PUBLISHED.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_of_a_protocol_and_in_the_page() {
        let page = include_str!("../../../../docs/razavian.md");
        let (_, table) = page.split_once("## Published numbers").unwrap();
        for number in PUBLISHED {
            let protocol: &Protocol = number.protocol.parse::<&Protocol>().unwrap();
            assert_eq!(published(protocol, number.variant), Some(&number));
            let row = format!("| {} | {} | ", number.protocol, number.variant);
            let row = table.lines().find(|line| line.starts_with(&row));
            let percent = format!("| {:.1}", number.percent);
            assert!(row.is_some_and(|row| row.contains(&percent)), "{number:?}");
        }
    }
}
