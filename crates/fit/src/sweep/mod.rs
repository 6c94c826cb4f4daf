//! Sweeps: taps x transforms x heads x losses x parameters, scored on folds, ranked, and the best refitted.
//!
//! ```text
//! plan            which rows choose, validate, and are kept for the end
//! fits            the fits that the fit log does not have yet, through cross_validation
//! standing        means over folds and seeds, ranked; the one-standard-error rule
//! winner          the chosen head of each kind, refitted, and tested once
//! folder          everything needed to repeat the sweep, or to go on with it
//! ```

mod configuration;
mod digest;
mod fit_log;
mod fits;
mod folder;
mod mean_quality;
mod plan;
mod standing;
mod winner;

pub use configuration::Configuration;
pub use digest::{data_digest, samples_digest};
pub use fit_log::{FitKey, FitLog, FitLogError};
pub use fits::{FitCounts, Sweep, SweepError};
pub use folder::{check_folder, open_folder, write_folder};
pub use mean_quality::MeanQuality;
pub use plan::{DEFAULT_FOLDS, GroupRows, PlanError, SweepPlan, SweepRequest, plan, training_rows};
pub use standing::{ScoredCandidate, Selection, Standing, leaderboard};
pub use winner::{Winner, refit_winners};
