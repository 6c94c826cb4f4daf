use super::*;

fn specs() -> [(HeadSpec, &'static str); 7] {
    let loss = HingeLoss::SquaredHinge;
    let layers = "dense128".parse().unwrap();
    [
        (HeadSpec::Softmax { c: 0.5 }, r#"{"head":"softmax","c":0.5}"#),
        (HeadSpec::Svm { loss, c: 2.0 }, r#"{"head":"svm","loss":"squared_hinge","c":2.0}"#),
        (
            HeadSpec::OneVsOne { c: 0.1 },
            r#"{"head":"svm","loss":"hinge","multi_class":"ovo","c":0.1}"#,
        ),
        (
            HeadSpec::Gaussian { c: 0.1 },
            r#"{"head":"svm","loss":"hinge","kernel":"gaussian","c":0.1}"#,
        ),
        (HeadSpec::Ridge { c: 1.0 }, r#"{"head":"ridge","c":1.0}"#),
        (HeadSpec::Knn { n_neighbors: 5 }, r#"{"head":"knn","n_neighbors":5}"#),
        (
            HeadSpec::Mlp { layers, learning_rate: 0.001 },
            r#"{"head":"mlp","layers":"dense:128,relu,sigmoid","learning_rate":0.001}"#,
        ),
    ]
}

#[test]
fn json_names_head_loss_and_number() {
    for (spec, json) in specs() {
        assert_eq!(serde_json::to_string(&spec).unwrap(), json);
        assert_eq!(serde_json::from_str::<HeadSpec>(json).unwrap(), spec);
    }
}

#[test]
fn the_kind_and_the_number_are_parts_of_the_json() {
    for (spec, json) in specs() {
        let kind = spec.serialize_kind(serde_json::value::Serializer).unwrap();
        let number = spec.serialize_number(serde_json::value::Serializer).unwrap();
        let mut whole = kind.as_object().unwrap().clone();
        whole.extend(number.as_object().unwrap().clone());
        assert_eq!(number.as_object().unwrap().len(), 1);
        assert_eq!(
            serde_json::Value::from(whole),
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        );
    }
}

#[test]
fn heads_that_there_are_not_are_refused() {
    for json in [
        r#"{"head":"svm","c":1.0}"#,
        r#"{"head":"mlp","learning_rate":0.1}"#,
        r#"{"head":"svm","loss":"squared_hinge","multi_class":"ovo","c":1.0}"#,
        r#"{"head":"svm","loss":"hinge","multi_class":"ovo","kernel":"gaussian","c":1.0}"#,
        r#"{"head":"softmax","n_neighbors":3}"#,
        r#"{"head":"knn","c":1.0}"#,
        r#"{"head":"forest","c":1.0}"#,
        r#"{"c":1.0}"#,
    ] {
        assert!(serde_json::from_str::<HeadSpec>(json).is_err(), "{json}");
    }
}

#[test]
fn what_fits_least_closely_comes_first() {
    let knn = HeadSpec::Knn { n_neighbors: 1 };
    let mlp = HeadSpec::Mlp { layers: Layers::default(), learning_rate: 0.1 };
    let mut specs = [
        mlp.clone(),
        knn.clone(),
        HeadSpec::Softmax { c: 2.0 },
        HeadSpec::Knn { n_neighbors: 9 },
        HeadSpec::Ridge { c: 0.5 },
        mlp.with_number(Number::LearningRate(0.01)).unwrap(),
    ];
    specs.sort_by(HeadSpec::simplest_first);
    let texts = specs.map(|spec| spec.number().to_string());
    let expected = ["C=0.5", "C=2", "neighbors=9", "neighbors=1", "rate=0.01", "rate=0.1"];
    assert_eq!(texts, expected);
}

#[test]
fn tables_show_four_digits() {
    let of_c = HeadSpec::Ridge { c: 0.016_681_005_372 };
    assert_eq!(of_c.short_number_text(), "C=0.01668");
    assert_eq!(HeadSpec::Knn { n_neighbors: 12_345 }.short_number_text(), "neighbors=12345");
}

#[test]
fn one_number_makes_no_other_kind() {
    for (spec, _) in specs() {
        let numbers = [Number::C(3.0), Number::Neighbors(3), Number::LearningRate(3.0)];
        let others = numbers.map(|number| (number, spec.with_number(number)));
        let others: Vec<_> =
            others.into_iter().filter_map(|(number, other)| Some((number, other?))).collect();
        let [(number, other)] = others.as_slice() else { panic!("{spec} has one number") };
        assert!(spec.is_same_kind(other));
        assert_eq!(other.number(), *number);
        let n_same = specs().iter().filter(|(other, _)| other.is_same_kind(&spec)).count();
        assert_eq!(n_same, 1);
    }
}
