//! Features that were imported, and every command on them.

use std::fs;

use super::fixture::{Cache, Folder};

/// A table of 60 rows of three classes, two features each, and a folder with it.
fn table() -> Folder {
    let folder = Folder::new();
    let mut csv = "file,species,f0,f1\n".to_owned();
    for row in 0..60_u32 {
        let (class, noise) = (row % 3, f64::from(row * 7919 % 100) / 200.0);
        let (x, y) = ([1.0, -1.0, 0.0][class as usize], [0.0, 0.5, -1.0][class as usize]);
        let name = ["ant", "bee", "cat"][class as usize];
        csv += &format!("{row:03}.png,{name},{},{}\n", x + noise, y - noise);
    }
    fs::write(folder.path("t.csv"), csv).unwrap();
    folder
}

const IMPORT: &str = "import t.csv --labels species --paths file --made-by mine --out a.h5";

#[test]
fn every_command_takes_imported_features() {
    let folder = table();
    let told = folder.fit(IMPORT).ok().stdout;
    assert_eq!(
        told,
        "60 rows of 2 features (from `f0`, `f1`), 60 labelled, 3 classes\nwritten to a.h5\n"
    );
    let json = folder.fit(&IMPORT.replace("a.h5", "b.h5 --json")).ok().json();
    assert_eq!((&json["format"], &json["n_samples"]), (&"offshelf-import".into(), &60.into()));
    folder.fit("sweep a.h5 --head svm,softmax --c 1 --folds 3").ok();
    folder.fit("layers a.h5 --head ridge --c 1").ok();
    folder.fit("train a.h5 --head softmax --hold-out 0.2 --out h").ok();
    folder.fit("train a.h5 --head ridge --out g").ok();
    assert!(folder.fit("predict h a.h5").ok().stdout.contains("\n000.png,ant,"));
    folder.fit("eval h b.h5 --bootstrap 0").ok();
    folder.fit("compare h g a.h5").ok();
    folder.fit("retrieve a.h5 --query 000.png --top 3").ok();
    folder.fit("export h --to npz --out h.npz").noted("fit: written to `h.npz`");
    folder.fit(IMPORT).refused(1, &["`a.h5` exists already"]);
}

/// Heads are for features that were made in the same way; how to make such is said, and works.
#[test]
fn heads_tell_imported_features_apart_by_what_made_them() {
    let folder = table();
    folder.fit(IMPORT).ok();
    folder.fit("train a.h5 --head softmax --out h").ok();
    folder.fit(&IMPORT.replace("mine", "another").replace("a.h5", "b.h5")).ok();
    folder.write("c.h5", &Cache::of(10));
    for cache in ["b.h5", "c.h5"] {
        let run = folder.fit(&format!("eval h {cache}"));
        run.refused(3, &["weights: expected `mine (", "\nhint: fit import FEATURES"]);
        assert!(run.stderr.ends_with("--out FILE.h5 --made-by mine\n"), "{}", run.stderr);
    }
    folder.fit("train c.h5 --head softmax --out g").ok();
    folder.fit("eval g a.h5").refused(3, &["backbone: expected `vgg16`, found `imported`"]);
}

/// The same words, and another number of features.
#[test]
fn features_of_another_number_are_refused() {
    let folder = table();
    folder.fit(IMPORT).ok();
    folder.fit("train a.h5 --head softmax --out h").ok();
    folder.fit(&IMPORT.replace("a.h5", "b.h5 --features f1")).ok();
    let expected = ["`h` takes rows of 2 features, and those of tap `features` of `b.h5` have 1"];
    for line in ["eval h b.h5", "predict h b.h5", "compare h h b.h5"] {
        folder.fit(line).refused(3, &expected);
    }
}

#[test]
fn what_cannot_be_imported_is_told_with_what_to_do() {
    let folder = table();
    let of = |line: &str| folder.fit(&line.replace("--labels species", "--labels kind"));
    of(IMPORT).refused(1, &["no `kind` in `t.csv`", "`species`", "hint: name one of these"]);
    fs::write(folder.path("l.txt"), "a\nb\n").unwrap();
    let short = folder.fit("import t.csv --features f* --labels l.txt --made-by x --out n.h5");
    short.refused(1, &["there are 2 labels (`l.txt`), and 60 rows", "use `--transpose`"]);
    fs::write(folder.path("n.csv"), "a,b\n1,nan\n").unwrap();
    folder
        .fit("import n.csv --made-by x --out n.h5")
        .refused(1, &["row 0, column 1", "is NaN", "hint: replace it, or leave the row out"]);
    fs::write(folder.path("f.pt"), "x").unwrap();
    let kind = folder.fit("import f.pt --made-by x --out n.h5");
    kind.refused(1, &["is none of the files that are read", "numpy.save"]);
    folder.fit("import t.csv --out n.h5").refused(2, &["--made-by <TEXT>"]);
    let line = "import t.csv --features f* --made-by x --out no/n.h5";
    folder.fit(line).refused(1, &["the folder `no` does not exist", "hint: mkdir -p no"]);
    assert!(!folder.path("n.h5").exists());
}
