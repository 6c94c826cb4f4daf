"""The numbers of `fit reproduce` by scikit-learn, from the same cache, with no line of ours.

Usage: python independent.py CACHE.h5 PROTOCOL VARIANT [C]      prints the number in percent
"""

import sys
import warnings

import h5py
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, balanced_accuracy_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC, LinearSVC

TRAIN, VALIDATION, TEST = 1, 2, 3
PAPER_C = {"voc2007": 0.2, "uiuc-attributes": 0.2, "h3d": 0.2}
VISSL_COSTS = [0.01, 0.1, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 50.0, 100.0, 1000.0]


class Cache:
    """Features [images, views, features], labels and splits; classes without images left out."""

    def __init__(self, path):
        with h5py.File(path) as file:
            taps = list(file["features"])
            assert len(taps) == 1, taps
            x = file["features"][taps[0]][:].astype(np.float64)
            self.x = x[:, None] if x.ndim == 2 else x
            self.split = file["samples/split"][:]
            if "labels" in file["samples"]:
                self.sets = file["samples/labels"][:]
                trained = np.isin(self.split, [TRAIN, VALIDATION])
                self.sets = self.sets[:, (self.sets[trained] > 0).any(axis=0)]
            else:
                self.sets, self.label = None, file["samples/label"][:]


def unit(x, summand=0.0):
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True) + summand, 1e-300)


def views_used(x, variant):
    """[images, rows an image, features]"""
    if variant == "cnnaug-svm":
        rows = unit(x)
        return np.sign(rows) * np.abs(rows) ** 2
    if variant == "vgg-average":
        return unit(x.mean(axis=1, keepdims=True))
    if variant == "vgg-stack":
        n, v, d = x.shape
        return unit(x.reshape(n, v // 2, 2, d).mean(axis=2).reshape(n, 1, -1))
    first = x[:, :1]
    return unit(first) if variant == "cnn-svm" else first


def flat(x, *per_image):
    """Rows of all views, and what belongs to an image for each of its rows."""
    return x.reshape(-1, x.shape[-1]), *(np.repeat(values, x.shape[1]) for values in per_image)


def summed(scores, x):
    return scores.reshape(x.shape[0], x.shape[1], -1).sum(axis=1)


def liblinear(loss, c, **options):
    # Smooth losses are solved in the primal where rows are many: same optimum, sooner.
    return LinearSVC(loss=loss, C=c, dual=loss == "hinge", tol=1e-6, max_iter=100_000, **options)


def model_of(variant, c, several):
    if variant == "cnn-svm":
        return SVC(kernel="linear", C=c, tol=1e-6)
    if variant == "cnnaug-svm":
        return liblinear("squared_hinge", c)
    if variant == "kornblith":
        return LogisticRegression(C=c, tol=1e-9, max_iter=100_000)
    return liblinear("hinge", c)


def eleven_point_ap(scores, truth):
    """VOCevalcls.m, with recalls as MATLAB makes them of 0:0.1:1."""
    order = np.argsort(-scores, kind="stable")
    tp, fp = np.cumsum(truth[order] > 0), np.cumsum(truth[order] < 0)
    with np.errstate(invalid="ignore"):
        recall, precision = tp / tp[-1], np.nan_to_num(tp / (tp + fp))
    points = [i * 0.1 if i <= 5 else 1 - (10 - i) * 0.1 for i in range(11)]
    return np.mean([precision[recall >= t].max(initial=0) for t in points])


def all_point_ap(scores, truth):
    scores, truth = scores[truth != 0], truth[truth != 0]
    order = np.argsort(-scores, kind="stable")
    tp, fp = np.cumsum(truth[order] > 0), np.cumsum(truth[order] < 0)
    recall = np.concatenate([[0], tp / tp[-1], [1]])
    precision = np.concatenate([[0], tp / (tp + fp), [0]])
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    return np.sum(np.diff(recall) * precision[1:])


def area(scores, truth):
    return roc_auc_score(truth[truth != 0] > 0, scores[truth != 0])


def one_class(cache, variant, c, with_validation):
    parts = [TRAIN, VALIDATION] if with_validation else [TRAIN]
    train, test = np.isin(cache.split, parts), cache.split == TEST
    x = views_used(cache.x, variant)
    model = model_of(variant, c, False).fit(*flat(x[train], cache.label[train]))
    rows = flat(x[test])[0]
    if x.shape[1] == 1:
        predicted = model.predict(rows)
    else:
        predicted = model.classes_[summed(model.decision_function(rows), x[test]).argmax(axis=1)]
    return balanced_accuracy_score(cache.label[test], predicted)


def several(cache, variant, c, metric):
    train, test = np.isin(cache.split, [TRAIN, VALIDATION]), cache.split == TEST
    x = views_used(cache.x, variant)
    values = []
    for labels in cache.sets.T:
        known = train & (labels != 0)
        model = model_of(variant, c, True).fit(*flat(x[known], labels[known]))
        scores = summed(model.decision_function(flat(x[test])[0]), x[test])[:, 0]
        if (labels[test] > 0).any():
            values.append(metric(scores, labels[test]))
    return np.mean(values)


def vissl(cache):
    train, test = np.isin(cache.split, [TRAIN, VALIDATION]), cache.split == TEST
    x = unit(cache.x[:, 0], 1e-5)
    model = lambda c: liblinear("squared_hinge", c, class_weight={1: 2, -1: 1})
    values = []
    for labels in cache.sets.T:
        sides = np.where(labels[train] > 0, 1, -1)
        folds = list(StratifiedKFold(3).split(x[train], sides))

        def score(c, sides=sides, folds=folds):
            fits = ((model(c).fit(x[train][a], sides[a]), b) for a, b in folds)
            return np.mean([average_precision_score(sides[b], m.decision_function(x[train][b])) for m, b in fits])

        c = max(VISSL_COSTS, key=score)
        scores = model(c).fit(x[train], sides).decision_function(x[test])
        if (labels[test] > 0).any():
            values.append(all_point_ap(scores, labels[test]))
    return np.mean(values)


def number(path, protocol, variant, c=None):
    cache = Cache(path)
    c = PAPER_C.get(protocol, 2.0) if c is None else c
    if variant == "vissl":
        return 100 * vissl(cache)
    if cache.sets is None:
        with_validation = protocol != "flowers102" or variant == "kornblith"
        return 100 * one_class(cache, variant, c, with_validation)
    metric = {"voc2007": eleven_point_ap, "uiuc-attributes": area, "h3d": all_point_ap}[protocol]
    return 100 * several(cache, variant, c, metric)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    path, protocol, variant, *c = sys.argv[1:]
    print(f"{number(path, protocol, variant, *map(float, c)):.4f}")
