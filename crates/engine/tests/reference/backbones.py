"""Writes backbones.safetensors: what torchvision's and timm's networks make of generated images with
generated weights, module after module.

usage: python backbones.py           (Python with torch, torchvision, timm, numpy, safetensors)

Weights and pixels come from a generator that the test repeats (splitmix64, seeded with a name), so
that no weights need to be kept. Everything is computed in float64: what is compared is the error of
f32 alone. A module's output is averaged over height and width; of more than 128 channels so many are
kept that lie evenly apart. Names are torchvision's or timm's modules.
"""

import json
import math
import pathlib

import numpy as np
import timm
import torch
import torchvision
from safetensors.numpy import save_file
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
KEPT = 128
VGG = [f"vgg{n}{norm}" for n in (11, 13, 16, 19) for norm in ("", "_bn")]
# Number of images, width and height; 224 where fully connected layers ask for it.
SIZES = dict.fromkeys(VGG, (1, 224, 224)) | {
    "alexnet": (2, 224, 224),
    "resnet18": (2, 71, 65),
    "resnet34": (2, 71, 65),
    "resnet50": (2, 71, 65),
    "resnet101": (1, 71, 65),
    "resnet152": (1, 71, 65),
    "mobilenet_v2": (2, 71, 65),
    "inception_v3": (2, 107, 96),
    "efficientnet_lite0": (2, 71, 65),
}
# Of these only the blocks, of the others every module.
BLOCKS_ONLY = ("resnet101", "resnet152")
MASK = (1 << 64) - 1


def seed(name):
    """FNV-1a, 64 bits."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & MASK
    return value


def splitmix64(name, count):
    """Numbers 1 to count of the generator that begins with seed(name)."""
    z = np.arange(1, count + 1, dtype=np.uint64)
    z *= np.uint64(0x9E3779B97F4A7C15)
    z += np.uint64(seed(name))
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def span(name, shape):
    """Lowest and highest value: activations then stay of the order of one."""
    suffix = name.rsplit(".", 1)[1]
    if suffix == "weight" and len(shape) > 1:
        bound = math.sqrt(6 / math.prod(shape[1:]))
        return -bound, bound
    return {"weight": (0.5, 1.0), "bias": (-0.2, 0.2), "running_mean": (-0.2, 0.2), "running_var": (0.75, 1.5)}[suffix]


def fill(name, shape):
    low, high = (np.float32(bound) for bound in span(name, shape))
    uniform = (splitmix64(name, math.prod(shape)) >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24)
    return (low + (high - low) * uniform).reshape(shape)


def pixels(index, width, height):
    values = splitmix64(f"image {index}", height * width * 3) >> np.uint64(56)
    return values.astype(np.uint8).reshape(height, width, 3)


def normalized(count, width, height):
    images = np.stack([pixels(index, width, height) for index in range(count)])
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return torch.from_numpy((images / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()


def build(name):
    if name == "efficientnet_lite0":
        network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    elif name == "inception_v3":
        network = torchvision.models.inception_v3(weights=None, init_weights=False)
    else:
        network = torchvision.models.get_model(name, weights=None)
    network = network.eval()
    state = network.state_dict()
    for key, tensor in state.items():
        if not key.endswith("num_batches_tracked") and not key.startswith("AuxLogits."):
            tensor.copy_(torch.from_numpy(fill(key, tuple(tensor.shape))))
    return network.double()


def is_block(name):
    return name in ("relu", "maxpool", "avgpool", "fc") or name.count(".") == 1 and name.startswith("layer")


def hooked(name, network):
    """Modules whose outputs are kept: not those that do nothing, nor those that several places share."""
    for module_name, module in network.named_modules():
        nothing = isinstance(module, (torch.nn.Dropout, torch.nn.Identity)) or type(module) is torch.nn.Sequential
        shared = ".relu" in module_name or module_name.endswith(".act") or module_name.startswith("global_pool.")
        # 7x7 to 7x7, and no part of our graph: it is left out so that larger images give more windows.
        squeezes = name.startswith(("vgg", "alexnet")) and module_name == "avgpool"
        if not module_name or nothing or shared or squeezes or module_name.startswith("AuxLogits"):
            continue
        if name not in BLOCKS_ONLY or is_block(module_name):
            yield module_name, module


def thin(rows):
    """[n, channels] with at most KEPT of the channels."""
    return np.ascontiguousarray(rows[:, :: -(-rows.shape[1] // KEPT)].numpy().astype(np.float32))


def gap(activation):
    return activation.mean((2, 3)) if activation.ndim == 4 else activation


POOLINGS = {
    "max": lambda x: x.amax((2, 3)),
    "gem:3": lambda x: x.clamp(min=1e-6).pow(3).mean((2, 3)).pow(1 / 3),
    "gem:2.5": lambda x: x.clamp(min=1e-6).pow(2.5).mean((2, 3)).pow(1 / 2.5),
    "flatten": lambda x: x.permute(0, 2, 3, 1).flatten(1),
    "spp:1,2,4": lambda x: torch.cat([F.adaptive_max_pool2d(x, n).permute(0, 2, 3, 1).flatten(1) for n in (1, 2, 4)], 1),
}


def dense_evaluation(network, images):
    """VGG's classifier as convolutions on every window of 7x7 (Simonyan and Zisserman, section 3.2)."""
    x = network.features(images)
    for layer, size in ((network.classifier[0], 7), (network.classifier[3], 1), (network.classifier[6], 1)):
        weight = layer.weight.reshape(layer.out_features, -1, size, size)
        x = F.conv2d(x, weight, layer.bias)
        if layer is not network.classifier[6]:
            x = F.relu(x)
    return x


@torch.no_grad()
def main():
    kept = {}
    for name, (count, width, height) in SIZES.items():
        network = build(name)
        outputs = {}

        def keep(module_name, outputs=outputs):
            # A copy, since the next module may work in place.
            return lambda module, inputs, result: outputs.__setitem__(module_name, result.clone())

        for module_name, module in hooked(name, network):
            module.register_forward_hook(keep(module_name))
        logits = network(normalized(count, width, height))
        outputs["probabilities"] = logits.softmax(1)
        for module_name, output in outputs.items():
            kept[f"{name}/{module_name}:gap"] = thin(gap(output))
        if name == "resnet18":
            for pooling, pool in POOLINGS.items():
                kept[f"{name}/layer2:{pooling}"] = thin(pool(outputs["layer2.1"]))
                kept[f"{name}/bn1:{pooling}"] = thin(pool(outputs["bn1"]))
        if name == "vgg11":
            kept[f"{name}@288x256/classifier.6:gap"] = thin(gap(dense_evaluation(network, normalized(1, 288, 256))))
        print(name, len(outputs), "modules, logits up to", float(logits.abs().max()), flush=True)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__}
    sizes = {name: list(size) for name, size in SIZES.items()}
    save_file(kept, HERE / "backbones.safetensors", {"made_by": json.dumps(versions), "sizes": json.dumps(sizes)})


if __name__ == "__main__":
    main()
