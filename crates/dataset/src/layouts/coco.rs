//! MS COCO: image-level labels of 80 categories, from the annotations of objects.
//!
//! `annotations/instances_train2017.json` lists images, categories and objects. A category is present in
//! an image with an object (or a crowd) of it, and absent from the others: every image was searched for
//! all of them.

use std::collections::{BTreeMap, BTreeSet};

use schema::Split;
use serde::Deserialize;

use crate::gathering::{Gathering, Labels};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::{Published, sample_path};

/// Which year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Coco {
    /// 2014 or 2017: the same images, divided differently.
    pub(crate) year: u32,
}

/// What is read of a file; it holds much more.
#[derive(Deserialize)]
struct Instances {
    images: Vec<Image>,
    annotations: Vec<Annotation>,
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: u64,
    file_name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: u64,
    category_id: u64,
}

#[derive(Deserialize, PartialEq)]
struct Category {
    id: u64,
    name: String,
}

/// Reads the annotations of the training and validation images. Those of the test are not public.
pub(crate) fn coco(set: Published<'_>, Coco { year }: Coco) -> Result<Manifest, LayoutError> {
    let mut of_splits = Vec::new();
    for (name, split) in [("train", Split::Train), ("val", Split::Validation)] {
        let file = format!("annotations/instances_{name}{year}.json");
        let folder = format!("{name}{year}/");
        set.require_folder(&folder, "a folder of images")?;
        let bytes = set.bytes(&file, "the objects in the images")?;
        let instances: Instances = serde_json::from_slice(&bytes)
            .map_err(|error| set.odd(&file, format!("is no list of COCO's objects: {error}")))?;
        of_splits.push((file, folder, split, instances));
    }
    let categories = &of_splits[0].3.categories;
    if let Some((file, ..)) = of_splits.iter().find(|split| split.3.categories != *categories) {
        return Err(set.odd(file, "has other categories than the training images".to_owned()));
    }
    let names: BTreeMap<u64, &String> = categories.iter().map(|c| (c.id, &c.name)).collect();
    let index: BTreeMap<u64, usize> =
        names.keys().zip(0..).map(|(&id, index)| (id, index)).collect();
    let classes = names.values().map(|&name| name.clone()).collect();
    let mut gathering = Gathering::new(set, classes, Labels::Multilabel, false);
    for (file, folder, split, instances) in &of_splits {
        let odd = |problem| set.odd(file, problem);
        gathering.reserve(instances.images.len())?;
        let mut present: BTreeMap<u64, BTreeSet<usize>> =
            instances.images.iter().map(|image| (image.id, BTreeSet::new())).collect();
        for Annotation { image_id, category_id } in &instances.annotations {
            let categories = present.get_mut(image_id);
            let categories =
                categories.ok_or_else(|| odd(format!("has an object in no image, {image_id}")))?;
            let index = index.get(category_id);
            let category = index.ok_or_else(|| odd(format!("has no category {category_id}")))?;
            categories.insert(*category);
        }
        for Image { id, file_name } in &instances.images {
            let path = sample_path(folder, file_name);
            let path = path.ok_or_else(|| odd(format!("names the image `{file_name}`")))?;
            let mut labels = vec![-1; index.len()];
            present[id].iter().for_each(|&category| labels[category] = 1);
            gathering.push_multilabel(&path, &labels, *split, None);
        }
    }
    gathering.finish()
}
