//! UKBench: 10,200 images `ukbench00000.jpg` and so on, four of each object one after the other. Every
//! image is a query, and its four answers include itself.

use std::collections::BTreeMap;
use std::path::Path;

use schema::{GroundTruth, Query, RetrievalProtocol, Split};

use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// Images of an object.
const GROUP: u32 = 4;

/// Reads the images below a folder. The object becomes the label, too.
pub(crate) fn ukbench(set: Published<'_>) -> Result<Manifest, LayoutError> {
    let walk = set.walk()?;
    let mut images: BTreeMap<u32, &str> = BTreeMap::new();
    let mut n_others = 0;
    for path in walk.images.iter() {
        let Some(number) = number(path) else {
            n_others += 1;
            continue;
        };
        if images.insert(number, path).is_some() {
            return Err(set.odd(path, "has the number of another image".to_owned()));
        }
    }
    let images: Vec<(u32, &str)> = images.into_iter().collect();
    let groups: Vec<&[(u32, &str)]> = images.chunk_by(|a, b| a.0 / GROUP == b.0 / GROUP).collect();
    let classes = groups.iter().map(|group| format!("{:04}", group[0].0 / GROUP)).collect();
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    if n_others > 0 {
        gathering
            .notes
            .push(format!("{n_others} images are not called `ukbench` and a number: left out"));
    }
    let mut queries = Vec::new();
    for (index, group) in groups.into_iter().enumerate() {
        let numbers = group[0].0 / GROUP * GROUP..;
        let missing =
            numbers.take(GROUP as usize).find(|n| group.iter().all(|image| image.0 != *n));
        if let Some(missing) = missing {
            let beside = Path::new(group[0].1).with_file_name(format!("ukbench{missing:05}.jpg"));
            return Err(
                set.missing(&beside.to_string_lossy(), "one of the four images of an object")
            );
        }
        let good: Vec<String> = group.iter().map(|(_, path)| (*path).to_owned()).collect();
        for (number, path) in group {
            gathering.push(path, Some(label(index)), Split::None);
            queries.push(Query {
                name: format!("{number:05}"),
                image: (*path).to_owned(),
                bounding_box: None,
                good: good.clone(),
                ok: Vec::new(),
                junk: Vec::new(),
            });
        }
    }
    gathering.ground_truth = Some(GroundTruth { protocol: RetrievalProtocol::Ukbench, queries });
    gathering.unreadable = walk.unreadable;
    gathering.passed_over = walk.passed_over;
    gathering.finish()
}

/// The number in an image's name.
fn number(path: &str) -> Option<u32> {
    let stem = Path::new(path).file_stem()?.to_str()?;
    let digits = stem.strip_prefix("ukbench")?;
    let is_number = digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}
