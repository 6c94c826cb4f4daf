//! What to do about errors of the libraries, which know no command line.

use std::error::Error;

use extract::run::RunError;
use feature_cache::{MergeError, OpenError, PartialError, WriteError};

/// The hint for a cause of a failure, if there is one that its message does not have.
pub(super) fn hint(cause: &(dyn Error + 'static)) -> Option<String> {
    // A transparent error is no cause of its own.
    match cause.downcast_ref::<RunError>() {
        Some(RunError::Partial(error)) => return of_partial(error),
        Some(RunError::Write(error)) => return of_write(error),
        _ => {}
    }
    match cause.downcast_ref::<MergeError>() {
        Some(MergeError::NotAShard { .. }) => {
            return Some("merge what `extract run --shard I/N` wrote".to_owned());
        }
        Some(MergeError::OtherAnnotations { .. }) => {
            let hint = "extract all shards from the same folder, with the same `--source`";
            return Some(hint.to_owned());
        }
        Some(MergeError::Missing { missing, .. }) => {
            return Some(format!("extract run IMAGES --shard {}", missing[0]));
        }
        Some(MergeError::Write(error)) => return of_write(error),
        _ => {}
    }
    match cause.downcast_ref::<OpenError>()? {
        OpenError::Missing { path } => {
            Some(format!("extract run IMAGES --out '{}'", path.display()))
        }
        _ => None,
    }
}

fn of_partial(error: &PartialError) -> Option<String> {
    match error {
        PartialError::Locked { .. } => Some("wait for it, or name another --out".to_owned()),
        PartialError::OtherProvenance { .. } => {
            Some("name another --out, or discard that run with --replace".to_owned())
        }
        PartialError::Read { .. } => None,
        PartialError::Write(error) => of_write(error),
    }
}

fn of_write(error: &WriteError) -> Option<String> {
    let denied = matches!(error, WriteError::ReadOnly { .. });
    denied.then(|| "name another --out, in a folder that this user may write to".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_within_errors_have_their_hints() {
        let path = || "a.h5".into();
        let denied = || WriteError::ReadOnly { path: path(), source: std::io::Error::other("no") };
        let locked = PartialError::Locked { out: path(), folder: path() };
        let missing = vec!["2/4".parse().expect("a shard")];
        let errors: [Box<dyn Error>; 6] = [
            Box::new(RunError::Partial(locked)),
            Box::new(RunError::Partial(PartialError::Write(denied()))),
            Box::new(RunError::Write(denied())),
            Box::new(MergeError::Write(denied())),
            Box::new(MergeError::NotAShard { path: path() }),
            Box::new(MergeError::Missing { n_missing: 1, missing }),
        ];
        let hints = errors.each_ref().map(|error| hint(&**error).expect("a hint"));
        assert!(hints[..4].iter().all(|hint| hint.contains("--out")), "{hints:?}");
        assert!(hints[4].contains("--shard I/N"), "{hints:?}");
        assert_eq!(hints[5], "extract run IMAGES --shard 2/4");
        let missing = OpenError::Missing { path: path() };
        assert_eq!(hint(&missing).as_deref(), Some("extract run IMAGES --out 'a.h5'"));
        assert_eq!(hint(&std::io::Error::other("no")), None);
    }
}
