//! Tables of people's own: what is said of them, and what is refused, word for word.

use dataset::{Content, Manifest};
use tempfile::TempDir;

use crate::tree::{put, read, refused, rows, sets, tree, try_read};

fn table<'a>(text: &str, images: impl IntoIterator<Item = &'a str>) -> TempDir {
    let root = tree(images);
    put(root.path(), "samples.csv", text);
    root
}

fn labels(manifest: &Manifest) -> Vec<(&str, Option<&str>)> {
    let name = |label: u32| manifest.classes[label as usize].as_str();
    manifest.samples.iter().map(|s| (s.path, s.label.map(name))).collect()
}

/// The message of a refusal without the folder.
fn message(source: &str, root: &TempDir) -> String {
    let message = try_read(source, root.path()).unwrap_err().to_string();
    message.replace(root.path().to_str().unwrap(), "ROOT")
}

#[test]
fn what_is_not_read_is_said() {
    let text = ",path;x\tsize,label,notes,a,b,c,d,e\n0,a.jpg,cat,,,,,,\n1,b.jpg,cat,,,,,,\n";
    let root = table(text, ["a.jpg", "b.jpg"]);
    let manifest = read("csv:path=path;x\tsize", root.path());
    assert_eq!(labels(&manifest), [("a.jpg", Some("cat")), ("b.jpg", Some("cat"))]);
    let note = "of `samples.csv` these columns are not read: `number 1`, `notes`, `a`, `b`, `c` and 2 more";
    assert_eq!(manifest.notes, [note]);

    let root = table("path;label;size\na.jpg;cat;1\n", ["a.jpg"]);
    let notes = read("csv", root.path()).notes;
    assert_eq!(notes[0], "`samples.csv` has `;` between its columns");
    assert_eq!(notes[1], "of `samples.csv` these columns are not read: `size`");
}

#[test]
fn a_table_whose_labels_have_another_name_is_not_unlabelled() {
    let root = table("path,id,\"breed, fine\"\na.jpg,1,cat\n", ["a.jpg"]);
    assert_eq!(
        message("csv", &root),
        "`ROOT/samples.csv` has no column `label` or `labels`, and others: `id`, `breed, fine`\n\
         hint: name the column of labels, as in `csv:label=id` or `csv:labels=id` for several a cell; or say \
         that there is none: `csv:unlabelled`"
    );
    let named = read("csv:label=\"breed, fine\"", root.path());
    assert_eq!(labels(&named), [("a.jpg", Some("cat"))]);
    assert_eq!(labels(&read("csv:unlabelled", root.path())), [("a.jpg", None)]);
    refused(
        "csv:label=breed",
        root.path(),
        &["no column `breed`; it has `path`, `id`, `breed, fine`"],
    );
    refused("csv:split=fold,unlabelled", root.path(), &["no column `fold`"]);
    refused("csv:path=file,unlabelled", root.path(), &["no column `file`", "`csv:path=path`"]);
    refused("csv:label=id,labels=id", root.path(), &["both a column of one", "name one of them"]);
    for path_alone in ["path\na.jpg\n", "Unnamed: 0,path\n0,a.jpg\n", ",path\n0,a.jpg\n"] {
        assert_eq!(labels(&read("csv", table(path_alone, ["a.jpg"]).path())), [("a.jpg", None)]);
    }
    let both = table("path,label,labels\na.jpg,cat,cat;dog\n", ["a.jpg"]);
    refused("csv", both.path(), &["`csv:label=label` or `csv:labels=labels`"]);
    assert_eq!(labels(&read("csv:label=label", both.path())), [("a.jpg", Some("cat"))]);
    assert_eq!(sets(&read("csv:labels=labels", both.path()))[0].1, [1, 1]);
    let twice = table("path,label,label\na.jpg,a,b\n", ["a.jpg"]);
    refused("csv", twice.path(), &["two columns `label`", "rename one of them"]);
}

#[test]
fn files_that_are_not_there_are_named_by_line() {
    let root = table("path,label\nx.jpg,a\na.jpg,a\n\ny.jpg,b\n", ["a.jpg"]);
    let manifest = read("csv", root.path());
    assert_eq!(manifest.samples.len(), 3);
    let note = "`samples.csv` names 2 files that are not there: line 2 (`x.jpg`), line 5 (`y.jpg`)";
    assert_eq!(manifest.notes, [note]);
    let many: String = (0..9).map(|n| format!("{n}.jpg,b\n")).collect();
    put(root.path(), "samples.csv", format!("path,label\na.jpg,a\n{many}"));
    let note = &read("csv", root.path()).notes[0];
    assert!(
        note.ends_with(
            "9 files that are not there: line 3 (`0.jpg`), line 4 (`1.jpg`), line 5 (`2.jpg`), ..."
        ),
        "{note}"
    );

    // When none is there, the paths are meant otherwise.
    let root = table("path,label\n1f,a\n2f,b\n", ["sub/images/1f.JPG", "1f/"]);
    assert_eq!(
        message("csv", &root),
        "`ROOT/samples.csv` names no file that is there: line 2 leads to `1f` below `ROOT`\n\
         hint: there is one with `csv:folder=sub/images/,ext=.JPG`"
    );
    let found = read("csv:folder=sub/images/,ext=.JPG", root.path());
    assert_eq!(rows(&found)[0].0, "sub/images/1f.JPG");
    let root = table("path,label\n1f,a\n", []);
    refused(
        "csv",
        root.path(),
        &["`csv:ext=.jpg` adds an extension, `csv:folder=FOLDER` a folder"],
    );
    let root = table("path,male\n1f,1\n", ["1f.png"]);
    refused("attributes:file=samples.csv", root.path(), &["`attributes:ext=.png`"]);
}

#[test]
fn a_table_that_is_not_there_is_asked_for_by_the_names_that_are() {
    let root = tree(["train.csv", "a,b.TSV", "notes.md", "a.jpg"]);
    assert_eq!(
        message("csv", &root),
        "there is no `ROOT/samples.csv`: expected the table of the images\n\
         hint: name the table: `csv:file=\"a,b.TSV\"`; there is `a,b.TSV`, `train.csv`"
    );
    put(root.path(), "a,b.TSV", "path\tlabel\na.jpg\tcat\n");
    let manifest = read("csv:file=\"a,b.TSV\"", root.path());
    assert_eq!(labels(&manifest), [("a.jpg", Some("cat"))]);
    assert_eq!(manifest.notes, ["`a,b.TSV` has a tab between its columns"]);
    refused("csv:file=notes.md", root.path(), &["`", "is empty"]);
}

#[test]
fn a_row_that_repeats_another_is_told_and_one_that_contradicts_is_refused() {
    let text =
        "path,label,split\na.jpg,cat,train\nb.jpg,dog,test\n./a.jpg,cat,train\na.jpg,cat,train\n";
    let manifest = read("csv", table(text, ["a.jpg", "b.jpg"]).path());
    assert_eq!(labels(&manifest), [("a.jpg", Some("cat")), ("b.jpg", Some("dog"))]);
    let note = "`samples.csv` has 2 rows that repeat an earlier one: line 4 is line 2";
    assert_eq!(manifest.notes, [note]);
    for (row, what) in
        [("a.jpg,dog,train", "label"), ("a.jpg,cat,test", "split"), ("a.jpg,,train", "label")]
    {
        let root = table(&format!("{text}{row}\n"), ["a.jpg", "b.jpg"]);
        let words = format!("names `a.jpg` in line 2 and, with another {what}, in line 6");
        refused("csv", root.path(), &[&words, "leave one of them out"]);
    }
    let one_hot = "path,cat,dog\na.jpg,1,-1\na.jpg,1,-1\n";
    let manifest = read("attributes:file=samples.csv", table(one_hot, ["a.jpg"]).path());
    assert_eq!((manifest.samples.len(), manifest.notes.len()), (1, 1));
}

#[test]
fn several_labels_in_a_cell_are_never_guessed() {
    for (cells, between) in [
        (["a;b", "c"], None),
        (["a|b", "c"], Some("labels are read with `|` between them")),
        (["['a', \"b\"]", "[]"], Some("the cells of labels are read as lists")),
        (["a;b c", "d,e"], None),
    ] {
        let cells = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        let root = table(
            &format!("path,labels\na.jpg,{}\nb.jpg,{}\n", cells[0], cells[1]),
            ["a.jpg", "b.jpg"],
        );
        let manifest = read("csv", root.path());
        assert_eq!(manifest.notes.first().map(String::as_str), between, "{cells:?}");
        assert_eq!(manifest.samples.get(0).labels.unwrap().iter().filter(|l| **l == 1).count(), 2);
    }
    let doubtful = |cell: &str, line: u64, found: &str| {
        let root =
            table(&format!("path,labels\na.jpg,x\nb.jpg,\"{cell}\"\nc.jpg,p;q\n"), ["a.jpg"]);
        let words = format!("has `{found}` in line {line}, which can be one label or several");
        refused(
            "csv",
            root.path(),
            &[&words, "`csv:between=semicolon`, `bar`, `comma`, `space` or `list`"],
        );
    };
    doubtful("a|b", 4, "p;q");
    for cell in ["a,b", "a b", "('a', 'b')"] {
        let root = table(&format!("path,labels\na.jpg,x\nb.jpg,\"{cell}\"\n"), ["a.jpg"]);
        refused("csv", root.path(), &[&format!("has `{cell}` in line 3"), "one label or several"]);
        let names = read("csv:between=semicolon", root.path()).classes;
        assert_eq!(names, [cell, "x"]);
    }
    let root = table("path,labels\na.jpg,\"['a' 'b']\"\n", ["a.jpg"]);
    let words = ["has `['a' 'b']` in line 2, which is no list", "a list is `[\"a\", \"b\"]`"];
    refused("csv:between=list", root.path(), &words);
    let root = table("path,labels\na.jpg,a ?b\nb.jpg,b\n", ["a.jpg", "b.jpg"]);
    assert_eq!(sets(&read("csv:between=space", root.path()))[0].1, [1, 0]);
}

#[test]
fn one_label_that_looks_like_several_is_asked_about() {
    for cell in ["a;b", "a|b", "['a']"] {
        let root = table(&format!("path,label\na.jpg,x\nb.jpg,{cell}\n"), ["a.jpg", "b.jpg"]);
        let words = format!("has the label `{cell}` in line 3, which may be several");
        refused("csv", root.path(), &[&words, "`csv:label=label`", "`csv:labels=label`"]);
        assert_eq!(labels(&read("csv:label=label", root.path()))[1].1, Some(cell));
    }
    let root = table("path,label\na.jpg,cat\nb.jpg,nan\n", ["a.jpg", "b.jpg"]);
    let note = "the label `nan`, first in line 3, is taken for a class of that name";
    assert_eq!(read("csv", root.path()).notes, [note]);
}

#[test]
fn paths_are_read_in_every_form_that_leads_to_the_file() {
    let root = tree(["cat/1.jpg", "cat\\2.jpg", "100%.jpg", "caf%25.jpg", "%E9.jpg"]);
    let absolute = root.path().join("cat/1.jpg").display().to_string();
    for (cell, path) in [
        (absolute.as_str(), "cat/1.jpg"),
        ("./cat//1.jpg", "cat/1.jpg"),
        ("cat\\1.jpg", "cat/1.jpg"),
        ("cat\\2.jpg", "cat\\2.jpg"),
        ("100%.jpg", "100%25.jpg"),
        // As predictions of another file would have it, and the name of a file here.
        ("caf%25.jpg", "caf%2525.jpg"),
        ("%E9.jpg", "%25E9.jpg"),
        // As a cache has it.
        ("100%25.jpg", "100%25.jpg"),
        ("%25E9.jpg", "%25E9.jpg"),
    ] {
        put(root.path(), "samples.csv", format!("path,label\n{cell},a\n"));
        assert_eq!(rows(&read("csv", root.path()))[0].0, path, "{cell}");
    }
    for (cell, words) in [
        ("/elsewhere/1.jpg", "names `/elsewhere/1.jpg` in line 2, which is not below"),
        ("https://host/1.jpg", "`csv:root=FOLDER` removes the folder"),
        ("C:\\pets\\1.jpg", "names `C:\\pets\\1.jpg` in line 2"),
        ("../1.jpg", "names `../1.jpg` in line 2"),
        ("\"\"", "line 2"),
    ] {
        put(root.path(), "samples.csv", format!("path,label\n{cell},a\n"));
        refused("csv", root.path(), &[words]);
    }
    put(root.path(), "samples.csv", format!("path,label\n{absolute},a\n"));
    refused("csv:root=/elsewhere", root.path(), &["in line 2, which is not below"]);
}

/// What `fit predict` writes.
#[test]
fn predictions_are_a_list_like_any_other() {
    for (predictions, source) in [
        (["cat|dog", ""], "csv:labels=prediction"),
        (["\"[\"\"cat\"\",\"\"dog|b\"\"]\"", "[]"], "csv:labels=prediction"),
    ] {
        let [first, second] = predictions;
        let text = format!(
            "path,prediction,score:cat,score:dog\n\"a,b.png\",{first},0.5,0.25\n100%.png,{second},-1,0\n"
        );
        let manifest = read(source, table(&text, ["a,b.png", "100%.png"]).path());
        let found = [("100%25.png", &[-1, -1][..]), ("a,b.png", &[1, 1])];
        assert_eq!(sets(&manifest).iter().map(|row| (row.0, row.1)).collect::<Vec<_>>(), found);
    }
    let text = "path,prediction,probability:cat\n\"a,b.png\",cat,0.5\n";
    let root = table(text, ["a,b.png"]);
    assert_eq!(labels(&read("csv:label=prediction", root.path())), [("a,b.png", Some("cat"))]);
    refused("csv", root.path(), &["`csv:label=prediction`"]);
}

/// Predictions name records of MNIST by their number.
#[test]
fn a_record_of_a_file_is_a_path_like_any_other() {
    let text = "path,prediction,score:3\ntrain-images-idx3-ubyte#0000001,3,0.5\n";
    let root = table(text, ["train-images-idx3-ubyte", "a.jpg"]);
    let manifest = read("csv:label=prediction", root.path());
    assert!(matches!(manifest.samples.get(0).content(root.path()), Content::Record(_)));
    put(root.path(), "samples.csv", "path\na.jpg#0000001\n");
    refused("csv", root.path(), &["line 2"]);
}

#[test]
fn zero_is_absent_or_unknown_and_never_guessed() {
    let read_with = |zero: &str, cells: &str| {
        let root = table(&format!("path,male,old\na.jpg,{cells}\n"), ["a.jpg"]);
        let source = format!("attributes:file=samples.csv{zero}");
        try_read(&source, root.path()).map(|manifest| sets(&manifest)[0].1.to_vec())
    };
    assert_eq!(read_with("", "0,-1").unwrap(), [0, -1]);
    assert_eq!(read_with(",zero=absent", "0,-1").unwrap(), [-1, -1]);
    assert_eq!(read_with(",zero=unknown", "0,1").unwrap(), [0, 1]);
    assert_eq!(read_with("", ",1.0").unwrap(), [0, 1]);
    assert_eq!(read_with("", "False,TRUE").unwrap(), [-1, 1]);
    let error = read_with("", "0,1").unwrap_err().to_string();
    assert!(error.contains("has 0 in its columns of attributes, and no -1"), "{error}");
    assert!(error.contains("`attributes:zero=absent` or `attributes:zero=unknown`"), "{error}");
}

#[test]
fn columns_that_are_no_attributes_are_left_out_by_name() {
    let root = table("path,notes,\"a, b\",male\na.jpg,x,y,1\n", ["a.jpg"]);
    let source = "attributes:file=samples.csv";
    refused(
        source,
        root.path(),
        &["`x` in line 2 of the column `notes`", "`attributes:ignore=notes`"],
    );
    let ignored = r#"attributes:file=samples.csv,"ignore=notes,""a, b""""#;
    assert_eq!(read(ignored, root.path()).classes, ["male"]);
    refused(&format!("{source},ignore=note"), root.path(), &["no column `note`"]);
    refused(
        &format!("{source},\"ignore=notes,\"\"a, b\"\",male\""),
        root.path(),
        &["no column of an attribute"],
    );
}

#[test]
fn what_is_no_table_is_refused_with_the_line() {
    for (text, words) in [
        (
            "path,label\na.jpg,\"cat\n",
            ["quote in line 2 that is never closed", "quotes inside it are doubled"],
        ),
        (
            "path,label\n\"a\"x,cat\n",
            ["has `x` behind a closing quote in line 2; it opens in line 2", "doubled"],
        ),
        ("path,label\na.jpg,a \\\"cat\\\"\n", ["a quote behind a backslash in line 2", "doubled"]),
        ("path,label\na.jpg,cat,x\n", ["3 cells in line 2, and 2 columns", "put cells in quotes"]),
        ("path,label\n\n\na.jpg\n", ["1 cells in line 4, and 2 columns", "put cells in quotes"]),
        ("\n\n", ["is empty", "hint"]),
        ("\u{1f}PAR1", ["no column `path`", "it has"]),
        ("PAR1", ["is no text: it is a Parquet file", "save it as CSV in UTF-8"]),
        ("PK\u{3}\u{4}", ["it is a spreadsheet or another zip archive", "save it as CSV in UTF-8"]),
        (
            "file,label\na.jpg,cat\n",
            ["no column `path`; it has `file`, `label`", "`csv:path=file`"],
        ),
    ] {
        refused("csv", table(text, ["a.jpg"]).path(), &words);
    }
    let root = table("a.jpg,cat;dog\n", ["a.jpg"]);
    let words = ["several signs that may separate its columns: `,`, `;`", "separator=comma"];
    refused("csv:noheader", root.path(), &words);
    let manifest = read("csv:noheader,separator=comma,label=2", root.path());
    assert_eq!(labels(&manifest), [("a.jpg", Some("cat;dog"))]);
}

#[test]
fn options_of_tables_are_checked() {
    let message = |text: &str| text.parse::<dataset::Source>().unwrap_err().to_string();
    for (text, words) in [
        ("csv:between=dash", "`between=` and `semicolon`, `bar`, `comma`, `space` or `list`"),
        ("csv:separator=,", "`separator=` and `comma`, `semicolon`, `tab` or `bar`"),
        ("attributes:zero=1", "`zero=` and `absent` or `unknown`"),
        ("csv:label", "`label=` and the name of a column"),
        ("csv:\"label=a", "has a quote that is never closed"),
        ("attributes:label=a", "has no option `label`"),
    ] {
        assert!(message(text).contains(words), "{}", message(text));
    }
}
