//! Several networks in one sweep.

use head::{Number, load};
use heads::Head;
use serde_json::Value;

use crate::fixture::{Cache, Folder};

fn noisy() -> Cache {
    Cache { noise: 4.0, ..Cache::of(30) }
}

#[test]
fn networks_compete_and_another_one_costs_its_own_fits_alone() {
    let folder = Folder::with(&noisy());
    let [small, large] = ["dense:4,relu,softmax", "dense:16,relu,dropout:0.25,softmax"];
    let sweep = |networks: &[&str]| {
        let layers: String = networks.iter().map(|layers| format!(" --layers {layers}")).collect();
        folder.fit(&format!(
            "sweep a.h5 --head mlp,softmax --c 1 --learning-rate 0.01,0.03 --epochs 5 --patience 0 \
             --folds 3 --out out --json{layers}"
        ))
    };
    let one = sweep(&[small]).ok();
    let two = sweep(&[small, large]).noted("fit: 15 fits: 9 reused, 6 made");
    let json = two.json();
    let places = json["leaderboard"].as_array().unwrap();
    let of = |layers: &str| -> Vec<&Value> {
        places.iter().filter(|place| place["layers"] == layers).collect()
    };
    assert_eq!((places.len(), of(small).len(), of(large).len()), (5, 2, 2));
    for layers in [small, large] {
        assert_eq!(of(layers).iter().filter(|place| place["refitted"] == true).count(), 1);
    }
    // What the first sweep said of its network is what the second says.
    let alone = one.json();
    let first = alone["leaderboard"].as_array().unwrap().iter();
    assert!(first.into_iter().all(|place| places.contains(place)), "{json}");
    let csv = String::from_utf8(folder.bytes("out/leaderboard.csv")).unwrap();
    assert_eq!(csv.matches(&format!(",\"{large}\"\n")).count(), 2, "{csv}");

    let third = "dense128";
    sweep(&[small, large, third]).noted("fit: 21 fits: 15 reused, 6 made");
    sweep(&[large, small, large]).noted("fit: 15 fits: 15 reused, 0 made");

    for (layers, file) in
        [(small, "mlp-dense4-relu-softmax"), (large, "mlp-dense16-relu-dropout0.25-softmax")]
    {
        let head = load(&folder.path(&format!("out/{file}.safetensors"))).unwrap();
        let Head::Mlp(network) = &head.pipeline.head else { panic!("no network") };
        assert_eq!(network.architecture().to_string(), layers);
        let best = of(layers).into_iter().find(|place| place["refitted"] == true).unwrap();
        let Number::LearningRate(rate) = head.description.spec.number() else {
            panic!("a network has a learning rate")
        };
        assert_eq!(best["learning_rate"], rate);
        // The head is the one that `fit train` makes of this network.
        folder
            .fit(&format!(
                "train a.h5 --head mlp --layers {layers} --learning-rate {rate} --epochs 5 \
                 --patience 0 --out same.safetensors --force"
            ))
            .ok();
        let same = load(&folder.path("same.safetensors")).unwrap();
        assert_eq!(head.pipeline, same.pipeline);
        let line = format!("predict out/{file}.safetensors a.h5");
        assert_eq!(folder.fit(&line).ok().stdout.lines().count(), 1 + 90);
        assert!(folder.path(&format!("out/{file}.curve.csv")).is_file());
    }
}

#[test]
fn the_table_and_the_winners_name_their_layers() {
    let folder = Folder::with(&noisy());
    let line = "sweep a.h5 --head mlp --layers dense:4,softmax --layers dense128 --epochs 2 \
                --learning-rate 0.01 --patience 0 --folds 2";
    let text = folder.fit(line).ok().stdout;
    for layers in ["dense:4,softmax", "dense:128,relu,sigmoid"] {
        assert!(text.contains(&format!("  mlp   {layers}")), "{text}");
        assert!(text.contains(&format!("\nmlp ({layers}) on")), "{text}");
    }
    let several = line.replace("sweep", "layers");
    folder.fit(&several).refused(2, &["give one loss, one kernel, one network"]);
}
