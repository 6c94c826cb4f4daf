//! `--splits` and `--classes`, as far as they are looked at before weights are.

use predicates::str::contains;

use super::extract;

#[test]
fn what_is_not_understood_is_answered_with_what_is_expected() {
    for (option, value, expected) in [
        ("--splits", "tops", "FOLDER=SPLIT"),
        ("--splits", "a=b", "train, validation, test or none"),
        ("--classes", "2", "depth=N"),
    ] {
        let mut command = extract();
        command.args(["run", "photos", "--out", "a.h5", option, value]);
        command.assert().code(2).stderr(contains(expected));
    }
}

#[test]
fn published_data_sets_have_their_own() {
    let mut command = extract();
    command.args(["run", "photos", "--out", "a.h5", "--source", "mit67", "--splits", "none"]);
    let message = "the source `mit67` has its splits and classes from the data set";
    command.assert().code(1).stderr(contains(message)).stderr(contains("hint: leave `--splits`"));
}
