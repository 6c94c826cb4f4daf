//! Views as they are written.

use std::fmt;
use std::str::FromStr;

use super::choose::Views;
use super::error::ViewsError;

impl FromStr for Views {
    type Err = ViewsError;

    fn from_str(text: &str) -> Result<Self, ViewsError> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        match (name, argument) {
            ("center", None) => Ok(Self::Center),
            ("flip", None) => Ok(Self::Flip),
            ("ten-crop", None) => Ok(Self::TenCrop),
            ("razavian16", None) => Ok(Self::Razavian16 { degrees: Self::DEGREES }),
            ("razavian16", Some(angle)) => razavian16(angle),
            ("patches", None) => Ok(Self::Patches { levels: Self::LEVELS }),
            ("patches", Some(levels)) => patches(levels),
            ("scales", Some(sides)) => scales(sides),
            _ => Err(ViewsError::Unknown { text: text.to_owned() }),
        }
    }
}

fn razavian16(text: &str) -> Result<Views, ViewsError> {
    match text.parse() {
        Ok(degrees) if degrees > 0.0 && degrees <= 45.0 => Ok(Views::Razavian16 { degrees }),
        _ => Err(ViewsError::Angle { text: text.to_owned() }),
    }
}

fn patches(text: &str) -> Result<Views, ViewsError> {
    match text.parse() {
        Ok(levels) if (1..=Views::MAX_LEVELS).contains(&levels) => Ok(Views::Patches { levels }),
        _ => Err(ViewsError::Levels { text: text.to_owned() }),
    }
}

fn scales(text: &str) -> Result<Views, ViewsError> {
    let mut scales = Vec::new();
    for side in text.split(',') {
        match side.parse() {
            Ok(side) if (1..=Views::MAX_SCALE).contains(&side) && !scales.contains(&side) => {
                scales.push(side);
            }
            _ => return Err(ViewsError::Scales { text: text.to_owned() }),
        }
    }
    Ok(Views::Scales(scales))
}

impl fmt::Display for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Center => f.write_str("center"),
            Self::Flip => f.write_str("flip"),
            Self::TenCrop => f.write_str("ten-crop"),
            Self::Razavian16 { degrees } => write!(f, "razavian16:{degrees}"),
            Self::Patches { levels } => write!(f, "patches:{levels}"),
            Self::Scales(scales) => {
                let scales: Vec<String> = scales.iter().map(u32::to_string).collect();
                write!(f, "scales:{}", scales.join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (text, n_views) in [
            ("center", 1),
            ("flip", 2),
            ("ten-crop", 10),
            ("razavian16:10", 16),
            ("razavian16:7.5", 16),
            ("patches:1", 1),
            ("patches:3", 14),
            ("patches:4", 30),
            ("patches:8", 204),
            ("scales:256,384,512", 6),
        ] {
            let views: Views = text.parse().unwrap();
            assert_eq!((views.to_string().as_str(), views.n_views()), (text, n_views));
        }
    }

    #[test]
    fn equal_views_are_written_alike() {
        for (text, canonical) in [
            ("razavian16", "razavian16:10"),
            ("razavian16:10.0", "razavian16:10"),
            ("patches", "patches:4"),
            ("patches:03", "patches:3"),
            ("scales:0256", "scales:256"),
        ] {
            assert_eq!(text.parse::<Views>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_with_an_example() {
        let error = |text: &str| text.parse::<Views>().unwrap_err().to_string();
        for text in ["", "centre", "center:1", "flip:", "ten-crop:224", "scales", "razavian", "16"]
        {
            let message = error(text);
            let begin = format!("unknown views `{text}`\nhint: write one of center, flip, ");
            assert!(message.starts_with(&begin), "{message}");
            assert!(
                message.contains("ten-crop, razavian16[:ANGLE], patches[:LEVELS]"),
                "{message}"
            );
        }
        for text in ["0", "-10", "45.1", "nan", "inf", "ten", ""] {
            assert!(
                error(&format!("razavian16:{text}")).contains("as in `razavian16:10`"),
                "{text}"
            );
        }
        for text in ["0", "9", "-1", "2.5", ""] {
            assert!(error(&format!("patches:{text}")).contains("as in `patches:4`"), "{text}");
        }
        for text in ["", "0", "256,", "256,256", "1025", "256;384"] {
            assert!(error(&format!("scales:{text}")).contains("as in `scales:256,384`"), "{text}");
        }
    }
}
