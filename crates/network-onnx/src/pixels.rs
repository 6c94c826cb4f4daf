//! What goes into the model, and how it becomes what the network was trained on.

use onnx::{AttributeProto, FLOAT, GraphBuilder, Length, UINT8};
use schema::{ChannelOrder, Normalization, Resize};
use serde::Deserialize;
use serde_json::Value;

use crate::error::WholeModelError;

/// The longest side of the pixels of a model.
const MAX_SIDE: u32 = 8192;

/// The pixels that a network is given, and their normalization.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PixelInput {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// How bytes become numbers.
    pub normalization: Normalization,
}

/// What a model needs to know of a preset.
#[derive(Deserialize)]
struct RecordedPreset {
    resize: Resize,
    normalization: Normalization,
}

impl PixelInput {
    /// The pixels that a recorded preset makes of an image.
    ///
    /// # Errors
    /// [`WholeModelError::Preprocessing`].
    pub(crate) fn of_preset(preset: &Value) -> Result<Self, WholeModelError> {
        let unclear = |reason: String| WholeModelError::Preprocessing { reason };
        let preset = RecordedPreset::deserialize(preset).map_err(|e| unclear(e.to_string()))?;
        let (width, height) = preset.resize.output_size();
        if ![width, height].iter().all(|side| (1..=MAX_SIDE).contains(side)) {
            return Err(unclear(format!("it makes images of {width}x{height} pixels")));
        }
        let Normalization { scale, std, .. } = preset.normalization;
        if let Some(divisor) = std.iter().chain([&scale]).find(|divisor| **divisor <= 0.0) {
            return Err(unclear(format!("it divides by {divisor}")));
        }
        let normalization = preset.normalization;
        Ok(Self { width: width as usize, height: height as usize, normalization })
    }

    /// Declares the input `pixels`; its name.
    pub fn declare(&self, graph: &mut GraphBuilder<'_>) -> String {
        let [height, width, channels] = [self.height, self.width, 3].map(Length::Known);
        graph.input("pixels", UINT8, &[Length::Batch, height, width, channels])
    }

    /// Adds pixels `[n, height, width, 3]` as numbers `[n, 3, height, width]`, which are to be called `name`. The steps
    /// and their order are those of [`Normalization::apply`]: they decide the last bits.
    pub(crate) fn normalize(&self, graph: &mut GraphBuilder<'_>, pixels: &str, name: &str) {
        let Normalization { channels, scale, mean, std } = self.normalization;
        let to_float = vec![AttributeProto::int("to", FLOAT.into())];
        let mut x = graph.node("Cast", &[pixels], "pixels/float", to_float);
        if channels == ChannelOrder::Bgr {
            let order = graph.integers("pixels/order", &[2, 1, 0]);
            let axis = vec![AttributeProto::int("axis", 3)];
            x = graph.node("Gather", &[&x, &order], "pixels/bgr", axis);
        }
        // Dividing by one and subtracting zero change nothing.
        if scale != 1.0 {
            let scale = graph.constant("pixels/scale", &[], vec![scale]);
            x = graph.node("Div", &[&x, &scale], "pixels/scaled", vec![]);
        }
        if mean != [0.0; 3] {
            let mean = graph.constant("pixels/mean", &[3], mean.to_vec());
            x = graph.node("Sub", &[&x, &mean], "pixels/centered", vec![]);
        }
        if std != [1.0; 3] {
            let std = graph.constant("pixels/std", &[3], std.to_vec());
            x = graph.node("Div", &[&x, &std], "pixels/divided", vec![]);
        }
        let channels_first = vec![AttributeProto::ints("perm", &[0, 3, 1, 2])];
        graph.node("Transpose", &[&x], name, channels_first);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn preset(width: u32, std: f32) -> Value {
        json!({
            "name": "mine",
            "resize": { "squash": { "width": width, "height": 32 } },
            "normalization": { "channels": "rgb", "scale": 255.0, "mean": [0.0, 0.0, 0.0], "std": [1.0, std, 1.0] },
        })
    }

    #[test]
    fn a_preset_that_gives_no_numbers_is_refused() {
        let input = PixelInput::of_preset(&preset(64, 1.0)).unwrap();
        assert_eq!((input.width, input.height, input.normalization.scale), (64, 32, 255.0));
        let refused = |preset: Value| PixelInput::of_preset(&preset).unwrap_err().to_string();
        assert!(refused(preset(0, 1.0)).ends_with("it makes images of 0x32 pixels"));
        assert!(refused(preset(8193, 1.0)).ends_with("8193x32 pixels"));
        assert!(refused(preset(64, 0.0)).ends_with("it divides by 0"));
        assert!(refused(json!({ "name": "keras" })).contains("missing field `resize`"));
    }
}
