//! Options of tables of samples.

use table::{Format, PathCells};

use super::enlargement;
use crate::layouts::{Between, CsvFile, LabelColumns};
use crate::source_options::{Options, SourceError};

const COLUMN: &str = "the name of a column";

/// Which file, and how it is read.
pub(super) fn csv_file(
    source: &'static str,
    options: &mut Options,
    file: &str,
) -> Result<CsvFile, SourceError> {
    let named = |name: Option<String>, usual: &str| name.unwrap_or_else(|| usual.to_owned());
    let format = Format {
        separator: options.value("separator", "`comma`, `semicolon`, `tab` or `bar`")?,
        no_header: options.choice(&[("noheader", true)])?.unwrap_or(false),
    };
    let paths = PathCells {
        extension: options.value("ext", "an extension such as `.jpg`")?,
        folder: options.value("folder", "a folder below that of the images")?,
        root: options.value("root", "the folder that the paths in the table begin with")?,
    };
    Ok(CsvFile {
        source,
        file: named(options.value("file", "a file name")?, file),
        format,
        path: named(options.value("path", COLUMN)?, if format.no_header { "1" } else { "path" }),
        split: options.value("split", COLUMN)?,
        paths,
        enlargement: enlargement(options)?,
    })
}

/// Which columns hold the labels.
pub(super) fn label_columns(options: &mut Options) -> Result<LabelColumns, SourceError> {
    Ok(LabelColumns {
        one: options.value("label", COLUMN)?,
        several: options.value("labels", COLUMN)?,
        between: options.value("between", Between::EXPECTED)?,
        unlabelled: options.choice(&[("unlabelled", true)])?.unwrap_or(false),
    })
}
