//! The layouts that published data sets have on disk, one file each. Every one reads what its archives
//! hold when they are unpacked, and gives a [`Manifest`](crate::Manifest).

mod attributes;
mod buildings;
mod caltech;
mod cifar;
mod class_names;
mod coco;
mod csv;
mod cub200;
mod flowers102;
mod holidays;
mod idx;
mod imagenet;
mod listing;
mod mit67;
mod open_images;
mod table;
mod ukbench;
mod voc;

pub(crate) use self::attributes::{Ignored, Zero, attributes};
pub(crate) use self::buildings::{Buildings, oxford5k, paris6k};
pub(crate) use self::caltech::{Caltech, CaltechSet, caltech};
pub(crate) use self::cifar::{CifarLabels, cifar10, cifar100};
pub(crate) use self::coco::{Coco, coco};
pub(crate) use self::csv::{Between, LabelColumns, csv};
pub(crate) use self::cub200::{Cub200, cub200};
pub(crate) use self::flowers102::{FlowerSplits, flowers102};
pub(crate) use self::holidays::holidays;
pub(crate) use self::idx::{IdxSet, idx};
pub(crate) use self::imagenet::imagenet;
pub(crate) use self::listing::CsvFile;
pub(crate) use self::mit67::mit67;
pub(crate) use self::open_images::open_images;
pub(crate) use self::ukbench::ukbench;
pub(crate) use self::voc::voc;
