//! What a file that does not fit is instead.

use std::collections::BTreeMap;

use backbone::{Backbone, backbones};

use super::by_name::{below, nearest};
use super::fit::Fit;
use super::slots::Slots;
use super::{Classifier, Listing, fits};
use crate::source::container::Writer;
use crate::source::error::SourceError;
use crate::source::misfit::{Common, Looks, Misfit};

/// The error for a file in which nothing fits.
pub(super) fn misfit(listing: &Listing, slots: &Slots<'_>) -> SourceError {
    let backbone = slots.backbone.name.clone();
    let looks = looks(listing);
    if listing.writer == Writer::Keras
        && !slots.are_in_keras()
        && !matches!(looks, Looks::Known { .. })
    {
        return SourceError::NotInKeras { backbone };
    }
    let problems = nearest(listing, slots).problems;
    SourceError::Misfit(Box::new(Misfit { backbone, problems, looks }))
}

fn looks(listing: &Listing) -> Looks {
    let known = backbones().iter().flat_map(|backbone| {
        let slots = Slots::new(backbone);
        let fits = fits(listing, &slots, Classifier::Keep);
        fits.into_iter().map(|fit| (backbone.name.clone(), fit))
    });
    if let Some((backbone, fit)) = known.max_by_key(|(_, fit)| fit.n_belonging) {
        let Fit { n_belonging, n_below: n_tensors, .. } = fit;
        return Looks::Known { backbone, n_belonging, n_tensors };
    }
    let candidates = backbones().iter().map(|backbone| common(listing, backbone));
    let nearest = candidates.max_by_key(|(common, _)| common.n_found);
    match nearest.filter(|(common, _)| common.n_found > 0) {
        Some((common, prefix)) => {
            Looks::Unknown { name: resnet(listing, &prefix), nearest: Some(common) }
        }
        None => Looks::Unknown { name: None, nearest: None },
    }
}

/// What a file has in common with a backbone, and under which prefix.
fn common(listing: &Listing, backbone: &Backbone) -> (Common, String) {
    let slots = Slots::new(backbone);
    let fit = nearest(listing, &slots);
    let is_right = |&place: &usize| {
        let shape = |index: usize| &listing.tensors[index].shape;
        fit.tensor(place).is_some_and(|index| slots.slots[place].accepts(shape(index), None))
    };
    let n_wanted = slots.slots.len();
    let n_found = (0..n_wanted).filter(is_right).count();
    (Common { backbone: backbone.name.clone(), n_found, n_wanted }, fit.prefix)
}

/// The name of a ResNet by its blocks, called `layer<stage>.<block>.conv<n>`: the number of its layers.
fn resnet(listing: &Listing, prefix: &str) -> Option<String> {
    let mut blocks: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for tensor in &listing.tensors {
        let name = below(&tensor.path, prefix).unwrap_or_default();
        let parts: Vec<&str> = name.split('.').collect();
        if let [stage, block, layer, "weight"] = parts[..]
            && stage.starts_with("layer")
            && layer.starts_with("conv")
        {
            *blocks.entry((stage, block)).or_default() += 1;
        }
    }
    let n_layers: usize = blocks.values().sum();
    let name = format!("resnet{}", n_layers + 2);
    // One that is known is only damaged.
    (n_layers > 0 && Backbone::named(&name).is_err()).then_some(name)
}
