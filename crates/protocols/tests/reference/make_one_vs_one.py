"""Writes what scikit-learn's one-vs-one SVM predicts of generated rows: one_vs_one.json.

Usage: python make_one_vs_one.py      (in this folder; needs numpy and scikit-learn)

SplitMix64 draws the rows here and in ../../src/reproduce/solve/tests.rs, in the order of `rows` below:
classes of 10 to 32 training rows, so that the intercepts of pairs matter, and 100 held-out rows each.
"""

import json

import numpy as np
import sklearn
from sklearn.svm import SVC

N_CLASSES, N_FEATURES, N_HELD_OUT = 12, 64, 100
MASK = (1 << 64) - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        """A multiple of 2^-20 below 1: exact in f32 and in sums of a few."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 44) / (1 << 20)


def rows():
    """Features that are never negative, as those after a ReLU, and their classes; held-out rows last."""
    rng = SplitMix64(7)
    centers = [[rng.uniform() for _ in range(N_FEATURES)] for _ in range(N_CLASSES)]
    counts = [10 + 2 * k for k in range(N_CLASSES)]
    labels = [k for k in range(N_CLASSES) for _ in range(counts[k])]
    labels += [k for k in range(N_CLASSES) for _ in range(N_HELD_OUT)]
    x = np.empty((len(labels), N_FEATURES))
    for row, label in enumerate(labels):
        for j in range(N_FEATURES):
            noise = sum(rng.uniform() for _ in range(4)) - 2
            x[row, j] = max(0.0, 0.8 * centers[label][j] + noise)
    return x, np.array(labels), sum(counts)


def main():
    x, y, n_train = rows()
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    predictions = {}
    for c in [0.2, 2.0, 20.0]:
        model = SVC(kernel="linear", C=c, tol=1e-8).fit(x[:n_train], y[:n_train])
        predicted = model.predict(x[n_train:])
        print(f"C {c}: accuracy {(predicted == y[n_train:]).mean():.3f}")
        predictions[c] = "".join(chr(ord("a") + k) for k in predicted)
    header = {"made_by": "make_one_vs_one.py", "scikit-learn": sklearn.__version__}
    with open("one_vs_one.json", "w") as file:
        json.dump(header | {"predictions": list(predictions.items())}, file, indent=0)
        file.write("\n")


if __name__ == "__main__":
    main()
