"""Writes what independent implementations say of 1200 random cases: benchmark_metrics.json.

Usage: python make_benchmark_metrics.py      (in this folder; needs numpy and scikit-learn)

The cases are not kept: SplitMix64, seeded with the number of the case, draws them here and in
../benchmark_metrics.rs, in the order of `case` below. 11-point AP is transcribed from VOCevalcls.m of the
VOC 2007 development kit, all-point AP from VOCap.m of the 2010 one; areas and accuracies are
scikit-learn's.
"""

import json
import math
import warnings

import numpy as np
import sklearn
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

N_CASES = 1200
MASK = (1 << 64) - 1
LEVELS = [2, 4, 16, 1 << 20]


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % n


def case(number):
    rng = SplitMix64(number)
    n_rows, n_classes = 1 + rng.below(60), 1 + rng.below(6)
    levels = LEVELS[rng.below(4)]
    kinds = [rng.below(8) for _ in range(n_classes)]
    scores = np.empty((n_rows, n_classes))
    truth = np.empty((n_rows, n_classes), int)
    labels = np.empty(n_rows, int)
    for row in range(n_rows):
        for k, kind in enumerate(kinds):
            scores[row, k] = rng.below(levels) / levels
            draw = rng.below(10)
            value = 0 if draw == 3 else 1 if draw < 3 else -1
            # Kind 0 has no positive rows, kind 1 no negative ones.
            truth[row, k] = min(value, 0) if kind == 0 else max(value, 0) if kind == 1 else value
        labels[row] = rng.below(n_classes)
    return scores, truth, labels


def matlab_recalls():
    """0:0.1:1 as MATLAB computes it: from the first end up to the middle, then from the last."""
    return [i * 0.1 if i <= 5 else 1 - (10 - i) * 0.1 for i in range(11)]


def eleven_point_ap(scores, gt):
    order = np.argsort(-scores, kind="stable")
    tp, fp = np.cumsum(gt[order] > 0), np.cumsum(gt[order] < 0)
    if not tp[-1]:
        return None
    rec = tp / tp[-1]
    with np.errstate(invalid="ignore"):
        prec = tp / (fp + tp)
    ap = 0.0
    for t in matlab_recalls():
        p = prec[rec >= t]
        p = p[~np.isnan(p)]
        ap += (p.max() if len(p) else 0.0) / 11
    return ap


def all_point_ap(scores, gt):
    kept = gt != 0
    scores, gt = scores[kept], gt[kept]
    order = np.argsort(-scores, kind="stable")
    tp, fp = np.cumsum(gt[order] > 0), np.cumsum(gt[order] < 0)
    if not len(tp) or not tp[-1]:
        return None
    mrec = np.concatenate([[0], tp / tp[-1], [1]])
    mpre = np.concatenate([[0], tp / (tp + fp), [0]])
    for i in range(len(mpre) - 2, -1, -1):
        mpre[i] = max(mpre[i], mpre[i + 1])
    i = np.flatnonzero(mrec[1:] != mrec[:-1]) + 1
    return float(np.sum((mrec[i] - mrec[i - 1]) * mpre[i]))


def area(scores, gt):
    positive, kept = gt > 0, gt != 0
    if not (gt > 0).any() or not (gt < 0).any():
        return None
    return float(roc_auc_score(positive[kept], scores[kept]))


def mean(values):
    values = [value for value in values if value is not None]
    return float(f"{np.mean(values):.13g}") if values else None


def main():
    warnings.simplefilter("ignore")  # classes without rows, on purpose
    rows = []
    for number in range(N_CASES):
        scores, truth, labels = case(number)
        columns = list(zip(scores.T, truth.T))
        rows.append(
            [mean([metric(s, t) for s, t in columns]) for metric in [eleven_point_ap, all_point_ap, area]]
            + [mean([balanced_accuracy_score(labels, scores.argmax(axis=1))])]
        )
    assert not any(math.isnan(v) for row in rows for v in row if v is not None)
    versions = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
    header = {"made_by": "make_benchmark_metrics.py", "versions": versions}
    columns = ["eleven_point_map", "all_point_map", "mean_roc_auc", "mean_class_accuracy"]
    with open("benchmark_metrics.json", "w") as file:
        json.dump(header | {"columns": columns, "cases": rows}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
