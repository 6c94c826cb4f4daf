"""Writes scikit-learn's principal component analysis of two random cases to projections.json.

Usage: python make_projections.py        (in this folder; needs numpy and scikit-learn)
"""

import json

import numpy as np
import sklearn
from sklearn import decomposition, preprocessing

VERSIONS = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
SEED = 20241


def power(exponent):
    return lambda rows: np.sign(rows) * np.abs(rows) ** exponent


def l2(rows):
    return preprocessing.normalize(rows)


def pca(n_components, whiten=False):
    return decomposition.PCA(n_components, whiten=whiten, svd_solver="full")


SEQUENCES = {
    "power:0.5": [power(0.5)],
    "power:2,l2": [power(2), l2],
    "pca:3": [pca(3)],
    "whiten:4": [pca(4, whiten=True)],
    "power:0.5,l2,pca:4": [power(0.5), l2, pca(4)],
    "standardize,pca:4,l2": [preprocessing.StandardScaler(), pca(4), l2],
    "l2,whiten:3,l2,power:2": [l2, pca(3, whiten=True), l2, power(2)],
}


def transform(steps, train, other):
    for step in steps:
        if callable(step):
            train, other = step(train), step(other)
        else:
            step.fit(train)
            train, other = step.transform(train), step.transform(other)
    return other.tolist()


def case(rng, n_rows, n_features):
    # Columns of different spread, so that no two variances are near each other; multiples of 1/64
    # are exact in f32 and short in JSON.
    spread = 3.0 / (1 + np.arange(n_features))
    rotation = np.linalg.qr(rng.normal(size=(n_features, n_features)))[0]
    rows = (rng.normal(size=(n_rows + 5, n_features)) * spread) @ rotation + 0.5
    train, other = np.split(np.round(64 * rows) / 64, [n_rows])
    transformed = {name: transform(steps, train, other) for name, steps in SEQUENCES.items()}
    return {"train": train.tolist(), "other": other.tolist(), "transformed": transformed}


def main():
    rng = np.random.default_rng(SEED)
    # More rows than features, and fewer: two ways to the axes.
    cases = [case(rng, 40, 6), case(rng, 10, 16)]
    with open("projections.json", "w") as file:
        json.dump({"made_by": "make_projections.py", "seed": SEED, "versions": VERSIONS, "cases": cases}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
