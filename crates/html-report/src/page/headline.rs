//! The number on top, beside what needs no head.

use maud::{Markup, html};
use metrics::{Evaluation, Interval, MultiLabelEvaluation, OneClassEvaluation};
use results::percent;

use super::bar;
use crate::findings::Findings;

pub(super) fn title(findings: &Findings) -> String {
    let (name, value, _) = decisive(&findings.evaluation);
    format!("{name} {}: {}", percent(value), findings.head)
}

/// Name, value and interval of the number that decides.
fn decisive(evaluation: &Evaluation) -> (&'static str, f64, Option<Interval>) {
    match evaluation {
        Evaluation::OneClass(evaluation) => {
            let interval = evaluation.intervals.as_ref().map(|intervals| intervals.accuracy);
            ("accuracy", evaluation.accuracy, interval)
        }
        Evaluation::MultiLabel(evaluation) => {
            let intervals = evaluation.intervals.as_ref();
            let interval = intervals.and_then(|intervals| intervals.mean_average_precision);
            ("mAP", evaluation.mean_average_precision.unwrap_or(0.0), interval)
        }
    }
}

pub(super) fn section(findings: &Findings) -> Markup {
    let (name, value, interval) = decisive(&findings.evaluation);
    let description = &findings.description;
    let n_samples = match &findings.evaluation {
        Evaluation::OneClass(evaluation) => evaluation.n_samples,
        Evaluation::MultiLabel(evaluation) => evaluation.n_samples,
    };
    html! {
        header {
            p.over { (findings.head) }
            h1 { span #headline data-value=(value) { (percent(value)) } " " small { (name) } }
            @if let Some([low, high]) = interval {
                p.interval { "95 % interval " (percent(low)) " to " (percent(high)) }
            }
            p {
                "On " strong { (n_samples) " images" } " " (findings.evaluated_on) ". "
                "A " (description.spec.name()) " head on the features of "
                code { (description.origin.provenance.tap) } " of " (description.origin.provenance.backbone)
                ", trained on " (description.origin.training.n_samples) " rows of "
                (description.origin.classes.len()) " classes."
            }
            @if findings.trained_on_them {
                p.warning {
                    "The head was trained on these very images, so this number says nothing about new ones: hold images out, or evaluate on others."
                }
            }
            @if let Some(guesses) = &findings.guesses {
                div.bars.wide {
                    (bar(name, Some(value), None))
                    (bar(&format!("always {}", guesses.largest), Some(guesses.majority), None))
                    (bar("by chance", Some(guesses.chance), None))
                }
            }
            (metrics(&findings.evaluation))
        }
    }
}

fn metrics(evaluation: &Evaluation) -> Markup {
    let rows = match evaluation {
        Evaluation::OneClass(evaluation) => one_class(evaluation),
        Evaluation::MultiLabel(evaluation) => multi_label(evaluation),
    };
    html! {
        table.metrics {
            @for (name, value) in rows { tr { th scope="row" { (name) } td data-metric=(name) { (value) } } }
        }
    }
}

fn one_class(evaluation: &OneClassEvaluation) -> Vec<(&'static str, String)> {
    let averages = &evaluation.averages;
    let rows = [
        ("mean per-class accuracy", Some(percent(evaluation.mean_class_accuracy))),
        ("top-5 accuracy", evaluation.top5_accuracy.map(percent)),
        ("macro F1", Some(percent(averages.of_classes.f1))),
        ("mean average precision", evaluation.mean_average_precision.map(percent)),
        ("ROC-AUC", evaluation.roc_auc.map(|auc| format!("{auc:.4}"))),
        ("log loss", evaluation.log_loss.map(|loss| format!("{loss:.4}"))),
        ("calibration error", evaluation.calibration_error.map(percent)),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn multi_label(evaluation: &MultiLabelEvaluation) -> Vec<(&'static str, String)> {
    let rows = [
        ("11-point mAP", evaluation.eleven_point_map.map(percent)),
        ("mean ROC-AUC", evaluation.mean_roc_auc.map(|auc| format!("{auc:.4}"))),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
