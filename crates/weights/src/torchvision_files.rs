//! The weights that torchvision publishes.

use backbone::Backbone;

use super::entry::{Entry, Source};

/// Whose terms these are: torchvision states none for its weights.
const LICENCE: &str = "not stated (torchvision's code is under BSD 3-Clause)";

/// One of torchvision's files.
struct PublishedFile {
    name: &'static str,
    backbone: &'static str,
    /// The one source. A file's name ends with the first eight digits of its SHA-256, which
    /// `torch.hub` checks, too; more of it, and the digest of the tensors, are not known to us.
    sources: &'static [Source],
}

macro_rules! published {
    ($name:literal, $backbone:literal, $file:literal, $sha256:literal) => {
        PublishedFile {
            name: $name,
            backbone: $backbone,
            sources: &[Source::Url {
                url: concat!("https://download.pytorch.org/models/", $file, "-", $sha256, ".pth"),
                sha256: Some($sha256),
            }],
        }
    };
}

/// `IMAGENET1K_V1` of each network. (The later `V2` of some were trained with other recipes.)
const FILES: [PublishedFile; 16] = [
    published!("alexnet-torchvision", "alexnet", "alexnet-owt", "7be5be79"),
    published!("inception-v3-torchvision", "inception_v3", "inception_v3_google", "0cc3c7bd"),
    published!("mobilenet-v2-torchvision", "mobilenet_v2", "mobilenet_v2", "b0353104"),
    published!("resnet101-torchvision", "resnet101", "resnet101", "63fe2227"),
    published!("resnet152-torchvision", "resnet152", "resnet152", "394f9c45"),
    published!("resnet18-torchvision", "resnet18", "resnet18", "f37072fd"),
    published!("resnet34-torchvision", "resnet34", "resnet34", "b627a593"),
    published!("resnet50-torchvision", "resnet50", "resnet50", "0676ba61"),
    published!("vgg11-bn-torchvision", "vgg11_bn", "vgg11_bn", "6002323d"),
    published!("vgg11-torchvision", "vgg11", "vgg11", "8a719046"),
    published!("vgg13-bn-torchvision", "vgg13_bn", "vgg13_bn", "abd245e5"),
    published!("vgg13-torchvision", "vgg13", "vgg13", "19584684"),
    published!("vgg16-bn-torchvision", "vgg16_bn", "vgg16_bn", "6c64b313"),
    published!("vgg16-torchvision", "vgg16", "vgg16", "397923af"),
    published!("vgg19-bn-torchvision", "vgg19_bn", "vgg19_bn", "c79401a0"),
    published!("vgg19-torchvision", "vgg19", "vgg19", "dcbb9e9d"),
];

/// An entry for each file.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    FILES.into_iter().map(|PublishedFile { name, backbone, sources }| {
        let backbone = Backbone::named(backbone).expect("the table is of known backbones");
        let preset = backbone.preset.clone();
        Entry { name, backbone, preset, licence: LICENCE, digest: None, sources }
    })
}
