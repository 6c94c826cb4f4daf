//! Results as tables: CSV and Parquet for programs, plain text for people. Both programs write predictions
//! with it, in the same bytes.
//!
//! # Examples
//!
//! ```
//! use console::Texts;
//! use results::Csv;
//!
//! let mut csv = Csv::new(["path", "score"]);
//! csv.line([&Texts::ForSpreadsheets.cell("=1+1"), "0.5"]);
//! assert_eq!(csv.text(), "path,score\n'=1+1,0.5\n");
//! ```

mod arrow_schema;
mod csv;
mod features_parquet;
mod plain;
mod predictions;
mod predictions_parquet;

pub use crate::csv::Csv;
pub use features_parquet::{FeatureColumn, FeatureTable, write_features_parquet};
pub use plain::{percent, short, table};
pub use predictions::{LABEL_SEPARATOR, best_classes, predictions_csv};
pub use predictions_parquet::predictions_parquet;
