//! The views of an image of a given size, one by one.

use super::choose::Views;
use super::error::ViewsError;
use super::frame::{Frame, Place};
use super::part::Part;

/// One view of an image.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct View {
    /// For people and file names.
    pub(super) name: String,
    pub(super) part: Part,
    pub(super) frame: Frame,
    pub(super) mirrored: bool,
}

impl View {
    fn new(name: impl Into<String>, part: Part, frame: Frame) -> Self {
        Self { name: name.into(), part, frame, mirrored: false }
    }

    fn mirror(&self) -> Self {
        Self { name: format!("mirror-{}", self.name), mirrored: true, ..self.clone() }
    }

    /// Whether this is the mirror of `other`.
    pub(super) fn mirrors(&self, other: &Self) -> bool {
        self.mirrored && !other.mirrored && (self.part, self.frame) == (other.part, other.frame)
    }

    /// Refuses what would have more than `limit` pixels.
    pub(super) fn check_size(&self, width: u32, height: u32, limit: u64) -> Result<(), ViewsError> {
        if u64::from(width) * u64::from(height) <= limit {
            return Ok(());
        }
        Err(ViewsError::TooLarge { view: self.name.clone(), width, height, limit })
    }
}

impl Views {
    /// The views of an image of `width` x `height`, in their order.
    pub(super) fn list(&self, width: u32, height: u32) -> Vec<View> {
        let whole = |name: &str, frame| View::new(name, Part::whole(width, height), frame);
        match self {
            Self::Center => vec![whole("whole", Frame::Preset)],
            Self::Flip => with_mirrors(vec![whole("whole", Frame::Preset)]),
            Self::TenCrop => {
                let of = |place: Place| whole(place.name(), Frame::Crop(place));
                let of_mirror = |place: Place| {
                    let name = format!("mirror-{}", place.name());
                    View { name, mirrored: true, ..of(place.mirrored()) }
                };
                Place::FIVE.map(of).into_iter().chain(Place::FIVE.map(of_mirror)).collect()
            }
            &Self::Razavian16 { degrees } => {
                let mut views = vec![whole("whole", Frame::Preset)];
                views.extend(Place::FIVE.map(|place| {
                    View::new(place.name(), Part::two_thirds(width, height, place), Frame::Preset)
                }));
                views.extend([-degrees, degrees].map(|degrees| {
                    let part = Part::turned(width, height, degrees);
                    View::new(format!("rotated{degrees:+}"), part, Frame::Preset)
                }));
                with_mirrors(views)
            }
            &Self::Patches { levels } => {
                let mut views = Vec::with_capacity(self.n_views());
                for level in 1..=levels {
                    for (row, column) in
                        (0..level).flat_map(|row| (0..level).map(move |column| (row, column)))
                    {
                        let name = format!("level-{level}-row-{}-column-{}", row + 1, column + 1);
                        let part = Part::square(width, height, level, row, column);
                        views.push(View::new(name, part, Frame::Preset));
                    }
                }
                views
            }
            Self::Scales(scales) => {
                let of = |&side: &u32| {
                    let view = whole(&format!("scale-{side}"), Frame::ShorterSide(side));
                    let mirror = view.mirror();
                    [view, mirror]
                };
                scales.iter().flat_map(of).collect()
            }
        }
    }
}

/// The views, then their mirrors.
fn with_mirrors(mut views: Vec<View>) -> Vec<View> {
    let mirrors: Vec<View> = views.iter().map(View::mirror).collect();
    views.extend(mirrors);
    views
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_said_and_no_two_have_one_name() {
        for text in ["center", "flip", "ten-crop", "razavian16:7.5", "patches:4", "scales:64,32"] {
            let views: Views = text.parse().unwrap();
            let list = views.list(30, 20);
            assert_eq!(list.len(), views.n_views(), "{text}");
            let mut names: Vec<&str> = list.iter().map(|view| view.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), list.len(), "{text}");
        }
    }

    #[test]
    fn the_order_is_the_contract() {
        let names = |text: &str| {
            let list = text.parse::<Views>().unwrap().list(30, 20);
            list.into_iter().map(|view| view.name).collect::<Vec<_>>().join(" ")
        };
        let five = "top-left top-right bottom-left bottom-right center";
        let mirrors =
            "mirror-top-left mirror-top-right mirror-bottom-left mirror-bottom-right mirror-center";
        assert_eq!(names("flip"), "whole mirror-whole");
        assert_eq!(names("ten-crop"), format!("{five} {mirrors}"));
        assert_eq!(
            names("razavian16:7.5"),
            format!(
                "whole {five} rotated-7.5 rotated+7.5 \
                 mirror-whole {mirrors} mirror-rotated-7.5 mirror-rotated+7.5"
            )
        );
        assert!(
            names("patches:2").starts_with(
                "level-1-row-1-column-1 level-2-row-1-column-1 level-2-row-1-column-2"
            )
        );
        assert!(names("patches:4").starts_with(&names("patches:3")));
        assert_eq!(names("scales:64,32"), "scale-64 mirror-scale-64 scale-32 mirror-scale-32");
    }
}
