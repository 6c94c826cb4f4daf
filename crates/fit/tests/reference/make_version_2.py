"""Writes version_2.h5: a feature cache of a format that is not known yet.

usage: python make_version_2.py      (Python with h5py)

It is the golden file of format 1 with another version number; `fit` itself may not name hdf5.
"""

import pathlib
import shutil

import h5py

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE / "../../../../tests/golden/format-1-f32.h5"

shutil.copyfile(GOLDEN, HERE / "version_2.h5")
with h5py.File(HERE / "version_2.h5", "r+") as cache:
    cache.attrs.modify("format_version", 2)
