"""Reference solutions of the heads' problems by scikit-learn (SciPy's L-BFGS, LIBLINEAR, LIBSVM).

Usage: python make.py            writes reference.safetensors beside this file
Needs: numpy, scikit-learn, safetensors. Versions are in the file's metadata.

Sets: "main" 200 x 64, five classes of unequal size; "wide" 60 x 256, fewer rows than columns;
"pair", the first two classes of "main". Each problem `<set>.<loss>.<C>[.balanced]` has
`.objective` (f64, summed over the classes of a one-vs-rest head), `.decision` (f32) and
`.predicted` (u8) on the set's test rows.
"""

import pathlib
import platform
import warnings

import numpy as np
import scipy
import sklearn
from safetensors.numpy import save_file
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC, LinearSVC

N_CLASSES = 5


def features(rng, d):
    """Rows like pooled ReLU activations: low rank, non-negative, about half zeros, length 1;
    one label in ten is wrong."""
    rank = 24
    scale = 1 / np.sqrt(np.arange(1, rank + 1))
    centers = rng.normal(size=(N_CLASSES, rank))
    mixing = rng.normal(size=(rank, d)) / np.sqrt(rank)
    offset = rng.normal(scale=0.3, size=d)

    def draw(n):
        y = rng.choice(N_CLASSES, size=n, p=[0.34, 0.26, 0.2, 0.13, 0.07])
        y[: 2 * N_CLASSES] = np.arange(2 * N_CLASSES) % N_CLASSES
        latent = scale * (0.8 * centers[y] + rng.normal(size=(n, rank)))
        x = np.maximum(latent @ mixing + offset + 0.1 * rng.normal(size=(n, d)), 0)
        x /= np.linalg.norm(x, axis=1, keepdims=True)
        wrong = rng.random(n) < 0.1
        y[wrong] = rng.integers(0, N_CLASSES, wrong.sum())
        return x.astype(np.float32), y

    return draw


def class_weights(y, balanced):
    counts = np.bincount(y)
    return len(y) / (len(counts) * counts) if balanced else np.ones(len(counts))


def softmax(x, y, c, balanced):
    two = y.max() == 1
    # Of two classes scikit-learn keeps one row w; two rows -w/2 and w/2 cost half its penalty.
    model = LogisticRegression(
        C=2 * c if two else c,
        tol=1e-10,
        max_iter=100_000,
        class_weight="balanced" if balanced else None,
    ).fit(x, y)
    coef, intercept = model.coef_, model.intercept_
    if two:
        coef = np.vstack([-coef / 2, coef / 2])
        intercept = np.concatenate([-intercept / 2, intercept / 2])
    z = x @ coef.T + intercept
    top = z.max(1)
    losses = np.log(np.exp(z - top[:, None]).sum(1)) + top - z[np.arange(len(y)), y]
    weights = class_weights(y, balanced)[y]
    return coef, intercept, 0.5 * (coef**2).sum() + c * (weights * losses).sum()


def one_vs_rest_loss(x, y, coef, intercept, weights):
    signs = np.where(y[:, None] == np.arange(y.max() + 1), 1, -1)
    slack = np.maximum(0, 1 - signs * (x @ coef.T + intercept))
    return {"hinge": (weights @ slack).sum(), "squared_hinge": (weights @ slack**2).sum()}


def linear_svm(x, y, c, balanced, loss):
    # LinearSVC's own class_weight leaves the rest of a one-vs-rest problem at weight 1, so the
    # weights go in as those of samples.
    weights = class_weights(y, balanced)[y]
    models = [
        LinearSVC(loss=loss, C=c, tol=1e-10, max_iter=10_000_000, dual=True, random_state=0).fit(
            x, y == k, sample_weight=weights
        )
        for k in range(y.max() + 1)
    ]
    coef = np.vstack([model.coef_ for model in models])
    intercept = np.concatenate([model.intercept_ for model in models])
    losses = one_vs_rest_loss(x, y, coef, intercept, weights)
    return coef, intercept, 0.5 * ((coef**2).sum() + (intercept**2).sum()) + c * losses[loss]


def smo(x, y, c, balanced):
    assert not balanced
    models = [SVC(kernel="linear", C=c, tol=1e-8).fit(x, y == k) for k in range(y.max() + 1)]
    coef = np.vstack([model.coef_ for model in models])
    intercept = np.concatenate([model.intercept_ for model in models])
    losses = one_vs_rest_loss(x, y, coef, intercept, np.ones(len(y)))
    return coef, intercept, 0.5 * (coef**2).sum() + c * losses["hinge"]


SOLVERS = {
    "softmax": softmax,
    "hinge": lambda *problem: linear_svm(*problem, "hinge"),
    "squared_hinge": lambda *problem: linear_svm(*problem, "squared_hinge"),
    "smo": smo,
}
PROBLEMS = [
    (name, loss, c, balanced)
    for loss in ["softmax", "hinge", "squared_hinge"]
    for name, c, balanced in [
        ("main", "0.01", False),
        ("main", "0.1", False),
        ("main", "1", False),
        ("main", "10", False),
        ("main", "100", False),
        ("main", "1", True),
        ("wide", "1", False),
    ]
] + [
    ("pair", "softmax", "1", False),
    ("main", "smo", "1", False),
    ("wide", "smo", "10", False),
]


def main():
    warnings.simplefilter("error", ConvergenceWarning)
    rng = np.random.default_rng(20140623)
    sets, tensors = {}, {}
    for name, d, n_train, n_test in [("main", 64, 200, 200), ("wide", 256, 60, 30)]:
        draw = features(rng, d)
        sets[name] = draw(n_train) + draw(n_test)[:1]
    x, y, x_test = sets["main"]
    sets["pair"] = x[y < 2], y[y < 2], x_test
    for name in ["main", "wide"]:
        x, y, x_test = sets[name]
        tensors |= {f"{name}.x": x, f"{name}.y": y.astype(np.uint8), f"{name}.x_test": x_test}
        zeros, cosine = (x == 0).mean(), (x @ x.T).mean()
        print(f"{name} {x.shape} zeros {zeros:.2f} cosine {cosine:.2f} classes {np.bincount(y)}")

    for name, loss, c, balanced in PROBLEMS:
        x, y, x_test = sets[name]
        coef, intercept, objective = SOLVERS[loss](x.astype(np.float64), y, float(c), balanced)
        decision = x_test.astype(np.float64) @ coef.T + intercept
        key = f"{name}.{loss}.{c}" + (".balanced" if balanced else "")
        tensors[f"{key}.objective"] = np.array([objective])
        tensors[f"{key}.decision"] = decision.astype(np.float32)
        tensors[f"{key}.predicted"] = decision.argmax(1).astype(np.uint8)
        print(f"{key:32} {objective:.10g}  spread {np.ptp(decision):.3g}")

    metadata = {
        "made_by": "crates/heads/tests/reference/make.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
    }
    path = pathlib.Path(__file__).with_name("reference.safetensors")
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)


if __name__ == "__main__":
    main()
