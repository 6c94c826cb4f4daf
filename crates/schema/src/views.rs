//! How the views of a provenance say whether features are of boxes or of whole images.

/// How the views begin when the features are of boxes.
const BOXED: &str = "box, ";

/// Whether the features of a sample with a box are of the box only.
pub fn views_are_boxed(views: &str) -> bool {
    views.starts_with(BOXED)
}

/// The views of features of boxes, from the views that are taken of each box.
pub fn boxed_views(views: &str) -> String {
    format!("{BOXED}{views}")
}

/// The views that are taken of each box or image, without the word that says which of the two.
pub fn unboxed_views(views: &str) -> &str {
    views.strip_prefix(BOXED).unwrap_or(views)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_tell_whether_they_are_of_boxes() {
        assert_eq!(boxed_views("center"), "box, center");
        assert!(views_are_boxed(&boxed_views("center")) && !views_are_boxed("center"));
        assert_eq!((unboxed_views("box, center"), unboxed_views("center")), ("center", "center"));
    }
}
