//! INRIA Holidays: 1491 images `NNNNNN.jpg`. The last two digits count within a scene: number 00 is the
//! query, the others are what it should find.

use std::collections::BTreeMap;
use std::path::Path;

use schema::{GroundTruth, Query, RetrievalProtocol, Split};

use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::published::Published;

/// Numbers of a scene.
const SCENE: u32 = 100;

/// Reads the images below a folder. The scene becomes the label, too.
pub(crate) fn holidays(set: Published<'_>) -> Result<Manifest, LayoutError> {
    let walk = set.walk()?;
    let mut scenes: BTreeMap<u32, Vec<(u32, &str)>> = BTreeMap::new();
    let mut n_others = 0;
    for path in walk.images.iter() {
        match number(path) {
            Some(number) => scenes.entry(number / SCENE).or_default().push((number % SCENE, path)),
            None => n_others += 1,
        }
    }
    let classes = scenes.keys().map(|scene| format!("{scene:04}")).collect();
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    if n_others > 0 {
        gathering
            .notes
            .push(format!("{n_others} images have no number of six digits: they are left out"));
    }
    let mut queries = Vec::new();
    for (index, (scene, mut images)) in scenes.into_iter().enumerate() {
        images.sort_unstable();
        if let Some([_, (_, path)]) = images.array_windows().find(|[a, b]| a.0 == b.0) {
            return Err(set.odd(path, "has the number of another image".to_owned()));
        }
        let &[(0, query), ref answers @ ..] = images.as_slice() else {
            let name = format!("{}.jpg", scene * SCENE);
            return Err(set.missing(&name, &format!("the query of scene {scene}")));
        };
        if answers.is_empty() {
            let problem = "is a query, but there is no other image of its scene".to_owned();
            return Err(set.odd(query, problem));
        }
        queries.push(Query {
            name: format!("{:06}", scene * SCENE),
            image: query.to_owned(),
            bounding_box: None,
            good: answers.iter().map(|(_, path)| (*path).to_owned()).collect(),
            ok: Vec::new(),
            junk: Vec::new(),
        });
        images.iter().for_each(|(_, path)| gathering.push(path, Some(label(index)), Split::None));
    }
    gathering.ground_truth = Some(GroundTruth { protocol: RetrievalProtocol::Holidays, queries });
    gathering.unreadable = walk.unreadable;
    gathering.passed_over = walk.passed_over;
    gathering.finish()
}

/// The number that is an image's name.
fn number(path: &str) -> Option<u32> {
    let stem = Path::new(path).file_stem()?.to_str()?;
    let is_number = stem.len() == 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
    stem.parse().ok().filter(|_| is_number)
}
