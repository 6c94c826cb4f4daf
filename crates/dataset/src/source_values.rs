//! Values of the options of sources.

use std::str::FromStr;

/// A number of images.
pub(crate) struct AtLeastOne(pub(crate) usize);

impl FromStr for AtLeastOne {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse().ok().filter(|&number| number > 0).map(Self).ok_or(())
    }
}

/// A number of images, or all.
pub(crate) struct TestCount(pub(crate) Option<usize>);

impl FromStr for TestCount {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text == "all" { Ok(Self(None)) } else { Ok(Self(Some(text.parse::<AtLeastOne>()?.0))) }
    }
}

/// Whether images of nothing in particular are a class.
pub(crate) struct Background(pub(crate) bool);

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
pub(crate) struct Year(pub(crate) u32);

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
