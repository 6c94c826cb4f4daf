//! The options behind the name of a source: `NAME:OPTION,KEY=VALUE`.

use std::collections::BTreeMap;
use std::str::FromStr;

use table::{ListError, split_list};
use thiserror::Error;

/// Why a text names no source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// No such data set.
    #[error("there is no source `{name}`\nhint: known are {}", known.join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// No such option.
    #[error(
        "the source `{source_name}` has no option `{option}`\nhint: {}",
        if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) }
    )]
    UnknownOption {
        /// The source.
        source_name: &'static str,
        /// The option asked for.
        option: String,
        /// The options that it has.
        known: Vec<&'static str>,
    },
    /// Options with a quote that is never closed.
    #[error(transparent)]
    Quotes(#[from] ListError),
    /// An option with another kind of value, or twice.
    #[error(
        "the option `{option}` of the source `{source_name}` is wrong\nhint: expected {expected}"
    )]
    Value {
        /// The source.
        source_name: &'static str,
        /// The option as it was written.
        option: String,
        /// What is expected.
        expected: String,
    },
}

/// Options as they were written, taken one by one.
pub(crate) struct Options {
    source: &'static str,
    known: Vec<&'static str>,
    values: BTreeMap<String, Option<String>>,
}

impl Options {
    /// The options in `text`, separated by commas; what has a comma in it stands in double quotes.
    pub(crate) fn parse(source: &'static str, text: &str) -> Result<Self, SourceError> {
        let mut values = BTreeMap::new();
        for option in split_list(text)?.into_iter().filter(|option| !option.is_empty()) {
            let (key, value) = match option.split_once('=') {
                Some((key, value)) => (key, Some(value.to_owned())),
                None => (option.as_str(), None),
            };
            if values.insert(key.to_owned(), value).is_some() {
                let expected = format!("`{key}` once");
                return Err(SourceError::Value { source_name: source, option, expected });
            }
        }
        Ok(Self { source, known: Vec::new(), values })
    }

    /// The value of `key`, parsed; `None` when it is not given.
    pub(crate) fn value<T: FromStr>(
        &mut self,
        key: &'static str,
        expected: &str,
    ) -> Result<Option<T>, SourceError> {
        self.known.push(key);
        let Some(value) = self.values.remove(key) else { return Ok(None) };
        let parsed = value.as_deref().and_then(|value| value.parse().ok());
        let wrong = || {
            let value = value.as_deref();
            let option = value.map_or_else(|| key.to_owned(), |value| format!("{key}={value}"));
            let expected = format!("`{key}=` and {expected}");
            SourceError::Value { source_name: self.source, option, expected }
        };
        parsed.map(Some).ok_or_else(wrong)
    }

    /// That of the `choices` whose name is given as an option; `None` when none is.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        choices: &[(&'static str, T)],
    ) -> Result<Option<T>, SourceError> {
        self.known.extend(choices.iter().map(|(name, _)| name));
        let mut chosen = None;
        for &(name, choice) in choices {
            let Some(value) = self.values.remove(name) else { continue };
            if value.is_some() || chosen.replace(choice).is_some() {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                let expected = format!("one of {}", names.join(", "));
                let option = name.to_owned();
                return Err(SourceError::Value { source_name: self.source, option, expected });
            }
        }
        Ok(chosen)
    }

    /// Refuses what was not taken.
    pub(crate) fn finish(self) -> Result<(), SourceError> {
        match self.values.keys().next() {
            None => Ok(()),
            Some(option) => Err(SourceError::UnknownOption {
                source_name: self.source,
                option: option.clone(),
                known: self.known,
            }),
        }
    }
}
