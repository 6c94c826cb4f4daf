//! Which heads, their parameters, and the options that only some of them have.

use clap::{Args, ValueEnum};
use head::{
    Candidate, ClassWeights, Family, Kernel, Layers, MultiClass, NetworkTraining, Parameter,
    ParameterKind, SvmLoss,
};
use train::CGrid;

use super::fit_args::usage;
use super::words::{KERNELS, LOSSES, MULTI_CLASSES, one_of};

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
    loss: Vec<SvmLoss>,

    /// How the SVM tells several classes apart [default: ovr]; `ovo` has the hinge and no kernel
    #[arg(long, value_parser = one_of(MULTI_CLASSES), value_delimiter = ',')]
    multi_class: Vec<MultiClass>,

    /// Kernel of the SVM [default: linear]; `gaussian` has the hinge, is one-vs-rest, and takes at
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
    /// (dense:128,relu,sigmoid), or layers in that notation [default: dense64]. Repeat the option to
    /// compare several networks in a sweep
    #[arg(long, value_name = "LAYERS")]
    layers: Vec<Layers>,

    /// Most passes of a network over its training rows [default: 100]
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    epochs: Option<usize>,

    /// Rows of a batch of a network [default: 32]
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

/// Grids of parameters.
#[derive(Debug, Args)]
pub(super) struct GridArgs {
    /// Values of C: `FROM..TO:COUNT`, evenly spaced in log C, or a list such as `0.1,1,10` [default:
    /// 1e-3..1e2:10; of `fit layers`, 1e-3..1e2:6]
    #[arg(long, value_name = "GRID")]
    c: Option<CGrid>,

    /// Numbers of neighbors that vote [default: 1,3,5,9,15]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = at_least_one)]
    neighbors: Vec<usize>,

    /// Learning rates of a network [default: 1e-3,3e-3]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = positive)]
    learning_rate: Vec<f64>,
}

/// One parameter.
#[derive(Debug, Args)]
pub(super) struct ParameterArgs {
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
    /// The families of the heads asked for, each once, with every network, and every loss, kernel and
    /// way to tell classes apart that goes together.
    ///
    /// # Errors
    /// A usage error for an option whose head is not among them.
    pub(super) fn families(
        &self,
        heads: &[Head],
        class_weight: &ClassWeights,
    ) -> Result<Vec<Family>, clap::Error> {
        let mut families = Vec::new();
        for head in heads {
            let of_head = match head {
                Head::Softmax => vec![Family::Softmax],
                Head::Ridge => vec![Family::Ridge],
                Head::Knn => vec![Family::Knn],
                Head::Mlp if self.layers.is_empty() => vec![Family::Mlp(Layers::default())],
                Head::Mlp => self.layers.iter().cloned().map(Family::Mlp).collect(),
                Head::Svm => self.machines()?,
            };
            for family in of_head {
                if !families.contains(&family) {
                    families.push(family);
                }
            }
        }
        self.check(&families)?;
        let unweighted = families.iter().find(|family| !family.takes_class_weight());
        match unweighted {
            Some(family) if *class_weight != ClassWeights::None => {
                let message = format!("`--class-weight` is not for {family}; use `--sampling`");
                Err(usage(&message))
            }
            _ => Ok(families),
        }
    }

    /// The support vector machines.
    fn machines(&self) -> Result<Vec<Family>, clap::Error> {
        let losses = or_default(&self.loss, SvmLoss::Hinge);
        let multi_classes = or_default(&self.multi_class, MultiClass::Ovr);
        let kernels = or_default(&self.kernel, Kernel::Linear);
        let mut machines = Vec::new();
        let (mut used_losses, mut used_multi_classes, mut used_kernels) = (vec![], vec![], vec![]);
        for &kernel in &kernels {
            for &multi_class in &multi_classes {
                for &loss in &losses {
                    if let Some(family) = Family::svm(loss, multi_class, kernel) {
                        machines.push(family);
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

    /// Refuses options that no head of `families` has.
    fn check(&self, families: &[Family]) -> Result<(), clap::Error> {
        let has = |family: Family| families.contains(&family);
        let has_head = |head: &str| families.iter().any(|family| family.head() == head);
        let (svm, mlp, knn) = (has_head("svm"), has_head("mlp"), has_head("knn"));
        let options = [
            ("loss", !self.loss.is_empty(), svm, "--head svm`; other heads have one loss"),
            ("multi-class", !self.multi_class.is_empty(), svm, "--head svm`"),
            ("kernel", !self.kernel.is_empty(), svm, "--head svm`"),
            ("gamma", self.gamma.is_some(), has(Family::Gaussian), "--kernel gaussian`"),
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
    /// Every family with every parameter of its kind; `c` is the grid of C where none is given.
    ///
    /// # Errors
    /// A usage error for a grid that no family has.
    pub(super) fn candidates(
        &self,
        families: &[Family],
        c: &str,
    ) -> Result<Vec<Candidate>, clap::Error> {
        let default = || c.parse().expect("a default is a grid");
        let cs = self.c.clone().unwrap_or_else(default);
        let mut neighbors = self.neighbors.clone();
        if neighbors.is_empty() {
            neighbors = vec![1, 3, 5, 9, 15];
        }
        neighbors.sort_unstable();
        neighbors.dedup();
        let mut rates = self.learning_rate.clone();
        if rates.is_empty() {
            rates = vec![1e-3, 3e-3];
        }
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        check_parameters(
            families,
            [self.c.is_some(), !self.neighbors.is_empty(), !self.learning_rate.is_empty()],
        )?;
        let candidates = families.iter().flat_map(|family| {
            let parameters: Vec<Parameter> = match family.parameter_kind() {
                ParameterKind::C => cs.values().iter().copied().map(Parameter::C).collect(),
                ParameterKind::Neighbors => {
                    neighbors.iter().copied().map(Parameter::Neighbors).collect()
                }
                ParameterKind::LearningRate => {
                    rates.iter().copied().map(Parameter::LearningRate).collect()
                }
            };
            let candidate = |parameter| Candidate { family: family.clone(), parameter };
            parameters.into_iter().map(candidate)
        });
        Ok(candidates.collect())
    }
}

impl ParameterArgs {
    /// The one head asked for.
    ///
    /// # Errors
    /// A usage error for several heads, or for a parameter that it has not.
    pub(super) fn candidate(&self, families: &[Family]) -> Result<Candidate, clap::Error> {
        let [family] = families else {
            return Err(usage("`fit train` trains one head; `fit sweep` compares several"));
        };
        let Self { c, neighbors, learning_rate } = self;
        check_parameters(families, [c.is_some(), neighbors.is_some(), learning_rate.is_some()])?;
        let parameter = match family.parameter_kind() {
            ParameterKind::C => Parameter::C(c.unwrap_or(1.0)),
            ParameterKind::Neighbors => Parameter::Neighbors(neighbors.unwrap_or(5)),
            ParameterKind::LearningRate => Parameter::LearningRate(learning_rate.unwrap_or(1e-3)),
        };
        Ok(Candidate { family: family.clone(), parameter })
    }
}

/// Refuses to calibrate where no family takes it.
///
/// # Errors
/// A usage error.
pub(super) fn check_calibrate(families: &[Family]) -> Result<(), clap::Error> {
    if families.iter().any(Family::takes_calibration) {
        return Ok(());
    }
    Err(usage("`--calibrate` is not for `--head knn`: its votes are probabilities"))
}

/// Refuses parameters of a kind that no family has. `are_given` says of C, neighbors and learning
/// rate, in this order, whether they were asked for.
fn check_parameters(families: &[Family], are_given: [bool; 3]) -> Result<(), clap::Error> {
    let parameters = [
        (ParameterKind::C, "`--c` is for `--head softmax`, `svm` and `ridge`"),
        (ParameterKind::Neighbors, "`--neighbors` is for `--head knn`"),
        (ParameterKind::LearningRate, "`--learning-rate` is for `--head mlp`"),
    ];
    for ((kind, message), is_given) in parameters.into_iter().zip(are_given) {
        if is_given && !families.iter().any(|family| family.parameter_kind() == kind) {
            return Err(usage(message));
        }
    }
    Ok(())
}

fn or_default<T: Copy>(asked: &[T], default: T) -> Vec<T> {
    if asked.is_empty() { vec![default] } else { asked.to_vec() }
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

    fn families(line: &str) -> Result<Vec<Family>, clap::Error> {
        let line = Line::parse_from(["fit"].into_iter().chain(line.split(' ')));
        line.heads.families(&line.head, &ClassWeights::None)
    }

    #[test]
    fn families_are_heads_with_what_goes_together() {
        use SvmLoss::{Hinge, SquaredHinge};
        let both = families("--head softmax,svm --loss hinge,squared-hinge").unwrap();
        assert_eq!(both, [Family::Softmax, Family::Svm(Hinge), Family::Svm(SquaredHinge)]);
        assert_eq!(families("--head svm,svm").unwrap(), [Family::Svm(Hinge)]);
        let all = families(
            "--head svm --multi-class ovr,ovo --kernel linear,gaussian --loss hinge,squared-hinge",
        );
        let all_machines =
            [Family::Svm(Hinge), Family::Svm(SquaredHinge), Family::OneVsOne, Family::Gaussian];
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
            assert!(families(refused).is_err(), "{refused}");
        }
    }
}
