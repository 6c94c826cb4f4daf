//! What is not ours is neither removed nor replaced, and what was checked is what is read.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use feature_cache::{Cache, Partial, PartialError, WriteError, merge};
use schema::{Sample, Shard};

use super::{assert_same_bytes, errors, header, samples, write};
use crate::partial::{open, push, segments, try_open};

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|e| name(e).into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_folder_that_a_link_leads_to_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let (out, victim) = (folder.path().join("cache.h5"), folder.path().join("victim"));
    fs::create_dir(&victim).unwrap();
    fs::write(victim.join("segment-000001.rows"), "mine").unwrap();
    symlink(&victim, Partial::folder_of(&out)).unwrap();
    assert!(matches!(try_open(&out), Err(PartialError::NotAFolder { .. })));
    assert!(matches!(Partial::discard_any(&out), Err(PartialError::NotAFolder { .. })));
    let peeked = Partial::peek(&out, &header().provenance, &header().taps);
    assert!(matches!(peeked, Err(PartialError::NotAFolder { .. })));
    assert_eq!(names(&victim), ["segment-000001.rows"]);
}

#[test]
fn a_folder_that_holds_something_else_is_not_ours() {
    // The last ones look like ours, but no run has made the folder.
    for name in [
        "thesis.tex",
        "segment-1.rows",
        "segment-000001.rows.bak",
        "lock2",
        "segment-000001.rows",
        "unfinished-thesis",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("cache.h5");
        let partial = Partial::folder_of(&out);
        fs::create_dir(&partial).unwrap();
        fs::write(partial.join(name), "mine").unwrap();
        let refused = [try_open(&out).err(), Partial::discard_any(&out).err()];
        for error in refused.map(Option::unwrap) {
            assert!(matches!(error, PartialError::Foreign { .. }), "{error}");
            assert!(error.to_string().contains(name), "{error}");
        }
        assert_eq!(names(&partial), [name]);
        assert_eq!(fs::read(partial.join(name)).unwrap(), b"mine");
    }
}

#[test]
fn a_lock_of_somebody_else_is_neither_written_to_nor_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (out, victim) = (folder.path().join("cache.h5"), folder.path().join("victim"));
    let lock = Partial::folder_of(&out).join("lock");
    fs::create_dir(Partial::folder_of(&out)).unwrap();
    fs::write(&lock, "mine").unwrap();
    assert!(matches!(try_open(&out), Err(PartialError::Foreign { .. })));
    assert_eq!(fs::read(&lock).unwrap(), b"mine");

    fs::remove_file(&lock).unwrap();
    for target in ["", "mine"] {
        fs::write(&victim, target).unwrap();
        symlink(&victim, &lock).unwrap();
        assert!(try_open(&out).is_err());
        assert_eq!(fs::read(&victim).unwrap(), target.as_bytes());
        fs::remove_file(&lock).unwrap();
    }
    fs::remove_file(&victim).unwrap();
    symlink(&victim, &lock).unwrap();
    assert!(try_open(&out).is_err());
    assert!(!victim.exists(), "nothing is made through a link");
}

/// A process that dies as it makes the folder leaves a part of the marker.
#[test]
fn a_folder_that_was_just_being_made_is_ours() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    drop(open(&out, 2));
    let lock = Partial::folder_of(&out).join("lock");
    let marker = fs::read(&lock).unwrap();
    for n in 0..marker.len() {
        fs::remove_dir_all(Partial::folder_of(&out)).unwrap();
        fs::create_dir(Partial::folder_of(&out)).unwrap();
        fs::write(&lock, &marker[..n]).unwrap();
        drop(open(&out, 2));
        assert_eq!(fs::read(&lock).unwrap(), marker, "after {n} bytes");
    }
}

#[test]
fn what_somebody_puts_into_the_folder_of_a_run_stays_there() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    (0..4).for_each(|i| push(&mut partial, i));
    fs::write(Partial::folder_of(&out).join("notes.txt"), "mine").unwrap();
    partial.finish(&header(), samples(4).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_eq!(names(&Partial::folder_of(&out)), ["notes.txt"]);
    assert_eq!(Cache::open(&out).unwrap().n_samples(), 4);
}

#[test]
fn what_cannot_be_removed_in_the_end_is_told_and_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    push(&mut partial, 0);
    // A folder under a name of ours: `remove_file` fails.
    fs::create_dir(Partial::folder_of(&out).join("unfinished-folder")).unwrap();
    let leftover =
        partial.finish(&header(), samples(1).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_eq!(leftover.unwrap().folder, Partial::folder_of(&out));
    assert_eq!(Cache::open(&out).unwrap().n_samples(), 1);
}

#[test]
fn names_of_one_file_have_one_lock_and_stay_names_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (out, link) = (folder.path().join("cache.h5"), folder.path().join("link.h5"));
    write(&out, 2);
    symlink("cache.h5", &link).unwrap();
    let mut partial = open(&link, 2);
    assert!(matches!(try_open(&out), Err(PartialError::Locked { .. })));
    (0..3).for_each(|i| push(&mut partial, i));
    // It is the file that was found when the run began, wherever the link leads now.
    write(&folder.path().join("other.h5"), 1);
    fs::remove_file(&link).unwrap();
    symlink("other.h5", &link).unwrap();
    partial.finish(&header(), samples(3).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_eq!(Cache::open(&out).unwrap().n_samples(), 3);
    assert_eq!(Cache::open(&link).unwrap().n_samples(), 1);
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("other.h5"));
}

/// The features of a cache are those of the file that was checked, though another one has its name.
#[test]
fn a_cache_that_is_replaced_is_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("cache.h5"), folder.path().join("other.h5"));
    write(&path, 4);
    let features = |cache: &Cache| cache.features("block5_pool:gap").unwrap().view().to_owned();
    let before = features(&Cache::open(&path).unwrap());
    let cache = Cache::open(&path).unwrap();
    write(&other, 9);
    fs::rename(&other, &path).unwrap();
    assert_eq!(features(&cache), before);
    assert_eq!(cache.paths().unwrap().len(), 4);

    // Its rows are reused as well.
    write(&other, 4);
    let cache = Cache::open(&other).unwrap();
    write(&folder.path().join("third.h5"), 9);
    fs::rename(folder.path().join("third.h5"), &other).unwrap();
    let out = folder.path().join("new.h5");
    let mut partial = open(&out, 2);
    partial.reuse(&cache).unwrap();
    partial.finish(&header(), samples(4).iter().map(Sample::borrowed), &errors()).unwrap();
    assert_eq!(features(&Cache::open(&out).unwrap()), before);
}

#[test]
fn a_part_that_is_replaced_is_merged_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let [a, b, c, out, expected] =
        ["a", "b", "c", "out", "expected"].map(|name| folder.path().join(name));
    let write = |path: &Path, index, rows: [u8; 2]| {
        let mut header = header();
        header.shard = Some(Shard { index, count: 2 });
        let mut partial = open(path, 2);
        rows.iter().for_each(|&i| push(&mut partial, i));
        let all = samples(9);
        let samples = rows.iter().map(|&i| all[usize::from(i)].borrowed());
        partial.finish(&header, samples, &[]).unwrap();
    };
    write(&a, 1, [0, 1]);
    write(&b, 2, [2, 3]);
    let open = || [&a, &b].map(|path| Cache::open(path).unwrap());
    merge(&expected, &open()).unwrap();
    let parts = open();
    write(&c, 2, [4, 5]);
    fs::rename(&c, &b).unwrap();
    merge(&out, &parts).unwrap();
    assert_same_bytes(&fs::read(&out).unwrap(), &fs::read(&expected).unwrap());
}

#[test]
fn a_segment_that_is_replaced_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    (0..4).for_each(|i| push(&mut partial, i));
    let [first, second] = &segments(&out)[..] else { panic!("two segments") };
    fs::copy(second, first).unwrap();
    let error = partial.finish(&header(), samples(4).iter().map(Sample::borrowed), &errors());
    let error = error.unwrap_err();
    assert!(matches!(error, WriteError::Rows(_)), "{error}");
    assert!(!out.exists());
}

/// Damage is not copied from an old cache into a new one, where its checksum would be right.
#[test]
fn damaged_rows_are_not_reused() {
    let folder = tempfile::tempdir().unwrap();
    let (old, out) = (folder.path().join("old.h5"), folder.path().join("new.h5"));
    write(&old, 4);
    let offset =
        hdf5::File::open(&old).unwrap().dataset("features/block5_pool:gap").unwrap().offset();
    let mut bytes = fs::read(&old).unwrap();
    bytes[offset.unwrap() as usize] ^= 1;
    fs::write(&old, bytes).unwrap();
    let mut partial = open(&out, 2);
    partial.reuse(&Cache::open(&old).unwrap()).unwrap();
    let error = partial.finish(&header(), samples(4).iter().map(Sample::borrowed), &errors());
    let error = error.unwrap_err();
    assert!(matches!(error, WriteError::Rows(_)), "{error}");
    assert!(!out.exists());
}

/// Whatever is done to the files of an unfinished run, the next one goes on with what is sound, or says what is
/// wrong.
#[test]
fn a_damaged_run_is_gone_on_with_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("cache.h5");
    let mut partial = open(&out, 2);
    (0..2).for_each(|i| push(&mut partial, i));
    drop(partial);
    let files = ["segment-000001.rows", "provenance.json", "lock"];
    let files = files.map(|name| Partial::folder_of(&out).join(name));
    let sound = files.each_ref().map(|path| fs::read(path).unwrap());
    for (path, sound_bytes) in files.iter().zip(&sound) {
        hostile::damaged(std::slice::from_ref(sound_bytes), 300, |bytes| {
            for (path, bytes) in files.iter().zip(&sound) {
                fs::write(path, bytes).unwrap();
            }
            fs::write(path, bytes).unwrap();
            let _ = Partial::peek(&out, &header().provenance, &header().taps);
            let taken = try_open(&out).is_ok_and(|partial| partial.n_rows() == 2);
            // What was set aside.
            let _ = fs::remove_file(files[0].with_extension("damaged"));
            taken
        });
    }
}
