//! In what two provenances differ, field by field.

use std::fmt;

use serde_json::Value;

use crate::provenance::Weights;

/// One field in which two provenances differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field's name; that of a field within another one is `outer.inner`.
    pub field: String,
    /// Its value where the comparison started from.
    pub expected: String,
    /// Its value in the other.
    pub found: String,
}

impl Difference {
    /// A field that has one value where the comparison started from, and another in the other.
    pub fn new(field: &str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { field: field.to_owned(), expected: expected.into(), found: found.into() }
    }

    /// Differences as the end of a message: each on a line of its own.
    pub fn lines(differences: &[Self]) -> String {
        differences.iter().map(|difference| format!("\n  {difference}")).collect()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, expected, found } = self;
        write!(f, "{field}: expected `{expected}`, found `{found}`")
    }
}

/// The differences found so far.
#[derive(Default)]
pub(crate) struct Differences(pub(crate) Vec<Difference>);

impl Differences {
    pub(crate) fn compare<T: PartialEq + fmt::Display>(&mut self, field: &str, a: &T, b: &T) {
        if a != b {
            self.0.push(Difference::new(field, a.to_string(), b.to_string()));
        }
    }

    /// Objects with the same keys are compared value by value.
    pub(crate) fn compare_json(&mut self, field: &str, a: &Value, b: &Value) {
        match (a, b) {
            (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
                for (key, a) in a {
                    self.compare_json(&format!("{field}.{key}"), a, &b[key]);
                }
            }
            _ if a != b => self.0.push(Difference::new(field, text(a), text(b))),
            _ => {}
        }
    }

    pub(crate) fn compare_weights(&mut self, a: &Weights, b: &Weights) {
        if a.digest != b.digest {
            let text = |w: &Weights| format!("{} ({})", w.name, w.digest);
            self.0.push(Difference::new("weights", text(a), text(b)));
        }
    }
}

/// A value as people read it: names without quotes, an object with one key as its name and its values.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(object) if object.len() == 1 => {
            let (name, value) = object.iter().next().expect("it has one");
            format!("{name} {}", text(value))
        }
        Value::Object(object) => {
            let fields: Vec<_> = object.iter().map(|(k, v)| format!("{k} {}", text(v))).collect();
            fields.join(", ")
        }
        Value::Array(values) => {
            format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        Value::Number(number) => match number.as_f64() {
            // As it was written, where it was a number of single precision.
            Some(wide) if number.is_f64() && f64::from(wide as f32) == wide => {
                (wide as f32).to_string()
            }
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
