//! The presets that backbones name are there.

use backbone::backbones;
use preprocess::Preset;

#[test]
fn the_preset_of_every_backbone_gives_images_of_its_size() {
    for backbone in backbones() {
        let preset = Preset::named(&backbone.preset).unwrap();
        let side = u32::try_from(backbone.side).unwrap();
        assert_eq!((&preset.name[..], preset.output_size()), (&backbone.preset[..], (side, side)));
    }
}
