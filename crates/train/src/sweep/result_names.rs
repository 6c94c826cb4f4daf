//! The names of the files of results in the folder of a sweep.

use std::collections::BTreeSet;

use head::HeadSpec;

/// The results of a sweep besides its heads, and the name of a result while it is being written.
const RESULTS: [&str; 5] =
    ["folds.csv", "leaderboard.csv", "leaderboard.json", RECORD, "unfinished-result"];

/// The result that is written last, and says that all are there.
pub(super) const RECORD: &str = "sweep.json";

/// What the names of heads and of learning curves end in.
const HEAD: &str = ".safetensors";
const CURVE: &str = ".curve.csv";

/// Whether a file of this name may be a result of a sweep.
pub(super) fn is_result(name: &str) -> bool {
    let is_of_head = name.ends_with(HEAD) || name.ends_with(CURVE);
    RESULTS.contains(&name) || is_of_head && !name.contains('/')
}

/// The names of the files of a head in the folder of a sweep: the head, and the learning curve that a
/// network has.
pub(crate) fn head_files(spec: &HeadSpec) -> (String, Option<String>) {
    let stem = spec.file_stem();
    let curve = matches!(spec, HeadSpec::Mlp { .. }).then(|| format!("{stem}{CURVE}"));
    (format!("{stem}{HEAD}"), curve)
}

/// The names of all results of a sweep whose winners are among `specs`.
pub(super) fn names<'a>(specs: impl Iterator<Item = &'a HeadSpec>) -> BTreeSet<String> {
    let of_heads = specs.flat_map(|spec| {
        let (head, curve) = head_files(spec);
        [head].into_iter().chain(curve)
    });
    RESULTS.map(str::to_owned).into_iter().chain(of_heads).collect()
}
