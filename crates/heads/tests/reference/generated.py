"""The features of `path.safetensors`, made from integers so that Rust makes the same bits
(`tests/generated.rs`, line for line).

Everything up to the length of a row is an integer below 2^53, so that no order of summation and no
fused multiply-add can change it; the square root, the division and the rounding to f32 that follow
are exact by IEEE 754.
"""

import math
from dataclasses import dataclass

import numpy as np

RANK = 48
WORD = (1 << 64) - 1
# What a random number is for.
LABEL, CENTER, LATENT, LOADING, OFFSET, NOISE, FLIP = range(1, 8)


@dataclass(frozen=True)
class Set:
    name: str
    n_features: int
    n_train: int
    n_held_out: int
    n_classes: int
    # How far apart the centers of the classes lie, in sixteenths of the spread within a class.
    separation: int
    seed: int


def words(seed, purpose, count):
    """`count` words of 64 bits: the finalizer of SplitMix64 on a counter."""
    start = (seed << 56 | purpose << 48) & WORD
    x = np.uint64(start) + np.arange(count, dtype=np.uint64)
    x *= np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return x ^ (x >> np.uint64(31))


def bell(seed, purpose, shape):
    """Integers of mean 0 and deviation 209, nearly normal: the sum of the eight bytes of a word."""
    count = math.prod(shape)
    octets = words(seed, purpose, count).view(np.uint8).reshape(count, 8)
    return (octets.sum(1, dtype=np.float64) - 1020).reshape(shape)


def generate(s):
    """Rows `[n_train + n_held_out, n_features]` of length 1, labels (one in ten wrong)."""
    n = s.n_train + s.n_held_out
    true = (words(s.seed, LABEL, n) % np.uint64(s.n_classes)).astype(np.int64)
    scale = np.array([math.isqrt((1 << 16) // (j + 1)) for j in range(RANK)], dtype=np.float64)
    center = bell(s.seed, CENTER, (s.n_classes, RANK))
    latent = scale * (s.separation * center[true] + 16 * bell(s.seed, LATENT, (n, RANK)))
    x = latent @ bell(s.seed, LOADING, (RANK, s.n_features))
    x += 2**19 * bell(s.seed, NOISE, (n, s.n_features))
    x += 2**20 * bell(s.seed, OFFSET, (s.n_features,)) + 3 * 2**25
    x = np.floor(np.maximum(x, 0) / 2**16)
    x = (x / np.sqrt((x * x).sum(1, keepdims=True))).astype(np.float32)

    flip = words(s.seed, FLIP, n)
    other = ((flip >> np.uint64(32)) % np.uint64(s.n_classes)).astype(np.int64)
    return x, np.where(flip % np.uint64(10) == 0, other, true)


def checksum(x, y):
    """One word over the bits of the features and the labels, each mixed with its place."""
    bits = np.concatenate([x.view(np.uint32).ravel(), y.astype(np.uint32)]).astype(np.uint64)
    mixed = bits ^ words(0, 0, len(bits))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return int((mixed ^ (mixed >> np.uint64(32))).sum(dtype=np.uint64))
