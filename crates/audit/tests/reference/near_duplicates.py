"""Finds changed copies of the demo's stamps with `fit audit`, and prints precision and recall by similarity.

Usage: python near_duplicates.py EXTRACT FIT STAMPS.h5 FOLDER    (needs numpy, h5py and Pillow)

EXTRACT and FIT are the programs, STAMPS.h5 is what scripts/demo extracts, FOLDER the pictures it was extracted
from (scripts/demo-images prints it). 60 pictures, drawn with a seed, are recompressed (JPEG, quality 30), reduced
to half their sides, and cropped by a tenth of theirs; the copies lie among all stamps.
"""

import csv
import itertools
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from PIL import Image

SEED = 20230
N_PICTURES = 60
TAP = "block5_pool:gap"
SIMILARITIES = [0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99]


def on_white(image):
    """Transparent pixels become white, as `extract` has them."""
    rgba = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")


def recompressed(image):
    return image, {"format": "JPEG", "quality": 30}


def reduced(image):
    return image.resize([max(1, side // 2) for side in image.size], Image.Resampling.BICUBIC), {"format": "PNG"}


def cropped(image):
    width, height = image.size
    left, top = round(width / 20), round(height / 20)
    return image.crop((left, top, width - left, height - top)), {"format": "PNG"}


CHANGES = {"recompressed": recompressed, "reduced": reduced, "cropped": cropped}


def write_copies(stamps, paths, folder):
    """The copies, and of which path each is."""
    copies = {}
    for path in paths:
        with Image.open(stamps / path) as image:
            pixels = on_white(image)
        for name, change in CHANGES.items():
            changed, options = change(pixels)
            copy = f"{path.removesuffix('.png')}-{name}.{options['format'].lower()}"
            (folder / copy).parent.mkdir(parents=True, exist_ok=True)
            changed.save(folder / copy, **options)
            copies[copy] = path
    return copies


def features(cache):
    with h5py.File(cache) as file:
        labels, names = file["samples/label"][:], file["classes/name"].asstr()[:]
        return file[f"features/{TAP}"][:], names[labels].astype(str), file["samples/path"].asstr()[:].astype(str)


def pairs(groups):
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def main():
    extract, fit, cache, stamps = sys.argv[1:]
    run = lambda *arguments: subprocess.run(list(map(str, arguments)), check=True, stdout=subprocess.DEVNULL)
    x, labels, paths = features(cache)
    chosen = np.random.default_rng(SEED).choice(paths, N_PICTURES, replace=False).tolist()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        copies = write_copies(pathlib.Path(stamps), chosen, folder / "copies")
        run(extract, "run", folder / "copies", "--classes", "depth=1", "--out", folder / "copies.h5", "--tap", TAP)
        added = features(folder / "copies.h5")
        all_of = [np.concatenate(both) for both in zip((x, labels, paths), added)]
        np.savez(folder / "all.npz", x=all_of[0], y=all_of[1], paths=all_of[2])
        options = ["--features", "x", "--labels", "y", "--paths", "paths", "--made-by", "VGG16"]
        run(fit, "import", folder / "all.npz", *options, "--out", folder / "all.h5")
        # What the stamps resemble each other without the copies is not what is looked for, and no error either.
        np.savez(folder / "own.npz", x=x, y=labels, paths=paths)
        run(fit, "import", folder / "own.npz", *options, "--out", folder / "own.h5")
        wanted = pairs([path, *(copy for copy, of in copies.items() if of == path)] for path in chosen)

        def found(name, similarity):
            out = folder / f"{name}-{similarity}"
            run(fit, "audit", folder / f"{name}.h5", "--similarity", similarity, "--out", out)
            groups = {}
            for row in csv.DictReader((out / "near-duplicates.csv").open()):
                groups.setdefault(row["group"], []).append(row["path"])
            return pairs(groups.values())

        print("similarity  precision  recall  " + "  ".join(CHANGES) + "  pairs of stamps alone")
        for similarity in SIMILARITIES:
            of_all, of_own = found("all", similarity), found("own", similarity)
            of_copies = {pair for pair in of_all if any(path in copies for path in pair)}
            right = of_copies & wanted
            by_change = [
                sum(tuple(sorted((of, copy))) in right for copy, of in copies.items() if f"-{change}." in copy)
                for change in CHANGES
            ]
            print(
                f"{similarity:10}  {len(right) / max(1, len(of_copies)):9.3f}  {len(right) / len(wanted):6.3f}  "
                + "  ".join(f"{n / N_PICTURES:.3f}" for n in by_change)
                + f"  {len(of_own)}"
            )


if __name__ == "__main__":
    main()
