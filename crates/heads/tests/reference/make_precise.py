"""Objectives of precise fits by scikit-learn (LIBLINEAR, Newton's method) and an interior point method, for tolerances near 1e-6.

Usage: python make_precise.py    writes precise.safetensors beside this file
Needs: numpy, scikit-learn, safetensors. Versions are in the file's metadata.

Rows are like pooled ReLU activations: non-negative, low rank plus noise, one label in ten wrong. Sets: "wide"
90 x 120, and "long" 210 x 12, each "raw" (norms of some 60) and "l2" (norms of 1), `<set>.<norm>.x` f32, and
`<set>.y` u8. Each problem `<set>.<norm>.<loss>.<C>` has its objective (f64), summed over the classes of a
one-vs-rest head.
"""

import pathlib
import platform

import numpy as np
import sklearn
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

N_CLASSES = 3


def rows(rng, n, d):
    rank = 12
    scale = 1 / np.sqrt(np.arange(1, rank + 1))
    centers = rng.normal(size=(N_CLASSES, rank))
    mixing = rng.normal(size=(rank, d)) / np.sqrt(rank)
    y = np.arange(n) % N_CLASSES
    latent = scale * (0.8 * centers[y] + rng.normal(size=(n, rank)))
    offset = rng.normal(scale=0.3, size=d)
    x = np.maximum(latent @ mixing + offset + 0.1 * rng.normal(size=(n, d)), 0)
    wrong = rng.random(n) < 0.1
    y[wrong] = rng.integers(0, N_CLASSES, wrong.sum())
    return x, y


def softmax(x, y, c):
    model = LogisticRegression(C=c, tol=1e-11, max_iter=100_000, solver="newton-cg").fit(x, y)
    z = x @ model.coef_.T + model.intercept_
    top = z.max(1)
    losses = np.log(np.exp(z - top[:, None]).sum(1)) + top - z[np.arange(len(y)), y]
    return 0.5 * (model.coef_**2).sum() + c * losses.sum()


def squared_hinge(x, signs, c):
    """LIBLINEAR's trust region Newton method."""
    model = LinearSVC(C=c, tol=1e-12, max_iter=100_000, dual=False).fit(x, signs)
    w = np.append(model.coef_[0], model.intercept_[0])
    slack = np.maximum(0, 1 - signs * (x @ w[:-1] + w[-1]))
    return 0.5 * w @ w + c * (slack**2).sum()


def hinge(x, signs, c):
    """A primal-dual interior point method on the dual: LIBLINEAR's coordinate descent does not end on long rows.

    Where that ends, both agree.
    """
    rows = signs[:, None] * np.column_stack([x, np.ones(len(x))])
    q = rows @ rows.T
    n = len(x)
    a, low, high = np.full(n, c / 2), np.ones(n), np.ones(n)
    for _ in range(200):
        mu = 0.1 * (a @ low + (c - a) @ high) / (2 * n)
        residual = -(q @ a - 1 - low + high) + (mu / a - low) - (mu / (c - a) - high)
        da = np.linalg.solve(q + np.diag(low / a + high / (c - a)), residual)
        dlow = mu / a - low - low / a * da
        dhigh = mu / (c - a) - high + high / (c - a) * da
        steps = [-v[d < 0] / d[d < 0] for v, d in [(a, da), (c - a, -da), (low, dlow), (high, dhigh)]]
        t = min(1, 0.99 * min((step.min() for step in steps if len(step)), default=1))
        a, low, high = a + t * da, low + t * dlow, high + t * dhigh
        w = rows.T @ a
        primal = 0.5 * w @ w + c * np.maximum(0, 1 - rows @ w).sum()
        gap = primal - (a.sum() - 0.5 * w @ w)
        if gap <= 1e-8 * primal:
            break
    assert gap <= 1e-8 * primal, gap / primal
    return primal


def check(x, signs, c, objective):
    """Compares with LIBLINEAR's coordinate descent."""
    model = LinearSVC(loss="hinge", C=c, tol=1e-9, max_iter=20_000_000, random_state=0).fit(x, signs)
    w = np.append(model.coef_[0], model.intercept_[0])
    slack = np.maximum(0, 1 - signs * (x @ w[:-1] + w[-1]))
    liblinear = 0.5 * w @ w + c * slack.sum()
    assert abs(liblinear - objective) <= 1e-7 * objective, (liblinear, objective)


def main():
    rng = np.random.default_rng(20140716)
    tensors = {}
    for name, n, d in [("wide", 90, 120), ("long", 210, 12)]:
        plain, y = rows(rng, n, d)
        tensors[f"{name}.y"] = y.astype(np.uint8)
        norms = np.linalg.norm(plain, axis=1, keepdims=True)
        for norm, scaled in [("raw", 60 * plain / norms.mean()), ("l2", plain / norms)]:
            x = scaled.astype(np.float32)
            tensors[f"{name}.{norm}.x"] = x
            x = x.astype(np.float64)
            for word in ["0.01", "1", "100"]:
                c = float(word)
                objectives = {"softmax": softmax(x, y, c), "hinge": 0.0, "squared_hinge": 0.0}
                for k in range(N_CLASSES):
                    signs = np.where(y == k, 1.0, -1.0)
                    objective = hinge(x, signs, c)
                    if norm == "l2" and c <= 1:
                        check(x, signs, c, objective)
                    objectives["hinge"] += objective
                    objectives["squared_hinge"] += squared_hinge(x, signs, c)
                for loss, objective in objectives.items():
                    tensors[f"{name}.{norm}.{loss}.{word}"] = np.array([objective])
                    print(f"{name}.{norm}.{loss}.{word:5} {objective:.12g}", flush=True)
    metadata = {
        "made_by": "crates/heads/tests/reference/make_precise.py",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
    }
    path = pathlib.Path(__file__).with_name("precise.safetensors")
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)


if __name__ == "__main__":
    main()
