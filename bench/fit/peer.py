"""One fit by scikit-learn or LIBLINEAR, timed, in a process of its own.

Usage: python peer.py NAME LOSS FOLDER FOLD C[,C...] OUT [TIMES]

FOLDER is a saved `Problem`. TIMES multiplies the iterations that scikit-learn's linear models may take
by default. Trains on the rows that FOLD does not hold out and writes the scores of
the others to OUT (`.npy`). Standard output is one JSON document: seconds of fitting and of scoring,
the peak of resident memory, whether the solver says that it converged, and the objective. Given
several C, as RidgeClassifierCV is, FOLD is -1 and the scores are those of leaving each row out,
`[n_cs, n_samples, n_classes]`.
"""

import json
import os
import sys
import tempfile
import time
import warnings

import numpy as np
from objective import objective
from problem import Problem
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, RidgeClassifierCV
from sklearn.svm import SVC, LinearSVC

# What a user gets who does not set them; LIBLINEAR's tolerance is its own default, too.
TOL = 1e-4
MAX_ITER = {"LinearSVC": 1000, "LogisticRegression": 100}
LIBLINEAR_SOLVERS = {"hinge": 3, "squared-hinge": 2}


def linear_svc(loss, x, y, c, times):
    max_iter = times * MAX_ITER["LinearSVC"]
    model = LinearSVC(
        loss=loss.replace("-", "_"), dual="auto", C=c, tol=TOL, max_iter=max_iter, random_state=0
    )
    return fit_linear(model, x, y)


def logistic(solver):
    def fit(_, x, y, c, times):
        # Two rows -w/2 and w/2, which we keep of two classes, cost half the penalty of one row w.
        two = y.max() == 1
        max_iter = times * MAX_ITER["LogisticRegression"]
        model = LogisticRegression(solver=solver, C=2 * c if two else c, tol=TOL, max_iter=max_iter)
        coef, intercept, seconds, warned = fit_linear(model, x, y)
        return (coef / 2, intercept / 2, seconds, warned) if two else (coef, intercept, seconds, warned)

    return fit


def fit_linear(model, x, y):
    seconds, warned = timed(lambda: model.fit(x, y))
    coef, intercept = model.coef_, model.intercept_
    if len(coef) == 1:
        coef, intercept = np.vstack([-coef, coef]), np.concatenate([-intercept, intercept])
    return coef, intercept, seconds, warned


def liblinear(loss, x, y, c, _):
    from liblinear.liblinearutil import parameter, problem, train
    from scipy.sparse import csr_matrix

    given = problem(y.astype(np.float64), csr_matrix(x.astype(np.float64)))
    # LIBLINEAR writes its warnings to standard output.
    with tempfile.TemporaryFile() as said:
        stdout = os.dup(1)
        os.dup2(said.fileno(), 1)
        start = time.perf_counter()
        # The option, rather than an argument of `problem`, which `train` overrules.
        model = train(given, parameter(f"-s {LIBLINEAR_SOLVERS[loss]} -c {c!r} -B 1"))
        seconds = time.perf_counter() - start
        sys.stdout.flush()
        os.dup2(stdout, 1)
        said.seek(0)
        warned = b"reaching max number of iterations" in said.read()
    assert model.bias == 1, "the last weight is the intercept"
    n_columns = 1 if model.nr_class == 2 else model.nr_class
    w = np.ctypeslib.as_array(model.w, (model.nr_feature + 1, n_columns)).T
    w = np.vstack([w, -w]) if n_columns == 1 else w
    order = np.argsort(model.get_labels())
    return w[order, :-1], w[order, -1], seconds, warned


def timed(fit):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        start = time.perf_counter()
        fit()
        seconds = time.perf_counter() - start
    return seconds, any(issubclass(warning.category, ConvergenceWarning) for warning in caught)


def svc_precomputed(p, fold, c):
    """Pairs of classes; the Gram matrix, which all C and folds share, is not in the time."""
    x = p.x.astype(np.float64)
    gram = x @ x.T + 1
    train, out = p.folds != fold, p.folds == fold
    model = SVC(kernel="precomputed", C=c, cache_size=1000)
    fit_seconds, warned = timed(lambda: model.fit(gram[np.ix_(train, train)], p.y[train]))
    start = time.perf_counter()
    scores = model.decision_function(gram[np.ix_(out, train)])
    return scores, fit_seconds, time.perf_counter() - start, warned


def ridge_leave_one_out(p, cs):
    # Given a scoring, it keeps predictions rather than squared errors.
    model = RidgeClassifierCV(
        alphas=[1 / (2 * c) for c in cs], scoring="accuracy", store_cv_results=True
    )
    seconds, warned = timed(lambda: model.fit(p.x, p.y))
    scores = np.moveaxis(model.cv_results_, -1, 0)
    if scores.shape[2] == 1:
        scores = np.concatenate([-scores, scores], axis=2)
    return scores, seconds, warned


LINEAR = {
    "LinearSVC": linear_svc,
    "LogisticRegression-lbfgs": logistic("lbfgs"),
    "LogisticRegression-newton-cg": logistic("newton-cg"),
    "LIBLINEAR": liblinear,
}


def peak_resident_bytes():
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main(name, loss, folder, fold, cs, out, times="1"):
    p, fold, cs = Problem.load(folder), int(fold), [float(c) for c in cs.split(",")]
    value, scoring = None, 0.0
    if name == "RidgeClassifierCV":
        scores, seconds, warned = ridge_leave_one_out(p, cs)
        peak = peak_resident_bytes()
    elif name == "SVC-precomputed":
        scores, seconds, scoring, warned = svc_precomputed(p, fold, cs[0])
        peak = peak_resident_bytes()
    else:
        train = p.folds != fold
        x, y = p.x[train], p.y[train]
        coef, intercept, seconds, warned = LINEAR[name](loss, x, y, cs[0], int(times))
        start = time.perf_counter()
        scores = p.x[~train] @ coef.T + intercept
        scoring = time.perf_counter() - start
        peak = peak_resident_bytes()
        value = objective(loss, x, y, coef, intercept, cs[0])
    np.save(out, scores)
    report = {
        "seconds": seconds,
        "scoring_seconds": scoring,
        "peak_resident_bytes": peak,
        "converged": not warned,
        "objective": value,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
