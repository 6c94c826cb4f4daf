"""Writes reference/found/: one tiny network's weights as training loops, wrappers and exporters leave them.

usage: python3 make_found.py
needs: blake3, h5py, keras, numpy, onnx, onnxscript, safetensors, torch (the versions used are in found/expected.json)

The network has two 3x3 convolutions, 3 -> 4 -> 8 channels. All files hold the same numbers, which are exact in 16 bits
of either kind; expected.json has their digest, computed here independently. `residual.*` are of a second network, with
batch normalization, whose folded numbers are computed here in double precision.
"""

import argparse
import collections
import datetime
import functools
import io
import json
import os
import pathlib
import zipfile

os.environ["KERAS_BACKEND"] = "torch"

import blake3
import h5py
import keras
import numpy as np
import onnx
import safetensors.torch
import torch
from weights_digest import digest

OUT = pathlib.Path(__file__).parent / "found"
OUT.mkdir(exist_ok=True)
random = np.random.default_rng(20261201)


def exact(*shape):
    """Numbers that are exact in float16 and bfloat16."""
    return torch.from_numpy(random.integers(-100, 100, shape).astype(np.float32) / 64)


class Tiny(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.ReLU(), torch.nn.Conv2d(4, 8, 3))
        self.note = "an attribute"

    def forward(self, images):
        return self.features(images)


class Settings:
    """Some class of a training loop, which nobody has who reads the file."""

    def __init__(self):
        self.learning_rate, self.path, self.when = 1e-3, pathlib.Path("runs"), datetime.datetime(2026, 12, 1)
        self.scale, self.names = np.float64(0.5), collections.defaultdict(list, {"a": [1]})
        self.loss = functools.partial(torch.nn.functional.cross_entropy, label_smoothing=0.1)
        self.kinds, self.seed = {"a", "b"}, 1 << 100


model = Tiny()
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(exact(*parameter.shape))
STATE = model.state_dict()
NAMES = {"features.0": "block1_conv1", "features.2": "block1_conv2"}
OURS = {
    f"{NAMES[name.rsplit('.', 1)[0]]}.{name.rsplit('.', 1)[1]}": value.numpy().copy() for name, value in STATE.items()
}
DIGESTS = {"tiny": digest(OURS)}


def prefixed(prefix, state=STATE):
    return collections.OrderedDict((prefix + name, value) for name, value in state.items())


def other(state=STATE):
    return collections.OrderedDict((name, value + 1) for name, value in state.items())


optimizer = torch.optim.Adam(model.parameters())
model(torch.zeros(1, 3, 8, 8)).sum().backward()
optimizer.step()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        parameter.copy_(torch.from_numpy(OURS[f"{NAMES[name.rsplit('.', 1)[0]]}.{name.rsplit('.', 1)[1]}"]))
        parameter.grad = None

# Wrappers and training loops.
for name, prefix in {"module": "module.", "compiled": "_orig_mod.module.", "deep": "model.backbone.net."}.items():
    torch.save(prefixed(prefix), OUT / f"{name}.pth")
inner = collections.OrderedDict((name.replace("features.", "features.module."), value) for name, value in STATE.items())
torch.save({"epoch": 3, "arch": "tiny", "state_dict": inner, "best_acc1": torch.tensor(0.5)}, OUT / "infix.pth.tar")
torch.save(
    {
        "epoch": 3,
        "global_step": 100,
        "pytorch-lightning_version": "2.5.0",
        "state_dict": prefixed("model.") | {"head.weight": exact(5, 8), "criterion.weight": exact(5)},
        "loops": {"fit_loop": {"state_dict": {}, "epoch_progress": {"total": {"ready": 4}}}},
        "callbacks": {"ModelCheckpoint{'monitor': 'loss'}": {"best_model_score": torch.tensor(0.5), "dirpath": "runs"}},
        "optimizer_states": [optimizer.state_dict()],
        "lr_schedulers": [],
        "hparams_name": "settings",
        "hyper_parameters": {"settings": Settings(), "args": argparse.Namespace(lr=1e-3)},
    },
    OUT / "lightning.ckpt",
)
dino = {
    "student": prefixed("module.backbone.", other()),
    "teacher": prefixed("backbone."),
    "args": argparse.Namespace(a=1),
}
torch.save(dino | {"optimizer": optimizer.state_dict()}, OUT / "dino.pth")
moco = prefixed("module.encoder_k.", other()) | prefixed("module.encoder_q.") | {"module.queue": exact(8, 2)}
torch.save({"arch": "tiny", "state_dict": moco, "optimizer": optimizer.state_dict()}, OUT / "moco.pth.tar")
torch.save({"model": other(), "model_ema": STATE, "scaler": {"scale": 65536.0}}, OUT / "ema.pth")
averaged = torch.optim.swa_utils.AveragedModel(model)
torch.save({"ema": averaged, "updates": 3}, OUT / "averaged.pt")
# Where a name has 21 characters, the first two headers of the archive look like the first and its copy.
torch.save(STATE, OUT / "name_of_21_characters.pth")
cut = torch.nn.Sequential(*list(model.children())[0])
torch.save(cut.state_dict(), OUT / "cut.pth")

# Whole models; of the compiled one without the code of PyTorch's modules, which is not ours.
torch.save({"model": model, "settings": Settings()}, OUT / "whole.pt")
compiled = io.BytesIO()
torch.jit.save(torch.jit.script(model), compiled)
with zipfile.ZipFile(compiled) as archive, zipfile.ZipFile(OUT / "scripted.pt", "w") as kept:
    for member in archive.infolist():
        if "/code/" not in member.filename:
            kept.writestr(zipfile.ZipInfo(member.filename), archive.read(member))

# Types and protocols.
torch.save(STATE, OUT / "protocol_4.pth", pickle_protocol=4)
for name, kind in {"float16": torch.float16, "bfloat16": torch.bfloat16, "float64": torch.float64}.items():
    converted = {name: value.to(kind) for name, value in STATE.items()}
    torch.save(converted, OUT / f"{name}.pth")
    torch.save(converted, OUT / f"{name}_legacy.pth", _use_new_zipfile_serialization=False)
    safetensors.torch.save_file(converted, OUT / f"{name}.safetensors")
torch.save({name: value.double() + 1e-12 for name, value in STATE.items()}, OUT / "rounded.pth")
torch.save({name: value.to(torch.int8) for name, value in STATE.items()}, OUT / "int8.pth")
nan = STATE["features.2.bias"].clone()
nan[3] = float("nan")
torch.save(STATE | {"features.2.bias": nan}, OUT / "nan.pth")
infinite = STATE["features.0.weight"].double().clone()
infinite[0, 0, 0, 1] = 1e300
torch.save(STATE | {"features.0.weight": infinite}, OUT / "too_large.pth")

# Keras.
hwio = {name: np.ascontiguousarray(OURS[f"{name}.weight"].transpose(2, 3, 1, 0)) for name in NAMES.values()}


def keras_tiny(names, **options):
    layers = [keras.layers.Conv2D(n, 3, name=name) for n, name in zip((4, 8), names)]
    network = keras.Sequential([keras.Input((8, 8, 3)), *layers], **options)
    for layer, name in zip(layers, NAMES.values()):
        layer.set_weights([hwio[name], OURS[f"{name}.bias"]])
    return network


def head(network):
    inputs = keras.Input((8, 8, 3))
    outputs = keras.layers.Dense(5)(keras.layers.Flatten()(network(inputs)))
    whole = keras.Model(inputs, outputs)
    whole.compile("adam")
    return whole


keras_tiny([None, None]).save_weights(OUT / "keras_3.weights.h5")
head(keras_tiny(NAMES.values(), name="tiny")).save(OUT / "nested.keras")
head(keras_tiny(NAMES.values(), name="tiny")).save(OUT / "nested.h5")
with h5py.File(OUT / "float16.h5", "w") as file:
    for name in NAMES.values():
        file[f"{name}/kernel:0"], file[f"{name}/bias:0"] = hwio[name].astype("f2"), OURS[f"{name}.bias"].astype("f2")


def theano(path, order, backend, turned):
    """As Keras 1 wrote it; Theano's convolution turns kernels by half a turn."""
    with h5py.File(path, "w") as file:
        if backend:
            file.attrs["backend"] = np.bytes_(backend)
        for name in NAMES.values():
            kernel = OURS[f"{name}.weight"].transpose(order)
            kernel = kernel[
                tuple(
                    slice(None, None, -1 if turned and kernel.shape[axis] == 3 and order[axis] > 1 else 1)
                    for axis in range(4)
                )
            ]
            file[f"{name}/{name}_W"], file[f"{name}/{name}_b"] = np.ascontiguousarray(kernel), OURS[f"{name}.bias"]


theano(OUT / "theano.h5", (0, 1, 2, 3), "theano", True)
theano(OUT / "theano_order_of_tensorflow.h5", (0, 1, 2, 3), "tensorflow", False)
theano(OUT / "theano_tf_order.h5", (2, 3, 1, 0), "theano", True)
theano(OUT / "theano_unsaid.h5", (0, 1, 2, 3), None, True)


class Residual(torch.nn.Module):
    """As in crates/weights/tests/graphs.rs."""

    def __init__(self):
        super().__init__()
        nn = torch.nn
        self.conv1, self.bn1 = nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4)
        self.conv3, self.bn3 = nn.Conv2d(4, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4)
        self.pool, self.fc = nn.MaxPool2d(3, 2, 1), nn.Linear(4, 5)

    def forward(self, x):
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        x = torch.relu(self.bn3(self.conv3(torch.nn.functional.relu6(self.bn2(self.conv2(x))))) + x)
        return self.fc(torch.nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


residual = Residual().eval()
with torch.no_grad():
    for name, value in residual.state_dict().items():
        if value.ndim:
            value.copy_(exact(*value.shape).abs() + 0.5 if "running_var" in name else exact(*value.shape))
torch.save(residual.state_dict(), OUT / "residual.pth")
DIGESTS["residual"] = digest(
    {
        name: (value[:, :, None, None] if name == "fc.weight" else value).numpy()
        for name, value in residual.state_dict().items()
        if value.ndim
    }
)
image = torch.zeros(1, 3, 16, 16)
torch.onnx.export(
    residual,
    (image,),
    OUT / "residual.onnx",
    dynamo=False,
    training=torch.onnx.TrainingMode.PRESERVE,
    do_constant_folding=False,
)
torch.onnx.export(residual, (image,), OUT / "residual_folded.onnx", dynamo=False)
torch.onnx.export(residual, (image,), OUT / "residual_dynamo.onnx", dynamo=True, external_data=False)
renamed = onnx.load(OUT / "residual.onnx")
NEW = {tensor.name: f"w{index}" for index, tensor in enumerate(renamed.graph.initializer)}
for tensor in renamed.graph.initializer:
    tensor.name = NEW[tensor.name]
for node in renamed.graph.node:
    node.input[:] = [NEW.get(name, name) for name in node.input]
onnx.save(renamed, OUT / "residual_renamed.onnx")
for node in renamed.graph.node:
    if node.op_type == "Conv":
        for attribute in node.attribute:
            if attribute.name == "strides" and list(attribute.ints) == [2, 2]:
                attribute.ints[:] = [1, 1]
onnx.save(renamed, OUT / "residual_other_stride.onnx")

folded = {}
for number in "123":
    norm = getattr(residual, f"bn{number}")
    scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
    folded[f"conv{number}.weight"] = (
        (getattr(residual, f"conv{number}").weight.double() * scale[:, None, None, None]).flatten().tolist()
    )
    folded[f"bn{number}.bias"] = (norm.bias.double() - norm.running_mean.double() * scale).tolist()

# Children of a network with a classifier: all of it but that lies under `0` as well.
classifier = torch.nn.Sequential(torch.nn.Dropout(), torch.nn.Linear(8, 5))
with torch.no_grad():
    for parameter in classifier.parameters():
        parameter.copy_(exact(*parameter.shape))
torch.save(torch.nn.Sequential(model.features, classifier).state_dict(), OUT / "children.pth")
dense = {"fc.weight": classifier[1].weight[:, :, None, None], "fc.bias": classifier[1].bias}
DIGESTS["children"] = digest(OURS | {name: value.detach().numpy() for name, value in dense.items()})

expected = {
    "versions": {module.__name__: module.__version__ for module in (blake3, h5py, keras, np, onnx, torch)},
    "digests": DIGESTS,
    "folded": folded,
}
(OUT / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
