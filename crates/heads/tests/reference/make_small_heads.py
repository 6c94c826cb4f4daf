"""Reference scores of ridge, nearest neighbors and the Gaussian kernel by scikit-learn.

Usage: python make_small_heads.py    reads reference.safetensors, writes small_heads.safetensors,
                                     both beside this file
Needs: numpy, scikit-learn, safetensors. Versions are in the file's metadata.

The sets are those of make.py. Tensors, f32 unless said:
    <set>.ridge.<C>[.balanced]      scores of the set's test rows; alpha is 1 / (2 C)
    <set>.ridge.<C>.objective       f64, summed over the classes
    <set>.ridge_folds.<C>[.balanced]    scores of each training row by the fit without its fold: row
                                    i is held out by fold i mod 4, and by none where that is 3
    <set>.ridge_loo.<C>             scores of each training row by the fit without it
    <set>.ridge_partial.<C>         multi-label, scores of the test rows; `signs` are the targets
    <set>.ridge_partial_loo.<C>     multi-label, each row left out
    <set>.knn.<k>.<votes>           parts of the votes for the test rows
    <set>.gaussian.<C>.<gamma>      scores of the test rows, and .objective
    signs                           i8: 1, -1, and 0 for entries that are ignored
"""

import pathlib
import platform

import numpy as np
import scipy
import sklearn
from safetensors.numpy import load_file, save_file
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

HERE = pathlib.Path(__file__).parent
N_FOLDS = 3
TEMPERATURE = 0.07


def signed(y):
    return np.where(y[:, None] == np.arange(y.max() + 1), 1.0, -1.0)


def balanced_weights(y):
    counts = np.bincount(y)
    return (len(y) / (len(counts) * counts))[y]


def ridge(x, targets, c, weights=None):
    return Ridge(alpha=1 / (2 * c), solver="svd").fit(x, targets, sample_weight=weights)


def ridge_scores(x, y, x_test, c, balanced):
    weights = balanced_weights(y) if balanced else np.ones(len(y))
    targets = signed(y)
    model = ridge(x, targets, c, weights)
    classifier = RidgeClassifier(
        alpha=1 / (2 * c), solver="svd", class_weight="balanced" if balanced else None
    ).fit(x, y)
    assert np.allclose(model.predict(x_test), classifier.decision_function(x_test), atol=1e-9)
    losses = (weights @ (targets - model.predict(x)) ** 2).sum()
    return model.predict(x_test), 0.5 * (model.coef_**2).sum() + c * losses


def ridge_folds(x, y, c, balanced):
    fold = np.arange(len(y)) % (N_FOLDS + 1)
    scores = np.zeros((len(y), y.max() + 1))
    for held_out in range(N_FOLDS):
        train, test = fold != held_out, fold == held_out
        scores[test] = ridge_scores(x[train], y[train], x[test], c, balanced)[0]
    return scores


def partial_scores(x, signs, x_test, c):
    scores = []
    for sign in signs.T:
        rows = sign != 0
        scores.append(ridge(x[rows], sign[rows].astype(float), c).predict(x_test))
    return np.stack(scores, axis=1)


def leave_one_out(fit_and_score, x, targets):
    rows = []
    for row in range(len(x)):
        others = np.arange(len(x)) != row
        rows.append(fit_and_score(x[others], targets[others], x[row : row + 1])[0])
    return np.array(rows)


def knn_shares(x, y, x_test, k, votes):
    weights = {
        "uniform": "uniform",
        "similarity": lambda distances: 1 - distances,
        "exponential": lambda distances: np.exp((1 - distances) / TEMPERATURE),
    }[votes]
    model = KNeighborsClassifier(k, metric="cosine", algorithm="brute", weights=weights)
    distances, _ = KNeighborsClassifier(k + 1, metric="cosine").fit(x, y).kneighbors(x_test)
    # Which of two rows is nearer must not depend on the rounding of f32.
    assert (distances[:, k] - distances[:, k - 1]).min() > 1e-6, (k, votes)
    return model.fit(x, y).predict_proba(x_test)


def gaussian_scores(x, y, x_test, c, gamma):
    scores, objective = [], 0.0
    for k in range(y.max() + 1):
        model = SVC(kernel="rbf", C=c, gamma=gamma, tol=1e-9, cache_size=500).fit(x, y == k)
        scores.append(model.decision_function(x_test))
        margins = model.decision_function(x) * np.where(y == k, 1, -1)
        alphas, vectors = model.dual_coef_[0], model.support_vectors_
        squares = ((vectors[:, None] - vectors[None]) ** 2).sum(2)
        penalty = alphas @ np.exp(-model._gamma * squares) @ alphas
        objective += 0.5 * penalty + c * np.maximum(0, 1 - margins).sum()
    return np.stack(scores, axis=1), objective


def main():
    sets = load_file(HERE / "reference.safetensors")
    tensors = {}
    rng = np.random.default_rng(1989)
    for name, cs in [("main", ["0.001", "1", "100"]), ("wide", ["0.001", "1", "100"])]:
        x, x_test = (sets[f"{name}.{part}"].astype(np.float64) for part in ["x", "x_test"])
        y = sets[f"{name}.y"].astype(int)
        for c in cs:
            scores, objective = ridge_scores(x, y, x_test, float(c), False)
            tensors[f"{name}.ridge.{c}"] = scores
            tensors[f"{name}.ridge.{c}.objective"] = np.array([objective])
            loo = lambda a, b, z, c=c: ridge(a, signed(b), float(c)).predict(z)
            tensors[f"{name}.ridge_loo.{c}"] = leave_one_out(loo, x, y)
            tensors[f"{name}.ridge_folds.{c}"] = ridge_folds(x, y, float(c), False)
        tensors[f"{name}.ridge.1.balanced"] = ridge_scores(x, y, x_test, 1.0, True)[0]
        tensors[f"{name}.ridge_folds.1.balanced"] = ridge_folds(x, y, 1.0, True)

        signs = signed(y).astype(np.int8)
        signs[np.arange(len(y)), rng.integers(0, signs.shape[1], len(y))] = 1
        signs[rng.random(signs.shape) < 0.05] = 0
        tensors[f"{name}.signs"] = signs
        partial = lambda a, b, z: partial_scores(a, b, z, 1.0)
        tensors[f"{name}.ridge_partial.1"] = partial(x, signs, x_test)
        tensors[f"{name}.ridge_partial_loo.1"] = leave_one_out(partial, x, signs)

    x, x_test, y = sets["main.x"], sets["main.x_test"], sets["main.y"].astype(int)
    for votes in ["uniform", "similarity", "exponential"]:
        for k in [1, 5, 20]:
            tensors[f"main.knn.{k}.{votes}"] = knn_shares(x, y, x_test, k, votes)
    for c, gamma in [("1", "scale"), ("10", "0.5")]:
        value = gamma if gamma == "scale" else float(gamma)
        scores, objective = gaussian_scores(
            x.astype(np.float64), y, x_test.astype(np.float64), float(c), value
        )
        tensors[f"main.gaussian.{c}.{gamma}"] = scores
        tensors[f"main.gaussian.{c}.{gamma}.objective"] = np.array([objective])

    exact = {key: t for key, t in tensors.items() if key.endswith((".objective", ".signs"))}
    tensors = {key: tensor.astype(np.float32) for key, tensor in tensors.items()} | exact
    metadata = {
        "made_by": "crates/heads/tests/reference/make_small_heads.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
    path = HERE / "small_heads.safetensors"
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)
    print(f"{len(tensors)} tensors, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
