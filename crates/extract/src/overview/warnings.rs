//! What of a data set may be other than it was meant.

use schema::{SourceRecord, Unlabelled, encoded_path};

use super::Count;
use super::similar_names::similar_names;

/// Names that a warning tells.
const NAMED: usize = 5;

/// Lowercase sentences, in the order of what a user decides first.
pub(super) fn warnings(classes: &[String], has_splits: bool, source: &SourceRecord) -> Vec<String> {
    let mut warnings = source.notes.clone();
    warnings.extend(empty_folders(&source.empty_folders));
    warnings.extend(source.unlabelled.iter().map(unlabelled));
    match classes {
        [] if has_splits => {
            warnings.push("there are splits, and no classes: no image has a label".to_owned());
        }
        [only] => warnings.push(format!("there is one class only, `{only}`")),
        _ => {}
    }
    warnings.extend(similar_names(classes).into_iter().map(|names| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let n = if names.len() == 2 { "two".to_owned() } else { names.len().to_string() };
        let names = names.join(" and ");
        format!("{names} differ in case, spaces or the form of letters only, and are {n} classes")
    }));
    warnings
}

fn empty_folders(folders: &[String]) -> Option<String> {
    let names: Vec<_> = folders.iter().map(|folder| encoded_path::shown(folder)).collect();
    let shown = listed(names.iter().map(AsRef::as_ref));
    match folders.len() {
        0 => None,
        1 => Some(format!("the folder {shown} holds no image")),
        n => Some(format!("{n} folders hold no image: {shown}")),
    }
}

fn unlabelled(place: &Unlabelled) -> String {
    let Unlabelled { folder, n_images, example } = place;
    let [folder, example] = [folder, example].map(|path| encoded_path::shown(path));
    let (lie, such_as, have) = match n_images {
        1 => ("image lies", "", "it has"),
        _ => ("images lie", "such as ", "they have"),
    };
    let place = match folder.as_ref() {
        "" => "beside the class folders".to_owned(),
        folder => format!("in `{folder}`, and in no class folder there"),
    };
    format!("{n_images} {lie} {place} ({such_as}`{example}`): {have} no label")
}

/// Classes with images that a head never sees when it is trained.
pub(super) fn never_trained(classes: &[String], counts: &[Count]) -> Option<String> {
    let is_missed = |count: &Count| count.n_samples > 0 && count.n_train == 0;
    let missed = classes.iter().zip(counts).filter(|(_, count)| is_missed(count));
    let missed: Vec<&str> = missed.map(|(name, _)| name.as_str()).collect();
    let shown = || listed(missed.iter().copied());
    (!missed.is_empty()).then(|| format!("in the split train there is no image of {}", shown()))
}

/// The first of many names.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = if names.len() > NAMED { ", ..." } else { "" };
    let shown: Vec<String> = names.take(NAMED).map(|name| format!("`{name}`")).collect();
    format!("{}{more}", shown.join(", "))
}
