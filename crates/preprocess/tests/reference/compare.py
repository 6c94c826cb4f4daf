"""Compares decoding and resampling with Pillow, on as many cases as asked for.

Usage: python compare.py PIXELS [--files N] [--resizes N] [--seed S] [--simd LEVEL]

PIXELS is the program that `cargo build --release --package preprocess --example pixels` makes. Needs
numpy, Pillow, simplejpeg and jpegtran. Prints how many cases differ, and the first of them; ends
with 1 when one does.
"""

import argparse
import hashlib
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageOps

from jpeg_files import random_file

FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]


def digest(image):
    head = struct.pack("<2I", *image.size)
    return hashlib.sha256(head + np.asarray(image.convert("RGB")).tobytes()).hexdigest()


def noise(width, height):
    """See `source_image` in make.py."""
    i = np.arange(width * height * 3, dtype=np.uint32)
    h = i * np.uint32(0x9E3779B1)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x85EBCA77)
    return Image.fromarray((h >> np.uint32(24)).astype(np.uint8).reshape(height, width, 3))


def decode_cases(folder, n, seed):
    for i in range(n):
        content, properties = random_file(np.random.default_rng([seed, i]))
        path = folder / f"{i}.jpg"
        path.write_bytes(content)
        with Image.open(path) as image:
            yield f"decode {path}", digest(image), properties
            yield f"upright {path}", digest(ImageOps.exif_transpose(image)), properties


def resize_cases(n, seed):
    rng = random.Random(seed)
    for i in range(n):
        name = rng.choice(FILTERS)
        method = Image.Resampling[name.upper()]
        largest = rng.choice([20, 100, 700])
        size = rng.randint(1, largest), rng.randint(1, largest)
        image = noise(*size)
        if i % 2:
            left, top = rng.uniform(0, size[0] * 0.9), rng.uniform(0, size[1] * 0.9)
            box = [left, top, rng.uniform(left + 0.1, size[0]), rng.uniform(top + 0.1, size[1])]
            box = [0, 0, *size] if rng.random() < 0.4 else [float(np.float32(s)) for s in box]
            box[2], box[3] = min(box[2], size[0]), min(box[3], size[1])
            to = rng.randint(1, largest), rng.randint(1, largest)
            result = image.resize(to, method, box=tuple(box))
            case = f"resize {name} {' '.join(map(str, (*size, *box, *to)))}"
        else:
            # torchvision's Resize and CenterCrop, written out.
            shorter = rng.randint(1, 300)
            crop = rng.randint(1, shorter), rng.randint(1, shorter)
            to = [int(shorter * side / min(size)) for side in size]
            to[0 if size[0] <= size[1] else 1] = shorter
            left = int(round((to[0] - crop[0]) / 2.0))
            top = int(round((to[1] - crop[1]) / 2.0))
            result = image.resize(to, method)
            result = result.crop((left, top, left + crop[0], top + crop[1]))
            case = f"crop {name} {' '.join(map(str, (*size, shorter, *crop)))}"
        yield case, digest(result), {}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pixels")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--resizes", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--simd", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        cases = list(decode_cases(folder, arguments.files, arguments.seed))
        cases += resize_cases(arguments.resizes, arguments.seed)
        answers = subprocess.run(
            [arguments.pixels, "digest"],
            input="".join(f"{case}\n" for case, _, _ in cases),
            env=os.environ | {"OFFSHELF_SIMD": arguments.simd},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.splitlines()
    different = [
        (case, properties, answer)
        for (case, expected, properties), answer in zip(cases, answers, strict=True)
        if answer != expected
    ]
    print(f"{arguments.files} JPEG files, as they lie and upright; {arguments.resizes} resizes")
    print(f"{len(different)} of {len(cases)} cases differ from Pillow {Image.__version__}")
    for case, properties, answer in different[:5]:
        print(case, properties, answer)
    return 1 if different else 0


sys.exit(main())
