//! The layouts that a manifest can be read from, by name.

mod roots;
mod table_options;
mod values;

use std::path::Path;
use std::str::FromStr;
use std::{fmt, iter};

use folders::FolderOptions;

use self::roots::found_root;
use self::table_options::{csv_file, label_columns};
use self::values::{AtLeastOne, Background, TestCount, Year};
use crate::enlargement::Enlargement;
use crate::folder::read_folder;
use crate::layout_error::LayoutError;
use crate::layouts::*;
use crate::manifest::Manifest;
use crate::published::Published;
use crate::source_options::{Options, SourceError};
use crate::store::LocalFolder;

/// A layout of images on disk, and how it is read. Written `NAME`, or `NAME:OPTION,KEY=VALUE`;
/// [`Source::HELP`] lists what there is.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    layout: Layout,
    /// As it was written.
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Layout {
    Folder(FolderOptions),
    Csv(CsvFile, LabelColumns),
    Attributes(CsvFile, Option<Zero>, Ignored),
    Voc(u32),
    Mit67,
    Flowers102(FlowerSplits),
    Cub200(Cub200),
    Caltech(CaltechSet, Caltech),
    Oxford5k(Buildings),
    Paris6k(Buildings),
    Holidays,
    Ukbench,
    Idx(IdxSet),
    Cifar10,
    Cifar100(CifarLabels),
    ImageNet,
    Coco(Coco),
    OpenImages,
}

/// Names of all sources.
const KNOWN: [&str; 24] = [
    "folder",
    "csv",
    "attributes",
    "voc2007",
    "voc2008",
    "voc2009",
    "voc2010",
    "voc2011",
    "voc2012",
    "mit67",
    "flowers102",
    "cub200",
    "caltech101",
    "caltech256",
    "oxford5k",
    "paris6k",
    "holidays",
    "ukbench",
    "idx",
    "cifar10",
    "cifar100",
    "imagenet",
    "coco",
    "open-images",
];

impl Source {
    /// Every source with its options and defaults, for people: a line each, options indented.
    pub const HELP: &str = "\
folder        a folder a class, in splits (train, val, test and the like) or not
csv           a table: columns path; label, or labels (a;b;?c, and c is neither
              present nor absent); split; x, y, width, height or x1, y1, x2, y2
                file=NAME [samples.csv]  box=ENLARGEMENT [1]
                path=COLUMN  label=COLUMN  labels=COLUMN  split=COLUMN (other
                names of the columns)  unlabelled (there is no label)
                ext=.EXT (added to paths)  folder=FOLDER (put before them)
                root=FOLDER (that absolute paths begin with)
                between=semicolon|bar|comma|space|list (of labels in a cell)
                separator=comma|semicolon|tab|bar (of columns)
                noheader (columns are called 1, 2, 3 ...)
attributes    a table: path, split, box and options as for csv, and a column an
              attribute: 1, -1, and nothing where it is not known
                file=NAME [attributes.csv]
                zero=absent|unknown (what 0 is where there is no -1)
                ignore=COLUMN (that is no attribute; several in quotes)
voc2007       PASCAL VOC, multi-label, and voc2008 to voc2012
mit67         MIT indoor scenes: the two lists, and nothing else
flowers102    Oxford flowers
                official (train 1020, validation 1020, test 6149) [default]
                trainval (train and validation are trained on)
                swapped (test is trained on, train tested on)
cub200        Caltech-UCSD birds 2011, with boxes
                box=ENLARGEMENT [1]
caltech101    random split by seed
                train=N [30]  test=N|all [50]  seed=N [0]
                background=in|out [in]
caltech256    random split by seed
                train=N [60]  test=N|all [all]  seed=N [0]
                background=in|out [out]
oxford5k      Oxford buildings, with queries; and paris6k, without its 20
              corrupt files
                gt=FOLDER [the one with *_query.txt]
                queries (the samples are the boxes of the queries, to search
                for what they show)
holidays      INRIA Holidays, with queries
ukbench       UKBench, with queries
idx           MNIST, Fashion-MNIST, EMNIST (turned upright): IDX files, packed
              (.gz) or not
                set=NAME, such as emnist-letters [the only one]
                names=fashion-mnist|FILE (a name a line, from label 0 on)
cifar10       the binary version
cifar100      the binary version
                fine [default]  coarse
imagenet      ILSVRC: train/SYNSET and val, and LOC_synset_mapping.txt or
              synset_words.txt
coco          MS COCO, multi-label
                year=2014|2017 [2017]
open-images   Open Images, multi-label, verified labels of boxable classes

ENLARGEMENT is a factor for the sides of each box (1.5), or a surplus (+150%,
which is 2.5).";

    /// A folder a class: what is read when nothing is said.
    pub fn folder() -> Self {
        Self::folder_as(FolderOptions::default())
    }

    /// A folder a class, as far as is said which folders are classes and splits.
    pub fn folder_as(options: FolderOptions) -> Self {
        let FolderOptions { splits, classes } = &options;
        let splits = splits.iter().map(|splits| format!("splits {splits}"));
        let classes = classes.iter().map(|classes| format!("classes {classes}"));
        let text = iter::once("folder".to_owned()).chain(splits).chain(classes);
        let text = text.collect::<Vec<_>>().join(", ");
        Self { layout: Layout::Folder(options), text }
    }

    /// Whether it is a folder a class.
    pub fn is_folder(&self) -> bool {
        matches!(self.layout, Layout::Folder(_))
    }

    /// Reads the list of samples below `root`. A published data set is found a level or two above or below
    /// it, too, which is a note of the manifest.
    ///
    /// # Errors
    /// [`LayoutError`], which names the file at fault, what it should be, and where it comes from.
    pub fn read(&self, root: &Path) -> Result<Manifest, LayoutError> {
        let (root, note) = found_root(root, &self.layout.markers())?;
        let mut manifest = self.read_at(&root)?;
        manifest.notes.extend(note);
        Ok(manifest)
    }

    fn read_at(&self, root: &Path) -> Result<Manifest, LayoutError> {
        let store = LocalFolder { root };
        let set = |origin| Published::new(&store, origin);
        match &self.layout {
            Layout::Folder(options) => Ok(read_folder(&store, options)?),
            Layout::Csv(file, labels) => csv(set(CSV_COLUMNS)?, file, labels),
            Layout::Attributes(file, zero, ignored) => {
                attributes(set(ATTRIBUTE_COLUMNS)?, file, *zero, ignored)
            }
            Layout::Voc(year) => voc(set(voc_archives(*year))?, *year),
            Layout::Mit67 => mit67(set("the images are in indoorCVPR_09.tar")?),
            Layout::Flowers102(splits) => flowers102(
                set(
                    "the images are in 102flowers.tgz; imagelabels.mat and setid.mat lie beside it",
                )?,
                *splits,
            ),
            Layout::Cub200(options) => cub200(set("it is in CUB_200_2011.tgz")?, *options),
            Layout::Caltech(which, options) => {
                let origin = match which {
                    CaltechSet::Caltech101 => "it is in 101_ObjectCategories.tar.gz",
                    CaltechSet::Caltech256 => "it is in 256_ObjectCategories.tar",
                };
                caltech(set(origin)?, *which, *options)
            }
            Layout::Oxford5k(options) => {
                oxford5k(set("the images are in oxbuild_images.tgz")?, options)
            }
            Layout::Paris6k(options) => {
                paris6k(set("the images are in paris_1.tgz and paris_2.tgz")?, options)
            }
            Layout::Holidays => holidays(set("the images are in jpg1.tar.gz and jpg2.tar.gz")?),
            Layout::Ukbench => ukbench(set("the images are in ukbench.zip")?),
            Layout::Idx(options) => idx(
                set(
                    "the files are train-images-idx3-ubyte.gz and its like (in gzip.zip for EMNIST)",
                )?,
                options,
            ),
            Layout::Cifar10 => {
                cifar10(set("it is in cifar-10-binary.tar.gz; the Python version is not read")?)
            }
            Layout::Cifar100(labels) => {
                let origin = "it is in cifar-100-binary.tar.gz; the Python version is not read";
                cifar100(set(origin)?, *labels)
            }
            Layout::ImageNet => imagenet(set(
                "ImageNet's challenge gives ILSVRC/, LOC_synset_mapping.txt and LOC_val_solution.csv in \
                 one archive; synset_words.txt serves as well",
            )?),
            Layout::Coco(options) => coco(
                set(
                    "the archives are train2017.zip, val2017.zip and annotations_trainval2017.zip, or those of 2014",
                )?,
                *options,
            ),
            Layout::OpenImages => open_images(set(
                "the tables are files of their own, beside the images of the splits",
            )?),
        }
    }
}

const CSV_COLUMNS: &str = "the columns are path; label, or labels (a;b;?c); split; \
                           x, y, width, height, or x1, y1, x2, y2";
const ATTRIBUTE_COLUMNS: &str = "the columns are path; split; x, y, width, height, or x1, y1, x2, y2; \
                                 and one for each attribute";

fn voc_archives(year: u32) -> &'static str {
    match year {
        2007 => {
            "it is in VOCtrainval_06-Nov-2007.tar, and the test split in VOCtest_06-Nov-2007.tar"
        }
        2008 => "it is in VOCtrainval_14-Jul-2008.tar",
        2009 => "it is in VOCtrainval_11-May-2009.tar",
        2010 => "it is in VOCtrainval_03-May-2010.tar",
        2011 => "it is in VOCtrainval_25-May-2011.tar",
        _ => "it is in VOCtrainval_11-May-2012.tar",
    }
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, SourceError> {
        let (name, options) = text.split_once(':').unwrap_or((text, ""));
        let unknown = || SourceError::Unknown { name: name.to_owned(), known: KNOWN.to_vec() };
        let name = KNOWN.into_iter().find(|known| *known == name).ok_or_else(unknown)?;
        let mut options = Options::parse(name, options)?;
        let layout = layout(name, &mut options)?;
        options.finish()?;
        Ok(Self { layout, text: text.to_owned() })
    }
}

/// The layout of a known name.
fn layout(name: &'static str, options: &mut Options) -> Result<Layout, SourceError> {
    Ok(match name {
        "folder" => Layout::Folder(FolderOptions::default()),
        "csv" => Layout::Csv(csv_file("csv", options, "samples.csv")?, label_columns(options)?),
        "attributes" => Layout::Attributes(
            csv_file("attributes", options, "attributes.csv")?,
            options.value("zero", "`absent` or `unknown`")?,
            options.value("ignore", "names of columns")?.unwrap_or_default(),
        ),
        "voc2007" => Layout::Voc(2007),
        "voc2008" => Layout::Voc(2008),
        "voc2009" => Layout::Voc(2009),
        "voc2010" => Layout::Voc(2010),
        "voc2011" => Layout::Voc(2011),
        "voc2012" => Layout::Voc(2012),
        "mit67" => Layout::Mit67,
        "flowers102" => {
            let splits = options.choice(&[
                ("official", FlowerSplits::Official),
                ("trainval", FlowerSplits::TrainVal),
                ("swapped", FlowerSplits::Swapped),
            ])?;
            Layout::Flowers102(splits.unwrap_or(FlowerSplits::Official))
        }
        "cub200" => Layout::Cub200(Cub200 { enlargement: enlargement(options)? }),
        "caltech101" => caltech_layout(CaltechSet::Caltech101, options)?,
        "caltech256" => caltech_layout(CaltechSet::Caltech256, options)?,
        "oxford5k" => Layout::Oxford5k(ground_truth(options)?),
        "paris6k" => Layout::Paris6k(ground_truth(options)?),
        "holidays" => Layout::Holidays,
        "ukbench" => Layout::Ukbench,
        "idx" => Layout::Idx(IdxSet {
            set: options.value("set", "what the names of the files begin with")?,
            names: options.value("names", "`fashion-mnist`, or a file of names")?,
        }),
        "cifar10" => Layout::Cifar10,
        "cifar100" => {
            let labels =
                options.choice(&[("fine", CifarLabels::Fine), ("coarse", CifarLabels::Coarse)])?;
            Layout::Cifar100(labels.unwrap_or(CifarLabels::Fine))
        }
        "imagenet" => Layout::ImageNet,
        "coco" => {
            let year: Option<Year> = options.value("year", "2014 or 2017")?;
            Layout::Coco(Coco { year: year.map_or(2017, |year| year.0) })
        }
        "open-images" => Layout::OpenImages,
        _ => unreachable!("every known name has its layout"),
    })
}

fn enlargement(options: &mut Options) -> Result<Enlargement, SourceError> {
    Ok(options.value("box", Enlargement::EXPECTED)?.unwrap_or_default())
}

fn ground_truth(options: &mut Options) -> Result<Buildings, SourceError> {
    let queries = options.choice(&[("queries", true)])?.unwrap_or(false);
    Ok(Buildings { ground_truth: options.value("gt", "a folder below the images")?, queries })
}

fn caltech_layout(which: CaltechSet, options: &mut Options) -> Result<Layout, SourceError> {
    let mut caltech = which.defaults();
    if let Some(AtLeastOne(train)) = options.value("train", "a number above zero")? {
        caltech.train = train;
    }
    if let Some(test) = options.value::<TestCount>("test", "a number above zero, or `all`")? {
        caltech.test = test.0;
    }
    if let Some(seed) = options.value("seed", "a whole number")? {
        caltech.seed = seed;
    }
    if let Some(Background(background)) = options.value("background", "`in` or `out`")? {
        caltech.background = background;
    }
    Ok(Layout::Caltech(which, caltech))
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_known_and_explained() {
        for name in KNOWN {
            let source: Source = name.parse().unwrap();
            assert_eq!(source.to_string(), name);
            assert!(
                Source::HELP.contains(name) || (2009..=2011).any(|y| name == format!("voc{y}")),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_unknown_is_answered_with_what_is_known() {
        let message = |text: &str| text.parse::<Source>().unwrap_err().to_string();
        assert!(message("voc2006").contains("voc2007"), "{}", message("voc2006"));
        assert!(message("mit67:all").contains("it has none"));
        assert!(message("flowers102:switched").contains("official, trainval, swapped"));
        assert!(message("flowers102:official,swapped").contains("one of official"));
        assert!(message("cub200:box").contains("`box=` and a factor"));
        let factor = message("cub200:box=0.5");
        assert!(factor.starts_with("the option `box=0.5` of the source `cub200` is wrong\nhint: "));
        assert!(message("caltech101:train=30,train=30").contains("`train` once"));
        assert!(message("caltech101:train=0").contains("above zero"));
        assert!(message("coco:year=2015").contains("2014 or 2017"));
    }

    #[test]
    fn options_and_defaults() {
        let layout = |text: &str| text.parse::<Source>().unwrap().layout;
        assert_eq!(layout("flowers102"), layout("flowers102:official"));
        assert_ne!(layout("flowers102"), layout("flowers102:swapped"));
        assert_eq!(layout("cub200:box=2.5"), layout("cub200:box=+150%"));
        assert_eq!(
            layout("caltech101"),
            layout("caltech101:seed=0,train=30,test=50,background=in")
        );
        assert_eq!(layout("caltech256"), layout("caltech256:train=60,test=all,background=out"));
        assert_eq!(layout("coco"), layout("coco:year=2017"));
    }
}
