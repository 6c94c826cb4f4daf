"""Writes what scikit-learn and scipy say of random cases: metrics.json and significance.json here, and
calibration.json of the crate `fit`.

Usage: python make_evaluation.py        (in this folder; needs numpy, scipy and scikit-learn)
"""

import json
import warnings

import numpy as np
import scipy
import sklearn
from scipy import stats
from scipy.special import softmax
from sklearn import metrics
from sklearn.calibration import _SigmoidCalibration, _TemperatureScaling

VERSIONS = {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}
SEED = 20240


def metric_case(rng):
    n_classes = int(rng.integers(2, 9))
    n_rows = int(rng.integers(1, 40))
    # Few rows of many classes: some classes have no row, others are never predicted.
    labels = rng.integers(0, n_classes, n_rows)
    logits = rng.normal(size=(n_rows, n_classes)) + np.eye(n_classes)[labels]
    # Steps of 1/4 make many equal scores within a class, and the offset of each class none within a
    # row, where scikit-learn's top-k breaks ties otherwise than argmax does. Exact in f32.
    logits = np.round(8 * logits) / 4 + np.arange(n_classes) / 64
    predictions = logits.argmax(axis=1)
    probabilities = softmax(logits, axis=1)
    classes = list(range(n_classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=classes, zero_division=0
    )
    return {
        "labels": labels.tolist(),
        "logits": logits.tolist(),
        "accuracy": metrics.accuracy_score(labels, predictions),
        "mean_class_accuracy": metrics.balanced_accuracy_score(labels, predictions),
        "top5_accuracy": metrics.top_k_accuracy_score(labels, logits, k=5, labels=classes)
        if n_classes > 5
        else None,
        "log_loss": metrics.log_loss(labels, probabilities, labels=classes),
        "calibration_error": calibration_error(labels, probabilities),
        "confusion": metrics.confusion_matrix(labels, predictions, labels=classes).tolist(),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": [int(rows) for rows in support],
        "averages": {
            average: metrics.precision_recall_fscore_support(
                labels, predictions, average=average, zero_division=0
            )[:3]
            for average in ["macro", "micro", "weighted"]
        },
        "of_probabilities": ranking(labels, probabilities),
        "of_logits": ranking(labels, logits),
    }


def ranking(labels, scores):
    """ROC-AUC and average precision; None where a class has no rows, or no others."""
    n_classes = scores.shape[1]
    ones = [labels == c for c in range(n_classes)]
    mixed = [y.any() and not y.all() for y in ones]
    areas = [metrics.roc_auc_score(y, s) if m else None for y, s, m in zip(ones, scores.T, mixed)]
    precisions = [metrics.average_precision_score(y, s) if y.any() else None for y, s in zip(ones, scores.T)]
    overall = areas[1] if n_classes == 2 else mean(areas)
    if n_classes > 2 and all(mixed) and np.allclose(scores.sum(axis=1), 1):
        one_vs_rest = metrics.roc_auc_score(labels, scores, multi_class="ovr", average="macro")
        assert abs(one_vs_rest - overall) < 1e-12
    return {
        "roc_auc": overall,
        "mean_average_precision": mean(precisions),
        "class_roc_auc": areas,
        "class_average_precision": precisions,
    }


def mean(values):
    values = [value for value in values if value is not None]
    return float(np.mean(values)) if values else None


def calibration_error(labels, probabilities):
    """Guo et al. 2017, equation 3, with 15 bins of equal width."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, 16)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return float(error)


def multi_label_case(rng):
    n_rows, n_classes = int(rng.integers(2, 40)), int(rng.integers(1, 6))
    truth = rng.choice([1, -1, 0], p=[0.3, 0.6, 0.1], size=(n_rows, n_classes))
    scores = np.round(8 * (rng.normal(size=truth.shape) + truth)) / 8
    areas, precisions = [], []
    for y, s in zip(truth.T, scores.T):
        y, s = y[y != 0] == 1, s[y != 0]
        areas.append(metrics.roc_auc_score(y, s) if y.any() and not y.all() else None)
        precisions.append(metrics.average_precision_score(y, s) if y.any() else None)
    return {
        "truth": truth.tolist(),
        "scores": scores.tolist(),
        "class_roc_auc": areas,
        "class_average_precision": precisions,
        "mean_roc_auc": mean(areas),
        "mean_average_precision": mean(precisions),
    }


def calibration_case(rng, scale):
    n_rows, n_classes = 60, int(rng.integers(2, 5))
    labels = rng.permutation(np.arange(n_rows) % n_classes)
    scores = rng.normal(size=(n_rows, n_classes)) + 1.5 * np.eye(n_classes)[labels]
    scores = np.round(64 * scale * scores) / 64
    sigmoids = [_SigmoidCalibration().fit(s, (labels == c).astype(float)) for c, s in enumerate(scores.T)]
    ones = np.stack([sigmoid.predict(s) for sigmoid, s in zip(sigmoids, scores.T)], axis=1)
    scaling = _TemperatureScaling().fit(scores, labels)
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        # Ours is 1 / (1 + exp(-(slope * score + intercept))), theirs has both signs turned.
        "slope": [-sigmoid.a_ for sigmoid in sigmoids],
        "intercept": [-sigmoid.b_ for sigmoid in sigmoids],
        "platt_probabilities": (ones / ones.sum(axis=1, keepdims=True)).tolist(),
        "temperature": 1 / float(scaling.beta_),
        "temperature_probabilities": scaling.predict(scores).tolist(),
    }


def mcnemar_case(only_a, only_b):
    n = only_a + only_b
    if n < 25:
        p = stats.binomtest(only_a, n).pvalue if n else 1.0
        return {"only_a": only_a, "only_b": only_b, "statistic": None, "p_value": float(p)}
    statistic = max(abs(only_a - only_b) - 1, 0) ** 2 / n
    return {"only_a": only_a, "only_b": only_b, "statistic": statistic, "p_value": float(stats.chi2.sf(statistic, 1))}


def bootstrap_case(n_rows, n_correct):
    """Resampled accuracy is binomial: its exact percentiles."""
    low, high = stats.binom.ppf([0.025, 0.975], n_rows, n_correct / n_rows) / n_rows
    return {"n_rows": n_rows, "n_correct": n_correct, "accuracy": [low, high]}


def write(name, content):
    with open(name, "w") as file:
        json.dump({"made_by": "make_evaluation.py", "seed": SEED, "versions": VERSIONS} | content, file)
        file.write("\n")


def main():
    warnings.simplefilter("ignore")  # classes without rows, on purpose
    rng = np.random.default_rng(SEED)
    cases = [metric_case(rng) for _ in range(40)]
    write("metrics.json", {"cases": cases, "multi_label": [multi_label_case(rng) for _ in range(20)]})
    write("../../../fit/tests/reference/calibration.json", {"cases": [calibration_case(rng, scale) for scale in [1, 0.1, 50, 4]]})
    pairs = [(0, 0), (1, 0), (3, 9), (12, 12), (20, 4), (13, 12), (12, 13), (30, 10), (150, 90), (400, 401), (20, 20)]
    mcnemar = [mcnemar_case(only_a, only_b) for only_a, only_b in pairs]
    bootstrap = [bootstrap_case(n, k) for n, k in [(50, 40), (200, 130), (1000, 970)]]
    write("significance.json", {"mcnemar": mcnemar, "bootstrap": bootstrap})


if __name__ == "__main__":
    main()
