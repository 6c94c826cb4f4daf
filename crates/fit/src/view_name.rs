//! Which views of an image a cache holds, as its provenance says.

/// The views of each image, from the `views` of a provenance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Views<'a> {
    /// Whether they are of the box of the image only.
    pub(super) boxed: bool,
    /// What follows: `center`, `razavian16:A`, `scales:Q1,Q2` and so on.
    pub(super) name: &'a str,
}

impl<'a> Views<'a> {
    pub(super) fn of(views: &'a str) -> Self {
        match views.strip_prefix("box, ") {
            Some(name) => Self { boxed: true, name },
            None => Self { boxed: false, name: views },
        }
    }

    /// Whether they are the sixteen of Razavian et al.
    pub(super) fn are_razavians(&self) -> bool {
        self.kind() == "razavian16"
    }

    /// Whether they are an image and its mirror at each of several scales.
    pub(super) fn are_scales(&self) -> bool {
        self.kind() == "scales"
    }

    /// Whether the first of them is of the whole image, as a single view is: ten crops begin with a
    /// corner.
    pub(super) fn begin_with_the_whole(&self) -> bool {
        self.kind() != "ten-crop"
    }

    fn kind(&self) -> &str {
        self.name.split(':').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_told_apart() {
        let views = Views::of("box, razavian16:10");
        assert!(views.boxed && views.are_razavians() && views.begin_with_the_whole());
        let views = Views::of("scales:256,384");
        assert!(!views.boxed && views.are_scales() && !views.are_razavians());
        assert!(!Views::of("ten-crop").begin_with_the_whole());
    }
}
