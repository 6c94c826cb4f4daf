//! The weights that torchvision publishes.

use backbone::Backbone;

use super::entry::{Entry, Pin, Source};

/// Whose terms these are: torchvision states none for its weights.
const LICENCE: &str = "not stated (torchvision's code is under BSD 3-Clause)";

/// One of torchvision's files.
struct PublishedFile {
    name: &'static str,
    backbone: &'static str,
    /// The one source. Its name ends with the first eight digits of its SHA-256, which is all that torchvision
    /// publishes. The other 56 were found in public repositories whose authors hashed the file that they had
    /// downloaded, in two or more independent ones for each file, and without a contradiction. For the files
    /// whose digits were not found there, trust begins with the first download.
    sources: &'static [Source],
}

macro_rules! published {
    (@file $name:literal, $backbone:literal, $file:literal, $first:literal, $pin:expr) => {
        PublishedFile {
            name: $name,
            backbone: $backbone,
            sources: &[Source::Url {
                url: concat!("https://download.pytorch.org/models/", $file, "-", $first, ".pth"),
                pin: $pin,
            }],
        }
    };
    ($name:literal, $backbone:literal, $file:literal, $first:literal) => {
        published!(@file $name, $backbone, $file, $first, Pin::FirstDigits($first))
    };
    ($name:literal, $backbone:literal, $file:literal, $first:literal, $rest:literal) => {
        published!(@file $name, $backbone, $file, $first, Pin::Sha256(concat!($first, $rest)))
    };
}

/// `IMAGENET1K_V1` of each network. (The later `V2` of some were trained with other recipes.)
const FILES: [PublishedFile; 16] = [
    published!(
        "alexnet-torchvision",
        "alexnet",
        "alexnet-owt",
        "7be5be79",
        "1159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02"
    ),
    published!(
        "inception-v3-torchvision",
        "inception_v3",
        "inception_v3_google",
        "0cc3c7bd",
        "75056d25e46cba549dc184522069b81e9787eff6df84f397bd52a5ef"
    ),
    published!(
        "mobilenet-v2-torchvision",
        "mobilenet_v2",
        "mobilenet_v2",
        "b0353104",
        "7ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889"
    ),
    published!(
        "resnet101-torchvision",
        "resnet101",
        "resnet101",
        "63fe2227",
        "b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a"
    ),
    published!(
        "resnet152-torchvision",
        "resnet152",
        "resnet152",
        "394f9c45",
        "966e3651a89bbb78a48410a6755854ce4a5ab64927cf1c7247f85e58"
    ),
    published!(
        "resnet18-torchvision",
        "resnet18",
        "resnet18",
        "f37072fd",
        "47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"
    ),
    published!(
        "resnet34-torchvision",
        "resnet34",
        "resnet34",
        "b627a593",
        "bcbe140c234610266fe4f8ae95ea42fc881d091c9b6052e6b1d0590f"
    ),
    published!(
        "resnet50-torchvision",
        "resnet50",
        "resnet50",
        "0676ba61",
        "b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"
    ),
    published!("vgg11-bn-torchvision", "vgg11_bn", "vgg11_bn", "6002323d"),
    published!("vgg11-torchvision", "vgg11", "vgg11", "8a719046"),
    published!("vgg13-bn-torchvision", "vgg13_bn", "vgg13_bn", "abd245e5"),
    published!("vgg13-torchvision", "vgg13", "vgg13", "19584684"),
    published!(
        "vgg16-bn-torchvision",
        "vgg16_bn",
        "vgg16_bn",
        "6c64b313",
        "8f2f4fcb3bcc4cafde11619c4f440eb1631787e93a682fd88305888a"
    ),
    published!(
        "vgg16-torchvision",
        "vgg16",
        "vgg16",
        "397923af",
        "8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0"
    ),
    published!(
        "vgg19-bn-torchvision",
        "vgg19_bn",
        "vgg19_bn",
        "c79401a0",
        "cf3cb42714e4182f5868c7a6f4f4534f5df9e956e2bb2098de41cbb6"
    ),
    published!(
        "vgg19-torchvision",
        "vgg19",
        "vgg19",
        "dcbb9e9d",
        "ad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44"
    ),
];

/// An entry for each file.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    FILES.into_iter().map(|PublishedFile { name, backbone, sources }| {
        let backbone = Backbone::named(backbone).expect("the table is of known backbones");
        let preset = backbone.preset.clone();
        Entry { name, backbone, preset, licence: LICENCE, digest: None, sources }
    })
}
