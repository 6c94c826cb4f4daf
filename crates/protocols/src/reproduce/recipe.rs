//! What is done in a variant of a protocol.

use head::{LabelKind, Step, Steps};
use heads::HingeLoss;
use serde::{Deserialize, Serialize};
use train::CGrid;

use super::image_features::ViewUse;
use super::solve::Method;
use super::{Protocol, Variant};

/// What becomes of the scales of an image in the variant `vgg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scales {
    /// All views are averaged.
    Average,
    /// An image and its mirror are averaged at each scale, and the scales stacked.
    Stack,
}

/// What may be changed of a recipe.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecipeOptions {
    /// C, or several to choose from.
    pub c: Option<CGrid>,
    /// Folds by which C is chosen; 5 when absent.
    pub folds: Option<usize>,
    /// Whether `cnnaug-svm` takes the signed power before the norm.
    pub power_first: bool,
    /// What `vgg` does with scales; averages them on VOC 2007 and stacks them on others when absent.
    pub scales: Option<Scales>,
}

/// How C is found.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// It is given.
    Given(f64),
    /// The best of several, by folds of the training images.
    Folds {
        /// Values to try, ascending.
        cs: Vec<f64>,
        /// Number of folds.
        n_folds: usize,
    },
    /// The best of several, on a part of the training images.
    HeldOut {
        /// Values to try, ascending.
        cs: Vec<f64>,
        /// The part.
        fraction: f64,
    },
    /// The best of several, on the validation split, or a fifth of the training images where there is
    /// none.
    Validation {
        /// Values to try, ascending.
        cs: Vec<f64>,
    },
    /// The best for each class by 3 folds, as VISSL chooses it.
    OfEachClass {
        /// Values to try, ascending.
        cs: Vec<f64>,
    },
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    pub(super) views: ViewUse,
    /// What happens to each row before the head.
    pub steps: Steps,
    pub(super) method: Method,
    /// How C is found.
    pub choice: Choice,
}

/// Costs of VISSL's benchmark.
const VISSL_COSTS: [f64; 11] = [0.01, 0.1, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 50.0, 100.0, 1000.0];

impl Recipe {
    /// The recipe of a protocol in a variant.
    pub fn of(protocol: &Protocol, variant: Variant, options: &RecipeOptions) -> Self {
        let several = protocol.labels == LabelKind::MultiLabel;
        let steps = match variant {
            Variant::CnnSvm | Variant::Vgg => vec![Step::L2],
            Variant::CnnaugSvm if options.power_first => vec![Step::Power(2.0), Step::L2],
            Variant::CnnaugSvm => vec![Step::L2, Step::Power(2.0)],
            // VISSL's norm has a summand of its own: see `vissl`.
            Variant::Vissl | Variant::Kornblith => Vec::new(),
        };
        let views = match (variant, options.scales) {
            (Variant::CnnaugSvm, _) => ViewUse::Each,
            (Variant::Vgg, Some(Scales::Average)) => ViewUse::Average,
            (Variant::Vgg, Some(Scales::Stack)) => ViewUse::StackScales,
            (Variant::Vgg, None) if several => ViewUse::Average,
            (Variant::Vgg, None) => ViewUse::StackScales,
            _ => ViewUse::First,
        };
        let method = match variant {
            Variant::CnnSvm if several => Method::LibsvmRest,
            Variant::CnnSvm => Method::LibsvmVotes,
            Variant::Vgg => Method::Liblinear(HingeLoss::Hinge),
            Variant::CnnaugSvm | Variant::Vissl => Method::Liblinear(HingeLoss::SquaredHinge),
            Variant::Kornblith if several => Method::Logistic,
            Variant::Kornblith => Method::Softmax,
        };
        let asked = options.c.as_ref().map(CGrid::values);
        let grid = |text: &str| -> Vec<f64> {
            let parsed: CGrid = text.parse().expect("the grid is written here");
            asked.map_or_else(|| parsed.values().to_vec(), <[f64]>::to_vec)
        };
        let n_folds = options.folds.unwrap_or(5);
        let choice = match (variant, asked) {
            (Variant::Vissl, asked) => {
                Choice::OfEachClass { cs: asked.unwrap_or(&VISSL_COSTS).to_vec() }
            }
            (_, Some(&[c])) => Choice::Given(c),
            (Variant::Kornblith, _) => Choice::Validation { cs: grid("1e-6..1e5:45") },
            (Variant::Vgg, _) => Choice::HeldOut { cs: grid("1e-3..1e2:11"), fraction: 0.2 },
            (_, Some(cs)) => Choice::Folds { cs: cs.to_vec(), n_folds },
            (_, None) => match protocol.c {
                Some(c) => Choice::Given(c),
                None => Choice::Folds { cs: grid("1e-3..1e2:11"), n_folds },
            },
        };
        Self { views, steps: Steps(steps), method, choice }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(protocol: &str, variant: Variant, options: &RecipeOptions) -> Recipe {
        Recipe::of(protocol.parse().unwrap(), variant, options)
    }

    #[test]
    fn razavians_recipes_are_those_of_the_paper() {
        let default = RecipeOptions::default();
        let voc = recipe("voc2007", Variant::CnnSvm, &default);
        assert_eq!(voc.method, Method::LibsvmRest);
        assert_eq!(voc.choice, Choice::Given(0.2));
        let mit = recipe("mit67", Variant::CnnSvm, &default);
        assert_eq!((mit.method, mit.choice), (Method::LibsvmVotes, Choice::Given(2.0)));
        let aug = recipe("mit67", Variant::CnnaugSvm, &default);
        assert_eq!((aug.views, aug.steps.to_string().as_str()), (ViewUse::Each, "l2,power:2"));
        let turned = RecipeOptions { power_first: true, ..default };
        let turned = recipe("mit67", Variant::CnnaugSvm, &turned);
        assert_eq!(turned.steps.to_string(), "power:2,l2");
    }

    #[test]
    fn c_is_given_chosen_or_published() {
        let with = |text: &str| RecipeOptions {
            c: Some(text.parse().unwrap()),
            folds: Some(3),
            ..RecipeOptions::default()
        };
        let choice =
            |protocol, variant, options: &RecipeOptions| recipe(protocol, variant, options).choice;
        assert_eq!(choice("mit67", Variant::CnnSvm, &with("7")), Choice::Given(7.0));
        let folds = Choice::Folds { cs: vec![1.0, 7.0], n_folds: 3 };
        assert_eq!(choice("mit67", Variant::CnnSvm, &with("1,7")), folds);
        let held_out = Choice::HeldOut { cs: vec![1.0, 7.0], fraction: 0.2 };
        assert_eq!(choice("caltech101", Variant::Vgg, &with("1,7")), held_out);
        let default = RecipeOptions::default();
        let Choice::Folds { cs, n_folds: 5 } = choice("caltech101", Variant::CnnSvm, &default)
        else {
            panic!("no C was published")
        };
        assert_eq!(cs.len(), 11);
        let Choice::Validation { cs } = choice("mit67", Variant::Kornblith, &default) else {
            panic!("chosen on validation")
        };
        assert_eq!((cs.len(), cs[0], cs[44]), (45, 1e-6, 1e5));
        let costs = Choice::OfEachClass { cs: VISSL_COSTS.to_vec() };
        assert_eq!(choice("voc2007", Variant::Vissl, &default), costs);
    }
}
