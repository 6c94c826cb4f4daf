"""The objectives written down plainly, in f64, for the heads of every program alike."""

import numpy as np


def objective(loss, x, y, coef, intercept, c, block=1024):
    """On training rows, with one row of `coef` a class, summed over classes; `None` where programs
    solve different problems: LIBSVM leaves the intercept of a pair of classes unpenalized."""
    if loss == "one-vs-one":
        return None
    coef, intercept = coef.astype(np.float64), intercept.astype(np.float64)
    total = 0.0
    for first in range(0, len(x), block):
        rows = slice(first, first + block)
        total += summed_loss(loss, x[rows].astype(np.float64) @ coef.T + intercept, y[rows])
    penalized = (coef**2).sum()
    if loss in ("hinge", "squared-hinge"):
        penalized += (intercept**2).sum()
    return 0.5 * penalized + c * total


def summed_loss(loss, scores, y):
    if loss == "softmax":
        top = scores.max(1)
        normalizer = np.log(np.exp(scores - top[:, None]).sum(1)) + top
        return (normalizer - scores[np.arange(len(y)), y]).sum()
    signs = np.where(y[:, None] == np.arange(scores.shape[1]), 1, -1)
    if loss == "ridge":
        return ((scores - signs) ** 2).sum()
    slack = np.maximum(0, 1 - signs * scores)
    return (slack if loss == "hinge" else slack**2).sum()
