//! What to do about errors of the libraries, which know no command line.

mod choices;

use std::error::Error;

use console::{Told, quote_for_shell, shown};
use dataset::{Choice, FolderError, LayoutError};
use extract::run::{ExistingError, Failure, NotFinite, NotFiniteCause, RunError};
use feature_cache::{MergeError, OpenError, PartialError, WriteError};
use network_hints::OTHER_WEIGHTS;
use weights::{
    AttemptError, ConvertError, DownloadError, FetchError, Looks, RecordError, SourceError,
    UnknownName,
};

/// What a user reads of a cause of a failure: its message, and below it what to do.
pub(super) fn told(cause: &(dyn Error + 'static)) -> Told {
    let hints = hint(cause);
    let hints = hints.iter().flat_map(|hints| hints.split(NEXT));
    hints.fold(Told::of(cause), Told::hint)
}

/// What stands between several hints for one cause: of a stranger's text it would be escaped.
const NEXT: char = '\n';

/// The hints for a cause, if there are any that its message does not have, each on a line. Text of strangers
/// in them goes through `quote_for_shell` or `shown`, which leave it no line ends.
fn hint(cause: &(dyn Error + 'static)) -> Option<String> {
    (cause.downcast_ref().and_then(run))
        .or_else(|| network_hints::hint(cause))
        .or_else(|| cause.downcast_ref().and_then(fetch))
        .or_else(|| cause.downcast_ref().and_then(convert))
        .or_else(|| cause.downcast_ref().and_then(merge))
        .or_else(|| cause.downcast_ref().and_then(open_cache))
}

fn merge(error: &MergeError) -> Option<String> {
    match error {
        MergeError::Foreign { differences, expected, .. } => {
            Some(choices::to_equal(differences, expected))
        }
        MergeError::NotAShard { .. } => some("merge what `extract run --shard I/N` wrote"),
        MergeError::OtherAnnotations { .. } => {
            some("extract all shards from the same folder, with the same `--source`")
        }
        MergeError::Missing { missing, .. } => {
            Some(format!("extract run IMAGES --shard {}", missing[0]))
        }
        MergeError::Write(error) => write(error),
        _ => None,
    }
}

fn open_cache(error: &OpenError) -> Option<String> {
    match error {
        OpenError::Missing { path } => {
            Some(format!("extract run IMAGES --out {}", quote_for_shell(path)))
        }
        OpenError::NotACache { .. } => some("caches are made by `extract run`"),
        _ => None,
    }
}

fn partial(error: &PartialError) -> Option<String> {
    match error {
        PartialError::Locked { .. } => some("wait for it, or name another `--out`"),
        PartialError::OtherProvenance { differences, found, .. } => {
            let equal = choices::to_equal(differences, found);
            Some(format!("{equal}\nname another `--out`, or discard that run with `--replace`"))
        }
        PartialError::NotAFolder { .. } | PartialError::Foreign { .. } => {
            some("move it away, or name another `--out`")
        }
        PartialError::Read { .. } => None,
        PartialError::Write(error) => write(error),
    }
}

fn write(error: &WriteError) -> Option<String> {
    match error {
        WriteError::ReadOnly { .. } => {
            some("name another `--out`, in a folder that this user may write to")
        }
        WriteError::NoFolder { folder } => Some(format!("mkdir -p {}", quote_for_shell(folder))),
        _ => None,
    }
}

fn run(error: &RunError) -> Option<String> {
    match error {
        RunError::Images(LayoutError::Folder(error)) => folder(error),
        RunError::NoBoxes { .. } => {
            some("leave `--crop-box` out, or choose a source with boxes: cub200, csv or attributes")
        }
        RunError::Existing(ExistingError::Damaged(_)) => some("replace it with `--replace`"),
        RunError::Existing(ExistingError::Imported { .. }) => {
            some("name another `--out`, or replace these with `--replace`")
        }
        RunError::Existing(ExistingError::OtherFeatures { differences, found, .. }) => {
            let equal = choices::to_equal(differences, found);
            Some(format!("{equal}\nname another `--out`, or replace these with `--replace`"))
        }
        RunError::Failed(failed) => failure(failed),
        RunError::NotFinite(error) => Some(not_finite(error)),
        RunError::Partial(error) => partial(error),
        RunError::Write(WriteError::Rows(_)) => some("compute all of it again with `--replace`"),
        RunError::Write(error) => write(error),
        _ => None,
    }
}

fn folder(error: &FolderError) -> Option<String> {
    match error {
        FolderError::Ambiguous { readings, .. } => {
            let ways = readings.iter().zip(1..);
            let ways = ways.map(|(way, number)| format!("for {number}: {}", chosen(&way.choices)));
            Some(ways.collect::<Vec<_>>().join("\n"))
        }
        FolderError::NoSplits { .. } => {
            some("name the folders, as in `--splits fit=train,judge=test`, or leave `--splits` out")
        }
        FolderError::TooShallow { deepest: 0, .. } => some("leave `--classes` out"),
        FolderError::TooShallow { deepest, .. } => {
            Some(format!("give `--classes depth=N` with N from 1 to {deepest}"))
        }
        _ => None,
    }
}

/// What a user does to have a reading.
fn chosen(choices: &[Choice]) -> String {
    let mut options = Vec::new();
    for choice in choices {
        match choice {
            Choice::Splits(splits) => {
                options.push(format!("--splits {}", quote_for_shell(splits.to_string())));
            }
            Choice::Classes(classes) => options.push(format!("--classes {classes}")),
            Choice::Folder(folder) => {
                return format!("read the folder `{}` alone", shown(folder));
            }
        }
    }
    format!("`{}`", options.join(" "))
}

/// What is computed otherwise are other features, which do not go into the same cache.
fn not_finite(error: &NotFinite) -> String {
    let remedy = match error.cause {
        NotFiniteCause::Stored => "store them with `--dtype f32`",
        NotFiniteCause::ComputedInF16 => {
            "compute with `--precision bf16`, or leave `--precision` out"
        }
        NotFiniteCause::Weights => OTHER_WEIGHTS,
    };
    format!("{remedy}; and name another `--out`, or replace what is there with `--replace`")
}

/// Neither the batch nor the device is part of the provenance, so that rows of others may join those that
/// are kept. The engine is, and on a CPU another one may be the default.
fn failure(failure: &Failure) -> Option<String> {
    let error = &failure.error;
    let mut hints = Vec::new();
    if error.is_out_of_memory {
        hints.push(match failure.smaller_batch() {
            Some(batch) => format!("with `--batch {batch}` it takes less memory"),
            None => "end other programs that take memory there".to_owned(),
        });
    }
    if error.device != "cpu" {
        hints.push(format!("with `--engine {} --device cpu` it needs no GPU", error.engine));
    }
    (!hints.is_empty()).then(|| hints.join("\n"))
}

fn fetch(error: &FetchError) -> Option<String> {
    match error {
        FetchError::Unknown(UnknownName { .. }) => some("extract weights list"),
        FetchError::NoSource { reasons, .. } => {
            let hints = reasons.iter().filter_map(|(_, reason)| attempt(reason));
            let elsewhere = "on a machine that reaches a source, run the same command, and copy the file that it \
                             writes; or convert a published file with `extract weights convert`";
            Some(hints.chain([elsewhere.to_owned()]).collect::<Vec<_>>().join("\n"))
        }
        FetchError::Folder { .. } | FetchError::Write(_) | FetchError::Stopped { .. } => None,
    }
}

/// What to do about a source that failed for a reason that is not the source's alone.
fn attempt(reason: &AttemptError) -> Option<String> {
    match reason {
        AttemptError::Record(RecordError::Changed { path, .. }) => Some(format!(
            "if the publisher is known to have replaced the file, remove `{}` and fetch again",
            shown(&path.to_string_lossy())
        )),
        AttemptError::Record(RecordError::Malformed { path, .. }) => {
            let path = path.to_string_lossy();
            Some(format!("remove `{}`, and the file is trusted on first use again", shown(&path)))
        }
        AttemptError::Download(DownloadError::Scheme { .. }) => {
            some("set OFFSHELF_MIRROR to an address such as https://mirror.example, or unset it")
        }
        _ => None,
    }
}

fn convert(error: &ConvertError) -> Option<String> {
    match error {
        ConvertError::OutputExists { .. } => some("choose another `--out`, or remove it first"),
        ConvertError::Source { reason: SourceError::Converted, .. } => {
            some("give its path as `--weights`")
        }
        ConvertError::Source { reason: SourceError::Misfit(misfit), .. } => match &misfit.looks {
            Looks::Known { backbone, .. } => {
                Some(format!("convert it with `--backbone {}`", quote_for_shell(backbone)))
            }
            Looks::Unknown { .. } => {
                some("`extract weights convert --help` says what can be converted")
            }
        },
        ConvertError::Source { reason: SourceError::SeveralEntries { entries }, .. }
        | ConvertError::Source { reason: SourceError::NoEntry { entries, .. }, .. } => {
            let entry = entries.first()?;
            Some(format!("say which with `--entry`, as in `--entry {}`", quote_for_shell(entry)))
        }
        ConvertError::Source { reason: SourceError::UnknownPreset, .. } => {
            some("say it with `--preset keras` or `--preset torchvision`")
        }
        _ => None,
    }
}

/// A hint that is always the same.
fn some(hint: &str) -> Option<String> {
    Some(hint.to_owned())
}

#[cfg(test)]
mod tests;
