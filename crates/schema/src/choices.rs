//! What was chosen as features were made.

use serde_json::Value;

use crate::difference::Difference;
use crate::provenance::{Provenance, TapProvenance};
use crate::views::{unboxed_views, views_are_boxed};

/// What nobody has to choose.
const DEFAULTS: [(&str, &str); 4] =
    [("exif-orientation", "ignore"), ("views", "center"), ("precision", "f32"), ("dtype", "f32")];

/// Something that was chosen as features were made, in the words of those who choose it: `extract run` has an option
/// of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The field of the provenance that it decides, named as in a [`Difference`].
    pub field: &'static str,
    /// Name of the choice.
    pub name: &'static str,
    /// What was chosen; empty where the name alone says it.
    pub value: String,
    /// Whether it is so unless somebody chooses otherwise.
    pub is_default: bool,
}

impl Choice {
    /// Whether it decides the field of `difference`, or one that this is a part of.
    pub fn decides(&self, difference: &Difference) -> bool {
        let Difference { field, .. } = difference;
        let within = field.strip_prefix(self.field);
        within.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            || (self.name == "tap" && field == "tap")
    }
}

impl Provenance {
    /// All that was chosen. Choosing the same again makes features of this provenance, in the same version
    /// of the program.
    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        let mut choose = |field, name, value: &str| {
            let is_default = DEFAULTS.contains(&(name, value));
            choices.push(Choice { field, name, value: value.to_owned(), is_default });
        };
        choose("backbone", "backbone", &self.backbone);
        choose("weights", "weights", &self.weights.name);
        self.taps.iter().for_each(|tap| choose("taps", "tap", tap));
        preprocessing(&self.preprocessing, &mut choose);
        if views_are_boxed(&self.views) {
            choose("views", "crop-box", "");
        }
        choose("views", "views", unboxed_views(&self.views));
        // A cache that rows of several engines share names all of them, and none can be chosen.
        if !self.engine.contains('+') {
            let precise = self.engine.rsplit_once(':');
            let (engine, precision) = precise
                .filter(|(_, precision)| ["f16", "bf16"].contains(precision))
                .unwrap_or((&self.engine, "f32"));
            choose("engine", "engine", engine);
            choose("engine", "precision", precision);
        }
        choose("dtype", "dtype", &self.dtype.to_string());
        choices
    }
}

impl TapProvenance {
    /// As [`Provenance::choices`].
    pub fn choices(&self) -> Vec<Choice> {
        let Self { backbone, weights, tap, preprocessing, views, engine, dtype } = self.clone();
        let taps = vec![tap];
        Provenance { backbone, weights, taps, preprocessing, views, engine, dtype }.choices()
    }
}

/// The choices in the JSON form of the `preprocess` crate. What is not understood is left out.
fn preprocessing(recipe: &Value, choose: &mut impl FnMut(&'static str, &'static str, &str)) {
    let side = |value: &Value| value.as_u64().unwrap_or_default();
    if let Some(preset) = recipe["name"].as_str() {
        choose("preprocessing.name", "preset", preset);
    }
    let resize = &recipe["resize"];
    if let squash @ Value::Object(_) = &resize["squash"] {
        let size = format!("{}x{}", side(&squash["width"]), side(&squash["height"]));
        choose("preprocessing.resize", "squash", &size);
    }
    if let scaled @ Value::Object(_) = &resize["shorter_side"] {
        choose("preprocessing.resize", "resize", &side(&scaled["length"]).to_string());
        let size = format!("{}x{}", side(&scaled["crop_width"]), side(&scaled["crop_height"]));
        choose("preprocessing.resize", "crop", &size);
    }
    if let Some(filter) = recipe["filter"].as_str() {
        choose("preprocessing.filter", "filter", filter);
    }
    let normalization = &recipe["normalization"];
    if let Some(channels) = normalization["channels"].as_str() {
        choose("preprocessing.normalization.channels", "channels", channels);
    }
    for (field, name) in [
        ("preprocessing.normalization.scale", "scale"),
        ("preprocessing.normalization.mean", "mean"),
        ("preprocessing.normalization.std", "std"),
    ] {
        if let Some(numbers) = numbers(&normalization[name]) {
            choose(field, name, &numbers);
        }
    }
    let exif_orientation = match recipe["decoding"]["exif_orientation"].as_str() {
        Some("applied") => "apply",
        _ => "ignore",
    };
    choose("preprocessing.decoding.exif_orientation", "exif-orientation", exif_orientation);
}

/// A number, or several, in single precision, as they were chosen.
fn numbers(value: &Value) -> Option<String> {
    let number = |value: &Value| Some((value.as_f64()? as f32).to_string());
    match value {
        Value::Array(values) => {
            Some(values.iter().map(number).collect::<Option<Vec<_>>>()?.join(","))
        }
        value => number(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provenance::Weights;
    use crate::tap::Dtype;

    fn provenance() -> Provenance {
        let mean = [103.939_f32, 116.779, 123.68];
        Provenance {
            backbone: "vgg16".to_owned(),
            weights: Weights { name: "w".to_owned(), digest: "89".to_owned() },
            taps: vec!["a:gap".to_owned(), "b:max".to_owned()],
            preprocessing: json!({
                "name": "keras",
                "decoding": { "alpha": "white", "exif_orientation": "applied" },
                "resize": { "shorter_side": { "length": 64, "crop_width": 48, "crop_height": 32 } },
                "filter": "bicubic",
                "normalization": { "channels": "bgr", "scale": 1.0, "mean": mean, "std": [1.0, 1.0, 1.0] },
            }),
            views: "box, flip".to_owned(),
            engine: "libtorch:f16".to_owned(),
            dtype: Dtype::F16,
        }
    }

    fn words(provenance: &Provenance) -> String {
        let word = |choice: &Choice| format!("{} {}", choice.name, choice.value).trim().to_owned();
        let choices = provenance.choices();
        choices.iter().filter(|choice| !choice.is_default).map(word).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn everything_that_can_be_chosen_is_said_but_what_is_so_anyway() {
        assert_eq!(
            words(&provenance()),
            "backbone vgg16; weights w; tap a:gap; tap b:max; preset keras; resize 64; crop 48x32; filter bicubic; \
             channels bgr; scale 1; mean 103.939,116.779,123.68; std 1,1,1; exif-orientation apply; crop-box; \
             views flip; engine libtorch; precision f16; dtype f16"
        );
        let plain = Provenance {
            taps: vec!["a:gap".to_owned()],
            preprocessing: json!({ "name": "squash", "resize": { "squash": { "width": 8, "height": 9 } } }),
            views: "center".to_owned(),
            engine: "libtorch + winograd".to_owned(),
            dtype: Dtype::F32,
            ..provenance()
        };
        assert_eq!(
            words(&plain),
            "backbone vgg16; weights w; tap a:gap; preset squash; squash 8x9"
        );
    }

    #[test]
    fn each_difference_has_the_field_of_a_choice() {
        let mut other = provenance();
        other.preprocessing["filter"] = "nearest".into();
        other.preprocessing["normalization"]["mean"] = json!([0.0, 0.0, 0.5]);
        other.preprocessing["resize"] = json!({ "squash": { "width": 64, "height": 64 } });
        other.preprocessing["decoding"]["alpha"] = "black".into();
        let told: Vec<String> =
            provenance().differences(&other).iter().map(ToString::to_string).collect();
        assert_eq!(told[0], "preprocessing.decoding.alpha: expected `white`, found `black`");
        assert_eq!(told[1], "preprocessing.filter: expected `bicubic`, found `nearest`");
        assert!(
            told[2].starts_with("preprocessing.normalization.mean: expected `[103.939, 116.779"),
            "{told:?}"
        );
        assert_eq!(
            told[3],
            "preprocessing.resize: expected `shorter_side crop_height 32, crop_width 48, length 64`, \
             found `squash height 64, width 64`"
        );
        let fields: Vec<_> = other.choices().iter().map(|choice| choice.field).collect();
        for field in ["filter", "normalization.mean", "resize"] {
            assert!(fields.contains(&format!("preprocessing.{field}").as_str()));
        }
    }
}
