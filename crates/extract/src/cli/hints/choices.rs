//! Options that make features equal to others.

use console::{quote_for_shell, shown};
use schema::{Choice, Difference, Provenance, views_are_boxed};

/// The shard where all images are in one cache.
const ALL_IMAGES: &str = "all images";

/// What to change in a command, so that its features are of the provenance `wanted`, which differs from that of the
/// command in `differences`; the found values are those wanted, or the expected ones.
pub(super) fn to_equal(differences: &[Difference], wanted: &Provenance) -> String {
    let choices = wanted.choices();
    // Rows of several engines are of no single one, and are kept by those that take any.
    let is_shared =
        |difference: &Difference| difference.field == "engine" && wanted.engine.contains('+');
    let decided = |difference: &&Difference| choices.iter().any(|c| c.decides(difference));
    let (can, cannot): (Vec<_>, Vec<_>) =
        differences.iter().filter(|d| d.field != "shard" && !is_shared(d)).partition(decided);
    let mut with: Vec<String> = choices
        .iter()
        .filter(|choice| can.iter().any(|difference| choice.decides(difference)))
        .map(option)
        .collect();
    if differences.iter().any(is_shared) {
        with.push("--any-engine".to_owned());
    }
    let mut without = Vec::new();
    let has_boxes = |d: &Difference| {
        d.field == "views"
            && [&d.expected, &d.found].into_iter().any(|views| views_are_boxed(views))
    };
    if can.iter().any(|d| has_boxes(d)) && !choices.iter().any(|c| c.name == "crop-box") {
        without.push("--crop-box");
    }
    match differences.iter().find(|difference| difference.field == "shard") {
        Some(shard) if shard.found == ALL_IMAGES => without.push("--shard"),
        Some(shard) => with.push(format!("--shard {}", quote_for_shell(&shard.found))),
        None => {}
    }
    if !cannot.is_empty() {
        let fields: Vec<_> = cannot.iter().map(|difference| difference.field.as_str()).collect();
        return format!(
            "no option chooses `{}`: it is of another version, or of a cache that was not extracted",
            shown(&fields.join("`, `"))
        );
    }
    let mut hint = format!("the same features are made with `{}`", with.join(" "));
    if with.is_empty() {
        hint = "the same features are made".to_owned();
    }
    for option in without {
        hint += &format!(", without `{option}`");
    }
    hint
}

fn option(Choice { name, value, .. }: &Choice) -> String {
    match value.as_str() {
        "" => format!("--{name}"),
        value => format!("--{name} {}", quote_for_shell(value)),
    }
}
