"""Writes what cleanlab says of random cases, and of the demo's stamps with 5 % of their labels changed:
label_errors.json here. Prints how good the list of the stamps is beside cleanlab's.

Usage: python make_label_errors.py FIT STAMPS.h5    (in this folder; needs numpy, h5py and cleanlab)

FIT is the program `fit`, which gives the held-out probabilities; STAMPS.h5 is what scripts/demo extracts.
"""

import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

# cleanlab sorts with NumPy's argsort, which on wide vectors puts equal numbers in an order of their own; without them
# the first of equals comes first, up to 16 numbers. Rounded counts of classes have many equals.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"

import cleanlab  # noqa: E402
import h5py  # noqa: E402
import numpy as np  # noqa: E402
from cleanlab.filter import find_label_issues  # noqa: E402

SEED = 20210
CHANGED = 0.05
DIGITS = 5


def issues(labels, probabilities):
    """The rows that cleanlab lists with its defaults (pruned by noise rate), by self-confidence."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a class is too small to lose a row
        rows = find_label_issues(
            np.array(labels), np.array(probabilities), return_indices_ranked_by="self_confidence", n_jobs=1
        )
    return rows.tolist()


def case(name, labels, probabilities):
    probabilities = np.round(np.asarray(probabilities, dtype=np.float64), DIGITS)
    labels = [int(label) for label in labels]
    listed = issues(labels, probabilities)
    print(f"{name}: {len(listed)} of {len(labels)}")
    return {"name": name, "labels": labels, "probabilities": probabilities.tolist(), "issues": listed}


def random_case(rng, n_rows, sizes, noise, sharpness):
    """Probabilities that favor the true class, and labels of which the part `noise` is changed."""
    true = rng.choice(len(sizes), n_rows, p=np.array(sizes) / sum(sizes))
    scores = sharpness * (rng.normal(size=(n_rows, len(sizes))) + 2 * np.eye(len(sizes))[true])
    powers = np.exp(scores - scores.max(1, keepdims=True))
    labels = np.where(rng.random(n_rows) < noise, rng.integers(0, len(sizes), n_rows), true)
    return labels, powers / powers.sum(1, keepdims=True)


def random_cases():
    rng = np.random.default_rng(SEED)
    cases = {
        "three classes": (150, [1, 1, 1], 0.1, 1.5),
        "two classes, unequal": (80, [5, 1], 0.2, 1.0),
        "many classes, much noise": (250, [1] * 10, 0.4, 1.0),
        "small classes": (60, [20, 8, 2, 1, 1, 1], 0.2, 1.2),
        "unsure heads": (120, [1, 2, 3, 4], 0.15, 0.2),
        "a class without a row": (60, [3, 0, 3], 0.0, 0.7),
    }
    return [case(name, *random_case(rng, *options)) for name, options in cases.items()]


def stamps_case(fit, stamps):
    with h5py.File(stamps) as cache:
        features, true = cache["features/block5_pool:gap"][:], cache["samples/label"][:]
        classes, paths = cache["classes/name"].asstr()[:], cache["samples/path"].asstr()[:]
    rng = np.random.default_rng(SEED)
    changed = rng.choice(len(true), round(CHANGED * len(true)), replace=False)
    labels = true.copy()
    labels[changed] = (true[changed] + rng.integers(1, len(classes), len(changed))) % len(classes)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        np.savez(folder / "s.npz", x=features, y=classes[labels].astype(str), paths=paths.astype(str))
        options = ["--features", "x", "--labels", "y", "--paths", "paths"]
        run = lambda *arguments: subprocess.run([fit, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
        run("import", folder / "s.npz", *options, "--made-by", "VGG16", "--out", folder / "s.h5")
        run("audit", folder / "s.h5", "--out", folder / "audit")
        rows = list(csv.DictReader((folder / "audit/probabilities.csv").open()))
        ours = [int(row["row"]) for row in csv.DictReader((folder / "audit/label-errors.csv").open())]
    names = [column.removeprefix("probability:") for column in rows[0] if column.startswith("probability:")]
    probabilities = np.array([[float(row["probability:" + name]) for name in names] for row in rows])
    assert [int(row["row"]) for row in rows] == list(range(len(true))), "all rows are checked"
    given = [names.index(row["label"]) for row in rows]
    theirs = issues(given, probabilities)
    for name, listed in [("fit audit", ours), ("cleanlab", theirs)]:
        found = len(set(listed) & set(changed.tolist()))
        print(
            f"{name}: {len(listed)} listed, {found} of {len(changed)} changed labels:"
            f" precision {found / len(listed):.3f}, recall {found / len(changed):.3f}"
        )
    print("the same list, in the same order:", ours == theirs)
    return case("stamps", given, probabilities) | {"changed": sorted(changed.tolist())}


def main():
    cases = [*random_cases(), stamps_case(*sys.argv[1:])]
    document = {"cleanlab": cleanlab.__version__, "cases": cases}
    text = json.dumps(document, separators=(",", ":"))
    pathlib.Path("label_errors.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
