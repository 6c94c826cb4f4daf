"""Writes the MATLAB files of this folder with SciPy: `python make.py`.

A miniature of Oxford Flowers: 12 images of four classes, with every number type and both forms of
storage that the reader knows. Whatever the type, the numbers are the same, and so must the manifest be.
"""

import pathlib

import numpy
import scipy.io

FOLDER = pathlib.Path(__file__).parent
LABELS = [1, 1, 1, 2, 2, 2, 102, 102, 102, 5, 5, 5]
PARTS = {"trnid": [1, 4, 7], "valid": [2, 5, 8], "tstid": [12, 3, 6, 9, 10, 11]}

for kind in ["uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]:
    for compressed in [False, True]:
        name = f"{kind}-compressed.mat" if compressed else f"{kind}.mat"
        arrays = {"labels": LABELS, **PARTS}
        arrays = {key: numpy.array([values], dtype=kind) for key, values in arrays.items()}
        # Something else before the lists, as files saved from a workspace have it.
        arrays = {"about": "a miniature", **arrays}
        scipy.io.savemat(FOLDER / name, arrays, do_compression=compressed)

row = numpy.array([[1.0, 2.5]])
scipy.io.savemat(FOLDER / "odd.mat", {"labels": row, "trnid": "text", "valid": row * 1j, "tstid": row - 1})
