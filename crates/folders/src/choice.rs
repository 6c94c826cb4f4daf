//! What a user says of the folders: which are splits, and which name the classes.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schema::Split;
use thiserror::Error;

/// Which folders are splits. Written `none`, `top`, `class`, or `FOLDER=SPLIT,...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitFolders {
    /// No folder is a split, whatever its name.
    None,
    /// Folders on top that are named like splits; others on top are none.
    Top,
    /// Folders named like splits in each class folder.
    BelowClasses,
    /// The folders of these names, on top or in each class folder, or at these paths.
    Given(BTreeMap<String, Split>),
}

/// Which folder of a path names the class. Written `depth=N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassDepth(pub usize);

/// What a user says of the folders of a tree. What is not said is told by the folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderOptions {
    /// Which folders are splits.
    pub splits: Option<SplitFolders>,
    /// Which folder of a path names the class.
    pub classes: Option<ClassDepth>,
}

/// What leads to one of several readings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// To say which folders are splits.
    Splits(SplitFolders),
    /// To say which folder names the class.
    Classes(ClassDepth),
    /// To read this folder alone, relative to the root.
    Folder(String),
}

/// A text that does not say which folders are splits, or name classes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{text}` is not understood: expected {expected}")]
pub struct ChoiceError {
    text: String,
    expected: &'static str,
}

impl FromStr for SplitFolders {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, ChoiceError> {
        let expected = "`none`, `top`, `class`, or FOLDER=SPLIT,... with train, validation, test or none for SPLIT";
        let error = || ChoiceError { text: text.to_owned(), expected };
        match text {
            "none" => return Ok(Self::None),
            "top" => return Ok(Self::Top),
            "class" => return Ok(Self::BelowClasses),
            _ => {}
        }
        let mut given = BTreeMap::new();
        for pair in text.split(',') {
            let (folder, split) = pair.rsplit_once('=').ok_or_else(error)?;
            let split = match split {
                "none" => Split::None,
                name => Split::named(name).ok_or_else(error)?,
            };
            let folder = folder.trim_matches('/');
            if folder.is_empty() || given.insert(folder.to_owned(), split).is_some() {
                return Err(error());
            }
        }
        Ok(Self::Given(given))
    }
}

impl fmt::Display for SplitFolders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Top => f.write_str("top"),
            Self::BelowClasses => f.write_str("class"),
            Self::Given(given) => {
                let pair =
                    |(folder, split): (&String, &Split)| format!("{folder}={}", split.name());
                f.write_str(&given.iter().map(pair).collect::<Vec<_>>().join(","))
            }
        }
    }
}

impl FromStr for ClassDepth {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, ChoiceError> {
        let expected = "`depth=N`, where folder N of each path, from 1 on, names the class";
        let depth = text.strip_prefix("depth=").and_then(|depth| depth.parse().ok());
        let depth = depth.filter(|depth| *depth > 0).map(Self);
        depth.ok_or_else(|| ChoiceError { text: text.to_owned(), expected })
    }
}

impl fmt::Display for ClassDepth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "depth={}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["none", "top", "class", "a=train,b/c=none,d=e=validation"] {
            assert_eq!(text.parse::<SplitFolders>().unwrap().to_string(), text);
        }
        let given: SplitFolders = "./trn/=Train,x=val".trim_start_matches("./").parse().unwrap();
        assert_eq!(given.to_string(), "trn=train,x=validation");
        assert_eq!("depth=3".parse::<ClassDepth>().unwrap().to_string(), "depth=3");
    }

    #[test]
    fn what_is_not_understood_is_answered_with_what_is_expected() {
        for text in ["", "Top", "a", "a=", "=train", "a=b", "a=train,", "a=train,a=test", "/=test"]
        {
            let error = text.parse::<SplitFolders>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{text}` is not understood: ")), "{error}");
            assert!(error.contains("FOLDER=SPLIT"), "{text}: {error}");
        }
        for text in ["", "2", "depth=0", "depth=", "depth=-1", "depth=a"] {
            assert!(
                text.parse::<ClassDepth>().unwrap_err().to_string().contains("depth=N"),
                "{text}"
            );
        }
    }
}
