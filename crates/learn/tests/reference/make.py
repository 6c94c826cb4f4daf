"""Writes scikit-learn's transforms of a random case to transforms.json.

Usage: python make.py        (in this folder; needs numpy and scikit-learn)
"""

import json

import numpy as np
import sklearn
from sklearn import preprocessing

VERSIONS = {"numpy": np.__version__, "scikit-learn": sklearn.__version__}
SEED = 20240


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
    write("transforms.json", transforms(np.random.default_rng(SEED)))


if __name__ == "__main__":
    main()
