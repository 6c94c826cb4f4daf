"""Writes scikit-learn's metrics and transforms of random cases to metrics.json and transforms.json.

Usage: python make.py        (in this folder; needs numpy and scikit-learn)
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn import metrics, preprocessing

VERSIONS = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
SEED = 20240


def metric_case(rng):
    n_classes = int(rng.integers(2, 7))
    n_rows = int(rng.integers(1, 40))
    # Few rows of many classes: some classes have no row, others are never predicted.
    labels = rng.integers(0, n_classes, n_rows)
    # Multiples of 1/64 are exact in f32 and short in JSON.
    logits = np.round(64 * 2 * (rng.normal(size=(n_rows, n_classes)) + np.eye(n_classes)[labels])) / 64
    predictions = logits.argmax(axis=1)
    probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    classes = list(range(n_classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predictions, labels=classes, zero_division=0
    )
    return {
        "labels": labels.tolist(),
        "logits": logits.tolist(),
        "accuracy": metrics.accuracy_score(labels, predictions),
        "mean_class_accuracy": metrics.balanced_accuracy_score(labels, predictions),
        "log_loss": metrics.log_loss(labels, probabilities, labels=classes),
        "confusion": metrics.confusion_matrix(labels, predictions, labels=classes).tolist(),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": [int(rows) for rows in support],
    }


def transforms(rng):
    train = np.round(64 * (3 * rng.normal(size=(12, 4)) + 5)) / 64
    train[:, 2] = 0.5
    other = np.round(64 * rng.normal(size=(5, 4))) / 64
    other[1] = 0
    scaler = preprocessing.StandardScaler().fit(train)
    return {
        "train": train.tolist(),
        "other": other.tolist(),
        "l2": preprocessing.normalize(other).tolist(),
        "standardize": scaler.transform(other).tolist(),
        "standardize,l2": preprocessing.normalize(scaler.transform(other)).tolist(),
    }


def write(name, content):
    with open(name, "w") as file:
        json.dump({"made_by": "make.py", "seed": SEED, "versions": VERSIONS} | content, file)
        file.write("\n")


def main():
    warnings.simplefilter("ignore")  # classes without rows, on purpose
    rng = np.random.default_rng(SEED)
    write("metrics.json", {"cases": [metric_case(rng) for _ in range(40)]})
    write("transforms.json", transforms(rng))


if __name__ == "__main__":
    main()
