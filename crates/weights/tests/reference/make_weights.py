"""Writes reference/weights/: one tiny network's weights in every format that is converted.

usage: python3 make_weights.py
needs: blake3, h5py, numpy, onnx, safetensors, torch (the versions used are in weights/expected.json)

The network has two 3x3 convolutions, 3 -> 4 -> 8 channels. All files that are to be accepted hold
the same numbers; expected.json has those numbers and their digest, computed here independently.
"""

import collections
import json
import os
import pathlib

import blake3
import h5py
import numpy as np
import onnx
import safetensors
import safetensors.numpy
import torch
from weights_digest import digest

torch.set_num_threads(1)
OUT = pathlib.Path(__file__).parent / "weights"
OUT.mkdir(exist_ok=True)
random = np.random.default_rng(20141117)

LAYERS = {  # Keras' name: torchvision's name, inputs, outputs
    "block1_conv1": ("features.0", 3, 4),
    "block1_conv2": ("features.2", 4, 8),
}
WEIGHT = {name: random.standard_normal((o, i, 3, 3), dtype=np.float32) for name, (_, i, o) in LAYERS.items()}
BIAS = {name: random.standard_normal(o, dtype=np.float32) for name, (_, _, o) in LAYERS.items()}
OURS = {f"{name}.weight": WEIGHT[name] for name in LAYERS} | {f"{name}.bias": BIAS[name] for name in LAYERS}


def hwio(name):
    return np.ascontiguousarray(WEIGHT[name].transpose(2, 3, 1, 0))


def keras_released(path, dtype="f4"):
    """The layout of the released VGG files: a group for each layer, pools included."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"block1_conv1", b"block1_conv2", b"block1_pool", b"fc1"]
        for name in LAYERS:
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}_W_1:0".encode(), f"{name}_b_1:0".encode()]
            group[f"{name}_W_1:0"] = hwio(name).astype(dtype)
            group[f"{name}_b_1:0"] = BIAS[name].astype(dtype)
        file.create_group("block1_pool").attrs["weight_names"] = np.zeros(0, "S1")
        file.create_group("fc1")["fc1_W_1:0"] = np.zeros((8, 2), "f4")


def keras_model(path):
    """A whole saved model: everything below model_weights, the state of the optimizer beside it."""
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        weights.create_group("top_level_model_weights")
        for name in LAYERS:
            group = weights.create_group(f"{name}/vgg_tiny/{name}")
            group["kernel:0"] = hwio(name)
            group["bias:0"] = BIAS[name]
        file["optimizer_weights/adam/learning_rate"] = np.float32(1e-3)


def keras_3(path):
    with h5py.File(path, "w") as file:
        for name in LAYERS:
            # Big-endian, which HDF5 undoes when reading.
            file[f"layers/{name}/vars/0"] = hwio(name).astype(">f4")
            file[f"layers/{name}/vars/1"] = BIAS[name]


def torch_state_dict():
    """Kernels that are transposed in memory, biases that share one storage at different offsets."""
    shared = torch.from_numpy(np.concatenate([np.zeros(5, np.float32), *BIAS.values()]))
    state, offset = collections.OrderedDict(), 5
    for name, (torchvision, _, outputs) in LAYERS.items():
        kernel = torch.from_numpy(WEIGHT[name]).permute(2, 3, 1, 0).contiguous().permute(3, 2, 0, 1)
        assert not kernel.is_contiguous()
        state[f"{torchvision}.weight"] = torch.nn.Parameter(kernel)
        state[f"{torchvision}.bias"] = shared[offset : offset + outputs]
        offset += outputs
    state["classifier.0.weight"] = torch.zeros(2, 8)
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    return state


def onnx_model(path, kernel, bias, raw):
    def tensor(name, array):
        data = array.tobytes() if raw else array.ravel()
        return onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, array.shape, data, raw=raw)

    initializers = [onnx.helper.make_tensor("const_starts__79", onnx.TensorProto.INT64, [1], [1])]
    for name, (torchvision, _, _) in LAYERS.items():
        initializers.append(tensor(kernel.format(name=name, torchvision=torchvision), WEIGHT[name]))
        initializers.append(tensor(bias.format(name=name, torchvision=torchvision), BIAS[name]))
    onnx.save(onnx.helper.make_model(onnx.helper.make_graph([], "tiny", [], [], initializers)), path)


class CallsSystem:
    def __reduce__(self):
        return os.system, ("touch executed",)


keras_released(OUT / "keras_released.h5")
keras_model(OUT / "keras_model.h5")
keras_3(OUT / "keras_3.weights.h5")
torch.save(torch_state_dict(), OUT / "torchvision.pth")
onnx_model(
    OUT / "keras.onnx",
    "functional_1/{name}_1/convolution/ReadVariableOp:0",
    "functional_1/{name}_1/Squeeze:0",
    raw=True,
)
onnx_model(OUT / "torchvision.onnx", "{torchvision}.weight", "{torchvision}.bias", raw=False)
safetensors.numpy.save_file(OURS, OUT / "keras.safetensors")
safetensors.numpy.save_file(
    {name.replace(keras, LAYERS[keras][0]): OURS[name] for keras in LAYERS for name in OURS if name.startswith(keras)},
    OUT / "torchvision.safetensors",
    metadata={"format": "pt"},
)

# Files that are to be refused.
keras_released(OUT / "float64.h5", dtype="f8")
torch.save({name: tensor.half() for name, tensor in torch_state_dict().items()}, OUT / "float16.pth")
torch.save({"epoch": 3, "state_dict": torch_state_dict()}, OUT / "checkpoint.pth")
torch.save({"features.0.weight": CallsSystem()}, OUT / "calls_system.pth")
torch.save(torch_state_dict(), OUT / "legacy.pth", _use_new_zipfile_serialization=False)
onnx_model(OUT / "external.onnx", "{torchvision}.weight", "{torchvision}.bias", raw=True)
external = onnx.load(OUT / "external.onnx")
for initializer in external.graph.initializer:
    initializer.data_location = onnx.TensorProto.EXTERNAL
    initializer.ClearField("raw_data")
(OUT / "external.onnx").write_bytes(external.SerializeToString())

expected = {
    "versions": {module.__name__: module.__version__ for module in (blake3, h5py, np, onnx, safetensors, torch)},
    "digest": digest(OURS),
    "tensors": {
        name: {"shape": list(tensor.shape), "values": tensor.ravel().tolist()} for name, tensor in OURS.items()
    },
}
(OUT / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
