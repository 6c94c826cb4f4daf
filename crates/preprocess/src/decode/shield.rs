use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::error::DecodeError;

/// Calls a decoder, and turns its panic into an error.
///
/// Decoders are other people's code on anybody's bytes: an error in one must cost the image, not
/// the run of which it is the hundred-thousandth. What a panic leaves behind is dropped with the
/// decoder: it shares nothing but the file's bytes, which it only reads. (The panic's message goes
/// to standard error all the same.)
pub(super) fn shielded<T>(
    decoder: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(decoder))
        .unwrap_or_else(|panic| Err(DecodeError::Panicked { reason: message(&*panic) }))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_message() {
        let three = std::hint::black_box(3);
        let fail = |decoder: fn(usize) -> u8| shielded(|| Ok(decoder(three))).unwrap_err();
        for (error, expected) in [
            (fail(|n| panic!("no chunk {n}")), "no chunk 3"),
            (fail(|_| panic!("short")), "short"),
            (fail(|n| [0; 3][n]), "index out of bounds"),
            (fail(|_| std::panic::panic_any(7)), "no message"),
        ] {
            assert!(matches!(error, DecodeError::Panicked { .. }));
            assert!(error.to_string().contains(expected), "{error}");
        }
        assert_eq!(shielded(|| Ok(1)).unwrap(), 1);
        assert!(matches!(shielded(|| Err::<(), _>(DecodeError::Empty)), Err(DecodeError::Empty)));
    }
}
