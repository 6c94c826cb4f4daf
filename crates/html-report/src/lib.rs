//! One page that shows how good a head is, where it is wrong, and on what it was trained.
//!
//! [`html_report`] applies a head, or the best head of a sweep, to labelled images of a cache, and gives an HTML
//! document: everything is inside of it, it asks no network for anything, and has no script. The same input gives
//! the same bytes. The number on top is that of [`train::evaluate`].
//!
//! ```text
//! request -> subject (a head, or a sweep's) -> findings (numbers, pictures) -> page (sections, charts)
//! ```

mod chart;
mod curves;
mod findings;
mod page;
mod pictures;
mod request;
mod subject;

pub use request::{ReportError, ReportRequest};

/// Makes the page.
///
/// # Errors
/// [`ReportError`]. A picture that cannot be read has no thumbnail, which is no error.
pub fn html_report(request: &ReportRequest) -> Result<String, ReportError> {
    let subject = subject::Subject::open(&request.subject)?;
    let findings = findings::Findings::of(request, subject)?;
    Ok(page::page(&findings).into_string())
}
