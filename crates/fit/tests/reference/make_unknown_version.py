"""Writes unknown_version.h5: a feature cache of a format that is not known yet.

usage: python make_unknown_version.py      (Python with h5py)

It is the golden file of format 1 with version number 999; `fit` itself may not name hdf5.
"""

import pathlib
import shutil

import h5py

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE / "../../../../tests/golden/format-1-f32.h5"

shutil.copyfile(GOLDEN, HERE / "unknown_version.h5")
with h5py.File(HERE / "unknown_version.h5", "r+") as cache:
    cache.attrs.modify("format_version", 999)
