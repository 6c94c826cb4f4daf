"""Runs a model on pixels, and writes all of its outputs, one behind the other, as f32.

usage: network.py MODEL.onnx PIXELS OUTPUTS

PIXELS are as many bytes as some images have.
"""

import sys

import numpy as np
import onnxruntime

model, pixels, outputs = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
(image,) = session.get_inputs()
batch = np.fromfile(pixels, dtype=np.uint8).reshape(-1, *image.shape[1:])
np.concatenate([output.ravel() for output in session.run(None, {image.name: batch})]).tofile(outputs)
