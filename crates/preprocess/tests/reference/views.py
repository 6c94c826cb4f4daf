"""Makes views.json of this folder: digests of views made by Pillow and torchvision.

Usage: python views.py    (needs numpy, pillow, torch, torchvision; their versions go into the file)

Each case says of what: the noise of `source_image`, width and height, a preset by name, what replaces
its resize, a filter; and lists the first 16 hexadecimal digits of the SHA-256 of each view, over width
and height as 32-bit little-endian numbers and the RGB bytes. Nothing here is taken from the crate: the
geometry is that of docs/views.md, computed with fractions, the pixels are those of Image.resize,
Image.crop, Image.rotate, ImageOps.mirror, Resize, CenterCrop and TenCrop.
"""

import hashlib
import json
import math
import pathlib
import random
import struct
from fractions import Fraction

import numpy as np
import PIL
import torchvision
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms import InterpolationMode

HERE = pathlib.Path(__file__).parent
FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
# (mean color) of the presets, red first: 255 (0.485, 0.456, 0.406), and Caffe's.
FILLS = {"keras": (124, 117, 104), "torchvision": (124, 116, 104), "inception-v3": (128, 128, 128)}


def source_image(width, height):
    """Noise from integers alone, so that the tests make the same image without a file."""
    i = np.arange(width * height * 3, dtype=np.uint32)
    h = i * np.uint32(0x9E3779B1)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x85EBCA77)
    return Image.fromarray((h >> np.uint32(24)).astype(np.uint8).reshape(height, width, 3))


def windows_of_five(size, part):
    """Left and top of five windows of size `part`, in TenCrop's order."""
    (w, h), (pw, ph) = size, part
    center = int(round((w - pw) / 2.0)), int(round((h - ph) / 2.0))
    return [(0, 0), (w - pw, 0), (0, h - ph), (w - pw, h - ph), center]


def razavian(image, angle):
    w, h = image.size
    part = round(Fraction(2 * w, 3)), round(Fraction(2 * h, 3))
    parts = [image]
    for left, top in windows_of_five(image.size, part):
        parts.append(image.crop((left, top, left + part[0], top + part[1])))
    cos, sin = (round(f(math.radians(angle)), 15) for f in (math.cos, math.sin))
    scale = min(w / (w * cos + h * sin), h / (w * sin + h * cos))
    x, y = (min(math.ceil(n * (1 - scale) / 2), (n - 1) // 2) for n in (w, h))
    for degrees in (-angle, angle):
        turned = image.rotate(degrees, Image.Resampling.BILINEAR)
        parts.append(turned.crop((x, y, w - x, h - y)))
    return parts


def patches(image, levels, fill):
    parts = []
    for level in range(1, levels + 1):
        for row in range(level):
            for column in range(level):
                spans = []
                for size, number in zip(image.size, (column, row)):
                    start = math.floor(Fraction(number * size, level + 1))
                    spans.append((start, math.ceil(Fraction(2 * size, level + 1))))
                side = max(length for _, length in spans)
                corner = []
                for size, (start, length) in zip(image.size, spans):
                    if side <= size:
                        first = start - (side - length) // 2
                        corner.append(max(0, min(first, size - side)))
                    else:
                        corner.append(math.floor((size - side) / 2))
                square = Image.new("RGB", (side, side), fill)
                square.paste(image, (-corner[0], -corner[1]))
                parts.append(square)
    return parts


def shorter_side(image, length, method):
    # int(length * long / short), as torchvision has it, but exact.
    w, h = image.size
    size = (length, length * h // w) if w <= h else (length * w // h, length)
    return image.resize(size, method)


def views(spec, image, resize, method, fill):
    """The views of an image as Pillow has them."""

    def prepared(part):
        if resize[0] == "squash":
            return part.resize(resize[1:], method)
        length, w, h = resize[1:]
        crop = transforms.CenterCrop((h, w))
        return crop(shorter_side(part, length, method))

    name, _, argument = spec.partition(":")
    if name == "center":
        return [prepared(image)]
    if name == "flip":
        base = [prepared(image)]
    elif name == "ten-crop":
        length, w, h = resize[1:]
        return list(transforms.TenCrop((h, w))(shorter_side(image, length, method)))
    elif name == "razavian16":
        base = [prepared(part) for part in razavian(image, float(argument))]
    elif name == "patches":
        return [prepared(part) for part in patches(image, int(argument), fill)]
    elif name == "scales":
        scaled = [shorter_side(image, int(side), method) for side in argument.split(",")]
        return [view for one in scaled for view in (one, ImageOps.mirror(one))]
    return base + [ImageOps.mirror(view) for view in base]


def digest(image):
    head = struct.pack("<2I", *image.size)
    return hashlib.sha256(head + np.asarray(image).tobytes()).hexdigest()[:16]


def case(spec, size, preset, resize, filter_name):
    method = Image.Resampling[filter_name.upper()]
    made = views(spec, source_image(*size), resize, method, FILLS[preset])
    return {
        "views": spec,
        "size": size,
        "preset": preset,
        "resize": resize,
        "filter": filter_name,
        "digests": [digest(view) for view in made],
    }


def random_cases(n, seed):
    rng = random.Random(seed)
    for i in range(n):
        largest = rng.choice([9, 60, 240])
        size = rng.randint(1, largest), rng.randint(1, largest)
        length = rng.randint(1, 48)
        crop = ["shorter", length, rng.randint(1, length), rng.randint(1, length)]
        squash = ["squash", rng.randint(1, 48), rng.randint(1, 48)]
        angle = rng.choice([10, 45, rng.randint(1, 4500) / 100])
        sides = rng.sample(range(1, 40), rng.randint(1, 3))
        kinds = [
            "center",
            "flip",
            "ten-crop",
            f"razavian16:{angle:g}",
            f"razavian16:{angle:g}",
            f"patches:{rng.randint(1, 4)}",
            f"patches:{rng.randint(1, 4)}",
            f"scales:{','.join(map(str, sides))}",
        ]
        spec = kinds[i % len(kinds)]
        resize = crop if spec == "ten-crop" or rng.random() < 0.4 else squash
        yield case(spec, size, rng.choice(list(FILLS)), resize, rng.choice(FILTERS))


def usual_cases():
    """The presets as they are, on the proportions of photographs."""
    squash, crop = ["squash", 224, 224], ["shorter", 256, 224, 224]
    for size in [(500, 375), (333, 500)]:
        yield case("ten-crop", size, "torchvision", crop, "bilinear")
        yield case("razavian16:10", size, "keras", squash, "bilinear")
        yield case("patches:4", size, "keras", squash, "bilinear")
        yield case("scales:256,384", size, "keras", squash, "bilinear")


def check_against_torchvision():
    """`shorter_side` is torchvision's `Resize`."""
    for size in [(500, 375), (61, 60), (7, 90)]:
        image = source_image(*size)
        theirs = transforms.Resize(16, InterpolationMode.BILINEAR)(image)
        assert theirs == shorter_side(image, 16, Image.Resampling.BILINEAR)


def main():
    check_against_torchvision()
    cases = [*usual_cases(), *random_cases(160, 7)]
    about = {"pillow": PIL.__version__, "torchvision": torchvision.__version__}
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"versions": {json.dumps(about)}, "cases": [\n{lines}\n]}}\n'
    (HERE / "views.json").write_text(text)


if __name__ == "__main__":
    main()
