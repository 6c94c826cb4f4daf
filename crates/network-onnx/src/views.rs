//! The views of a picture that can be made of the pixels of one.

use head::CombineViews;
use onnx::{AttributeProto, GraphBuilder};
use schema::unboxed_views;

use crate::error::WholeModelError;
use crate::pixels::PixelInput;
use crate::pooling::join;

/// The views that a row of a head is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModelViews {
    /// The pixels as they are.
    One,
    /// They and their mirror, as one row.
    WithMirror(CombineViews),
}

impl ModelViews {
    /// Those that a head was trained on, by the views of its provenance and how they are combined.
    ///
    /// # Errors
    /// [`WholeModelError::Views`].
    pub(crate) fn of(views: &str, combined: Option<CombineViews>) -> Result<Self, WholeModelError> {
        match unboxed_views(views) {
            "center" => Ok(Self::One),
            "flip" => Ok(Self::WithMirror(combined.unwrap_or(CombineViews::Stack))),
            _ => Err(WholeModelError::Views { views: views.to_owned() }),
        }
    }

    /// Features in a row, where those of a view are so many.
    pub(crate) fn n_features(self, of_view: usize) -> usize {
        match self {
            Self::One | Self::WithMirror(CombineViews::Average) => of_view,
            Self::WithMirror(CombineViews::Stack) => 2 * of_view,
        }
    }

    /// Adds the views of `pixels` `[n, height, width, 3]`, all pictures and then all mirrors; the name of what comes out.
    pub(crate) fn add(
        self,
        graph: &mut GraphBuilder<'_>,
        pixels: &str,
        input: &PixelInput,
    ) -> String {
        if self == Self::One {
            return pixels.to_owned();
        }
        let columns: Vec<i64> = (0..input.width as i64).rev().collect();
        let columns = graph.integers("pixels/columns", &columns);
        let axis = vec![AttributeProto::int("axis", 2)];
        let mirror = graph.node("Gather", &[pixels, &columns], "pixels/mirror", axis);
        join(graph, &[pixels.to_owned(), mirror], 0, "pixels/views")
    }

    /// Adds rows of the `features` `[n_views * n, n_features]` of these views; the name of what comes out.
    pub(crate) fn combine(self, graph: &mut GraphBuilder<'_>, features: &str) -> String {
        let Self::WithMirror(combined) = self else { return features.to_owned() };
        let parts = ["features/picture", "features/mirror"];
        let axis = vec![AttributeProto::int("axis", 0)];
        graph.node_of_several("Split", &[features], &parts, axis);
        match combined {
            CombineViews::Stack => join(graph, &parts.map(str::to_owned), 1, "features/stacked"),
            CombineViews::Average => {
                let sum = graph.node("Add", &parts, "features/sum", vec![]);
                let two = graph.constant("features/two", &[], vec![2.0_f32]);
                graph.node("Div", &[&sum, &two], "features/average", vec![])
            }
        }
    }
}
