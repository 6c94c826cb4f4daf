//! Which views of an image a cache holds, as its provenance says.

use schema::{unboxed_views, views_are_boxed};

/// The views of each image, from the `views` of a provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ViewName<'a> {
    /// Whether they are of the box of the image only.
    pub(crate) boxed: bool,
    /// What follows: `center`, `razavian16:A`, `scales:Q1,Q2` and so on.
    pub(crate) name: &'a str,
}

impl<'a> ViewName<'a> {
    pub(crate) fn of(views: &'a str) -> Self {
        Self { boxed: views_are_boxed(views), name: unboxed_views(views) }
    }

    /// Whether they are the sixteen of Razavian et al.
    pub(crate) fn are_razavians(&self) -> bool {
        self.kind() == "razavian16"
    }

    /// Whether they are an image and its mirror at each of several scales.
    pub(crate) fn are_scales(&self) -> bool {
        self.kind() == "scales"
    }

    /// Whether the first of them is of the whole image, as a single view is: ten crops begin with a
    /// corner.
    pub(crate) fn begin_with_the_whole(&self) -> bool {
        self.kind() != "ten-crop"
    }

    /// The name without its options, such as `razavian16`.
    pub(crate) fn kind(&self) -> &'a str {
        self.name.split(':').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_told_apart() {
        let views = ViewName::of("box, razavian16:10");
        assert!(views.boxed && views.are_razavians() && views.begin_with_the_whole());
        let views = ViewName::of("scales:256,384");
        assert!(!views.boxed && views.are_scales() && !views.are_razavians());
        assert!(!ViewName::of("ten-crop").begin_with_the_whole());
    }
}
