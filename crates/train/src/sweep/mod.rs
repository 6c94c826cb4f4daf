//! Sweeps: taps x transforms x heads, scored on folds, ranked, and the best of each kind refitted.
//!
//! ```text
//! plan            which rows choose, validate, and are kept for the end
//! fits            the fits that the fit log does not have yet, through cross_validation
//! leaderboard     means over folds and seeds, ranked; the one-standard-error rule
//! winner          the chosen head of each kind, refitted, and tested once
//! folder          where the fits are kept, and a sweep goes on
//! ```

mod configuration;
mod digest;
mod fit_log;
mod fits;
mod folder;
mod leaderboard;
mod mean_quality;
mod plan;
mod result_names;
mod scoring;
mod winner;

pub use configuration::Configuration;
pub(crate) use digest::samples_digest;
pub use fit_log::{FitLog, FitLogError};
pub(crate) use fits::Sweep;
pub use fits::{FitCounts, SweepError};
pub(crate) use folder::{check_folder, open_folder};
pub(crate) use leaderboard::leaderboard;
pub use leaderboard::{Entry, Selection};
pub use mean_quality::MeanQuality;
pub(crate) use plan::plan;
pub use plan::{DEFAULT_FOLDS, DivisionRequest, GroupRows, PlanError, SweepPlan, training_rows};
use result_names::head_files;
pub use scoring::Scoring;
pub use winner::Winner;
pub(crate) use winner::refit_winners;
