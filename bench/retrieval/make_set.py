"""Makes small sets in the layouts of Holidays, UKBench and Oxford5k from real pictures.

usage: python make_set.py PICTURES OUT [--scenes N]
(Python with Pillow; PICTURES is what scripts/demo-images prints)

An object is a picture that is cut out (PNG with transparency), and a photograph of it is the object turned,
enlarged or shrunk and cut off by the edge, on a plain background beside another object. All that is random
comes from one seed: the same pictures give the same sets.
"""

import argparse
import pathlib
import random

from PIL import Image

SIZE = (320, 240)
LANDMARKS = ["all_souls", "ashmolean", "balliol"]
RESAMPLING = Image.Resampling.BICUBIC


def load(path, height):
    image = Image.open(path).convert("RGBA")
    scale = height / max(image.size)
    return image.resize([max(1, round(side * scale)) for side in image.size], RESAMPLING)


def photograph(rng, thing, beside, height, turn):
    """The object some `height` pixels high and turned up to `turn` degrees; and its box, x1 y1 x2 y2."""
    gray = rng.randrange(150, 246)
    canvas = Image.new("RGB", SIZE, tuple(gray + rng.randrange(-10, 11) for _ in range(3)))
    other = load(beside, rng.randrange(70, 120))
    canvas.paste(other, (rng.randrange(-20, SIZE[0] - 60), rng.randrange(-20, SIZE[1] - 60)), other)
    cut_out = load(thing, height).rotate(rng.uniform(-turn, turn), RESAMPLING, expand=True)
    x = rng.randrange(-cut_out.width // 4, max(1, SIZE[0] - 3 * cut_out.width // 4))
    y = rng.randrange(-cut_out.height // 4, max(1, SIZE[1] - 3 * cut_out.height // 4))
    canvas.paste(cut_out, (x, y), cut_out)
    box = max(x, 0), max(y, 0), min(x + cut_out.width, SIZE[0]), min(y + cut_out.height, SIZE[1])
    return canvas, box


def save(image, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, quality=90)


def holidays(rng, things, others, out, n_scenes):
    for scene in range(n_scenes):
        for number in range(rng.randrange(3, 5)):
            image, _ = photograph(rng, things[scene], rng.choice(others), rng.randrange(80, 260), 40)
            save(image, out / "holidays/jpg" / f"{100000 + 100 * scene + number}.jpg")


def ukbench(rng, things, others, out, n_objects):
    for number in range(4 * n_objects):
        image, _ = photograph(rng, things[number // 4], rng.choice(others), rng.randrange(80, 260), 60)
        save(image, out / "ukbench/full" / f"ukbench{number:05}.jpg")


def oxford(rng, things, others, out, n_distractors):
    """Of each landmark: two that are asked about (and good, as in the original), good, ok and junk ones."""
    root = out / "oxford5k"
    for landmark, thing in zip(LANDMARKS, things):
        kinds = {"good": 3, "ok": 2, "junk": 2}
        heights = {"good": (120, 220), "ok": (240, 320), "junk": (20, 40)}
        lists, number, boxes = {kind: [] for kind in kinds}, 0, []
        for kind, count in kinds.items():
            for _ in range(count):
                image, box = photograph(rng, thing, rng.choice(others), rng.randrange(*heights[kind]), 25)
                name = f"{landmark}_{number:06}"
                save(image, root / "oxbuild_images" / f"{name}.jpg")
                lists[kind].append(name)
                number += 1
                boxes += [(name, box)] if kind == "good" and len(boxes) < 2 else []
        ground_truth = root / "gt_files_170407"
        ground_truth.mkdir(parents=True, exist_ok=True)
        for query, (name, box) in enumerate(boxes, 1):
            corners = " ".join(f"{corner:.1f}" for corner in box)
            (ground_truth / f"{landmark}_{query}_query.txt").write_text(f"oxc1_{name} {corners}\n")
            for kind, names in lists.items():
                (ground_truth / f"{landmark}_{query}_{kind}.txt").write_text("".join(f"{n}\n" for n in names))
    for number in range(n_distractors):
        image, _ = photograph(rng, rng.choice(others), rng.choice(others), rng.randrange(80, 260), 40)
        save(image, root / "oxbuild_images" / f"oxford_{number:06}.jpg")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pictures", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--scenes", type=int, default=20, help="scenes of Holidays, and objects of UKBench")
    options = parser.parse_args()
    rng = random.Random(20241)
    pictures = sorted(options.pictures.rglob("*.png"))
    rng.shuffle(pictures)
    n = options.scenes
    others = pictures[2 * n + len(LANDMARKS):]
    holidays(rng, pictures[:n], others, options.out, n)
    ukbench(rng, pictures[n:2 * n], others, options.out, n)
    oxford(rng, pictures[2 * n:], others, options.out, 15)


if __name__ == "__main__":
    main()
