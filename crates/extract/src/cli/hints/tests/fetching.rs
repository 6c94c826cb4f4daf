//! Hints about weights: fetched, converted.

use super::*;

#[test]
fn of_fetching_and_converting() {
    check(FetchError::Unknown(UnknownName { name: name() }), "extract weights list");
    check(
        FetchError::NoSource { name: name(), reasons: Vec::new() },
        "on a machine that reaches a source, run the same command, and copy the file that it writes; or \
         convert a published file with `extract weights convert`",
    );
    let attempts = [
        AttemptError::Record(RecordError::Changed { path: path(), recorded: name(), got: name() }),
        AttemptError::Record(RecordError::Malformed { path: path(), name: name() }),
        AttemptError::Download(DownloadError::Scheme { url: name() }),
        AttemptError::Io(io::Error::other("no")),
    ];
    let reasons = attempts.map(|attempt| (name(), attempt)).into();
    check(
        FetchError::NoSource { name: name(), reasons },
        "if the publisher is known to have replaced the file, remove `a.h5` and fetch again\n\
         remove `a.h5`, and the file is trusted on first use again\n\
         set OFFSHELF_MIRROR to an address such as https://mirror.example, or unset it\n\
         on a machine that reaches a source, run the same command, and copy the file that it writes; or \
         convert a published file with `extract weights convert`",
    );
    assert_eq!(hint(&FetchError::Stopped { name: name() }), None);
    check(
        ConvertError::OutputExists { path: path() },
        "choose another `--out`, or remove it first",
    );
    let of_source = |reason| ConvertError::Source { path: path(), reason };
    check(of_source(SourceError::Converted), "give its path as `--weights`");
    let misfit = |looks| {
        let (backbone, problems) = (name(), Vec::new());
        of_source(SourceError::Misfit(Box::new(Misfit { backbone, problems, looks })))
    };
    let looks = Looks::Known { backbone: "resnet18".to_owned(), n_belonging: 122, n_tensors: 122 };
    check(misfit(looks), "convert it with `--backbone resnet18`");
    check(
        misfit(Looks::Unknown { name: None, nearest: None }),
        "`extract weights convert --help` says what can be converted",
    );
    let entries = || vec!["teacher".to_owned(), "student".to_owned()];
    let which = "say which with `--entry`, as in `--entry teacher`";
    check(of_source(SourceError::SeveralEntries { entries: entries() }), which);
    let missing = |entries| of_source(SourceError::NoEntry { entry: name(), entries });
    check(missing(entries()), which);
    assert_eq!(hint(&missing(Vec::new())), None);
    check(
        of_source(SourceError::UnknownPreset),
        "say it with `--preset keras` or `--preset torchvision`",
    );
}
