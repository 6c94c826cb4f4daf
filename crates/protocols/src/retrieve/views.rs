//! Which views of an image take part in a search.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::view_name::ViewName;

/// Levels of patches that queries are compared by, and images, in Razavian et al. 2014.
const QUERY_LEVELS: usize = 3;
const IMAGE_LEVELS: usize = 4;

/// Views of `razavian16` that are no mirrors. The paper's 32,000 numbers an image are those of eight.
const UNMIRRORED: usize = 8;

/// What images are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    /// One vector an image: that of the whole of it.
    Global,
    /// Vectors of several views: the nearest of an image to each of the query.
    Spatial,
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Global => "global",
            Self::Spatial => "spatial",
        })
    }
}

/// The side of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is asked with.
    Queries,
    /// What is searched.
    Images,
}

/// How many views a side takes, where that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Taken {
    /// The first so many.
    Views(usize),
    /// The patches of the first so many levels.
    Levels(usize),
}

/// The views of a cache: what its provenance calls them, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views {
    /// Without what tells that they are of boxes.
    name: String,
    n_views: usize,
}

/// Why views cannot be compared as was asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// No view is of the whole image.
    #[error("no view of `{0}` is of the whole image")]
    NoWhole(String),
    /// There are no levels.
    #[error("the views `{0}` have no levels")]
    NoLevels(String),
    /// There are fewer than asked for.
    #[error("{asked} views of each image are asked for, and the cache has {found} (`{name}`)")]
    TooMany {
        /// What the views are called.
        name: String,
        /// Views asked for.
        asked: usize,
        /// Views there are.
        found: usize,
    },
    /// Queries and images have views of other kinds.
    #[error("the queries have the views `{queries}` and the images `{images}`")]
    OtherKind {
        /// What the views of queries are called.
        queries: String,
        /// What those of images are called.
        images: String,
    },
}

impl Views {
    /// The views that a provenance calls `name`.
    pub fn new(name: &str, n_views: usize) -> Self {
        let name = schema::unboxed_views(name).to_owned();
        Self { name, n_views }
    }

    /// The search that suits them where none is asked for.
    pub fn default_search(&self) -> Search {
        if self.n_views == 1 { Search::Global } else { Search::Spatial }
    }

    /// The views that `side` takes, by number. Where nothing is said: of patches, the levels of the paper,
    /// as far as they are there; of `razavian16`, those that are no mirrors; else all.
    ///
    /// # Errors
    /// [`ViewError`].
    pub fn taken(
        &self,
        search: Search,
        side: Side,
        asked: Option<Taken>,
    ) -> Result<Range<usize>, ViewError> {
        if search == Search::Global {
            let whole = ViewName::of(&self.name).begin_with_the_whole().then_some(0..1);
            return whole.ok_or_else(|| ViewError::NoWhole(self.name.clone()));
        }
        let n_levels = match side {
            Side::Queries => QUERY_LEVELS,
            Side::Images => IMAGE_LEVELS,
        };
        let n_views = match (asked, self.kind()) {
            (Some(Taken::Views(n_views)), _) => n_views,
            (Some(Taken::Levels(levels)), "patches") => patches(levels),
            (Some(Taken::Levels(_)), _) => return Err(ViewError::NoLevels(self.name.clone())),
            (None, "patches") => patches(n_levels).min(self.n_views),
            (None, "razavian16") => UNMIRRORED.min(self.n_views),
            (None, _) => self.n_views,
        };
        if n_views > self.n_views {
            let (name, found) = (self.name.clone(), self.n_views);
            return Err(ViewError::TooMany { name, asked: n_views, found });
        }
        Ok(0..n_views)
    }

    /// Checks that these views of queries can be compared with those of images.
    ///
    /// # Errors
    /// [`ViewError::OtherKind`].
    pub fn check_suit(&self, images: &Self) -> Result<(), ViewError> {
        let both_patches = self.kind() == "patches" && images.kind() == "patches";
        if both_patches || self.name == images.name {
            return Ok(());
        }
        Err(ViewError::OtherKind { queries: self.name.clone(), images: images.name.clone() })
    }

    /// The name without parameters.
    fn kind(&self) -> &str {
        ViewName::of(&self.name).kind()
    }
}

/// Patches of the first `levels` levels: i times i of level i.
fn patches(levels: usize) -> usize {
    (1..=levels).map(|level| level * level).sum()
}

#[cfg(test)]
mod tests {
    use super::Search::{Global, Spatial};
    use super::Side::{Images, Queries};
    use super::*;

    #[test]
    fn patches_take_the_levels_of_the_paper_as_far_as_they_are_there() {
        let views = Views::new("box, patches:4", 30);
        assert_eq!(views.default_search(), Spatial);
        assert_eq!(views.taken(Spatial, Queries, None), Ok(0..14));
        assert_eq!(views.taken(Spatial, Images, None), Ok(0..30));
        assert_eq!(views.taken(Spatial, Images, Some(Taken::Levels(2))), Ok(0..5));
        assert_eq!(views.taken(Global, Images, None), Ok(0..1));
        assert_eq!(Views::new("patches:2", 5).taken(Spatial, Queries, None), Ok(0..5));
    }

    #[test]
    fn jitter_takes_what_is_no_mirror_unless_more_is_asked_for() {
        let views = Views::new("razavian16:5", 16);
        assert_eq!(views.taken(Spatial, Queries, None), Ok(0..8));
        assert_eq!(views.taken(Spatial, Images, Some(Taken::Views(16))), Ok(0..16));
        assert_eq!(Views::new("flip", 2).taken(Spatial, Images, None), Ok(0..2));
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let patches = Views::new("patches:2", 5);
        let error = patches.taken(Spatial, Images, Some(Taken::Levels(3))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "14 views of each image are asked for, and the cache has 5 (`patches:2`)"
        );
        let crops = Views::new("ten-crop", 10);
        assert_eq!(crops.taken(Global, Images, None), Err(ViewError::NoWhole("ten-crop".into())));
        let levels = Some(Taken::Levels(1));
        assert_eq!(
            crops.taken(Spatial, Images, levels),
            Err(ViewError::NoLevels("ten-crop".into()))
        );
        assert_eq!(Views::new("box, patches:3", 14).check_suit(&patches), Ok(()));
        assert!(crops.check_suit(&patches).unwrap_err().to_string().contains("`patches:2`"));
        assert_eq!(Views::new("box, center", 1).check_suit(&Views::new("center", 1)), Ok(()));
    }
}
