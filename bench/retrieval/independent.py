"""What `fit retrieve` computes, from the same caches, by NumPy and in the plainest way.

usage: python independent.py CACHE.h5 [--tap NAME] [--queries BOXES.h5] [--pca-from OTHER.h5]
           [--normalize STEPS] [--distance l2|inner-product] [--query-views N] [--reference-views N]
           [--against FIT.json]
(Python with h5py and numpy)

Takes one view of each image unless told. Prints the mean score and that of each query as JSON; with
--against, a document of `fit retrieve --json`, the largest differences, and fails above 1e-6.

Distances are of differences of vectors, in double precision, and rounded to single; numbers are rounded
to single after each step of the transform, since that is what `fit` says of itself.
"""

import argparse
import json
import sys

import h5py
import numpy as np
from scores import score

TOLERANCE = 1e-6


def learn(step, rows):
    """The step as a function of rows [n, d]."""
    name, _, value = step.partition(":")
    if name == "l2":
        def apply(x):
            norm = np.linalg.norm(x, axis=1, keepdims=True)
            return x / np.where(norm > 0, norm, 1)
    elif name == "power":
        def apply(x):
            return np.sign(x) * np.abs(x) ** float(value)
    elif name in ("pca", "whiten"):
        mean = rows.mean(0)
        _, values, axes = np.linalg.svd(rows - mean, full_matrices=False)
        scale = values / np.sqrt(len(rows) - 1) if name == "whiten" else np.ones(len(values))
        n = int(value) if value else int(np.sum(values > 3e-5 * values[0]))
        def apply(x):
            return (x - mean) @ axes[:n].T / scale[:n]
    else:
        raise ValueError(f"no step {step}")
    return lambda x: apply(x).astype(np.float32).astype(np.float64)


def transform(steps, training, others):
    """`others` after steps that are learned from `training`; arrays [n, views, d]."""
    flat = [x.reshape(-1, x.shape[-1]).astype(np.float64) for x in [training, *others]]
    for step in [] if steps == "none" else steps.split(","):
        apply = learn(step, flat[0])
        flat = [apply(x) for x in flat]
    return [f.reshape(*x.shape[:2], -1) for f, x in zip(flat[1:], others)]


def distances(query, images, kind):
    """From the patches of a query [v, d] to images [n, w, d]: [n]."""
    rows = []
    for image in images:
        if kind == "l2":
            pairs = np.linalg.norm(query[:, None, :] - image[None, :, :], axis=2)
        else:
            pairs = -(query @ image.T)
        rows.append(pairs.min(axis=1).mean())
    return np.array(rows).astype(np.float32)


def retrieve(protocol, queries, names, vectors, images, kind):
    """The score of each query, its vectors being at the same place; and the images in their order."""
    scores, orders = [], []
    for query, vector in zip(queries, vectors):
        order = np.argsort(distances(vector, images, kind), kind="stable")
        ranked = [names[i] for i in order]
        orders.append(ranked)
        scores.append(score(protocol, ranked, query))
    return scores, orders


def read(path, tap, views):
    """Names, features [n, views, d] and ground truth of a cache."""
    with h5py.File(path) as cache:
        tap = tap or list(cache["features"])[0]
        features = cache["features"][tap][:].astype(np.float32)
        if features.ndim == 2:
            features = features[:, None, :]
        names = list(cache["samples/path"].asstr()[:])
        truth = json.loads(cache["ground_truth"].asstr()[0]) if "ground_truth" in cache else None
    return names, features[:, :views], truth


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cache")
    parser.add_argument("--tap")
    parser.add_argument("--queries")
    parser.add_argument("--pca-from")
    parser.add_argument("--normalize", default="l2")
    parser.add_argument("--distance", default="l2")
    parser.add_argument("--query-views", type=int, default=1)
    parser.add_argument("--reference-views", type=int, default=1)
    parser.add_argument("--against")
    options = parser.parse_args()

    names, images, truth = read(options.cache, options.tap, options.reference_views)
    if options.queries:
        boxes, features, of_boxes = read(options.queries, options.tap, options.query_views)
        image_of = {query["name"]: query["image"] for query in of_boxes["queries"]}
        rows = [boxes.index(image_of[query["name"]]) for query in truth["queries"]]
    else:
        _, features, _ = read(options.cache, options.tap, options.query_views)
        rows = [names.index(query["image"]) for query in truth["queries"]]
    training = read(options.pca_from, options.tap, options.reference_views)[1] if options.pca_from else images
    images, vectors = transform(options.normalize, training, [images, features[rows]])
    queries = truth["queries"]
    scores, _ = retrieve(truth["protocol"], queries, names, vectors, images, options.distance)
    mean = float(np.mean([s for s in scores if s is not None]))
    if not options.against:
        of_query = {query["name"]: s for query, s in zip(queries, scores)}
        print(json.dumps({"mean": mean, "queries": of_query}, indent=1))
        return
    with open(options.against) as file:
        document = json.load(file)
    ours = {query["query"]: query["score"] for query in document["queries"]}
    largest = max(abs((ours[q["name"]] or 0) - (s or 0)) for q, s in zip(queries, scores))
    difference = abs(document["value"] - mean)
    print(f"{document['metric']}: fit {document['value']:.9f}, NumPy {mean:.9f}, differ by {difference:.1e};"
          f" of one of {len(queries)} queries by {largest:.1e} at most")
    sys.exit(difference > TOLERANCE)


if __name__ == "__main__":
    main()
