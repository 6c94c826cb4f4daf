//! Why a tap cannot be read.

/// Why a tap is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TapError {
    /// The backbone has no such tap.
    #[error("`{backbone}` has no tap `{name}`")]
    UnknownLayer {
        /// The backbone.
        backbone: String,
        /// The name asked for.
        name: String,
        /// Names of its layers and blocks.
        taps: Vec<String>,
    },
    /// No such pooling.
    #[error(
        "unknown pooling `{name}`\nhint: write one of gap, max, gem:P, flatten, spp:N,N,... after the colon, as in `{tap}:gap`"
    )]
    UnknownPooling {
        /// The pooling asked for.
        name: String,
        /// The tap that it was asked for.
        tap: String,
    },
    /// The exponent of a generalized mean is no positive number.
    #[error(
        "`{text}` is no exponent of a generalized mean\nhint: write a positive number, as in `gem:3`"
    )]
    Exponent {
        /// What stands after `gem:`.
        text: String,
    },
    /// The grids of a spatial pyramid are not what they should be.
    #[error(
        "`{text}` are no grids of a spatial pyramid\nhint: write numbers from 1 to 64, each once, as in `spp:1,2,4`"
    )]
    Grids {
        /// What stands after `spp:`.
        text: String,
    },
    /// Images of different sizes do not give vectors of one length.
    #[error(
        "the length of `{tap}` depends on the size of an image, and the views are of different sizes\n\
         hint: pool the map with gap, max, gem:P or spp:N,N,..."
    )]
    LengthVaries {
        /// The tap.
        tap: String,
    },
    /// The input is so small that nothing of it reaches the tap.
    #[error(
        "an input of {width}x{height} pixels is too small for the tap `{tap}`: nothing is left of it there\n\
         hint: the tap needs {smallest}x{smallest} pixels"
    )]
    InputTooSmall {
        /// The tap.
        tap: String,
        /// Input width in pixels.
        width: usize,
        /// Input height in pixels.
        height: usize,
        /// Width and height that suffice.
        smallest: usize,
    },
}
