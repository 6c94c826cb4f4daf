"""Makes the reference files of this folder with Pillow, torchvision and PyTorch.

Usage: python make.py [STEM...]    (writes decode.safetensors, jpeg.safetensors and so on beside
itself, all or those named; needs numpy, pillow, simplejpeg, torch, torchvision, safetensors, and the
program jpegtran of libjpeg-turbo; versions and the parameters of each case go into the metadata of
each file, as JSON under "about")
"""

import hashlib
import io
import json
import pathlib
import random
import struct
import sys
import zlib

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image, ImageOps
from safetensors.numpy import save_file
from torchvision import transforms

from jpeg_files import COLORS, SAMPLINGS, jpeg_file, random_file

HERE = pathlib.Path(__file__).parent
VERSIONS = {
    "pillow": PIL.__version__,
    "numpy": np.__version__,
    "torch": torch.__version__,
    "torchvision": torchvision.__version__,
}


def source_image(width, height):
    """Noise from integers alone, so that the tests make the same image without a file."""
    i = np.arange(width * height * 3, dtype=np.uint32)
    h = i * np.uint32(0x9E3779B1)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x85EBCA77)
    return (h >> np.uint32(24)).astype(np.uint8).reshape(height, width, 3)


# --- decode.safetensors: NAME.file (bytes of the file) and NAME.rgb ([height, width, 3]) ---


def on_white(file):
    """The pixels of a file, alpha composited on white."""
    image = Image.open(io.BytesIO(file))
    image.load()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return np.asarray(image.convert("RGB"))


def png16(samples, color_type):
    """A PNG file of 16-bit samples [height, width, channels]; Pillow writes gray ones only."""
    height, width, _ = samples.shape

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">2I5B", width, height, 16, color_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def decode_cases():
    width, height = 18, 13
    y, x = np.mgrid[0:height, 0:width]
    smooth = np.stack([x * 14, y * 19, x * 6 + y * 8], -1).astype(np.uint8)
    rgb = Image.fromarray(smooth)
    gray = rgb.convert("L")
    alpha = Image.fromarray(((x * 37 + y * 23) % 256).astype(np.uint8))
    rgba, gray_alpha = rgb.copy(), gray.copy()
    rgba.putalpha(alpha)
    gray_alpha.putalpha(alpha)
    palette = rgb.quantize(12)
    bilevel = rgb.convert("1")
    sixteen = np.random.default_rng(0).integers(0, 65536, (height, width, 4), dtype=np.uint16)
    turned = Image.Exif()
    turned[0x0112] = 6

    def file(image, kind, **options):
        out = io.BytesIO()
        image.save(out, kind, **options)
        return out.getvalue()

    files = {
        "jpeg_444": file(rgb, "JPEG", quality=90, subsampling=0),
        "jpeg_422": file(rgb, "JPEG", quality=90, subsampling=1),
        "jpeg_420": file(rgb, "JPEG", quality=90, subsampling=2),
        "jpeg_progressive": file(rgb, "JPEG", quality=90, progressive=True),
        "jpeg_restart": file(rgb, "JPEG", quality=90, restart_marker_rows=1),
        "jpeg_gray": file(gray, "JPEG"),
        "jpeg_cmyk": file(rgb.convert("CMYK"), "JPEG", quality=90),
        "jpeg_rgb": file(rgb, "JPEG", quality=90, keep_rgb=True),
        "jpeg_exif_turned": file(rgb, "JPEG", quality=90, exif=turned),
        "png_rgb": file(rgb, "PNG"),
        "png_rgba": file(rgba, "PNG"),
        "png_gray": file(gray, "PNG"),
        "png_gray_alpha": file(gray_alpha, "PNG"),
        "png_bilevel": file(bilevel, "PNG"),
        "png_palette": file(palette, "PNG"),
        "png_palette_2bit": file(rgb.quantize(4), "PNG", bits=2),
        "png_palette_transparent_color": file(palette, "PNG", transparency=3),
        "png_palette_alpha": file(palette, "PNG", transparency=bytes([0, 50, 100, 200, 255, 30])),
        "png_gray_transparent_color": file(gray, "PNG", transparency=int(np.asarray(gray)[3, 4])),
        "png_rgb_transparent_color": file(rgb, "PNG", transparency=tuple(map(int, smooth[3, 4]))),
        "png_gray_16": png16(sixteen[..., :1], 0),
        "png_gray_alpha_16": png16(sixteen[..., :2], 4),
        "png_rgb_16": png16(sixteen[..., :3], 2),
        "png_rgba_16": png16(sixteen, 6),
        "gif": file(palette, "GIF"),
        "gif_transparent": file(palette, "GIF", transparency=2),
        "gif_animated": file(palette, "GIF", save_all=True, append_images=[gray]),
        "bmp_rgb": file(rgb, "BMP"),
        "bmp_palette": file(palette, "BMP"),
        "bmp_bilevel": file(bilevel, "BMP"),
        "bmp_rgba": file(rgba, "BMP"),
        "png_animated": file(rgb, "PNG", save_all=True, append_images=[gray]),
        "webp_lossless": file(rgb, "WEBP", lossless=True),
        "webp_lossless_alpha": file(rgba, "WEBP", lossless=True, exact=True),
        "webp_lossy": file(rgb, "WEBP"),
        "webp_lossy_alpha": file(rgba, "WEBP"),
        "webp_animated": file(rgb, "WEBP", save_all=True, append_images=[gray], lossless=True),
        "tiff_rgb": file(rgb, "TIFF"),
        "tiff_lzw": file(rgb, "TIFF", compression="tiff_lzw"),
        "tiff_deflate": file(rgb, "TIFF", compression="tiff_adobe_deflate"),
        "tiff_packbits": file(rgb, "TIFF", compression="packbits"),
        "tiff_rgba": file(rgba, "TIFF"),
        "tiff_gray": file(gray, "TIFF"),
        "tiff_bilevel": file(bilevel, "TIFF"),
        "tiff_cmyk": file(rgb.convert("CMYK"), "TIFF"),
        "tiff_gray_16": file(Image.fromarray(sixteen[..., 0]), "TIFF"),
    }
    tensors = {}
    for name, content in files.items():
        pixels = on_white(content)
        if name.endswith("gray_16"):  # Pillow would clip these to 255: the high byte instead.
            pixels = np.repeat((sixteen[..., :1] >> 8).astype(np.uint8), 3, -1)
        tensors[f"{name}.file"] = np.frombuffer(content, np.uint8)
        tensors[f"{name}.rgb"] = np.ascontiguousarray(pixels)
    return tensors, {}


# --- orientation.safetensors: NAME.file and NAME.rgb, as ImageOps.exif_transpose turns it ---


def orientation_cases():
    image = Image.fromarray(source_image(7, 5))
    tensors = {}
    for kind, options in [
        ("JPEG", {"quality": 90, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
    ]:
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            out = io.BytesIO()
            image.save(out, kind, exif=exif, **options)
            upright = ImageOps.exif_transpose(Image.open(out))
            name = f"{kind.lower()}_{orientation}"
            tensors[f"{name}.file"] = np.frombuffer(out.getvalue(), np.uint8)
            tensors[f"{name}.rgb"] = np.asarray(upright.convert("RGB"))
    return tensors, {}


# --- jpeg.safetensors: NAME.file (bytes of the file) and NAME.sha256 (of width and height as 32-bit
# --- little-endian numbers, and the RGB bytes that Pillow decodes) ---


def jpeg_cases():
    tensors, cases = {}, {}

    def add(content, words):
        name = f"{len(cases):03}"
        image = Image.open(io.BytesIO(content))
        size = struct.pack("<2I", *image.size)
        digest = hashlib.sha256(size + np.asarray(image.convert("RGB")).tobytes()).digest()
        tensors[f"{name}.file"] = np.frombuffer(content, np.uint8)
        tensors[f"{name}.sha256"] = np.frombuffer(digest, np.uint8)
        cases[name] = words

    # Every sampling and color, progressive or not, of a size that is no multiple of a block.
    for color in COLORS:
        for sampling in SAMPLINGS:
            for progressive in [False, True]:
                rng = np.random.default_rng(len(cases))
                content = jpeg_file(rng, 37, 29, 85, sampling, color, progressive, 0, False)
                add(content, f"{color} {sampling} progressive={progressive}")
    for i in range(70):
        content, properties = random_file(np.random.default_rng([99, i]), largest=50)
        add(content, " ".join(f"{key}={value}" for key, value in properties.items()))
    return tensors, cases


# --- resample.safetensors: results; the metadata says of what ---

FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]


def resample_cases():
    rng = random.Random(2)
    tensors, cases = {}, {}

    def add(image, filter_name, size, box):
        # FILTER SOURCE_WIDTH SOURCE_HEIGHT LEFT TOP RIGHT BOTTOM
        name = f"resize.{len(cases):02}"
        box = tuple(float(np.float32(side)) for side in box)
        result = image.resize(size, Image.Resampling[filter_name.upper()], box=box)
        tensors[name] = np.asarray(result)
        cases[name] = " ".join(map(str, (filter_name, *image.size, *box)))

    for filter_name in FILTERS:
        for in_size, size in [
            ((37, 23), (11, 9)),  # smaller
            ((7, 9), (13, 17)),  # larger
            ((23, 150), (20, 7)),  # so tall that the vertical pass comes first
            ((20, 11), (12, 11)),  # one side stays
        ]:
            image = Image.fromarray(source_image(*in_size))
            add(image, filter_name, size, (0, 0, *in_size))
            left, top = rng.uniform(0, in_size[0] / 3), rng.uniform(0, in_size[1] / 3)
            right, bottom = rng.uniform(left + 1, in_size[0]), rng.uniform(top + 1, in_size[1])
            add(image, filter_name, size, (left, top, right, bottom))
    add(Image.fromarray(source_image(900, 700)), "bicubic", (8, 8), (0, 0, 900, 700))

    # torchvision's Resize(16) and CenterCrop((10, 12)): SOURCE_WIDTH SOURCE_HEIGHT
    recipe = transforms.Compose([transforms.Resize(16), transforms.CenterCrop((10, 12))])
    for i, in_size in enumerate([(37, 23), (23, 37), (16, 16), (9, 31), (7, 90), (61, 60)]):
        name = f"torchvision.{i}"
        tensors[name] = np.asarray(recipe(Image.fromarray(source_image(*in_size))))
        cases[name] = " ".join(map(str, in_size))
    return tensors, cases


# --- normalize.safetensors: a 16 x 16 image with every value in every channel ---


def normalize_cases():
    pixels = source_image(16, 16)
    pixels[..., 0] = np.arange(256).reshape(16, 16)
    pixels[..., 1] = 255 - pixels[..., 0]
    pixels[..., 2] = pixels[..., 0] ^ 0x55

    recipe = transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
        ]
    )
    # What keras.applications.vgg16.preprocess_input does with a float32 array.
    bgr = pixels.astype(np.float32)[..., ::-1].copy()
    for channel, mean in enumerate([103.939, 116.779, 123.68]):
        bgr[..., channel] -= mean
    return {
        "pixels": pixels,
        "torchvision": recipe(Image.fromarray(pixels)).numpy(),
        "keras": np.ascontiguousarray(bgr.transpose(2, 0, 1)),
    }, {}


for stem, make in [
    ("decode", decode_cases),
    ("orientation", orientation_cases),
    ("jpeg", jpeg_cases),
    ("resample", resample_cases),
    ("normalize", normalize_cases),
]:
    if len(sys.argv) > 1 and stem not in sys.argv[1:]:
        continue
    arrays, about = make()
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    about = json.dumps(VERSIONS | about)
    save_file(arrays, HERE / f"{stem}.safetensors", metadata={"about": about})
