"""Runs an exported model on the features of a cache, and compares with what `fit predict` wrote.

usage: onnx_runtime.py CACHE.h5 MODEL.onnx PREDICTIONS.json
"""

import json
import sys

import h5py
import numpy as np
import onnxruntime

cache, model, predictions = sys.argv[1:]
with h5py.File(cache) as cache:
    features = cache["features/block5_pool:gap"][:]
with open(predictions) as file:
    expected = json.load(file)
scores = np.array([row["scores"] for row in expected["predictions"]])
labels = [row["prediction"] for row in expected["predictions"]]

with open(model, "rb") as file:
    session = onnxruntime.InferenceSession(file.read(), providers=["CPUExecutionProvider"])
metadata = session.get_modelmeta().custom_metadata_map
classes = json.loads(metadata["classes"])
assert json.loads(metadata["offshelf"])["classes"] == classes == expected["classes"]
outputs = dict(zip([output.name for output in session.get_outputs()], session.run(None, {"features": features})))

ours = outputs["probabilities" if expected["kind"] == "probability" else "scores"]
# Relative to the largest score where scores are not of the order of one.
error = np.abs(ours - scores).max(axis=1) / np.maximum(1, np.abs(scores).max(axis=1))
assert error.max() <= 1e-5, error.max()
assert [classes[label] for label in outputs["label"]] == labels
if "probabilities" in outputs:
    assert np.allclose(outputs["probabilities"].sum(axis=1), 1, atol=1e-6)
batch = session.run(["label"], {"features": features[5:6]})[0]
assert batch.tolist() == outputs["label"][5:6].tolist()
