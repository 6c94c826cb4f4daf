"""Makes odd.safetensors: pictures that cameras, scanners and damaged disks leave, and what Pillow makes of them.

Usage: python make_odd.py    (needs numpy, pillow, safetensors; writes beside itself)

NAME.file are the bytes; NAME.rgb the pixels, where Pillow reads the file: alpha on white, and gray samples of more
than eight bits by their high byte, where Pillow clips them. Where it does not, there is no NAME.rgb, and the note
NAME says why, in Pillow's words. A few files Pillow reads otherwise than their format says: of these there are the
pixels that the format says (`by_the_format`). Prints a line for each. plain.jp2 is a larger one in one color.
"""

import io
import json
import pathlib
import sys
import warnings

import numpy as np
import PIL
from PIL import Image
from safetensors.numpy import save_file

from odd_cases import FORMATS, noise, saved

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")


def by_the_format():
    """Pixels that Pillow 13.0.0 gets wrong."""
    gray2, gray16, rgb16 = noise(1, 3), noise(1, 65535, "u2"), noise(3, 65535, "u2")
    high = (rgb16 >> 8).astype("u1")
    white = np.uint8(255)
    return {
        # Gray of 16 bits is not inverted.
        "tiff_gray_16_white_is_zero": 255 - np.repeat((gray16 >> 8).astype("u1"), 3, -1),
        # Bytes of several samples are mixed.
        "tiff_planar_16": high,
        "tiff_tiles_16_planar": np.tile(high, (4, 3, 1)),
        # The transparent color is compared with samples of another depth.
        "png_gray_2_transparent": np.repeat(np.where(gray2 == 2, white, gray2 * 85), 3, -1),
        "png_gray_16_transparent": np.repeat(np.where(gray16 == gray16[2, 3], white, gray16 >> 8), 3, -1).astype("u1"),
        "png_rgb_16_transparent": np.where((rgb16 == rgb16[2, 3]).all(-1, keepdims=True), white, high),
    }


def read(content):
    """The pixels by Pillow, alpha on white, gray samples of 16 bits by their high byte."""
    image = Image.open(io.BytesIO(content))
    image.load()
    if image.mode in ("I;16", "I;16B") or (image.mode == "I" and image.format in ("PPM", "PNG")):
        bits = 12 if image.format == "TIFF" and image.tag_v2[258] == (12,) else 16
        samples = np.asarray(image).astype(np.int64)
        return np.repeat((samples >> (bits - 8)).astype(np.uint8)[..., None], 3, -1)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("LA") if image.mode == "La" else image
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image)
    return np.asarray(image.convert("RGB"))


def main():
    tensors, notes = {}, {"pillow": PIL.__version__, "numpy": np.__version__}
    others = by_the_format()
    for make in FORMATS:
        for name, content in make():
            tensors[f"{name}.file"] = np.frombuffer(content, np.uint8)
            try:
                pixels_of = others[name] if name in others else read(content)
                tensors[f"{name}.rgb"] = np.ascontiguousarray(pixels_of)
            except Exception as error:  # Whatever Pillow says is what is kept.
                notes[name] = f"{type(error).__name__}: {str(error).split(' <')[0]}"
            print(name, notes.get(name, "read"))
    plain = Image.new("RGBA", (1024, 1024), (10, 200, 90, 40))
    (HERE / "plain.jp2").write_bytes(saved(plain, "JPEG2000"))
    save_file(tensors, HERE / "odd.safetensors", metadata={"about": json.dumps(notes)})


sys.exit(main())
