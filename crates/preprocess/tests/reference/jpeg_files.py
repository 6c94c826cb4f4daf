"""JPEG files of every kind, of pictures made of numbers; used by make.py and compare.py.

Needs numpy, Pillow, and for what Pillow does not write (4:1:1, 4:4:0, and CMYK stored as YCCK)
simplejpeg, and libjpeg-turbo's `jpegtran`, which makes such files progressive and gives them restart
markers.
"""

import io
import subprocess

import numpy as np
import simplejpeg
from PIL import Image, ImageFile, ImageFilter

# Pillow writes a JPEG file into a buffer of its own guess, too small for noise and extras.
ImageFile.MAXBLOCK = 1 << 20

SAMPLINGS = ["4:4:4", "4:2:2", "4:2:0", "4:4:0", "4:1:1"]
COLORS = ["color", "gray", "rgb", "cmyk", "ycck"]


def picture(rng, width, height):
    """A gradient with shapes, some noise, some sharp edges."""
    y, x = np.mgrid[0:height, 0:width]
    phase = rng.uniform(0, 6, 3)
    frequency = rng.uniform(0.01, 0.3, (2, 3))
    waves = np.sin(x[..., None] * frequency[0] + y[..., None] * frequency[1] + phase)
    pixels = 127 + 127 * waves
    cut = rng.integers(0, 4)
    pixels[(x * (1 + cut) + y * 3) % 23 < cut] = rng.integers(0, 256, 3)
    pixels += rng.normal(0, rng.choice([0, 2, 20, 90]), pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg_file(rng, width, height, quality, sampling, color, progressive, restart, extras):
    """One file; `extras` adds EXIF data with an orientation and a thumbnail."""
    image = picture(rng, width, height)
    options = {"quality": quality, "subsampling": sampling, "progressive": progressive}
    if restart:
        options["restart_marker_blocks"] = int(restart)
    if extras:
        thumbnail = io.BytesIO()
        image.filter(ImageFilter.BLUR).resize((8, 6)).save(thumbnail, "JPEG")
        exif = Image.Exif()
        exif[0x0112] = int(rng.integers(1, 9))
        data = exif.tobytes()
        # The thumbnail follows in the same segment, as cameras write it, end marker included.
        options["exif"] = data + thumbnail.getvalue()
    if color == "ycck" or sampling in ("4:4:0", "4:1:1"):
        # This encoder writes no extras.
        return transcoded(unusual(image, quality, sampling, color), progressive, restart)
    if color == "gray":
        image = image.convert("L")
        del options["subsampling"]
    elif color == "cmyk":
        image = image.convert("CMYK")
    elif color == "rgb":
        options["keep_rgb"] = True
        del options["subsampling"]
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def unusual(image, quality, sampling, color):
    """A baseline file of any sampling; of CMYK it makes YCCK."""
    sampling = sampling.replace(":", "")
    if color == "gray":
        pixels = np.asarray(image.convert("L"))[..., None]
        return simplejpeg.encode_jpeg(pixels, quality, "GRAY", "Gray")
    if color in ("cmyk", "ycck"):
        pixels = np.ascontiguousarray(image.convert("CMYK"))
        return simplejpeg.encode_jpeg(pixels, quality, "CMYK", sampling)
    return simplejpeg.encode_jpeg(np.ascontiguousarray(image), quality, "RGB", sampling)


def transcoded(content, progressive, restart):
    """The same coefficients, written in another way."""
    flags = ["-progressive"] if progressive else []
    flags += ["-restart", f"{restart}B"] if restart else []
    if not flags:
        return content
    command = ["jpegtran", "-copy", "all", *flags]
    return subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True).stdout


def random_file(rng, largest=200):
    """One file of random properties, and these in words."""
    width, height = (int(side) for side in rng.integers(1, largest + 1, 2))
    properties = {
        "width": width,
        "height": height,
        "quality": int(rng.integers(1, 101)),
        "sampling": str(rng.choice(SAMPLINGS)),
        "color": str(rng.choice(COLORS, p=[0.6, 0.1, 0.1, 0.1, 0.1])),
        "progressive": bool(rng.random() < 0.4),
        "restart": int(rng.integers(1, 9)) if rng.random() < 0.3 else 0,
        "extras": bool(rng.random() < 0.3),
    }
    return jpeg_file(rng, **properties), properties
