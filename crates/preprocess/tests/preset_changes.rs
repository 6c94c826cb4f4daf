use preprocess::{
    ChannelOrder, ExifOrientation, Filter, Preset, PresetChangeError, PresetChanges, Resize,
};

fn changed(name: &str, changes: PresetChanges) -> Result<Preset, PresetChangeError> {
    changes.apply(Preset::named(name).unwrap())
}

fn resize(name: &str, changes: PresetChanges) -> Resize {
    changed(name, changes).unwrap().resize
}

#[test]
fn without_changes_a_preset_stays_as_it_is() {
    for name in Preset::names() {
        assert_eq!(changed(name, PresetChanges::default()).unwrap(), Preset::named(name).unwrap());
    }
}

#[test]
fn every_field_can_be_replaced_alone_and_shows_in_the_provenance() {
    let nothing = PresetChanges::default();
    let changes = [
        PresetChanges { shorter_side: Some(300), ..nothing },
        PresetChanges { crop: Some((200, 100)), ..nothing },
        PresetChanges { squash: Some((64, 32)), ..nothing },
        PresetChanges { filter: Some(Filter::Lanczos), ..nothing },
        PresetChanges { channels: Some(ChannelOrder::Bgr), ..nothing },
        PresetChanges { scale: Some(1.0), ..nothing },
        PresetChanges { mean: Some([1.0, 2.0, 3.0]), ..nothing },
        PresetChanges { std: Some([1.0, 2.0, 3.0]), ..nothing },
        PresetChanges { exif_orientation: Some(ExifOrientation::Applied), ..nothing },
    ];
    let written =
        |changes| serde_json::to_string(&changed("torchvision", changes).unwrap()).unwrap();
    let mut seen = vec![written(nothing)];
    for change in changes {
        let text = written(change);
        assert!(!seen.contains(&text), "{change:?} does not show");
        assert!(text.contains("\"name\":\"torchvision\""), "{text}");
        seen.push(text);
    }
}

#[test]
fn sizes_replace_each_other_where_the_preset_has_the_rest() {
    let nothing = PresetChanges::default();
    let torchvision = resize("torchvision", PresetChanges { crop: Some((192, 160)), ..nothing });
    let expected = Resize::ShorterSide { length: 256, crop_width: 192, crop_height: 160 };
    assert_eq!(torchvision, expected);
    let both = PresetChanges { shorter_side: Some(64), crop: Some((64, 64)), ..nothing };
    let expected = Resize::ShorterSide { length: 64, crop_width: 64, crop_height: 64 };
    assert_eq!(resize("keras", both), expected);
    let squash = PresetChanges { squash: Some((7, 9)), ..nothing };
    assert_eq!(resize("torchvision", squash), Resize::Squash { width: 7, height: 9 });
}

#[test]
fn what_makes_no_preset_is_refused() {
    let nothing = PresetChanges::default();
    for (name, changes, message) in [
        ("keras", PresetChanges { crop: Some((224, 224)), ..nothing }, "has no shorter side"),
        ("keras", PresetChanges { shorter_side: Some(256), ..nothing }, "has no crop"),
        (
            "torchvision",
            PresetChanges { crop: Some((9, 9)), squash: Some((9, 9)), ..nothing },
            "either squashed, or scaled and cropped",
        ),
        ("torchvision", PresetChanges { crop: Some((9, 257)), ..nothing }, "9x257 does not fit"),
        ("torchvision", PresetChanges { shorter_side: Some(223), ..nothing }, "side of 223"),
        ("torchvision", PresetChanges { squash: Some((0, 9)), ..nothing }, "at least one pixel"),
        ("torchvision", PresetChanges { crop: Some((9, 0)), ..nothing }, "at least one pixel"),
        ("torchvision", PresetChanges { scale: Some(0.0), ..nothing }, "`0` cannot be the scale"),
        (
            "torchvision",
            PresetChanges { std: Some([1.0, f32::NAN, 1.0]), ..nothing },
            "`NaN` cannot be the deviation",
        ),
        (
            "torchvision",
            PresetChanges { mean: Some([f32::INFINITY; 3]), ..nothing },
            "`inf` cannot be the mean",
        ),
    ] {
        let error = changed(name, changes).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}
