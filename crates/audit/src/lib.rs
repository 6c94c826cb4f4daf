//! What may be wrong with a data set, and what more of it would bring, from its features alone.
//!
//! [`audit()`] lists labels that are likely wrong ([`likely_label_errors`]), images that are far from all others,
//! images that are there more than once, exactly or nearly ([`neighborhood`]), and classes of few images.
//! [`shots()`] says how good a head is by the number of images that it is trained on, and what twice as many are
//! likely to bring.
//!
//! Both are functions from a request to a report, as in [`train`]; nothing is printed or written. The same cache,
//! request and seed give the same report, whatever the number of threads.

mod audit;
mod audit_request;
mod audited_image;
mod confident_joint;
mod duplicates;
mod fence;
mod held_out;
mod label_check;
mod label_errors;
mod neighbors;
mod shots;

pub use audit::{AuditReport, Outlier, Outliers, SmallClass, audit};
pub use audit_request::{AuditError, AuditRequest};
pub use audited_image::AuditedImage;
pub use duplicates::{Duplicate, DuplicateGroup};
pub use fence::upper_fence;
pub use held_out::HeldOutError;
pub use label_check::{HeldOutTable, LabelCheck, LabelError};
pub use label_errors::likely_label_errors;
pub use neighbors::{Neighborhood, neighborhood};
pub use shots::{Draw, Fraction, Outlook, ShotPoint, ShotsError, ShotsReport, ShotsRequest, shots};
