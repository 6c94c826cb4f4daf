"""Writes the accuracies of scikit-learn's heads on the images that `fit shots` draws: shots.json here.

Usage: python make_shots.py FIT    (in this folder; needs numpy and scikit-learn)

FIT is the program `fit`, whose draws are read from its draws.csv.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile
from collections import defaultdict

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

SEED = 20220
C = 10.0
CLASSES = {"ant": 60, "bee": 45, "cat": 24, "dog": 9}
N_TEST = 30  # of each class
N_FEATURES = 8
SIZES = [1, 2, 5, 10, 20, 50]
FRACTIONS = [0.125, 0.25, 0.5, 1.0]
N_DRAWS = 4


def data():
    rng = np.random.default_rng(SEED)
    labels = np.repeat(np.arange(len(CLASSES)), np.array(list(CLASSES.values())) + N_TEST)
    is_test = np.concatenate([[False] * n + [True] * N_TEST for n in CLASSES.values()])
    centers = rng.normal(size=(len(CLASSES), N_FEATURES))
    x = np.round(centers[labels] + 1.6 * rng.normal(size=(len(labels), N_FEATURES)), 3).astype(np.float32)
    order = rng.permutation(len(labels))
    return x[order], labels[order], is_test[order]


def draws(fit, x, labels, is_test):
    """For each seed the training rows of each class, in the order in which they are taken."""
    names = np.array(list(CLASSES))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        np.savez(folder / "x.npz", x=x, y=names[labels], split=np.where(is_test, "test", "train"))
        run = lambda *arguments: subprocess.run([fit, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
        options = ["--features", "x", "--labels", "y", "--splits", "split", "--made-by", "a generator"]
        run("import", folder / "x.npz", *options, "--out", folder / "x.h5")
        options = ["--head", "softmax", "--c", C, "--draws", N_DRAWS, "--sizes", ",".join(map(str, SIZES))]
        run("shots", folder / "x.h5", *options, "--out", folder / "shots")
        by_seed = defaultdict(lambda: defaultdict(list))
        for row in csv.DictReader((folder / "shots/draws.csv").open()):
            by_seed[int(row["seed"])][row["class"]].append(int(row["row"]))
    return [[of_class[name] for name in names] for of_class in by_seed.values()]


def accuracy(x, labels, is_test, rows):
    model = LogisticRegression(C=C, tol=1e-10, max_iter=100_000).fit(x[rows], labels[rows])
    return float((model.predict(x[is_test]) == labels[is_test]).mean())


def main():
    x, labels, is_test = data()
    units = (x / np.linalg.norm(x.astype(np.float64), axis=1, keepdims=True)).astype(np.float64)
    orders = draws(sys.argv[1], x, labels, is_test)
    scored = lambda limit: [
        accuracy(units, labels, is_test, sum((rows[: limit(len(rows))] for rows in order), [])) for order in orders
    ]
    of_size = [scored(lambda _, size=size: size) for size in SIZES]
    # Python rounds halves to the even number, Rust away from 0.
    of_fraction = [scored(lambda n, part=part: max(1, int(part * n + 0.5))) for part in FRACTIONS]
    n_test = int(is_test.sum())
    errors = [((1 - np.mean(accuracies)) * n_test + 0.5) / (n_test + 1) for accuracies in of_fraction]
    exponent = -np.polyfit(np.log(FRACTIONS), np.log(errors), 1)[0]
    document = {
        "scikit-learn": sklearn.__version__,
        "c": C,
        "classes": list(CLASSES),
        "features": [[float(value) for value in row] for row in x.round(3).tolist()],
        "labels": labels.tolist(),
        "is_test": is_test.tolist(),
        "sizes": SIZES,
        "draws": orders,
        "accuracies": of_size,
        "fractions": of_fraction,
        "exponent": exponent,
        "gain": errors[-1] * (1 - 2**-exponent),
    }
    document["features"] = [[round(value, 3) for value in row] for row in document["features"]]
    text = json.dumps(document, separators=(",", ":"))
    pathlib.Path("shots.json").write_text(text.replace(',"', ',\n"') + "\n")
    for size, accuracies in [*zip(SIZES, of_size), *zip(FRACTIONS, of_fraction)]:
        print(size, np.round(accuracies, 3), round(float(np.mean(accuracies)), 3))
    print(f"exponent {exponent:.4f}, gain {document['gain']:.4f}")


if __name__ == "__main__":
    main()
