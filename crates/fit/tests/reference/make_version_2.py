"""Writes version_2.h5: what a cache of a later format would look like to a reader of format 1.

Usage: python make_version_2.py        (in this folder; needs h5py)
"""

import h5py
import numpy as np

with h5py.File("version_2.h5", "w") as file:
    file.attrs["format"] = "offshelf"
    file.attrs["format_version"] = np.uint32(2)
    file.attrs["created_by"] = f"make_version_2.py, h5py {h5py.__version__}"
