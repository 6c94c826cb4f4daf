"""A cross-validation problem as a folder of plain files: what every program under test reads."""

import pathlib
from dataclasses import dataclass

import h5py
import numpy as np


@dataclass(frozen=True)
class Problem:
    x: np.ndarray  # f32 [n_samples, n_features]
    y: np.ndarray  # [n_samples]
    folds: np.ndarray  # [n_samples], the fold that holds a row out

    @property
    def n_classes(self):
        return int(self.y.max()) + 1

    @property
    def n_folds(self):
        return int(self.folds.max()) + 1

    def save(self, folder):
        """`x.f32`, `labels.u32`, `folds.i32`: little-endian, row-major, no header."""
        self.x.astype("<f4").tofile(folder / "x.f32")
        self.y.astype("<u4").tofile(folder / "labels.u32")
        self.folds.astype("<i4").tofile(folder / "folds.i32")

    @staticmethod
    def load(folder):
        folder = pathlib.Path(folder)
        y = np.fromfile(folder / "labels.u32", "<u4").astype(np.int64)
        x = np.fromfile(folder / "x.f32", "<f4").reshape(len(y), -1)
        return Problem(x, y, np.fromfile(folder / "folds.i32", "<i4").astype(np.int64))


def hard(n, d, k, separation, seed=0):
    """Rows like activations of a frozen network on a hard task: rectified, of a low-rank latent whose
    spectrum decays, positively correlated, of length 1; one label in ten is wrong. The centers of
    the classes lie `separation` deviations within a class apart."""
    rng = np.random.default_rng(seed)
    rank = min(512, d)
    spectrum = np.arange(1, rank + 1) ** -0.5
    spectrum /= np.linalg.norm(spectrum)
    y = np.arange(n) % k
    centers = rng.normal(size=(k, rank))
    latent = spectrum * (separation * centers[y] + rng.normal(size=(n, rank)))
    x = latent.astype(np.float32) @ rng.standard_normal((rank, d), dtype=np.float32)
    x += 0.3 * rng.standard_normal((n, d), dtype=np.float32)
    x += rng.normal(0.25, 0.5, size=d).astype(np.float32)
    np.maximum(x, 0, out=x)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    wrong = rng.random(n) < 0.1
    y[wrong] = rng.integers(0, k, wrong.sum())
    return x, y


def cached(path, tap):
    """The labelled rows of a feature cache; `tap` or, if None, the only one."""
    with h5py.File(path) as file:
        taps = list(file["features"])
        if tap is None and len(taps) > 1:
            raise SystemExit(f"bench: `{path}` has several taps\n  hint: --tap " + " | ".join(taps))
        tap = tap or taps[0]
        if tap not in taps:
            raise SystemExit(f"bench: `{path}` has no tap `{tap}`\n  hint: --tap " + " | ".join(taps))
        x, y = file["features"][tap][:], file["samples/label"][:]
    x, y = x[y >= 0].reshape((y >= 0).sum(), -1), y[y >= 0]
    # Classes without a row of their own are left out, and rows get length 1 as in `fit`.
    _, y = np.unique(y, return_inverse=True)
    x = x.astype(np.float32)
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12), y


def stratified_folds(y, n_folds, seed=0):
    """Rows of each class, shuffled, are dealt to the folds in turn."""
    rng = np.random.default_rng(seed)
    folds = np.empty(len(y), dtype=np.int64)
    for label in range(y.max() + 1):
        rows = np.flatnonzero(y == label)
        folds[rng.permutation(rows)] = (np.arange(len(rows)) + label) % n_folds
    return folds


def describe(problem):
    """What makes a problem hard, in one line; the cosine is the mean over pairs of rows."""
    x = problem.x
    n = len(x)
    cosine = (np.linalg.norm(x.sum(0, dtype=np.float64)) ** 2 - n) / (n * (n - 1))
    return (
        f"{n} x {x.shape[1]}, {problem.n_classes} classes, {problem.n_folds} folds,"
        f" {100 * (x == 0).mean():.0f} % zeros, mean cosine {cosine:.2f}"
    )
