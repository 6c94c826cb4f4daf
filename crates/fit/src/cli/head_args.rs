//! Which heads, their numbers, and the options that only some of them have.

use clap::{Args, ValueEnum};
use head::{HeadSpec, HingeLoss, Kernel, Layers, MultiClass, NetworkTraining, Number};
use train::CGrid;

use super::fit_args::usage;
use super::words::{KERNELS, LOSSES, MULTI_CLASSES, one_of};

/// C of one head where none is given.
const C: f64 = 1.0;

/// Learning rate of a network where none is given.
const LEARNING_RATE: f64 = 1e-3;

/// A kind of head, before it is known which of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Head {
    /// Softmax regression: probabilities
    Softmax,
    /// Support vector machine: margins
    Svm,
    /// Ridge classifier, least squares on targets 1 and -1: margins
    Ridge,
    /// Votes of the nearest training rows by cosine similarity: probabilities
    Knn,
    /// Small network: probabilities
    Mlp,
}

/// Options that only some heads have.
#[derive(Debug, Args)]
pub(super) struct HeadArgs {
    /// Loss of the SVM [default: hinge]
    #[arg(long, value_parser = one_of(LOSSES), value_delimiter = ',')]
    loss: Vec<HingeLoss>,

    /// How the SVM tells several classes apart [default: ovr]; `ovo` goes with the hinge loss and the
    /// linear kernel
    #[arg(long, value_parser = one_of(MULTI_CLASSES), value_delimiter = ',')]
    multi_class: Vec<MultiClass>,

    /// Kernel of the SVM [default: linear]; `gaussian` goes with the hinge loss and `ovr`, and takes at
    /// most 1000 training rows
    #[arg(long, value_parser = one_of(KERNELS), value_delimiter = ',')]
    kernel: Vec<Kernel>,

    /// `gamma` of the Gaussian kernel [default: 1 / (n_features * variance)]
    #[arg(long, value_name = "GAMMA", value_parser = positive)]
    pub(super) gamma: Option<f64>,

    /// Neighbors vote with exp(similarity / temperature) [default: 0.07]
    #[arg(long, value_name = "T", value_parser = positive)]
    pub(super) temperature: Option<f64>,

    /// The network: `dense64` (dense:64,relu,batchnorm,dropout:0.5,softmax), `dense128`
    /// (dense:128,relu,sigmoid), or layers in that notation, of at most 65536 units each and 2^28 weights
    /// together [default: dense64]. Repeat the option to
    /// compare several networks in a sweep
    #[arg(long, value_name = "LAYERS")]
    layers: Vec<Layers>,

    /// The largest number of passes of a network over its training rows, at most 100000 [default: 100]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    epochs: Option<usize>,

    /// Rows in a batch when a network is trained [default: 32]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    batch_size: Option<usize>,

    /// Stop the training of a network when its validation loss has not fallen for this many epochs; 0
    /// for never [default: 10]. The network of the best epoch is kept
    #[arg(long, value_name = "N")]
    patience: Option<usize>,

    /// Part of the training rows of each class that a network keeps for its validation loss; 0 for
    /// none, which trains all epochs and keeps the last [default: 0.1]
    #[arg(long, value_name = "FRACTION", value_parser = fraction)]
    validation: Option<f64>,
}

/// Grids of numbers.
#[derive(Debug, Args)]
pub(super) struct GridArgs {
    /// Values of C, at most 1000: `FROM..TO:COUNT`, evenly spaced in log C, or a list such as `0.1,1,10`
    /// [default: 1e-3..1e2:10; of `fit layers`, 1e-3..1e2:6]
    #[arg(long, value_name = "GRID")]
    c: Option<CGrid>,

    /// Numbers of neighbors that vote [default: 1,3,5,9,15]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = at_least_one)]
    neighbors: Vec<usize>,

    /// Learning rates of a network [default: 1e-3,3e-3]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = positive)]
    learning_rate: Vec<f64>,
}

/// The number of one head.
#[derive(Debug, Args)]
pub(super) struct NumberArgs {
    /// C, which multiplies the summed loss: larger fits closer [default: 1]
    #[arg(long, value_name = "C", value_parser = positive_c)]
    c: Option<f64>,

    /// The number of neighbors that vote [default: 5]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    neighbors: Option<usize>,

    /// The learning rate of a network [default: 1e-3]
    #[arg(long, value_name = "RATE", value_parser = positive)]
    learning_rate: Option<f64>,
}

impl HeadArgs {
    /// The heads asked for with their default numbers, each once, with every network, and every loss,
    /// kernel and way to tell classes apart that goes together.
    ///
    /// # Errors
    /// A usage error for an option whose head is not among them.
    pub(super) fn specs(&self, heads: &[Head]) -> Result<Vec<HeadSpec>, clap::Error> {
        let mut specs = Vec::new();
        for head in heads {
            let network = |layers| HeadSpec::Mlp { layers, learning_rate: LEARNING_RATE };
            let of_head = match head {
                Head::Softmax => vec![HeadSpec::Softmax { c: C }],
                Head::Ridge => vec![HeadSpec::Ridge { c: C }],
                Head::Knn => vec![HeadSpec::Knn { n_neighbors: HeadSpec::N_NEIGHBORS }],
                Head::Mlp if self.layers.is_empty() => vec![network(Layers::default())],
                Head::Mlp => self.layers.iter().cloned().map(network).collect(),
                Head::Svm => self.machines()?,
            };
            for spec in of_head {
                if !specs.contains(&spec) {
                    specs.push(spec);
                }
            }
        }
        self.check(&specs)?;
        Ok(specs)
    }

    /// The support vector machines.
    fn machines(&self) -> Result<Vec<HeadSpec>, clap::Error> {
        let losses = or_default(&self.loss, &[HingeLoss::Hinge]);
        let multi_classes = or_default(&self.multi_class, &[MultiClass::Ovr]);
        let kernels = or_default(&self.kernel, &[Kernel::Linear]);
        let mut machines = Vec::new();
        let (mut used_losses, mut used_multi_classes, mut used_kernels) = (vec![], vec![], vec![]);
        for &kernel in &kernels {
            for &multi_class in &multi_classes {
                for &loss in &losses {
                    if let Some(machine) = HeadSpec::svm(loss, multi_class, kernel, C) {
                        machines.push(machine);
                        used_losses.push(loss);
                        used_multi_classes.push(multi_class);
                        used_kernels.push(kernel);
                    }
                }
            }
        }
        let are_used = losses.iter().all(|loss| used_losses.contains(loss))
            && multi_classes.iter().all(|way| used_multi_classes.contains(way))
            && kernels.iter().all(|kernel| used_kernels.contains(kernel));
        if are_used {
            Ok(machines)
        } else {
            Err(usage(
                "`--multi-class ovo` and `--kernel gaussian` are for `--loss hinge`, and do not go \
                 together",
            ))
        }
    }

    /// Refuses options that none of `specs` has.
    fn check(&self, specs: &[HeadSpec]) -> Result<(), clap::Error> {
        let gaussian = specs.iter().any(|spec| matches!(spec, HeadSpec::Gaussian { .. }));
        let has_head = |name: &str| specs.iter().any(|spec| spec.name() == name);
        let (svm, mlp, knn) = (has_head("svm"), has_head("mlp"), has_head("knn"));
        let options = [
            ("loss", !self.loss.is_empty(), svm, "--head svm`; other heads have one loss"),
            ("multi-class", !self.multi_class.is_empty(), svm, "--head svm`"),
            ("kernel", !self.kernel.is_empty(), svm, "--head svm`"),
            ("gamma", self.gamma.is_some(), gaussian, "--kernel gaussian`"),
            ("temperature", self.temperature.is_some(), knn, "--head knn`"),
            ("layers", !self.layers.is_empty(), mlp, "--head mlp`"),
            ("epochs", self.epochs.is_some(), mlp, "--head mlp`"),
            ("batch-size", self.batch_size.is_some(), mlp, "--head mlp`"),
            ("patience", self.patience.is_some(), mlp, "--head mlp`"),
            ("validation", self.validation.is_some(), mlp, "--head mlp`"),
        ];
        match options.into_iter().find(|&(_, is_given, is_used, _)| is_given && !is_used) {
            Some((option, _, _, of)) => Err(usage(&format!("`--{option}` is for `{of}"))),
            None => Ok(()),
        }
    }

    /// How networks are trained.
    pub(super) fn network_training(&self) -> NetworkTraining {
        let default = NetworkTraining::default();
        NetworkTraining {
            epochs: self.epochs.unwrap_or(default.epochs),
            batch_size: self.batch_size.unwrap_or(default.batch_size),
            patience: self.patience.map_or(default.patience, |n| (n > 0).then_some(n)),
            validation: self.validation.unwrap_or(default.validation),
        }
    }
}

impl GridArgs {
    /// Every head with every number of its kind; `c` is the grid of C where none is given.
    ///
    /// # Errors
    /// A usage error for a grid that no head has.
    pub(super) fn candidates(
        &self,
        specs: &[HeadSpec],
        c: &str,
    ) -> Result<Vec<HeadSpec>, clap::Error> {
        let cs = self.c.clone().unwrap_or_else(|| c.parse().expect("a default is a grid"));
        let mut neighbors = or_default(&self.neighbors, &[1, 3, 5, 9, 15]);
        neighbors.sort_unstable();
        let mut rates = or_default(&self.learning_rate, &[1e-3, 3e-3]);
        rates.sort_by(f64::total_cmp);
        let asked = [
            self.c.is_some().then_some(Number::C(C)),
            self.neighbors.first().copied().map(Number::Neighbors),
            self.learning_rate.first().copied().map(Number::LearningRate),
        ];
        check_numbers(specs, asked)?;
        let cs = cs.values().iter().copied().map(Number::C);
        let neighbors = neighbors.into_iter().map(Number::Neighbors);
        let rates = rates.into_iter().map(Number::LearningRate);
        let numbers: Vec<Number> = cs.chain(neighbors).chain(rates).collect();
        let of = |spec: &HeadSpec| {
            let spec = spec.clone();
            numbers.iter().filter_map(move |&number| spec.with_number(number))
        };
        Ok(specs.iter().flat_map(of).collect())
    }
}

impl NumberArgs {
    /// The one head asked for.
    ///
    /// # Errors
    /// A usage error for several heads, or for a number that it has not.
    pub(super) fn spec(&self, specs: &[HeadSpec]) -> Result<HeadSpec, clap::Error> {
        let [spec] = specs else {
            return Err(usage("`fit train` trains one head; `fit sweep` compares several"));
        };
        let asked = [
            self.c.map(Number::C),
            self.neighbors.map(Number::Neighbors),
            self.learning_rate.map(Number::LearningRate),
        ];
        check_numbers(specs, asked)?;
        let number = asked.into_iter().flatten().find_map(|number| spec.with_number(number));
        Ok(number.unwrap_or_else(|| spec.clone()))
    }
}

/// Refuses numbers that no head has.
fn check_numbers(specs: &[HeadSpec], asked: [Option<Number>; 3]) -> Result<(), clap::Error> {
    let has_none = |number: &Number| specs.iter().all(|spec| spec.with_number(*number).is_none());
    match asked.into_iter().flatten().find(has_none) {
        Some(Number::C(_)) => Err(usage("`--c` is for `--head softmax`, `svm` and `ridge`")),
        Some(Number::Neighbors(_)) => Err(usage("`--neighbors` is for `--head knn`")),
        Some(Number::LearningRate(_)) => Err(usage("`--learning-rate` is for `--head mlp`")),
        None => Ok(()),
    }
}

fn or_default<T: Copy>(asked: &[T], default: &[T]) -> Vec<T> {
    if asked.is_empty() { default } else { asked }.to_vec()
}

fn positive_c(text: &str) -> Result<f64, String> {
    positive(text).map_err(|_| "C must be a positive number".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value > 0.0 => Ok(value),
        _ => Err("must be a positive number".to_owned()),
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.0..1.0).contains(&value) => Ok(value),
        _ => Err("must be at least 0 and below 1".to_owned()),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("must be a whole number of at least 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[arg(long, value_enum, value_delimiter = ',')]
        head: Vec<Head>,
        #[command(flatten)]
        heads: HeadArgs,
    }

    fn specs(line: &str) -> Result<Vec<HeadSpec>, clap::Error> {
        let line = Line::parse_from(["fit"].into_iter().chain(line.split(' ')));
        line.heads.specs(&line.head)
    }

    #[test]
    fn heads_come_with_what_goes_together() {
        use HingeLoss::{Hinge, SquaredHinge};
        let svm = |loss| HeadSpec::Svm { loss, c: C };
        let both = specs("--head softmax,svm --loss hinge,squared-hinge").unwrap();
        assert_eq!(both, [HeadSpec::Softmax { c: C }, svm(Hinge), svm(SquaredHinge)]);
        assert_eq!(specs("--head svm,svm").unwrap(), [svm(Hinge)]);
        let all = specs(
            "--head svm --multi-class ovr,ovo --kernel linear,gaussian --loss hinge,squared-hinge",
        );
        let all_machines = [
            svm(Hinge),
            svm(SquaredHinge),
            HeadSpec::OneVsOne { c: C },
            HeadSpec::Gaussian { c: C },
        ];
        assert_eq!(all.unwrap(), all_machines);
        for refused in [
            "--head softmax --loss hinge",
            "--head svm --multi-class ovo --loss squared-hinge",
            "--head svm --multi-class ovo --kernel gaussian",
            "--head svm --multi-class ovr,ovo --loss squared-hinge",
            "--head svm --gamma 1",
            "--head softmax --layers dense64",
            "--head mlp --temperature 1",
        ] {
            assert!(specs(refused).is_err(), "{refused}");
        }
    }
}
