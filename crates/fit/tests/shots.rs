//! `fit shots`; that its numbers are scikit-learn's is a test of the crate `audit`.

use crate::fixture::{Cache, Folder, TAP, label_set};

#[test]
fn a_curve_goes_to_a_folder_the_terminal_and_json() {
    let folder = Folder::with(&Cache { noise: 4.0, ..Cache::with_splits() });
    let line = "shots a.h5 --head softmax --c 10 --draws 3 --seed 5";
    let run = folder.fit(&format!("{line} --out shots"));
    assert_eq!((run.code, run.stderr.trim()), (0, "fit: 4 files written to `shots`"));
    for part in [
        &*format!("softmax, C=10, on {TAP} (transform: l2), 3 classes\n"),
        "scored on 30 images of the test split, 3 draws of each size\n",
        "12.5 % of the images: ",
        "the last doubling brought ",
        "twice as many images: about ",
    ] {
        assert!(run.stdout.contains(part), "no `{part}` in:\n{}", run.stdout);
    }
    let json = folder.fit(&format!("{line} --json")).ok().json();
    let text = |name: &str| String::from_utf8(folder.bytes(&format!("shots/{name}"))).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&text("shots.json")).unwrap(), json);
    assert_eq!((&json["format"], &json["head"]), (&"offshelf-shots".into(), &"softmax".into()));
    let points = json["points"].as_array().unwrap();
    let sizes: Vec<_> = points.iter().map(|point| point["per_class"].as_u64()).collect();
    assert_eq!(sizes, [Some(1), Some(2), Some(5), Some(10), None]);

    // The last point is what `fit train` and `fit eval` give.
    folder.fit("train a.h5 --head softmax --c 10 --seed 5 --out h.safetensors").ok();
    let eval = folder.fit("eval h.safetensors a.h5 --json").ok().json();
    assert_eq!(points[4]["accuracy"], eval["accuracy"]);
    assert_eq!((&points[4]["n_rows"], &points[0]["n_rows"]), (&60.into(), &3.into()));

    let curve = text("shots.csv");
    let lines: Vec<&str> = curve.lines().collect();
    let seeds = "accuracy_of_seed_5,accuracy_of_seed_6,accuracy_of_seed_7";
    assert_eq!(lines[0], format!("per_class,images,accuracy,spread,converged,{seeds}"));
    assert!(lines[1].starts_with("1,3,") && lines[5].starts_with(",60,"), "{curve}");
    assert_eq!(text("fractions.csv").lines().count(), 5);
    let draws = text("draws.csv");
    assert_eq!(draws.lines().next(), Some("seed,row,path,class,place"));
    assert_eq!(draws.lines().count(), 1 + 3 * 60);
    assert_eq!(draws.lines().filter(|line| line.ends_with(",1")).count(), 3 * 3);

    folder.fit(&format!("{line} --out shots")).refused(1, &["shots.json", "--force"]);
}

#[test]
fn a_cache_without_splits_holds_a_fifth_out_or_what_is_asked_for() {
    let folder = Folder::with(&Cache::of(20));
    let text = folder.fit("shots a.h5 --draws 2").ok().stdout;
    assert!(text.contains("on 12 images (20.0 % of each class, held out), 2 draws"), "{text}");
    let json = folder.fit("shots a.h5 --draws 1 --hold-out 0.5 --sizes 3,3,900 --json").ok().json();
    assert_eq!((&json["n_scored"], &json["hold_out"]), (&30.into(), &0.5.into()));
    let points = json["points"].as_array().unwrap();
    assert_eq!(
        points.iter().map(|point| point["per_class"].as_u64()).collect::<Vec<_>>(),
        [Some(3), None]
    );
}

#[test]
fn wrong_requests_are_refused() {
    let folder = Folder::new();
    folder.fit("shots a.h5").refused(3, &["a.h5", "extract run"]);
    let mut cache = Cache::with_splits();
    folder.write("a.h5", &cache);
    folder.fit("shots a.h5 --hold-out 0.2").refused(1, &["`--hold-out` does not apply"]);
    folder.fit("shots a.h5 --draws 0").refused(2, &["--draws"]);
    folder.fit("shots a.h5 --head softmax --loss hinge").refused(2, &["--loss"]);
    cache.rows.iter_mut().for_each(|(_, split)| *split = schema::Split::Train);
    folder.write("b.h5", &cache);
    folder.fit("shots b.h5").refused(1, &["no other that heads could be scored on", "test split"]);
    folder.write("c.h5", &Cache { label_set: Some(label_set), ..Cache::of(20) });
    folder.fit("shots c.h5").refused(1, &["several labels each", "fit eval"]);
}

#[test]
fn fits_that_stop_short_are_code_4() {
    let folder = Folder::with(&Cache { noise: 4.0, ..Cache::with_splits() });
    let run = folder.fit("shots a.h5 --head softmax --c 100 --max-iter 1 --draws 1 --json");
    assert_eq!((run.code, &run.json()["converged"]), (4, &false.into()));
    assert!(run.stderr.contains("not converged: softmax C=100"), "{}", run.stderr);
}
