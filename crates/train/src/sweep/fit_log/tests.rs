use std::fs;

use head::{Algorithm, ClassWeights, Sampling};
use metrics::Quality;

use super::*;

fn key(c: f64) -> FitKey {
    FitKey {
        data: "d".into(),
        tap: "block5_pool:gap".into(),
        transform: "power:0.5,l2".parse().unwrap(),
        spec: HeadSpec::Softmax { c },
        settings: Settings {
            solver: Algorithm::Auto,
            tol: Some(0.1),
            max_iter: None,
            class_weight: ClassWeights::Balanced,
            sampling: Sampling::None,
            temperature: None,
            gamma: None,
            network: None,
            views: None,
            seed: 7,
        },
        fold: 2,
    }
}

fn score(accuracy: f64) -> FoldScore {
    let converged = true;
    let quality = Quality::OneClass { accuracy, mean_class_accuracy: 0.1 };
    FoldScore { n_rows: 3, quality, converged, fit_seconds: 0.3 }
}

fn open(path: &Path, samples: &str) -> Result<FitLog, FitLogError> {
    LockedLog::open(path)?.begin(samples, Existing::Refuse)
}

#[test]
fn scores_come_back_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fits.jsonl");
    // Values that a careless reader of decimal numbers gets wrong by one bit.
    let cs = [0.000_359_381_366_380_462_8, 1.0 / 3.0, 2.154_434_690_031_884, 1e-3];
    let mut log = open(&path, "s").unwrap();
    for c in cs {
        assert_eq!(log.get(&key(c)), None);
        assert!(log.insert(key(c), score(c)).unwrap());
        assert!(!log.insert(key(c), score(0.0)).unwrap(), "it is known");
    }
    log.sync().unwrap();
    drop(log);
    let bytes = fs::read(&path).unwrap();
    let log = open(&path, "s").unwrap();
    assert!(cs.iter().all(|&c| log.get(&key(c)) == Some(score(c))));
    assert_eq!(log.get(&FitKey { fold: 3, ..key(1e-3) }), None);
    assert_eq!(fs::read(&path).unwrap(), bytes, "opening changes nothing");
}

/// Opens a log that no test of this process has open. A program that another test starts holds its lock for the moment
/// between fork and exec.
fn opened(path: &Path) -> FitLog {
    loop {
        match open(path, "s") {
            Err(FitLogError::Locked(_)) => std::thread::yield_now(),
            log => return log.unwrap(),
        }
    }
}

#[test]
fn a_file_that_was_cut_anywhere_goes_on_from_its_last_whole_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fits.jsonl");
    let mut log = open(&path, "s").unwrap();
    log.insert(key(1.0), score(0.5)).unwrap();
    log.insert(key(2.0), score(0.25)).unwrap();
    drop(log);
    let whole = fs::read(&path).unwrap();
    for cut in 0..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let mut log = opened(&path);
        for (c, accuracy) in [(1.0, 0.5), (2.0, 0.25)] {
            log.insert(key(c), score(accuracy)).unwrap();
        }
        drop(log);
        assert_eq!(fs::read(&path).unwrap(), whole, "cut at {cut}");
    }
}

#[test]
fn what_cannot_be_gone_on_with_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fits.jsonl");
    let refused = |samples: &str| open(&path, samples).unwrap_err();
    let mut log = open(&path, "s").unwrap();
    assert!(matches!(refused("s"), FitLogError::Locked(_)));
    log.insert(key(1.0), score(0.5)).unwrap();
    drop(log);
    assert!(matches!(refused("other"), FitLogError::OtherSamples(_)));

    let whole = fs::read_to_string(&path).unwrap();
    fs::write(&path, whole.replace("\"accuracy\"", "\"accuracy") + "\n").unwrap();
    assert!(matches!(refused("s"), FitLogError::Damaged { line: 2, .. }));
    fs::write(&path, whole.replace("\"version\":1", "\"version\":2")).unwrap();
    assert!(matches!(refused("s"), FitLogError::Foreign(_)));
    fs::write(&path, "something else").unwrap();
    assert!(matches!(refused("s"), FitLogError::Foreign(_)));
    let missing = open(&folder.path().join("missing/fits.jsonl"), "s").unwrap_err();
    assert!(matches!(missing, FitLogError::Io { .. }));
    let replace = || LockedLog::open(&path)?.begin("s", Existing::Replace);
    assert!(matches!(replace(), Err(FitLogError::Foreign(_))), "it is not ours to empty");
    assert_eq!(fs::read(&path).unwrap(), b"something else");
    fs::write(&path, whole + "damaged").unwrap();
    assert_eq!(replace().unwrap().get(&key(1.0)), None, "what a log had is gone");
}

#[test]
fn links_pipes_and_endless_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    drop(open(&at("log"), "s").unwrap());
    let whole = fs::read(at("log")).unwrap();
    std::os::unix::fs::symlink(at("log"), at("link")).unwrap();
    assert!(matches!(open(&at("link"), "s"), Err(FitLogError::Link(_))));
    assert_eq!(fs::read(at("log")).unwrap(), whole);
    let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
    assert!(made.success());
    assert!(matches!(open(&at("pipe"), "s"), Err(FitLogError::Io { .. })));
    File::create(at("sparse")).unwrap().set_len(MAX_BYTES + 1).unwrap();
    assert!(matches!(open(&at("sparse"), "s"), Err(FitLogError::Io { .. })));
}

#[test]
fn the_last_line_that_names_files_holds_unless_it_was_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fits.jsonl");
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let (first, second): (BTreeSet<String>, _) =
        (names(&["sweep.json"]), names(&["ridge.safetensors", "sweep.json"]));
    let mut log = open(&path, "s").unwrap();
    log.set_files(first.clone()).unwrap();
    log.insert(key(1.0), score(0.5)).unwrap();
    let short = fs::read(&path).unwrap().len();
    log.set_files(second.clone()).unwrap();
    drop(log);
    let whole = fs::read(&path).unwrap();
    for cut in short..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let log = open(&path, "s").unwrap();
        assert_eq!(log.files(), if cut == whole.len() { &second } else { &first });
        assert_eq!(log.get(&key(1.0)), Some(score(0.5)));
    }
    // A log of a stranger names no file elsewhere.
    for evil in ["../a.safetensors", "/a.safetensors", "fits.jsonl", "notes.txt", ".."] {
        let line = text(&Files { files: names(&[evil]) });
        fs::write(&path, [&whole, line.as_bytes(), b"\n"].concat()).unwrap();
        assert_eq!(LockedLog::open(&path).unwrap().files(), second, "{evil}");
        assert_eq!(open(&path, "s").unwrap().files(), &second, "{evil}");
    }
}

#[test]
fn without_a_file_scores_are_kept_in_memory() {
    let mut log = FitLog::default();
    log.insert(key(1.0), score(0.5)).unwrap();
    assert_eq!(log.get(&key(1.0)), Some(score(0.5)));
    log.sync().unwrap();
}
