//! Values of options.

use std::str::FromStr;

/// A number of images.
pub(super) struct AtLeastOne(pub(super) usize);

impl FromStr for AtLeastOne {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().ok().filter(|&number| number > 0).map(Self).ok_or(())
    }
}

/// A number of images, or all.
pub(super) struct TestCount(pub(super) Option<usize>);

impl FromStr for TestCount {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "all" { Ok(Self(None)) } else { Ok(Self(Some(text.parse::<AtLeastOne>()?.0))) }
    }
}

/// Whether images of nothing in particular are a class.
pub(super) struct Background(pub(super) bool);

impl FromStr for Background {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "in" => Ok(Self(true)),
            "out" => Ok(Self(false)),
            _ => Err(()),
        }
    }
}

/// A year of COCO.
pub(super) struct Year(pub(super) u32);

impl FromStr for Year {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "2014" => Ok(Self(2014)),
            "2017" => Ok(Self(2017)),
            _ => Err(()),
        }
    }
}
