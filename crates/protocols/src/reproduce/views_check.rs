//! Whether the views of a cache are those that a recipe uses.

use super::Protocol;
use super::image_features::ViewUse;
use super::recipe::Recipe;
use crate::view_name::ViewName;

/// Refuses views that the recipe cannot use; the problem in words.
pub(super) fn check_views(
    views: &ViewName<'_>,
    n_views: usize,
    protocol: &Protocol,
    recipe: &Recipe,
    notes: &mut Vec<String>,
) -> Result<(), String> {
    match (protocol.boxed, views.boxed) {
        (Some(true), false) => {
            return Err("its features are of whole images, not of boxes".to_owned());
        }
        (Some(false), true) => {
            return Err("its features are of boxes, not of whole images".to_owned());
        }
        _ => {}
    }
    let name = views.name;
    match recipe.views {
        ViewUse::Each if !views.are_razavians() => {
            Err(format!("its views are `{name}`, and this needs `razavian16`"))
        }
        ViewUse::StackScales if !views.are_scales() => {
            Err(format!("its views are `{name}`, and scales can be stacked of `scales:...` only"))
        }
        ViewUse::First if n_views > 1 && !views.begin_with_the_whole() => {
            Err(format!("its views are `{name}`, and none is of the whole image"))
        }
        ViewUse::First if n_views > 1 => {
            notes.push(format!("of the views `{name}` the first is used"));
            Ok(())
        }
        ViewUse::Average if n_views == 1 => {
            notes.push(
                "the cache has one view of each image: there is nothing to average".to_owned(),
            );
            Ok(())
        }
        _ => Ok(()),
    }
}
