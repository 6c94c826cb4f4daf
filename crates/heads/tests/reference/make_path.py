"""Converged solutions over C from 1e-3 to 1e2, by scikit-learn (LIBLINEAR, SciPy's L-BFGS, LAPACK).

Usage: python make_path.py       writes path.safetensors beside this file (a few minutes)
Needs: numpy, scikit-learn, safetensors. Versions are in the file's metadata.

The features are not in the file: `generated.py` makes them, and `<set>.checksum` says whether they
were made alike. For each set and loss there are, C after C, `<set>.<loss>.objective` `[5]` (f64, on
the training rows, summed over classes or pairs), `.predicted` `[5, n_held_out]` (u8) and `.decision`
`[5, 4, n_classes]` (f32, of the first four held-out rows).
"""

import pathlib
import platform
import time
import warnings

import numpy as np
import scipy
import sklearn
from generated import Set, checksum, generate
from safetensors.numpy import save_file
from scipy.linalg import cho_factor, cho_solve
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.linear_model._base import LinearClassifierMixin
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.svm import LinearSVC

CS = [1e-3, 1e-2, 0.1, 3.0, 1e2]
# More and fewer training rows than features.
SETS = [
    Set("tall512", 512, 900, 400, 10, 6, 1),
    Set("wide512", 512, 300, 400, 8, 6, 2),
    Set("tall4096", 4096, 4200, 400, 3, 4, 3),
    Set("wide4096", 4096, 500, 400, 8, 6, 4),
]
N_DECISION_ROWS = 4


def one_vs_rest(y):
    return np.where(y[:, None] == np.arange(y.max() + 1), 1.0, -1.0)


def svm_objective(coef, intercept, x, signs, c, power):
    """Summed over the columns of `signs`; the intercept is penalized."""
    slack = np.maximum(0, 1 - signs * (x @ coef.T + intercept))
    return 0.5 * ((coef**2).sum() + (intercept**2).sum()) + c * (slack**power).sum()


class HingeSvm(LinearClassifierMixin, BaseEstimator):
    """Of two classes, by LIBLINEAR; of many rows at large C, where that would take hours, by an
    interior-point method. Objectives of the two agree to 2e-8 where both were tried."""

    def __init__(self, c):
        self.c = c

    def fit(self, x, y):
        self.classes_ = np.unique(y)
        if len(x) < 1000 or self.c < 10:
            model = LinearSVC(
                loss="hinge", dual=True, C=self.c, tol=1e-8, max_iter=10_000_000, random_state=0
            ).fit(x, y)
            self.coef_, self.intercept_ = model.coef_, model.intercept_
        else:
            signs = np.where(y == self.classes_[1], 1.0, -1.0)
            beta = signs * interior_point(x, signs, self.c)
            self.coef_, self.intercept_ = (beta @ x)[None], np.array([beta.sum()])
        return self


def interior_point(x, signs, c):
    """The dual: minimize 1/2 a'Qa - sum(a) with 0 <= a <= c, by a primal-dual path-following method
    (Nocedal and Wright, chapter 16), to a relative gap of 1e-10."""
    q = (x @ x.T + 1) * np.outer(signs, signs)
    a = np.full(len(x), c / 2)
    lower, upper = np.ones(len(x)), np.ones(len(x))
    while True:
        qa = q @ a
        primal = 0.5 * a @ qa + c * np.maximum(0, 1 - qa).sum()
        if primal - (a.sum() - 0.5 * a @ qa) <= 1e-10 * primal:
            return a
        mu = 0.1 * (lower @ a + upper @ (c - a)) / (2 * len(a))
        system = q + np.diag(lower / a + upper / (c - a))
        da = cho_solve(cho_factor(system), 1 - qa + mu / a - mu / (c - a))
        d_lower = (mu - lower * da) / a - lower
        d_upper = (mu + upper * da) / (c - a) - upper
        values = np.concatenate([a, c - a, lower, upper])
        steps = np.concatenate([da, -da, d_lower, d_upper])
        shrinking = steps < 0
        length = min(1.0, 0.995 * (values[shrinking] / -steps[shrinking]).min())
        a, lower, upper = a + length * da, lower + length * d_lower, upper + length * d_upper


def hinge(x, y, c):
    model = OneVsRestClassifier(HingeSvm(c)).fit(x, y)
    coef = np.vstack([of_class.coef_ for of_class in model.estimators_])
    intercept = np.concatenate([of_class.intercept_ for of_class in model.estimators_])
    return model, svm_objective(coef, intercept, x, one_vs_rest(y), c, 1)


def squared_hinge(x, y, c):
    model = LinearSVC(loss="squared_hinge", dual=False, C=c, tol=1e-10, max_iter=100_000).fit(x, y)
    return model, svm_objective(model.coef_, model.intercept_, x, one_vs_rest(y), c, 2)


def softmax(x, y, c):
    """The intercept is not penalized."""
    model = LogisticRegression(C=c, tol=1e-9, max_iter=1_000_000).fit(x, y)
    z = x @ model.coef_.T + model.intercept_
    top = z.max(1)
    losses = np.log(np.exp(z - top[:, None]).sum(1)) + top - z[np.arange(len(y)), y]
    return model, 0.5 * (model.coef_**2).sum() + c * losses.sum()


def one_vs_one(x, y, c):
    """One SVM with hinge loss a pair; scores are votes and squashed confidences."""
    model = OneVsOneClassifier(HingeSvm(c)).fit(x, y)
    pairs = [(i, j) for i in range(y.max() + 1) for j in range(i + 1, y.max() + 1)]
    objective = 0.0
    for (i, j), pair in zip(pairs, model.estimators_, strict=True):
        rows = (y == i) | (y == j)
        signs = np.where(y[rows] == j, 1.0, -1.0)[:, None]
        objective += svm_objective(pair.coef_, pair.intercept_, x[rows], signs, c, 1)
    return model, objective


def ridge(x, y, c):
    """1/2 |w|^2 + c (squared errors to -1 and 1); the intercept is not penalized."""
    model = RidgeClassifier(alpha=1 / (2 * c), solver="cholesky").fit(x, y)
    errors = x @ model.coef_.T + model.intercept_ - one_vs_rest(y)
    return model, 0.5 * (model.coef_**2).sum() + c * (errors**2).sum()


LOSSES = [hinge, squared_hinge, softmax, one_vs_one, ridge]


def main():
    warnings.simplefilter("error", ConvergenceWarning)
    tensors = {"cs": np.array(CS)}
    for s in SETS:
        x, y = generate(s)
        tensors[f"{s.name}.checksum"] = np.array([checksum(x, y)], dtype=np.uint64)
        print(f"{s.name} zeros {(x == 0).mean():.2f} cosine {(x.mean(0) ** 2).sum():.2f}")
        x = x.astype(np.float64)
        x_train, x_held_out, y_train = x[: s.n_train], x[s.n_train :], y[: s.n_train]
        for loss in LOSSES:
            objectives, predicted, decisions = [], [], []
            for c in CS:
                start = time.perf_counter()
                model, objective = loss(x_train, y_train, c)
                decision = model.decision_function(x_held_out)
                objectives.append(objective)
                predicted.append(decision.argmax(1).astype(np.uint8))
                decisions.append(decision[:N_DECISION_ROWS].astype(np.float32))
                top = np.sort(decision, 1)
                print(
                    f"{s.name}.{loss.__name__} C={c:g}: {objective:.9g}, accuracy"
                    f" {(predicted[-1] == y[s.n_train :]).mean():.3f}, lead of the first class from"
                    f" {(top[:, -1] - top[:, -2]).min():.1e} of {np.ptp(decision):.1e},"
                    f" {time.perf_counter() - start:.1f} s",
                    flush=True,
                )
            key = f"{s.name}.{loss.__name__}"
            tensors[f"{key}.objective"] = np.array(objectives)
            tensors[f"{key}.predicted"] = np.array(predicted)
            tensors[f"{key}.decision"] = np.array(decisions)

    metadata = {
        "made_by": "crates/heads/tests/reference/make_path.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
    path = pathlib.Path(__file__).with_name("path.safetensors")
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)


if __name__ == "__main__":
    main()
