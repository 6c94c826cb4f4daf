//! Class weights by name, as head files keep them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use heads::ClassWeight;
use table::{ListError, quoted, split_list};

use crate::json_as_text::json_as_text;

/// Weights that multiply C for the rows of each class.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ClassWeights {
    /// 1 for every class.
    #[default]
    None,
    /// `n / (n_classes * rows of the class)`, as scikit-learn's `balanced`.
    Balanced,
    /// Weights of the classes named; 1 for the others.
    Named(BTreeMap<String, f64>),
}

/// Why a text or a name is no class weight.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ClassWeightsError {
    /// Not of the form `NAME=WEIGHT`.
    #[error(
        "`{0}` is not `NAME=WEIGHT`\nhint: `none`, `balanced`, or a list such as `cat=2,dog=0.5`; a name with a \
         comma stands in double quotes"
    )]
    Syntax(String),
    /// A quote that is never closed.
    #[error(transparent)]
    Quotes(#[from] ListError),
    /// A weight that is not positive and finite.
    #[error("the weight of class `{class}` must be positive and finite, got `{got}`")]
    NotPositive {
        /// The class.
        class: String,
        /// What stands after `=`.
        got: String,
    },
    /// One class has two weights.
    #[error("class `{0}` has two weights")]
    Twice(String),
    /// No training row has this class.
    #[error("there is no class `{class}` to weigh (classes: {})", known.join(", "))]
    UnknownClass {
        /// The class named.
        class: String,
        /// The classes there are.
        known: Vec<String>,
    },
}

impl ClassWeights {
    /// The weights for `classes`, in their order.
    ///
    /// # Errors
    /// [`ClassWeightsError::UnknownClass`] for a name that is not among them.
    pub fn for_classes(&self, classes: &[String]) -> Result<ClassWeight, ClassWeightsError> {
        match self {
            Self::None => Ok(ClassWeight::Uniform),
            Self::Balanced => Ok(ClassWeight::Balanced),
            Self::Named(weights) => {
                if let Some(class) = weights.keys().find(|class| !classes.contains(class)) {
                    let (class, known) = (class.clone(), classes.to_vec());
                    return Err(ClassWeightsError::UnknownClass { class, known });
                }
                let weight = |class| weights.get(class).copied().unwrap_or(1.0);
                Ok(ClassWeight::Given(classes.iter().map(weight).collect()))
            }
        }
    }
}

impl FromStr for ClassWeights {
    type Err = ClassWeightsError;

    fn from_str(text: &str) -> Result<Self, ClassWeightsError> {
        match text {
            "none" => return Ok(Self::None),
            "balanced" => return Ok(Self::Balanced),
            _ => {}
        }
        let mut weights = BTreeMap::new();
        for part in split_list(text)? {
            // The last `=`, since a class name may hold one.
            let (class, weight) =
                part.rsplit_once('=').ok_or_else(|| ClassWeightsError::Syntax(part.clone()))?;
            let class = class.to_owned();
            let weight = match weight.parse::<f64>() {
                Ok(number) if number.is_finite() && number > 0.0 => number,
                _ => return Err(ClassWeightsError::NotPositive { class, got: weight.to_owned() }),
            };
            if weights.insert(class.clone(), weight).is_some() {
                return Err(ClassWeightsError::Twice(class));
            }
        }
        Ok(Self::Named(weights))
    }
}

impl fmt::Display for ClassWeights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Balanced => f.write_str("balanced"),
            Self::Named(weights) => {
                let parts: Vec<_> =
                    weights.iter().map(|(class, w)| format!("{}={w}", quoted(class))).collect();
                f.write_str(&parts.join(","))
            }
        }
    }
}

json_as_text!(ClassWeights);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_weights_and_others_1() {
        let weights: ClassWeights = "dog=2,a=b=0.5".parse().unwrap();
        let classes = ["a=b", "cat", "dog"].map(str::to_owned);
        assert_eq!(weights.for_classes(&classes), Ok(ClassWeight::Given(vec![0.5, 1.0, 2.0])));
        assert_eq!(weights.to_string(), "a=b=0.5,dog=2");
        assert_eq!("balanced".parse(), Ok(ClassWeights::Balanced));
        assert_eq!("none".parse(), Ok(ClassWeights::None));
    }

    #[test]
    fn a_name_with_a_comma_stands_in_quotes() {
        let text = "\"cat, black=2";
        assert!(matches!(text.parse::<ClassWeights>(), Err(ClassWeightsError::Quotes(_))));
        for text in [r#""cat, ""black"""=2,dog=0.5"#, r#""cat, ""black""=2",dog=0.5"#] {
            let weights: ClassWeights = text.parse().unwrap();
            let classes = ["cat, \"black\"", "dog"].map(str::to_owned);
            assert_eq!(weights.for_classes(&classes), Ok(ClassWeight::Given(vec![2.0, 0.5])));
            assert_eq!(weights.to_string().parse(), Ok(weights));
        }
    }

    #[test]
    fn every_mistake_has_its_error() {
        let error = |text: &str| text.parse::<ClassWeights>().unwrap_err();
        assert_eq!(error("cat"), ClassWeightsError::Syntax("cat".into()));
        for got in ["0", "-1", "inf", "x"] {
            let refused = ClassWeightsError::NotPositive { class: "cat".into(), got: got.into() };
            assert_eq!(error(&format!("cat={got}")), refused);
        }
        assert_eq!(error("cat=1,cat=2").to_string(), "class `cat` has two weights");
        let unknown = "bird=1".parse::<ClassWeights>().unwrap().for_classes(&["cat".into()]);
        assert!(matches!(unknown, Err(ClassWeightsError::UnknownClass { .. })));
    }
}
