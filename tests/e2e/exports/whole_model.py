"""Runs a model of a network and a head on pixels, and compares with what `extract classify --json` said.

usage: whole_model.py MODEL.onnx PIXELS CLASSIFIED.json

PIXELS are the bytes that the network was given, of all pictures. Prints the largest error, relative to the range of scores.
"""

import json
import sys

import numpy as np
import onnxruntime

model, pixels, classified = sys.argv[1:]
with open(classified) as file:
    expected = json.load(file)
scores = np.array([row["scores"] for row in expected["predictions"]])

session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
about = {key: json.loads(text) for key, text in session.get_modelmeta().custom_metadata_map.items()}
assert about["classes"] == about["offshelf"]["classes"] == expected["classes"]
assert about["preprocessing"] == about["offshelf"]["provenance"]["preprocessing"]
assert about["weights"]["digest"] == about["offshelf"]["provenance"]["weights"]["digest"]
(image,) = session.get_inputs()
assert (image.name, image.type, image.shape[0]) == ("pixels", "tensor(uint8)", "n_samples")
batch = np.fromfile(pixels, dtype=np.uint8).reshape(-1, *image.shape[1:])
names = [output.name for output in session.get_outputs()]
outputs = dict(zip(names, session.run(None, {"pixels": batch})))

ours = outputs["probabilities" if expected["kind"] == "probability" else "scores"]
assert ours.shape == scores.shape, (ours.shape, scores.shape)
error = np.abs(ours - scores).max() / (scores.max() - scores.min())
assert error <= 1e-4, error
labels = [row["prediction"] for row in expected["predictions"]]
assert [about["classes"][label] for label in outputs["label"]] == labels
alone = dict(zip(names, session.run(None, {"pixels": batch[2:3]})))
assert alone["label"] == outputs["label"][2]
print(f"{error:.1e}")
