use serde_json::{Value, json};

use crate::fixture::{Cache, Folder, TAP};

fn noisy() -> Cache {
    Cache { noise: 4.0, ..Cache::of(30) }
}

#[test]
fn a_sweep_ranks_candidates_and_tests_the_winners_once() {
    let folder = Folder::with(&noisy());
    let json = folder
        .fit("sweep a.h5 --loss hinge,squared-hinge --c 0.01,1,100 --folds 3 --hold-out 0.2 --json --max-iter 100000")
        .ok()
        .json();
    assert_eq!(json["format"], "offshelf-sweep");
    let leaderboard = json["leaderboard"].as_array().unwrap();
    assert_eq!(leaderboard.len(), 9);
    assert_eq!(json["fit_seconds"].as_array().unwrap().len(), 9);
    let accuracies: Vec<f64> =
        leaderboard.iter().map(|row| row["mean_accuracy"].as_f64().unwrap()).collect();
    assert!(accuracies.is_sorted_by(|a, b| a >= b));
    assert!(accuracies[0] > 0.6, "{accuracies:?}");
    let best: Vec<&Value> = leaderboard.iter().filter(|row| row["best"] == true).collect();
    let winners = json["winners"].as_array().unwrap();
    assert_eq!((best.len(), winners.len()), (3, 3));
    for (best, winner) in best.iter().zip(winners) {
        assert_eq!((&best["head"], &best["c"]), (&winner["head"], &winner["c"]));
        assert_eq!(winner["held_out"]["n_samples"], 18);
    }
    assert_eq!(json["training"]["n_samples"], 72);
    assert_eq!(json["scoring"], json!({"folds": 3}));
}

#[test]
fn a_validation_split_is_used_unless_folds_are_asked_for() {
    let folder = Folder::with(&Cache::with_splits());
    let fixed = folder.fit("sweep a.h5 --head softmax --c 0.1,1 --json").ok().json();
    assert_eq!(fixed["scoring"], "validation_split");
    assert_eq!(fixed["training"]["n_samples"], 90);
    assert_eq!(fixed["winners"][0]["held_out"]["n_samples"], 30);
    let folds = folder.fit("sweep a.h5 --head softmax --c 0.1,1 --folds 4 --json").ok().json();
    assert_eq!(folds["scoring"], json!({"folds": 4}));
}

#[test]
fn the_table_marks_the_best_of_each_family() {
    let folder = Folder::with(&noisy());
    let run = folder.fit("sweep a.h5 --c 0.1,1 --hold-out 0.2").ok();
    let marked: Vec<_> = run.stdout.lines().filter(|line| line.starts_with("*  ")).collect();
    assert_eq!(marked.len(), 2, "{}", run.stdout);
    assert!(run.stdout.contains("fit seconds"));
    assert_eq!(run.stdout.matches("held out: accuracy").count(), 2);
}

const FILES: [&str; 7] = [
    "fits.jsonl",
    "folds.csv",
    "leaderboard.csv",
    "leaderboard.json",
    "softmax.safetensors",
    "svm-hinge.safetensors",
    "sweep.json",
];

fn files(folder: &Folder, name: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path(name)).unwrap();
    let mut files: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    files
}

#[test]
fn the_folder_holds_heads_leaderboard_and_record() {
    let folder = Folder::with(&noisy());
    folder.fit("sweep a.h5 --c 0.1,1 --hold-out 0.2 --seeds 2 --out out").ok();
    assert_eq!(files(&folder, "out"), FILES);
    let text = |name: &str| String::from_utf8(folder.bytes(&format!("out/{name}"))).unwrap();

    let record: Value = serde_json::from_str(&text("sweep.json")).unwrap();
    assert_eq!((&record["version"], &record["command"][1]), (&json!(2), &json!("sweep")));
    assert_eq!((&record["settings"]["seed"], &record["seeds"]), (&json!(0), &json!([0, 1])));
    assert_eq!(record["provenance"]["weights"]["digest"], "0123");
    assert_eq!(record["samples"].as_str().unwrap().len(), 64);
    assert!(record.get("fit_seconds").is_none());

    assert!(text("leaderboard.csv").starts_with("tap,transform,head,loss,c,mean_accuracy"));
    assert_eq!(text("leaderboard.csv").lines().count(), 5);
    // A line that says what the file is, one for each of 2 heads, 2 C, 2 seeds, 5 folds, and one that says
    // which files are the sweep's.
    assert_eq!(text("fits.jsonl").lines().count(), 1 + 40 + 1);

    let folds = text("folds.csv");
    assert_eq!(folds.lines().next(), Some("row,path,class,fold_of_seed_0,fold_of_seed_1"));
    assert_eq!(folds.lines().count(), 1 + 90);
    assert_eq!(folds.matches(",test,test").count(), 18);
    folder.fit("eval out/softmax.safetensors a.h5").ok();
}

#[test]
fn a_repeated_sweep_gives_the_same_bytes_whether_it_computes_or_not() {
    let folder = Folder::with(&noisy());
    let line = "sweep a.h5 --normalize l2 --normalize standardize,pca:3 --c 0.1,1 --out out";
    let contents = || FILES.map(|name| folder.bytes(&format!("out/{name}")));
    let printed = folder.fit(&format!("{line} --json")).ok().stdout;
    let first = contents();

    let again = folder.fit(&format!("{line} --json")).noted("fit: 40 fits: 40 reused, 0 made");
    assert_eq!(again.stdout, printed);
    assert!(first == contents(), "nothing was computed");

    folder.fit(&format!("{line} --json --force")).ok();
    let anew = contents();
    for ((name, first), anew) in FILES.iter().zip(&first).zip(&anew).skip(1) {
        // The command is part of the record.
        let anew = String::from_utf8_lossy(anew).replace(",\n    \"--force\"", "");
        assert!(String::from_utf8_lossy(first) == anew, "`{name}` differs");
    }
}

#[test]
fn a_sweep_that_is_extended_computes_only_what_is_new() {
    let folder = Folder::with(&noisy());
    let sweep = |options: &str| folder.fit(&format!("sweep a.h5 --folds 3 --out out {options}"));
    sweep("--head svm --c 0.1,1").ok();
    let places = |run: crate::fixture::Run| {
        let line = run.stdout.lines().filter(|line| line.contains(" l2 ")).count();
        (line, run.stderr)
    };
    let noted = |all, reused, made| format!("fit: {all} fits: {reused} reused, {made} made\n");
    assert_eq!(places(sweep("--head svm --c 0.01,0.1,1")), (3, noted(9, 6, 3)));
    assert_eq!(places(sweep("--head softmax,svm --c 0.1,1")), (4, noted(12, 6, 6)));
    let transforms = "--head svm --c 0.1 --normalize l2 --normalize power:0.5,l2";
    assert_eq!(sweep(transforms).stderr, noted(6, 3, 3));
    assert_eq!(sweep("--head svm --c 0.1 --seeds 2").stderr, noted(6, 3, 3));
    assert_eq!(files(&folder, "out").len(), 6, "no head of an earlier sweep is left");
    // Whatever changes a score makes it another fit.
    for options in ["--seed 9", "--class-weight balanced", "--tol 1e-5", "--sampling over"] {
        sweep(&format!("--head svm --c 0.1 {options}")).ok();
    }
    assert_eq!(sweep("--head svm --c 0.1 --folds 4").code, 2, "given twice");
    folder.fit("sweep a.h5 --folds 4 --out out --head svm --c 0.1").ok();
}

#[test]
fn the_folder_of_other_samples_is_refused() {
    let folder = Folder::with(&noisy());
    folder.fit("sweep a.h5 --head svm --c 1 --out out").ok();
    let record = folder.bytes("out/sweep.json");
    folder.write("b.h5", &Cache::of(31));
    let line = "sweep b.h5 --head svm --c 1 --out out";
    folder.fit(line).refused(1, &["other samples", "\nhint: ", "--force"]);
    assert_eq!(folder.bytes("out/sweep.json"), record);
    folder.fit(&format!("{line} --force")).ok();
}

#[test]
fn a_fit_log_that_was_cut_goes_on_and_a_damaged_one_is_refused() {
    let folder = Folder::with(&noisy());
    let line = "sweep a.h5 --head svm --c 0.1,1 --folds 3 --out out";
    folder.fit(line).ok();
    let log = String::from_utf8(folder.bytes("out/fits.jsonl")).unwrap();
    // The last line says which files are the sweep's. It was cut before there were any.
    std::fs::write(folder.path("out/fits.jsonl"), &log[..log.len() - 5]).unwrap();
    folder.fit(line).refused(1, &["`out/folds.csv` exists", "\nhint: "]);
    let (fits, files) = log.trim_end().rsplit_once('\n').unwrap();
    let (header, fits) = fits.split_once('\n').unwrap();
    let cut = format!("{header}\n{files}\n{}", &fits[..fits.len() - 5]);
    std::fs::write(folder.path("out/fits.jsonl"), cut).unwrap();
    // All folds of a C are one problem, but only the score that is missing is counted.
    folder.fit(line).noted("fit: 6 fits: 5 reused, 1 made");
    let text = log.replacen("\"score\"", "\"store\"", 1);
    std::fs::write(folder.path("out/fits.jsonl"), text).unwrap();
    folder.fit(line).refused(1, &["line 2", "fits.jsonl", "damaged", "\nhint: "]);
}

#[test]
#[cfg(unix)]
fn ctrl_c_keeps_what_is_done_and_the_same_command_goes_on() {
    use std::process::{Command, Stdio};
    use std::time::Duration;
    let folder = Folder::with(&Cache { noise: 4.0, ..Cache::of(200) });
    let line = "sweep a.h5 --c 1e-3..1e2:400 --seeds 3 --normalize standardize --out out";
    let mut command = folder.command(line);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let n_done = || {
        let log = std::fs::read_to_string(folder.path("out/fits.jsonl")).unwrap_or_default();
        log.lines().count().saturating_sub(1)
    };
    while n_done() == 0 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut kill = Command::new("kill");
    assert!(kill.args(["-s", "INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout), (Some(130), Vec::new()), "{said}");
    assert!(said.contains("stopped: ") && said.contains(" of 12000 fits are in `out`"), "{said}");
    assert_eq!(files(&folder, "out"), ["fits.jsonl"]);

    let done = n_done();
    let log = std::fs::read_to_string(folder.path("out/fits.jsonl")).unwrap();
    let entry: Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
    // The same grid would take long here: the rest of it is left out, which changes no fit.
    let c = entry["c"].as_f64().unwrap();
    let rest =
        format!("sweep a.h5 --head softmax --c {c} --seeds 3 --normalize standardize --out out");
    let run = folder.fit(&rest);
    assert!(run.stderr.starts_with("fit: 15 fits: "), "{}", run.stderr);
    assert!(!run.stderr.contains(" 0 reused"), "{done} were done: {}", run.stderr);
}

#[test]
fn ridge_competes_and_its_head_is_kept() {
    let folder = Folder::with(&Cache::of(30));
    let line = "sweep a.h5 --head ridge,softmax --c 0.1,1 --folds 5 --out out --json";
    let run = folder.fit(line).ok();
    let json = run.json();
    let heads = json["leaderboard"].as_array().unwrap().iter();
    let ridge: Vec<_> = heads.filter(|place| place["head"] == "ridge").collect();
    assert_eq!(ridge.len(), 2);
    let accuracy = |place: &&Value| place["mean_accuracy"].as_f64().unwrap();
    assert!(ridge.iter().all(|place| accuracy(place) > 0.6), "{json}");
    let head = run.winner("ridge");
    let line = format!("eval out/{} a.h5 --json", head["file"].as_str().unwrap());
    assert!(folder.fit(&line).ok().json()["accuracy"].as_f64().unwrap() > 0.6);
}

#[test]
fn taps_and_transforms_compete() {
    let mut cache = noisy();
    cache.taps = vec![TAP, "block4_pool:gap"];
    cache.strengths = vec![0.5, 2.0];
    let folder = Folder::with(&cache);
    let line = "sweep a.h5 --head svm --c 0.1,1 --normalize l2 --normalize whiten --json";
    let json = folder.fit(&format!("{line} --out out")).ok().json();
    assert_eq!(json["leaderboard"].as_array().unwrap().len(), 8);
    assert_eq!(json["winners"].as_array().unwrap().len(), 1);
    assert_eq!(json["winners"][0]["tap"], "block4_pool:gap");
    assert_eq!(json["provenance"]["taps"], json!([TAP, "block4_pool:gap"]));
    let head = "eval out/svm-hinge.safetensors a.h5 --json";
    assert!(folder.fit(head).ok().json()["accuracy"].as_f64().unwrap() > 0.9);
    let one = folder.fit(&format!("{line} --tap {TAP}")).ok().json();
    assert_eq!(one["leaderboard"].as_array().unwrap().len(), 4);
    assert_eq!(one["winners"][0]["tap"], TAP);
}

#[test]
fn the_one_standard_error_rule_is_recorded() {
    let folder = Folder::with(&noisy());
    let line = "sweep a.h5 --head softmax --c 1e-3..1e2:6 --json";
    let best = folder.fit(line).ok().json();
    let json = folder.fit(&format!("{line} --one-standard-error")).ok().json();
    assert_eq!(
        (&best["selection"], &json["selection"]),
        (&json!("best"), &json!("one_standard_error"))
    );
    let c = |json: &Value| json["winners"][0]["c"].as_f64().unwrap();
    assert!(c(&json) <= c(&best));
    let place = |flag: &str| {
        let board = json["leaderboard"].as_array().unwrap();
        board.iter().find(|row| row[flag] == true).unwrap().clone()
    };
    let (best, chosen) = (place("best"), place("refitted"));
    let number = |row: &Value, name: &str| row[name].as_f64().unwrap();
    let within = number(&best, "mean_accuracy") - number(&best, "standard_error");
    assert!(number(&chosen, "mean_accuracy") >= within);
}

#[test]
fn equal_images_and_groups_stay_in_one_fold() {
    let mut cache = noisy();
    cache.copies = vec![(3, 0), (60, 0), (7, 4)];
    cache.path = |row| format!("session {}/{row:04}.png", row / 6);
    let folder = Folder::with(&cache);
    let folds = |options: &str| -> Vec<String> {
        folder
            .fit(&format!("sweep a.h5 --head svm --c 1 --folds 3 --out out --force {options}"))
            .ok();
        let csv = String::from_utf8(folder.bytes("out/folds.csv")).unwrap();
        csv.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().1.to_owned()).collect()
    };
    let plain = folds("");
    assert_eq!((&plain[3], &plain[60], &plain[7]), (&plain[0], &plain[0], &plain[4]));
    let by_folder = folds("--group-by dir");
    assert!(by_folder.chunks(6).all(|session| session.iter().all(|fold| *fold == session[0])));
    assert_eq!(by_folder[60], by_folder[0], "equal images join their folders");

    let groups: String =
        (0..90).map(|row| format!("session {}/{row:04}.png,{}\n", row / 6, row / 9)).collect();
    std::fs::write(folder.path("groups.csv"), format!("path,group\n{groups}")).unwrap();
    let by_file = folds("--group-by groups.csv");
    assert!(by_file.chunks(9).all(|group| group.iter().all(|fold| *fold == group[0])));
    // The same from a table as pandas writes one of ids.
    let ids: String = (0..90).map(|row| format!("{row};{row:04};{}\r\n", row / 9)).collect();
    std::fs::write(folder.path("ids.csv"), format!(";id;patient no.\r\n{ids}")).unwrap();
    let refused =
        ["has no column `path`", "\nhint: say which columns", ":path=id,group=patient no.`"];
    folder.fit("sweep a.h5 --group-by ids.csv").refused(1, &refused);
    folder
        .fit("sweep a.h5 --group-by ids.csv:group=patient,id=x")
        .refused(2, &["`id=x` is no option"]);
    let semicolons: String =
        (0..90).map(|row| format!("9;session {}/{row:04}.png;{}\n", row / 6, row / 9)).collect();
    std::fs::write(folder.path("few.csv"), format!("size;path;group\n{semicolons}")).unwrap();
    folder.fit("sweep a.h5 --head svm --c 1 --folds 3 --group-by few.csv").noted(
        "fit: `few.csv` has `;` between its columns\n\
         fit: of `few.csv` these columns are not read: `size`",
    );
    let all_together: String =
        (0..90).map(|row| format!("session {}/{row:04},\n", row / 6)).collect();
    std::fs::write(folder.path("empty.csv"), format!("id,group\n{all_together}")).unwrap();
    assert_eq!(folds("--group-by empty.csv:path=id,ext=.png"), plain, "no group is no group");
    folder.fit("sweep a.h5 --group-by empty.csv:path=id").refused(
        1,
        &[
            "has no group for image `session 0/0000.png`: its first path is `session 0/0000`",
            ":ext=.EXT",
        ],
    );
    let few = "sweep a.h5 --head svm --c 1 --folds 30 --group-by dir";
    folder.fit(few).refused(1, &["30 in", "groups", "\nhint: use `--folds"]);
    folder.fit("sweep a.h5 --group-by none.csv").refused(1, &["`none.csv`", "\nhint: "]);
}

#[test]
fn sampling_is_for_training_rows_only() {
    let mut cache = noisy();
    // 30 rows of each class become 30, 10 and 10.
    let mut n = 0;
    cache.rows.retain(|(label, _)| {
        n += 1;
        *label == 0 || n % 9 < 3
    });
    let folder = Folder::with(&cache);
    let accuracy = |sampling: &str| {
        let line = format!("sweep a.h5 --head svm --c 1 --sampling {sampling} --json");
        let json = folder.fit(&line).ok().json();
        assert_eq!(json["settings"]["sampling"], sampling);
        json["leaderboard"][0]["mean_class_accuracy"].as_f64().unwrap()
    };
    let none = accuracy("none");
    for sampling in ["over", "under", "smote:3"] {
        assert!(accuracy(sampling) > 0.34, "better than one class for all");
        assert_ne!(accuracy(sampling), none);
    }
    let line = "train a.h5 --head softmax --sampling smote --out h.safetensors --json";
    let json = folder.fit(line).ok().json();
    assert_eq!(json["trained"]["settings"]["sampling"], "smote:5");
    folder.fit("eval h.safetensors a.h5").ok();
    folder.fit("sweep a.h5 --sampling both").refused(2, &["unknown sampling `both`"]);
}

#[test]
fn unconverged_fits_are_named_once_each() {
    let folder = Folder::with(&noisy());
    let run = folder.fit("sweep a.h5 --head softmax --c 10,100 --max-iter 1 --json");
    assert_eq!(run.code, 4);
    assert_eq!(run.json()["leaderboard"][0]["converged"], false);
    assert_eq!(run.stderr.matches("softmax C=100").count(), 1, "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}
