"""Runs the documented example on the features of a cache, and compares with what `fit predict` wrote.

usage: documented_example.py CACHE.h5 HEAD.npz PREDICTIONS.json EXAMPLE
"""

import json
import sys

import h5py
import numpy as np

cache, archive, predictions, example = sys.argv[1:]
with h5py.File(cache) as cache:
    # The first row is zeros, which the example does not guard against.
    features = cache["features/block5_pool:gap"][2:]
with open(predictions) as file:
    expected = [row["prediction"] for row in json.load(file)["predictions"]][2:]

names = {"np": np, "features": features}
exec(example.replace("head.npz", archive), names)
assert names["labels"].tolist() == expected
head = names["head"]
assert head["transform"].tolist() == ["l2"] and str(head["link"]) == "margin"
