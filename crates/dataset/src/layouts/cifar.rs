//! CIFAR-10 and CIFAR-100, the binary version. The Python version (pickles) is not read.

use schema::Split;

use crate::gathering::{Gathering, Labels, label};
use crate::layout_error::LayoutError;
use crate::manifest::Manifest;
use crate::numbered_path;
use crate::published::{Published, sample_path};
use crate::record::{PIXELS, cifar_file};

const NAME_LINE: &str = "the name of a class";

/// Which labels of CIFAR-100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CifarLabels {
    /// 20 groups of classes.
    Coarse,
    /// 100 classes.
    Fine,
}

/// Reads the labels of CIFAR-10; the images stay where they are.
pub(crate) fn cifar10(set: Published<'_>) -> Result<Manifest, LayoutError> {
    let batches: Vec<(String, Split)> = (1..=5)
        .map(|number| (format!("data_batch_{number}.bin"), Split::Train))
        .chain([("test_batch.bin".to_owned(), Split::Test)])
        .collect();
    cifar(set, "cifar-10-batches-bin", "batches.meta.txt", &batches, 0)
}

/// Reads one of the two labels of CIFAR-100; the images stay where they are.
pub(crate) fn cifar100(set: Published<'_>, labels: CifarLabels) -> Result<Manifest, LayoutError> {
    let files = [("train.bin", Split::Train), ("test.bin", Split::Test)];
    let files = files.map(|(name, split)| (name.to_owned(), split));
    // A record begins with the coarse label.
    let (names, position) = match labels {
        CifarLabels::Coarse => ("coarse_label_names.txt", 0),
        CifarLabels::Fine => ("fine_label_names.txt", 1),
    };
    cifar(set, "cifar-100-binary", names, &files, position)
}

fn cifar(
    set: Published<'_>,
    folder: &str,
    names: &str,
    files: &[(String, Split)],
    position: usize,
) -> Result<Manifest, LayoutError> {
    let top = set.top(&[folder, ""], names, "the names of the classes, one a line")?;
    let text = set.text(&format!("{top}{names}"), NAME_LINE)?;
    let classes: Vec<String> = text.lines().map(|line| line.line.to_owned()).collect();
    let n_classes = classes.len();
    let mut gathering = Gathering::new(set, classes, Labels::One, false);
    for (name, split) in files {
        let n_labels = cifar_file(name).expect("these are the names of CIFAR's files").n_labels;
        let file = format!("{top}{name}");
        let bytes = set.bytes(&file, "a batch of images")?;
        let stride = n_labels + PIXELS;
        let n_records = bytes.len() / stride;
        if bytes.len() % stride != 0 || n_records == 0 || n_records > numbered_path::LIMIT {
            let problem = format!("has {} bytes, not a multiple of {stride}", bytes.len());
            return Err(set.odd(&file, problem));
        }
        let path =
            sample_path("", &file).ok_or_else(|| set.odd(&file, "has an odd name".to_owned()))?;
        for (number, record) in bytes.chunks_exact(stride).enumerate() {
            let class = usize::from(record[position]);
            if class >= n_classes {
                let problem =
                    format!("has the label {class} at image {number}, of {n_classes} classes");
                return Err(set.odd(&file, problem));
            }
            gathering.push(&numbered_path::numbered(&path, number), Some(label(class)), *split);
        }
    }
    gathering.finish()
}
