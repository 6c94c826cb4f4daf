"""Writes retrieval.json: scores of 1,000 random orders, and searches of a small cache of patches.

Usage: python make_retrieval.py        (in this folder; needs numpy)

Numbers come from splitmix64, so that the test makes the same ones. The scores and the search are those of
bench/retrieval, in Python and NumPy.
"""

import json
import pathlib
import sys

import numpy as np

sys.path.append(str(pathlib.Path(__file__).parents[4] / "bench/retrieval"))
from independent import retrieve, transform
from scores import score

N_CASES = 1000
PROTOCOLS = ["buildings", "holidays", "ukbench"]
MASK = (1 << 64) - 1


class SplitMix:
    """Steele, Lea and Flood 2014."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return (z ^ (z >> 31)) % n


def case(seed):
    """A random order with ties, of images among which three that should be found have no row."""
    rng = SplitMix(seed)
    protocol = PROTOCOLS[seed % 3]
    n = 5 + rng.below(36)
    distance = [rng.below(8) for _ in range(n)]
    image = rng.below(n)
    is_empty = rng.below(10) == 0
    query = {"image": str(image), "good": [], "ok": [], "junk": []}
    for name in range(n + 3):
        kind = rng.below(10)
        if protocol == "buildings":
            query["good"] += [str(name)] * (kind in (0, 3) and not is_empty)
            query["ok"] += [str(name)] * (kind in (1, 3, 4) and not is_empty)
            query["junk"] += [str(name)] * (kind in (2, 4))
        elif protocol == "holidays":
            query["good"] += [str(name)] * (kind < 2 and name != image and not is_empty)
    if protocol == "ukbench":
        query["good"] = [str((image + k) % (n + 3)) for k in range(4)]
    ranked = [str(row) for row in sorted(range(n), key=lambda row: (distance[row], row))]
    return score(protocol, ranked, query)


N_IMAGES, N_VIEWS, N_FEATURES = 12, 30, 6
SEARCHES = {
    # Arguments of `fit retrieve`: transform, distance, views of a query and of an image.
    "--search global": ("l2", "l2", 1, 1),
    "--search global --distance inner-product": ("l2", "inner-product", 1, 1),
    "--normalize none": ("none", "l2", 14, 30),
    "": ("l2", "l2", 14, 30),
    "--distance inner-product": ("l2", "inner-product", 14, 30),
    "--query-levels 2 --reference-levels 3": ("l2", "l2", 5, 14),
    "--query-views 3 --reference-views 29": ("l2", "l2", 3, 29),
    "--normalize l2,whiten:4,l2,power:2": ("l2,whiten:4,l2,power:2", "l2", 14, 30),
}


def features(seed, strength):
    """Multiples of 1/64 with something of a scene of four images in every third column."""
    rng = SplitMix(seed)
    x = np.zeros((N_IMAGES, N_VIEWS, N_FEATURES), np.float32)
    for image in range(N_IMAGES):
        for view in range(N_VIEWS):
            for column in range(N_FEATURES):
                scene = strength if column % 3 == image // 4 else 0
                x[image, view, column] = (rng.below(257) - 128 + scene) / 64
    return x


def ground_truth(protocol):
    """Scenes of four images: the first asks for the others; of ukbench each asks for all."""
    names = [f"{100000 + 100 * (i // 4) + i % 4}.jpg" for i in range(N_IMAGES)]
    queries = []
    for i in range(N_IMAGES):
        scene = names[i // 4 * 4:][:4]
        if protocol == "holidays" and i % 4 == 0:
            queries.append({"name": names[i], "image": names[i], "good": scene[1:]})
        if protocol == "ukbench":
            queries.append({"name": names[i], "image": names[i], "good": scene})
        if protocol == "buildings" and i % 4 == 1:
            queries.append({"name": names[i], "image": names[i], "good": scene[:1], "ok": scene[1:3], "junk": scene[3:]})
    return names, queries


def search(protocol, arguments, from_boxes):
    """Scores, and the order of images, of each query."""
    steps, distance, query_views, image_views = SEARCHES[arguments]
    names, queries = ground_truth(protocol)
    images = features(1, 40)[:, :image_views]
    asking = (features(2, 40) if from_boxes else features(1, 40))[:, :query_views]
    asking = asking[[names.index(query["image"]) for query in queries]]
    images, asking = transform(steps, images, [images, asking])
    scores, orders = retrieve(protocol, queries, names, asking, images, distance)
    return {"protocol": protocol, "arguments": arguments, "from_boxes": from_boxes, "scores": scores, "orders": orders}


def main():
    searches = [search(p, a, False) for p in PROTOCOLS for a in SEARCHES]
    searches += [search("buildings", a, True) for a in ("--search global", "")]
    document = {
        "made_by": "make_retrieval.py",
        "versions": {"numpy": np.__version__},
        "cases": [case(seed) for seed in range(N_CASES)],
        "searches": searches,
    }
    with open("retrieval.json", "w") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
