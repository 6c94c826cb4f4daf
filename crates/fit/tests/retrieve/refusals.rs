//! What `fit retrieve` says when all is not well.

use schema::RetrievalProtocol;

use super::caches::Bench;
use crate::fixture::{Cache, Folder};

fn folder(bench: &Bench) -> Folder {
    let folder = Folder::new();
    bench.write(&folder, "a.h5");
    folder
}

#[test]
fn a_cache_without_queries_or_answers_is_code_3() {
    let folder = folder(&Bench { truth: None, ..Bench::holidays() });
    folder
        .fit("retrieve a.h5")
        .refused(3, &["`a.h5` has no queries", "--source oxford5k", "--query PATH"]);
    Bench::boxes().write(&folder, "boxes.h5");
    folder
        .fit("retrieve boxes.h5")
        .refused(3, &["no query of `boxes.h5` has an answer", "--queries"]);
    folder.fit("retrieve b.h5").refused(3, &["no feature cache `b.h5`"]);
}

#[test]
fn a_query_whose_image_has_no_row_is_refused_with_the_reason() {
    let folder = folder(&Bench { unreadable: vec![4], ..Bench::holidays() });
    let parts =
        ["`100100.jpg` of query `100100.jpg` has no row in `a.h5`: cut short", "extract run"];
    folder.fit("retrieve a.h5").refused(3, &parts);
    let mut bench = Bench::holidays();
    bench.truth.as_mut().unwrap().queries[0].image = "gone.jpg".to_owned();
    bench.write(&folder, "b.h5");
    folder.fit("retrieve b.h5").refused(3, &["`gone.jpg`", "no such image"]);
    bench.shard = Some("2/4".parse().unwrap());
    bench.write(&folder, "part.h5");
    folder.fit("retrieve part.h5").refused(3, &["the cache is part 2/4 of one", "extract merge"]);
}

#[test]
fn queries_of_another_kind_or_without_one_are_refused() {
    let folder = folder(&Bench::of(RetrievalProtocol::Buildings));
    let write = |boxes: Bench| boxes.write(&folder, "boxes.h5");
    let ask = |line: &str| {
        let run = folder.fit(&format!("retrieve a.h5 --queries boxes.h5 {line}"));
        std::fs::remove_file(folder.path("boxes.h5")).unwrap();
        run
    };
    let mut boxes = Bench::boxes();
    boxes.truth.as_mut().unwrap().queries.remove(1);
    write(boxes);
    ask("").refused(3, &["`boxes.h5` has no query `100101.jpg`", "--source oxford5k:queries"]);
    write(Bench { digest: "4567", ..Bench::boxes() });
    ask("").refused(
        3,
        &["`boxes.h5` holds other features", "weights: expected", "hint: extract both"],
    );
    write(Bench { engine: "other", ..Bench::boxes() });
    ask("").refused(3, &["engine: expected `test`, found `other`", "--any-engine"]);
    write(Bench { engine: "other", ..Bench::boxes() });
    ask("--any-engine").ok();
    write(Bench { unreadable: vec![5], ..Bench::boxes() });
    ask("").refused(3, &["`100101.jpg` of query `100101.jpg` has no row in `boxes.h5`: cut short"]);
    write(Bench { views: "box, center", n_views: 1, ..Bench::boxes() });
    ask("").refused(2, &["the queries have the views `center` and the images `patches:4`"]);
    write(Bench { views: "box, patches:2", n_views: 5, ..Bench::boxes() });
    ask("").ok();
}

#[test]
fn views_that_are_not_there_are_a_usage_error() {
    let folder = folder(&Bench::holidays());
    folder
        .fit("retrieve a.h5 --query-levels 5")
        .refused(2, &["55 views of each image are asked for", "has 30"]);
    folder
        .fit("retrieve a.h5 --reference-views 31")
        .refused(2, &["31 views of each image", "`patches:4`"]);
    folder
        .fit("retrieve a.h5 --query-levels 2 --query-views 3")
        .refused(2, &["cannot be used with"]);
    Bench { views: "ten-crop", n_views: 10, ..Bench::holidays() }.write(&folder, "crops.h5");
    folder
        .fit("retrieve crops.h5 --search global")
        .refused(2, &["no view of `ten-crop` is of the whole"]);
    folder.fit("retrieve crops.h5 --query-levels 1").refused(2, &["`ten-crop` have no levels"]);
    folder.fit("retrieve crops.h5").ok();
}

#[test]
fn a_transform_that_cannot_be_learned_is_refused() {
    let folder = folder(&Bench::holidays());
    folder
        .fit("retrieve a.h5 --normalize l2,whiten:500")
        .refused(1, &["`whiten:500` asks for 500 axes", "hint"]);
    folder.fit("retrieve a.h5 --pca-from a.h5").refused(2, &["`--pca-from` has nothing to teach"]);
    Bench { digest: "4567", ..Bench::holidays() }.write(&folder, "other.h5");
    folder
        .fit("retrieve a.h5 --normalize pca:2 --pca-from other.h5")
        .refused(3, &["`other.h5` holds other features"]);
}

#[test]
fn features_that_cannot_be_compared_are_refused() {
    let folder = folder(&Bench { scale: 1e30, ..Bench::holidays() });
    folder
        .fit("retrieve a.h5 --normalize power:2")
        .refused(1, &["are not finite", "begin the transform with `l2`"]);
    folder.fit("retrieve a.h5").ok();
    Bench { scale: f32::INFINITY, ..Bench::holidays() }.write(&folder, "odd.h5");
    folder.fit("retrieve odd.h5").refused(1, &["row 0 of tap", "not finite"]);
}

#[test]
fn an_image_or_a_tap_that_is_not_there_is_told() {
    let folder = folder(&Bench::holidays());
    folder
        .fit("retrieve a.h5 --query b.jpg")
        .refused(1, &["no image of `a.h5` has the path `b.jpg`", "`100000.jpg`"]);
    folder.fit("retrieve a.h5 --tap fc6").refused(3, &["no tap `fc6`"]);
    folder
        .fit("retrieve a.h5 --query 100000.jpg --queries a.h5")
        .refused(2, &["cannot be used with"]);
    let two = Cache { taps: vec!["block4_pool:gap", "block5_pool:gap"], ..Cache::of(2) };
    folder.write("two.h5", &two);
    folder.fit("retrieve two.h5 --query 0000.png").refused(2, &["several taps", "--tap NAME"]);
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    folder(&Bench::holidays())
        .fit("retrieve a.h5 --out a.h5/row")
        .refused(1, &["cannot make `a.h5/row`"]);
}
